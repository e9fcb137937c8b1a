/** The plugin lowers only the files that may declare tables, and must arrive at the model of a scan, which lowers all. */
import { findConfiguration, nodeFileSystem } from "@tenant-audit/project";
import { reportedTenancy } from "@tenant-audit/core";
import { fixtureDirectories, readFixture, scanFixture, temporaryProject } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";
import { modelOf } from "./model.js";

async function expectSameModel(directory: string): Promise<void> {
  const { tenancy } = modelOf(directory, findConfiguration(directory, directory, nodeFileSystem));
  const written = JSON.parse(JSON.stringify(reportedTenancy(tenancy))) as unknown;
  expect(written).toEqual((await scanFixture(directory)).tenancy);
}

describe("the plugin's model is a scan's: of the fixture", () => {
  it.each(fixtureDirectories().map((directory) => [readFixture(directory).name, directory] as const))(
    "%s",
    async (_, directory) => expectSameModel(directory),
  );
});

const tablesWithoutASign = `
export const invoices = createTable("invoices", (column) => ({ id: column.uuid().primaryKey() }));
`;

describe("the plugin's model is a scan's: of tables", () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    [
      "made by a function that another file makes",
      {
        "db/create.ts": `
import { pgTableCreator } from "drizzle-orm/pg-core";
export const createTable = pgTableCreator((name) => \`app_\${name}\`);
`,
        "db/invoices.ts": `import { createTable } from "./create";${tablesWithoutASign}`,
      },
    ],
    [
      "made by a function of the repository's own",
      {
        "db/create.ts": `
import { pgTable, uuid } from "drizzle-orm/pg-core";
export const createTable = (name: string, columns: object) => pgTable(name, { tenant_id: uuid(), ...columns });
`,
        "db/invoices.ts": `import { createTable } from "./create";${tablesWithoutASign}`,
      },
    ],
    [
      "in a schema that another file names",
      {
        "db/schema.ts": `
import { pgSchema } from "drizzle-orm/pg-core";
export const billing = pgSchema("billing");
`,
        "db/invoices.ts": `
import { billing } from "./schema";
export const invoices = billing.table("invoices", (column) => ({ id: column.uuid().primaryKey() }));
`,
      },
    ],
    [
      "that migrations in SQL make, without those of tests",
      {
        "migrations/1_init.sql": `
CREATE TABLE organizations (id uuid PRIMARY KEY);
CREATE TABLE invoices (id uuid PRIMARY KEY, organization_id uuid REFERENCES organizations);
`,
        "migrations/2_security.sql": "ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;",
        "seeds/rows.sql": "INSERT INTO organizations VALUES ('a');",
        "test/1_init.sql": "CREATE TABLE ghosts (id int);",
        "src/a.ts": "",
      },
    ],
    [
      "that a migration in TypeScript makes",
      {
        "migrations/1.ts": `
export async function up(knex) {
  await knex.schema.createTable("invoices", (table) => {
    table.uuid("id").primary();
    table.uuid("organization_id").references("organizations.id");
  });
}
`,
      },
    ],
    [
      "that are models of Sequelize",
      {
        "models/invoice.js": `
module.exports = (sequelize, DataTypes) =>
  sequelize.define("Invoice", { organizationId: DataTypes.UUID }, { tableName: "invoices" });
`,
      },
    ],
    [
      "that are entities",
      {
        "src/invoice.entity.ts": `
import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
@Entity("invoices")
export class Invoice {
  @PrimaryGeneratedColumn("uuid") id: string;
  @Column() organizationId: string;
}
`,
        "src/receipt.entity.ts": `
import { Entity, PrimaryKey, Property } from "@mikro-orm/core";
@Entity()
export class Receipt {
  @PrimaryKey() id!: string;
  @Property() organizationId!: string;
}
`,
      },
    ],
  ])("%s", async (_, files) => expectSameModel(temporaryProject(files).directory));
});
