import { processorTime, schemaInLines as schema } from "@tenant-audit/testing";
import { describe, expect, test } from "vitest";
import { noConfiguration } from "../config.js";
import { inferTenancy } from "./infer.js";
import { classesOf, infer, keysOf, tableIn, viaOf } from "./testing/inferred.js";

describe("tables of one organization", () => {
  const tenancy = infer(`
    users: id, email
    organizations: id, name, owner_id
    organization_members: id, organization_id, user_id, role
    alert_rules: id, organization_id, name
    alert_history: id, rule_id, triggered_at
    notification_channels: id, organization_id?
    alert_rule_channels: id, alert_rule_id, channel_id
    sessions: id, user_id, token
    settings: key, value, updated_by?
  `);

  test("every table has its class", () => {
    expect(classesOf(tenancy)).toEqual({
      users: "global",
      organizations: "root",
      organization_members: "tenant",
      alert_rules: "tenant",
      alert_history: "child",
      notification_channels: "tenant",
      alert_rule_channels: "child",
      sessions: "global",
      settings: "global",
    });
    expect(tenancy.levels).toMatchObject([
      { name: "organization", table: "organizations", columns: ["organization_id"], parent: null },
    ]);
  });

  test("the tenant's own id is its key, and a key that may be null says so", () => {
    expect(keysOf(tableIn(tenancy, "organizations"))).toEqual(["id"]);
    expect(keysOf(tableIn(tenancy, "notification_channels"))).toEqual(["organization_id?"]);
  });

  test("a short name finds the one table that it can mean", () => {
    expect(viaOf(tableIn(tenancy, "alert_history"))).toEqual(["rule_id -> alert_rules"]);
    expect(viaOf(tableIn(tenancy, "alert_rule_channels"))).toEqual([
      "alert_rule_id -> alert_rules",
      "channel_id -> notification_channels",
    ]);
  });

  test("rows belong to the user they name, and not to the one who wrote them", () => {
    expect(tableIn(tenancy, "sessions").owners).toEqual(["user_id"]);
    expect(tableIn(tenancy, "users").owners).toEqual(["id"]);
    expect(tableIn(tenancy, "settings").owners).toEqual([]);
  });

  test("the reason can be checked against the schema", () => {
    expect(tableIn(tenancy, "organizations").reason).toBe(
      'Its rows are the tenants of level "organization": 3 of the 8 other tables point at it; "organization_members" ties users to it.',
    );
    expect(tableIn(tenancy, "alert_rules").reason).toBe(
      '"organization_id" names a row of "organizations" (3 of the 3 tables with a key of this level use that column).',
    );
    expect(tableIn(tenancy, "alert_history").reason).toBe(
      'It has no tenant key of its own; "rule_id" by its name holds the id of a row in "alert_rules".',
    );
    expect(tableIn(tenancy, "sessions").reason).toBe(
      'Its rows belong to a user by "user_id", and no column leads to a tenant.',
    );
  });
});

