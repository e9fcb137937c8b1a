import ts from "typescript";
import { describe, expect, it } from "vitest";
import { lower } from "./lower.js";
import type { Module, TypeNode } from "./module.js";
import { forEachExpressionIn } from "./visit.js";

/** What each use of `name` means, in the order of the text: `let of inner`, `import of the module`, `global`. */
function meaningsOf(name: string, text: string): string[] {
  const module = lower(ts, "a.ts", text);
  const uses: { start: number; binding: number | null }[] = [];
  const look = (expression: { kind: string }) => {
    const use = expression as { kind: string; name?: string; start: number; binding: number | null };
    if (use.kind === "name" && use.name === name) uses.push(use);
  };
  for (const { body, parameters } of module.functions) {
    forEachExpressionIn(body, look);
    for (const { default: value } of parameters) {
      if (value !== null)
        forEachExpressionIn([{ kind: "expression", expression: value, start: 0, end: 0 }], look);
    }
  }
  return uses.sort((a, b) => a.start - b.start).map(({ binding }) => meaning(module, binding));
}

function meaning(module: Module, binding: number | null): string {
  if (binding === null) return "global";
  const { kind, scope } = module.bindings[binding]!;
  return `${kind} of ${module.functions[scope]!.name ?? "the module"}`;
}

function aliased(module: Module, name: string): TypeNode {
  return module.types.find((type) => type.name === name)!.type;
}

describe("what a name means", () => {
  it("is global when nothing declares it", () => {
    expect(meaningsOf("fetch", "fetch(); function f() { fetch(); }")).toEqual(["global", "global"]);
    expect(meaningsOf("undefined", "f(undefined);")).toEqual(["global"]);
  });

  it("is the nearest declaration around it", () => {
    const text = `
      const id = 1;
      function outer(id) {
        use(id);
        { let id = 2; use(id); }
        return () => id;
      }
      use(id);
    `;
    expect(meaningsOf("id", text)).toEqual([
      "parameter of outer",
      "let of outer",
      "parameter of outer",
      "const of the module",
    ]);
  });

  it("is known above the declaration of a function, a variable or an import", () => {
    const text = `
      use(x); use(y); use(z);
      function x() {}
      const y = 1;
      import { z } from "z";
    `;
    expect(meaningsOf("x", text)).toEqual(["function of the module"]);
    expect(meaningsOf("y", text)).toEqual(["const of the module"]);
    expect(meaningsOf("z", text)).toEqual(["import of the module"]);
  });

  it("ends with the block for let, const, class and function, and with the function for var", () => {
    const text = `
      function f() {
        if (a) { let block = 1; class K {} function g() {} try { for (var v of []) {} } finally {} }
        use(block, K, g, v);
      }
      use(v);
    `;
    expect(meaningsOf("block", text)).toEqual(["global"]);
    expect(meaningsOf("K", text)).toEqual(["global"]);
    expect(meaningsOf("g", text)).toEqual(["global"]);
    expect(meaningsOf("v", text)).toEqual(["var of f", "global"]);
  });

  it("a var with a parameter's name is that parameter", () => {
    expect(meaningsOf("id", "function f(id) { use(id); var id = id || 1; }")).toEqual([
      "parameter of f",
      "parameter of f",
    ]);
  });

  it("a default sees the parameters before it, not what the body declares", () => {
    const text = "const b = 0; function f(a, c = a, d = b) { const b = 1; use(b); }";
    expect(meaningsOf("a", text)).toEqual(["parameter of f"]);
    expect(meaningsOf("b", text)).toEqual(["const of the module", "const of f"]);
  });

  it("destructuring binds every name in it", () => {
    const text = "function f({ a, b: { c }, ...d }, [e, , ...g]) { use(a, b, c, d, e, g); }";
    const meanings = ["a", "b", "c", "d", "e", "g"].map((name) => meaningsOf(name, text)[0]);
    const parameter = "parameter of f";
    expect(meanings).toEqual([parameter, "global", parameter, parameter, parameter, parameter]);
  });

  it("a loop's variable lives in the loop, and is not seen by what is iterated", () => {
    const text =
      "const row = []; for (const row of row) { use(row); } for (let row = 0; row < 1; row++) {} use(row);";
    expect(meaningsOf("row", text)).toEqual([
      "const of the module",
      "const of the module",
      "let of the module",
      "let of the module",
      "const of the module",
    ]);
    const module = lower(ts, "a.ts", text);
    expect(module.bindings.filter(({ name }) => name === "row")).toHaveLength(3);
  });

  it("a caught error lives in its handler", () => {
    const text = "try { use(error); } catch (error) { use(error); } finally { use(error); }";
    expect(meaningsOf("error", text)).toEqual(["global", "catch of the module", "global"]);
  });

  it("the cases of a switch share one scope", () => {
    const text = "switch (kind) { case 1: { break; } case 2: let x = 1; break; default: use(x); } use(x);";
    expect(meaningsOf("x", text)).toEqual(["let of the module", "global"]);
  });

  it("a function or class expression's own name is known only inside it", () => {
    const text = "const a = function own() { own(); }; const b = class Own { m() { Own; } }; use(own, Own);";
    expect(meaningsOf("own", text)).toEqual(["function of own", "global"]);
    expect(meaningsOf("Own", text)).toEqual(["class of the module", "global"]);
  });

  it("a class is known inside itself, and above itself", () => {
    expect(meaningsOf("A", "new A(); class A { static make() { return new A(); } }")).toEqual([
      "class of the module",
      "class of the module",
    ]);
  });

  it("what a namespace declares stays in it, and what it exports is in its object", () => {
    const text = "namespace N { export const a = 1; const b = 2; use(a, b); } use(N.a, a, b);";
    expect(meaningsOf("b", text)).toEqual(["const of the module", "global"]);
    const [block] = lower(ts, "a.ts", text).functions[0]!.body;
    expect(block).toMatchObject({
      kind: "block",
      body: [
        { kind: "variables" },
        { kind: "variables" },
        { kind: "expression" },
        {
          declarations: [
            { initializer: { kind: "object", properties: [{ key: "a", value: { name: "a" } }] } },
          ],
        },
      ],
    });
  });

  it("two declarations of one name in one scope are one binding", () => {
    const { bindings } = lower(ts, "a.js", "var a = 1; var a = 2; function a() {}");
    expect(bindings.map(({ name }) => name)).toEqual(["a"]);
  });

  it("`arguments` and `this` parameters declare nothing", () => {
    const { functions, bindings } = lower(ts, "a.ts", "function f(this: Context, id: string) { arguments; }");
    expect(functions[1]!.parameters).toHaveLength(1);
    expect(bindings.map(({ name }) => name)).toEqual(["f", "id"]);
  });
});

