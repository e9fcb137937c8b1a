import ts from "typescript";
import { describe, expect, test } from "vitest";
import { link } from "../../../link/link.js";
import { lower } from "../../../lower/lower.js";
import type { ForeignKey, RawTable, SchemaSource } from "../source.js";
import { readDrizzle } from "./drizzle.js";

function sourcesOf(files: Record<string, string>): readonly SchemaSource[] {
  const modules = new Map(Object.entries(files).map(([file, text]) => [file, lower(ts, file, text)]));
  return readDrizzle(link({ files: Object.keys(files), packages: [], aliases: [] }, modules));
}

const pg =
  'import * as pg from "drizzle-orm/pg-core"; import { pgTable, pgSchema, pgView, pgPolicy, pgRole, pgEnum, customType, uuid, text, varchar, integer, serial, timestamp, boolean, index, unique, uniqueIndex, primaryKey, foreignKey } from "drizzle-orm/pg-core"; import { relations, sql, eq } from "drizzle-orm";';

function tablesOf(files: Record<string, string> | string): readonly RawTable[] {
  const read = typeof files === "string" ? { "src/schema.ts": `${pg}\n${files}` } : files;
  return sourcesOf(read).flatMap(({ tables }) => tables);
}

function namesIn(files: Record<string, string> | string): readonly string[] {
  return tablesOf(files).map(({ name }) => name);
}

function problemsIn(text: string): readonly string[] {
  return sourcesOf({ "src/schema.ts": `${pg}\n${text}` }).flatMap(({ problems }) =>
    problems.map(({ message }) => message),
  );
}

/** `id: uuid`, `note: text?` where it may be null, `at: timestamp=` where the database fills it. */
function columnsOf(table: RawTable | undefined): readonly string[] {
  return (table?.columns ?? []).map(
    ({ name, type, nullable, defaulted }) => `${name}: ${type}${nullable ? "?" : ""}${defaulted ? "=" : ""}`,
  );
}

function keyText({ columns, table, targets }: ForeignKey): string {
  return `${columns.join(", ")} -> ${table}(${targets.join(", ")})`;
}

function columnsIn(columns: string): readonly string[] {
  return columnsOf(tablesOf(`export const things = pgTable("things", { ${columns} });`)[0]);
}

