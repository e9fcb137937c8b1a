import { describe, expect, it } from "vitest";
import { nodeFileSystem } from "./file-system.js";
import { readText, sqlLimit } from "./text.js";

const megabyte = 1024 * 1024;

function sized(megabytes: number): typeof nodeFileSystem {
  return {
    ...nodeFileSystem,
    read: () => ({ bytes: Buffer.from("SELECT 1"), size: megabytes * megabyte }),
  };
}

describe("a text", () => {
  it("of a source may not be larger than 5 MB", () => {
    expect(readText("a.ts", sized(5))).toEqual({ text: "SELECT 1", note: null });
    expect(readText("a.ts", sized(6))).toEqual({
      text: null,
      reason: "is larger than 5 MB, which no source file should be",
    });
  });

  it("of SQL may be a dump of 64 MB", () => {
    expect(readText("a.sql", sized(64), sqlLimit)).toEqual({ text: "SELECT 1", note: null });
    expect(readText("a.sql", sized(65), sqlLimit)).toEqual({
      text: null,
      reason: "is larger than 64 MB, which is more than a schema takes",
    });
  });
});
