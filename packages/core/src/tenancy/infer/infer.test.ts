import { schemaInLines as schema } from "@tenant-audit/testing";
import { describe, expect, test } from "vitest";
import { noConfiguration } from "../config.js";
import { inferTenancy } from "./infer.js";
import type { Table, Tenancy } from "../tenancy.js";

function infer(text: string): Tenancy {
  return inferTenancy([schema(text)]).tenancy;
}

function classesOf(tenancy: Tenancy): Record<string, string> {
  return Object.fromEntries(tenancy.tables.map((table) => [table.name, table.class]));
}

function tableIn(tenancy: Tenancy, name: string): Table {
  return tenancy.tables.find((table) => table.name === name)!;
}

const keysOf = (table: Table) => table.keys.map(({ column, nullable }) => (nullable ? `${column}?` : column));
const viaOf = (table: Table) => table.via.map(({ column, table: parent }) => `${column} -> ${parent}`);

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

describe("levels", () => {
  test("a project is a level of its own where tables hang on it alone", () => {
    const { levels, tables } = infer(`
      organizations: id
      projects: id, organization_id
      logs: id, project_id
      api_keys: id, project_id
      alerts: id, organization_id, project_id?
    `);
    expect(levels.map(({ name, parent }) => [name, parent])).toEqual([
      ["organization", null],
      ["project", "organization"],
    ]);
    expect(keysOf(tables.find(({ name }) => name === "projects")!)).toEqual(["id", "organization_id"]);
    expect(keysOf(tables.find(({ name }) => name === "alerts")!)).toEqual(["organization_id", "project_id?"]);
  });

  test("a space is none where every table in it names the workspace too, members or not", () => {
    const { levels, tables } = infer(`
      users: id, workspaceId?
      workspaces: id
      spaces: id, workspaceId
      spaceMembers: id, spaceId, userId
      pages: id, spaceId, workspaceId
      comments: id, pageId, spaceId, workspaceId
      shares: id, pageId, spaceId, workspaceId
      pageLabels: id, pageId, labelId
      labels: id, workspaceId
    `);
    expect(levels.map(({ name }) => name)).toEqual(["workspace"]);
    expect(viaOf(tables.find(({ name }) => name === "spaceMembers")!)).toEqual([
      "spaceId -> spaces",
      "userId -> users",
    ]);
    expect(viaOf(tables.find(({ name }) => name === "pageLabels")!)).toEqual([
      "pageId -> pages",
      "labelId -> labels",
    ]);
  });

  test("what one feature points at is a parent and no tenant", () => {
    const { levels } = infer(`
      organizations: id
      dashboards: id, organization_id
      dashboard_widgets: id, dashboard_id
      dashboard_filters: id, dashboard_id
      dashboard_shares: id, dashboard_id
      invoices: id, organization_id
      customers: id, organization_id
      customer_notes: id, customer_id
      customer_addresses: id, customer_id
    `);
    expect(levels.map(({ name }) => name)).toEqual(["organization"]);
  });

  test("accounts are tenants where the schema hangs on them, and not where they are a user's logins", () => {
    const saas = infer(`
      users: id
      accounts: id
      account_users: account_id, user_id, role
      invoices: id, account_id
      payments: id, account_id
    `);
    const logins = infer(`
      users: id
      accounts: id, user_id, provider
      teams: id
      team_members: team_id, user_id, role
      boards: id, team_id
      cards: id, board_id
    `);
    expect(saas.levels.map(({ name }) => name)).toEqual(["account"]);
    expect(logins.levels.map(({ name }) => name)).toEqual(["team"]);
    expect(classesOf(logins)).toMatchObject({ accounts: "global", boards: "tenant", cards: "child" });
  });

  test("all spellings of one level are its columns, and a foreign key needs no fitting name", () => {
    const { levels, tables } = infer(`
      organizations: id
      invoices: id, organization_id
      payments: id, orgId
      refunds: id, tenant_id
      exports: id, billed_to -> organizations
      mirrors: id, source_organization_id?, organization_id
    `);
    expect(levels[0]!.columns).toEqual(["organization_id", "billed_to", "orgId", "tenant_id"]);
    expect(keysOf(tables.find(({ name }) => name === "mirrors")!)).toEqual(["organization_id"]);
  });

  test("a pointer at a tenant is no tenant key", () => {
    const tenancy = infer(`
      users: id, default_organization_id?
      organizations: id
      invoices: id, organization_id
      sessions: id, user_id, active_organization_id? -> organizations
    `);
    expect(classesOf(tenancy)).toMatchObject({ users: "global", sessions: "global" });
    expect(tableIn(tenancy, "sessions").references.map(({ column, table }) => [column, table])).toEqual([
      ["user_id", "users"],
      ["active_organization_id", "organizations"],
    ]);
  });

  test("tenants that are kept elsewhere are known by the column", () => {
    const { levels, tables } = infer(`
      invoices: id, org_id, user_id
      lines: id, invoice_id
    `);
    expect(levels).toMatchObject([
      { name: "organization", table: "organizations", columns: ["org_id"], parent: null },
    ]);
    expect(tables.map((table) => table.class)).toEqual(["tenant", "child"]);
    expect(tables[0]!.owners).toEqual(["user_id"]);
  });

  test("somebody else's ids are neither keys nor references", () => {
    const tenancy = infer(`
      organizations: id
      teams: id, organization_id
      customers: id, organization_id
      chat_integrations: id, organization_id, slack_team_id, stripe_customer_id
    `);
    expect(tableIn(tenancy, "chat_integrations").references.map(({ column }) => column)).toEqual([
      "organization_id",
    ]);
  });

  test("two tables of one name in two database schemas are two levels", () => {
    const { levels } = infer(`
      organizations: id
      invoices: id, organization_id
      crm.organizations: id
      crm.contacts: id, organization_id
    `);
    expect(levels.map(({ name, table }) => [name, table])).toEqual([
      ["crm_organization", "crm.organizations"],
      ["organization", "organizations"],
    ]);
  });

  test("without tenants nothing is called global, and a problem says what to do", () => {
    const tenancy = infer("users: id\nposts: id, user_id\ntags: id");
    expect(tenancy.levels).toMatchObject([]);
    expect(new Set(Object.values(classesOf(tenancy)))).toEqual(new Set(["unclassified"]));
    expect(tenancy.problems[0]!.message).toContain("None of the 3 tables looks like a table of tenants");
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
    expect(inferTenancy([]).tenancy).toEqual({ levels: [], users: null, tables: [], problems: [] });
  });
});

