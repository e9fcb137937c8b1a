import ts from "typescript";
import { expect, test } from "vitest";
import { analyze } from "../../analyze.js";
import { lower } from "../../lower/lower.js";
import { noConfiguration } from "../../tenancy/config.js";

const schema = `
model Organization {
  id          String       @id @default(cuid())
  name        String
  invoices    Invoice[]
  customers   Customer[]
  memberships Membership[]
}
model Invoice {
  id             String       @id @default(cuid())
  organizationId String       @map("organization_id")
  organization   Organization @relation(fields: [organizationId], references: [id])
  customerId     String?
  customer       Customer?    @relation(fields: [customerId], references: [id])
  number         Int
  status         String       @default("open")
  meta           Json?
  items          Item[]
  tags           Tag[]

  @@unique([organizationId, number])
  @@map("invoices")
}
model Customer {
  id             String       @id @default(cuid())
  organizationId String
  organization   Organization @relation(fields: [organizationId], references: [id])
  email          String
  invoices       Invoice[]
}
model Item {
  id        String  @id @default(cuid())
  invoiceId String
  invoice   Invoice @relation(fields: [invoiceId], references: [id])
  price     Int
}
model Tag {
  id             String    @id @default(cuid())
  organizationId String
  name           String
  invoices       Invoice[]
}
model User {
  id          String       @id @default(cuid())
  email       String       @unique
  memberships Membership[]
}
model Membership {
  id             String       @id @default(cuid())
  userId         String
  user           User         @relation(fields: [userId], references: [id])
  organizationId String
  organization   Organization @relation(fields: [organizationId], references: [id])
}
model Country {
  code String @id
}
`;