describe("a table is found", () => {
  test.each([
    ["by name", 'import { pgTable } from "drizzle-orm/pg-core"; export const a = pgTable("users", {});'],
    [
      "renamed",
      'import { mysqlTable as table } from "drizzle-orm/mysql-core"; export const a = table("users", {});',
    ],
    [
      "in a namespace",
      'import * as lite from "drizzle-orm/sqlite-core"; export const a = lite.sqliteTable("users", {});',
    ],
    [
      "inside an object",
      'import { pgTable } from "drizzle-orm/pg-core"; export const schema = { users: pgTable("users", {}) };',
    ],
    [
      "as the default export",
      'import { pgTable } from "drizzle-orm/pg-core"; export default pgTable("users", {});',
    ],
    [
      "in a function",
      'import { pgTable } from "drizzle-orm/pg-core"; export function make() { return pgTable("users", {}); }',
    ],
    [
      "with row security",
      'import { pgTable } from "drizzle-orm/pg-core"; export const a = pgTable.withRLS("users", {});',
    ],
    [
      "in a case",
      'import { snakeCase } from "drizzle-orm/pg-core"; export const a = snakeCase.table("users", {});',
    ],
  ])("%s", (_, text) => {
    expect(namesIn({ "src/schema.ts": text })).toEqual(["users"]);
  });

  test("through a file that hands the library on", () => {
    const files = {
      "src/core.ts": 'export * from "drizzle-orm/pg-core";',
      "src/schema.ts":
        'import { pgTable, uuid } from "./core.js"; export const a = pgTable("users", { id: uuid() });',
    };
    expect(namesIn(files)).toEqual(["users"]);
  });

  test("with the prefix of a creator in another file", () => {
    const files = {
      "src/creator.ts":
        'import { pgTableCreator } from "drizzle-orm/pg-core"; const prefix = "app"; export const createTable = pgTableCreator((name) => `${prefix}_${name}`);',
      "src/schema.ts":
        'import { createTable } from "./creator.js"; export const users = createTable("users", (d) => ({ id: d.uuid().primaryKey() }));',
    };
    const [table] = tablesOf(files);
    expect(table).toMatchObject({ name: "app_users", aliases: ["users"], primaryKey: ["id"] });
    expect(columnsOf(table)).toEqual(["id: uuid"]);
  });

  test("made by a function of the project, with what it adds", () => {
    const tables = tablesOf(`
      function tenantTable(name, columns) { return pgTable(name, { id: uuid().primaryKey(), ...columns }); }
      export const notes = tenantTable("notes", { body: text() });
      export const files = tenantTable("files", { path: text().notNull() });`);
    expect(tables.map((table) => [table.name, columnsOf(table)])).toEqual([
      ["notes", ["id: uuid", "body: text?"]],
      ["files", ["id: uuid", "path: text"]],
    ]);
  });

  test("inside what another package adds to it", () => {
    const tables = tablesOf(`import { described } from "elsewhere";
      export const users = described(pgTable("users", { id: uuid().primaryKey() }), "A user");
      export const notes = pgTable("notes", { userId: uuid().references(() => users.id) });`);
    expect(tables.map(({ name, foreignKeys }) => [name, ...foreignKeys.map(keyText)])).toEqual([
      ["users"],
      ["notes", "userId -> users(id)"],
    ]);
  });

  test("in a schema of the database", () => {
    expect(namesIn('const auth = pgSchema("auth"); export const users = auth.table("users", {});')).toEqual([
      "auth.users",
    ]);
  });

  test("under the name of the variable as well", () => {
    expect(tablesOf('export const usersTable = pgTable("users", {});')[0]?.aliases).toEqual(["usersTable"]);
  });

  test("where it stands", () => {
    expect(tablesOf('\nexport const users = pgTable("users", {});')[0]).toMatchObject({
      file: "src/schema.ts",
      line: 3,
    });
  });
});

describe("no table is", () => {
  test.each([
    [
      "what a function of the same name makes",
      'function pgTable(name, columns) { return columns; } export const a = pgTable("users", {});',
    ],
    [
      "what another package makes",
      'import { pgTable } from "elsewhere"; export const a = pgTable("users", {});',
    ],
    [
      "a method called table",
      'const schema = { table: (name) => name }; export const a = schema.table("users", {});',
    ],
    [
      "a query",
      'import { drizzle } from "drizzle-orm/node-postgres"; const db = drizzle("url"); export const rows = db.select().from("users");',
    ],
    [
      "an alias of one in a query",
      'import { alias } from "drizzle-orm/pg-core"; export const a = alias({}, "manager");',
    ],
  ])("%s", (_, text) => {
    expect(namesIn({ "src/schema.ts": text })).toEqual([]);
  });

  test("in a file that is not read", () => {
    const modules = new Map([
      ["src/a.test.ts", lower(ts, "src/a.test.ts", `${pg} const a = pgTable("users", {});`)],
    ]);
    const program = link({ files: ["src/a.test.ts"], packages: [], aliases: [] }, modules);
    expect(readDrizzle(program, (file) => !file.endsWith(".test.ts"))).toEqual([]);
  });
});

