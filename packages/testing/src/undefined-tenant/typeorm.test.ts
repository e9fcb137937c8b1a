/** What an absent tenant does, asked of TypeORM: the engine calls scoped exactly what reaches no row. */
import * as typeorm from "typeorm";
import * as typeorm1 from "typeorm1";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, startDatabase } from "./database.js";
import { evaluated, verdictOn } from "./read.js";

class Organization {}
class Customer {}
class Invoice {}

/** The entities that `database` below writes with decorators. */
function entitiesOf({ EntitySchema }: typeof typeorm) {
  const text = { type: "text" } as const;
  const id = { type: "text", primary: true } as const;
  const organizationId = { type: "text", name: "organization_id" } as const;
  const organization = {
    type: "many-to-one",
    target: "Organization",
    joinColumn: { name: "organization_id" },
  } as const;
  return [
    new EntitySchema<object & Record<string, unknown>>({
      name: "Organization",
      target: Organization,
      tableName: "organizations",
      columns: { id },
    }),
    new EntitySchema<object & Record<string, unknown>>({
      name: "Customer",
      target: Customer,
      tableName: "customers",
      columns: { id, organizationId },
      relations: {
        organization,
        invoices: { type: "one-to-many", target: "Invoice", inverseSide: "customer" },
      },
    }),
    new EntitySchema<object & Record<string, unknown>>({
      name: "Invoice",
      target: Invoice,
      tableName: "invoices",
      columns: { id, organizationId, status: text, total: { type: "int" } },
      relations: {
        organization,
        customer: {
          type: "many-to-one",
          target: "Customer",
          inverseSide: "invoices",
          joinColumn: { name: "customer_id" },
        },
      },
    }),
  ];
}

const entities = `
  import { Column, Entity, JoinColumn, ManyToOne, OneToMany, PrimaryColumn } from "typeorm";
  @Entity("organizations")
  export class Organization {
    @PrimaryColumn() id: string;
  }
  @Entity("customers")
  export class Customer {
    @PrimaryColumn() id: string;
    @Column({ name: "organization_id" }) organizationId: string;
    @ManyToOne(() => Organization) @JoinColumn({ name: "organization_id" }) organization: Organization;
    @OneToMany(() => Invoice, (invoice) => invoice.customer) invoices: Invoice[];
  }
  @Entity("invoices")
  export class Invoice {
    @PrimaryColumn() id: string;
    @Column({ name: "organization_id" }) organizationId: string;
    @ManyToOne(() => Organization) @JoinColumn({ name: "organization_id" }) organization: Organization;
    @ManyToOne(() => Customer, (customer) => customer.invoices) @JoinColumn({ name: "customer_id" }) customer: Customer;
    @Column() status: string;
    @Column() total: number;
  }`;

let database: Database;
const sources = new Map<string, typeorm.DataSource>();

async function source(name: string, library: typeof typeorm, options: object = {}): Promise<void> {
  const made = new library.DataSource({
    type: "postgres",
    driver: database.driver,
    entities: entitiesOf(library),
    ...options,
  });
  sources.set(name, await made.initialize());
}

const throwing = `invalidWhereValuesBehavior: { undefined: "throw", null: "throw" }`;
const ignoring = `invalidWhereValuesBehavior: { undefined: "ignore", null: "ignore" }`;
const asNull = `invalidWhereValuesBehavior: { null: "sql-null" }`;

beforeAll(async () => {
  database = await startDatabase(`
    create table organizations (id text primary key);
    create table customers (id text primary key, organization_id text not null);
    create table invoices (
      id text primary key, organization_id text not null, customer_id text not null, status text not null, total int not null
    );
    insert into organizations values ('one'), ('two');
    insert into customers values ('1', 'one'), ('2', 'two');
    insert into invoices values ('1', 'one', '1', 'paid', 0), ('2', 'two', '2', 'paid', 0);
  `);
  await source("0.3", typeorm);
  await source(throwing, typeorm, { invalidWhereValuesBehavior: { undefined: "throw", null: "throw" } });
  await source(asNull, typeorm, { invalidWhereValuesBehavior: { null: "sql-null" } });
  await source("1", typeorm1 as never);
  await source(`1 ${ignoring}`, typeorm1 as never, {
    invalidWhereValuesBehavior: { undefined: "ignore", null: "ignore" },
  });
}, 60_000);
afterAll(() => database.postgres.close());

const finding = [
  `invoices.find({ where: { organizationId } })`,
  `invoices.find({ where: { organizationId: null } })`,
  `invoices.find({ where: { organizationId: organizationId ?? null } })`,
  `invoices.find({ where: { organizationId: undefined } })`,
  `invoices.find({ where: {} })`,
  `invoices.find({ where: undefined })`,
  `invoices.find({ where: organizationId ? { organizationId } : undefined })`,
  `invoices.find({ where: { ...(organizationId && { organizationId }) } })`,
  `invoices.find({ where: [] })`,
  `invoices.find({ where: [{ organizationId }] })`,
  `invoices.find({ where: [{ organizationId, status: "paid" }, { organizationId, total: 0 }] })`,
  `invoices.find({ where: { organization: { id: organizationId } } })`,
  `invoices.find({ where: { organization: { id: organizationId }, status: "paid" } })`,
  `invoices.find({ where: { customer: { organizationId } } })`,
  `invoices.find({ where: { customer: { organization: { id: organizationId } } } })`,
  `invoices.find({ where: { organizationId: Equal(organizationId) } })`,
  `invoices.find({ where: { organizationId: In([]) } })`,
  `invoices.find({ where: { organizationId: In([organizationId]) } })`,
  `invoices.find({ where: { organizationId: IsNull() } })`,
  `invoices.find({ where: { organizationId: Not(IsNull()) } })`,
  `invoices.find({ where: { organizationId: Not(Not(Equal(organizationId))) } })`,
  `invoices.find({ where: { organizationId: Not(In([])) } })`,
  `invoices.find({ where: { organizationId: Or(Equal(organizationId), IsNull()) } })`,
  `invoices.find({ where: { organizationId: And(Equal(organizationId), Not(IsNull())) } })`,
  `invoices.find({ where: { organizationId: organizationId && Equal(organizationId) } })`,
  `invoices.findBy({ organizationId })`,
  `invoices.findBy({ organizationId: null })`,
  `invoices.findBy([{ organizationId }, { organizationId: Equal(organizationId) }])`,
  `invoices.findOneBy({ id: "2", organizationId })`,
  `invoices.findOneBy({ organizationId })`,
  `invoices.findOne({ where: { organizationId } })`,
];

