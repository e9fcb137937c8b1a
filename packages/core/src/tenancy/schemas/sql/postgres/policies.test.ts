import { expect, it } from "vitest";
import { sqlParser } from "@tenant-audit/sql";
import { policyChange } from "./policies.js";
import { readPostgres } from "./postgres.js";

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
    right: { kind: "function", name: "auth.uid" },
  });
});

it("knows that an arm holds nobody that is true while the setting is missing", () => {
  expect(using("current_setting('app.org', true) IS NULL OR false")).toEqual({
    kind: "or",
    terms: [
      { kind: "unknown", text: "current_setting('app.org', true) IS NULL", indifferent: true },
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
        right: { kind: "function", name: "auth.uid" },
      },
    },
  });
});

it("names the function that nobody can look into", () => {
  expect(using("is_member_of(org_id)")).toEqual({ kind: "unknown", text: "is_member_of(org_id)" });
});

it("takes a condition that is compared with true for that condition", () => {
  expect(using("is_member_of(org_id) = true")).toEqual({ kind: "unknown", text: "is_member_of(org_id)" });
  expect(using("(org_id = auth.uid()) = true")).toMatchObject({ kind: "equals", left: key });
});

it("drops a policy by its name and table", () => {
  expect(read("DROP POLICY IF EXISTS p ON app.invoices")).toEqual({
    kind: "drop-policy",
    table: { schema: "app", name: "invoices" },
    name: "p",
    ifExists: true,
  });
});

function functionRead(statement: string) {
  const read = readPostgres(sqlParser, statement);
  return read.changes[0];
}

it.each([
  "CREATE FUNCTION app.org() RETURNS uuid LANGUAGE sql AS $$ SELECT nullif(current_setting('app.org', true), '')::uuid $$",
  "CREATE FUNCTION app.org() RETURNS uuid RETURN nullif(current_setting('app.org', true), '')::uuid",
  "CREATE FUNCTION app.org() RETURNS uuid BEGIN ATOMIC SELECT nullif(current_setting('app.org', true), '')::uuid; END",
  "CREATE FUNCTION app.org() RETURNS uuid LANGUAGE plpgsql AS $$ BEGIN RETURN nullif(current_setting('app.org', true), '')::uuid; END; $$",
])("looks into a function that is one expression: %s", (statement) => {
  expect(functionRead(statement)).toEqual({
    line: 1,
    kind: "create-function",
    function: { schema: "app", name: "org" },
    returns: {
      kind: "setting",
      name: "app.org",
      missingOk: true,
      emptyIsNull: true,
      fallback: false,
      cast: "uuid",
    },
    securityDefiner: false,
  });
});

it("does not look into a function that reads tables, decides, or stands in for another", () => {
  for (const body of [
    "LANGUAGE sql SECURITY DEFINER AS $$ SELECT org_id FROM members LIMIT 1 $$",
    "LANGUAGE sql SECURITY DEFINER AS $$ SELECT NULL::uuid $$",
    "LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN IF true THEN RETURN 1; END IF; RETURN 2; END $$",
  ]) {
    expect(functionRead(`CREATE FUNCTION org() RETURNS uuid ${body}`)).toMatchObject({
      returns: null,
      securityDefiner: true,
    });
  }
});

it("has no use for triggers and for functions with parameters", () => {
  expect(functionRead("CREATE FUNCTION f() RETURNS trigger LANGUAGE sql AS $$ SELECT 1 $$")).toBeUndefined();
  expect(functionRead("CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS $$ SELECT a $$")).toBeUndefined();
});

it.each([
  ["auth.jwt() -> 'app_metadata' ->> 'org'", { kind: "function", name: "auth.jwt->'app_metadata'->>'org'" }],
  ["current_user", { kind: "function", name: "current_user" }],
  ["auth.org(org_id)", { kind: "unknown", text: "auth.org(org_id)" }],
  [
    "split_part(coalesce(email, ''), '@', 2)",
    { kind: "unknown", text: "split_part(coalesce(email, ''), '@', 2)" },
  ],
])("reads %s as what a column is compared with", (value, expected) => {
  expect(using(`org_id = ${value}`)).toEqual({ kind: "equals", left: key, right: expected });
});

