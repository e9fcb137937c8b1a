import { analyzedFiles } from "@tenant-audit/testing";
import { expect, test } from "vitest";

const schema = `
import { relations } from "drizzle-orm";
import { alias, integer, pgSchema, pgTable, pgTableCreator, text, uuid } from "drizzle-orm/pg-core";

export const organizations = pgTable("organizations", { id: uuid("id").primaryKey(), name: text("name").notNull() });
export const customers = pgTable("customers", {
  id: uuid("id").primaryKey(),
  organizationId: uuid("organization_id").notNull().references(() => organizations.id),
  name: text("name").notNull(),
});
export const invoices = pgTable("invoices", {
  id: uuid("id").primaryKey(),
  organizationId: uuid("organization_id").notNull().references(() => organizations.id),
  customerId: uuid("customer_id").references(() => customers.id),
  status: text("status").notNull(),
  total: integer("total").notNull(),
});
export const lines = pgTable("invoice_lines", {
  id: uuid("id").primaryKey(),
  invoiceId: uuid("invoice_id").notNull().references(() => invoices.id),
  amount: integer("amount").notNull(),
});
export const countries = pgTable("countries", { code: text("code").primaryKey(), name: text("name") });
export const invoiceRelations = relations(invoices, ({ one, many }) => ({
  lines: many(lines),
  customer: one(customers, { fields: [invoices.customerId], references: [customers.id] }),
}));
export const lineRelations = relations(lines, ({ one }) => ({
  invoice: one(invoices, { fields: [lines.invoiceId], references: [invoices.id] }),
}));
export const customerRelations = relations(customers, ({ many }) => ({ invoices: many(invoices) }));

const createTable = pgTableCreator((name) => \`shop_\${name}\`);
export const orders = createTable("orders", {
  id: uuid("id").primaryKey(),
  organizationId: uuid("organization_id").notNull().references(() => organizations.id),
});
export const billing = pgSchema("billing");
export const payments = billing.table("payments", {
  id: uuid("id").primaryKey(),
  organizationId: uuid("organization_id").notNull().references(() => organizations.id),
});
`;

const imports = `import { alias } from "drizzle-orm/pg-core"; import { drizzle } from "drizzle-orm/node-postgres"; import { and, count, eq, exists, getTableColumns, gt, ilike, inArray, isNull, ne, not, notExists, notInArray, or, sql } from "drizzle-orm"; import * as schema from "./schema"; import { countries, customers, invoices, lines, orders, organizations, payments } from "./schema"; const db = drizzle("postgres://", { schema });`;

/** Says of every query on a line what is expected of it there: `// = scoped`, `// = unscoped leak`. */
function expectVerdicts(source: string, before = imports): void {
  const text = `${before}\n${source}`;
  const files = new Map(Object.entries({ "schema.ts": schema, "main.ts": text }));
  const report = analyzedFiles(files);
  const said = report.paths.map((path) => {
    const findings = report.findings.filter((finding) => finding.path === path.id);
    const tables = findings.map((finding) => / "(\w+)"/.exec(finding.message)?.[1]);
    return `${path.file}:${path.line}: ${path.verdict}${findings.length > 0 ? ` ${findings[0]!.grade}` : ""}${tables.length > 1 ? `: ${tables.length} tables` : ""}`;
  });
  const wanted = text.split("\n").flatMap((line, index) => {
    const want = / \/\/ = (.+)$/.exec(line)?.[1];
    return want ? want.split("; ").map((one) => `main.ts:${index + 1}: ${one}`) : [];
  });
  expect(said).toEqual(wanted);
}

