/**
 * SQL as the real libraries put it together: each expression is run by the library, what it sends is run on PostgreSQL over
 * rows of two tenants, and the engine has to call it scoped exactly when no row of the other one comes back.
 */
import { PGlite } from "@electric-sql/pglite";
import { Sql, empty, join, raw, sqltag } from "@prisma/client/runtime/client";
import type { Report } from "@tenant-audit/core";
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryProject } from "./temporary-project.js";

const postgres = new PGlite();
beforeAll(async () => {
  await postgres.exec(`
    create table organizations (id text);
    create table invoices (id text, organization_id text, status text, tags text[]);
    insert into invoices values ('1', 'one', 'open', '{a}'), ('2', 'two', 'open', '{a}'), ('3', 'two', 'paid', '{}');`);
});
afterAll(() => postgres.close());

describe("Kysely", () => {
  it.each([
    "sql`select * from invoices where organization_id = ${own}`",
    "sql`select * from invoices where organization_id = ${own} or status = ${'paid'}`",
    "sql`select * from invoices where organization_id in (${sql.join([own, own])})`",
    "sql`select * from invoices where ${sql.join([sql`organization_id = ${own}`, sql`status = 'open'`], sql` and `)}`",
    "sql`select * from invoices where ${sql.join([sql`organization_id = ${own}`, sql`status = 'open'`], sql` or `)}`",
    "sql`select * from ${sql.table('invoices')} where ${sql.ref('invoices.organization_id')} = ${sql.val(own)}`",
    "sql`select * from ${sql.id('public', 'invoices')} where ${sql.id('organization_id')} = ${own}`",
    "sql`select * from invoices where organization_id = any(${sql.lit('{one}')}::text[])`",
    "sql`select * from invoices where ${sql.raw('organization_id')} = ${own}`",
    "sql`select * from invoices where organization_id = ${own} and ${sql`status = 'open' or status = 'paid'`}`",
    "sql`select * from invoices where organization_id = ${own} and (${sql`status = 'open' or status = 'paid'`})`",
    "sql`select * from invoices where id in ${db.selectFrom('invoices').select('id').where('organization_id', '=', own)}`",
    "db.selectFrom('invoices').selectAll().where(sql`organization_id = ${own}`)",
    "db.selectFrom('invoices').selectAll().where('organization_id', '=', own).where(sql`status = 'open' or status = 'paid'`)",
    "db.selectFrom('invoices').selectAll().where(sql`status = 'open' or status = 'paid'`).where('organization_id', '=', own)",
    "db.selectFrom('invoices').selectAll().where(sql`(status = 'open' or status = 'paid')`).where('organization_id', '=', own)",
    "db.selectFrom('invoices').selectAll().where((eb) => eb.and([eb('organization_id', '=', own), sql`status = 'open' or status = 'paid'`]))",
    "db.selectFrom('invoices').selectAll().where((eb) => eb.or([eb('organization_id', '=', own), sql`status = 'paid'`]))",
    "db.selectFrom('invoices').selectAll().where((eb) => eb.not(sql`organization_id <> ${own} or status = 'paid'`))",
    "db.selectFrom('invoices').selectAll().where('organization_id', '=', sql`any(${['one']}::text[])`)",
    "db.selectFrom('invoices').selectAll().where('organization_id', '=', sql`${own} or true`)",
    "db.selectFrom('invoices').selectAll().where(sql`invoices.organization_id`, '=', own)",
    "db.selectFrom('invoices').selectAll().where(sql`organization_id`, 'in', [own])",
    "db.selectFrom(sql`invoices`.as('i')).selectAll().where('i.organization_id', '=', own)",
    "db.with('o', () => sql`(select * from invoices where organization_id = ${own})`).selectFrom('o').selectAll()",
  ])("%s", async (expression) => {
    const { sql: text, parameters } = evaluated(expression);
    const { rows } = await postgres.query<{ organization_id: string }>(text, [...parameters]);
    const isScoped = rows.every((row) => row.organization_id === "one");
    const run = expression.startsWith("sql") ? `${expression}.execute(db)` : `${expression}.execute()`;
    expect({ text, isScoped: (await verdictOn(run, kyselyProject)) === "scoped" }).toEqual({
      text,
      isScoped,
    });
  });
});

