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

function read(text: string) {
  return readFiles({ "1.ts": text })[0];
}

/** The body of `up(db)`. */
function readUp(body: string) {
  return readFiles({ "1.ts": `export async function up(db) { ${body} }` })[0]?.text;
}

test("a table is made with its columns and keys", () => {
  const made = readUp(`await db.schema.createTable("users")
    .addColumn("id", "uuid", (col) => col.primaryKey())
    .addColumn("org_id", "uuid", (col) => col.references("auth.orgs.id").notNull())
    .execute();`);
  expect(made?.unread).toEqual([]);
  expect(made?.changes).toMatchObject([
    {
      kind: "create-table",
      line: 1,
      table: { schema: null, name: "users" },
      columns: [
        { name: "id", type: "uuid", nullable: false, defaulted: false },
        { name: "org_id", type: "uuid", nullable: false, defaulted: false },
      ],
      constraints: [
        { kind: "primary-key", columns: ["id"] },
        {
          kind: "foreign-key",
          columns: ["org_id"],
          table: { schema: "auth", name: "orgs" },
          targets: ["id"],
        },
      ],
    },
  ]);
});

test("a table whose name is decided at run time is unread, and its neighbour is read", () => {
  const made = readUp(
    `await db.schema.dropTable(nameOf()).execute(); await db.schema.dropTable("old").execute();`,
  );
  expect(made?.unread).toMatchObject([{ line: 1, kind: "dynamic" }]);
  expect(made?.changes).toEqual([
    { kind: "drop-table", line: 1, table: { schema: null, name: "old" }, ifExists: false },
  ]);
});

test("a function that does nothing to a schema is no migration", () => {
  expect(readUp(`await db.selectFrom("users").execute();`)).toBeUndefined();
});

test("what is called up and has nothing to do with a database is no migration", () => {
  expect(read("export function up(page) { page.scroll(1); render(page); }")).toBeUndefined();
});

test("down is never read", () => {
  const made = read(`
    export const down = (db) => db.schema.dropTable("users").execute();
    export const up = (db) => db.schema.dropTable("old").execute();`);
  expect(made?.text.changes).toMatchObject([{ kind: "drop-table", table: { name: "old" } }]);
});

test.each([
  ["exports.up = (db) => db.schema.dropTable('a').execute();"],
  ["module.exports = { async up(db) { await db.schema.dropTable('a').execute(); } };"],
  ["export default { up: async (db) => { await db.schema.dropTable('a').execute(); } };"],
  ["const up = async (db) => { await db.schema.dropTable('a').execute(); }; module.exports = { up };"],
  ["export const up = ({ context: db }) => db.schema.dropTable('a').execute();"],
  ["export class A { async up(db) { await db.schema.dropTable('a').execute(); } }"],
  ["export const a = { name: 'a', up: async ({ db }) => { await db.schema.dropTable('a').execute(); } };"],
])("a migration is exported as %s", (text) => {
  expect(read(text)?.text.changes).toMatchObject([{ kind: "drop-table", table: { name: "a" } }]);
});

test("a chain goes on in further statements and in helpers", () => {
  const made = readFiles({
    "1.ts": `import { withTenant } from "./tenant.js";
      export async function up(db) {
        const schema = db.schema;
        let table = schema.createTable("users").addColumn("id", "uuid");
        table = table.addColumn("name", "text");
        await table.$call(withTenant).execute();
      }`,
    "tenant.ts": `const tenant = "org_id";
      export const withTenant = (table) => table.addColumn(tenant, "uuid", (col) => col.notNull());`,
  });
  expect(made[0]?.text.changes).toMatchObject([
    {
      kind: "create-table",
      line: 4,
      columns: [
        { name: "id", nullable: true },
        { name: "name", nullable: true },
        { name: "org_id", nullable: false },
      ],
    },
  ]);
});

test("a loop over a known list says something for each", () => {
  const made = readUp(`for (const name of ["a", "b"] as const) await db.schema.dropTable(name).execute();`);
  expect(made?.changes).toMatchObject([{ table: { name: "a" } }, { table: { name: "b" } }]);
});

