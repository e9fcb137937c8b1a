/** Migrations of which nothing is read are listed; what only looks like them stays quiet. */
import { sqlParser } from "@tenant-audit/sql";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { link } from "../../../link/link.js";
import { lower } from "../../../lower/lower.js";
import { readSqlMigration } from "../sql/sql.js";
import { readBuilderMigrations } from "./builders/builders.js";
import { readMigrations } from "./migrations.js";

function notesOfProgram(text: string): readonly string[] {
  const file = "migrations/001_users.ts";
  const modules = new Map([[file, lower(ts, file, text)]]);
  const program = link({ files: [file], packages: [], aliases: [] }, modules);
  const migrations = readBuilderMigrations({ program, isRead: () => true, sql: sqlParser });
  return notes(readMigrations(migrations));
}

function notesOfSql(file: string, sql: string): readonly string[] {
  return notes(readMigrations([{ file, kind: "sql", text: readSqlMigration(sqlParser, sql) }]));
}

function notes(sources: ReturnType<typeof readMigrations>): readonly string[] {
  return sources.flatMap(({ kind, complete, problems }) =>
    problems.map(({ line, message }) => `${kind}, ${complete ? "whole" : "in part"}, ${line}: ${message}`),
  );
}

describe("a migration that leaves all of it to a function that is not here", () => {
  const told = (kind: string, line: number) => [
    `${kind} migrations, in part, ${line}: A migration statement was not followed: it hands the database to a function that is not here (up).`,
  ];

  it.each([
    [
      "of a package",
      "kysely",
      'import type { Kysely } from "kysely";\nimport { makeTables } from "@acme/tables";\nexport async function up(connection: Kysely<any>) { await makeTables(connection); }',
      3,
    ],
    [
      "that is chosen when it runs",
      "knex",
      "exports.up = async (knex) => {\n  await makers[process.env.KIND](knex);\n};",
      2,
    ],
    [
      "imported when it runs",
      "sequelize",
      "module.exports = { async up(queryInterface) { const { make } = await import(name()); await make(queryInterface); } };",
      1,
    ],
    [
      "in a class",
      "typeorm",
      'import { makeTables } from "@acme/tables";\nexport class Users1 { async up(queryRunner) { await makeTables(queryRunner); } }',
      2,
    ],
    ["of no known tool", "sql", "export const up = async ({ context: db }) => makeTables(db);", 1],
    [
      "on one of two ways",
      "knex",
      "exports.up = async (knex) => { if (isNew()) { report(); } else { await makeTables(knex); } };",
      1,
    ],
    [
      "before it returns early",
      "knex",
      "exports.up = async (knex) => { if (isNew()) { await makeTables(knex); return; } report(); };",
      1,
    ],
  ])("is listed: %s", (_, kind, text, line) => {
    expect(notesOfProgram(text)).toEqual(told(kind, line));
  });

  it.each([
    ["is empty", "exports.up = async (knex) => {};"],
    [
      "changes rows alone",
      'import type { Kysely } from "kysely"; export const up = (db: Kysely<any>) => db.updateTable("users").set({ a: 1 }).execute();',
    ],
    ["runs a statement that changes rows", "exports.up = (knex) => knex.raw('UPDATE users SET a = 1');"],
    [
      "hands on what is no database",
      "exports.up = async (knex) => { await report(await knex('users'), 1); };",
    ],
    [
      "hands on a database without tables",
      'import type { Db } from "mongodb"; export const up = async (db: Db) => { await fill(db); };',
    ],
    ["hands on something else that is called up", "export function up(page) { render(page); }"],
  ])("is quiet where it %s", (_, text) => {
    expect(notesOfProgram(text)).toEqual([]);
  });
});

describe("a migration that is too long to be followed", () => {
  const endless = "const again = () => { again(); again(); }; again();";

  it("is listed when nothing was found before the end", () => {
    expect(notesOfProgram(`exports.up = async (knex) => { ${endless} };`)).toEqual([
      "knex migrations, in part, 1: A migration statement was not followed: it is too long to be followed to its end (up).",
    ]);
  });

  it("is quiet when it is given no database", () => {
    expect(notesOfProgram(`export function up(page) { ${endless} }`)).toEqual([]);
  });

  it("is quiet when it is long, has an end and changes rows alone", () => {
    const row = "await knex('users').insert({ name: 'a' });";
    expect(notesOfProgram(`exports.up = async (knex) => { ${row.repeat(1_000)} };`)).toEqual([]);
  });
});

describe("a folder of SQL of which nothing is read", () => {
  it.each([
    "CREATE TABEL users (id uuid);",
    "CREATE users (id uuid);",
    "CREATE TABEL users (role text);",
    "create table users (id uuid",
    "CREATE VIEW mine AS (SELECT 1;",
    "CREATE POLICY mine ON users USING (;",
  ])("is listed when it creates something: %s", (sql) => {
    const found = notesOfSql("db/001_users.sql", `-- first\n${sql}`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(
      /^sql migrations, in part, 2: A statement of this migration could not be read: /,
    );
  });

  it.each([
    ["queries", "SELECT * FROM users WHERE id = {{id}};"],
    ["changes of rows", "INSERT INTO users VALUES ({{id}}); UPDATE users SET a = {{a}};"],
    ["functions", "CREATE OR REPLACE FUNCTION {{schema}}.now() RETURNS int AS 'SELECT 1' LANGUAGE sql;"],
    ["indexes", "CREATE UNIQUE INDEX {{name}} ON users (id);"],
    ["nothing", "-- later"],
  ])("is quiet when it holds %s", (_, sql) => {
    expect(notesOfSql("queries/users.sql", sql)).toEqual([]);
  });
});
