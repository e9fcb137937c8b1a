import ts from "typescript";
import { expect, test } from "vitest";
import { lower } from "../lower/lower.js";
import { link } from "./link.js";
import type { Program, Symbol } from "./program.js";

function programOf(sources: Readonly<Record<string, string>>): Program {
  const modules = new Map(Object.entries(sources).map(([file, text]) => [file, lower(ts, file, text)]));
  return link({ files: Object.keys(sources), packages: [], aliases: [] }, modules);
}

/** What an export leads to: `a.ts: function save`, `npm:kysely Kysely`, `?`. */
function exported(program: Program, file: string, name: string): string {
  return describe(program, program.exportOf(file, name));
}

/** What the top-level name of a file leads to. */
function named(program: Program, file: string, name: string): string {
  const binding =
    program.module(file)?.bindings.findIndex((each) => each.name === name && each.scope === 0) ?? -1;
  return describe(program, program.symbolOf(file, binding));
}

function describe(program: Program, symbol: Symbol): string {
  switch (symbol.kind) {
    case "function":
      return `${symbol.file}: function ${program.module(symbol.file)?.functions[symbol.function]?.name}`;
    case "class":
      return `${symbol.file}: class ${program.module(symbol.file)?.classes[symbol.class]?.name}`;
    case "variable":
      return `${symbol.file}: variable ${program.module(symbol.file)?.bindings[symbol.binding]?.name}`;
    case "type":
      return `${symbol.file}: type ${program.module(symbol.file)?.types[symbol.type]?.name}`;
    case "module":
      return `${symbol.file}: module`;
    case "external":
      return `npm:${[symbol.package, ...symbol.path].join(" ")}`;
    case "unresolved":
      return "?";
  }
}

test("an import leads through re-exports and new names to the declaration", () => {
  const program = programOf({
    "users.ts": `
      export function save() {}
      export class Users {}
      export const limit = 10;
      export interface User {}
      export default function load() {}`,
    "index.ts": `export { save as store, Users, limit, default as load } from "./users"; export type { User } from "./users";`,
    "main.ts": `
      import load, { save } from "./users";
      import { store, Users, limit, load as again, User } from "./index";
      import * as users from "./users";`,
  });

  expect(named(program, "main.ts", "save")).toBe("users.ts: function save");
  expect(named(program, "main.ts", "store")).toBe("users.ts: function save");
  expect(named(program, "main.ts", "Users")).toBe("users.ts: class Users");
  expect(named(program, "main.ts", "limit")).toBe("users.ts: variable limit");
  expect(named(program, "main.ts", "load")).toBe("users.ts: function load");
  expect(named(program, "main.ts", "again")).toBe("users.ts: function load");
  expect(named(program, "main.ts", "User")).toBe("users.ts: type User");
  expect(named(program, "main.ts", "users")).toBe("users.ts: module");
});

test("an import that is exported again from a list is followed", () => {
  const program = programOf({
    "db.ts": `export const db = 1;`,
    "index.ts": `import { db } from "./db"; import * as all from "./db"; export { db, db as database, all };`,
  });

  expect(exported(program, "index.ts", "db")).toBe("db.ts: variable db");
  expect(exported(program, "index.ts", "database")).toBe("db.ts: variable db");
  expect(exported(program, "index.ts", "all")).toBe("db.ts: module");
});

test("what a file declares itself wins over what it passes on, and the first star over the second", () => {
  const program = programOf({
    "a.ts": `export const both = "a"; export const own = "a"; export default 1;`,
    "b.ts": `export const both = "b"; export const second = "b";`,
    "index.ts": `export const own = "index"; export * from "./a"; export * from "./b";`,
  });

  expect(exported(program, "index.ts", "own")).toBe("index.ts: variable own");
  expect(exported(program, "index.ts", "both")).toBe("a.ts: variable both");
  expect(exported(program, "index.ts", "second")).toBe("b.ts: variable second");
  expect(exported(program, "index.ts", "default")).toBe("?");
  expect(program.exportNames("index.ts")).toEqual(["own", "both", "second"]);
});

test("files that pass each other on still offer what one of them has", () => {
  const program = programOf({
    "a.ts": `export * from "./b"; export * from "./c";`,
    "b.ts": `export * from "./a";`,
    "c.ts": `export function found() {}`,
  });

  expect(exported(program, "b.ts", "found")).toBe("c.ts: function found");
  expect(exported(program, "a.ts", "found")).toBe("c.ts: function found");
  expect(exported(program, "a.ts", "lost")).toBe("?");
  expect(program.exportNames("b.ts")).toEqual(["found"]);
});