describe("a column", () => {
  test.each([
    ["is called what its builder says", 'orgId: uuid("organization_id")', "organization_id: uuid?"],
    ["is called as its key otherwise", "orgId: uuid()", "orgId: uuid?"],
    ["is there when it must be", "name: text().notNull()", "name: text"],
    ["is there as a key", "id: uuid().primaryKey()", "id: uuid"],
    ["counts", "id: serial()", "id: serial="],
    ["has an identity", "id: integer().generatedAlwaysAsIdentity()", "id: integer="],
    ["has a default", "at: timestamp().defaultNow().notNull()", "at: timestamp="],
    ["has a default from the code", "id: text().$defaultFn(() => make())", "id: text?="],
    ["is generated", "both: text().generatedAlwaysAs(sql`a || b`)", "both: text?="],
    ["has a length", 'name: varchar("name", { length: 256 })', "name: varchar(256)?"],
    ["is an array", "tags: text().array().notNull()", "tags: text[]"],
    ["is an array whose elements must be there", "tags: text().notNull().array()", "tags: text[]?"],
    ["has a type in the code", "data: pg.jsonb().$type<{ a: string }>()", "data: jsonb?"],
    ["is of an enum", 'role: pgEnum("role_kind", ["a", "b"])("role").notNull()', "role: role_kind"],
    [
      "is of an enum in a schema",
      'role: pgSchema("auth").enum("role_kind", ["a"])("role")',
      "role: role_kind?",
    ],
    [
      "is of a type of the project's",
      'at: customType({ dataType() { return "tsvector"; } })("search")',
      "search: tsvector?",
    ],
    [
      "asks its options for the type",
      'at: customType({ dataType(config) { return `vector(${config.size})`; } })("v", { size: 3 })',
      "v: vector(3)?",
    ],
    ["comes from another package", 'place: geometry("place").notNull()', "place: geometry"],
  ])("%s", (_, column, expected) => {
    const text = `import { geometry } from "postgis"; ${pg} export const a = pgTable("things", { ${column} });`;
    expect(columnsOf(tablesOf({ "src/schema.ts": text })[0])).toEqual([expected]);
  });

  test("knows its key in the code where that differs", () => {
    const [table] = tablesOf(
      'export const a = pgTable("a", { orgId: uuid("organization_id"), id: uuid("id") });',
    );
    expect(table?.columns.map(({ aliases }) => aliases)).toEqual([["orgId"], []]);
  });

  test("of SQLite is named for what the code gets", () => {
    const text = `import { sqliteTable, integer, text } from "drizzle-orm/sqlite-core";
      export const a = sqliteTable("a", { id: integer().primaryKey(), at: integer({ mode: "timestamp_ms" }), on: integer({ mode: "boolean" }), data: text({ mode: "json" }), count: integer() });`;
    expect(columnsOf(tablesOf({ "src/schema.ts": text })[0])).toEqual([
      "id: integer=",
      "at: timestamp?",
      "on: boolean?",
      "data: json?",
      "count: integer?",
    ]);
  });

  test("comes from helpers and spreads of other files", () => {
    const files = {
      "src/helpers.ts": `${pg}
        export const id = () => uuid("id").primaryKey().defaultRandom();
        export function ownedBy(name) { return uuid(name).notNull(); }
        export const timestamps = { createdAt: timestamp("created_at").notNull(), updatedAt: timestamp("updated_at") };
        export const tenantColumns = () => ({ tenantId: uuid("tenant_id").notNull() });`,
      "src/index.ts": 'export * from "./helpers.js";',
      "src/schema.ts": `${pg} import * as shared from "./index.js"; import { id } from "./index.js";
        export const notes = pgTable("notes", { id: id(), owner: shared.ownedBy("owner_id"), ...shared.timestamps, ...shared.tenantColumns() });`,
    };
    expect(columnsOf(tablesOf(files).find(({ name }) => name === "notes"))).toEqual([
      "id: uuid=",
      "owner_id: uuid",
      "created_at: timestamp",
      "updated_at: timestamp?",
      "tenant_id: uuid",
    ]);
  });

  test("may be assigned to an object", () => {
    const text = `const shared = { id: uuid() };
      export const a = pgTable("a", Object.assign({}, shared, { note: text() }));`;
    expect(columnsOf(tablesOf(text)[0])).toEqual(["id: uuid?", "note: text?"]);
  });

  test("may be null when a condition decides about it", () => {
    const text = `const id = (name, isOptional) => { if (isOptional) return uuid(name); return uuid(name).notNull(); };
      export const a = pgTable("a", { owner: id("owner_id", flag) });`;
    expect(columnsOf(tablesOf(text)[0])).toEqual(["owner_id: uuid?"]);
  });

  test("is known by its name alone when its builder is not", () => {
    expect(columnsIn("id: uuid(), owner: make()")).toEqual(["id: uuid?", "owner: unknown?"]);
    expect(problemsIn('export const a = pgTable("a", { owner: make() });')).toEqual([
      'The definition of "owner" in table "a" could not be followed; only the name is known.',
    ]);
  });
});

