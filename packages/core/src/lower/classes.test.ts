import ts from "typescript";
import { describe, expect, it } from "vitest";
import { lower } from "./lower.js";

describe("a class", () => {
  it("has its heritage, its constructor and what the constructor declares", () => {
    const { classes, functions, bindings } = lower(
      ts,
      "a.ts",
      `export class InvoiceService extends Base<Invoice> implements Service<Invoice>, Closeable {
         constructor(private readonly db: Kysely<DB>, plain: string) { super(); }
       }`,
    );
    expect(classes).toMatchObject([
      {
        name: "InvoiceService",
        extends: { kind: "name", name: "Base" },
        extendsArguments: [{ name: "Invoice" }],
        implements: [{ name: "Service" }, { name: "Closeable" }],
        abstract: false,
        constructor: 1,
      },
    ]);
    expect(bindings[classes[0]!.binding!]).toMatchObject({ kind: "class", target: 0 });
    expect(functions[1]).toMatchObject({
      kind: "constructor",
      class: 0,
      parameters: [{ property: true }, { property: false }],
    });
  });

  it("has its fields, private ones with their #", () => {
    const { classes } = lower(
      ts,
      "a.ts",
      `class A { a: string; b? = 1; static c = f(); #d = 2; declare e: E; accessor g = 3; "h-i" = 4; [key] = 5; }`,
    );
    expect(classes[0]!.fields.map(({ name }) => name)).toEqual([
      "a",
      "b",
      "c",
      "#d",
      "e",
      "g",
      "h-i",
      "[computed]",
    ]);
    expect(classes[0]!.fields.slice(0, 3)).toMatchObject([
      { type: { kind: "keyword", name: "string" }, initializer: null, static: false, optional: false },
      { optional: true },
      { static: true, initializer: { kind: "call" } },
    ]);
  });

  it("has its methods and accessors, also those whose names are computed", () => {
    const { classes, functions } = lower(
      ts,
      "a.ts",
      "class A { a() {} static async b() {} get c() { return 1; } set c(v) {} *[Symbol.iterator]() {} #d() {} }",
    );
    expect(classes[0]!.methods.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "method a",
      "method b",
      "getter c",
      "setter c",
      "method [computed]",
      "method #d",
    ]);
    expect(classes[0]!.methods[1]).toMatchObject({ static: true });
    expect(functions.slice(1).every((method) => method.class === 0)).toBe(true);
  });

  it("leaves out what has no body: overloads and abstract methods", () => {
    const { classes, functions } = lower(
      ts,
      "a.ts",
      "abstract class A { abstract a(): void; b(x: string): void; b(x: any) {} constructor(); constructor(y?: string) {} }",
    );
    expect(classes[0]).toMatchObject({ abstract: true, methods: [{ name: "b" }], constructor: 2 });
    expect(functions.slice(1).map(({ name }) => name)).toEqual(["b", "constructor"]);
  });

  it("gives its `this` to the functions in its fields, but not to those inside them", () => {
    const { functions } = lower(ts, "a.ts", "class A { handle = async () => { rows.map(() => 1); }; }");
    expect(functions.slice(1)).toMatchObject([
      { kind: "arrow", name: "handle", parent: 0, class: 0 },
      { kind: "arrow", name: null, parent: 1, class: null },
    ]);
  });

  it("runs its static block like a static method of its own", () => {
    const { classes, functions } = lower(ts, "a.ts", "class A { static { register(this); } }");
    expect(classes[0]!.methods).toEqual([{ name: "[static]", static: true, kind: "method", function: 1 }]);
    expect(functions[1]).toMatchObject({ name: "[static]", body: [{ kind: "expression" }] });
  });

  it("keeps decorators on itself, its methods, its fields and its parameters", () => {
    const { classes, functions } = lower(
      ts,
      "a.ts",
      `@Controller("invoices") class A { @Inject() db; @Get(":id") find(@Param("id") id: string) {} }`,
    );
    const call = (name: string) => [{ kind: "call", callee: { kind: "name", name } }];
    expect(classes[0]!.decorators).toMatchObject(call("Controller"));
    expect(classes[0]!.fields[0]!.decorators).toMatchObject(call("Inject"));
    expect(functions[1]!.decorators).toMatchObject(call("Get"));
    expect(functions[1]!.parameters[0]!.decorators).toMatchObject(call("Param"));
    expect(functions[1]!.parameters[0]!.property).toBe(false);
  });

  it("as an expression is named like a function", () => {
    const { classes } = lower(ts, "a.ts", "const Repository = class {}; f(class Own {}); g(class {});");
    expect(classes.map(({ name, binding }) => [name, binding === null])).toEqual([
      ["Repository", true],
      ["Own", false],
      [null, true],
    ]);
  });
});
