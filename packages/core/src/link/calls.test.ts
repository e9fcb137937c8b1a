import ts from "typescript";
import { expect, test } from "vitest";
import { lower } from "../lower/lower.js";
import { forEachExpression, forEachExpressionIn } from "../lower/visit.js";
import { resolveCallee, type Call } from "./calls.js";
import { link } from "./link.js";

/** The calls of main.ts by the text of their callee, each with the function it calls: `users.ts find`, or null. */
function calleesIn(sources: Readonly<Record<string, string>>): Readonly<Record<string, string | null>> {
  const modules = new Map(Object.entries(sources).map(([file, text]) => [file, lower(ts, file, text)]));
  const program = link({ files: Object.keys(sources), packages: [], aliases: [] }, modules);
  const text = sources["main.ts"] ?? "";
  const found: Record<string, string | null> = {};
  for (const { id, body, parameters } of program.module("main.ts")?.functions ?? []) {
    const collect = (expression: Parameters<Parameters<typeof forEachExpression>[1]>[0]) => {
      if (expression.kind !== "call" && expression.kind !== "new") return;
      const callee = resolveCallee(program, "main.ts", id, expression as Call);
      const called = callee && program.module(callee.file)?.functions[callee.function];
      const key = text.slice(expression.callee.start, expression.callee.end);
      found[key] = callee && called ? `${callee.file} ${called.name}` : null;
    };
    forEachExpressionIn(body, collect);
    for (const parameter of parameters) if (parameter.default) forEachExpression(parameter.default, collect);
  }
  return found;
}

test("a function is called by its name, through imports and namespaces", () => {
  expect(
    calleesIn({
      "users.ts": `export function find() {} export const list = async () => []; export default function load() {}`,
      "main.ts": `
        import load, { find, list as all } from "./users";
        import * as users from "./users";
        import { sql } from "kysely";
        function local() {}
        load(); find(); all(); users.list(); users.missing(); local(); sql(); undeclared();`,
    }),
  ).toEqual({
    load: "users.ts load",
    find: "users.ts find",
    all: "users.ts list",
    "users.list": "users.ts list",
    "users.missing": null,
    local: "main.ts local",
    sql: null,
    undeclared: null,
  });
});

test("a method is called on an instance, wherever the instance comes from", () => {
  expect(
    calleesIn({
      "users.ts": `
        export class Users { find() {} static create(): Users { return new Users() } static open() { return new Users() } }
        export const users = new Users();
        export default new Users();`,
      "main.ts": `
        import shared, { Users, users } from "./users";
        const own = new Users();
        const { find } = own;
        own.find(); users.find(); shared.find(); new Users().find; Users.create(); Users.find(); find();
        Users.create().find(); Users.open().find();
        function given(parameter: Users, optional?: Users | null, untyped) { parameter.find(); optional?.find(); untyped.find(); }`,
    }),
  ).toEqual({
    "own.find": "users.ts find",
    "users.find": "users.ts find",
    "shared.find": "users.ts find",
    Users: null,
    "Users.create": "users.ts create",
    "Users.find": null,
    find: "users.ts find",
    "Users.create().find": "users.ts find",
    "Users.open": "users.ts open",
    "Users.open().find": "users.ts find",
    "parameter.find": "users.ts find",
    "optional?.find": "users.ts find",
    "untyped.find": null,
  });
});

test("this, its fields and super are those of the class around", () => {
  expect(
    calleesIn({
      "base.ts": `export class Base { constructor() {} save() {} protected helper = new Helper() } export class Helper { help() {} }`,
      "main.ts": `
        import { Base, Helper } from "./base";
        class Service extends Base {
          private declared!: Helper;
          private initialized = new Helper();
          private assigned;
          private static one = new Helper();
          constructor(private readonly injected: Helper, plain: Helper) { super(); this.assigned = new Helper(); }
          run() {
            this.own(); this.save(); super.save(); this.helper.help(); this.declared.help(); this.initialized.help();
            this.assigned.help(); this.injected.help(); this.plain.help(); Service.one.help();
            [1].forEach(() => this.injected.help());
            function inner() { this.save.call(0); this.own.call(0); }
          }
          arrow = () => this.own();
          own() {}
          save2() { this.arrow(); }
        }`,
    }),
  ).toEqual({
    super: "base.ts constructor",
    Helper: null,
    "this.own": "main.ts own",
    "this.save": "base.ts save",
    "super.save": "base.ts save",
    "this.helper.help": "base.ts help",
    "this.declared.help": "base.ts help",
    "this.initialized.help": "base.ts help",
    "this.assigned.help": "base.ts help",
    "this.injected.help": "base.ts help",
    "this.plain.help": null,
    "Service.one.help": "base.ts help",
    "[1].forEach": null,
    "this.save.call": null,
    "this.own.call": null,
    "this.arrow": "main.ts arrow",
  });
});

test("an object of functions is called by its keys, the last one counting", () => {
  expect(
    calleesIn({
      "service.ts": `
        import { audit } from "./audit";
        const more = { spread() {}, find() {} };
        export const service = { ...more, find() {}, list: async () => [], audit, nested: { deep() {} } };
        export const hidden = { find() {}, ...unknown };`,
      "audit.ts": `export function audit() {}`,
      "main.ts": `
        import { service, hidden } from "./service";
        service.find(); service.list(); service.audit(); service.nested.deep(); service.spread(); service.missing(); hidden.find();
        const local = { run() { this.walk(); }, walk() {} };
        local.run();`,
    }),
  ).toEqual({
    "service.find": "service.ts find",
    "service.list": "service.ts list",
    "service.audit": "audit.ts audit",
    "service.nested.deep": "service.ts deep",
    "service.spread": "service.ts spread",
    "service.missing": null,
    // What is spread behind it may replace it.
    "hidden.find": null,
    "this.walk": "main.ts walk",
    "local.run": "main.ts run",
  });
});

