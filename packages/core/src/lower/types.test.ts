import ts from "typescript";
import { describe, expect, it } from "vitest";
import { lower } from "./lower.js";

function typeOf(text: string) {
  return lower(ts, "a.ts", `type Alias = ${text};`).types[0]!.type;
}

const reference = (name: string) => ({ kind: "reference", name });
const keyword = (name: string) => ({ kind: "keyword", name });

describe("types", () => {
  it("references, with arguments, paths and specifiers", () => {
    expect(typeOf("Kysely<DB>")).toMatchObject({
      ...reference("Kysely"),
      arguments: [reference("DB")],
      specifier: null,
    });
    expect(typeOf("Prisma.TransactionClient")).toMatchObject(reference("Prisma.TransactionClient"));
    expect(typeOf(`import("kysely").Kysely<DB>`)).toMatchObject({
      ...reference("Kysely"),
      specifier: "kysely",
      arguments: [reference("DB")],
    });
  });

  it("keywords and literals", () => {
    for (const name of [
      "any",
      "unknown",
      "string",
      "number",
      "boolean",
      "undefined",
      "null",
      "void",
      "never",
      "object",
    ]) {
      expect(typeOf(name)).toMatchObject(keyword(name));
    }
    expect(typeOf(`"a"`)).toMatchObject({ kind: "literal", value: "a" });
    expect(typeOf("-1")).toMatchObject({ kind: "literal", value: -1 });
    expect(typeOf("true")).toMatchObject({ kind: "literal", value: true });
    expect(typeOf("`org:${string}`")).toMatchObject(keyword("string"));
  });

  it("objects have the members that have names", () => {
    expect(
      typeOf(
        "{ a: string; b?: A; c(x: B, y?): void; readonly 'd-e': C; get f(): D; [key: string]: E; (): F }",
      ),
    ).toMatchObject({
      kind: "object",
      members: [
        { name: "a", optional: false, type: keyword("string") },
        { name: "b", optional: true, type: reference("A") },
        {
          name: "c",
          type: {
            kind: "function",
            parameters: [
              { name: "x", optional: false, type: reference("B") },
              { name: "y", optional: true, type: null },
            ],
            returns: keyword("void"),
          },
        },
        { name: "d-e", type: reference("C") },
        { name: "f", type: reference("D") },
      ],
    });
  });

  it("combinations", () => {
    expect(typeOf("A | B")).toMatchObject({ kind: "union", types: [reference("A"), reference("B")] });
    expect(typeOf("A & B")).toMatchObject({ kind: "intersection", types: [reference("A"), reference("B")] });
    expect(typeOf("readonly (A)[]")).toMatchObject({ kind: "array", element: reference("A") });
    expect(typeOf("[A, b?: B, ...C[]]")).toMatchObject({
      kind: "tuple",
      elements: [reference("A"), reference("B"), { kind: "array" }],
    });
    expect(typeOf("<T>(a: T, ...b: B[]) => Promise<A>")).toMatchObject({
      kind: "function",
      parameters: [{ name: "a" }, { name: "b" }],
      returns: reference("Promise"),
    });
    expect(typeOf("keyof A")).toMatchObject({ kind: "keyof", type: reference("A") });
    expect(typeOf(`A["b"]`)).toMatchObject({
      kind: "indexed",
      object: reference("A"),
      index: { value: "b" },
    });
    expect(typeOf("typeof a.b")).toMatchObject({ kind: "typeof", name: "a.b" });
  });

  it("those that say nothing about values are unknown", () => {
    for (const text of [
      "A extends B ? C : D",
      "{ [K in keyof A]: B }",
      "new () => A",
      `typeof import("a")`,
    ]) {
      expect(typeOf(text).kind, text).toBe("unknown");
    }
  });

  it("what a predicate returns is a boolean, what an assertion returns is nothing", () => {
    const { functions } = lower(ts, "a.ts", "function f(a): a is A {} function g(a): asserts a is A {}");
    expect(functions.slice(1)).toMatchObject([{ returns: keyword("boolean") }, { returns: keyword("void") }]);
  });
});

describe("declarations of types", () => {
  it("an interface has its parameters, its bases and its members", () => {
    expect(
      lower(ts, "a.ts", "interface DB<T> extends Base<T>, N.Other { invoice: InvoiceTable }").types,
    ).toMatchObject([
      {
        kind: "interface",
        name: "DB",
        typeParameters: ["T"],
        extends: [{ ...reference("Base"), arguments: [{ binding: null }] }, reference("N.Other")],
        type: { kind: "object", members: [{ name: "invoice" }] },
        augments: null,
      },
    ]);
  });

  it("those that add to another module say to which", () => {
    const { types, bindings } = lower(
      ts,
      "a.ts",
      `import type { User } from "./user";
       declare module "fastify" { interface FastifyRequest { user: User } }
       declare global { interface Window {} }
       interface Own {}`,
    );
    expect(types.map(({ name, augments }) => [name, augments])).toEqual([
      ["FastifyRequest", "fastify"],
      ["Window", "global"],
      ["Own", null],
    ]);
    expect(types[0]!.type).toMatchObject({
      members: [{ type: { binding: bindings.findIndex(({ name }) => name === "User") } }],
    });
  });
});
