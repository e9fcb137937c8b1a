import ts from "typescript";
import { expect, test } from "vitest";
import { lower } from "../lower/lower.js";
import { link } from "./link.js";
import type { DeclaredType, Described, Program } from "./program.js";

function programOf(sources: Readonly<Record<string, string>>): Program {
  const modules = new Map(Object.entries(sources).map(([file, text]) => [file, lower(ts, file, text)]));
  return link({ files: Object.keys(sources), packages: [], aliases: [] }, modules);
}

/** The type that a variable of main.ts is declared with. */
function typeOf(program: Program, variable: string): DeclaredType {
  const node = program.module("main.ts")?.bindings.find((each) => each.name === variable)?.type;
  if (!node) throw new Error(`main.ts declares no type for ${variable}`);
  return program.typeOf({ file: "main.ts", node, parameters: new Map() });
}

/** A type in words: `class a.ts Users<Row>`, `npm:kysely Kysely<interface db.ts Database>`, `string`. */
function words(program: Program, type: DeclaredType): string {
  const given = (each: { arguments: readonly Parameters<Program["typeOf"]>[0][] }) =>
    each.arguments.length === 0
      ? ""
      : `<${each.arguments.map((argument) => words(program, program.typeOf(argument))).join(", ")}>`;
  switch (type.kind) {
    case "class":
      return `class ${type.file} ${program.module(type.file)?.classes[type.class]?.name}${given(type)}`;
    case "constructor":
      return `constructor ${type.file} ${program.module(type.file)?.classes[type.class]?.name}`;
    case "interface":
      return `interface ${type.file} ${program.module(type.file)?.types[type.type]?.name}${given(type)}`;
    case "external":
      return `npm:${[type.package, ...type.path].join(" ")}${given(type)}`;
    case "union":
    case "intersection":
      return type.types.map((each) => words(program, each)).join(type.kind === "union" ? " | " : " & ");
    case "node": {
      const { node } = type.in;
      if (node.kind === "keyword" || node.kind === "reference") return node.name;
      return node.kind === "literal" ? JSON.stringify(node.value) : node.kind;
    }
    case "unknown":
      return "?";
  }
}

function inWords(program: Program, variable: string): string {
  return words(program, typeOf(program, variable));
}

/** The members in words: `name?: string`; null when they can't be known. */
function members(program: Program, variable: string): readonly string[] | null {
  const found = program.membersOf(typeOf(program, variable));
  return (
    found &&
    [...found.values()].map(
      ({ name, optional, type }) =>
        `${name}${optional ? "?" : ""}: ${type ? words(program, program.typeOf(type)) : "?"}`,
    )
  );
}

test("a declared type is followed through imports, re-exports and aliases", () => {
  const program = programOf({
    "users.ts": `export class Users {} export interface Row { id: string } export type Alias = Users;`,
    "index.ts": `export * from "./users"; export type { Row as UserRow } from "./users";`,
    "main.ts": `
      import { Users, Alias, type UserRow } from "./index";
      import type * as all from "./index";
      let a: Users; let b: Alias; let c: UserRow; let d: all.Users; let e: import("./users").Row; let f: all.Missing;`,
  });

  expect(inWords(program, "a")).toBe("class users.ts Users");
  expect(inWords(program, "b")).toBe("class users.ts Users");
  expect(inWords(program, "c")).toBe("interface users.ts Row");
  expect(inWords(program, "d")).toBe("class users.ts Users");
  expect(inWords(program, "e")).toBe("interface users.ts Row");
  expect(inWords(program, "f")).toBe("npm:(unresolved) Missing");
});

test("a type of a package keeps its path and its arguments", () => {
  const program = programOf({
    "db.ts": `import { Kysely } from "kysely"; export interface Database { users: { id: string } } export type Db = Kysely<Database>;`,
    "main.ts": `
      import { Prisma } from "@prisma/client";
      import type * as k from "kysely";
      import type { Db, Database } from "./db";
      let a: Db; let b: Prisma.TransactionClient; let c: k.Transaction<Database>; let d: import("kysely").Kysely<Database>;`,
  });

  expect(inWords(program, "a")).toBe("npm:kysely Kysely<interface db.ts Database>");
  expect(inWords(program, "b")).toBe("npm:@prisma/client Prisma TransactionClient");
  expect(inWords(program, "c")).toBe("npm:kysely Transaction<interface db.ts Database>");
  expect(inWords(program, "d")).toBe("npm:kysely Kysely<interface db.ts Database>");
});