test("a filter on the tenant key holds, a mention of it does not", () => {
  expectVerdicts(`
    export async function list(organizationId: string, ids: string[]) {
      await db.select().from(invoices).where(eq(invoices.organizationId, organizationId)); // = scoped
      await db.select().from(schema.invoices).where(eq(schema.invoices.organizationId, organizationId)); // = scoped
      await db.select().from(invoices).where(inArray(invoices.organizationId, [organizationId])); // = scoped
      await db.selectDistinct({ id: invoices.id }).from(invoices).where(eq(invoices.organizationId, organizationId)).limit(1).for("update"); // = scoped
      await db.select().from(invoices).where(ne(invoices.organizationId, organizationId)); // = unscoped leak
      await db.select().from(invoices).where(notInArray(invoices.organizationId, [organizationId])); // = unscoped leak
      await db.select().from(invoices).where(not(eq(invoices.organizationId, organizationId))); // = unscoped leak
      await db.select({ organizationId: invoices.organizationId }).from(invoices).groupBy(invoices.organizationId); // = unscoped leak
      await db.select().from(invoices).where(isNull(invoices.organizationId)); // = scoped
      await db.select().from(invoices).where(eq(invoices.id, ids[0])); // = unscoped weak
      await db.select().from(invoices); // = unscoped leak
      await db.select().from(countries); // = global
      await db.select().from(orders).where(eq(orders.organizationId, organizationId)); // = scoped
      await db.select().from(orders); // = unscoped leak
      await db.select().from(payments).where(eq(payments.organizationId, organizationId)); // = scoped
      await db.select().from(payments); // = unscoped leak
    }
  `);
});

test("and, or and not are those of SQL", () => {
  expectVerdicts(`
    export async function list(organizationId: string, status: string) {
      const own = eq(invoices.organizationId, organizationId);
      await db.select().from(invoices).where(and(own, eq(invoices.status, status))); // = scoped
      await db.select().from(invoices).where(or(own, eq(invoices.status, status))); // = unscoped leak
      await db.select().from(invoices).where(and(own, or(eq(invoices.status, status), gt(invoices.total, 0)))); // = scoped
      await db.select().from(invoices).where(or(and(own, gt(invoices.total, 0)), and(own, eq(invoices.status, status)))); // = scoped
      await db.select().from(invoices).where(not(or(ne(invoices.organizationId, organizationId), gt(invoices.total, 0)))); // = scoped
      await db.select().from(invoices).where(and()); // = unscoped leak
      await db.select().from(invoices).where(or()); // = unscoped leak
      await db.select().from(invoices).where(undefined); // = unscoped leak
      await db.select().from(invoices).where(inArray(invoices.organizationId, [])); // = scoped
    }
  `);
});

test("what is undefined is left out of and and or, and compared with as null", () => {
  expectVerdicts(`
    export async function list(organizationId: string, status: string | undefined, perhaps?: string) {
      const own = eq(invoices.organizationId, organizationId);
      await db.select().from(invoices).where(and(own, status ? eq(invoices.status, status) : undefined)); // = scoped
      await db.select().from(invoices).where(perhaps ? eq(invoices.organizationId, perhaps) : undefined); // = optional leak
      await db.select().from(invoices).where(and(perhaps ? eq(invoices.organizationId, perhaps) : undefined, gt(invoices.total, 0))); // = optional leak
      await db.select().from(invoices).where(or(perhaps ? eq(invoices.organizationId, perhaps) : undefined)); // = optional leak
      await db.select().from(invoices).where(or(own, status ? and(own, eq(invoices.status, status)) : undefined)); // = scoped
      await db.select().from(invoices).where(eq(invoices.organizationId, perhaps)); // = scoped
      await db.delete(invoices).where(and(undefined)); // = unscoped leak
    }
  `);
});

test("a second where takes the place of the first", () => {
  expectVerdicts(`
    export async function list(organizationId: string, status?: string) {
      await db.select().from(invoices).where(eq(invoices.organizationId, organizationId)).$dynamic().where(gt(invoices.total, 0)); // = unscoped leak
      let query = db.select().from(invoices).where(eq(invoices.organizationId, organizationId)).$dynamic(); // = optional leak
      if (status) query = query.where(eq(invoices.status, status));
      await query;
      let safe = db.select().from(invoices).where(eq(invoices.organizationId, organizationId)).$dynamic(); // = scoped
      if (status) safe = safe.where(and(eq(invoices.organizationId, organizationId), eq(invoices.status, status)));
      await safe.orderBy(invoices.total);
    }
  `);
});

test("conditions are collected in a list", () => {
  expectVerdicts(`
    export async function list(organizationId: string, status?: string, perhaps?: string) {
      const conditions = [eq(invoices.organizationId, organizationId)];
      if (status) conditions.push(eq(invoices.status, status));
      await db.select().from(invoices).where(and(...conditions)); // = scoped
      await db.select().from(invoices).where(or(...conditions)); // = unscoped leak
      const filters = [];
      if (perhaps) filters.push(eq(invoices.organizationId, perhaps));
      await db.select().from(invoices).where(and(...filters)); // = optional leak
      await db.select().from(invoices).where(and(eq(invoices.organizationId, organizationId), ...filters)); // = scoped
    }
  `);
});

