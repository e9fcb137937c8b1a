/**
 * What an absent tenant does, asked of the real libraries: each expression is run with `undefined`, what it sends is run on
 * PostgreSQL over rows of two tenants, and the engine has to call it scoped exactly when none of them come back.
 *
 * Prisma's client is the real one as well. What `prisma generate` would write for it stands in prisma-client.json, made
 * with the command line of Prisma 7.10 (generator `prisma-client`, `PRISMA_SCHEMA_ENGINE_BINARY=/bin/true`), which is too
 * large to be a dependency of ours: the options of `getPrismaClient` in the generated `internal/class.ts`.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { PGlite } from "@electric-sql/pglite";
import { getPrismaClient } from "@prisma/client/runtime/client";
import type { Report } from "@tenant-audit/core";
import { and, eq, inArray, isNull, ne, not, notInArray, or, sql } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/pg-proxy";
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryProject } from "./temporary-project.js";

const postgres = new PGlite();
beforeAll(async () => {
  await postgres.exec(`
    create table invoices (id text, organization_id text);
    insert into invoices values ('1', 'one'), ('2', 'two');
    create table "Organization" (id text);
    insert into "Organization" values ('one'), ('two');
    create table "Invoice" (id text, "organizationId" text, number int, status text);
    insert into "Invoice" values ('1', 'one', 1, 'paid'), ('2', 'two', 1, 'paid');
  `);
});
afterAll(() => postgres.close());

describe("Kysely, without a tenant", () => {
  it.each([
    `db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId)`,
    `db.selectFrom("invoices").selectAll().where("organization_id", "in", [organizationId])`,
    `db.selectFrom("invoices").selectAll().where((eb) => eb.and({ organization_id: organizationId }))`,
    `db.selectFrom("invoices").selectAll().where((eb) => eb.and([eb("organization_id", "=", organizationId)]))`,
    `db.selectFrom("invoices").selectAll().where((eb) => eb.and({}))`,
    `db.selectFrom("invoices").selectAll().where((eb) => eb.and([]))`,
    `db.selectFrom("invoices").selectAll().where((eb) => eb.or([]))`,
    `db.selectFrom("invoices").selectAll().$if(false, (query) => query.where("organization_id", "=", organizationId))`,
    `db.deleteFrom("invoices").where((eb) => eb.and({ organization_id: organizationId })).returningAll()`,
    `db.deleteFrom("invoices").where("organization_id", "=", organizationId).returningAll()`,
    `db.updateTable("invoices").set({ id: "3" }).where((eb) => eb.and([])).returningAll()`,
    `db.selectFrom("invoices").selectAll().$if(organizationId !== undefined, (query) => query.where("organization_id", "=", organizationId))`,
  ])("%s", async (expression) => {
    const { sql, parameters } = evaluated(expression, "db", kysely) as Statement;
    const isScoped = (await rowsOf(sql, parameters)).length === 0;
    const verdict = await verdictOn(`${expression}.execute()`, {
      "database.ts": `
        import { Kysely } from "kysely";
        interface Database {
          organizations: { id: string };
          invoices: { id: string; organization_id: string };
        }
        export const db = new Kysely<Database>({} as never);`,
    });
    expect({ sql, isScoped: verdict === "scoped" }).toEqual({ sql, isScoped });
  });
});

describe("Prisma, without a tenant", () => {
  it.each([
    `prisma.invoice.findMany({ where: { organizationId } })`,
    `prisma.invoice.findMany({ where: { organizationId: undefined } })`,
    `prisma.invoice.findMany({ where: { organizationId: organizationId ?? undefined } })`,
    `prisma.invoice.findMany({ where: { organizationId: organizationId ?? null } })`,
    `prisma.invoice.findMany({ where: { organizationId: { equals: organizationId } } })`,
    `prisma.invoice.findMany({ where: { organizationId: { in: organizationId && [organizationId] } } })`,
    `prisma.invoice.findMany({ where: { organizationId: { in: [] } } })`,
    `prisma.invoice.findMany({ where: { ...(organizationId && { organizationId }) } })`,
    `prisma.invoice.findMany({ where: organizationId ? { organizationId } : undefined })`,
    `prisma.invoice.findMany({ where: { organization: { id: organizationId } } })`,
    `prisma.invoice.findMany({ where: { organization: { is: { id: organizationId } } } })`,
    `prisma.invoice.findMany({ where: { NOT: { organizationId } } })`,
    `prisma.invoice.findMany({ where: { AND: [] } })`,
    `prisma.invoice.findMany({ where: { AND: [{ organizationId }, { status: "paid" }] } })`,
    `prisma.invoice.findMany({ where: { OR: [] } })`,
    `prisma.invoice.findMany({ where: { OR: [{ organizationId }] } })`,
    `prisma.invoice.findMany({ where: { OR: [{ organizationId }, {}] } })`,
    `prisma.invoice.findMany({ where: { OR: [{ organizationId }, { status: "paid" }] } })`,
    `prisma.invoice.findMany({ where: { OR: [{ organizationId, status: "paid" }, { organizationId, number: 1 }] } })`,
    `prisma.invoice.findMany({ where: { status: "paid", OR: [{ organizationId }] } })`,
    `prisma.invoice.findMany({ where: { AND: [{ OR: [] }] } })`,
    `prisma.invoice.findMany({ where: { AND: [{ OR: [{ organizationId }] }] } })`,
    `prisma.invoice.findMany({ where: { AND: { OR: [{ organizationId }] } } })`,
    `prisma.invoice.findFirst({ where: { organizationId } })`,
    `prisma.invoice.findUnique({ where: { id: "2", organizationId } })`,
    `prisma.invoice.findUnique({ where: { organizationId_number: { organizationId, number: 1 } } })`,
    `prisma.organization.findUnique({ where: { id: organizationId } })`,
    `prisma.organization.findFirst({ where: { id: organizationId } })`,
  ])("%s", async (expression) => {
    const [statement] = await statementsOf(() => evaluated(expression, "prisma", prisma) as Promise<unknown>);
    // Without a statement the client has refused.
    const rows = statement && (await postgres.query(statement.sql, [...statement.parameters])).rows;
    const isScoped = rows === undefined || rows.length === 0;
    const verdict = await verdictOn(expression, {
      "schema.prisma": prismaConfig.inlineSchema,
      "database.ts": `
        import { PrismaClient } from "@prisma/client";
        export const prisma = new PrismaClient();`,
    });
    expect({ statement, isScoped: verdict === "scoped" }).toEqual({ statement, isScoped });
  });
});

describe("Drizzle, without a tenant", () => {
  it.each([
    `db.select().from(invoices).where(eq(invoices.organizationId, organizationId))`,
    `db.select().from(invoices).where(eq(invoices.organizationId, null))`,
    `db.select().from(invoices).where(inArray(invoices.organizationId, []))`,
    `db.select().from(invoices).where(inArray(invoices.organizationId, [organizationId]))`,
    `db.select().from(invoices).where(notInArray(invoices.organizationId, []))`,
    `db.select().from(invoices).where(undefined)`,
    `db.select().from(invoices).where(organizationId ? eq(invoices.organizationId, organizationId) : undefined)`,
    `db.select().from(invoices).where(and())`,
    `db.select().from(invoices).where(and(undefined, eq(invoices.organizationId, organizationId)))`,
    `db.select().from(invoices).where(and(organizationId ? eq(invoices.organizationId, organizationId) : undefined))`,
    `db.select().from(invoices).where(or())`,
    `db.select().from(invoices).where(or(undefined, eq(invoices.organizationId, organizationId)))`,
    `db.select().from(invoices).where(or(organizationId ? eq(invoices.organizationId, organizationId) : undefined))`,
    `db.select().from(invoices).where(or(eq(invoices.organizationId, organizationId), isNull(invoices.id), ne(invoices.id, "0")))`,
    `db.select().from(invoices).where(not(ne(invoices.organizationId, organizationId)))`,
    `db.select().from(invoices).where(eq(invoices.organizationId, organizationId)).$dynamic().where(undefined)`,
    `db.select().from(invoices).$dynamic().where(undefined).where(eq(invoices.organizationId, organizationId))`,
    "db.select().from(invoices).where(sql`${invoices.organizationId} = ${organizationId ?? null}`)",
    "db.select().from(invoices).where(and(eq(invoices.organizationId, organizationId), sql`true or true`))",
    "db.select().from(invoices).where(and(eq(invoices.organizationId, organizationId), sql`(true or true)`))",
    `db.query.invoices.findMany({ where: eq(invoices.organizationId, organizationId) })`,
    `db.query.invoices.findMany({ where: (table, { eq }) => eq(table.organizationId, organizationId) })`,
    `db.query.invoices.findMany({ where: (table, { and }) => and() })`,
    `db.query.invoices.findMany({ where: organizationId && eq(invoices.organizationId, organizationId) })`,
    `db.query.invoices.findMany({})`,
    `db.delete(invoices).where(and()).returning()`,
    `db.delete(invoices).where(undefined).returning()`,
    `db.delete(invoices).where(and(undefined, organizationId ? eq(invoices.organizationId, organizationId) : undefined)).returning()`,
    `db.delete(invoices).where(eq(invoices.organizationId, organizationId)).returning()`,
    `db.update(invoices).set({ id: "3" }).where(and(undefined)).returning()`,
  ])("%s", async (expression) => {
    const { sql: statement, params } = (
      evaluated(expression, drizzleNames, drizzleValues) as {
        toSQL(): { readonly sql: string; readonly params: readonly unknown[] };
      }
    ).toSQL();
    const isScoped = (await rowsOf(statement, params)).length === 0;
    const verdict = await verdictOn(
      expression,
      {
        "database.ts": `
        import { pgTable, text } from "drizzle-orm/pg-core";
        import { drizzle } from "drizzle-orm/pg-proxy";
        export { and, eq, inArray, isNull, ne, not, notInArray, or, sql } from "drizzle-orm";
        export const organizations = pgTable("organizations", { id: text("id").primaryKey() });
        export const invoices = pgTable("invoices", {
          id: text("id").primaryKey(),
          organizationId: text("organization_id").notNull().references(() => organizations.id),
        });
        export const db = drizzle(async () => ({ rows: [] }), { schema: { organizations, invoices } });`,
      },
      drizzleNames,
    );
    expect({ statement, isScoped: verdict === "scoped" }).toEqual({ statement, isScoped });
  });
});

/** A driver hands the text to the database as it is, and `undefined` as NULL. */
describe("SQL that is handed to a driver, without a tenant", () => {
  it.each([
    "select * from invoices where organization_id = $1",
    "select * from invoices where organization_id in ($1)",
    "select * from invoices where organization_id = any($1)",
    "select * from invoices where not organization_id <> $1",
    "select * from invoices where organization_id = coalesce($1, organization_id)",
    "select * from invoices where organization_id = $1 or $1 is null",
    "select * from invoices where $1::text is null or organization_id = $1",
    "delete from invoices where organization_id = $1 returning *",
  ])("%s", async (text) => {
    const isScoped = (await rowsOf(text, [undefined])).length === 0;
    const verdict = await verdictOn(
      `pool.query("${text}", [organizationId])`,
      {
        "database.ts": `
        import { Pool } from "pg";
        export const pool = new Pool();`,
        "migrations/1.sql": `
        create table organizations (id text primary key);
        create table invoices (id text, organization_id text not null references organizations (id));`,
      },
      "{ pool }",
    );
    expect({ text, isScoped: verdict === "scoped" }).toEqual({ text, isScoped });
  });
});