describe("references", () => {
  const referencesOf = (text: string, name: string) =>
    tableIn(infer(text), name).references.map(
      ({ column, table, target }) => `${column} -> ${table}.${target}`,
    );

  test("the table that a name continues is meant before the one that fits by the word", () => {
    const text = `
      organizations: id
      incidents: id, organization_id
      status_incidents: id, organization_id
      status_incident_updates: id, incident_id
      incident_comments: id, incident_id
    `;
    expect(referencesOf(text, "status_incident_updates")).toEqual(["incident_id -> status_incidents.id"]);
    expect(referencesOf(text, "incident_comments")).toEqual(["incident_id -> incidents.id"]);
  });

  test("of several that fit a word, the one of the same family; with none of it, nobody", () => {
    const text = `
      organizations: id
      alert_rules: id, organization_id
      masking_rules: id, organization_id
      alert_events: id, rule_id
      events: id, rule_id
    `;
    expect(referencesOf(text, "alert_events")).toEqual(["rule_id -> alert_rules.id"]);
    expect(referencesOf(text, "events")).toEqual([]);
  });

  test("roles, people, parents and natural keys", () => {
    const text = `
      organizations: id
      users: id
      pages: id, organization_id, parent_id?, created_by?, last_edited_by_id?
      backlinks: id, source_page_id, target_page_id
      traces: trace_id, organization_id
      spans: span_id, trace_id, parent_span_id?
      audit: id, organization_id, actor_id, actor_type, resource_id, resource_type
    `;
    expect(referencesOf(text, "pages")).toEqual([
      "organization_id -> organizations.id",
      "parent_id -> pages.id",
      "created_by -> users.id",
      "last_edited_by_id -> users.id",
    ]);
    expect(referencesOf(text, "backlinks")).toEqual([
      "source_page_id -> pages.id",
      "target_page_id -> pages.id",
    ]);
    expect(referencesOf(text, "spans")).toEqual([
      "trace_id -> traces.trace_id",
      "parent_span_id -> spans.span_id",
    ]);
    expect(referencesOf(text, "audit")).toEqual(["organization_id -> organizations.id"]);
  });

  test("a compound foreign key names the tenant with one half and the row with the other", () => {
    const source = schema(`
      projects: id
      datasets: id, project_id -> projects
      runs: id, project_id
      scores: id, dataset_id, project_id
    `);
    const tables = source.tables.map((table) =>
      table.name === "scores"
        ? {
            ...table,
            foreignKeys: [
              { columns: ["dataset_id", "project_id"], table: "datasets", targets: ["id", "project_id"] },
            ],
          }
        : table,
    );
    const scores = tableIn(inferTenancy([{ ...source, tables }]).tenancy, "scores");
    expect(scores.references).toEqual([
      { column: "dataset_id", table: "datasets", target: "id", source: "foreign key" },
      { column: "project_id", table: "projects", target: "id", source: "foreign key" },
    ]);
    expect(keysOf(scores)).toEqual(["project_id"]);
  });
});

describe("children", () => {
  test("the way that is never null comes first", () => {
    const tenancy = infer(`
      organizations: id
      orders: id, organization_id
      payments: id, organization_id
      refunds: id, order_id?, payment_id
      receipts: id, payment_id?
    `);
    expect(viaOf(tableIn(tenancy, "refunds"))).toEqual(["payment_id -> payments", "order_id -> orders"]);
    expect(tableIn(tenancy, "receipts")).toMatchObject({ class: "child" });
    expect(tableIn(tenancy, "receipts").reason).toContain("though it may be null");
  });

  test("tables that point at each other end at a tenant, or nowhere", () => {
    const tenancy = infer(`
      organizations: id
      invoices: id, organization_id
      drafts: id, version_id, invoice_id
      versions: id, draft_id
      chickens: id, egg_id
      eggs: id, chicken_id
    `);
    expect(viaOf(tableIn(tenancy, "drafts"))).toEqual(["invoice_id -> invoices"]);
    expect(viaOf(tableIn(tenancy, "versions"))).toEqual(["draft_id -> drafts"]);
    expect(classesOf(tenancy)).toMatchObject({ chickens: "global", eggs: "global" });
  });

  test("a user's own things are the tenant's where users belong to one", () => {
    const tenancy = infer(`
      workspaces: id
      users: id, workspace_id
      pages: id, workspace_id
      bookmarks: id, user_id
      imports: id, created_by
    `);
    expect(viaOf(tableIn(tenancy, "bookmarks"))).toEqual(["user_id -> users"]);
    expect(tableIn(tenancy, "imports").class).toBe("global");
  });
});

describe("what cannot be said", () => {
  test("a tenant's name without a tenant, and an id of anything, leave a table unclassified", () => {
    const tenancy = infer(`
      organizations: id
      invoices: id, organization_id
      webhooks: id, merchant_id
      attachments: id, record_id, record_type
      blobs:
    `);
    expect(classesOf(tenancy)).toMatchObject({
      webhooks: "unclassified",
      attachments: "unclassified",
      blobs: "unclassified",
    });
    expect(tableIn(tenancy, "webhooks").reason).toBe(
      '"merchant_id" may name a tenant, but no schema has such tenants.',
    );
    expect(tableIn(tenancy, "attachments").reason).toBe('"record_id" may be the id of a row in any table.');
    expect(tableIn(tenancy, "blobs").reason).toBe("Its columns could not be read.");
  });

  test("no schema at all is an empty model", () => {
    expect(inferTenancy([]).tenancy).toEqual({
      levels: [],
      users: null,
      tables: [],
      dialects: [],
      problems: [],
    });
  });
});

