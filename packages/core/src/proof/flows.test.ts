/** How far back a value is followed, and what is said where that is not far enough. */
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

/** A route whose value goes through so many functions before it reaches a query. */
function chain(length: number): string {
  const steps = Array.from(
    { length },
    (_, index) =>
      `export function step${index}(id: string): Promise<unknown> { return step${index + 1}(id); }`,
  );
  return `
    import Fastify from "fastify";
    import { db } from "./database.js";
    ${steps.join("\n")}
    export function step${length}(id: string) {
      return db.selectFrom("invoices").selectAll().where("organization_id", "=", id).execute();
    }
    const app = Fastify();
    app.get("/invoices", async (request) => step0((request.query as { id: string }).id));`;
}

test("a value that comes a long way is followed to where it came in", () => {
  const { paths, findings } = analyzed(chain(8));
  expect(paths.map(({ verdict }) => verdict)).toEqual(["untrusted"]);
  expect(findings.map(({ rule, grade }) => [rule, grade])).toEqual([["no-untrusted-tenant", "leak"]]);
});

test("one that comes a longer way than anybody follows is unclear, and never believed", () => {
  const { paths } = analyzed(chain(20));
  expect(paths.map(({ verdict, unclear }) => [verdict, unclear])).toEqual([
    ["unclear", "it cannot be told whose it is: there is too much to follow"],
  ]);
});

test("of more ways than anybody follows, those that were not followed are not believed", () => {
  const routes = Array.from(
    { length: 230 },
    (_, index) =>
      `app.get("/invoices/${index}", async (request) => find((request as any).user.organizationId));`,
  );
  const { paths } = analyzed(`
    import Fastify from "fastify";
    import { db } from "./database.js";
    function find(id: string) {
      return db.selectFrom("invoices").selectAll().where("organization_id", "=", id).execute();
    }
    const app = Fastify();
    ${routes.join("\n")}`);
  expect(paths.map(({ verdict }) => verdict)).toEqual(["unclear"]);
});

test.each([
  ["request.who = request.body.user;", "!request.who.isAdmin"],
  ['request.isAdmin = request.headers["x-admin"];', "!request.isAdmin"],
  [
    'request.who = await db.selectFrom("users").selectAll().where("id", "=", request.query.user).executeTakeFirst();',
    "!request.who?.is_admin",
  ],
])("nobody is an administrator because they say so: %s", (hook, refused) => {
  const { paths } = analyzed(`
    import Fastify from "fastify";
    import { db } from "./database.js";
    const app = Fastify();
    app.addHook("onRequest", async (request: any, reply) => {
      ${hook}
      if (${refused}) return reply.code(403).send();
    });
    app.get("/invoices", async () => db.selectFrom("invoices").selectAll().execute());`);
  const sweep = paths.find(({ resources }) => resources.includes("invoices"));
  expect(sweep?.verdict).toBe("unscoped");
});
