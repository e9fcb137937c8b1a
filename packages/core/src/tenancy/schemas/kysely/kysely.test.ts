import ts from "typescript";
import { describe, expect, test } from "vitest";
import { link } from "../../../link/link.js";
import { lower } from "../../../lower/lower.js";
import { readKysely } from "./kysely.js";

function read(files: Record<string, string>) {
  const modules = new Map(Object.entries(files).map(([file, text]) => [file, lower(ts, file, text)]));
  return readKysely(link({ files: Object.keys(files), packages: [], aliases: [] }, modules));
}

function namesIn(files: Record<string, string>): readonly string[] {
  return read(files).flatMap((source) => source.tables.map(({ name }) => name));
}

const types = `
  import type { ColumnType, Generated } from "kysely";
  export interface InvoiceTable { id: Generated<string>; organization_id: string }
  export interface Tables { invoices: InvoiceTable }
`;

describe("a Kysely database is found", () => {
  test.each([
    [
      "as a type",
      'import type { Kysely } from "kysely"; import type { Tables } from "./types.js"; export function list(db: Kysely<Tables>) {}',
    ],
    [
      "where it is made",
      'import { Kysely } from "kysely"; import { Tables } from "./types"; export const db = new Kysely<Tables>({});',
    ],
    [
      "under another name",
      'import { Kysely as Client } from "kysely"; import type { Tables as DB } from "./types.js"; type Db = Client<DB>;',
    ],
    [
      "through a namespace",
      'import * as kysely from "kysely"; import type { Tables } from "./types.js"; const db = new kysely.Kysely<Tables>({});',
    ],
    [
      "in a transaction",
      'import type { Transaction } from "kysely"; import type { Tables } from "./types.js"; export type Trx = Transaction<Tables>;',
    ],
    [
      "in a class",
      'import { Kysely } from "kysely"; import type { Tables } from "./types.js"; export class Db extends Kysely<Tables> {}',
    ],
    [
      "in a field",
      'import { Kysely } from "kysely"; import type { Tables } from "./types.js"; class Repo { constructor(private readonly db: Kysely<Tables>) {} }',
    ],
    [
      "in a wrapper",
      'import { createKysely } from "@vercel/postgres-kysely"; import type { Tables } from "./types.js"; const db = createKysely<Tables>();',
    ],
  ])("%s", (_, use) => {
    expect(namesIn({ "src/types.ts": types, "src/db.ts": use })).toEqual(["invoices"]);
  });

  test("once, however often it is used", () => {
    const use =
      'import type { Kysely } from "kysely"; import type { Tables } from "./types.js"; export type A = Kysely<Tables>;';
    expect(namesIn({ "src/types.ts": types, "src/a.ts": use, "src/b.ts": use })).toEqual(["invoices"]);
  });

  test("with what it extends, intersects, picks and leaves out", () => {
    const files = {
      "src/types.ts": `${types}
        interface UserTable { id: string }
        interface AuditTable { id: string }
        export interface All extends Tables { users: UserTable }
        export type Most = Omit<All, "users"> & { "audit.events": AuditTable } & Pick<{ a: UserTable; b: UserTable }, "b">;`,
      "src/db.ts":
        'import type { Kysely } from "kysely"; import type { Most } from "./types.js"; export type Db = Kysely<Most>;',
    };
    expect([...namesIn(files)].sort()).toEqual(["audit.events", "b", "invoices"]);
  });

  test("as several, when there are several", () => {
    const use = `import { Kysely } from "kysely"; import type { Tables } from "./types.js";
      interface Metrics { points: { id: string } }
      const main = new Kysely<Tables>({}); const metrics = new Kysely<Metrics>({});`;
    expect(
      read({ "src/types.ts": types, "src/db.ts": use }).map((source) =>
        source.tables.map(({ name }) => name),
      ),
    ).toEqual([["invoices"], ["points"]]);
  });

  test("by its name alone when nothing uses it", () => {
    const declared =
      "export interface DB { users: { id: string }; invoices: { id: string; user_id: string } }";
    expect(namesIn({ "src/db.d.ts": declared })).toEqual(["users", "invoices"]);
  });

  test("and not in what only looks like one", () => {
    expect(
      namesIn({ "src/db.ts": "export interface DB { connect(): void; pool: { size: number } }" }),
    ).toEqual([]);
    expect(
      namesIn({
        "src/db.ts":
          'import type { Kysely } from "./own.js"; interface T { a: { id: string } } export type X = Kysely<T>;',
        "src/own.ts": "export class Kysely<T> { x?: T }",
      }),
    ).toEqual([]);
    expect(
      namesIn({
        "src/db.ts":
          'import type { Kysely } from "kysely"; export async function up(db: Kysely<any>) {} export function of<T>(db: Kysely<T>) {}',
      }),
    ).toEqual([]);
    expect(namesIn({ "src/empty.ts": "" })).toEqual([]);
  });

  test("beside code that is nested very deep", () => {
    const deep = `${"[".repeat(500)}${"]".repeat(500)}`;
    const use = `import { Kysely } from "kysely"; import type { Tables } from "./types.js"; const deep = ${deep}; export const db = new Kysely<Tables>({});`;
    expect(namesIn({ "src/types.ts": types, "src/db.ts": use })).toEqual(["invoices"]);
  });

  test("and not in the files that are left out", () => {
    const use =
      'import type { Kysely } from "kysely"; interface Fake { fakes: { id: string } } export type A = Kysely<Fake>;';
    const modules = new Map([["src/a.test.ts", lower(ts, "src/a.test.ts", use)]]);
    const program = link({ files: ["src/a.test.ts"], packages: [], aliases: [] }, modules);
    expect(readKysely(program, (file) => !file.endsWith(".test.ts"))).toEqual([]);
  });
});

