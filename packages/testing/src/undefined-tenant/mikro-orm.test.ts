/** What an absent tenant does, asked of MikroORM: the engine calls scoped exactly what reaches no row. */
import { EntitySchema, MikroORM } from "@mikro-orm/core";
import { knex, PostgreSqlDriver, PostgreSqlKnexDialect } from "@mikro-orm/postgresql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, startDatabase } from "./database.js";
import { evaluated, verdictOn } from "./read.js";

class Organization {}
class Customer {}
class Invoice {}

const organization = { kind: "m:1", entity: () => Organization } as const;
const id = { primary: true, type: "text" } as const;
const entities = [
  new EntitySchema<{ id: string }>({
    class: Organization as never,
    tableName: "organizations",
    properties: { id },
  }),
  new EntitySchema<{ id: string; organization: Organization }>({
    class: Customer as never,
    tableName: "customers",
    properties: { id, organization },
  }),
  new EntitySchema<{ id: string; organization: Organization; customer: Customer; status: string }>({
    class: Invoice as never,
    tableName: "invoices",
    properties: {
      id,
      organization,
      customer: { kind: "m:1", entity: () => Customer },
      status: { type: "text" },
    },
  }),
];

const written = `
  import { Entity, ManyToOne, PrimaryKey, Property } from "@mikro-orm/core";
  @Entity({ tableName: "organizations" })
  export class Organization {
    @PrimaryKey() id: string;
  }
  @Entity({ tableName: "customers" })
  export class Customer {
    @PrimaryKey() id: string;
    @ManyToOne(() => Organization) organization: Organization;
  }
  @Entity({ tableName: "invoices" })
  export class Invoice {
    @PrimaryKey() id: string;
    @ManyToOne(() => Organization) organization: Organization;
    @ManyToOne(() => Customer) customer: Customer;
    @Property() status: string;
  }`;

let database: Database;
const orms = new Map<string, MikroORM>();

async function start(options: object): Promise<MikroORM> {
  class Dialect extends PostgreSqlKnexDialect {
    _driver(): unknown {
      return database.driver;
    }
  }
  return MikroORM.init({
    driver: PostgreSqlDriver,
    dbName: "shop",
    ensureDatabase: false,
    connect: false,
    entities,
    discovery: { disableDynamicFileAccess: true },
    driverOptions: knex({ client: Dialect as never, connection: {} }),
    ...options,
  });
}

const ignoring = "ignoreUndefinedInQuery: true";

beforeAll(async () => {
  database = await startDatabase(`
    create table organizations (id text primary key);
    create table customers (id text primary key, organization_id text not null);
    create table invoices (id text primary key, organization_id text not null, customer_id text not null, status text not null);
    insert into organizations values ('one'), ('two');
    insert into customers values ('1', 'one'), ('2', 'two');
    insert into invoices values ('1', 'one', '1', 'paid'), ('2', 'two', '2', 'paid');
  `);
  orms.set("", await start({}));
  orms.set(ignoring, await start({ ignoreUndefinedInQuery: true }));
  // What it asks of a connection before it uses it is nobody's row.
  for (const orm of orms.values()) await orm.em.fork().getConnection().execute("select 1");
}, 60_000);
afterAll(() => database.postgres.close());

describe.each(["", ignoring])("MikroORM %s, without a tenant", (options) => {
  it.each([
    `em.find(Invoice, { organization: organizationId })`,
    `em.find(Invoice, { organization: undefined })`,
    `em.find(Invoice, { organization: null })`,
    `em.find(Invoice, { organization: organizationId ?? null })`,
    `em.find(Invoice, { organization: { id: organizationId } })`,
    `em.find(Invoice, { organization: { id: organizationId }, status: "paid" })`,
    `em.find(Invoice, { organization: { $eq: organizationId } })`,
    `em.find(Invoice, { organization: { $ne: null } })`,
    `em.find(Invoice, { organization: { $in: [] } })`,
    `em.find(Invoice, { organization: { $nin: [] } })`,
    `em.find(Invoice, { organization: [] })`,
    `em.find(Invoice, { customer: { organization: organizationId } })`,
    `em.find(Invoice, {})`,
    `em.find(Invoice, organizationId ? { organization: organizationId } : {})`,
    `em.find(Invoice, { ...(organizationId && { organization: organizationId }) })`,
    `em.find(Invoice, { $and: [] })`,
    `em.find(Invoice, { $and: [{ organization: organizationId }, { status: "paid" }] })`,
    `em.find(Invoice, { $or: [] })`,
    `em.find(Invoice, { $or: [{ organization: organizationId }] })`,
    `em.find(Invoice, { $or: [{ organization: organizationId }, { status: "paid" }] })`,
    `em.find(Invoice, { $not: { organization: null } })`,
    `em.findOne(Invoice, { organization: organizationId })`,
    `em.nativeUpdate(Invoice, { organization: organizationId }, { status: "void" })`,
    `em.nativeUpdate(Invoice, {}, { status: "void" })`,
    `em.nativeDelete(Invoice, { organization: organizationId })`,
    `em.nativeDelete(Invoice, organizationId ? { organization: organizationId } : {})`,
    `em.getRepository(Invoice).find({ organization: organizationId })`,
    `em.createQueryBuilder(Invoice).where({ organization: organizationId }).getResult()`,
    `em.createQueryBuilder(Invoice).getResult()`,
    `em.createQueryBuilder(Invoice, "i").where({ organization: organizationId ?? null }).getResult()`,
    `em.createQueryBuilder(Invoice, "i").where({}).getResult()`,
    `em.createQueryBuilder(Invoice, "i").where({ status: "paid" }).orWhere({ organization: null }).getResult()`,
    `em.createQueryBuilder(Invoice, "i").where({ status: "paid" }).andWhere({ organization: null }).getResult()`,
    `em.createQueryBuilder(Invoice, "i").where("i.organization_id = ?", [organizationId ?? null]).getResult()`,
    `em.createQueryBuilder(Invoice, "i").where("i.organization_id = ? or true", [organizationId ?? null]).getResult()`,
    `em.createQueryBuilder(Invoice).update({ status: "void" }).where({ organization: organizationId ?? null }).execute()`,
    `em.createQueryBuilder(Invoice).update({ status: "void" }).execute()`,
    `em.createQueryBuilder(Invoice).delete({ organization: organizationId ?? null }).execute()`,
    `em.createQueryBuilder(Invoice).delete().execute()`,
  ])("%s", async (expression) => {
    const em = orms.get(options)!.em.fork();
    // What is refused reaches nothing.
    const reached = await database
      .rowsReached(() => evaluated(expression, { Invoice, em }))
      .catch((error: unknown) => {
        if (error instanceof Error && error.message.includes("with empty 'where' parameter")) return 0;
        throw error;
      });
    const verdict = await verdictOn(
      expression,
      {
        "entities.ts": written,
        "database.ts": `
          import { MikroORM } from "@mikro-orm/postgresql";
          import { Customer, Invoice, Organization } from "./entities.js";
          export { Invoice } from "./entities.js";
          const orm = await MikroORM.init({ entities: [Customer, Invoice, Organization], ${options} });
          export const em = orm.em.fork();`,
      },
      "{ Invoice, em }",
    );
    expect({ reached, isScoped: verdict === "scoped" }).toEqual({ reached, isScoped: reached === 0 });
  });
});
