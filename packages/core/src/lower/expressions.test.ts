import ts from "typescript";
import { describe, expect, it } from "vitest";
import { lower } from "./lower.js";

/** The one expression of `text`, which may be TSX. */
function expressionOf(text: string) {
  const [statement] = lower(ts, "a.tsx", `(${text});`).functions[0]!.body;
  if (statement?.kind !== "expression") throw new Error("not an expression");
  return statement.expression;
}

const name = (name: string) => ({ kind: "name", name });

describe("literals", () => {
  it("are their values", () => {
    expect(expressionOf(`"a\\n"`)).toMatchObject({ kind: "literal", value: "a\n" });
    expect(expressionOf("`plain`")).toMatchObject({ kind: "literal", value: "plain" });
    expect(expressionOf("0x1_0")).toMatchObject({ kind: "literal", value: 16 });
    expect(expressionOf("true")).toMatchObject({ kind: "literal", value: true });
    expect(expressionOf("null")).toMatchObject({ kind: "literal", value: null });
  });

  it("of other sorts are constants", () => {
    expect(expressionOf("/a\\/b/g")).toMatchObject({ kind: "constant", text: "/a\\/b/g" });
    expect(expressionOf("10n")).toMatchObject({ kind: "constant", text: "10n" });
    expect(expressionOf("1e999")).toMatchObject({ kind: "constant" });
  });

  it("templates have their texts and what stands between", () => {
    expect(expressionOf("`org:${id}:\\t${key}`")).toMatchObject({
      kind: "template",
      texts: ["org:", ":\t", ""],
      expressions: [name("id"), name("key")],
    });
    expect(expressionOf("sql<Row>`select ${id}`")).toMatchObject({
      kind: "tagged",
      tag: name("sql"),
      typeArguments: [{ name: "Row" }],
      texts: ["select ", ""],
      expressions: [name("id")],
    });
    expect(expressionOf("sql`select`")).toMatchObject({ kind: "tagged", texts: ["select"], expressions: [] });
  });

  it("arrays keep spreads, and a hole is undefined", () => {
    expect(expressionOf("[a, , ...b]")).toMatchObject({
      elements: [name("a"), name("undefined"), { kind: "spread", expression: name("b") }],
    });
  });

  it("objects keep the order of properties and spreads", () => {
    expect(
      expressionOf("{ a: 1, 'b-c': 2, 3: 3, [d]: 4, ['e']: 5, f, ...g, h() {}, get i() { return 1 } }"),
    ).toMatchObject({
      properties: [
        { key: "a", value: { value: 1 } },
        { key: "b-c" },
        { key: "3" },
        { key: name("d") },
        { key: "e" },
        { key: "f", value: name("f") },
        { kind: "spread", value: name("g") },
        { key: "h", value: { kind: "function", function: 1 } },
        { key: "i", value: { kind: "function", function: 2 } },
      ],
    });
  });
});

describe("access and calls", () => {
  it("members say where their name stands", () => {
    const text = "db . where";
    expect(expressionOf(text)).toMatchObject({
      kind: "member",
      object: name("db"),
      property: "where",
      nameStart: 1 + 5,
    });
  });

  it("optional links are marked one by one", () => {
    expect(expressionOf("a?.b.c?.[d]?.(e)")).toMatchObject({
      kind: "call",
      optional: true,
      arguments: [name("e")],
      callee: {
        kind: "index",
        optional: true,
        index: name("d"),
        object: { kind: "member", property: "c", optional: false, object: { property: "b", optional: true } },
      },
    });
  });

  it("calls and new keep their type arguments", () => {
    expect(expressionOf("make<Row>(a, ...b)")).toMatchObject({
      kind: "call",
      typeArguments: [{ kind: "reference", name: "Row" }],
      arguments: [name("a"), { kind: "spread" }],
    });
    expect(expressionOf("new Kysely<DB>({})")).toMatchObject({
      kind: "new",
      typeArguments: [{ name: "DB" }],
    });
    expect(expressionOf("new Map")).toMatchObject({ kind: "new", arguments: [] });
  });

  it("this, super and private names", () => {
    const { functions } = lower(
      ts,
      "a.ts",
      "class A extends B { constructor() { super(this.#db); super.close(); } }",
    );
    expect(functions[1]!.body).toMatchObject([
      {
        expression: { callee: { kind: "super" }, arguments: [{ object: { kind: "this" }, property: "#db" }] },
      },
      { expression: { callee: { kind: "member", object: { kind: "super" } } } },
    ]);
  });
});

