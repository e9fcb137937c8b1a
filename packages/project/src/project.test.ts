import { temporaryProject } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";
import { nodeFileSystem } from "./file-system.js";
import { type Project, discover } from "./project.js";

function discovered(files: Readonly<Record<string, string>>, root = ""): Project {
  return discover({
    root: `${temporaryProject(files).directory}${root}`,
    configuration: { reasonFor: () => null, isWanted: () => false },
    fileSystem: nodeFileSystem,
    onFile: () => {},
  });
}

describe("files", () => {
  it("are found by their extension, in the order of their code units", () => {
    const names = ["b.ts", "a.tsx", "Z.mts", "c.cts", "d.js", "e.jsx", "f.mjs", "g.cjs", "src/a.ts"];
    const { layout } = discovered(
      Object.fromEntries([...names, "README.md", "h.json"].map((name) => [name, ""])),
    );
    expect(layout.files).toEqual([
      "Z.mts",
      "a.tsx",
      "b.ts",
      "c.cts",
      "d.js",
      "e.jsx",
      "f.mjs",
      "g.cjs",
      "src/a.ts",
    ]);
  });

  it("in node_modules and .git are nobody's concern", () => {
    const { layout, notJudged } = discovered({
      "a.ts": "",
      "node_modules/x/index.ts": "",
      "packages/api/node_modules/y.js": "",
      ".git/hooks/z.js": "",
    });
    expect(layout.files).toEqual(["a.ts"]);
    expect(notJudged).toEqual([]);
  });

  it("of build output are listed as one directory", () => {
    const { layout, notJudged } = discovered({
      "package.json": "{}",
      "dist/a.js": "",
      "dist/b.js": "",
      ".next/c.js": "",
    });
    expect(layout.files).toEqual([]);
    expect(notJudged).toEqual([
      { file: ".next/", reason: "build output" },
      { file: "dist/", reason: "build output" },
    ]);
  });

  it("in a directory that is only called like build output are judged", () => {
    expect(discovered({ "package.json": "{}", "src/build/plan.ts": "" }).layout.files).toEqual([
      "src/build/plan.ts",
    ]);
  });

  it("of frameworks whose components cannot be read are listed", () => {
    expect(discovered({ "a.ts": "", "App.svelte": "", "App.vue": "" }).notJudged).toEqual([
      { file: "App.svelte", reason: "Svelte component" },
      { file: "App.vue", reason: "Vue component" },
    ]);
  });

  it("may be schemas", () => {
    expect(discovered({ "prisma/schema/user.prisma": "model User {}" }).schemas).toEqual([
      { kind: "prisma", file: "prisma/schema/user.prisma", text: "model User {}" },
    ]);
  });
});

it("the order in which the file system lists a directory changes nothing", async () => {
  const project = temporaryProject({
    "package.json": "{}",
    "dist/a.js": "",
    "b/c.ts": "",
    "b/d.test.ts": "",
    "e.ts": "const = 1;",
    "f.vue": "",
    "tsconfig.json": "{",
  });
  project.write("g.ts", Uint8Array.of(0));
  const list: typeof nodeFileSystem.list = (directory) =>
    [...nodeFileSystem.list(directory)].sort((a, b) => (a.name < b.name ? -1 : 1));
  const backwards: typeof nodeFileSystem.list = (directory) => [...list(directory)].reverse();
  const words = ["scan", "--format", "json"];
  const first = await project.run(words, { fileSystem: { ...nodeFileSystem, list } });
  expect(await project.run(words, { fileSystem: { ...nodeFileSystem, list: backwards } })).toEqual(first);
});

describe(".gitignore", () => {
  it("leaves out what it names, and says so where that may be code", () => {
    const { layout, notJudged } = discovered({
      ".gitignore": "/scratch\n*.local.ts\ndist\n.env\n",
      "a.ts": "",
      "scratch/b.ts": "",
      "c.local.ts": "",
      "dist/d.js": "",
    });
    expect(layout.files).toEqual(["a.ts"]);
    expect(notJudged).toEqual([
      { file: "c.local.ts", reason: "ignored by .gitignore" },
      { file: "scratch/", reason: "ignored by .gitignore" },
    ]);
  });

  it("may be overruled further down", () => {
    const files = { ".gitignore": "*.js\n", "scripts/.gitignore": "!*.js\n", "scripts/a.js": "", "b.js": "" };
    expect(discovered(files).layout.files).toEqual(["scripts/a.js"]);
  });

  it("counts from the repository's root when a directory below it is scanned", () => {
    const files = { ".git/HEAD": "", ".gitignore": "/api/tmp\n", "api/tmp/a.ts": "", "api/b.ts": "" };
    expect(discovered(files, "/api").layout.files).toEqual(["b.ts"]);
  });

  it("does not count against the directory that was asked for", () => {
    const files = { ".git/HEAD": "", ".gitignore": "examples\n", "examples/shop/a.ts": "" };
    expect(discovered(files, "/examples/shop").layout.files).toEqual(["a.ts"]);
  });
});