describe("the configuration comes before every guess", () => {
  const text =
    "organizations: id\nprojects: id, organization_id\ninvoices: id, organization_id, payer\nlines: id, invoice\ncountries: id, company_id";
  const withTables = (tables: typeof noConfiguration.tables) =>
    inferTenancy([schema(text)], { ...noConfiguration, tables });

  test("a class, a key and a parent", () => {
    const { tenancy, errors } = withTables({
      lines: { class: null, key: null, parent: { table: "Invoices", column: "invoice" } },
      countries: { class: "global", key: null, parent: null },
      invoices: { class: "tenant", key: ["organizationId"], parent: null },
    });
    expect(errors).toEqual([]);
    expect(classesOf(tenancy)).toMatchObject({ lines: "child", countries: "global", invoices: "tenant" });
    expect(viaOf(tableIn(tenancy, "lines"))).toEqual(["invoice -> invoices"]);
    expect(keysOf(tableIn(tenancy, "invoices"))).toEqual(["organization_id"]);
    expect(tableIn(tenancy, "countries").reason).toBe("The configuration says so.");
  });

  test("levels that are given are all there are", () => {
    const { tenancy } = inferTenancy([schema(text)], {
      ...noConfiguration,
      levels: { customer: { table: "projects", columns: ["payer"] } },
    });
    expect(tenancy.levels).toMatchObject([
      { name: "customer", table: "projects", columns: ["payer"], parent: null },
    ]);
    expect(classesOf(tenancy)).toMatchObject({ projects: "root", invoices: "tenant", lines: "global" });
  });

  test("a table that is called a root becomes one, and one that is called otherwise is none", () => {
    const more = `${text}\ntasks: id, project_id\nnotes: id, project_id`;
    const asRoot = inferTenancy([schema(text)], {
      ...noConfiguration,
      tables: { projects: { class: "root", key: null, parent: null } },
    });
    const asTenant = inferTenancy([schema(more)], {
      ...noConfiguration,
      tables: { projects: { class: "tenant", key: null, parent: null } },
    });
    expect(asRoot.tenancy.levels.map(({ name }) => name)).toEqual(["organization", "project"]);
    expect(asTenant.tenancy.levels.map(({ name }) => name)).toEqual(["organization"]);
    expect(classesOf(asTenant.tenancy)).toMatchObject({ projects: "tenant", tasks: "child" });
  });

  test("what no schema has is an error with the nearest name, and changes nothing", () => {
    const { tenancy, errors } = withTables({
      invoice: { class: "global", key: null, parent: null },
      invoices: { class: null, key: ["org_id"], parent: null },
      lines: { class: "child", key: null, parent: { table: "invoces", column: "invoice" } },
    });
    expect(errors.map(({ message }) => message)).toEqual([
      'tenant-audit.config.json: tables.invoice is no table of any schema here. Did you mean "invoices"?',
      'tenant-audit.config.json: tables.invoices.key is "org_id", but the table has no such column.\nColumns: id, organization_id, payer. Did you mean "organization_id"?',
      'tenant-audit.config.json: tables.lines.parent.table is "invoces", which is no table of any schema here. Did you mean "invoices"?',
    ]);
    expect(classesOf(tenancy)).toMatchObject({ invoices: "tenant", lines: "global" });
  });

  test("a class that contradicts the rest is an error", () => {
    const { errors } = inferTenancy([schema(text)], {
      ...noConfiguration,
      levels: { organization: { table: "organisations", columns: [] } },
      tables: { lines: { class: "tenant", key: null, parent: null } },
    });
    expect(errors.map(({ path }) => path)).toEqual(["levels.organization.table", "tables.lines.class"]);
    expect(errors[1]!.message).toBe(
      'tenant-audit.config.json: tables.lines.class is "tenant", but no column of the table names a tenant. Add "key" with the column that does.',
    );
  });
});

test("a schema of 1,000 tables takes well under two seconds", () => {
  const lines = ["organizations: id", "users: id", "organization_members: organization_id, user_id"];
  for (let index = 0; index < 1000; index++) {
    const tenant = index % 3 === 0 ? "organization_id" : `parent_${index - 1}_id`;
    const others = Array.from({ length: 20 }, (_, column) => `value_${column}`).join(", ");
    lines.push(
      `part_${index}_rules: id, ${tenant}, part_${Math.max(0, index - 7)}_rule_id, rule_id, created_by, ${others}`,
    );
  }
  const source = schema(lines.join("\n"));
  const spent = processorTime();
  const { tenancy } = inferTenancy([source]);
  expect(spent()).toBeLessThan(2000);
  expect(tenancy.tables).toHaveLength(1003);
});
