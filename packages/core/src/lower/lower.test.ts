import ts from "typescript";
import { describe, expect, it } from "vitest";
import { lower, lowerFile } from "./lower.js";
import { deepestNesting } from "./lowering.js";
import { moduleVersion } from "./module.js";

describe("a module", () => {
  const text = `
    import { db } from "./db";
    export async function listInvoices(organizationId: string) {
      return db.selectFrom("invoice").where("organization_id", "=", organizationId).execute();
    }
  `;

  it("is plain data that survives a cache", () => {
    const module = lower(ts, "invoices.ts", text);
    expect(module.version).toBe(moduleVersion);
    expect(JSON.parse(JSON.stringify(module))).toEqual(module);
  });

  it("depends on the text and the extension alone", () => {
    const here = lower(ts, "invoices.ts", text);
    expect(lower(ts, "/elsewhere/other.ts", text)).toEqual(here);
    expect(JSON.stringify(lower(ts, "invoices.ts", text))).toBe(JSON.stringify(here));
  });

  it("has the top level as its first function, and every nested one with its parent", () => {
    const { functions } = lower(ts, "a.ts", "function outer() { const inner = () => {}; }");
    expect(functions.map(({ kind, name, parent }) => [kind, name, parent])).toEqual([
      ["module", null, null],
      ["function", "outer", 0],
      ["arrow", "inner", 1],
    ]);
  });
});

describe("the file's extension", () => {
  it("decides about JSX", () => {
    const text = "const page = <Page rows={load()} />;";
    for (const name of ["a.tsx", "a.jsx", "a.js", "a.mjs", "a.cjs"]) {
      expect(lower(ts, name, text).problems, name).toEqual([]);
    }
    for (const name of ["a.ts", "a.mts", "a.cts"])
      expect(lower(ts, name, text).problems, name).not.toEqual([]);
  });

  it("lets .ts assert a type in angle brackets", () => {
    const { functions, problems } = lower(ts, "a.ts", "const id = <string>value;");
    expect(problems).toEqual([]);
    expect(functions[0]!.body).toMatchObject([
      {
        declarations: [
          { initializer: { kind: "cast", cast: "as", type: { kind: "keyword", name: "string" } } },
        ],
      },
    ]);
  });
});

describe("bad input", () => {
  it("an empty file is an empty module", () => {
    const { module, failure } = lowerFile(ts, "a.ts", "");
    expect(failure).toBeNull();
    expect(module.functions).toMatchObject([{ kind: "module", body: [], start: 0, end: 0 }]);
    expect(module.lineStarts).toEqual([0]);
  });

  it("a byte-order mark counts as one, and is otherwise not there", () => {
    const { functions, problems } = lower(ts, "a.ts", "\uFEFFcheck();");
    expect(problems).toEqual([]);
    expect(functions[0]!.body).toMatchObject([{ kind: "expression", start: 1, end: 9 }]);
  });

  it("a syntax error is a problem with a place, and what follows is read all the same", () => {
    const module = lower(ts, "a.ts", "const = 1;\nfunction kept() {}");
    expect(module.problems[0]).toMatchObject({ start: 6, end: 7 });
    expect(module.problems[0]!.message).toBe("Variable declaration expected.");
    expect(module.functions.map(({ name }) => name)).toContain("kept");
  });

  it("binary garbage is read as well as it goes", () => {
    const noise = Array.from({ length: 20_000 }, (_, index) =>
      String.fromCharCode((index * 7919) % 65_536),
    ).join("");
    const { module, failure } = lowerFile(ts, "a.ts", noise + "\0\0\0");
    expect(failure).toBeNull();
    expect(module.problems.length).toBeGreaterThan(0);
    expect(module.problems.length).toBeLessThanOrEqual(100);
  });

  it("two megabytes are read in full", () => {
    const call = `db.selectFrom("invoice").where("organization_id", "=", organizationId).execute();\n`;
    const calls = Math.ceil(2_000_000 / call.length);
    const { module, failure } = lowerFile(ts, "a.ts", call.repeat(calls));
    expect(failure).toBeNull();
    expect(module.functions[0]!.body).toHaveLength(calls);
  });

  it("a list of expressions may be as long as it likes", () => {
    const { functions, problems } = lower(ts, "a.js", "first()" + ", next()".repeat(20_000));
    expect(problems).toEqual([]);
    const [statement] = functions[0]!.body;
    if (statement?.kind !== "expression" || statement.expression.kind !== "sequence")
      throw new Error("no sequence");
    expect(statement.expression.expressions).toHaveLength(20_001);
  });
});