test("type parameters stand for what they are given, in the file that gives it", () => {
  const program = programOf({
    "generic.ts": `
      export type Maybe<T> = T | null;
      export type Boxed<T> = { value: T };
      export interface Page<Row> { rows: Row[]; next: Maybe<Row> }`,
    "main.ts": `
      import type { Maybe, Boxed, Page } from "./generic";
      interface User { id: string }
      let a: Maybe<User>; let b: Boxed<Maybe<User>>; let c: Page<User>; let d: Maybe<Maybe<User>>;`,
  });

  expect(inWords(program, "a")).toBe("interface main.ts User | null");
  expect(members(program, "b")).toEqual(["value: interface main.ts User | null"]);
  expect(members(program, "c")).toEqual(["rows: array", "next: interface main.ts User | null"]);
  expect(inWords(program, "d")).toBe("interface main.ts User | null | null");
});

test("a parameter's name hides what an import calls the same", () => {
  const program = programOf({
    "main.ts": `
      import type { T } from "elsewhere";
      type Box<T> = T;
      let a: Box<string>; let b: T;`,
  });

  expect(inWords(program, "a")).toBe("string");
  expect(inWords(program, "b")).toBe("npm:elsewhere T");
});

test("types that only pass another one on are followed", () => {
  const program = programOf({
    "main.ts": `
      class Service {}
      function create(): Promise<Service> { throw 0 }
      let a: NonNullable<Service | null | undefined>; let b: Awaited<Promise<Service>>;
      let c: InstanceType<typeof Service>; let d: Awaited<ReturnType<typeof create>>; let e: Promise<Service>;
      let f: Service[]; let g: ReadonlyArray<Service>; let h: [Service, string]; let i: Map<string, Service>;`,
  });

  expect(inWords(program, "a")).toBe("class main.ts Service");
  expect(inWords(program, "b")).toBe("class main.ts Service");
  expect(inWords(program, "c")).toBe("class main.ts Service");
  expect(inWords(program, "d")).toBe("class main.ts Service");
  expect(inWords(program, "e")).toBe("Promise");
  expect(words(program, program.awaitedOf(typeOf(program, "e")))).toBe("class main.ts Service");
  expect(words(program, program.elementOf(typeOf(program, "f")))).toBe("class main.ts Service");
  expect(words(program, program.elementOf(typeOf(program, "g")))).toBe("class main.ts Service");
  expect(words(program, program.elementOf(typeOf(program, "h")))).toBe("class main.ts Service | string");
  expect(words(program, program.elementOf(typeOf(program, "i")))).toBe("?");
});

test("a class is one thing and its instances are another", () => {
  const program = programOf({
    "main.ts": `
      class Service {}
      const service = new Service();
      const declared: Service = service;
      let a: typeof Service; let b: typeof service; let c: typeof declared; let d: Service;`,
  });

  expect(inWords(program, "a")).toBe("constructor main.ts Service");
  expect(inWords(program, "b")).toBe("class main.ts Service");
  expect(inWords(program, "c")).toBe("class main.ts Service");
  expect(inWords(program, "d")).toBe("class main.ts Service");
});

test("a variable's type can be asked for when a package makes it", () => {
  const program = programOf({
    "db.ts": `import { PrismaClient } from "@prisma/client"; export const prisma = new PrismaClient();`,
    "main.ts": `import type { prisma } from "./db"; let a: typeof prisma;`,
  });

  expect(inWords(program, "a")).toBe("npm:@prisma/client PrismaClient");
});

