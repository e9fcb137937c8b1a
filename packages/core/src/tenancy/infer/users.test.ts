import { schemaInLines } from "@tenant-audit/testing";
import { describe, expect, test } from "vitest";
import { noConfiguration, parseConfiguration } from "../config.js";
import { inferTenancy } from "./infer.js";

const shop = `
  organizations: id, name
  people: id, name
  users: id, email
  invoices: id, organization_id -> organizations, keeper -> people
  drafts: id, keeper, user_id -> users
`;

function inferred(configuration: string, text = shop) {
  const read = parseConfiguration(configuration, noConfiguration.file);
  expect(read.errors).toEqual([]);
  return inferTenancy([schemaInLines(text)], read.configuration);
}

const ownersOf = ({ tenancy }: ReturnType<typeof inferred>) =>
  Object.fromEntries(tenancy.tables.map(({ name, owners }) => [name, owners]));

describe("users", () => {
  test("are learned where the configuration says nothing", () => {
    const result = inferred("{}");
    expect(result.tenancy.users).toMatchObject({ table: "users", columns: ["user_id"] });
    expect(ownersOf(result)).toMatchObject({ users: ["id"], drafts: ["user_id"], invoices: [] });
  });

  test("are those of the table that the configuration names, and own by the columns that it names", () => {
    const result = inferred('{ "users": { "table": "people", "columns": ["keeper"] } }');
    expect(result.errors).toEqual([]);
    expect(result.tenancy.users).toEqual({
      table: "people",
      columns: ["keeper"],
      confidence: "certain",
      reason: "The configuration says so.",
    });
    expect(ownersOf(result)).toMatchObject({
      people: ["id"],
      users: [],
      drafts: ["keeper"],
      invoices: ["keeper"],
    });
    expect(result.tenancy.tables.find(({ name }) => name === "drafts")?.references).toContainEqual({
      column: "keeper",
      table: "people",
      target: "id",
      source: "name",
    });
  });

  test("may be kept elsewhere, and own by the columns that the configuration names", () => {
    const result = inferred('{ "users": { "columns": ["keeper"] } }');
    expect(result.tenancy.users).toMatchObject({ table: null, columns: ["keeper"] });
    expect(ownersOf(result)).toMatchObject({ users: [], drafts: ["keeper"], invoices: ["keeper"] });
  });
});

describe("an error about what no schema has", () => {
  const messages = (configuration: string) => inferred(configuration).errors.map(({ message }) => message);

  test("says where the configuration says it, and what may be meant", () => {
    expect(messages('{ "users": { "table": "poeple", "columns": ["keper"] } }')).toEqual([
      'tenant-audit.config.json:1:14: users.table is "poeple", which is no table of any schema here. Did you mean "people"? Leave it out if the users are kept elsewhere.',
      'tenant-audit.config.json:1:45: users.columns[0] is "keper", but no table has such a column. Did you mean "keeper"?',
    ]);
    expect(messages('{\n  "tables": {\n    "invoces": { "class": "global" }\n  }\n}')).toEqual([
      'tenant-audit.config.json:3:5: tables.invoces is no table of any schema here. Did you mean "invoices"?',
    ]);
    expect(messages('{\n  "tables": {\n    "invoices": { "key": "org_id" }\n  }\n}')).toEqual([
      'tenant-audit.config.json:3:19: tables.invoices.key is "org_id", but the table has no such column.\nColumns: id, organization_id, keeper. Did you mean "organization_id"?',
    ]);
    expect(messages('{ "levels": { "organization": { "table": "organisations" } } }')).toEqual([
      'tenant-audit.config.json:1:33: levels.organization.table is "organisations", which is no table of any schema here. Did you mean "organizations"? Leave it out if the tenants are kept elsewhere.',
    ]);
  });
});