describe("code nested 5,000 deep", () => {
  const depth = 5_000;
  const around = (before: string, inside: string, after: string) =>
    before.repeat(depth) + inside + after.repeat(depth);

  // TypeScript's parser goes through these in a loop.
  it.each([
    ["a chain of calls", "query" + ".where()".repeat(depth)],
    ["a chain of members", "a" + ".b".repeat(depth)],
    ["a chain of optional members", "a" + "?.b".repeat(depth)],
    ["a chain of indexes", "a" + "[0]".repeat(depth)],
    ["a sum", "a" + " + b".repeat(depth)],
    ["a condition", "a" + " && b".repeat(depth)],
    ["a chain of assignments", "a = ".repeat(depth) + "1"],
    ["a chain of casts", "a" + " as A".repeat(depth)],
    ["a chain of array types", "let a: A" + "[]".repeat(depth)],
    ["an alias of a long path", "import a = b" + ".b".repeat(depth)],
    ["a base class with a long path", "class A extends b" + ".b".repeat(depth) + " {}"],
  ])("%s is read as deep as is safe, and the rest is said to be unread", (_what, text) => {
    const { module, failure } = lowerFile(ts, "a.ts", `${text};\nfunction kept() {}`);
    expect(failure).toBeNull();
    expect(module.problems.map(({ message }) => message)).toContain(
      `The code is nested more than ${deepestNesting} levels deep here. What is inside was not read.`,
    );
    expect(module.functions.map(({ name }) => name)).toContain("kept");
    expect(JSON.parse(JSON.stringify(module))).toEqual(module);
  });

  // These exhaust its stack, or ours if it were larger.
  it.each([
    ["parentheses", around("(", "a", ")")],
    ["calls", around("f(", "a", ")")],
    ["arrays", around("[", "a", "]")],
    ["objects", "a = " + around("{ a: ", "1", " }")],
    ["blocks", around("{", "", "}")],
    ["functions", around("function f() {", "", "}")],
    ["arrow functions", around("() => {", "", "}")],
    ["classes", around("class A { m() {", "", "}}")],
    ["namespaces", around("namespace A {", "", "}")],
    ["JSX", "a = " + around("<a>", "b", "</a>")],
    ["templates", "a = " + around("`${", "b", "}`")],
    ["type arguments", "type A = " + around("B<", "C", ">")],
    ["function types", "type A = " + around("(a: ", "B", ") => void")],
    ["patterns", "let " + around("[", "a", "]") + " = b"],
    ["else if", "if (a) {}" + " else if (a) {}".repeat(depth)],
    ["negations", "!".repeat(depth) + "a"],
    ["labels", "a: ".repeat(depth) + "b"],
    ["conditional expressions", "a" + " ? b : c".repeat(depth)],
  ])("%s end in a sentence, not in a crash", (_what, text) => {
    const { module, failure } = lowerFile(ts, "a.tsx", text);
    const said = failure ?? module.problems.at(-1)?.message;
    expect(said).toContain("nested");
    expect(module.functions[0]).toMatchObject({ kind: "module", start: 0, end: text.length });
    expect(JSON.parse(JSON.stringify(module))).toEqual(module);
  });
});