test("names are followed to enums of other files", () => {
  const made = readFiles({
    "1.ts": `import { TableName } from "./names";
      export async function up(knex) { await knex.schema.dropTable(TableName.Users); }`,
    "names.ts": `export enum TableName { Users = "app_users" }`,
  });
  expect(made[0]?.text.changes).toMatchObject([{ kind: "drop-table", table: { name: "app_users" } }]);
});

test("of a condition that nobody can decide, the branch that makes the table is taken", () => {
  const made = readUp(`
    if (await isThere("users")) { await db.schema.dropTable("rest").execute(); }
    else { await db.schema.createTable("users").addColumn("id", "uuid").execute(); }`);
  expect(made?.changes).toMatchObject([{ kind: "create-table", ifNotExists: true }]);
});

test("what follows an early return is read", () => {
  const made = readUp(`if (await isThere("a")) return; await db.schema.dropTable("b").execute();`);
  expect(made?.changes).toMatchObject([{ kind: "drop-table", table: { name: "b" }, ifExists: true }]);
});

test("handing the database to a function that is not here is told", () => {
  const made = readUp(`await makeTables(db); await db.schema.dropTable("b").execute();`);
  expect(made?.unread).toMatchObject([
    { line: 1, kind: "dynamic", reason: "it hands the database to a function that is not here" },
  ]);
});

test.each([
  ["that stand for themselves", "export const up = also; const also = up;"],
  ["that stand for each other", "const a = b; const b = a; export default a;"],
])("names %s are no migration", (_, text) => {
  expect(read(text)).toBeUndefined();
});

test("many conditions and early returns, one behind the other, are read", () => {
  const made = readUp("if (isThere()) return;".repeat(2_000) + "await db.schema.dropTable('a').execute();");
  expect(made?.changes).toMatchObject([{ kind: "drop-table", table: { name: "a" } }]);
});

test("a list that doubles itself ends", () => {
  const made = readUp(`await db.schema.dropTable("a").execute(); let names = ["b"];
    ${"names = [...names, ...names];".repeat(60)}
    for (const name of names) await db.schema.dropTable(name).execute();`);
  expect(made?.unread).toMatchObject([{ reason: "it is too long to be followed to its end" }]);
});

test("a migration without an end, and one that calls itself, are told and end", () => {
  const made = readUp(
    `await db.schema.dropTable("b").execute(); const again = () => { again(); again(); }; again();`,
  );
  expect(made?.unread).toMatchObject([{ reason: "it is too long to be followed to its end" }]);
});

test("a statement in SQL is read, at the line where it stands", () => {
  const made = readUp(
    "await db.schema.dropTable('a').execute();\nawait sql`\n  DROP TABLE ${sql.ref('b')}`.execute(db);",
  );
  expect(made?.changes).toMatchObject([
    { kind: "drop-table", line: 1, table: { name: "a" } },
    { kind: "drop-table", line: 3, table: { name: "b" } },
  ]);
});

test.each([
  ["typeorm", "export class A1 { async up(runner) { await runner.query('DROP TABLE a'); } }"],
  ["mikro-orm", "export class A1 extends Migration { async up() { this.addSql('DROP TABLE a'); } }"],
  [
    "sequelize",
    "module.exports = { up: (queryInterface) => queryInterface.sequelize.query('DROP TABLE a') };",
  ],
  ["knex", "exports.up = (knex) => knex.raw('DROP TABLE ??', ['a']);"],
  ["sql", "export async function up(client) { await client.query(`DROP TABLE ${'a'}`); }"],
])("a statement in SQL that a migration of %s runs is read", (kind, text) => {
  const made = read(text);
  expect(made?.kind).toBe(kind);
  expect(made?.text.changes).toMatchObject([{ kind: "drop-table", table: { name: "a" } }]);
});

test("a statement in SQL that is put together at run time is unread, unless it only changes rows", () => {
  const made = readUp(
    "await db.query(`ALTER TABLE ${nameOf()} DROP COLUMN a`); await db.query(`UPDATE ${nameOf()} SET a = 1`);",
  );
  expect(made?.unread).toMatchObject([{ kind: "dynamic", text: "ALTER TABLE" }]);
});