describe("Prisma", () => {
  it.each([
    "Prisma.sql`select * from invoices where organization_id = ${own}`",
    "Prisma.sql`select * from invoices where organization_id = ${own} ${Prisma.sql`or status = 'paid'`}`",
    "Prisma.sql`select * from invoices where organization_id = ${own} ${Prisma.empty}`",
    "Prisma.sql`select * from invoices where organization_id in (${Prisma.join([own, own])})`",
    "Prisma.sql`select * from invoices where ${Prisma.join([Prisma.sql`organization_id = ${own}`, Prisma.sql`status = 'open'`], ' and ')}`",
    "Prisma.sql`select * from invoices where ${Prisma.join([Prisma.sql`organization_id = ${own}`, Prisma.sql`status = 'open'`], ' or ')}`",
    "Prisma.sql`select * from invoices where organization_id = ${own} and ${Prisma.join([Prisma.sql`status = 'a'`, Prisma.sql`status = 'paid'`], ' or ', '(', ')')}`",
    "Prisma.sql`select * from invoices where organization_id = ${own} and ${Prisma.join([Prisma.sql`status = 'a'`, Prisma.sql`status = 'paid'`], ' or ')}`",
    "Prisma.sql`select * from ${Prisma.raw('invoices')} where organization_id = ${own}`",
    "Prisma.sql`select * from invoices where ${Prisma.raw('status = $$open$$ or')} organization_id = ${own}`",
  ])("%s", async (expression) => {
    const { sql: text, parameters } = evaluated(expression);
    const { rows } = await postgres.query<{ organization_id: string }>(text, [...parameters]);
    const isScoped = rows.every((row) => row.organization_id === "one");
    const verdict = await verdictOn(`prisma.$queryRaw(${expression})`, prismaProject);
    expect({ text, isScoped: verdict === "scoped" }).toEqual({ text, isScoped });
  });
});

interface Sent {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** The same text is run here and read by the engine. */
function evaluated(expression: string): Sent {
  const build = new Function("db", "sql", "Prisma", "own", `return ${expression}`) as (
    ...given: unknown[]
  ) => { compile(client: unknown): Sent } | Sql;
  const built = build(db, sql, { sql: sqltag, join, raw, empty }, "one");
  return built instanceof Sql ? { sql: built.text, parameters: built.values } : built.compile(db);
}

async function verdictOn(expression: string, files: Readonly<Record<string, string>>): Promise<string> {
  const project = temporaryProject({
    "package.json": `{ "name": "service" }`,
    ...files,
    "service.ts": `${files["imports"]}\nexport function list(own: string) {\n  return ${expression};\n}`,
  });
  const { stdout } = await project.scan("--format", "json", "--fail-on", "never");
  const { paths } = JSON.parse(stdout) as Report;
  const worst = paths.find(({ verdict }) => verdict !== "scoped") ?? paths[0];
  return worst?.verdict ?? "no path";
}

const db = new Kysely<never>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (client) => new PostgresIntrospector(client),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

const kyselyProject = {
  imports: `import { sql } from "kysely";\nimport { db } from "./database.js";`,
  "database.ts": `
    import { Kysely } from "kysely";
    interface Database {
      organizations: { id: string };
      invoices: { id: string; organization_id: string; status: string; tags: string[] };
    }
    export const db = new Kysely<Database>({} as never);`,
};

const prismaProject = {
  imports: `import { Prisma } from "@prisma/client";\nimport { prisma } from "./database.js";`,
  "schema.prisma": `
    model Organization {
      id       String    @id
      invoices Invoice[]
      @@map("organizations")
    }
    model Invoice {
      id             String       @id
      organizationId String       @map("organization_id")
      organization   Organization @relation(fields: [organizationId], references: [id])
      status         String
      @@map("invoices")
    }`,
  "database.ts": `
    import { PrismaClient } from "@prisma/client";
    export const prisma = new PrismaClient();`,
};
