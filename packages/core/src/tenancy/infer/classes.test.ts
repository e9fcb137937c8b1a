import { schemaInLines as schema } from "@tenant-audit/testing";
import { describe, expect, test } from "vitest";
import { inferTenancy } from "./infer.js";
import { classesOf, infer, keysOf, tableIn, viaOf } from "./testing/inferred.js";

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
