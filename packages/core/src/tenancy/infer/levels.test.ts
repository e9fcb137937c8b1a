import { schemaInLines as schema } from "@tenant-audit/testing";
import { describe, expect, test } from "vitest";
import { inferTenancy } from "./infer.js";
import { classesOf, infer, keysOf, tableIn, viaOf } from "./testing/inferred.js";

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

describe("tables that look like tenants and are none, and the other way round", () => {
  const many = (count: number, columns: string) =>
    Array.from({ length: count }, (_, index) => `thing_${index}: id, ${columns}`).join("\n");
  const levelsOf = (text: string) => infer(text).levels.map(({ name, parent }) => [name, parent]);

  test("banks that a column or two point at are no tenants, companies that a fifth of the schema points at are", () => {
    const teams = `teams: id\nusers: id\nteam_members: team_id, user_id\n${many(10, "team_id")}`;
    expect(levelsOf(`${teams}\ninstitutions: id\nbank_accounts: id, team_id, institution_id`)).toEqual([
      ["team", null],
    ]);
    expect(levelsOf(`companies: id\nusers: id\n${many(10, "company_id")}`)).toEqual([["company", null]]);
  });

  test("tenants of a billing system in one corner of a large schema give way to what everything hangs on", () => {
    const drives = `users: id\ndrives: id, user_id\ndrive_members: drive_id, user_id\n${many(12, "drive_id")}`;
    const rest = Array.from({ length: 40 }, (_, index) => `other_${index}: id, user_id`).join("\n");
    expect(levelsOf(`${drives}\n${rest}\ntenants: id\ntenant_events: id, tenant_id`)).toEqual([
      ["drive", null],
    ]);
    expect(levelsOf(`${rest}\nusers: id\ntenants: id\ntenant_events: id, tenant_id`)).toEqual([
      ["tenant", null],
    ]);
  });

  test("of pages that belong to drives, both with members, the drives are the tenants", () => {
    const own = Array.from({ length: 10 }, (_, index) => `own_${index}: id, user_id`).join("\n");
    const pages = Array.from({ length: 9 }, (_, index) => `part_${index}: id, page_id`).join("\n");
    expect(
      levelsOf(
        `users: id\ndrives: id\ndrive_members: drive_id, user_id\npages: id, drive_id\npage_members: page_id, user_id\n${many(7, "drive_id")}\n${pages}\n${own}`,
      ),
    ).toEqual([["drive", null]]);
  });

  test("of two that name each other, the one whose name says more stands above", () => {
    const { levels } = infer(
      `workspaces: id, site_id?\nsites: id, workspace_id\n${many(6, "workspace_id, site_id?")}`,
    );
    expect(levels[0]).toMatchObject({ name: "workspace", parent: null });
  });

  test("a level with the key of tenants that are kept elsewhere stands below them", () => {
    expect(levelsOf(`companies: id, org_id\n${many(6, "org_id, company_id?")}`)).toEqual([
      ["company", "organization"],
      ["organization", null],
    ]);
  });

  test("a compound foreign key does not take the tenant's column for its own", () => {
    const source = schema(
      `accounts_of_users: id\nitems: id, org_id\nparts: id, org_id, item_id\nbits: id, org_id, item_id`,
    );
    const tables = source.tables.map((table) =>
      table.columns.some(({ name }) => name === "item_id")
        ? {
            ...table,
            foreignKeys: [{ columns: ["org_id", "item_id"], table: "items", targets: ["org_id", "id"] }],
          }
        : table,
    );
    const { tenancy } = inferTenancy([{ ...source, tables }]);
    expect(tenancy.levels.map(({ name }) => name)).toEqual(["organization"]);
    expect(keysOf(tableIn(tenancy, "parts"))).toEqual(["org_id"]);
    expect(tableIn(tenancy, "parts").references).toEqual([
      { column: "item_id", table: "items", target: "id", source: "foreign key" },
    ]);
  });

  test("one column in a large schema makes no tenants", () => {
    expect(
      levelsOf(`users: id\naccounts_of_users: id, user_id, organization_id?\n${many(30, "user_id")}`),
    ).toEqual([]);
  });
});