describe("names are spelled", () => {
  const schema = `${pg} export const a = pgTable("notes", { orgId: uuid(), URLPath: text() });`;
  test.each([
    [
      "as the configuration says",
      "drizzle.config.ts",
      'import { defineConfig } from "drizzle-kit"; export default defineConfig({ casing: "snake_case" });',
      ["org_id", "url_path"],
    ],
    [
      "as the connection says",
      "src/db.ts",
      'import { drizzle } from "drizzle-orm/postgres-js"; export const db = drizzle({ client, casing: "snake_case" });',
      ["org_id", "url_path"],
    ],
    [
      "as in the code when the connection says nothing",
      "src/db.ts",
      'import { drizzle } from "drizzle-orm/postgres-js"; export const db = drizzle(client);',
      ["orgId", "URLPath"],
    ],
    [
      "as in the code when somebody else speaks of a casing",
      "src/db.ts",
      'import { connect } from "elsewhere"; export const db = connect({ casing: "snake_case" });',
      ["orgId", "URLPath"],
    ],
  ])("%s", (_, file, text, expected) => {
    const [table] = tablesOf({ "src/schema.ts": schema, [file]: text });
    expect(table?.columns.map(({ name }) => name)).toEqual(expected);
  });
});

describe("a key", () => {
  const organizations =
    'export const organizations = pgTable("organizations", { id: uuid("id").primaryKey(), region: text() });';

  test.each([
    ["of a column", 'orgId: uuid("org_id").references(() => organizations.id, { onDelete: "cascade" })', ""],
    ["with a type", 'orgId: uuid("org_id").references((): pg.AnyPgColumn => organizations.id)', ""],
    [
      "behind the columns",
      'orgId: uuid("org_id")',
      ", (t) => [foreignKey({ columns: [t.orgId], foreignColumns: [organizations.id] }).onDelete('cascade')]",
    ],
    [
      "behind the columns, in an object",
      'orgId: uuid("org_id")',
      ", (t) => ({ fk: foreignKey({ columns: [t.orgId], foreignColumns: [organizations.id] }) })",
    ],
    [
      "behind the columns, as a function",
      'orgId: uuid("org_id")',
      ", (t) => ({ fk: foreignKey(() => ({ columns: [t.orgId], foreignColumns: [organizations.id] })) })",
    ],
  ])("to another table: %s", (_, column, extra) => {
    const tables = tablesOf(`export const notes = pgTable("notes", { ${column} }${extra}); ${organizations}`);
    expect(tables[0]?.foreignKeys.map(keyText)).toEqual(["org_id -> organizations(id)"]);
  });

  test("to a table in another file, through a barrel, and to itself", () => {
    const files = {
      "src/organizations.ts": `${pg} ${organizations}`,
      "src/index.ts": 'export * from "./organizations.js"; export * from "./pages.js";',
      "src/pages.ts": `${pg} import * as schema from "./index.js";
        export const pages = pgTable("pages", { id: uuid().primaryKey(), parentId: uuid().references(() => pages.id), orgId: uuid().references(() => schema.organizations.id) });`,
    };
    const pages = tablesOf(files).find(({ name }) => name === "pages");
    expect(pages?.foreignKeys.map(keyText)).toEqual(["parentId -> pages(id)", "orgId -> organizations(id)"]);
  });

  test("to the platform's users", () => {
    const text =
      'import { authUsers } from "drizzle-orm/supabase"; export const a = pgTable("a", { userId: uuid("user_id").references(() => authUsers.id) });';
    expect(tablesOf(text)[0]?.foreignKeys.map(keyText)).toEqual(["user_id -> auth.users(id)"]);
  });

  test("that leads nowhere is a problem", () => {
    expect(
      problemsIn('export const a = pgTable("a", { userId: uuid("user_id").references(() => missing.id) });'),
    ).toEqual(['What "user_id" of table "a" refers to could not be followed.']);
  });

  test.each([
    ["primaryKey({ columns: [t.a, t.b] })"],
    ["primaryKey(t.a, t.b)"],
    ['primaryKey({ name: "pk", columns: [t.a, t.b] })'],
  ])("of two columns: %s", (extra) => {
    const [table] = tablesOf(
      `export const things = pgTable("things", { a: uuid(), b: uuid(), c: uuid() }, (t) => [${extra}]);`,
    );
    expect(table?.primaryKey).toEqual(["a", "b"]);
    expect(columnsOf(table)).toEqual(["a: uuid", "b: uuid", "c: uuid?"]);
  });

  test.each([
    ["unique().on(t.a, t.b)", [["a", "b"]]],
    ['uniqueIndex("name").on(t.a)', [["a"]]],
    ['uniqueIndex("name").using("btree", t.a.asc(), t.b)', [["a", "b"]]],
    ['uniqueIndex("name").on(t.a).where(sql`b is null`)', []],
    ['uniqueIndex("name").on(sql`lower(${t.a})`)', []],
    ['index("name").on(t.a)', []],
  ])("is unique, or not: %s", (extra, expected) => {
    const [table] = tablesOf(
      `export const things = pgTable("things", { a: text(), b: text() }, (t) => [${extra}]);`,
    );
    expect(table?.unique).toEqual(expected);
  });

  test("is unique by its column", () => {
    expect(
      tablesOf('export const a = pgTable("a", { slug: text().notNull().unique("slugs") });')[0]?.unique,
    ).toEqual([["slug"]]);
  });
});