describe("a Kysely table", () => {
  const columnsOf = (body: string, more = "") => {
    const text = `import type { ColumnType, Generated, GeneratedAlways, JSONColumnType, Kysely } from "kysely";
      ${more}
      interface Row { ${body} }
      export type Db = Kysely<{ rows: Row }>;`;
    return read({ "src/db.ts": text })[0]!.tables[0]!.columns;
  };

  test("has columns that may be null, also inside the wrappers", () => {
    const columns = columnsOf(
      "a: string; b: string | null; c: Generated<number | null>; d: ColumnType<string | null, string, string>; e: ColumnType<string, string | null, string>; f: Maybe; g?: string; h: Stamp | null; i: Stamp",
      "type Maybe = string | null; type Stamp = ColumnType<Date, Date | string, Date>;",
    );
    expect(columns.map(({ name, nullable }) => `${name}${nullable ? "?" : ""}`)).toEqual([
      "a",
      "b?",
      "c?",
      "d?",
      "e",
      "f?",
      "g?",
      "h?",
      "i",
    ]);
  });

  test("has columns that the database fills", () => {
    const columns = columnsOf(
      "a: Generated<string>; b: GeneratedAlways<number>; c: ColumnType<Date, Date | undefined, never>; d: ColumnType<Date, never, never>; e: string; f: Own<string>; g: Id",
      "type Own<T> = T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>; type Id = Generated<string>;",
    );
    expect(columns.filter(({ defaulted }) => defaulted).map(({ name }) => name)).toEqual([
      "a",
      "b",
      "c",
      "d",
      "g",
    ]);
    expect(columns[0]!.type).toBe("Generated<string>");
  });

  test("has its place, its schema and its key", () => {
    const text =
      'import type { Kysely } from "kysely";\n\ninterface UserTable {\n  id: string;\n}\nexport type Db = Kysely<{ "auth.users": UserTable; "public.posts": { slug: string }; traces: { trace_id: string; span_id: string } }>;';
    const tables = read({ "src/db.ts": text })[0]!.tables;
    expect(tables.map(({ name, file, line, primaryKey }) => ({ name, file, line, primaryKey }))).toEqual([
      { name: "auth.users", file: "src/db.ts", line: 3, primaryKey: ["id"] },
      { name: "posts", file: "src/db.ts", line: 6, primaryKey: [] },
      { name: "traces", file: "src/db.ts", line: 6, primaryKey: ["trace_id"] },
    ]);
  });

  test("whose columns cannot be read is still a table, and a problem", () => {
    const text =
      'import type { Kysely } from "kysely"; import type { Users } from "elsewhere";\nexport type Db = Kysely<{ users: Users; posts: { id: string } }>;';
    const [source] = read({ "src/db.ts": text });
    expect(source!.tables.map(({ name, readable }) => [name, readable])).toEqual([
      ["users", false],
      ["posts", true],
    ]);
    expect(source!.problems).toEqual([
      {
        file: "src/db.ts",
        line: 2,
        message: 'The columns of table "users" could not be read from its type.',
      },
    ]);
  });

  test("from another package's database is missing, and a problem says so", () => {
    const text =
      'import type { Kysely } from "kysely"; import type { Base } from "elsewhere";\ninterface Database extends Base { posts: { id: string } }\nexport type Db = Kysely<Database>;';
    const [source] = read({ "src/db.ts": text });
    expect(source!.tables.map(({ name }) => name)).toEqual(["posts"]);
    expect(source!.problems[0]!.message).toContain("could not be read; only its own are known");
  });
});

describe("generated types", () => {
  test("of kysely-codegen, which declares its wrappers itself and reads timestamps by a name", () => {
    const generated = `
      import type { ColumnType } from "kysely";
      export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
        ? ColumnType<S, I | undefined, U>
        : ColumnType<T, T | undefined, T>;
      export type Timestamp = ColumnType<Date, Date | string, Date | string>;
      export interface Invoices {
        createdAt: Generated<Timestamp>;
        id: Generated<string>;
        organizationId: string;
        paidAt: Timestamp | null;
      }
      export interface DB { invoices: Invoices }`;
    const use =
      'import type { Kysely } from "kysely"; import type { DB } from "./db.js"; export type Db = Kysely<DB>;';
    const [source] = read({ "src/db.d.ts": generated, "src/use.ts": use });
    expect(
      source!.tables[0]!.columns.map(({ name, nullable, defaulted }) => [name, nullable, defaulted]),
    ).toEqual([
      ["createdAt", false, true],
      ["id", false, true],
      ["organizationId", false, false],
      ["paidAt", true, false],
    ]);
  });

  test("of prisma-kysely, which writes enums as values, tables as aliases and mapped names in the database", () => {
    const generated = `
      import type { ColumnType } from "kysely";
      export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
        ? ColumnType<S, I | undefined, U>
        : ColumnType<T, T | undefined, T>;
      export const Role = { ADMIN: "ADMIN", MEMBER: "MEMBER" } as const;
      export type Role = (typeof Role)[keyof typeof Role];
      export type Member = { id: string; organization_id: string; role: Generated<Role>; nickname: string | null };
      export type DB = { members: Member };`;
    const use =
      'import { Kysely } from "kysely"; import type { DB } from "./types"; export const db = new Kysely<DB>({});';
    const [source] = read({ "src/types.ts": generated, "src/db.ts": use });
    expect(source!.tables.map(({ name }) => name)).toEqual(["members"]);
    expect(
      source!.tables[0]!.columns.map(({ name, nullable, defaulted }) => [name, nullable, defaulted]),
    ).toEqual([
      ["id", false, false],
      ["organization_id", false, false],
      ["role", false, true],
      ["nickname", true, false],
    ]);
  });
});