/** What comes back, of rows that are there again afterwards. */
async function rowsOf(sql: string, parameters: readonly unknown[]): Promise<readonly unknown[]> {
  await postgres.exec("begin");
  try {
    return (await postgres.query(sql, [...parameters])).rows;
  } finally {
    await postgres.exec("rollback");
  }
}

interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** The same text is run here and read by the engine. */
function evaluated(expression: string, name: string, library: unknown): unknown {
  const run = new Function(name, "organizationId", `return ${expression}`) as (
    library: unknown,
    organizationId: undefined,
  ) => { compile?(): Statement };
  const result = run(library, undefined);
  return result.compile?.() ?? result;
}

async function verdictOn(
  expression: string,
  files: Readonly<Record<string, string>>,
  names = `{ ${expression.split(".")[0]} }`,
): Promise<string> {
  const project = temporaryProject({
    "package.json": `{ "name": "service" }`,
    ...files,
    "service.ts": `
      import ${names} from "./database.js";
      export function list(organizationId?: string) {
        return ${expression};
      }`,
  });
  const { stdout } = await project.scan("--format", "json", "--fail-on", "never");
  const { paths } = JSON.parse(stdout) as Report;
  expect(paths).toHaveLength(1);
  return paths[0]!.verdict;
}

const kysely = new Kysely<never>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