describe("what a type's name means", () => {
  it("is the type where a value has the same name, and the value where a value is asked for", () => {
    const module = lower(
      ts,
      "a.ts",
      "interface User { id: string } const User = {}; type A = User; type B = typeof User; User;",
    );
    const kindOf = (type: TypeNode) => "binding" in type && module.bindings[type.binding!]!.kind;
    expect(kindOf(aliased(module, "A"))).toBe("type");
    expect(kindOf(aliased(module, "B"))).toBe("const");
    expect(module.functions[0]!.body.at(-1)).toMatchObject({
      expression: { binding: module.bindings.findIndex(({ kind }) => kind === "const") },
    });
  });

  it("is nothing when only a value has the name", () => {
    const module = lower(ts, "a.ts", "const User = {}; type A = User;");
    expect(aliased(module, "A")).toMatchObject({ kind: "reference", name: "User", binding: null });
  });

  it("is a class, an enum, an import or a namespace just the same", () => {
    const module = lower(
      ts,
      "a.ts",
      `import type { Kysely } from "kysely"; class C {} enum E { A } namespace N { export type T = 1 }
       type T1 = Kysely<DB>; type T2 = C; type T3 = E.A; type T4 = N.T;`,
    );
    const kinds = ["T1", "T2", "T3", "T4"].map((name) => {
      const type = aliased(module, name);
      return type.kind === "reference" ? module.bindings[type.binding!]!.kind : type.kind;
    });
    expect(kinds).toEqual(["import", "class", "enum", "namespace"]);
  });

  it("is hidden by a type parameter", () => {
    const module = lower(
      ts,
      "a.ts",
      "interface T {} type Box<T> = T; function f<T>(a: T): T {} class K<T> { field: T } type Open = T;",
    );
    const reference = { kind: "reference", name: "T", binding: null };
    expect(aliased(module, "Box")).toMatchObject(reference);
    expect(module.functions[1]!.parameters[0]!.type).toMatchObject(reference);
    expect(module.functions[1]!.returns).toMatchObject(reference);
    expect(module.classes[0]!.fields[0]!.type).toMatchObject(reference);
    expect(aliased(module, "Open")).toMatchObject({ ...reference, binding: module.types[0]!.binding });
  });

  it("interfaces that merge are one name with two declarations", () => {
    const module = lower(ts, "a.ts", "interface DB { a: A } interface DB { b: B }");
    expect(module.bindings).toMatchObject([{ name: "DB", kind: "type", target: 0 }]);
    expect(module.types.map(({ binding }) => binding)).toEqual([0, 0]);
  });

  it("an interface that merges with a class is the class", () => {
    const module = lower(ts, "a.ts", "interface Service { extra: string } class Service {}");
    expect(module.bindings).toMatchObject([{ name: "Service", kind: "class", target: 0 }]);
    expect(module.types[0]!.binding).toBe(0);
  });
});
