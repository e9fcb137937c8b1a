import { schemaInLines as schema } from "@tenant-audit/testing";
import { describe, expect, test } from "vitest";
import { inferTenancy } from "./infer/infer.js";
import {
  findColumn,
  findTable,
  isOwnerColumn,
  isPasswordColumn,
  isSecretColumn,
  keyOf,
  referenceOf,
  rootLevelOf,
} from "./lookup.js";
import { readPrisma } from "./schemas/prisma/prisma.js";

const { tenancy } = inferTenancy([
  schema(`
    users: id
    organizations: id
    organization_members: organization_id, user_id, role
    alert_rules: id, organization_id?, name
    alert_history: id, rule_id
    auth.sessions: id, user_id, session_token, csrf_state
    api_keys: id, organization_id, key_hash, public_key, key, name
    files: id, organization_id, content_hash, upload_token, page_token, token_count
    invitations: id, organization_id, hash, verification_code, country_code
  `),
]);
const table = (name: string) => findTable(tenancy, name)!;

describe("a table", () => {
  test.each(["alert_rules", "alertRules", "AlertRules", '"alert_rules"', "public.alert_rules"])(
    "is found as %s",
    (name) => {
      expect(findTable(tenancy, name)?.name).toBe("alert_rules");
    },
  );

  test("is found without its schema, and not under another one's name", () => {
    expect(findTable(tenancy, "sessions")?.name).toBe("auth.sessions");
    expect(findTable(tenancy, "alert_rule")).toBeNull();
    expect(findTable(tenancy, "constructor")).toBeNull();
  });

  test("of two with one name in two schemas, the one without a prefix is meant", () => {
    const { tenancy: two } = inferTenancy([
      schema("auth.users: id\nusers: id, organization_id\norganizations: id"),
    ]);
    expect(findTable(two, "users")?.name).toBe("users");
    expect(findTable(two, "auth.users")?.name).toBe("auth.users");
  });
});

describe("a Prisma model", () => {
  const [source] = readPrisma([
    {
      file: "schema.prisma",
      text: `
        model Organization {
          id      String  @id
          apiKeys ApiKey[]
          @@map("organizations")
        }
        model ApiKey {
          id           String       @id
          orgId        String       @map("organization_id")
          hashedSecret String       @unique @map("hashed_secret")
          organization Organization @relation(fields: [orgId], references: [id])
          @@map("api_keys")
        }`,
    },
  ]);
  const model = inferTenancy([source!]).tenancy;

  test("is found by its client property and by its table, and a field by both its names", () => {
    for (const name of ["apiKey", "ApiKey", "api_keys"])
      expect(findTable(model, name)?.name).toBe("api_keys");
    const keys = findTable(model, "apiKey")!;
    for (const name of ["orgId", "organization_id"]) {
      expect(findColumn(keys, name)?.name).toBe("organization_id");
      expect(keyOf(keys, name)).toEqual({
        column: "organization_id",
        level: "organization",
        nullable: false,
      });
    }
    expect(keyOf(keys, "organization")).toBeNull();
    expect(isSecretColumn(keys, "hashedSecret")).toBe(true);
  });
});

describe("a column", () => {
  test("is a tenant key, also with its table before it", () => {
    expect(keyOf(table("alertRules"), "alert_rules.organizationId")).toEqual({
      column: "organization_id",
      level: "organization",
      nullable: true,
    });
    expect(keyOf(table("alertRules"), "name")).toBeNull();
    expect(keyOf(table("organizations"), "id")).toEqual({
      column: "id",
      level: "organization",
      nullable: false,
    });
  });

  test("stands for a row elsewhere, or for its own", () => {
    expect(referenceOf(table("alert_history"), "ruleId")).toMatchObject({
      table: "alert_rules",
      target: "id",
    });
    expect(referenceOf(table("alert_history"), "id")).toMatchObject({ table: "alert_history", target: "id" });
    expect(referenceOf(table("alert_rules"), "name")).toBeNull();
  });

  test("says who owns the row", () => {
    expect(isOwnerColumn(table("sessions"), "userId")).toBe(true);
    expect(isOwnerColumn(table("users"), "id")).toBe(true);
    expect(isOwnerColumn(table("sessions"), "id")).toBe(false);
  });

  test.each([
    ["sessions", "session_token"],
    ["sessions", "sessionToken"],
    ["api_keys", "key_hash"],
    ["files", "upload_token"],
    ["invitations", "hash"],
    ["invitations", "verification_code"],
    ["invitations", "key"],
  ])("of %s that lets in whoever knows it: %s", (name, column) => {
    expect(isSecretColumn(table(name), column)).toBe(true);
  });

  test.each([
    ["users", "password", true],
    ["users", "password_hash", true],
    ["users", "hashedPassword", true],
    ["users", "password_changed_at", false],
    ["users", "email", false],
  ])("of %s that somebody is asked for: %s is one, %s", (name, column, isOne) => {
    expect(isPasswordColumn(table(name), column)).toBe(isOne);
  });

  test.each([
    ["api_keys", "key"],
    ["api_keys", "public_key"],
    ["api_keys", "id"],
    ["files", "content_hash"],
    ["files", "page_token"],
    ["files", "token_count"],
    ["invitations", "country_code"],
  ])("of %s that lets nobody in: %s", (name, column) => {
    expect(isSecretColumn(table(name), column)).toBe(false);
  });
});

test("only a root has a level", () => {
  expect(rootLevelOf(tenancy, table("organizations"))?.name).toBe("organization");
  expect(rootLevelOf(tenancy, table("users"))).toBeNull();
});
