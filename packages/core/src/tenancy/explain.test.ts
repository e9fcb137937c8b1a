import { schemaInLines } from "@tenant-audit/testing";
import { describe, expect, test } from "vitest";
import { noConfiguration, parseConfiguration } from "./config.js";
import { correctionsOf, entryText, tablesNamed, wayToTenant } from "./explain.js";
import { inferTenancy } from "./infer/infer.js";

const shop = `
  organizations: id, name
  projects: id, organization_id -> organizations
  users: id, email
  members: user_id -> users, organization_id -> organizations
  invoices: id, organization_id -> organizations, customer_id
  lines: id, invoice_id -> invoices
  line_notes: id, line_id? -> lines
  api_keys: id, project_id -> projects
  deployments: id, project_id -> projects
  logs: id, project_id -> projects
  countries: id, name
`;

const modelOf = (text: string) => inferTenancy([schemaInLines(text)]).tenancy;

function way(text: string, name: string): readonly string[] {
  const tenancy = modelOf(text);
  const [table] = tablesNamed(tenancy, name);
  return wayToTenant(tenancy, table!).map(
    ({ table: from, column, nullable, target, level }) =>
      `${from}.${column}${nullable ? "?" : ""} > ${target ? `${target.table}.${target.column}` : "nowhere"}${level ? ` (${level})` : ""}`,
  );
}

describe("the way to the tenant", () => {
  test("goes from child to parent to root, and says which step may be missing", () => {
    expect(way(shop, "line_notes")).toEqual([
      "line_notes.line_id? > lines.id",
      "lines.invoice_id > invoices.id",
      "invoices.organization_id > organizations.id (organization)",
    ]);
  });

  test("goes on to the level above", () => {
    expect(way(shop, "api_keys")).toEqual([
      "api_keys.project_id > projects.id (project)",
      "projects.organization_id > organizations.id (organization)",
    ]);
  });

  test("ends where no table holds the tenants", () => {
    expect(way("invoices: id, tenant_id\n lines: id, invoice_id, tenant_id", "invoices")).toEqual([
      "invoices.tenant_id > nowhere (tenant)",
    ]);
  });

  test("of a table of tenants and of a global one is no way", () => {
    expect(way(shop, "organizations")).toEqual([]);
    expect(way(shop, "countries")).toEqual([]);
  });
});

describe("a table's name", () => {
  const twice = modelOf(`
    auth.users: id, email
    billing.users: id, email
    invoices: id, organization_id
  `);
  const named = (name: string) => tablesNamed(twice, name).map((table) => table.name);

  test("means every table of that name, unless it names the schema", () => {
    expect(named("users")).toEqual(["auth.users", "billing.users"]);
    expect(named("billing.users")).toEqual(["billing.users"]);
  });

  test("may be spelled as the code spells it", () => {
    expect(named("Invoices")).toEqual(["invoices"]);
  });

  test("that no schema has means none", () => {
    expect(named("invoice_lines")).toEqual([]);
  });
});

describe("a correction", () => {
  test("names another parent, or none", () => {
    const tenancy = modelOf(`
      organizations: id
      invoices: id, organization_id -> organizations
      payments: id, organization_id -> organizations
      receipts: id, invoice_id -> invoices, payment_id -> payments
    `);
    expect(correctionsOf(tenancy, tablesNamed(tenancy, "receipts")[0]!)).toEqual([
      {
        when: 'If its rows belong to those of "payments"',
        entry: { class: "child", parent: { table: "payments", column: "payment_id" } },
      },
      { when: "If its rows belong to nobody, or to everybody", entry: { class: "global" } },
    ]);
  });

  test("names the column that may be the tenant's", () => {
    const tenancy = modelOf(`
      organizations: id
      invoices: id, organization_id -> organizations
      payments: id, organization_id -> organizations
      exports: id, requester_id
    `);
    expect(correctionsOf(tenancy, tablesNamed(tenancy, "exports")[0]!)).toEqual([
      { when: 'If "requester_id" names the organization', entry: { class: "tenant", key: "requester_id" } },
    ]);
  });

  test("is a configuration that the model accepts, for every table", () => {
    const source = schemaInLines(shop);
    const { tenancy } = inferTenancy([source]);
    for (const table of tenancy.tables) {
      for (const { entry } of correctionsOf(tenancy, table)) {
        const text = `{ "tables": { ${entryText(table.name, entry)} } }`;
        const { configuration, errors } = parseConfiguration(text, noConfiguration.file);
        expect(errors).toEqual([]);
        const corrected = inferTenancy([source], configuration);
        expect(corrected.errors, text).toEqual([]);
        expect(corrected.tenancy.tables.find(({ name }) => name === table.name)?.class).toBe(entry.class);
      }
    }
  });
});