describe("relations", () => {
  const tables = `
    export const organizations = pgTable("organizations", { id: uuid("id").primaryKey() });
    export const members = pgTable("members", { id: uuid("id").primaryKey(), orgId: uuid("org_id") });`;
  const one =
    "export const a = relations(members, ({ one }) => ({ org: one(organizations, { fields: [members.orgId], references: [organizations.id] }) }));";
  const many = "export const b = relations(organizations, ({ many }) => ({ members: many(members) }));";
  const both = (text: string) => {
    const read = tablesOf(tables + text);
    return {
      fields: read.flatMap((table) =>
        table.relations.map(
          (each) =>
            `${table.name}.${each.field}: ${each.table}${each.list ? "[]" : ""} (${each.columns.join()} = ${each.targets.join()})`,
        ),
      ),
      keys: read.flatMap((table) => table.foreignKeys.map((key) => `${table.name}: ${keyText(key)}`)),
    };
  };

  test("of tables name fields and amount to foreign keys", () => {
    expect(both(one + many)).toEqual({
      fields: ["organizations.members: members[] (id = org_id)", "members.org: organizations (org_id = id)"],
      keys: ["members: org_id -> organizations(id)"],
    });
  });

  test("of a schema do so too", () => {
    const schema = `import { defineRelations } from "drizzle-orm"; export const r = defineRelations({ organizations, members }, (r) => ({
      organizations: { members: r.many.members() },
      members: { org: r.one.organizations({ from: r.members.orgId, to: r.organizations.id }) },
    }));`;
    expect(both(schema)).toEqual(both(one + many));
  });

  test("of one to one give the key to the table that has the column", () => {
    const turned =
      "export const a = relations(organizations, ({ one }) => ({ owner: one(members, { fields: [organizations.id], references: [members.orgId] }) }));";
    expect(both(turned).keys).toEqual(["members: org_id -> organizations(id)"]);
  });

  test("through a third table say no columns", () => {
    const schema = `import { defineRelations } from "drizzle-orm"; export const r = defineRelations({ organizations, members }, (r) => ({
      organizations: { others: r.many.organizations({ from: r.organizations.id.through(r.members.orgId), to: r.organizations.id.through(r.members.id) }) },
    }));`;
    expect(both(schema)).toEqual({ fields: ["organizations.others: organizations[] ( = )"], keys: [] });
  });

  test("of another library say nothing", () => {
    expect(
      both(
        `import { relations as other } from "elsewhere"; ${one.replace("relations(members", "other(members")}`,
      ).keys,
    ).toEqual([]);
  });

  test("add no foreign key where one is declared", () => {
    const text = `export const organizations = pgTable("organizations", { id: uuid("id").primaryKey() });
      export const members = pgTable("members", { orgId: uuid("org_id").references(() => organizations.id) }); ${one}`;
    expect(tablesOf(text)[1]?.foreignKeys.map(keyText)).toEqual(["org_id -> organizations(id)"]);
  });
});