/** Says of every query on a line what is expected of it there: `// = scoped`, `// = unscoped leak: invoices`. */
function expectVerdicts(
  source: string,
  options: { files?: Record<string, string>; client?: boolean } = {},
): void {
  const client = `import { Prisma, PrismaClient } from "@prisma/client"; const prisma = new PrismaClient();`;
  const text = options.client === false ? `\n${source}` : `${client}\n${source}`;
  const files = new Map(Object.entries({ ...options.files, "main.ts": text }));
  const { report } = analyze({
    layout: { files: [...files.keys()], packages: [], aliases: [] },
    modules: new Map([...files].map(([file, content]) => [file, lower(ts, file, content)])),
    judged: new Set(files.keys()),
    tests: new Set(),
    schemas: [{ kind: "prisma", file: "schema.prisma", text: schema }],
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
  const said = report.paths
    .filter((path) => path.file === "main.ts")
    .map((path) => {
      const findings = report.findings.filter((finding) => finding.path === path.id);
      const tables = findings.map((finding) => / "(\w+)"/.exec(finding.message)?.[1]);
      return `${path.line}: ${path.verdict}${findings.length > 0 ? ` ${findings[0]!.grade}` : ""}${tables.length > 1 ? `: ${tables.length} tables` : ""}`;
    });
  const wanted = text.split("\n").flatMap((line, index) => {
    const want = / \/\/ = (.+)$/.exec(line)?.[1];
    return want ? [`${index + 1}: ${want}`] : [];
  });
  expect(said).toEqual(wanted);
}

test("a filter on the tenant key holds, a mention of it does not", () => {
  expectVerdicts(`
    export async function list(organizationId: string) {
      await prisma.invoice.findMany({ where: { organizationId } }); // = scoped
      await prisma.invoice.findMany({ where: { organizationId: { equals: organizationId } } }); // = scoped
      await prisma.invoice.findMany({ where: { organizationId: { in: [organizationId] } } }); // = scoped
      await prisma.invoice.findMany({ where: { organizationId: { not: organizationId } } }); // = unscoped leak
      await prisma.invoice.findMany({ where: { organizationId: { notIn: [organizationId] } } }); // = unscoped leak
      await prisma.invoice.findMany({ where: { NOT: { organizationId } } }); // = unscoped leak
      await prisma.invoice.findMany({ select: { organizationId: true } }); // = unscoped leak
      await prisma.invoice.findMany({ orderBy: { organizationId: "asc" }, distinct: ["organizationId"] }); // = unscoped leak
      await prisma.invoice.groupBy({ by: ["organizationId"], where: { status: "open" } }); // = unscoped leak
      await prisma.invoice.count(); // = unscoped leak
      await prisma.invoice.count({ where: { organizationId } }); // = scoped
      await prisma.invoice.findMany({ where: { organizationId: { equals: prisma.invoice.fields.customerId } } }); // = unscoped leak
      await prisma.country.findMany(); // = global
    }
  `);
});

test("every arm of an OR must hold, and one term of an AND is enough", () => {
  expectVerdicts(`
    export async function list(organizationId: string, number: number) {
      await prisma.invoice.findMany({ where: { OR: [{ organizationId }, { number }] } }); // = unscoped leak
      await prisma.invoice.findMany({ where: { organizationId, OR: [{ status: "open" }, { number }] } }); // = scoped
      await prisma.invoice.findMany({ where: { OR: [{ organizationId, number }, { organizationId, status: "open" }] } }); // = scoped
      await prisma.invoice.findMany({ where: { AND: [{ organizationId }, { number }] } }); // = scoped
      await prisma.invoice.findMany({ where: { AND: { organizationId } } }); // = scoped
      await prisma.invoice.findMany({ where: { AND: [] } }); // = unscoped leak
      await prisma.invoice.findMany({ where: { OR: [] } }); // = scoped
      await prisma.invoice.findMany({ where: { OR: [{ organizationId }, {}] } }); // = scoped
      await prisma.invoice.findMany({ where: { AND: [{ OR: [] }] } }); // = unscoped leak
      await prisma.invoice.findMany({ where: { AND: [{ OR: [{}] }] } }); // = unscoped leak
      await prisma.invoice.findMany({ where: { AND: [{ OR: [{ organizationId }, {}] }] } }); // = scoped
      await prisma.invoice.findMany({ where: { organization: { OR: [] } } }); // = scoped
      await prisma.invoice.findMany({ where: { NOT: { NOT: { organizationId } } } }); // = unscoped leak
    }
  `);
});

test("undefined is no filter", () => {
  expectVerdicts(`
    export async function list(organizationId?: string) {
      await prisma.invoice.findMany({ where: { organizationId } }); // = optional leak
      await prisma.invoice.findMany({ where: { organizationId: { equals: organizationId } } }); // = optional leak
      await prisma.invoice.findMany({ where: { organizationId: { in: organizationId ? [organizationId] : undefined } } }); // = optional leak
      await prisma.invoice.findMany({ where: { organizationId: undefined } }); // = unscoped leak
      await prisma.invoice.findMany({ where: { organizationId: organizationId ?? Prisma.skip } }); // = optional leak
      await prisma.invoice.findMany({ where: organizationId ? { organizationId } : {} }); // = optional leak
      await prisma.invoice.findMany({ where: organizationId ? { organizationId } : undefined }); // = optional leak
      await prisma.invoice.findMany({ where: { ...(organizationId && { organizationId }), status: "open" } }); // = optional leak
      await prisma.invoice.findMany({ where: { AND: [{ organizationId }, { status: "open" }] } }); // = optional leak
      await prisma.invoice.findMany({ where: { OR: [{ organizationId }] } }); // = scoped
      await prisma.invoice.findMany({ where: { AND: { OR: [{ organizationId }] } } }); // = optional leak
      await prisma.invoice.findMany({ where: { OR: [{ organizationId, status: "open" }, { organizationId, number: 1 }] } }); // = optional leak
      if (!organizationId) throw new Error("no organization");
      await prisma.invoice.findMany({ where: { organizationId } }); // = scoped
    }
    export async function find(session: { organizationId: string } | null, fallback?: string) {
      await prisma.invoice.findMany({ where: { organizationId: session?.organizationId } }); // = optional leak
      await prisma.invoice.findMany({ where: { organizationId: fallback ?? "" } }); // = optional weak
    }
    // Prisma refuses an incomplete key.
    export async function byKey(number: number, organizationId?: string) {
      await prisma.invoice.findUnique({ where: { organizationId_number: { organizationId: organizationId!, number } } }); // = scoped
    }
  `);
});

test("filters on related rows carry over through the relation's columns", () => {
  expectVerdicts(`
    export async function list(organizationId: string, customerId: string) {
      await prisma.item.findMany({ where: { invoice: { organizationId } } }); // = scoped
      await prisma.item.findMany({ where: { invoice: { is: { organizationId } } } }); // = scoped
      await prisma.item.findMany({ where: { invoice: { organization: { id: organizationId } } } }); // = scoped
      await prisma.item.findMany({ where: { invoice: { isNot: { organizationId } } } }); // = unscoped leak
      await prisma.item.findMany({ where: { invoice: { status: "open" } } }); // = unscoped leak: 2 tables
      await prisma.item.findMany({ where: { invoiceId: customerId } }); // = unscoped weak
      await prisma.customer.findMany({ where: { organizationId, invoices: { some: { status: "open" } } } }); // = scoped
      await prisma.customer.findMany({ where: { organizationId, invoices: { none: { status: "open" } } } }); // = scoped
      await prisma.organization.findMany({ where: { memberships: { some: { userId: customerId } } } }); // = scoped
      await prisma.invoice.findMany({ where: { tags: { some: { organizationId } } } }); // = unscoped leak
    }
    export async function maybe(organizationId?: string) {
      await prisma.item.findMany({ where: { invoice: { organizationId } } }); // = optional leak: 2 tables
      await prisma.item.findMany({ where: { invoice: organizationId ? { organizationId } : undefined } }); // = optional leak
    }
  `);
});

test("a compound unique key binds each of its parts", () => {
  expectVerdicts(`
    export async function find(organizationId: string, number: number, id: string) {
      await prisma.invoice.findUnique({ where: { organizationId_number: { organizationId, number } } }); // = scoped
      await prisma.invoice.findUnique({ where: { id } }); // = unscoped weak
      await prisma.invoice.findUnique({ where: { id, organizationId } }); // = scoped
      await prisma.organization.findUnique({ where: { id } }); // = scoped
    }
  `);
});

test("where objects are followed through statements, helpers and spreads", () => {
  expectVerdicts(`
    const mine = (organizationId: string, more: Prisma.InvoiceWhereInput = {}) => ({ ...more, organizationId });
    export async function list(organizationId: string, filter: Prisma.InvoiceWhereInput, all: boolean) {
      const where: Prisma.InvoiceWhereInput = { status: "open" };
      where.organizationId = organizationId;
      await prisma.invoice.findMany({ where }); // = scoped
      const perhaps: Prisma.InvoiceWhereInput = {};
      if (!all) perhaps.organizationId = organizationId;
      await prisma.invoice.findMany({ where: perhaps }); // = optional leak
      await prisma.invoice.findMany({ where: mine(organizationId) }); // = scoped
      await prisma.invoice.findMany({ where: mine(organizationId, filter) }); // = scoped
      await prisma.invoice.findMany({ where: { ...filter, organizationId } }); // = scoped
      await prisma.invoice.findMany({ where: { organizationId, ...filter } }); // = unscoped leak
      await prisma.invoice.findMany({ where: filter }); // = unclear
      await prisma.invoice.findMany({ where: { AND: [filter, { customer: { email: "" } }] } }); // = unclear
      await prisma.item.findMany({ where: { invoice: filter } }); // = unclear
      await prisma.invoice.findMany({ where: { AND: [filter, { organizationId }] } }); // = scoped
      const args = { where: { organizationId }, take: 10 };
      await prisma.invoice.findMany(args); // = scoped
      await prisma.invoice.findMany({ ...args, skip: 10 }); // = scoped
      await prisma.invoice.findMany(all ? { where: { organizationId } } : { where: { status: "open" } }); // = optional leak
    }
    export async function any(args: Prisma.InvoiceFindManyArgs) {
      await prisma.invoice.findMany(args); // = unclear
    }
  `);
});

test("included rows are read as well, and tied to those that include them", () => {
  expectVerdicts(`
    export async function read(organizationId: string, id: string) {
      await prisma.invoice.findMany({ where: { organizationId }, include: { items: true, customer: { include: { invoices: true } } } }); // = scoped
      await prisma.invoice.findUnique({ where: { id }, include: { items: { where: { price: 1 } } } }); // = unscoped weak: 2 tables
      await prisma.invoice.findMany({ where: { organizationId }, select: { items: { select: { price: true } }, tags: true } }); // = scoped
      await prisma.user.findUnique({ where: { id }, include: { memberships: { include: { organization: true } } } }); // = scoped
      await prisma.user.findUnique({ where: { email: id }, include: { memberships: true } }); // = scoped
      await prisma.user.findMany({ include: { memberships: true } }); // = unscoped leak
      await prisma.user.findMany({ include: { memberships: { where: { organizationId } } } }); // = scoped
      await prisma.user.findMany({ include: { _count: true } }); // = global
    }
  `);
});

test("a new row says whose it is", () => {
  expectVerdicts(`
    export async function create(organizationId: string, body: any, customerId: string) {
      await prisma.invoice.create({ data: { organizationId, number: 1 } }); // = scoped
      await prisma.invoice.create({ data: { number: 1 } }); // = unscoped leak
      await prisma.invoice.create({ data: { organization: { connect: { id: organizationId } }, number: 1 } }); // = scoped
      await prisma.invoice.create({ data: { customer: { connect: { id: customerId } }, number: 1 } }); // = unscoped leak
      await prisma.invoice.createMany({ data: [{ organizationId, number: 1 }, { organizationId, number: 2 }] }); // = scoped
      await prisma.invoice.createMany({ data: [{ organizationId, number: 1 }, { number: 2 }] }); // = unscoped leak
      await prisma.invoice.createMany({ data: body.map((one: any) => ({ ...one, organizationId })) }); // = scoped
      await prisma.invoice.create({ data: { organizationId, ...body } }); // = unscoped leak
      await prisma.invoice.create({ data: { ...body, organizationId } }); // = scoped
      await prisma.invoice.create({ data: body }); // = unclear
      await prisma.organization.create({ data: { name: "New", memberships: { create: { userId: customerId } } } }); // = scoped
      await prisma.invoice.create({ data: { organizationId, number: 1 }, include: { organization: true, customer: true } }); // = scoped
    }
  `);
});

test("rows written through a relation are tied to the row they are written with", () => {
  expectVerdicts(`
    export async function write(organizationId: string, id: string) {
      await prisma.invoice.create({ data: { organizationId, number: 1, items: { create: [{ price: 1 }] } } }); // = scoped
      await prisma.invoice.update({ where: { id, organizationId }, data: { items: { deleteMany: {} } } }); // = scoped
      await prisma.invoice.update({ where: { id, organizationId }, data: { items: { update: { where: { id }, data: { price: 2 } } } } }); // = scoped
      await prisma.invoice.update({ where: { id }, data: { items: { deleteMany: {} } } }); // = unscoped weak: 2 tables
      await prisma.invoice.update({ where: { id, organizationId }, data: { items: { connect: { id } } } }); // = unscoped weak
      await prisma.invoice.update({ where: { id, organizationId }, data: { items: { connect: { id, invoice: { organizationId } } } } }); // = scoped
      await prisma.invoice.update({ where: { id, organizationId }, data: { tags: { connect: [{ id }] } } }); // = unscoped weak
    }
  `);
});

test("what is put into rows of a relation is judged as what is put into the row itself", () => {
  expectVerdicts(`
    import express from "express";
    import { requireUser } from "./users.js";
    const app = express();
    // One finding for each value that comes in, on the first line that it gets to.
    app.post("/invoices", requireUser, async (request, response) => {
      const { organizationId } = request.session.user;
      const { id, customerId } = request.body;
      await prisma.organization.update({ where: { id: organizationId }, data: { invoices: { create: { number: 1, customerId } } } }); // = untrusted integrity
      await prisma.organization.update({ where: { id: organizationId }, data: { invoices: { createMany: { data: [{ number: 1, customerId }] } } } }); // = untrusted
      await prisma.organization.update({ where: { id: organizationId }, data: { invoices: { update: { where: { id }, data: { customerId } } } } }); // = untrusted
      await prisma.organization.update({ where: { id: organizationId }, data: { invoices: { updateMany: { where: {}, data: { customerId } } } } }); // = untrusted
      await prisma.organization.update({ where: { id: organizationId }, data: { invoices: { updateMany: { where: { customerId }, data: { customerId } } } } }); // = scoped
      await prisma.organization.update({ where: { id: organizationId }, data: { invoices: { upsert: { where: { id }, create: { number: 1, customerId }, update: {} } } } }); // = untrusted
      await prisma.organization.update({ where: { id: organizationId }, data: { invoices: { upsert: { where: { id }, create: { number: 1 }, update: { customerId } } } } }); // = untrusted
      await prisma.organization.update({ where: { id: organizationId }, data: { invoices: { connectOrCreate: { where: { id, organizationId }, create: { number: 1, customerId } } } } }); // = untrusted
      await prisma.tag.create({ data: { organizationId, name: "", invoices: { create: { organizationId, number: 1, customerId } } } }); // = untrusted
      await prisma.customer.findFirstOrThrow({ where: { id: customerId, organizationId } }); // = scoped
      await prisma.organization.update({ where: { id: organizationId }, data: { invoices: { create: { number: 1, customerId } } } }); // = scoped
      response.end();
    });
  `);
});

const links = (read: string, added: string): string => `
    import express from "express";
    import { randomBytes } from "node:crypto";
    import { requireUser } from "./users.js";
    const app = express();
    app.get("/tags/:id", async (request, response) => {
      response.json(await prisma.tag.findUnique({ where: { id: request.params.id } })); // = ${read}
    });
    app.post("/tags", requireUser, async (request, response) => {
      const { organizationId } = request.session.user;
      const id = randomBytes(16).toString("hex");
      await prisma.tag.create({ data: { id, organizationId, name: "" } }); // = scoped
      ${added}
      response.json({ id });
    });
  `;

test("rows that are made through a relation may have ids that are no secrets", () => {
  expectVerdicts(links("untrusted weak", ""));
  expectVerdicts(
    links(
      "untrusted leak",
      "await prisma.invoice.create({ data: { organizationId, number: 1, tags: { create: { organizationId, name: request.body.name } } } }); // = scoped",
    ),
  );
});

test("updates and deletes reach what their filter leaves", () => {
  expectVerdicts(`
    export async function change(organizationId: string, id: string) {
      await prisma.invoice.updateMany({ where: { organizationId }, data: { status: "paid" } }); // = scoped
      await prisma.invoice.updateMany({ data: { organizationId } }); // = unscoped leak
      await prisma.invoice.update({ where: { id }, data: { organizationId } }); // = unscoped weak
      await prisma.invoice.deleteMany(); // = unscoped leak
      await prisma.invoice.deleteMany({ where: { organizationId } }); // = scoped
      await prisma.invoice.delete({ where: { id, organizationId } }); // = scoped
    }
  `);
});

test("an upsert writes the tenant's row and overwrites no other", () => {
  expectVerdicts(`
    export async function put(organizationId: string, id: string, number: number) {
      await prisma.invoice.upsert({ where: { organizationId_number: { organizationId, number } }, create: { organizationId, number }, update: {} }); // = scoped
      await prisma.invoice.upsert({ where: { id }, create: { organizationId, number }, update: { number } }); // = unscoped weak
      await prisma.invoice.upsert({ where: { id, organizationId }, create: { organizationId, number }, update: { number } }); // = scoped
      await prisma.invoice.upsert({ where: { id, organizationId }, create: { number }, update: { number } }); // = unscoped leak
    }
  `);
});

test("an id that was read from the tenant's row is as good as the row", () => {
  expectVerdicts(`
    export async function pay(organizationId: string, id: string) {
      const invoice = await prisma.invoice.findFirst({ where: { id, organizationId } }); // = scoped
      if (!invoice) throw new Error("not found");
      await prisma.item.findMany({ where: { invoiceId: invoice.id } }); // = scoped
      await prisma.item.create({ data: { invoiceId: invoice.id, price: 1 } }); // = scoped
      await prisma.item.create({ data: { invoiceId: id, price: 1 } }); // = unscoped weak
      const invoices = await prisma.invoice.findMany({ where: { organizationId } }); // = scoped
      await prisma.item.deleteMany({ where: { invoiceId: { in: invoices.map((one) => one.id) } } }); // = scoped
    }
  `);
});

test("transactions hand out a client", () => {
  expectVerdicts(`
    export async function both(organizationId: string) {
      await prisma.$transaction(async (tx) => {
        await tx.invoice.findMany({ where: { organizationId } }); // = scoped
        await helper(tx);
      });
      await prisma.$transaction([
        prisma.invoice.deleteMany({ where: { organizationId } }), // = scoped
        prisma.customer.deleteMany(), // = unscoped leak
      ]);
    }
    async function helper(tx: Prisma.TransactionClient) {
      await tx.customer.findMany(); // = unscoped leak
    }
    export async function others(db: Omit<PrismaClient, "$on">, same: typeof prisma, either: PrismaClient | Prisma.TransactionClient) {
      await db.customer.findMany(); // = unscoped leak
      await same.customer.findMany(); // = unscoped leak
      await either.customer.findMany(); // = unscoped leak
    }
  `);
});

test("raw SQL is in the inventory", () => {
  expectVerdicts(`
    export async function raw(organizationId: string) {
      await prisma.$queryRaw\`select * from invoices where organization_id = \${organizationId}\`; // = unclear
      await prisma.$queryRaw<{ id: string }[]>(Prisma.sql\`select id from invoices\`); // = unclear
      await prisma.$executeRawUnsafe("delete from invoices"); // = unclear
      await prisma.$transaction(async (tx) => {
        await tx.$executeRaw\`delete from items\`; // = unclear
      });
    }
  `);
});

test("a client is recognised however it is made", () => {
  expectVerdicts(
    `
    import { Injectable } from "@nestjs/common";
    import { PrismaClient, type Prisma } from "./generated/prisma/client.js";
    const generated = new PrismaClient();
    const globalForPrisma = globalThis as unknown as { prisma?: PrismaClient };
    export const shared = globalForPrisma.prisma ?? new PrismaClient({ log: ["query"] });
    class PrismaService extends PrismaClient {
      async onModuleInit() {
        await this.$connect();
      }
    }
    class Invoices {
      constructor(private readonly prisma: PrismaService) {}
      async list() {
        await this.prisma.invoice.findMany(); // = unscoped leak
        await this.prisma.$queryRaw\`select 1\`; // = unclear
        await this.prisma.$transaction(async (tx) => tx.invoice.deleteMany()); // = unscoped leak
      }
    }
    const create = () => generated.$extends({ result: {} });
    type Extended = ReturnType<typeof create>;
    export async function all(tx: Prisma.TransactionClient, extended: Extended) {
      await generated.invoice.findMany(); // = unscoped leak
      await shared.invoice.findMany(); // = unscoped leak
      await tx.invoice.findMany(); // = unscoped leak
      await extended.invoice.findMany(); // = unscoped leak
      await shared.unknownModel.findMany(); // = unclear
    }
  `,
    { client: false },
  );
});

test("where a receiver leads nowhere, a model, an operation and fitting arguments are Prisma", () => {
  expectVerdicts(
    `
    export async function handler({ ctx, caller, api, input }: any) {
      await ctx.prisma.invoice.findMany({ where: { organizationId: ctx.organizationId } }); // = scoped
      await ctx.prisma.invoice.findMany(); // = unscoped leak
      await ctx.db.invoice.create({ data: { number: 1 } }); // = unscoped leak
      await ctx.prisma.$transaction(async (tx) => {
        await tx.invoice.delete({ where: { id: input.id } }); // = unscoped weak
      });
      await ctx.prisma.$queryRaw\`select 1\`; // = unclear
      await caller.invoice.create({ number: 1 });
      await caller.invoice.create(input);
      await caller.invoice.update({ id: input.id, data: {} });
      await caller.invoice.count();
      await api.invoice.delete(input.id);
      await api.somethingElse.findMany();
      const invoice = new Map();
      invoice.delete("key");
    }
  `,
    { client: false },
  );
});

test("an extension that adds the tenant makes a missing filter unclear, and any other extension does not", () => {
  expectVerdicts(`
    const tenantClient = (organizationId: string) =>
      prisma.$extends({
        query: {
          $allModels: {
            async $allOperations({ args, query }) {
              args.where = { ...args.where, organizationId };
              return query(args);
            },
          },
        },
      });
    const logging = prisma.$extends({
      query: {
        async $allOperations({ operation, args, query }) {
          const result = await query(args);
          console.log(operation);
          return result;
        },
      },
    });
    export async function list(organizationId: string) {
      const db = tenantClient(organizationId);
      await db.invoice.findMany({ where: { status: "open" } }); // = unclear
      await db.invoice.findMany({ where: { organizationId } }); // = scoped
      await db.invoice.create({ data: { number: 1 } }); // = unclear
      await logging.invoice.findMany({ where: { status: "open" } }); // = unscoped leak
    }
  `);
});

test("a suggestion adds the missing key where a filter is written", () => {
  const source = `import { PrismaClient } from "@prisma/client";
const prisma = new PrismaClient();
export async function list() {
  await prisma.invoice.findMany({ where: { status: "open" } });
  await prisma.invoice.findMany({ take: 1 });
  await prisma.invoice.findMany();
  await prisma.invoice.create({ data: { number: 1 } });
}`;
  const { paths } = analyze({
    layout: { files: ["main.ts"], packages: [], aliases: [] },
    modules: new Map([["main.ts", lower(ts, "main.ts", source)]]),
    judged: new Set(["main.ts"]),
    tests: new Set(),
    schemas: [{ kind: "prisma", file: "schema.prisma", text: schema }],
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
  const repaired = paths.map(({ root: { repair, site } }) => {
    if (!repair) return null;
    const text = repair.template.replace("{column}", "organizationId").replace("{value}", "id");
    return source.slice(site.start, repair.at) + text + source.slice(repair.at, site.end);
  });
  expect(repaired).toEqual([
    'prisma.invoice.findMany({ where: { organizationId: id, status: "open" } })',
    "prisma.invoice.findMany({ where: { organizationId: id }, take: 1 })",
    "prisma.invoice.findMany({ where: { organizationId: id } })",
    null,
  ]);
});
