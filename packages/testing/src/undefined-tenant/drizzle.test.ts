/** What an absent tenant does, asked of Drizzle: the engine calls scoped exactly what reaches no row. */
import { and, eq, inArray, isNull, ne, not, notInArray, or, sql } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/pg-proxy";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, startDatabase } from "./database.js";
import { evaluated, verdictOn } from "./read.js";

let database: Database;
beforeAll(async () => {
  database = await startDatabase(`
    create table invoices (id text, organization_id text not null);
    insert into invoices values ('1', 'one'), ('2', 'two');
  `);
}, 60_000);
afterAll(() => database.postgres.close());

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
      evaluated(expression, drizzleValues) as {
        toSQL(): { readonly sql: string; readonly params: readonly unknown[] };
      }
    ).toSQL();
    const isScoped = (await database.rowsOf(statement, params)).length === 0;
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

const drizzleInvoices = pgTable("invoices", { id: text("id"), organizationId: text("organization_id") });

const drizzleNames = "{ and, db, eq, inArray, invoices, isNull, ne, not, notInArray, or, sql }";
const drizzleValues = {
  ...{ and, eq, inArray, isNull, ne, not, notInArray, or, sql },
  db: drizzle(() => Promise.resolve({ rows: [] }), { schema: { invoices: drizzleInvoices } }),
  invoices: drizzleInvoices,
};
