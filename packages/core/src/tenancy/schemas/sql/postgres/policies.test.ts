import { expect, it } from "vitest";
import { sqlParser } from "@tenant-audit/sql";
import { policyChange } from "./policies.js";

function using(condition: string): unknown {
  const change = read(`CREATE POLICY p ON invoices USING (${condition})`);
  return change?.kind === "create-policy" ? change.policy.using : null;
}

function read(statement: string) {
  const parsed = sqlParser.postgres(statement);
  return parsed.ok ? policyChange(parsed.statements[0]!.node) : null;
}

const key = { kind: "column", table: null, column: "org_id" };

it("reads a setting through casts and nullif", () => {
  expect(using("org_id = nullif(current_setting('app.org', true), '')::uuid")).toEqual({
    kind: "equals",
    left: key,
    right: {
      kind: "setting",
      name: "app.org",
      missingOk: true,
      emptyIsNull: true,
      fallback: false,
      cast: "uuid",
    },
  });
});

it("takes a call in a sub-select of its own for that call", () => {
  expect(using("org_id = (SELECT auth.uid())")).toEqual({
    kind: "equals",
    left: key,
    right: { kind: "function", name: "auth.uid()" },
  });
});

it("lets everybody past an arm that holds while the setting is missing", () => {
  expect(using("current_setting('app.org', true) IS NULL OR false")).toEqual({
    kind: "or",
    terms: [
      { kind: "constant", value: true },
      { kind: "constant", value: false },
    ],
  });
});

it("reads the query of an IN with its aliases", () => {
  expect(using("org_id IN (SELECT m.org_id FROM members m WHERE m.user_id = auth.uid())")).toEqual({
    kind: "in-query",
    value: key,
    query: {
      from: [{ schema: null, name: "members" }],
      aliases: { m: "members" },
      selects: { kind: "column", table: "m", column: "org_id" },
      where: {
        kind: "equals",
        left: { kind: "column", table: "m", column: "user_id" },
        right: { kind: "function", name: "auth.uid()" },
      },
    },
  });
});

it("names the function that nobody can look into", () => {
  expect(using("is_member_of(org_id)")).toEqual({ kind: "unknown", text: "is_member_of(org_id)" });
});

it("drops a policy by its name and table", () => {
  expect(read("DROP POLICY IF EXISTS p ON app.invoices")).toEqual({
    kind: "drop-policy",
    table: { schema: "app", name: "invoices" },
    name: "p",
    ifExists: true,
  });
});
