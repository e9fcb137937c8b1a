import { sqlParser } from "@tenant-audit/sql";
import { expect, it } from "vitest";
import { readSqlMigration } from "../sql/sql.js";
import { readMigrations } from "./migrations.js";

function rowSecurityOf(sql: string): Record<string, boolean | null> {
  const [source] = readMigrations([
    { file: "migrations/1.sql", kind: "sql", text: readSqlMigration(sqlParser, sql) },
  ]);
  return Object.fromEntries(
    source!.tables.map(({ name, rowSecurity }) => [name, rowSecurity?.enabled ?? null]),
  );
}

const tables = "CREATE TABLE a (id uuid); CREATE TABLE b (id uuid); ALTER TABLE a ENABLE ROW LEVEL SECURITY;";

it("leaves open what a loop enables row security for", () => {
  const loop = `DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t); END LOOP; END $$;`;
  expect(rowSecurityOf(`${tables}\n${loop}`)).toEqual({ a: true, b: null });
});

it("knows that it is off where nothing is left open, or something else is", () => {
  const loop = `DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables LOOP
    EXECUTE format('ALTER TABLE %I ADD COLUMN tenant uuid', t); END LOOP; END $$;`;
  expect(rowSecurityOf(tables)).toEqual({ a: true, b: false });
  expect(rowSecurityOf(`${tables}\n${loop}`)).toEqual({ a: true, b: false });
});
