/** What the other paths to a table do is said where it is evidence, and nowhere else. */
import { analyzed } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";
import type { Finding } from "./contract.js";

const bound = (name: string): string => `
export function ${name}(organizationId: string) {
  return db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId).execute();
}`;
const unbound = (name: string): string => `
export function ${name}() {
  return db.selectFrom("invoices").selectAll().execute();
}`;

function findingsIn(functions: readonly string[], others: Record<string, string> = {}): readonly Finding[] {
  return analyzed(`import { db } from "./database.js";${functions.join("")}`, others).findings;
}

describe("siblings", () => {
  it("are named with how many they are, and the nearest", () => {
    const [finding] = findingsIn([bound("one"), bound("two"), unbound("three"), bound("four")]);
    expect(finding!.siblings).toMatchObject({
      bound: 3,
      others: 3,
      within: "file",
      nearest: { file: "main.ts", line: 6 },
    });
    expect(finding!.message).toMatch(
      /session\. All 3 other reads of "invoices" in this file bind "organization_id" \(nearest: main\.ts:6\)\.$/,
    );
  });

  it("may have an exception or two among many", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const findings = findingsIn([...names.map(bound), unbound("g"), unbound("h")]);
    expect(findings.map(({ siblings }) => [siblings?.bound, siblings?.others])).toEqual([
      [6, 7],
      [6, 7],
    ]);
    expect(findings[0]!.message).toContain('6 of the 7 other reads of "invoices" in this file bind');
  });

  it.each([
    ["there are few", [bound("one"), bound("two"), unbound("three")]],
    [
      "it is mixed",
      [bound("one"), bound("two"), bound("three"), unbound("four"), unbound("five"), unbound("six")],
    ],
  ])("are not spoken of where %s", (_, functions) => {
    for (const { siblings, message } of findingsIn(functions)) {
      expect(siblings).toBeNull();
      expect(message).not.toContain("other reads");
    }
  });

  it("do the same to the table: who writes says nothing of who reads", () => {
    const written = ["a", "b", "c"].map(
      (name) => `
export function ${name}(organizationId: string) {
  return db.insertInto("invoices").values({ id: "1", total: 1, customer_id: "1", organization_id: organizationId }).execute();
}`,
    );
    const [finding] = findingsIn([...written, unbound("read")]);
    expect(finding!.rule).toBe("no-unscoped-query");
    expect(finding!.siblings).toBeNull();
  });

  it("may stand in other files, where there are too few in this one", () => {
    const others = `import { db } from "./database.js";${["one", "two", "three"].map(bound).join("")}`;
    const [finding] = findingsIn([unbound("all")], { "others.ts": others });
    expect(finding!.siblings).toMatchObject({ within: "project", bound: 3, others: 3 });
    expect(finding!.message).toContain(
      'All 3 other reads of "invoices" bind "organization_id" (nearest: others.ts:3).',
    );
  });

  it("are only evidence against a value from outside where theirs is proven", () => {
    const routes = (own: string): readonly string[] => [
      `
import Fastify from "fastify";
const app = Fastify();`,
      ...["a", "b", "c"].map(
        (name) => `
app.get("/${name}", async (request) =>
  db.selectFrom("invoices").selectAll().where("organization_id", "=", ${own}).execute());`,
      ),
      `
app.get("/d", async (request) =>
  db.selectFrom("invoices").selectAll().where("organization_id", "=", (request.query as any).id).execute());`,
    ];
    const [proven] = findingsIn(routes("request.user.organizationId"));
    expect(proven!.message).toContain(
      'All 3 other reads of "invoices" in this file bind "organization_id" to a value that is proven',
    );
    const sent = findingsIn(routes("(request.query as any).organizationId"));
    expect(sent.map(({ siblings }) => siblings)).toEqual([null, null, null, null]);
  });
});