test("one member's type is reached by its name", () => {
  const program = programOf({
    "db.ts": `
      import type { Generated } from "kysely";
      export interface Users { id: Generated<string> }
      export interface DB { users: Users; "user.roles": { role: string } }`,
    "main.ts": `
      import type { DB } from "./db";
      let a: DB["users"]; let b: DB["users"]["id"]; let c: DB["missing"]; let d: DB["users" | "user.roles"];
      let e: DB[keyof DB]; let f: string[][number]; let g: [string, number][1];`,
  });

  expect(inWords(program, "a")).toBe("interface db.ts Users");
  expect(inWords(program, "b")).toBe("npm:kysely Generated<string>");
  expect(inWords(program, "c")).toBe("?");
  expect(inWords(program, "d")).toBe("interface db.ts Users | object");
  expect(inWords(program, "e")).toBe("interface db.ts Users | object");
  expect(inWords(program, "f")).toBe("string");
  expect(inWords(program, "g")).toBe("number");
});

test("an interface has its own members, those it extends, and those a second declaration adds", () => {
  const program = programOf({
    "base.ts": `export interface Row<Id> { id: Id; createdAt?: Date }`,
    "main.ts": `
      import type { Row } from "./base";
      interface User extends Row<string> { name: string; save(): void }
      interface User { email?: string }
      let a: User;`,
  });

  expect(members(program, "a")).toEqual([
    "name: string",
    "save: function",
    "id: string",
    "createdAt?: Date",
    "email?: string",
  ]);
});

test("members that come from a package can't all be known, but the others can be asked for", () => {
  const program = programOf({
    "main.ts": `
      import type { FastifyRequest } from "fastify";
      interface Request extends FastifyRequest { organizationId: string }
      let a: Request; let b: FastifyRequest & { user: string }; let c: FastifyRequest;`,
  });

  expect(members(program, "a")).toBeNull();
  expect(program.memberOf(typeOf(program, "a"), "organizationId")).toMatchObject({ optional: false });
  expect(program.memberOf(typeOf(program, "a"), "params")).toBeNull();
  expect(members(program, "b")).toBeNull();
  expect(program.memberOf(typeOf(program, "b"), "user")).not.toBeNull();
  expect(members(program, "c")).toBeNull();
});

test("what declare module adds to a package's type is a member of it", () => {
  const program = programOf({
    "types.ts": `
      import "fastify";
      declare module "fastify" { interface FastifyRequest { organizationId?: string } }
      declare global { interface Session { userId: string } }`,
    "main.ts": `
      import type { FastifyRequest, FastifyReply } from "fastify";
      let a: FastifyRequest; let b: FastifyReply; let c: Session;`,
  });

  expect(program.memberOf(typeOf(program, "a"), "organizationId")).toMatchObject({ optional: true });
  expect(program.memberOf(typeOf(program, "b"), "organizationId")).toBeNull();
  expect(members(program, "c")).toEqual(["userId: string"]);
});

test("whoever knows what a package's type stands for is asked, wherever it stands in another", () => {
  const program = programOf({
    "main.ts": `
      import type { Given } from "schemas";
      declare const a: Omit<Given<{ id: string; organizationId: string }>, "organizationId">;
      declare const b: Given<{ id: string }> & { name: string };`,
  });
  const described: Described = ({ arguments: [given] }) => given ?? null;
  const namesOf = (variable: string) => program.membersOf(typeOf(program, variable), described)?.keys();
  expect([...namesOf("a")!]).toEqual(["id"]);
  expect([...namesOf("b")!]).toEqual(["id", "name"]);
  expect(program.membersOf(typeOf(program, "b"))).toBeNull();
});

