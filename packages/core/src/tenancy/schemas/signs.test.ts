/** A sign that is missed hides tables from the editor; a sign in vain costs the time to read one file. */
import { describe, expect, it } from "vitest";
import { callOfTableMakers, mayDeclareTables, mayMakeTableMakers } from "./signs.js";

describe("a file that may declare tables", () => {
  it.each([
    [
      "gives a client its type",
      'import { Kysely } from "kysely"; export const db = new Kysely<Tables>(options);',
    ],
    ["names the type of a database", "export interface Database { users: User }"],
    ["imports Drizzle", 'import { pgTable } from "drizzle-orm/pg-core";'],
    ["imports TypeORM", "import { Entity } from 'typeorm';"],
    ["imports MikroORM", 'import { Entity } from "@mikro-orm/core";'],
    ["is handed Sequelize", "module.exports = (sequelize, DataTypes) => {};"],
    ["builds a table", "await db.schema\n  .createTable('users')\n  .execute();"],
    ["builds a table with a type", 'table.createTable<Row>("users");'],
    ["is handed Knex", "exports.up = (knex) => knex.schema.table('users', (t) => t.uuid('org'));"],
    ["migrates by helpers alone", "exports.up = async (knex) => { await makeUsers(knex); };"],
    ["migrates by helpers of no known tool", "export async function up(db) { await makeUsers(db); }"],
    ["holds a statement", "await sql`CREATE UNLOGGED TABLE IF NOT EXISTS users (id int)`.execute(db);"],
    ["holds a statement over several lines", "await query(`alter\n  table users add org uuid`);"],
  ])("%s", (_, text) => {
    expect(mayDeclareTables(text)).toBe(true);
  });

  it.each([
    ["talks of tables", "// Create the users table before the first run, and drop it afterwards."],
    ["has functions for tables on a screen", "const view = createTableView(rows); renderTable(view);"],
    ["has an `up` that is handed no database", "export function up(page) { page.scroll(1); }"],
    ["only queries", 'export const list = () => db.selectFrom("users").selectAll().execute();'],
  ])("is none that %s", (_, text) => {
    expect(mayDeclareTables(text)).toBe(false);
  });
});

describe("a file that may export makers of tables", () => {
  const drizzle = 'import { pgSchema, pgTable, pgTableCreator } from "drizzle-orm/pg-core";\n';

  it.each([
    "export const createTable = pgTableCreator((name) => `app_${name}`);",
    'export const billing = pgSchema("billing");',
    "export const tenantTable = (name, columns) => pgTable(name, columns);",
  ])("%s", (text) => {
    expect(mayMakeTableMakers(drizzle + text)).toBe(true);
  });

  it("is none that declares a table by its name", () => {
    const text = 'import { pgTable } from "drizzle-orm/pg-core";\nexport const users = pgTable("users", {});';
    expect(mayMakeTableMakers(text)).toBe(false);
  });
});

it("calls of makers are found by their whole name, and on what they export", () => {
  const isCalledIn = callOfTableMakers(["createTable", "$billing"]);
  expect(isCalledIn('export const users = createTable("users", {});')).toBe(true);
  expect(isCalledIn('export const users = $billing.table("users", {});')).toBe(true);
  expect(isCalledIn('recreateTable("users"); createTables(); import { createTable } from "./a";')).toBe(
    false,
  );
  expect(callOfTableMakers([])("createTable()")).toBe(false);
});