test("names that only point at each other lead nowhere", () => {
  const program = programOf({
    "a.ts": `export { x } from "./b"; export { y } from "./a";`,
    "b.ts": `import { x } from "./a"; export { x };`,
  });

  expect(exported(program, "a.ts", "x")).toBe("?");
  expect(exported(program, "b.ts", "x")).toBe("?");
  expect(exported(program, "a.ts", "y")).toBe("?");
});

test("a missing file and a missing export lead nowhere, and say what was asked for", () => {
  const program = programOf({
    "a.ts": `export { x } from "./missing"; export { y } from "./b"; export * from "./gone";`,
    "b.ts": ``,
  });

  expect(program.exportOf("a.ts", "x")).toEqual({ kind: "unresolved", specifier: "./missing", path: ["x"] });
  expect(program.exportOf("a.ts", "y")).toMatchObject({ kind: "unresolved", path: ["y"] });
  expect(exported(program, "a.ts", "z")).toBe("?");
});

test("what comes from a package keeps its name there", () => {
  const program = programOf({
    "db.ts": `
      import pg, { Pool } from "pg";
      import * as kysely from "kysely";
      import { Kysely as Builder } from "kysely";
      export { Builder, pg };`,
    "star.ts": `export * from "@prisma/client"; export const own = 1;`,
  });

  expect(named(program, "db.ts", "pg")).toBe("npm:pg default");
  expect(named(program, "db.ts", "Pool")).toBe("npm:pg Pool");
  expect(named(program, "db.ts", "kysely")).toBe("npm:kysely");
  expect(exported(program, "db.ts", "Builder")).toBe("npm:kysely Kysely");
  expect(exported(program, "star.ts", "PrismaClient")).toBe("npm:@prisma/client PrismaClient");
  expect(exported(program, "star.ts", "own")).toBe("star.ts: variable own");
});

test("CommonJS modules give what they assign to their exports", () => {
  const program = programOf({
    "named.js": `exports.save = function save() {}; module.exports.limit = 10;`,
    "whole.js": `class Users {} module.exports = Users;`,
    "object.js": `function save() {} module.exports = { save, load() {}, Users: class Users {} };`,
    "main.js": `
      const named = require("./named");
      const { save, limit: most } = require("./named");
      const Users = require("./whole");
      const { save: store, load, Users: Inner } = require("./object");
      const missing = require("./missing");`,
    "main.ts": `import Users from "./whole"; import legacy = require("./whole"); import all from "./named"; import { save } from "./object";`,
  });

  expect(named(program, "main.js", "named")).toBe("named.js: module");
  expect(named(program, "main.js", "most")).toBe("named.js: variable limit");
  expect(named(program, "main.js", "Users")).toBe("whole.js: class Users");
  expect(named(program, "main.js", "store")).toBe("object.js: function save");
  expect(named(program, "main.js", "load")).toBe("object.js: function load");
  expect(named(program, "main.js", "Inner")).toBe("object.js: class Users");
  expect(named(program, "main.js", "missing")).toBe("?");
  expect(named(program, "main.ts", "Users")).toBe("whole.js: class Users");
  expect(named(program, "main.ts", "legacy")).toBe("whole.js: class Users");
  expect(named(program, "main.ts", "all")).toBe("named.js: module");
  expect(named(program, "main.ts", "save")).toBe("object.js: function save");
});

test("a module that is required but written with export default is still a module", () => {
  const program = programOf({
    "users.ts": `export default class Users {}`,
    "main.js": `const users = require("./users");`,
  });

  expect(named(program, "main.js", "users")).toBe("users.ts: module");
});

test("one name for a value and a type is the value where a value is asked for", () => {
  const program = programOf({
    "role.ts": `export type Role = "admin" | "member"; export const Role = { admin: "admin" };`,
    "main.ts": `import { Role } from "./role";`,
  });

  expect(named(program, "main.ts", "Role")).toBe("role.ts: variable Role");
});

test("a chain of ten thousand re-exports is followed to its end", () => {
  const sources: Record<string, string> = { "m0.ts": `export const x = 1;` };
  for (let index = 1; index <= 10_000; index++) {
    sources[`m${index}.ts`] =
      index % 2 ? `export { x } from "./m${index - 1}";` : `export * from "./m${index - 1}";`;
  }

  expect(exported(programOf(sources), "m10000.ts", "x")).toBe("m0.ts: variable x");
});
