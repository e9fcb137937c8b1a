import path from "node:path";
import { temporaryProject } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";
import { watch } from "./watch.js";

const enough = 60_000;

function watched(): {
  readonly look: (milliseconds: number) => string;
  write(file: string, content: string): void;
} {
  const project = temporaryProject({ "schema.prisma": "", "src/a.ts": "", "src/b.ts": "" });
  const at = (place: string): string => path.join(project.directory, place);
  const look = watch({
    files: [at("schema.prisma")],
    directories: [at("."), at("src")],
    silent: [at("src/a.ts"), at("src/b.ts")],
    speaks: (text) => text.includes("table"),
  });
  return { look, write: (file, content) => project.write(file, content) };
}

describe("a look at a project", () => {
  it("finds what is as it was", () => {
    expect(watched().look(enough)).toBe("same");
  });

  it.each([
    ["a file that the model was read from", "schema.prisma", "model A {}"],
    ["a new file that may be a part of it", "src/c.ts", ""],
    ["a new directory", "lib/c.ts", ""],
    ["a source that begins to speak of tables", "src/a.ts", "a table"],
    ["new rules about what is ignored", "src/.gitignore", "b.ts"],
  ])("finds %s", (_, file, content) => {
    const { look, write } = watched();
    write(file, content);
    expect(look(enough)).toBe("changed");
  });

  it.each([
    ["a source that says nothing of tables", "src/a.ts", "export {};"],
    ["a file that has no part in a model", "src/notes.md", "a table"],
  ])("passes over %s", (_, file, content) => {
    const { look, write } = watched();
    write(file, content);
    expect(look(enough)).toBe("same");
  });

  it("that had too little time goes on where it ended", () => {
    const { look, write } = watched();
    write("src/b.ts", "a table");
    const looks = Array.from({ length: 5 }, () => look(0));
    expect(looks[0]).toBe("unfinished");
    expect(looks).toContain("changed");
  });
});