describe("several schemas", () => {
  test("one table in two of them is one, and a contradiction is told", () => {
    const { tenancy } = inferTenancy([
      schema("organizations: id\ninvoices: id, organization_id"),
      schema("invoices: id, organization_id?, total\nreports: id, organization_id"),
    ]);
    expect(tenancy.tables.map(({ name }) => name)).toEqual(["organizations", "invoices", "reports"]);
    expect(tableIn(tenancy, "invoices").columns.map(({ name, nullable }) => [name, nullable])).toEqual([
      ["id", false],
      ["organization_id", true],
      ["total", false],
    ]);
    expect(tenancy.problems.map(({ message }) => message)).toEqual([
      'Table "invoices" is also declared at schema.txt:2, and the two disagree on whether "organization_id" may be null. It is taken as nullable.',
    ]);
  });

  test("two that agree are no problem", () => {
    const { tenancy } = inferTenancy([
      schema("organizations: id\ninvoices: id, organization_id"),
      schema("invoices: id, organization_id"),
    ]);
    expect(tenancy.problems).toEqual([]);
  });
});

describe("types beside migrations", () => {
  const types = (text: string) => ({ ...schema(text), kind: "kysely types", speaksFor: "code" as const });
  const migrations = (text: string) => ({
    ...schema(text),
    kind: "sql migrations",
    speaksFor: "database" as const,
  });
  const inferBoth = (code: string, database: string) =>
    inferTenancy([migrations(database), types(code)]).tenancy;
  /** So that two tables are few. */
  const rest = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"].map((name) => `${name}: id`).join("\n");
  const messages = (tenancy: Tenancy) => tenancy.problems.map(({ message }) => message);

  test("the code says what a table is called, the database what may be null and what refers to what", () => {
    const tenancy = inferBoth(
      "organizations: id\nalertRules: id, organizationId, ownerTeam",
      "organizations: id\nalert_rules: id, organization_id? -> organizations, owner_team\nschema_log: id",
    );
    expect(tenancy.tables.map(({ name }) => name)).toEqual(["organizations", "alertRules", "schema_log"]);
    const rules = tableIn(tenancy, "alertRules");
    expect(rules.aliases).toEqual(["alert_rules"]);
    expect(keysOf(rules)).toEqual(["organizationId?"]);
    expect(rules.references[0]).toEqual({
      column: "organizationId",
      table: "organizations",
      target: "id",
      source: "foreign key",
    });
  });

  test("a type that hides a null, a column and a table that are not there are told", () => {
    const tenancy = inferBoth(
      `organizations: id\ninvoices: id, organization_id, total\nghosts: id\nspirits: id\n${rest}`,
      `organizations: id\ninvoices: id, organization_id?\n${rest}`,
    );
    expect(messages(tenancy)).toEqual([
      'Tables "ghosts", "spirits" are declared in the kysely types, but after all sql migrations they do not exist.',
      'Table "invoices" in the kysely types contradicts the sql migrations (schema.txt:2): "organization_id" is never null by the type and may be null in the database, which is believed; no migration makes "total".',
    ]);
  });

  test("migrations that a quarter of the code has left behind are told in one sentence", () => {
    const tenancy = inferBoth(
      `organizations: id\ninvoices: id, organization_id, total\n${rest}`,
      "organizations: id\ninvoices: id, organization_id\na: id\nb: id",
    );
    expect(messages(tenancy)).toEqual([
      "The sql migrations are behind the kysely types: 8 tables and columns of 1 table are declared in the code and made by no migration. Keys and nullability from these migrations may be out of date.",
    ]);
  });

  test("a list that Prisma never hands out as null may be null in its database", () => {
    const code = schema("organizations: id\nprompts: id, organization_id, tags");
    const lists = code.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) => ({
        ...column,
        type: column.name === "tags" ? "String[]" : "String",
      })),
    }));
    const database = migrations("organizations: id\nprompts: id, organization_id, tags?");
    const { tenancy } = inferTenancy([{ ...code, kind: "prisma schema", tables: lists }, database]);
    expect(messages(tenancy)).toEqual([]);
    const { tenancy: byHand } = inferTenancy([
      { ...code, kind: "kysely types", speaksFor: "code", tables: lists },
      database,
    ]);
    expect(messages(byHand)).toHaveLength(1);
  });

  test("what an incomplete history lacks proves nothing", () => {
    const database = { ...migrations("organizations: id\ninvoices: id, organization_id"), complete: false };
    const { tenancy } = inferTenancy([
      types("organizations: id\ninvoices: id, organization_id, total\nghosts: id"),
      database,
    ]);
    expect(messages(tenancy)).toEqual([]);
  });

  test("a type that is careful about a null is no contradiction, nor is a table without a type", () => {
    const tenancy = inferBoth(
      "organizations: id\ninvoices: id, organization_id?",
      "organizations: id\ninvoices: id, organization_id\nsecrets: id",
    );
    expect(messages(tenancy)).toEqual([]);
    expect(keysOf(tableIn(tenancy, "invoices"))).toEqual(["organization_id"]);
  });

  test("databases that share a table or two are not held against each other", () => {
    const tenancy = inferBoth(
      "users: id\norganizations: id\ninvoices: id, organization_id\nreports: id, organization_id",
      "users: id?\npoints: id\nseries: id",
    );
    expect(messages(tenancy)).toEqual([]);
  });
});

