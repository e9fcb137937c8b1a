/** What an absent tenant does, asked of Sequelize: the engine calls scoped exactly what reaches no row. */
import { DataTypes, Model, Op, Sequelize } from "sequelize";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, startDatabase } from "./database.js";
import { evaluated, verdictOn } from "./read.js";

class Organization extends Model {}
class Customer extends Model {}
class Invoice extends Model {}

const models = `
  import { DataTypes, Model, Sequelize } from "sequelize";
  export { Op, literal, where, col, fn, and, or } from "sequelize";
  const sequelize = new Sequelize("postgres://localhost/shop");
  const id = { type: DataTypes.TEXT, primaryKey: true };
  const organizationId = { type: DataTypes.TEXT, allowNull: false };
  export class Organization extends Model {}
  Organization.init({ id }, { sequelize });
  export class Customer extends Model {}
  Customer.init({ id, organizationId }, { sequelize });
  export class Invoice extends Model {}
  Invoice.init(
    { id, organizationId, customerId: DataTypes.TEXT, status: DataTypes.TEXT },
    { sequelize, scopes: { of: (organizationId) => ({ where: { organizationId } }) } },
  );
  Customer.belongsTo(Organization, { as: "organization", foreignKey: "organizationId" });
  Invoice.belongsTo(Organization, { as: "organization", foreignKey: "organizationId" });
  Invoice.belongsTo(Customer, { as: "customer", foreignKey: "customerId" });`;

let database: Database;

beforeAll(async () => {
  database = await startDatabase(`
    create table "Organizations" (id text primary key);
    create table "Customers" (id text primary key, "organizationId" text not null);
    create table "Invoices" (id text primary key, "organizationId" text not null, "customerId" text, status text);
    insert into "Organizations" values ('one'), ('two');
    insert into "Customers" values ('1', 'one'), ('2', 'two');
    insert into "Invoices" values ('1', 'one', '1', 'open'), ('2', 'two', '2', 'open'), ('3', 'two', null, 'open');
  `);
  const sequelize = new Sequelize("postgres://localhost/shop", {
    dialectModule: database.driver,
    define: { timestamps: false },
    logging: false,
  });
  const id = { type: DataTypes.TEXT, primaryKey: true };
  const organizationId = { type: DataTypes.TEXT, allowNull: false };
  Organization.init({ id }, { sequelize });
  Customer.init({ id, organizationId }, { sequelize });
  Invoice.init(
    { id, organizationId, customerId: DataTypes.TEXT, status: DataTypes.TEXT },
    { sequelize, scopes: { of: (organizationId: string) => ({ where: { organizationId } }) } },
  );
  Customer.belongsTo(Organization, { as: "organization", foreignKey: "organizationId" });
  Invoice.belongsTo(Organization, { as: "organization", foreignKey: "organizationId" });
  Invoice.belongsTo(Customer, { as: "customer", foreignKey: "customerId" });
  // What it asks of a connection before it uses it is nobody's row.
  await sequelize.query("select 1");
}, 60_000);
afterAll(() => database.postgres.close());

describe("Sequelize, without a tenant", () => {
  it.each([
    `Invoice.findAll({ where: { organizationId } })`,
    `Invoice.findAll({ where: { organizationId: undefined } })`,
    `Invoice.findAll({ where: { organizationId: null } })`,
    `Invoice.findAll({ where: { organizationId: organizationId ?? null } })`,
    `Invoice.findAll({ where: { organizationId: { [Op.eq]: organizationId } } })`,
    `Invoice.findAll({ where: { organizationId: { [Op.eq]: organizationId ?? null } } })`,
    `Invoice.findAll({ where: { organizationId: { [Op.ne]: null } } })`,
    `Invoice.findAll({ where: { organizationId: [] } })`,
    `Invoice.findAll({ where: { organizationId: { [Op.in]: [] } } })`,
    `Invoice.findAll({ where: { organizationId: { [Op.notIn]: [] } } })`,
    `Invoice.findAll({ where: { organizationId: { [Op.or]: [] } } })`,
    `Invoice.findAll({ where: {} })`,
    `Invoice.findAll({ where: [] })`,
    `Invoice.findAll({ where: undefined })`,
    `Invoice.findAll()`,
    `Invoice.findAll({ where: organizationId ? { organizationId } : undefined })`,
    `Invoice.findAll({ where: organizationId ? { organizationId } : {} })`,
    `Invoice.findAll({ where: { ...(organizationId && { organizationId }), status: "open" } })`,
    `Invoice.findAll({ where: { [Op.and]: [] } })`,
    `Invoice.findAll({ where: { [Op.and]: [{ status: "open" }, organizationId ? { organizationId } : undefined] } })`,
    `Invoice.findAll({ where: { [Op.and]: { organizationId: organizationId ?? null } } })`,
    `Invoice.findAll({ where: { [Op.or]: [] } })`,
    `Invoice.findAll({ where: { [Op.or]: [{}] } })`,
    `Invoice.findAll({ where: { [Op.or]: {} } })`,
    `Invoice.findAll({ where: { [Op.or]: [organizationId ? { organizationId } : undefined] } })`,
    `Invoice.findAll({ where: { [Op.or]: [organizationId ? { organizationId } : {}] } })`,
    `Invoice.findAll({ where: { [Op.or]: [organizationId ? { organizationId } : {}, { status: "open" }] } })`,
    `Invoice.findAll({ where: { [Op.not]: { organizationId: null } } })`,
    `Invoice.findAll({ where: { [Op.not]: {} } })`,
    `Invoice.findAll({ where: { "$customer.organizationId$": organizationId ?? null }, include: "customer" })`,
    `Invoice.findOne({ where: { organizationId } })`,
    `Invoice.findOne({ where: organizationId ? { organizationId } : undefined })`,
    `Invoice.count({ where: organizationId ? { organizationId } : undefined })`,
    `Invoice.scope({ method: ["of", organizationId] }).findAll()`,
    `Invoice.update({ status: "paid" }, { where: { organizationId } })`,
    `Invoice.update({ status: "paid" }, { where: organizationId ? { organizationId } : undefined })`,
    `Invoice.update({ status: "paid" }, { where: organizationId ? { organizationId } : {} })`,
    `Invoice.update({ status: "paid" }, { where: { organizationId: organizationId ?? null } })`,
    `Invoice.destroy({ where: { organizationId } })`,
    `Invoice.destroy({ where: organizationId ? { organizationId } : undefined })`,
    `Invoice.destroy({ where: organizationId ? { organizationId } : {} })`,
    `Invoice.destroy({ where: { organizationId: [] } })`,
  ])("%s", async (expression) => {
    // What is refused reaches nothing.
    const reached = await database.rowsReached(() =>
      Promise.resolve()
        .then(() => evaluated(expression, { Invoice, Op }))
        .catch((error: unknown) => {
          if (!(error instanceof Error) || !/where|undefined|invalid/i.test(error.message)) throw error;
        }),
    );
    const verdict = await verdictOn(expression, { "database.ts": models }, "{ Invoice, Op }");
    expect({ reached, isScoped: verdict === "scoped" }).toEqual({ reached, isScoped: reached === 0 });
  });
});
