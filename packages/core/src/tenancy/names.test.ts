import { describe, expect, test } from "vitest";
import { findIdName, findNearest, normalized, plural, singular, stem, tableWords, wordsOf } from "./names.js";

describe("names", () => {
  test.each([
    ["alertRules", ["alert", "rules"]],
    ["alert_rules", ["alert", "rules"]],
    ["AlertRule", ["alert", "rule"]],
    ["orgID", ["org", "id"]],
    ["APIKeys", ["api", "keys"]],
    ["memberIDs", ["member", "ids"]],
    ["auth.users", ["auth", "users"]],
    ["", []],
  ])("%s is the words %j", (name, words) => {
    expect(wordsOf(name)).toEqual(words);
  });

  test("one table has one spelling, whatever the case", () => {
    expect(new Set(["alertRules", "alert_rules", '"Alert_Rules"', "AlertRules"].map(normalized))).toEqual(
      new Set(["alertrules"]),
    );
  });

  test.each([
    ["companies", "company"],
    ["statuses", "status"],
    ["databases", "database"],
    ["addresses", "address"],
    ["caches", "cache"],
    ["people", "person"],
    ["movies", "movie"],
    ["keys", "key"],
    ["access", "access"],
  ])("%s and %s have the same stem", (many, one) => {
    expect(stem(many)).toBe(stem(one));
  });

  test("words that only look alike do not", () => {
    expect(stem("news")).not.toBe(stem("new"));
    expect(stem("status")).not.toBe(stem("state"));
  });

  test("singular and plural are words that a person would write", () => {
    expect(["companies", "boxes", "databases", "workspaces", "status"].map(singular)).toEqual([
      "company",
      "box",
      "database",
      "workspace",
      "status",
    ]);
    expect(["company", "box", "workspace"].map(plural)).toEqual(["companies", "boxes", "workspaces"]);
  });

  test("a table's words leave out its schema", () => {
    expect(tableWords("billing.invoice_lines")).toEqual(["invoice", "line"]);
  });

  test.each([
    ["organization_id", ["organization"]],
    ["organizationId", ["organization"]],
    ["orgid", ["org"]],
    ["created_by", ["created", "by"]],
    ["tenant", ["tenant"]],
  ])("%s holds an id", (column, words) => {
    expect(findIdName(column)?.words).toEqual(words);
  });

  test.each(["id", "name", "paid", "standby", "organization"])(
    "%s holds none that says of what",
    (column) => {
      expect(findIdName(column)).toBeNull();
    },
  );

  test("several ids in one column are a list", () => {
    expect(findIdName("member_ids")).toEqual({ words: ["member"], list: true });
  });

  test("the nearest name is an abbreviation or a slip, not just any", () => {
    const columns = ["id", "organization_id", "total"];
    expect(findNearest("org_id", columns)).toBe("organization_id");
    expect(findNearest("organisation_id", columns)).toBe("organization_id");
    expect(findNearest("toatl", columns)).toBe("total");
    expect(findNearest("quantity", columns)).toBeNull();
  });
});