test("mapped types of the language change what they say they change", () => {
  const program = programOf({
    "main.ts": `
      interface User { id: string; name?: string; role: string }
      let a: Partial<User>; let b: Required<User>; let c: Pick<User, "id" | "name">; let d: Omit<User, "role">;
      let e: Readonly<User>; let f: Record<"x" | "y", User>; let g: Partial<Pick<User, "id">>; let h: Omit<User, string>;
      let i: Record<string, User>;`,
  });

  expect(members(program, "a")).toEqual(["id?: string", "name?: string", "role?: string"]);
  expect(members(program, "b")).toEqual(["id: string", "name: string", "role: string"]);
  expect(members(program, "c")).toEqual(["id: string", "name?: string"]);
  expect(members(program, "d")).toEqual(["id: string", "name?: string"]);
  expect(members(program, "e")).toEqual(["id: string", "name?: string", "role: string"]);
  expect(members(program, "f")).toEqual(["x: interface main.ts User", "y: interface main.ts User"]);
  expect(members(program, "g")).toEqual(["id?: string"]);
  expect(members(program, "h")).toBeNull();
  expect(members(program, "i")).toBeNull();
});

test("an intersection has the members of all, a union with nothing those of the rest, any other union none", () => {
  const program = programOf({
    "main.ts": `
      let a: { id: string } & { name: string };
      let b: { id: string } | null | undefined;
      let c: { id: string } | { name: string };`,
  });

  expect(members(program, "a")).toEqual(["id: string", "name: string"]);
  expect(members(program, "b")).toEqual(["id: string"]);
  expect(members(program, "c")).toBeNull();
});

test("a class has its fields, methods, getters and parameter properties, and its superclass's", () => {
  const program = programOf({
    "base.ts": `export class Repository<Row> { protected row!: Row; find(id: string): Row { return this.row } static create() {} }`,
    "main.ts": `
      import { Repository } from "./base";
      interface User { id: string }
      class Users extends Repository<User> {
        limit?: number;
        constructor(private readonly name: string, plain: number) { super() }
        get first(): User { throw 0 }
      }
      let a: Users;`,
  });

  expect(members(program, "a")).toEqual([
    "limit?: number",
    "first: interface main.ts User",
    "name: string",
    "row: interface main.ts User",
    "find: function",
  ]);
});

test("an enum stands for its values", () => {
  const program = programOf({
    "role.ts": `export enum Role { Admin = "admin", Member = "member" }`,
    "main.ts": `import { Role } from "./role"; let a: Role;`,
  });

  expect(inWords(program, "a")).toBe(`"admin" | "member"`);
});

test("types that go round in circles end", () => {
  const program = programOf({
    "main.ts": `
      type A = B; type B = A;
      type Grows<T> = Grows<T[]>;
      type Wide = Wide | Wide | Wide;
      type Deep = Pick<Deep, "x">;
      interface Loop extends Loop { id: string }
      interface Left extends Right { left: string } interface Right extends Left { right: string }
      type Json = string | Json[] | { [key: string]: Json };
      let a: A; let b: Grows<string>; let c: Wide; let d: Deep; let e: Loop; let f: Left; let g: Json;`,
  });

  expect(inWords(program, "a")).toBe("?");
  expect(inWords(program, "b")).toBe("?");
  expect(typeOf(program, "c").kind).toBe("union");
  expect(members(program, "d")).toBeNull();
  expect(program.memberOf(typeOf(program, "e"), "id")).not.toBeNull();
  expect(program.memberOf(typeOf(program, "f"), "right")).not.toBeNull();
  expect(inWords(program, "g")).toBe("string | array | object");
});

test("a module of the same text under two paths has the types of two files", () => {
  const text = `import type { Row } from "./row"; let it: Row;`;
  const shared = lower(ts, "one/main.ts", text);
  const modules = new Map([
    ["one/main.ts", shared],
    ["two/main.ts", shared],
    ["one/row.ts", lower(ts, "one/row.ts", `export interface Row {}`)],
    ["two/row.ts", lower(ts, "two/row.ts", `export class Row {}`)],
  ]);
  const program = link({ files: [...modules.keys()], packages: [], aliases: [] }, modules);
  const node = shared.bindings.find((each) => each.name === "it")?.type;
  if (!node) throw new Error("it has no type");

  expect(program.typeOf({ file: "one/main.ts", node, parameters: new Map() }).kind).toBe("interface");
  expect(program.typeOf({ file: "two/main.ts", node, parameters: new Map() }).kind).toBe("class");
});