test("every table of a join counts for itself", () => {
  expectVerdicts(`
    export async function list(organizationId: string) {
      const own = eq(invoices.organizationId, organizationId);
      await db.select().from(invoices).innerJoin(customers, eq(customers.id, invoices.customerId)).where(own); // = scoped
      await db.select().from(invoices).leftJoin(customers, eq(customers.id, invoices.customerId)).where(own); // = scoped
      await db.select().from(invoices).innerJoin(customers, eq(customers.name, invoices.status)).where(own); // = unscoped leak
      await db.select().from(invoices).leftJoin(customers, and(eq(customers.id, invoices.customerId), eq(customers.organizationId, organizationId))); // = unscoped leak
      await db.select().from(lines).innerJoin(invoices, eq(lines.invoiceId, invoices.id)).where(own); // = scoped
      await db.select().from(lines); // = unscoped leak
      await db.select().from(invoices).crossJoin(customers).where(own); // = unscoped leak
      const other = alias(invoices, "other");
      await db.select().from(invoices).innerJoin(other, eq(other.status, invoices.status)).where(own); // = unscoped leak
      await db.select().from(invoices).innerJoin(other, eq(other.organizationId, invoices.organizationId)).where(own); // = scoped
    }
  `);
});

test("sub-queries, named or not, are read where they stand", () => {
  expectVerdicts(`
    export async function list(organizationId: string) {
      const own = eq(invoices.organizationId, organizationId);
      await db.select().from(lines).where(inArray(lines.invoiceId, db.select({ id: invoices.id }).from(invoices).where(own))); // = scoped; scoped
      await db.select().from(lines).where(exists(db.select().from(invoices).where(and(eq(invoices.id, lines.invoiceId), own)))); // = scoped; scoped
      await db.select().from(lines).where(notExists(db.select().from(invoices).where(and(eq(invoices.id, lines.invoiceId), own)))); // = unscoped leak; scoped
      const recent = db.$with("recent").as(db.select().from(invoices).where(own)); // = scoped
      await db.with(recent).select().from(recent); // = scoped
      const all = db.$with("every").as(db.select({ id: invoices.id, of: invoices.organizationId }).from(invoices)); // = scoped
      await db.with(all).select().from(all).where(eq(all.of, organizationId)); // = scoped
      const totals = db.select({ id: invoices.id }).from(invoices).as("totals"); // = unscoped leak
      await db.select().from(totals); // = unscoped
      await db.select().from(invoices).where(own).union(db.select().from(invoices)); // = scoped; unscoped leak
    }
  `);
});

test("rows that are written name their tenant", () => {
  expectVerdicts(`
    export async function write(organizationId: string, id: string, body: { organizationId: string; status: string; total: number }) {
      await db.insert(invoices).values({ id, organizationId, status: "open", total: 0 }); // = scoped
      await db.insert(invoices).values([{ id, organizationId, status: "open", total: 0 }]).returning({ id: invoices.id }); // = scoped
      await db.insert(invoices).values({ id, status: "open", total: 0 }); // = unscoped leak
      await db.update(invoices).set({ status: "paid" }).where(and(eq(invoices.id, id), eq(invoices.organizationId, organizationId))); // = scoped
      await db.update(invoices).set({ status: "paid" }).where(eq(invoices.id, id)); // = unscoped weak
      await db.update(invoices).set({ organizationId }); // = unscoped leak
      await db.delete(invoices).where(eq(invoices.organizationId, organizationId)); // = scoped
      await db.delete(invoices); // = unscoped leak
    }
  `);
});

