// Faults and their innocent neighbours are in fixtures/sequelize; here is what is taken for a model, and what is not.
import { analyzedFiles } from "@tenant-audit/testing";
import { expect, test } from "vitest";

const models = `
  import { DataTypes, Model, Sequelize } from "sequelize";
  export const sequelize = new Sequelize("");
  export class Organization extends Model {}
  Organization.init({ id: { type: DataTypes.UUID, primaryKey: true } }, { sequelize });
  abstract class Owned extends Model {
    static newest() {
      return this.findOne({ order: [["id", "DESC"]] });
    }
  }
  export class Invoice extends Owned {
    declare id: string;
    declare organizationId: string;
  }
  Invoice.init(
    { id: { type: DataTypes.UUID, primaryKey: true }, organizationId: { type: DataTypes.UUID, allowNull: false } },
    { sequelize },
  );
  Invoice.belongsTo(Organization, { as: "organization", foreignKey: "organizationId" });`;

/** \`read Invoices unscoped\`, for every path. */
function pathsIn(
  source: string,
  imports = `import { Invoice, Organization, sequelize } from "./models.js";`,
) {
  const files = new Map([
    ["models.ts", models],
    ["main.ts", `${imports}\n${source}`],
  ]);
  return analyzedFiles(files).paths.flatMap(({ operation, resources, verdict }) =>
    resources.map((resource) => `${operation} ${resource} ${verdict}`),
  );
}

test.each([
  ["its class", `export const run = () => Invoice.findAll();`],
  ["a method taken over from a class between", `export const run = () => Invoice.newest();`],
  ["a type of its own", `export const run = (model: typeof Invoice) => model.findAll();`],
  [
    "a type of Sequelize's",
    `import type { ModelStatic } from "sequelize"; export const run = (model: ModelStatic<Invoice>) => model.findAll();`,
  ],
  ["the connection's models", `export const run = () => sequelize.models.Invoice.findAll();`],
  ["its name", `export const run = () => sequelize.model("Invoice").findAll();`],
  [
    "its name, where nothing is known of what it is in",
    `declare const db: any; export const run = () => db.Invoice.findAll();`,
  ],
  [
    "a function's options",
    `const options = { limit: 1 }; export const run = () => Invoice.findAll(options);`,
  ],
])("a model is known by %s", (_, source) => {
  expect(pathsIn(source)).toContain("read Invoices unscoped");
});

test.each([
  [
    "the name alone, with arguments that are not Sequelize's",
    `declare const api: any; api.invoice.update("1");`,
  ],
  ["a method of Sequelize's on something else", `declare const cache: any; cache.findAll();`],
  ["a name that no model has", `declare const db: any; db.Shipment.findAll();`],
  ["what a model is asked about itself", `Invoice.getTableName(); Invoice.rawAttributes;`],
])("%s is none", (_, source) => {
  expect(pathsIn(source).filter((path) => !path.startsWith("read Invoices"))).toEqual([]);
  expect(pathsIn(source)).toEqual(pathsIn(""));
});

test("a row's methods write to that row", () => {
  expect(
    pathsIn(`
      export async function run(id: string, organizationId: string) {
        const invoice = await Invoice.findOne({ where: { id, organizationId } });
        await invoice!.update({ total: 1 });
        await invoice!.destroy();
      }`),
  ).toEqual(
    expect.arrayContaining(["read Invoices scoped", "update Invoices scoped", "delete Invoices scoped"]),
  );
});
