import { analyzedFiles } from "@tenant-audit/testing";
import { expect, test } from "vitest";

const migration = `
export async function up(knex: import("knex").Knex) {
  await knex.schema.createTable("organizations", (table) => { table.uuid("id").primary(); });
  await knex.schema.createTable("invoices", (table) => {
    table.uuid("id").primary();
    table.uuid("organization_id").notNullable().references("id").inTable("organizations");
  });
}
`;

/** `reads invoices: unscoped`, for each path. */
function pathsOf(source: string): readonly string[] {
  const files = new Map([
    ["migrations/001_tables.ts", migration],
    ["main.ts", source],
  ]);
  const report = analyzedFiles(files);
  return report.paths.map(
    ({ operation, resources, verdict }) => `${operation} ${resources.join()}: ${verdict}`,
  );
}

test.each([
  ["a default import", 'import massive from "massive"; const db = await massive("");'],
  ["a call of require", 'const massive = require("massive"); const db = await massive("");'],
  ["a declared type", 'import type massive from "massive"; declare const db: massive.Database;'],
])("a database is recognised by %s", (_, imports) => {
  expect(pathsOf(`${imports} export const all = () => db.invoices.find({});`)).toEqual([
    "read invoices: unscoped",
  ]);
});

test.each([
  ["a list", "const db = { invoices: [{ id: 1 }] };"],
  ["somebody else's", 'import { db } from "elsewhere";'],
])("%s is none", (_, imports) => {
  expect(pathsOf(`${imports} export const all = () => db.invoices.find({});`)).toEqual([]);
});