describe("users and memberships", () => {
  const tenancy = infer(`
    users: id, email
    organizations: id, owner_id
    organization_members: id, organization_id -> organizations, user_id -> users, role
    invoices: id, organization_id, user_id, total, state
    sessions: id, user_id
  `);

  test("users are a level beside the tenants", () => {
    expect(tenancy.users).toEqual({
      table: "users",
      columns: ["user_id", "owner_id"],
      confidence: "certain",
      reason: "4 columns name a user as the owner of a row, 1 of them by a foreign key.",
    });
  });

  test("a table that ties users to tenants is a membership, one that only has both is none", () => {
    expect(tableIn(tenancy, "organization_members").membership).toEqual({
      user: "user_id",
      tenants: [{ column: "organization_id", level: "organization" }],
    });
    expect(tableIn(tenancy, "invoices").membership).toBeNull();
    expect(tableIn(tenancy, "sessions").membership).toBeNull();
  });

  test("users who belong to one tenant are memberships themselves", () => {
    const one = infer("workspaces: id\nusers: id, workspace_id, email\npages: id, workspace_id");
    expect(tableIn(one, "users").membership).toEqual({
      user: "id",
      tenants: [{ column: "workspace_id", level: "workspace" }],
    });
  });

  test("users of an identity service own rows all the same", () => {
    const { users } = infer("organizations: id\ninvoices: id, organization_id, user_id");
    expect(users).toMatchObject({ table: null, columns: ["user_id"], confidence: "doubtful" });
    expect(infer("organizations: id\ninvoices: id, organization_id").users).toBeNull();
  });
});

