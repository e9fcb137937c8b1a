import ts from "typescript";
import { describe, expect, it } from "vitest";
import { lower } from "./lower.js";

/** Each import as a line: `type kysely: Kysely as K`. */
function importsOf(text: string, fileName = "a.ts"): string[] {
  const { imports, bindings } = lower(ts, fileName, text);
  return imports.map(({ specifier, typeOnly, names }) => {
    const listed = names.map(({ imported, binding }) => `${imported} as ${bindings[binding]!.name}`);
    return `${typeOnly ? "type " : ""}${specifier}: ${listed.join(", ")}`;
  });
}

/** Each export as a line: `name = binding`, `name from specifier`, `* from specifier`. */
function exportsOf(text: string, fileName = "a.ts"): string[] {
  const { exports, bindings } = lower(ts, fileName, text);
  return exports.map((made) => {
    if (made.kind === "star") return `* from ${made.specifier}`;
    if (made.kind === "from") return `${made.name} = ${made.imported} from ${made.specifier}`;
    return `${made.name} = ${bindings[made.binding]!.kind} ${bindings[made.binding]!.name}`;
  });
}

describe("imports", () => {
  it("default, named, renamed and whole modules", () => {
    expect(
      importsOf(`import a, { b, c as d, default as e } from "x"; import * as f from "y"; import "z";`),
    ).toEqual(["x: default as a, b as b, c as d, default as e", "y: * as f", "z: "]);
  });

  it("types are told apart, in a clause and in a list", () => {
    expect(
      importsOf(`import type { A } from "x"; import type B from "y"; import { type C, d } from "z";`),
    ).toEqual(["type x: A as A", "type y: default as B", "type z: C as C", "z: d as d"]);
  });

  it("TypeScript's import of a CommonJS module", () => {
    expect(importsOf(`import fs = require("fs");`)).toEqual(["fs: * as fs"]);
  });

  it("require, wherever it stands", () => {
    const text = `
      const whole = require("a"), { b, c: d } = require("b");
      var member = require("c").Member;
      function later() { const lazy = require("d"); }
    `;
    expect(importsOf(text, "a.cjs")).toEqual([
      "a: * as whole",
      "b: b as b, c as d",
      "c: Member as member",
      "d: * as lazy",
    ]);
  });

  it("what is required in another way stays an ordinary value", () => {
    const text = `const { a = 1 } = require("a"); const b = require(name); const c = require("c")();`;
    expect(importsOf(text, "a.js")).toEqual([]);
    expect(lower(ts, "a.js", text).functions[0]!.body).toHaveLength(3);
  });

  it("an import at run time is an expression", () => {
    const { functions } = lower(ts, "a.ts", `const { db } = await import("./db");`);
    expect(functions[0]!.body).toMatchObject([
      {
        declarations: [
          { initializer: { kind: "await", expression: { kind: "import", specifier: { value: "./db" } } } },
        ],
      },
    ]);
  });
});

describe("exports", () => {
  it("declarations", () => {
    const text = `
      export const a = 1, { b, c: [d] } = x;
      export function f() {}
      export class K {}
      export enum E { A }
      export interface I {}
      export type T = string;
      export namespace N {}
    `;
    expect(exportsOf(text)).toEqual([
      "a = const a",
      "b = const b",
      "d = const d",
      "f = function f",
      "K = class K",
      "E = enum E",
      "I = type I",
      "T = type T",
      "N = namespace N",
    ]);
  });

  it("lists of local names, with imports among them and names that are value and type", () => {
    const text = `
      import { pass } from "x";
      const local = 1; interface Both {} const Both = {};
      export { local as renamed, pass, Both, missing };
    `;
    expect(exportsOf(text)).toEqual([
      "renamed = const local",
      "pass = import pass",
      "Both = const Both",
      "Both = type Both",
    ]);
  });

  it("other modules' exports", () => {
    expect(
      exportsOf(`export { a, b as c, default } from "x"; export * from "y"; export * as z from "z";`),
    ).toEqual(["a = a from x", "c = b from x", "default = default from x", "* from y", "z = * from z"]);
  });

  it("a default that has a name is exported by it", () => {
    expect(exportsOf("export default function f() {}")).toEqual(["default = function f"]);
    expect(exportsOf("export default class {}")).toEqual(["default = class default"]);
    expect(exportsOf("const app = 1; export default app;")).toEqual(["default = const app"]);
  });

  it("a default without a name gets a variable, so that its value can be found", () => {
    const { exports, functions, bindings } = lower(ts, "a.ts", "export default router({ list: () => {} });");
    expect(exports).toEqual([{ kind: "local", name: "default", binding: 0 }]);
    expect(bindings[0]).toMatchObject({ name: "default", kind: "synthetic" });
    expect(functions[0]!.body).toMatchObject([
      { kind: "variables", declarations: [{ pattern: { binding: 0 }, initializer: { kind: "call" } }] },
    ]);
  });

  it("CommonJS", () => {
    expect(exportsOf("class A {} export = A;")).toEqual(["export= = class A"]);
    expect(exportsOf("const a = 1; module.exports = a;", "a.js")).toEqual(["export= = const a"]);
    expect(exportsOf("function f() {} exports.f = f; module.exports.g = () => {};", "a.js")).toEqual([
      "f = function f",
      "g = synthetic g",
    ]);
    expect(exportsOf("const a = 1; function b() {} module.exports = { a, c: b, d: 1 };", "a.js")).toEqual([
      "export= = synthetic export=",
      "a = const a",
      "c = function b",
    ]);
    expect(exportsOf("exports.a = exports.b = void 0; exports.a = exports.b = make();", "a.js")).toEqual([
      "a = synthetic a",
      "b = synthetic a",
    ]);
  });

  it("an object of one's own that is called module or exports exports nothing", () => {
    expect(exportsOf("const module = { exports: {} }; module.exports = 1;", "a.js")).toEqual([]);
    expect(exportsOf("function f(exports) { exports.a = 1; }", "a.js")).toEqual([]);
  });

  it("what a namespace or an augmented module exports is not the file's", () => {
    expect(
      exportsOf(`namespace N { export const a = 1 } declare module "x" { export interface I {} }`),
    ).toEqual([]);
  });
});