test("relational queries are read, with the rows that come along", () => {
  expectVerdicts(`
    export async function list(organizationId: string, id: string, perhaps?: string) {
      await db.query.invoices.findMany({ where: eq(invoices.organizationId, organizationId), with: { lines: true, customer: true } }); // = scoped
      await db.query.invoices.findFirst({ where: (table, { and, eq }) => and(eq(table.organizationId, organizationId), eq(table.id, id)) }); // = scoped
      await db.query.invoices.findFirst({ where: (table, { eq }) => eq(table.id, id) }); // = unscoped weak
      await db.query.invoices.findMany({ columns: { organizationId: true } }); // = unscoped leak
      await db.query.invoices.findMany(); // = unscoped leak
      await db.query.invoices.findMany({ where: perhaps ? eq(invoices.organizationId, perhaps) : undefined }); // = optional leak
      await db.query.customers.findMany({ with: { invoices: { where: eq(invoices.organizationId, organizationId) } } }); // = unscoped leak
      await db.query.lines.findMany({ where: (line, { exists, and, eq }) => exists(db.select().from(invoices).where(and(eq(invoices.id, line.invoiceId), eq(invoices.organizationId, organizationId)))) }); // = scoped; scoped
      await db.query.countries.findMany(); // = global
      await db._query.invoices.findMany({ where: eq(invoices.organizationId, organizationId) }); // = scoped
    }
  `);
});

test("filters of relational queries may be objects", () => {
  expectVerdicts(`
    export async function list(organizationId: string, id: string, perhaps?: string) {
      await db.query.invoices.findMany({ where: { organizationId } }); // = scoped
      await db.query.invoices.findMany({ where: { organizationId: { eq: organizationId }, total: { gt: 0 } } }); // = scoped
      await db.query.invoices.findMany({ where: { organizationId: { in: [organizationId] } } }); // = scoped
      await db.query.invoices.findMany({ where: { organizationId: { ne: organizationId } } }); // = unscoped leak
      await db.query.invoices.findMany({ where: { OR: [{ organizationId }, { status: "open" }] } }); // = unscoped leak
      await db.query.invoices.findMany({ where: { organizationId, OR: [{ status: "open" }, { id }] } }); // = scoped
      await db.query.invoices.findMany({ where: { AND: [{ organizationId }, { status: "open" }] } }); // = scoped
      await db.query.invoices.findMany({ where: { NOT: { organizationId } } }); // = unscoped leak
      await db.query.invoices.findMany({ where: { organizationId: perhaps } }); // = optional leak
      await db.query.invoices.findMany({ where: { organizationId: { eq: perhaps } } }); // = optional leak
      await db.query.invoices.findMany({ where: { OR: [{ organizationId: perhaps }] } }); // = optional leak
      await db.query.invoices.findMany({ where: { OR: [] } }); // = unscoped leak
      await db.query.invoices.findMany({ where: { RAW: (table) => eq(table.organizationId, organizationId) } }); // = scoped
      await db.query.lines.findMany({ where: { invoice: { organizationId } } }); // = scoped
      await db.query.lines.findMany({ where: { invoice: true } }); // = unscoped leak: 2 tables
    }
  `);
});

test("helpers give and take conditions, tables and clients", () => {
  expectVerdicts(`
    const own = (organizationId: string) => eq(invoices.organizationId, organizationId);
    function within(table: typeof invoices | typeof customers, organizationId: string) {
      return eq(table.organizationId, organizationId);
    }
    export async function list(organizationId: string) {
      await db.select().from(invoices).where(own(organizationId)); // = scoped
      await db.select().from(customers).where(within(customers, organizationId)); // = scoped
      await db.select().from(customers).where(own(organizationId)); // = unscoped leak
    }
    export async function through(organizationId: string) {
      await db.transaction(async (tx) => {
        await tx.select().from(invoices).where(own(organizationId)); // = scoped
        await tx.delete(invoices); // = unscoped leak
      });
    }
  `);
});

test("clients are known by their types, and where they come from", () => {
  expectVerdicts(
    `
    import type { NodePgDatabase } from "drizzle-orm/node-postgres";
    import type { PgTransaction } from "drizzle-orm/pg-core";
    import { drizzle } from "drizzle-orm/libsql";
    import { eq } from "drizzle-orm";
    import * as schema from "./schema";
    const made = drizzle({ connection: "file:", schema });
    type Made = typeof made;
    type Tx = Parameters<Parameters<typeof made.transaction>[0]>[0];
    type Inner = Parameters<Parameters<Made["transaction"]>[0]>[0];
    export class Invoices {
      constructor(private readonly db: NodePgDatabase<typeof schema>) {}
      all() {
        return this.db.select().from(schema.invoices); // = unscoped leak
      }
      async of(organizationId: string) {
        return this.db.query.invoices.findMany({ where: eq(schema.invoices.organizationId, organizationId) }); // = scoped
      }
    }
    export const one = (tx: PgTransaction<any, any, any>) => tx.delete(schema.invoices); // = unscoped leak
    export const two = (tx: Tx) => tx.delete(schema.invoices); // = unscoped leak
    export const three = (tx: Inner) => tx.delete(schema.invoices); // = unscoped leak
    export const four = ({ db }: { db: Made | Tx }) => db.query.invoices.findMany(); // = unscoped leak
    export const five = (context: any) => context.db.insert(schema.countries).values({ code: "NL" }); // = global
    export const six = (context: any) => context.db.select().from(schema.invoices); // = unscoped leak
    export const seven = (context: any) => context.db.query.invoices.findFirst(); // = unscoped leak
  `,
    "",
  );
});

