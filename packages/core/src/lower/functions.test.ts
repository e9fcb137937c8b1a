import ts from "typescript";
import { describe, expect, it } from "vitest";
import { lower } from "./lower.js";

function functionsOf(text: string) {
  return lower(ts, "a.ts", text).functions.slice(1);
}

function namesOf(text: string) {
  return functionsOf(text).map(({ kind, name }) => `${kind} ${name}`);
}

describe("a function's name", () => {
  it("is its own, or that of the variable, property or field it is given to", () => {
    expect(namesOf("function a() {}")).toEqual(["function a"]);
    expect(namesOf("const b = () => {};")).toEqual(["arrow b"]);
    expect(namesOf("const c = function own() {};")).toEqual(["function own"]);
    expect(namesOf("const d = (async () => {}) as Handler;")).toEqual(["arrow d"]);
    expect(namesOf("({ e: () => {}, 'f-g': function () {}, h() {}, get i() { return 1; } });")).toEqual([
      "arrow e",
      "function f-g",
      "method h",
      "getter i",
    ]);
    expect(namesOf("service.j = function () {}; k ||= () => {};")).toEqual(["function j", "arrow k"]);
    expect(namesOf("exports.l = function () {};")).toEqual(["function l"]);
    expect(namesOf("const { m = () => {} } = options; function n(o = () => {}) {}")).toEqual([
      "arrow m",
      "function n",
      "arrow o",
    ]);
    expect(namesOf("export default function () {}")).toEqual(["function default"]);
  });

  it("is null when it is only passed on", () => {
    expect(namesOf("const rows = list.map((row) => row.id);")).toEqual(["arrow null"]);
    expect(namesOf("({ [key]() {} });")).toEqual(["method null"]);
  });
});

describe("a function", () => {
  it("says how it runs", () => {
    expect(functionsOf("async function* f<T, U>(): AsyncGenerator<T> {}")).toMatchObject([
      {
        async: true,
        generator: true,
        typeParameters: ["T", "U"],
        returns: { kind: "reference", name: "AsyncGenerator" },
      },
    ]);
  });

  it("has its parameters with their types and defaults", () => {
    const text = "function f(a: string, b?: number, { c }: Options = {}, ...d: string[]) {}";
    expect(functionsOf(text)[0]!.parameters).toMatchObject([
      {
        pattern: { kind: "binding" },
        optional: false,
        type: { kind: "keyword", name: "string" },
        rest: false,
      },
      { optional: true, default: null },
      { pattern: { kind: "object" }, default: { kind: "object" }, type: { name: "Options" } },
      { rest: true, type: { kind: "array" } },
    ]);
  });

  it("gives a binding the type that was declared for it", () => {
    const { bindings } = lower(ts, "a.ts", "function f(a: Kysely<DB>) { const b: Row = g(); }");
    expect(bindings.map(({ name, type }) => [name, type?.kind === "reference" ? type.name : null])).toEqual([
      ["f", null],
      ["a", "Kysely"],
      ["b", "Row"],
    ]);
  });

  it("that is only an expression returns it", () => {
    expect(functionsOf("const f = () => db;")[0]!.body).toMatchObject([
      { kind: "return", argument: { kind: "name", name: "db" } },
    ]);
  });

  it("is its implementation, not its overloads", () => {
    const text =
      "function f(a: string): string; function f(a: number): number; function f(a: any) { return a; }";
    const { functions, bindings } = lower(ts, "a.ts", text);
    expect(functions).toHaveLength(2);
    expect(functions[1]!.body).toMatchObject([{ kind: "return" }]);
    expect(bindings[0]).toMatchObject({ name: "f", target: 1 });
  });

  it("that is only declared has no body", () => {
    const { functions } = lower(ts, "a.d.ts", "declare function f(a: string): Promise<void>;");
    expect(functions[1]).toMatchObject({ name: "f", body: [], returns: { name: "Promise" } });
  });
});