describe("operators", () => {
  it("unary, before and after", () => {
    expect(expressionOf("!a")).toMatchObject({ kind: "unary", operator: "!", operand: name("a") });
    expect(expressionOf("a++")).toMatchObject({ kind: "unary", operator: "++" });
    expect(expressionOf("typeof a")).toMatchObject({ kind: "unary", operator: "typeof" });
    expect(expressionOf("delete a.b")).toMatchObject({ kind: "unary", operator: "delete" });
    expect(expressionOf("void 0")).toMatchObject({ kind: "unary", operator: "void" });
  });

  it("binary and logical", () => {
    expect(expressionOf("a === b")).toMatchObject({
      kind: "binary",
      operator: "===",
      left: name("a"),
      right: name("b"),
    });
    expect(expressionOf("a instanceof b")).toMatchObject({ kind: "binary", operator: "instanceof" });
    expect(expressionOf("a ?? b || c")).toMatchObject({ kind: "logical" });
    expect(expressionOf("a && b")).toMatchObject({ kind: "logical", operator: "&&" });
  });

  it("conditionals, sequences, await and yield", () => {
    expect(expressionOf("a ? b : c")).toMatchObject({
      kind: "conditional",
      test: name("a"),
      then: name("b"),
      else: name("c"),
    });
    expect(expressionOf("a, b, c")).toMatchObject({
      kind: "sequence",
      expressions: [name("a"), name("b"), name("c")],
    });
    expect(expressionOf("await a")).toMatchObject({ kind: "await", expression: name("a") });
    const { functions } = lower(ts, "a.ts", "function* f() { yield; yield* a; }");
    expect(functions[1]!.body).toMatchObject([
      { expression: { kind: "yield", expression: null, isEach: false } },
      { expression: { kind: "yield", expression: name("a"), isEach: true } },
    ]);
  });

  it("casts keep what they cast", () => {
    expect(expressionOf("a as Row")).toMatchObject({
      kind: "cast",
      cast: "as",
      expression: name("a"),
      type: { name: "Row" },
    });
    expect(expressionOf("a satisfies Row")).toMatchObject({ cast: "satisfies" });
    expect(expressionOf("a!")).toMatchObject({ cast: "non-null", type: null });
  });

  it("parentheses mean nothing", () => {
    expect(expressionOf("((a))")).toMatchObject({ ...name("a"), start: 3, end: 4 });
  });
});

describe("assignments", () => {
  it("to a variable of the file, to a global, to a member", () => {
    const { functions } = lower(ts, "a.ts", "let a; a = 1; b += 2; a.c ??= 3;");
    expect(functions[0]!.body.slice(1)).toMatchObject([
      { expression: { operator: "=", target: { kind: "binding", binding: 0 } } },
      { expression: { operator: "+=", target: { kind: "expression", expression: name("b") } } },
      { expression: { operator: "??=", target: { kind: "expression", expression: { kind: "member" } } } },
    ]);
  });

  it("destructuring", () => {
    expect(expressionOf("{ a, b: c.d, e = 1, f: [g = 2, , ...h], ...i } = j")).toMatchObject({
      kind: "assign",
      value: name("j"),
      target: {
        kind: "object",
        properties: [
          { key: "a", value: { kind: "expression", expression: name("a") } },
          { key: "b", value: { kind: "expression", expression: { kind: "member" } } },
          { key: "e", value: { kind: "default", value: { value: 1 } } },
          {
            key: "f",
            value: { kind: "array", elements: [{ kind: "default" }, null], rest: { expression: name("h") } },
          },
        ],
        rest: { kind: "expression", expression: name("i") },
      },
    });
  });
});

describe("what is not known", () => {
  it("JSX is unknown around its component and its expressions", () => {
    expect(
      expressionOf("<Table.Body rows={rows} {...rest} title='x'>text {cell} <td id={id} /></Table.Body>"),
    ).toMatchObject({
      kind: "unknown",
      children: [
        { kind: "member", property: "Body" },
        name("rows"),
        name("rest"),
        name("cell"),
        { kind: "unknown", children: [name("id")] },
      ],
    });
    expect(expressionOf("<>{a}{/* nothing */}</>")).toMatchObject({ kind: "unknown", children: [name("a")] });
  });

  it("import.meta and new.target are unknown", () => {
    expect(expressionOf("import.meta.url")).toMatchObject({
      kind: "member",
      object: { kind: "unknown", children: [] },
    });
  });

  it("a missing expression is unknown", () => {
    const { functions } = lower(ts, "a.ts", "const a = ; f(b, );");
    expect(functions[0]!.body).toMatchObject([
      { declarations: [{ initializer: { kind: "unknown", children: [] } }] },
      { expression: { arguments: [name("b")] } },
    ]);
  });
});