test("what only shares the words is left alone", () => {
  expectVerdicts(
    `
    import { invoices } from "./schema";
    import { select } from "d3-selection";
    const seen = new Map<unknown, string>();
    export function draw(store: { query: { invoices: { all(): void } }; select(): { from(name: string): void } }, http: any) {
      seen.delete(invoices);
      select("svg").insert("g").delete();
      store.select().from("invoices");
      store.query.invoices.all();
      http.delete("/invoices");
      http.update({ status: "paid" });
      Array.from([invoices]);
    }
  `,
    "",
  );
});

test("a statement runs when it is awaited, wherever that is", () => {
  expectVerdicts(`
    const base = () => db.select().from(invoices).$dynamic(); // = scoped
    export async function ofOne(organizationId: string) {
      return base().where(eq(invoices.organizationId, organizationId));
    }
    export async function inTurn(organizationId: string) {
      const [first, second] = await Promise.all([
        db.select().from(invoices).where(eq(invoices.organizationId, organizationId)), // = scoped
        db.select().from(customers), // = unscoped leak
      ]);
      return [first, second];
    }
    export function later(organizationId: string) {
      return db.select().from(invoices).where(eq(invoices.organizationId, organizationId)).then((rows) => rows[0]); // = scoped
    }
    export function prepared() {
      return db.select().from(invoices).prepare("invoices").execute(); // = unscoped leak
    }
    export const batched = () => db.batch([db.delete(invoices), db.delete(countries)]); // = unscoped leak; global
    export const counted = (organizationId: string) => db.$count(invoices, eq(invoices.organizationId, organizationId)); // = scoped
    export const countedAll = () => db.$count(invoices); // = unscoped leak
  `);
});

test("rows that were fetched for the tenant name rows of the tenant", () => {
  expectVerdicts(`
    export async function ofCustomer(organizationId: string, customerId: string) {
      const [customer] = await db.select({ id: customers.id }).from(customers).where(and(eq(customers.id, customerId), eq(customers.organizationId, organizationId))).limit(1); // = scoped
      if (!customer) return [];
      return db.select().from(invoices).where(eq(invoices.customerId, customer.id)); // = scoped
    }
    export async function ofAny(customerId: string) {
      return db.select().from(invoices).where(eq(invoices.customerId, customerId)); // = unscoped weak
    }
  `);
});

test("rows of a join have the columns of each table under its name", () => {
  expectVerdicts(`
    export async function ofOne(organizationId: string, id: string) {
      const own = and(eq(invoices.id, id), eq(invoices.organizationId, organizationId));
      const [row] = await db.select().from(invoices).innerJoin(customers, eq(customers.id, invoices.customerId)).where(own); // = scoped
      await db.delete(lines).where(eq(lines.invoiceId, row.invoices.id)); // = scoped
      const [named] = await db.select({ invoice: invoices, customer: { id: customers.id } }).from(invoices).innerJoin(customers, eq(customers.id, invoices.customerId)).where(own); // = scoped
      await db.delete(invoices).where(eq(invoices.customerId, named.customer.id)); // = scoped
      await db.delete(lines).where(eq(lines.invoiceId, named.invoice.id)); // = scoped
    }
    export async function ofAny(id: string) {
      const [row] = await db.select().from(invoices).innerJoin(customers, eq(customers.id, invoices.customerId)).where(eq(invoices.id, id)); // = unscoped weak: 2 tables
      await db.delete(lines).where(eq(lines.invoiceId, row.invoices.id)); // = unscoped weak
    }
  `);
});