describe("row security", () => {
  const securityOf = (text: string) => tablesOf(text)[0]?.rowSecurity;

  test("is not spoken of by a plain table", () => {
    expect(securityOf('export const a = pgTable("a", { id: uuid() });')).toBeNull();
  });

  test("is switched on without a policy", () => {
    expect(securityOf('export const a = pgTable("a", { id: uuid() }).enableRLS();')).toEqual({
      enabled: true,
      forced: false,
      policies: [],
    });
  });

  test("has policies, with the names of the columns in their text", () => {
    const text = `const app = pgRole("app").existing();
      export const a = pgTable("a", { orgId: uuid("org_id") }, (t) => [
        pgPolicy("tenants", { as: "restrictive", for: "update", to: [app, "admin"], using: sql\`\${t.orgId} = current_setting('app.org')::uuid\`, withCheck: sql\`true\` }),
      ]);`;
    expect(securityOf(text)?.policies).toEqual([
      {
        name: "tenants",
        permissive: false,
        verbs: ["update"],
        roles: ["app", "admin"],
        using: { kind: "unknown", text: "org_id = current_setting('app.org')::uuid" },
        check: { kind: "constant", value: true },
        file: "src/schema.ts",
        line: 4,
      },
    ]);
  });

  test("has a policy for everything and everybody when it says no more", () => {
    const text = 'export const a = pgTable("a", { id: uuid() }, (t) => [pgPolicy("p", { using: sql`x` })]);';
    expect(securityOf(text)?.policies[0]).toMatchObject({
      permissive: true,
      verbs: ["select", "insert", "update", "delete"],
      roles: ["public"],
      check: null,
    });
  });

  test("has policies that are linked from elsewhere", () => {
    const text =
      'export const a = pgTable("a", { id: uuid() }); export const p = pgPolicy("later", { for: "select", using: sql`x` }).link(a);';
    expect(securityOf(text)?.policies.map(({ name, verbs }) => [name, verbs])).toEqual([
      ["later", ["select"]],
    ]);
  });

  test("has the policies of a short form", () => {
    const text = `import { crudPolicy, authenticatedRole, authUid } from "drizzle-orm/neon";
      export const a = pgTable("a", { userId: text("user_id") }, (t) => [crudPolicy({ role: authenticatedRole, read: true, modify: authUid(t.userId) })]);`;
    const own = {
      kind: "equals",
      left: { kind: "function", name: "auth.user_id" },
      right: { kind: "column", table: null, column: "user_id" },
    };
    expect(
      securityOf(text)?.policies.map(({ verbs, roles, using, check }) => ({ verbs, roles, using, check })),
    ).toEqual([
      { verbs: ["select"], roles: ["authenticated"], using: { kind: "constant", value: true }, check: null },
      { verbs: ["insert"], roles: ["authenticated"], using: null, check: own },
      { verbs: ["update"], roles: ["authenticated"], using: own, check: own },
      { verbs: ["delete"], roles: ["authenticated"], using: own, check: null },
    ]);
  });
});

describe("a view", () => {
  const tables =
    'export const notes = pgTable("notes", { id: uuid("id").primaryKey(), orgId: uuid("org_id").notNull() }); export const users = pgTable("users", { name: text() });';
  const viewOf = (text: string) => tablesOf(tables + text).find(({ view }) => view !== null);

  test("reads what its query names", () => {
    const view = viewOf(
      'export const v = pgView("v").with({ securityInvoker: true }).as((qb) => qb.select({ org: notes.orgId, who: users.name }).from(notes).leftJoin(users, eq(users.name, notes.id)));',
    );
    expect(view?.view).toEqual({ reads: ["notes", "users"], securityInvoker: true });
    expect(columnsOf(view)).toEqual(["org_id: uuid?", "name: text?"]);
  });

  test("has all columns of the one table that it selects from", () => {
    expect(columnsOf(viewOf('export const v = pgView("v").as((qb) => qb.select().from(notes));'))).toEqual([
      "id: uuid",
      "org_id: uuid",
    ]);
  });

  test("reads what its SQL names", () => {
    const view = viewOf(
      'export const v = pg.pgMaterializedView("v", { id: uuid("id") }).as(sql`select ${notes.id} from ${notes}`);',
    );
    expect(view?.view?.reads).toEqual(["notes"]);
    expect(columnsOf(view)).toEqual(["id: uuid?"]);
  });
});