it.each([
  ["coalesce(current_setting('app.org', true), '')", false],
  ["coalesce(current_setting('app.org', true), current_setting('app.other', true))", false],
  ["coalesce(current_setting('app.org', true), '00000000-0000-0000-0000-000000000000')", true],
])("knows what stands in for a setting in %s", (value, fallback) => {
  expect(using(`org_id = ${value}`)).toMatchObject({ right: { kind: "setting", name: "app.org", fallback } });
});

it("reads a fallback to the row's own column as an arm that holds nobody", () => {
  expect(using("org_id = coalesce(current_setting('app.org')::uuid, org_id)")).toMatchObject({
    kind: "or",
    terms: [
      { kind: "equals" },
      { kind: "unknown", text: "current_setting('app.org') IS NULL", indifferent: true },
    ],
  });
});

it("reads lists as one equality each, and a list in a setting as the setting", () => {
  const equal = (text: string) => ({ kind: "equals", left: key, right: { kind: "literal", text } });
  expect(using("org_id IN ('a', 'b')")).toEqual({ kind: "or", terms: [equal("a"), equal("b")] });
  expect(using("org_id = ANY (ARRAY['a', 'b'])")).toEqual({ kind: "or", terms: [equal("a"), equal("b")] });
  expect(using("org_id = ANY (string_to_array(current_setting('app.orgs'), ',')::uuid[])")).toMatchObject({
    kind: "equals",
    right: { kind: "setting", name: "app.orgs", cast: "uuid" },
  });
  expect(using("org_id IN (SELECT my_orgs())")).toEqual({
    kind: "equals",
    left: key,
    right: { kind: "function", name: "my_orgs" },
  });
});

it.each([
  "auth.uid() IS NOT NULL",
  "status <> 'draft'",
  "NOT archived",
  "created_at > now()",
  "is_admin()",
  "lower(status) = 'open'",
])("knows that %s holds no row to anybody", (condition) => {
  expect(using(condition)).toMatchObject({ kind: "unknown", text: condition, indifferent: true });
});

it.each([
  "is_member_of(org_id)",
  "org_id <> auth.uid()",
  "NOT (org_id = auth.uid())",
  "org_id <= current_user",
])("leaves open what %s does", (condition) => {
  const term = using(condition) as { kind: string; indifferent?: true };
  expect(term.kind).toBe("unknown");
  expect(term.indifferent).toBeUndefined();
});

it("joins the conditions of inner joins to the query's own, and leaves those of outer ones", () => {
  const members = (join: string) =>
    using(`EXISTS (SELECT 1 FROM a ${join} WHERE a.id = auth.uid())`) as { query: { where: unknown } };
  const own = {
    kind: "equals",
    left: { kind: "column", table: "a", column: "id" },
    right: { kind: "function", name: "auth.uid" },
  };
  const side = (table: string, column: string) => ({ kind: "column", table, column });
  const joined = (column: string) => ({ kind: "equals", left: side("a", column), right: side("b", column) });
  expect(members("JOIN b ON a.x = b.x").query.where).toEqual({ kind: "and", terms: [joined("x"), own] });
  expect(members("JOIN b USING (y)").query.where).toEqual({ kind: "and", terms: [joined("y"), own] });
  expect(members("LEFT JOIN b ON a.x = b.x").query.where).toEqual(own);
});

it("survives conditions of any depth and length", () => {
  expect(() => using(`${"(".repeat(800)}org_id = 1${")".repeat(800)}`)).not.toThrow();
  expect(() => using(`${"NOT ".repeat(2000)} true`)).not.toThrow();
  const long = using(
    Array.from({ length: 3000 }, (_, at) => `f(org_id, '${"x".repeat(50)}${at}')`).join(" || "),
  );
  expect((long as { text: string } | null)?.text.length ?? 0).toBeLessThanOrEqual(200);
});
