/**
 * What an absent tenant does, asked of Prisma: the engine calls scoped exactly what reaches no row.
 *
 * The client is the real one. What `prisma generate` would write for it stands in prisma-client.json, made with the command line
 * of Prisma 7.10 (generator `prisma-client`, `PRISMA_SCHEMA_ENGINE_BINARY=/bin/true`), which is too large to be a dependency of
 * ours: the options of `getPrismaClient` in the generated `internal/class.ts`.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { getPrismaClient } from "@prisma/client/runtime/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, type Statement, startDatabase } from "./database.js";
import { evaluated, verdictOn } from "./read.js";

let database: Database;
beforeAll(async () => {
  database = await startDatabase(`
    create table "Organization" (id text);
    insert into "Organization" values ('one'), ('two');
    create table "Invoice" (id text, "organizationId" text, number int, status text);
    insert into "Invoice" values ('1', 'one', 1, 'paid'), ('2', 'two', 1, 'paid');
  `);
}, 60_000);
afterAll(() => database.postgres.close());

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
    const [statement] = await statementsOf(() => evaluated(expression, { prisma }) as Promise<unknown>);
    // Without a statement the client has refused.
    const rows = statement && (await database.postgres.query(statement.sql, [...statement.parameters])).rows;
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

type PrismaConfig = Parameters<typeof getPrismaClient>[0];

const prismaConfig = JSON.parse(
  readFileSync(new URL("../prisma-client.json", import.meta.url), "utf8"),
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
