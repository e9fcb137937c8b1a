import { schemaInLines as schema } from "@tenant-audit/testing";
import { describe, expect, test } from "vitest";
import type { Tenancy } from "../tenancy.js";
import { inferTenancy } from "./infer.js";
import { keysOf, tableIn } from "./testing/inferred.js";

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

  test("of two services with databases of their own, each is held against its own migrations", () => {
    const large = `organizations: id\ninvoices: id, organization_id\nreports: id, organization_id\n${rest}`;
    const small = "organizations: id\ninvoices: id, organization_id, total";
    const { tenancy } = inferTenancy([types(large), types(small), migrations(small), migrations(large)]);
    expect(messages(tenancy)).toEqual([]);
  });

  test("databases that share a table or two are not held against each other", () => {
    const tenancy = inferBoth(
      "users: id\norganizations: id\ninvoices: id, organization_id\nreports: id, organization_id",
      "users: id?\npoints: id\nseries: id",
    );
    expect(messages(tenancy)).toEqual([]);
  });
});
