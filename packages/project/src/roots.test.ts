import path from "node:path";
import { temporaryProject } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";
import { nodeFileSystem } from "./file-system.js";
import { findConfiguration, findRepository, findRoot } from "./roots.js";

function rooted(files: readonly string[]): (place: string) => string {
  const { directory } = temporaryProject(Object.fromEntries(files.map((file) => [file, "{}"])));
  return (place) => path.join(directory, place);
}

describe("the root of a file", () => {
  it("is the repository that it is in, whatever packages are nearer", () => {
    const at = rooted([".git/HEAD", "package.json", "api/package.json", "api/src/a.ts"]);
    expect(findRoot(at("api/src/a.ts"), nodeFileSystem)).toBe(at(""));
  });

  it("is the workspace, where there is no repository", () => {
    const at = rooted(["pnpm-workspace.yaml", "api/package.json", "api/src/a.ts"]);
    expect(findRoot(at("api/src/a.ts"), nodeFileSystem)).toBe(at(""));
  });

  it("is the nearest package, where there is neither", () => {
    const at = rooted(["package.json", "api/package.json", "api/src/a.ts"]);
    expect(findRoot(at("api/src/a.ts"), nodeFileSystem)).toBe(at("api"));
  });

  it("need not exist", () => {
    const at = rooted(["a.ts"]);
    expect(findRoot(at("a.ts"), nodeFileSystem)).toBeNull();
    expect(findRepository(at(""), nodeFileSystem)).toBeNull();
  });
});

describe("the configuration", () => {
  it("is the nearest one upwards", () => {
    const at = rooted(["tenant-audit.config.json", "api/tenant-audit.config.json", "api/src/a.ts"]);
    expect(findConfiguration(at("api/src"), at(""), nodeFileSystem)).toBe(at("api/tenant-audit.config.json"));
  });

  it("is not looked for outside", () => {
    const at = rooted(["tenant-audit.config.json", "api/src/a.ts"]);
    expect(findConfiguration(at("api/src"), at("api"), nodeFileSystem)).toBeNull();
  });
});
