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

test("a unique index with a condition is partial", () => {
  const made = readUp(
    `await db.schema.createIndex("one").on("users").columns(["a", "b desc"]).unique().where("c", "is", null).execute();`,
  );
  expect(made?.changes).toMatchObject([
    { kind: "create-index", name: "one", columns: ["a", "b"], unique: true, partial: true },
  ]);
});

test("keys of several columns are read, with their names", () => {
  const made = readUp(`await db.schema.createTable("members").ifNotExists()
    .addColumn("org_id", "uuid", (col) => col.notNull())
    .addColumn("user_id", "uuid", (col) => col.notNull())
    .addPrimaryKeyConstraint("members_key", ["org_id", "user_id"])
    .addUniqueConstraint("members_unique", ["user_id"])
    .addForeignKeyConstraint("members_user", ["org_id", "user_id"], "users", ["org_id", "id"], (cb) => cb.onDelete("cascade"))
    .addCheckConstraint("members_check", sql\`true\`)
    .execute();`);
  expect(made?.changes).toMatchObject([
    {
      kind: "create-table",
      ifNotExists: true,
      constraints: [
        { kind: "primary-key", name: "members_key", columns: ["org_id", "user_id"] },
        { kind: "unique", name: "members_unique", columns: ["user_id"] },
        {
          kind: "foreign-key",
          name: "members_user",
          columns: ["org_id", "user_id"],
          table: users,
          targets: ["org_id", "id"],
        },
        { kind: "check", name: "members_check" },
      ],
    },
  ]);
});

test("a table is altered step by step", () => {
  const made = readUp(`await db.schema.alterTable("users")
    .addColumn("a", sql\`uuid[]\`, (col) => col.notNull().defaultTo("{}"))
    .dropColumn("b")
    .renameColumn("c", "d")
    .alterColumn("e", (col) => col.setNotNull())
    .alterColumn("f", (col) => col.setDataType("text"))
    .alterColumn("g", (col) => col.dropNotNull())
    .dropConstraint("h").ifExists()
    .renameTo("people")
    .execute();`);
  const place = { line: 1, table: users };
  const column = { kind: "alter-column", ...place, name: null, defaulted: null };
  expect(made?.changes).toEqual([
    {
      kind: "add-column",
      ...place,
      column: { name: "a", type: "uuid[]", nullable: false, defaulted: true },
      ifNotExists: false,
    },
    { kind: "drop-column", ...place, column: "b", ifExists: false },
    { kind: "rename-column", ...place, column: "c", to: "d" },
    { ...column, column: "e", nullable: false, type: null },
    { ...column, column: "f", nullable: null, type: "text" },
    { ...column, column: "g", nullable: true, type: null },
    { kind: "drop-constraint", ...place, name: "h", ifExists: true },
    { kind: "rename-table", ...place, to: "people", ifExists: false },
  ]);
});

test("a schema is that of the name, or that of the builder", () => {
  const made = readUp(`
    await db.schema.dropTable("auth.users").execute();
    await db.schema.withSchema("billing").createTable("invoices")
      .addColumn("org_id", "uuid", (col) => col.references("orgs.id")).execute();`);
  expect(made?.changes).toMatchObject([
    { table: { schema: "auth", name: "users" } },
    {
      table: { schema: "billing", name: "invoices" },
      constraints: [{ table: { schema: "billing", name: "orgs" } }],
    },
  ]);
});

test("types and schemas leave the tables as they are", () => {
  const made = readUp(`
    await db.schema.createType("role").asEnum(["a", "b"]).execute();
    await db.schema.createSchema("auth").execute();
    await db.schema.dropTable("old").execute();`);
  expect(made?.changes.map(({ kind }) => kind)).toEqual(["drop-table"]);
  expect(made?.unread).toEqual([]);
});

test("a column whose name is decided at run time makes its table unread", () => {
  const made = readUp(`await db.schema.createTable("users").addColumn(nameOf(), "uuid").execute();`);
  expect(made?.changes).toEqual([]);
  expect(made?.unread).toMatchObject([{ line: 1, kind: "dynamic", text: "createTable" }]);
});