describe("confidence", () => {
  const { levels, tables } = infer(`
    organizations: id
    invoices: id, organization_id -> organizations
    reports: id, organization_id
    lines: id, invoice_id -> invoices
    notes: id, report_id
    marks: id, report_id?
    countries: code
  `);
  const confidenceOf = (name: string) => tables.find((table) => table.name === name)!.confidence;

  test("a foreign key is certain, a name is likely", () => {
    expect(levels[0]!.confidence).toBe("certain");
    expect(confidenceOf("invoices")).toBe("certain");
    expect(confidenceOf("lines")).toBe("certain");
    expect(confidenceOf("notes")).toBe("likely");
    expect(confidenceOf("countries")).toBe("likely");
  });

  test("a way to the tenant that may be null is doubtful", () => {
    expect(confidenceOf("marks")).toBe("doubtful");
  });

  test("no foreign key at all makes a level likely", () => {
    expect(infer("organizations: id\ninvoices: id, organization_id").levels[0]!.confidence).toBe("likely");
  });
});

describe("other names of one level", () => {
  test("tables that say workspace where there are only organizations mean the same", () => {
    const { levels, tables } = infer(`
      organizations: id
      invoices: id, organization_id
      reports: id, organization_id
      pages: id, workspace_id
      notes: id, workspace_id
    `);
    expect(levels).toMatchObject([
      { name: "organization", columns: ["organization_id", "workspace_id"], confidence: "likely" },
    ]);
    expect(levels[0]!.reason).toContain('2 tables say "workspace" instead, of which there is no table.');
    expect(tables.map((table) => table.class)).toEqual(["root", "tenant", "tenant", "tenant", "tenant"]);
  });

  test("a table that has both columns tells them apart", () => {
    const { levels } = infer(`
      organizations: id
      invoices: id, organization_id, workspace_id
      pages: id, workspace_id
      notes: id, organization_id
    `);
    expect(levels[0]!.columns).toEqual(["organization_id"]);
  });

  test("one stray column proves nothing", () => {
    const { tables } = infer("organizations: id\ninvoices: id, organization_id\ncontacts: id, company_id");
    expect(tables[2]).toMatchObject({ class: "unclassified", confidence: "doubtful" });
  });
});

