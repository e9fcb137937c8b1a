import { expect, it } from "vitest";
import { applyHistory } from "./catalog.js";
import type { PolicyChange, PolicyTerm, PolicyValue, SqlDialect } from "./changes.js";
import { createTable, migration, name, type AnyChange } from "./testing/changes.js";

const invoices = createTable("invoices", ["id uuid", "organization_id uuid"]);
const key: PolicyValue = { kind: "column", table: null, column: "organization_id" };
const setting: PolicyValue = {
  kind: "setting",
  name: "app.organization",
  missingOk: true,
  emptyIsNull: true,
  fallback: false,
  cast: "uuid",
};

function equals(right: PolicyValue): PolicyTerm {
  return { kind: "equals", left: key, right };
}

function policy(policyName: string, using: PolicyTerm | null, more: Partial<PolicyChange> = {}): AnyChange {
  return {
    kind: "create-policy",
    table: name("invoices"),
    policy: {
      name: policyName,
      permissive: true,
      verbs: ["select", "insert", "update", "delete"],
      roles: ["public"],
      using,
      check: null,
      ...more,
    },
  };
}

function currentOrganization(returns: PolicyValue | null, written = "current_organization"): AnyChange {
  return { kind: "create-function", function: name(written), returns, securityDefiner: false };
}

function rowSecurityAfter(changes: readonly AnyChange[], dialect: SqlDialect | null = "postgresql") {
  return applyHistory([migration("1.sql", [invoices, ...changes], dialect)]).tables[0]!.rowSecurity;
}

it("A history in PostgreSQL speaks for tables without row security; other databases have none", () => {
  expect(rowSecurityAfter([])).toEqual({ enabled: false, forced: false, policies: [] });
  expect(rowSecurityAfter([], "mysql")).toBeNull();
  expect(rowSecurityAfter([], null)).toBeNull();
});

it("Row security is what the last statement says of each part", () => {
  const change = (enabled: boolean | null, forced: boolean | null): AnyChange => ({
    kind: "row-security",
    table: name("invoices"),
    enabled,
    forced,
  });
  expect(rowSecurityAfter([change(true, null), change(null, true)])).toMatchObject({
    enabled: true,
    forced: true,
  });
  expect(rowSecurityAfter([change(true, true), change(false, null)])).toMatchObject({
    enabled: false,
    forced: true,
  });
});

it("A policy knows where it was made and follows its changes", () => {
  const security = rowSecurityAfter([
    policy("mine", equals(setting)),
    {
      kind: "alter-policy",
      table: name("invoices"),
      name: "mine",
      to: "ours",
      roles: ["service"],
      using: null,
      check: { kind: "constant", value: true },
    },
    policy("gone", null),
    { kind: "drop-policy", table: name("invoices"), name: "gone", ifExists: false },
  ]);
  expect(security!.policies).toEqual([
    {
      name: "ours",
      permissive: true,
      verbs: ["select", "insert", "update", "delete"],
      roles: ["service"],
      using: equals(setting),
      check: { kind: "constant", value: true },
      file: "1.sql",
      line: 2,
    },
  ]);
});

it("A function in a policy stands for what it returns, also one made later or in another schema", () => {
  const called = (written: string) => equals({ kind: "function", name: written });
  const using = (changes: readonly AnyChange[]) => rowSecurityAfter(changes)!.policies[0]!.using;
  expect(using([currentOrganization(setting), policy("mine", called("current_organization"))])).toEqual(
    equals(setting),
  );
  expect(
    using([policy("mine", called("public.current_organization")), currentOrganization(setting)]),
  ).toEqual(equals(setting));
  expect(using([currentOrganization(setting, "app.mine"), policy("mine", called("app.mine"))])).toEqual(
    equals(setting),
  );
  expect(using([currentOrganization(setting, "app.mine"), policy("mine", called("mine"))])).toEqual(
    called("mine"),
  );
});

it("A function keeps its name when nobody knows what it returns, and when it calls itself", () => {
  const call: PolicyValue = { kind: "function", name: "current_organization" };
  const using = (changes: readonly AnyChange[]) => rowSecurityAfter(changes)!.policies[0]!.using;
  expect(using([policy("mine", equals(call))])).toEqual(equals(call));
  expect(
    using([currentOrganization(setting), currentOrganization(null), policy("mine", equals(call))]),
  ).toEqual(equals(call));
  expect(using([currentOrganization(call), policy("mine", equals(call))])).toEqual(equals(call));
});

it("A condition nested deeper than anybody writes is unknown", () => {
  let term = equals(setting);
  for (let depth = 0; depth < 5000; depth++) term = { kind: "and", terms: [term] };
  expect(JSON.stringify(rowSecurityAfter([policy("deep", term)]))).toContain("nested too deeply");
});
