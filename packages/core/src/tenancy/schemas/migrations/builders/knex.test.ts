import { sqlParser } from "@tenant-audit/sql";
import ts from "typescript";
import { expect, test } from "vitest";
import { link } from "../../../../link/link.js";
import { lower } from "../../../../lower/lower.js";
import { readBuilderMigrations } from "./builders.js";

function readFiles(files: Readonly<Record<string, string>>) {
  const modules = new Map(Object.entries(files).map(([file, text]) => [file, lower(ts, file, text)]));
  const program = link({ files: Object.keys(files), packages: [], aliases: [] }, modules);
  return readBuilderMigrations({ program, isRead: () => true, sql: sqlParser });
}

/** The body of `up(db)`. */
function readUp(body: string) {
  return readFiles({ "1.ts": `export async function up(db) { ${body} }` })[0]?.text;
}

const users = { schema: null, name: "users" };

test("columns may be null unless something says that they may not", () => {
  const made = readUp(`await db.schema.createTable("users", (table) => {
    table.increments();
    table.uuid("org_id").notNullable().references("id").inTable("orgs").onDelete("CASCADE");
    table.string("name", 40);
    table.string("email").unique().defaultTo("");
    table.timestamps(true, true);
  });`);
  expect(made?.changes).toMatchObject([
    {
      kind: "create-table",
      line: 1,
      table: users,
      columns: [
        { name: "id", type: "serial", nullable: false, defaulted: true },
        { name: "org_id", type: "uuid", nullable: false, defaulted: false },
        { name: "name", type: "varchar(40)", nullable: true, defaulted: false },
        { name: "email", type: "varchar(255)", nullable: true, defaulted: true },
        { name: "created_at", type: "timestamptz", nullable: false, defaulted: true },
        { name: "updated_at", type: "timestamptz", nullable: false, defaulted: true },
      ],
      constraints: [
        { kind: "primary-key", columns: ["id"] },
        {
          kind: "foreign-key",
          name: "users_org_id_foreign",
          columns: ["org_id"],
          table: { schema: null, name: "orgs" },
          targets: ["id"],
        },
        { kind: "unique", name: "users_email_unique", columns: ["email"] },
      ],
    },
  ]);
});

test("keys of several columns are read", () => {
  const made = readUp(`await db.schema.createTable("users", function () {
    this.uuid("a"); this.uuid("b");
    this.primary(["a", "b"]);
    this.unique(["b"], { indexName: "one_b" });
    this.foreign(["a", "b"]).references(["x", "y"]).inTable("auth.z");
  });`);
  expect(made?.changes).toMatchObject([
    {
      constraints: [
        { kind: "primary-key", columns: ["a", "b"] },
        { kind: "unique", name: "one_b", columns: ["b"] },
        {
          kind: "foreign-key",
          columns: ["a", "b"],
          table: { schema: "auth", name: "z" },
          targets: ["x", "y"],
        },
      ],
    },
  ]);
});

test("a table is altered step by step", () => {
  const made = readUp(`await db.schema.alterTable("users", (t) => {
    t.uuid("a").notNullable();
    t.dropColumn("b");
    t.renameColumn("c", "d");
    t.setNullable("e");
    t.dropNullable("f");
    t.text("g").notNullable().alter();
    t.dropUnique(["h"]);
  });`);
  const place = { line: 1, table: users };
  const column = { kind: "alter-column", ...place, name: null };
  expect(made?.changes).toEqual([
    {
      kind: "add-column",
      ...place,
      column: { name: "a", type: "uuid", nullable: false, defaulted: false },
      ifNotExists: false,
    },
    { kind: "drop-column", ...place, column: "b", ifExists: false },
    { kind: "rename-column", ...place, column: "c", to: "d" },
    { ...column, column: "e", nullable: true, type: null, defaulted: null },
    { ...column, column: "f", nullable: false, type: null, defaulted: null },
    { ...column, column: "g", nullable: false, type: "text", defaulted: false },
    { kind: "drop-constraint", ...place, name: "users_h_unique", ifExists: false },
  ]);
});

test("several tables are made in one chain, and after one another", () => {
  const made =
    readUp(`return db.schema.createTable("a", (t) => t.uuid("id")).createTable("b", (t) => t.uuid("id"))
    .then(() => db.schema.dropTableIfExists("c"));`);
  expect(made?.changes).toMatchObject([
    { kind: "create-table", table: { name: "a" } },
    { kind: "create-table", table: { name: "b" } },
    { kind: "drop-table", table: { name: "c" }, ifExists: true },
  ]);
});

test("a table that is made where it is missing is made", () => {
  const made = readUp(`
    if (!(await db.schema.hasTable("a"))) await db.schema.createTable("a", (t) => { t.uuid("id"); });
    await db.schema.hasTable("b").then((exists) => exists ? null : db.schema.createTable("b", (t) => { t.uuid("id"); }));`);
  expect(made?.changes).toMatchObject([
    { kind: "create-table", table: { name: "a" }, ifNotExists: true },
    { kind: "create-table", table: { name: "b" }, ifNotExists: true },
  ]);
});

test("a column that is added where it is missing may be there", () => {
  const made = readUp(`const has = await db.schema.hasColumn("users", "a");
    await db.schema.table("users", (t) => { if (!has) t.uuid("a"); t.uuid("b"); });`);
  expect(made?.changes).toMatchObject([
    { kind: "add-column", column: { name: "a" }, ifNotExists: true },
    { kind: "add-column", column: { name: "b" }, ifNotExists: false },
  ]);
});

test("a column whose name is decided at run time is unread, and its neighbour is read", () => {
  const made = readUp(`await db.schema.createTable("users", (t) => { t.uuid("id"); t.uuid(nameOf()); });`);
  expect(made?.changes).toMatchObject([{ kind: "create-table", columns: [{ name: "id" }] }]);
  expect(made?.unread).toMatchObject([{ line: 1, kind: "dynamic", text: "createTable" }]);
});

test("a part of a statement is no statement", () => {
  const made = readUp(`await db("users").update({ email: db.raw("LOWER(email)") });
    await db.schema.dropTable("old");`);
  expect(made?.unread).toEqual([]);
});