/** With a tenant it reaches everybody's rows as well, so that it is no matter whether it is refused without one. */
const leakingAnyway = [`invoices.find({ where: [{ organizationId }, { status: "paid" }] })`];

const changing = [
  `invoices.update({ organizationId }, { status: "void" })`,
  `invoices.update({ organizationId: null }, { status: "void" })`,
  `invoices.update({ organizationId, status: "paid" }, { status: "void" })`,
  `invoices.update({ organizationId: Equal(organizationId) }, { status: "void" })`,
  `invoices.update({ organizationId: In([]) }, { status: "void" })`,
  `invoices.update({}, { status: "void" })`,
  `invoices.update(organizationId ? { organizationId } : { status: "paid" }, { status: "void" })`,
  `invoices.delete({ organizationId })`,
  `invoices.delete({ organizationId: null })`,
  `invoices.delete({ organizationId, status: "paid" })`,
  `invoices.delete({})`,
];

const building = [
  `invoices.createQueryBuilder("invoice").where({ organizationId }).getMany()`,
  `invoices.createQueryBuilder("invoice").where({ organizationId: null }).getMany()`,
  `invoices.createQueryBuilder("invoice").where([{ organizationId }]).getMany()`,
  `invoices.createQueryBuilder("invoice").where({}).getMany()`,
  `invoices.createQueryBuilder("invoice").where({ organizationId: In([]) }).getMany()`,
  `invoices.createQueryBuilder("invoice").where("invoice.organizationId = :organizationId", { organizationId }).getMany()`,
  `invoices.createQueryBuilder("invoice").where("invoice.organizationId IN (:...ids)", { ids: [organizationId] }).getMany()`,
  `invoices.createQueryBuilder("invoice").where("invoice.organizationId = :id").setParameters({ id: organizationId }).getMany()`,
  `invoices.createQueryBuilder("invoice").where("invoice.status = 'paid'").orWhere("invoice.organizationId = :organizationId", { organizationId }).getMany()`,
  `invoices.createQueryBuilder("invoice").where("invoice.organizationId = :organizationId", { organizationId }).where("invoice.status = 'paid'").getMany()`,
  `invoices.createQueryBuilder("invoice").where(new Brackets((inner) => inner.where("invoice.organizationId = :organizationId", { organizationId }))).getMany()`,
  `invoices.createQueryBuilder("invoice").where(new Brackets(() => {})).getMany()`,
  `invoices.createQueryBuilder("invoice").setFindOptions({ where: { organizationId } }).getMany()`,
  `invoices.createQueryBuilder().update().set({ status: "void" }).where({ organizationId }).execute()`,
  `invoices.createQueryBuilder().update().set({ status: "void" }).where("organization_id = :organizationId", { organizationId }).execute()`,
  `invoices.createQueryBuilder().update().set({ status: "void" }).execute()`,
  `invoices.createQueryBuilder().delete().where({ organizationId }).execute()`,
  `invoices.createQueryBuilder().delete().where("organization_id = :organizationId", { organizationId }).execute()`,
];

const all = [...finding, ...changing, ...building];

describe.each([
  { name: "0.3", version: "^0.3.20", options: "", expressions: [...all, ...leakingAnyway] },
  { name: throwing, version: "^0.3.20", options: throwing, expressions: all },
  { name: asNull, version: "^0.3.20", options: asNull, expressions: all },
  { name: "1", version: "^1.0.0", options: "", expressions: all },
  { name: `1 ${ignoring}`, version: "^1.0.0", options: ignoring, expressions: all },
])("TypeORM $name, without a tenant", ({ name, version, options, expressions }) => {
  it.each(expressions)("%s", async (expression) => {
    const library = name.startsWith("1") ? typeorm1 : typeorm;
    const { And, Brackets, Equal, In, IsNull, Not, Or } = library;
    const invoices = sources.get(name)!.getRepository(Invoice);
    const values = { And, Brackets, Equal, In, IsNull, Not, Or, invoices };
    // What is refused reaches nothing.
    const reached = await database
      .rowsReached(() => evaluated(expression, values))
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === "TypeORMError") return 0;
        throw error;
      });
    const verdict = await verdictOn(
      expression,
      {
        "package.json": `{ "name": "service", "dependencies": { "typeorm": "${version}" } }`,
        "entities.ts": entities,
        "database.ts": `
          import { DataSource } from "typeorm";
          import { Customer, Invoice, Organization } from "./entities.js";
          export { And, Brackets, Equal, In, IsNull, Not, Or } from "typeorm";
          const dataSource = new DataSource({ type: "postgres", entities: [Customer, Invoice, Organization], ${options} });
          export const invoices = dataSource.getRepository(Invoice);`,
      },
      "{ And, Brackets, Equal, In, IsNull, Not, Or, invoices }",
    );
    expect({ reached, isScoped: verdict === "scoped" }).toEqual({ reached, isScoped: reached === 0 });
  });
});