// -------------------------------------------------------------------------------------------------- Drizzle

const drizzleInvoices = pgTable("invoices", { id: text("id"), organizationId: text("organization_id") });

const drizzleNames = "{ and, db, eq, inArray, invoices, isNull, ne, not, notInArray, or, sql }";
const drizzleValues = {
  ...{ and, eq, inArray, isNull, ne, not, notInArray, or, sql },
  db: drizzle(() => Promise.resolve({ rows: [] }), { schema: { invoices: drizzleInvoices } }),
  invoices: drizzleInvoices,
};

// -------------------------------------------------------------------------------------------------- Prisma

type PrismaConfig = Parameters<typeof getPrismaClient>[0];

const prismaConfig = JSON.parse(
  readFileSync(new URL("prisma-client.json", import.meta.url), "utf8"),
) as PrismaConfig;

let sent: Statement[] = [];

/** Sends nothing anywhere; every answer is empty. */
const recorder = {
  provider: "postgres",
  adapterName: "recorder",
  queryRaw({ sql, args }: { sql: string; args: unknown[] }) {
    sent.push({ sql, parameters: args });
    return Promise.resolve({ columnNames: [], columnTypes: [], rows: [] });
  },
  dispose: () => Promise.resolve(),
  getConnectionInfo: () => ({ supportsRelationJoins: false }),
};

const require = createRequire(import.meta.url);
const compiler = "@prisma/client/runtime/query_compiler_fast_bg.postgresql";
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { Module: new (bytes: Uint8Array) => unknown };
};

const PrismaClient = getPrismaClient({
  ...prismaConfig,
  compilerWasm: {
    getRuntime: () => Promise.resolve(require(`${compiler}.js`) as unknown),
    getQueryCompilerWasmModule: () => {
      const { wasm } = require(`${compiler}.wasm-base64.js`) as { wasm: string };
      return Promise.resolve(new WebAssembly.Module(Buffer.from(wasm, "base64")));
    },
    importName: "./query_compiler_fast_bg.js",
  },
} as PrismaConfig);

const prisma = new PrismaClient({
  adapter: { ...recorder, connect: () => Promise.resolve(recorder) },
} as never);

async function statementsOf(run: () => Promise<unknown>): Promise<readonly Statement[]> {
  sent = [];
  await run().catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== "PrismaClientValidationError") throw error;
  });
  return sent;
}