describe("tsconfig.json", () => {
  it("gives aliases, with comments and trailing commas", () => {
    const { layout } = discovered({
      "api/tsconfig.json": `{
        // for the editor
        "compilerOptions": { "paths": { "@/*": ["./src/*", "./generated/*"], }, },
      }`,
    });
    expect(layout.aliases).toEqual([
      { scope: "api", pattern: "@/*", targets: ["api/src/*", "api/generated/*"] },
    ]);
  });

  it("measures paths from baseUrl, which is an alias of its own", () => {
    const { layout } = discovered({
      "api/tsconfig.json":
        '{ "compilerOptions": { "baseUrl": "./src", "paths": { "@db": ["database/index.ts"] } } }',
    });
    expect(layout.aliases).toEqual([
      { scope: "api", pattern: "@db", targets: ["api/src/database/index.ts"] },
      { scope: "api", pattern: "*", targets: ["api/src/*"] },
    ]);
  });

  it("inherits from what it extends, and paths stay relative to where they stand", () => {
    const { layout, notes } = discovered({
      "config/base.json":
        '{ "compilerOptions": { "paths": { "@shared/*": ["../shared/*"] }, "outDir": "../out" } }',
      "api/tsconfig.json": '{ "extends": ["../config/base"], "compilerOptions": { "rootDir": "src" } }',
      "api/package.json": '{ "name": "@acme/api" }',
    });
    expect(notes).toEqual([]);
    expect(layout.aliases).toEqual([{ scope: "api", pattern: "@shared/*", targets: ["shared/*"] }]);
    expect(layout.packages).toMatchObject([{ name: "@acme/api", outDir: "../out", rootDir: "src" }]);
  });

  it("puts ${configDir} where the extending file is", () => {
    const { layout } = discovered({
      "base.json":
        '{ "compilerOptions": { "outDir": "${configDir}/dist", "paths": { "@/*": ["${configDir}/src/*"] } } }',
      "api/tsconfig.json": '{ "extends": "../base.json" }',
      "api/package.json": '{ "name": "api" }',
    });
    expect(layout.aliases).toEqual([{ scope: "api", pattern: "@/*", targets: ["api/src/*"] }]);
    expect(layout.packages).toMatchObject([{ outDir: "dist" }]);
  });

  it("may extend a package of the workspace", () => {
    const { layout, notes } = discovered({
      "packages/config/package.json": '{ "name": "@acme/config" }',
      "packages/config/next.json": '{ "compilerOptions": { "baseUrl": "../../web" } }',
      "web/tsconfig.json": '{ "extends": "@acme/config/next.json" }',
    });
    expect(notes).toEqual([]);
    expect(layout.aliases).toEqual([{ scope: "web", pattern: "*", targets: ["web/*"] }]);
  });

  it("adds up with others in its directory", () => {
    const { layout } = discovered({
      "tsconfig.app.json": '{ "compilerOptions": { "paths": { "@/*": ["./app/*"] } } }',
      "tsconfig.json": '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }',
      "tsconfig.node.json": '{ "compilerOptions": { "paths": { "@/*": ["./node/*"] } } }',
    });
    expect(layout.aliases).toEqual([{ scope: "", pattern: "@/*", targets: ["app/*", "node/*"] }]);
  });

  it("that extends itself in a circle ends", () => {
    const { notes } = discovered({
      "tsconfig.json": '{ "extends": "./tsconfig.base.json" }',
      "tsconfig.base.json": '{ "extends": "./tsconfig.json" }',
    });
    expect(notes.map(({ message }) => message)).toContain(
      'extends "./tsconfig.json", which extends this file in turn. The circle was cut here.',
    );
  });

  it("is not followed out of the repository", () => {
    const outside = temporaryProject({ "base.json": '{ "compilerOptions": { "baseUrl": "." } }' });
    const { layout, notes } = discovered({
      "tsconfig.json": `{ "extends": "${outside.directory}/base.json" }`,
    });
    expect(layout.aliases).toEqual([]);
    expect(notes).toHaveLength(1);
  });

  it("loses aliases that lead out of the scanned directory", () => {
    const files = {
      ".git/HEAD": "",
      "api/tsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["../lib/*"] } } }',
    };
    expect(discovered(files, "/api").layout.aliases).toEqual([]);
  });
});

describe("package.json", () => {
  it("gives every package that has a name or imports of its own", () => {
    const { layout } = discovered({
      "package.json": '{ "name": "acme", "private": true }',
      "packages/db/package.json": `{
        "name": "@acme/db", "main": "dist/index.js", "types": "dist/index.d.ts",
        "exports": { ".": "./dist/index.js" }
      }`,
      "packages/db/tsconfig.json": '{ "compilerOptions": { "outDir": "dist", "rootDir": "src" } }',
      "packages/web/package.json": '{ "imports": { "#db": "./src/db.ts" } }',
      "packages/web/src/package.json": '{ "type": "commonjs" }',
    });
    expect(layout.packages).toEqual([
      {
        name: "acme",
        directory: "",
        exports: null,
        main: null,
        types: null,
        imports: null,
        outDir: null,
        rootDir: null,
      },
      {
        name: "@acme/db",
        directory: "packages/db",
        exports: { ".": "./dist/index.js" },
        main: "dist/index.js",
        types: "dist/index.d.ts",
        imports: null,
        outDir: "dist",
        rootDir: "src",
      },
      {
        name: "",
        directory: "packages/web",
        exports: null,
        main: null,
        types: null,
        imports: { "#db": "./src/db.ts" },
        outDir: null,
        rootDir: null,
      },
    ]);
  });

  it("may be malformed", () => {
    expect(discovered({ "package.json": '{ "name": "acme",, }' }).notes).toMatchObject([
      { file: "package.json", line: 1, message: expect.stringContaining("is malformed") as string },
    ]);
  });
});
