/**
 * What an absent tenant does in SQL that is handed to a driver, which gives the text to the database as it is, and `undefined` as
 * NULL: the engine calls scoped exactly what reaches no row of a tenant.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, startDatabase } from "./database.js";
import { verdictOn } from "./read.js";

let database: Database;
beforeAll(async () => {
  database = await startDatabase(`
    create table invoices (id text, organization_id text not null);
    insert into invoices values ('1', 'one'), ('2', 'two');
    create table templates (id text, organization_id text);
    insert into templates values ('1', 'one'), ('2', 'two'), ('3', null);
  `);
}, 60_000);
afterAll(() => database.postgres.close());

describe("SQL that is handed to a driver, without a tenant", () => {
  it.each([
    "select * from invoices where organization_id = $1",
    "select * from invoices where organization_id in ($1)",
    "select * from invoices where organization_id = any($1)",
    "select * from invoices where not organization_id <> $1",
    "select * from invoices where organization_id = coalesce($1, organization_id)",
    "select * from invoices where organization_id = $1 or $1 is null",
    "select * from invoices where $1::text is null or organization_id = $1",
    "select * from invoices where organization_id is not distinct from $1",
    "select * from invoices where organization_id is distinct from $1",
    "select * from invoices where not organization_id is distinct from $1",
    "select * from invoices where organization_id is not distinct from $1 or id = '2'",
    "select * from invoices where organization_id is null",
    "select * from invoices where organization_id is null or $1::text is null",
    "select * from templates where organization_id = $1",
    "select * from templates where organization_id is not distinct from $1",
    "select * from templates where organization_id is distinct from $1",
    "select * from templates where organization_id = $1 or organization_id is null",
    "select * from templates where organization_id is null",
    "delete from templates where organization_id is not distinct from $1 returning *",
    "delete from invoices where organization_id = $1 returning *",
  ])("%s", async (text) => {
    const isScoped = (await database.rowsOf(text, text.includes("$1") ? [undefined] : [])).every(isNobodys);
    const verdict = await verdictOn(
      `pool.query("${text}", [organizationId])`,
      {
        "database.ts": `
        import { Pool } from "pg";
        export const pool = new Pool();`,
        "migrations/1.sql": `
        create table organizations (id text primary key);
        create table invoices (id text, organization_id text not null references organizations (id));
        create table templates (id text, organization_id text references organizations (id));`,
      },
      "{ pool }",
    );
    expect({ text, isScoped: verdict === "scoped" }).toEqual({ text, isScoped });
  });
});

/** A template that every tenant has: its tenant is NULL, where that is allowed. */
function isNobodys(row: unknown): boolean {
  return (row as { organization_id: unknown }).organization_id === null;
}
