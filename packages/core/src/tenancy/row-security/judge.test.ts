import { sqlParser } from "@tenant-audit/sql";
import { processorTime } from "@tenant-audit/testing";
import { expect, it } from "vitest";
import { applyHistory } from "../catalog/catalog.js";
import type { PolicyTerm } from "../catalog/changes.js";
import { inferTenancy } from "../infer/infer.js";
import { findTable } from "../lookup.js";
import { readSqlMigration } from "../schemas/sql/sql.js";
import type { Tenancy } from "../tenancy.js";
import { judgeRowSecurity, usesRowSecurity } from "./judge.js";

const schema = `CREATE TABLE organizations (id uuid PRIMARY KEY);
CREATE TABLE invoices (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, paid boolean);
CREATE TABLE countries (code text PRIMARY KEY, name text);
`;
const secured = `${schema}ALTER TABLE invoices ENABLE ROW LEVEL SECURITY; ALTER TABLE invoices FORCE ROW LEVEL SECURITY;
`;
const own = "organization_id = nullif(current_setting('app.organization', true), '')::uuid";

function tenancyOf(sql: string): Tenancy {
  const text = readSqlMigration(sqlParser, sql);
  const { tables } = applyHistory([{ file: "1.sql", kind: "sql", text }]);
  return inferTenancy([
    { kind: "sql migrations", speaksFor: "database", tables, problems: [], complete: true },
  ]).tenancy;
}

function judged(sql: string, table = "invoices") {
  const tenancy = tenancyOf(sql);
  return judgeRowSecurity(findTable(tenancy, table)!, tenancy)!;
}

it("has nothing to find where every verb is bound and the owner is, too", () => {
  expect(judged(`${secured}CREATE POLICY p ON invoices USING (${own});`)).toEqual({
    enabled: true,
    forced: true,
    verbs: { select: "bound", insert: "bound", update: "bound", delete: "bound" },
    through: ["app.organization"],
    settings: ["app.organization"],
    faults: [],
    notes: [],
  });
});

it("says at which policy an arm is loose, and for which verbs", () => {
  expect(judged(`${secured}\nCREATE POLICY p ON invoices USING (paid OR ${own});`).faults).toEqual([
    {
      kind: "loose-arm",
      arm: "paid = true",
      verbs: ["select", "insert", "update", "delete"],
      policy: "p",
      file: "1.sql",
      line: 6,
    },
  ]);
});

it("puts what lets other tenants' rows past before what may only fail", () => {
  const text = "organization_id = current_setting('app.organization', true)::uuid";
  const sql = `${schema}ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON invoices FOR SELECT USING (${text});
    CREATE POLICY q ON invoices FOR INSERT WITH CHECK (true);
    CREATE POLICY r ON invoices FOR DELETE USING (may_delete(organization_id));`;
  expect(judged(sql).faults.map(({ kind }) => kind)).toEqual([
    "unchecked-writes",
    "not-forced",
    "unclear-verbs",
    "empty-setting",
  ]);
});

it("tells once what several policies ask that nobody can look into", () => {
  const sql = `${secured}CREATE POLICY p ON invoices FOR SELECT USING (is_member(organization_id));
    CREATE POLICY q ON invoices FOR DELETE USING (is_member(organization_id));`;
  expect(judged(sql).faults).toMatchObject([
    { kind: "unclear-verbs", verbs: ["select", "delete"], text: "is_member(organization_id)", policy: "p" },
  ]);
});

it("names functions as SQL calls them, and settings without the path into them", () => {
  const sql = `${secured}CREATE POLICY p ON invoices FOR SELECT USING (organization_id = auth.organization());
    CREATE POLICY q ON invoices FOR SELECT USING (organization_id::text = current_setting('request.jwt.claims')::jsonb ->> 'org');
    CREATE POLICY r ON invoices FOR SELECT USING (organization_id::text = current_user);`;
  expect(judged(sql)).toMatchObject({
    through: ["auth.organization()", "request.jwt.claims->>'org'", "current_user"],
    settings: ["request.jwt.claims"],
    verbs: { select: "bound" },
    notes: [
      { kind: "raises", setting: "request.jwt.claims" },
      { kind: "denied", verbs: ["insert", "update", "delete"] },
    ],
  });
});

it("notes for which roles alone there are policies", () => {
  expect(judged(`${secured}CREATE POLICY p ON invoices TO app, worker USING (${own});`)).toMatchObject({
    verbs: { select: "bound" },
    faults: [],
    notes: [{ kind: "roles", roles: ["app", "worker"] }],
  });
});

it("does not ask of a role that bypasses row security what its policies hold", () => {
  const sql = `${secured}CREATE POLICY p ON invoices USING (${own});
    CREATE POLICY q ON invoices TO service_role USING (true);`;
  expect(judged(sql)).toMatchObject({ verbs: { select: "bound" }, faults: [] });
});

it("has a fault for a table without any policy only where the owner sees all of it", () => {
  expect(judged(`${schema}ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;`).faults).toEqual([
    { kind: "no-policy", policy: null, file: null, line: null },
  ]);
  expect(judged(secured)).toMatchObject({
    faults: [],
    notes: [{ kind: "denied", verbs: ["select", "insert", "update", "delete"] }],
  });
});

it("asks nothing of rows that are nobody's", () => {
  expect(judged(secured, "countries")).toMatchObject({ enabled: false, faults: [] });
  expect(judged(`${secured}ALTER TABLE countries ENABLE ROW LEVEL SECURITY;`, "countries").faults).toEqual(
    [],
  );
});

it("knows whether a schema relies on row security at all", () => {
  expect(usesRowSecurity(tenancyOf(schema))).toBe(false);
  expect(usesRowSecurity(tenancyOf(secured))).toBe(true);
});

it("survives policies that ask each other in a circle", () => {
  const sql = `${secured}ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON invoices USING (organization_id IN (SELECT id FROM organizations));
    CREATE POLICY q ON organizations USING (id IN (SELECT organization_id FROM invoices));`;
  expect(judged(sql).verbs.select).not.toBe("bound");
});

it.each([
  ["nested", (count: number) => deep(count)],
  [
    "long",
    (count: number) => ({ kind: "or", terms: Array.from({ length: count }, () => arm) }) as PolicyTerm,
  ],
  [
    "wide",
    (count: number) => ({ kind: "and", terms: Array.from({ length: count }, () => either) }) as PolicyTerm,
  ],
])("survives conditions that are %s", (_, make) => {
  const tenancy = tenancyOf(`${secured}CREATE POLICY p ON invoices USING (true);`);
  const table = findTable(tenancy, "invoices")!;
  const [policy] = table.rowSecurity!.policies;
  const changed = {
    ...table,
    rowSecurity: { ...table.rowSecurity!, policies: [{ ...policy!, using: make(5000) }] },
  };
  const spent = processorTime();
  expect(judgeRowSecurity(changed, tenancy)!.verbs.select).not.toBe("bound");
  expect(spent()).toBeLessThan(2000);
});

const arm: PolicyTerm = { kind: "unknown", text: "paid", indifferent: true };
const either: PolicyTerm = { kind: "or", terms: [arm, arm] };

function deep(count: number): PolicyTerm {
  let term: PolicyTerm = arm;
  for (let depth = 0; depth < count; depth++) term = { kind: depth % 2 ? "and" : "or", terms: [term, arm] };
  return term;
}
