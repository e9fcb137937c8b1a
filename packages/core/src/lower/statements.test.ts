import ts from "typescript";
import { describe, expect, it } from "vitest";
import { lower } from "./lower.js";

function bodyOf(text: string) {
  return lower(ts, "a.ts", text).functions[0]!.body;
}

const name = (name: string) => ({ kind: "name", name });
const call = (callee: string) => ({ kind: "expression", expression: { kind: "call", callee: name(callee) } });

describe("statements", () => {
  it("variables, with and without a value", () => {
    expect(bodyOf("const a: Row = f(), b = 1; let c;")).toMatchObject([
      { kind: "variables", declarations: [{ type: { name: "Row" }, initializer: { kind: "call" } }, {}] },
      { kind: "variables", declarations: [{ initializer: null }] },
    ]);
    expect(bodyOf("const { a, b: { c = 1 }, [d]: e, ...f } = g;")).toMatchObject([
      {
        declarations: [
          {
            pattern: {
              kind: "object",
              properties: [
                { key: "a", value: { kind: "binding" } },
                {
                  key: "b",
                  value: { properties: [{ key: "c", value: { kind: "default", value: { value: 1 } } }] },
                },
                { key: name("d"), value: { kind: "binding" } },
              ],
              rest: { kind: "binding" },
            },
          },
        ],
      },
    ]);
    expect(bodyOf("{ using file = open(); }")).toMatchObject([{ body: [{ kind: "variables" }] }]);
  });

  it("branches", () => {
    expect(bodyOf("if (a) b(); else if (c) { d(); } else { e(); }")).toMatchObject([
      {
        kind: "if",
        test: name("a"),
        then: [call("b")],
        else: [{ kind: "if", test: name("c"), then: [call("d")], else: [call("e")] }],
      },
    ]);
    expect(bodyOf("if (a) {}")).toMatchObject([{ then: [], else: null }]);
    expect(bodyOf("switch (a) { case 1: b(); case 2: c(); break; default: d(); }")).toMatchObject([
      {
        kind: "switch",
        discriminant: name("a"),
        cases: [
          { test: { value: 1 }, body: [call("b")] },
          { test: { value: 2 }, body: [call("c"), { kind: "break", label: null }] },
          { test: null, body: [call("d")] },
        ],
      },
    ]);
  });

  it("loops", () => {
    expect(bodyOf("for (let i = 0; i < n; i++) a();")).toMatchObject([
      {
        kind: "loop",
        loop: "for",
        initializer: { kind: "variables" },
        test: { kind: "binary" },
        update: { kind: "unary" },
        left: null,
        body: [call("a")],
      },
    ]);
    expect(bodyOf("for (;;) {}")).toMatchObject([{ initializer: null, test: null, update: null }]);
    expect(bodyOf("for (const { id } of rows) a();")).toMatchObject([
      { loop: "of", left: { kind: "object" }, right: name("rows"), body: [call("a")] },
    ]);
    expect(bodyOf("for (a.key in b) {}")).toMatchObject([
      { loop: "in", left: { kind: "expression", expression: { kind: "member" } }, right: name("b") },
    ]);
    expect(bodyOf("while (a) b(); do c(); while (d);")).toMatchObject([
      { loop: "while", test: name("a"), body: [call("b")] },
      { loop: "do", test: name("d"), body: [call("c")] },
    ]);
    expect(bodyOf("outer: for (;;) { continue outer; }")).toMatchObject([
      {
        kind: "labeled",
        label: "outer",
        body: [{ kind: "loop", body: [{ kind: "continue", label: "outer" }] }],
      },
    ]);
  });

  it("leaving", () => {
    expect(lower(ts, "a.ts", "function f() { if (a) return; return b; }").functions[1]!.body).toMatchObject([
      { then: [{ kind: "return", argument: null }] },
      { kind: "return", argument: name("b") },
    ]);
    expect(bodyOf("throw new Error();")).toMatchObject([{ kind: "throw", argument: { kind: "new" } }]);
    expect(bodyOf("try { a(); } catch ({ code }) { b(); } finally { c(); }")).toMatchObject([
      {
        kind: "try",
        block: [call("a")],
        parameter: { kind: "object" },
        handler: [call("b")],
        finalizer: [call("c")],
      },
    ]);
    expect(bodyOf("try { a(); } catch { b(); }")).toMatchObject([
      { parameter: null, handler: [call("b")], finalizer: null },
    ]);
  });

  it("declarations of functions and classes stand where they are written", () => {
    expect(bodyOf("function f() {} class A {}")).toMatchObject([
      { kind: "function", function: 1 },
      { kind: "class", class: 0 },
    ]);
  });

  it("types, imports and empty statements leave nothing", () => {
    expect(bodyOf(`import "x"; interface A {} type B = A; export {}; ; debugger;`)).toEqual([]);
  });

  it("an old `with` is a block that begins with its object", () => {
    expect(bodyOf("with (a) { b(); }")).toMatchObject([
      { kind: "block", body: [{ expression: name("a") }, call("b")] },
    ]);
  });
});

describe("an enum", () => {
  const { bindings, functions, types } = lower(
    ts,
    "a.ts",
    `enum Role { Guest, Member = 5, Admin, Root = "root", Both = Guest | 2, Next }`,
  );

  it("is an object at run time", () => {
    expect(functions[0]!.body).toMatchObject([
      {
        kind: "variables",
        declarations: [
          {
            pattern: { kind: "binding", binding: 0 },
            initializer: {
              kind: "object",
              properties: [
                { key: "Guest", value: { value: 0 } },
                { key: "Member", value: { value: 5 } },
                { key: "Admin", value: { value: 6 } },
                { key: "Root", value: { value: "root" } },
                { key: "Both", value: { kind: "binary" } },
                { key: "Next", value: { kind: "unknown" } },
              ],
            },
          },
        ],
      },
    ]);
  });

  it("is a union of its values as a type", () => {
    expect(bindings).toMatchObject([{ name: "Role", kind: "enum", target: null }]);
    expect(types).toMatchObject([{ name: "Role", kind: "enum", binding: 0, type: { kind: "union" } }]);
    const union = types[0]!.type;
    const values =
      union.kind === "union" && union.types.map((type) => (type.kind === "literal" ? type.value : type.kind));
    expect(values).toEqual([0, 5, 6, "root", "unknown", "unknown"]);
  });
});