test("an object that is handed over may be called with another this", () => {
  expect(
    calleesIn({
      "main.ts": `
        import { plugin } from "some-editor";
        plugin({ handlers: { press() { this.release(); }, release() {} } });
        const kept = { press() { this.free(); }, free() {} };`,
    }),
  ).toEqual({ plugin: null, "this.release": null, "this.free": "main.ts free" });
});

test("what a function returns is followed, when it can only be one thing", () => {
  expect(
    calleesIn({
      "main.ts": `
        class A { run() {} } class B { run() {} }
        function inferred() { return new A(); }
        async function later() { return new A(); }
        function declared(): Promise<A> { throw 0; }
        function either(x) { if (x) return new A(); return new B(); }
        function maybe(x) { if (!x) return null; return new A(); }
        function unsure(x) { return x ? x.y : new A(); }
        function recursive(x) { return x ? recursive() : new A(); }
        const made = inferred(); const { a, missing } = { a: new A() };
        async function main() {
          inferred().run(); (await later()).run(); (await declared()).run(); either().run(); maybe().run(); unsure().run();
          recursive().run(); made.run(); a.run(); missing.run();
        }`,
    }),
  ).toMatchObject({
    "inferred().run": "main.ts run",
    "(await later()).run": "main.ts run",
    "(await declared()).run": "main.ts run",
    "either().run": null,
    "maybe().run": "main.ts run",
    "unsure().run": null,
    "recursive().run": null,
    "made.run": "main.ts run",
    "a.run": "main.ts run",
    "missing.run": null,
  });
});

test("a variable is what all its assignments agree on", () => {
  expect(
    calleesIn({
      "main.ts": `
        class Query { where(): this { return this } run() {} } class Other { run() {} }
        let query = new Query(); query = query.where(); query = query.where();
        let late; late = new Query();
        let changing = new Query(); changing = new Other();
        let unsure = new Query(); unsure = somewhere();
        let circular = circular2; let circular2 = circular;
        query.run(); late.run(); changing.run(); unsure.run(); circular.run();`,
    }),
  ).toMatchObject({
    "query.run": "main.ts run",
    "late.run": "main.ts run",
    "changing.run": null,
    "unsure.run": null,
    "circular.run": null,
  });
});

test("a callback's parameter is what the called function says it gives", () => {
  expect(
    calleesIn({
      "main.ts": `
        class Trx { insert() {} static when(change: (trx: Trx) => void) {} }
        class Builder { when(change: (builder: this) => this): this { return this } where() { return this } }
        function transaction(run: (trx: Trx) => Promise<void>) {}
        type Handler = (trx: Trx, name: string) => void;
        const handler: Handler = (x) => { x.insert(); };
        transaction(async (trx) => { trx.insert(); });
        new Builder().when((b) => b.where());
        elsewhere((y) => y.insert());
        for (const each of [] as Trx[]) each.insert();`,
    }),
  ).toMatchObject({
    "x.insert": "main.ts insert",
    "trx.insert": "main.ts insert",
    "b.where": "main.ts where",
    "y.insert": null,
    "each.insert": "main.ts insert",
  });
});

test("an interface is not one of its implementations", () => {
  expect(
    calleesIn({
      "main.ts": `
        interface Store { get(): Promise<Row> } class Row { save() {} } class Memory implements Store { async get() { return new Row() } }
        async function main(store: Store, memory: Memory) { store.get(); memory.get(); (await store.get()).save(); }`,
    }),
  ).toMatchObject({
    "store.get": null,
    "memory.get": "main.ts get",
    "(await store.get()).save": "main.ts save",
  });
});

test("new calls the constructor, also an inherited one", () => {
  expect(
    calleesIn({
      "main.ts": `class A { constructor() {} } class B extends A {} class C {} class D extends D {}
        new A(); new B(); new C(); new D();`,
    }),
  ).toEqual({ A: "main.ts constructor", B: "main.ts constructor", C: null, D: null });
});

test("a type argument reaches the method that returns it", () => {
  expect(
    calleesIn({
      "main.ts": `
        class Repository<Row> { first(): Row { throw 0 } }
        class User { rename() {} }
        class Users extends Repository<User> {}
        new Repository<User>().first().rename();
        new Users().first().rename();
        new Repository().first().rename();`,
    }),
  ).toMatchObject({
    "new Repository<User>().first().rename": "main.ts rename",
    "new Users().first().rename": "main.ts rename",
    "new Repository().first().rename": null,
  });
});

test("a module that is imported when it is needed is followed", () => {
  expect(
    calleesIn({
      "users.ts": `export function find() {}`,
      "main.ts": `
        async function main() {
          const users = await import("./users");
          const { find } = await import("./users");
          users.find(); find(); (await import(somewhere)).find();
        }`,
    }),
  ).toMatchObject({
    "users.find": "users.ts find",
    find: "users.ts find",
    "(await import(somewhere)).find": null,
  });
});

test("the answer does not depend on what was asked before", () => {
  const sources = {
    "main.ts": `
      class A { run() {} }
      const first = () => second() ?? new A();
      const second = () => first() ?? new A();
      first().run(); second().run();`,
  };
  const reversed = {
    "main.ts": sources["main.ts"].replace("first().run(); second().run();", "second().run(); first().run();"),
  };

  expect(calleesIn(reversed)).toEqual(calleesIn(sources));
});
