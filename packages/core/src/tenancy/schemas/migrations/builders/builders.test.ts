import ts from "typescript";
import { expect, test } from "vitest";
import { link } from "../../../../link/link.js";
import { lower } from "../../../../lower/lower.js";
import { readBuilderMigrations } from "./builders.js";

function read(body: string) {
  const text = `export async function up(db) { ${body} }`;
  const program = link(
    { files: ["1.ts"], packages: [], aliases: [] },
    new Map([["1.ts", lower(ts, "1.ts", text)]]),
  );
  return readBuilderMigrations({ program, isRead: () => true, sql: null })[0]?.text;
}

test("a table is made with its columns and keys", () => {
  const made = read(`await db.schema.createTable("users")
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
  const made = read(
    `await db.schema.dropTable(nameOf()).execute(); await db.schema.dropTable("old").execute();`,
  );
  expect(made?.unread).toMatchObject([{ line: 1, kind: "dynamic" }]);
  expect(made?.changes).toEqual([
    { kind: "drop-table", line: 1, table: { schema: null, name: "old" }, ifExists: false },
  ]);
});

test("a function that does nothing to a schema is no migration", () => {
  expect(read(`await db.selectFrom("users").execute();`)).toBeUndefined();
});

test("a unique index with a condition is partial", () => {
  const made = read(
    `await db.schema.createIndex("one").on("users").columns(["a", "b desc"]).unique().where("c", "is", null).execute();`,
  );
  expect(made?.changes).toMatchObject([
    { kind: "create-index", name: "one", columns: ["a", "b"], unique: true, partial: true },
  ]);
});
