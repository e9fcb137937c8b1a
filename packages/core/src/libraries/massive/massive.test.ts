import ts from "typescript";
import { expect, test } from "vitest";
import { analyze } from "../../analyze.js";
import { lower } from "../../lower/lower.js";
import { noConfiguration } from "../../tenancy/config.js";

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
  const { report } = analyze({
    layout: { files: [...files.keys()], packages: [], aliases: [] },
    modules: new Map([...files].map(([file, content]) => [file, lower(ts, file, content)])),
    judged: new Set(files.keys()),
    tests: new Set(),
    schemas: [],
    migrations: [],
    sql: null,
    configuration: noConfiguration,
    skipped: [],
    notJudged: [],
    notes: [],
    version: "0.0.0",
    asOf: "2026-11-01",
    sees: "project",
  });
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