describe("what only some structure shows", () => {
  test("settings that each organization holds by a unique foreign key are the organization's", () => {
    const source = schema(`
      organizations: id, settings_id -> settings, plan_id -> plans
      projects: id, organization_id -> organizations
      settings: id, theme
      plans: id, price
    `);
    const tables = source.tables.map((table) =>
      table.name === "organizations" ? { ...table, unique: [["settings_id"]] } : table,
    );
    const { tenancy } = inferTenancy([{ ...source, tables }]);
    const settings = tableIn(tenancy, "settings");
    expect(settings).toMatchObject({ class: "child", confidence: "likely" });
    expect(settings.via).toEqual([
      { column: "id", table: "organizations", target: "settings_id", source: "holder" },
    ]);
    expect(settings.reason).toBe(
      'No column of its own leads to a tenant; each row is held by one other, in "settings_id" of "organizations".',
    );
    expect(tableIn(tenancy, "plans").class).toBe("global");
  });

  test("a row with the ids of several tenants, and one whose id may be of several tables, can't be placed", () => {
    const { tables } = infer(`
      organizations: id
      task_runs: id, organization_id
      session_runs: id, organization_id
      chunks: id, run_id
      stores: id, organization_ids
      exchange_rates: id, currency_id
    `);
    expect(tables.map((table) => table.class).slice(3)).toEqual(["unclassified", "unclassified", "global"]);
    expect(tables[3]!.reason).toBe(
      '"run_id" may be the id of a row in "task_runs" or "session_runs", which belong to tenants.',
    );
  });

  test("tenant_id beside the column that names the tenant is somebody else's", () => {
    const tenancy = infer(`
      workspaces: id
      links: id, workspace_id, tenant_id?
      programs: id, workspace_id
      enrollments: id, program_id, tenant_id?
    `);
    expect(keysOf(tableIn(tenancy, "links"))).toEqual(["workspace_id"]);
    expect(viaOf(tableIn(tenancy, "enrollments"))).toEqual(["program_id -> programs"]);
  });

  test("teams below an organization are a wall of their own when a third of the schema hangs on them alone", () => {
    const below = (names: string) =>
      `organizations: id\nmembers: organization_id, user_id\nusers: id\nteams: id, organization_id\n${names}`;
    const walls = infer(
      below(
        "keys: id, team_id\nhooks: id, team_id\nfolders: id, team_id\nfiles: id, team_id\npages: id, file_id\nmarks: id, page_id",
      ),
    );
    expect(walls.levels.map(({ name, parent }) => [name, parent])).toEqual([
      ["organization", null],
      ["team", "organization"],
    ]);
    const parts = infer(
      below(
        "keys: id, organization_id, team_id?\nhooks: id, organization_id, team_id?\nseats: id, team_id\nfiles: id, organization_id",
      ),
    );
    expect(parts.levels.map(({ name }) => name)).toEqual(["organization"]);
  });

  test("of a sequence, whose last row a tenant's row picks, it is not said whose it is", () => {
    const { tables } = infer(`
      workspaces: id
      results: id, workspace_id, last_chat_session_id?, default_theme_id?
      chat_sessions: id, state
      themes: id, name
    `);
    expect(tables[2]!.class).toBe("unclassified");
    expect(tables[2]!.reason).toContain('"last_chat_session_id" of "results" picks the last of its rows');
    expect(tables[3]!.class).toBe("global");
  });

  test("a view is a tenant's by its columns; one over tenants' rows that shows no key can't be placed", () => {
    const source = schema(`
      organizations: id
      invoices: id, organization_id
      countries: code
      open_invoices: id, organization_id
      totals: sum
      country_names: name
    `);
    const reads: Record<string, string[]> = {
      open_invoices: ["invoices"],
      totals: ["open_invoices"],
      country_names: ["countries"],
    };
    const tables = source.tables.map((table) =>
      reads[table.name] ? { ...table, view: { reads: reads[table.name]!, securityInvoker: false } } : table,
    );
    const { tenancy } = inferTenancy([{ ...source, tables }]);
    expect(classesOf(tenancy)).toMatchObject({
      open_invoices: "tenant",
      totals: "unclassified",
      country_names: "global",
    });
    expect(tableIn(tenancy, "totals").reason).toContain('It is a view over "open_invoices"');
  });

  test("a number is no reference to a row whose id is a text", () => {
    const source = schema("organizations: id\nversions: id, organization_id\nfiles: id, version_id");
    const tables = source.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) => ({
        ...column,
        type: column.name === "version_id" ? "integer" : "uuid",
      })),
    }));
    expect(tableIn(inferTenancy([{ ...source, tables }]).tenancy, "files").class).toBe("global");
    expect(tableIn(inferTenancy([source]).tenancy, "files").class).toBe("child");
  });

  test("tables that refer to each other in a circle are placed once", () => {
    const tenancy = infer(`
      organizations: id, billing_account_id -> accounts
      accounts: id, organization_id -> organizations
      a: id, b_id -> b
      b: id, c_id -> c
      c: id, a_id -> a, organization_id? -> organizations
    `);
    expect(classesOf(tenancy)).toMatchObject({
      organizations: "root",
      accounts: "tenant",
      a: "child",
      b: "child",
    });
  });
});

describe("a schema of 1,000 tables", () => {
  const large = (count: number) =>
    schema(
      [
        "users: id, email",
        "organizations: id",
        "organization_members: organization_id -> organizations, user_id -> users",
        ...Array.from({ length: count }, (_, index) =>
          index % 3 === 0
            ? `thing_${index}s: id, organization_id -> organizations, name, created_by?`
            : index % 3 === 1
              ? `part_${index}s: id, thing_${index - 1}_id, user_id?, kind_id`
              : `kind_${index}s: id, code, parent_id?`,
        ),
      ].join("\n"),
    );

  test("is inferred well within two seconds", () => {
    const source = large(1000);
    const start = performance.now();
    const { tenancy } = inferTenancy([source]);
    expect(performance.now() - start).toBeLessThan(2000);
    expect(tenancy.tables).toHaveLength(1003);
    expect(tenancy.levels).toHaveLength(1);
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
  const start = performance.now();
  const { tenancy } = inferTenancy([source]);
  expect(performance.now() - start).toBeLessThan(2000);
  expect(tenancy.tables).toHaveLength(1003);
});