describe("what cannot be read", () => {
  test("of the columns is a problem, and the rest stands", () => {
    const text = 'export const a = pgTable("a", { id: uuid(), ...Object.fromEntries(names) });';
    expect(columnsOf(tablesOf(text)[0])).toEqual(["id: uuid?"]);
    expect(problemsIn(text)).toEqual([
      'Some columns of table "a" are computed when the program runs; only the others are known.',
    ]);
  });

  test("at all leaves a table without columns", () => {
    const text = 'export const a = pgTable("a", makeColumns());';
    expect(tablesOf(text)[0]).toMatchObject({ name: "a", readable: false });
    expect(problemsIn(text)).toEqual([
      'The columns of table "a" could not be read: they are computed when the program runs.',
    ]);
  });

  test("of a name leaves what the code says", () => {
    const text =
      'const create = pg.pgTableCreator((name) => `${process.env.PREFIX}${name}`); export const a = create("users", {});';
    expect(namesIn(text)).toEqual(["users"]);
    expect(problemsIn(text)).toEqual([
      'The name of table "users" is computed when the program runs; it is known here as "users".',
    ]);
  });
});

test("a schema that is chosen when a function runs leaves the table's own name", () => {
  const text = 'export const make = (tenant) => pgSchema(`tenant_${tenant}`).table("users", { id: uuid() });';
  expect(namesIn(text)).toEqual(["users"]);
  expect(problemsIn(text)).toEqual([
    'The name of table "users" is computed when the program runs; it is known here as "users".',
  ]);
});

describe("several databases", () => {
  test("are several sources", () => {
    const table = (name: string) =>
      `import { pgTable } from "drizzle-orm/pg-core"; export const t = pgTable("${name}", {});`;
    const sources = sourcesOf({
      "packages/a/src/one.ts": table("one"),
      "packages/a/src/two.ts": table("two"),
      "packages/b/src/three.ts": table("three"),
      "packages/b/src/local.ts":
        'import { sqliteTable } from "drizzle-orm/sqlite-core"; export const t = sqliteTable("four", {});',
    });
    expect(sources.map(({ tables }) => tables.map(({ name }) => name))).toEqual([
      ["one", "two"],
      ["four"],
      ["three"],
    ]);
    expect(sources[0]).toMatchObject({ kind: "drizzle schema", speaksFor: "both", complete: true });
  });
});

describe("hostile code ends", () => {
  test.each([
    ["a circle of names", "const a = b; const b = a; export const t = pgTable(a, b);"],
    [
      "a function that calls itself",
      'const f = (x) => ({ ...f(x), ...f(x) }); export const t = pgTable("t", f(1));',
    ],
    [
      "doubling",
      `${Array.from({ length: 60 }, (_, n) => `const f${n + 1} = () => [...f${n}(), ...f${n}()];`).join(" ")} const f0 = () => [uuid()]; export const t = pgTable("t", f60());`,
    ],
    [
      "a long chain of names",
      `const a0 = { id: uuid() }; ${Array.from({ length: 5000 }, (_, n) => `const a${n + 1} = a${n};`).join(" ")} export const t = pgTable("t", a5000);`,
    ],
    ["a long chain of calls", `export const t = pgTable("t", { id: uuid()${".notNull()".repeat(5000)} });`],
  ])("%s", (_, text) => {
    expect(sourcesOf({ "src/schema.ts": `${pg}\n${text}` }).length).toBeLessThan(2);
  });
});
