/** How a value came to an access is told in the order in which it happens, from the entry point on. */
import type { AccessPath, TrailStep } from "@tenant-audit/core";
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

const server = `
import Fastify from "fastify";
import { db } from "./database.js";

const app = Fastify();

async function isMember(userId: string, organizationId: string) {
  const member = await db.selectFrom("memberships").select("role").where("user_id", "=", userId).where("organization_id", "=", organizationId).executeTakeFirst();
  return member !== undefined;
}

function list(organizationId: string) {
  return db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId).execute();
}
`;

function lines(trail: readonly TrailStep[]): readonly string[] {
  return trail.map(({ line, note }) => `${line} ${note}`);
}

function proofOf(paths: readonly AccessPath[], resource: string): AccessPath["constraints"][number] {
  return paths.flatMap((path) => path.constraints).find((one) => one.resource === resource)!;
}

test("a check in a function of its own stands where it is called, before what it lets happen", () => {
  const { paths } = analyzed(`${server}
app.get("/invoices", async (request, reply) => {
  const { organizationId } = request.query as { organizationId: string };
  if (!(await isMember(request.user.id, organizationId))) return reply.code(403).send();
  return list(organizationId);
});`);
  expect(lines(proofOf(paths, "invoices").trail)).toEqual([
    "16 a request comes in: GET /invoices",
    '17 "request.query.organizationId" comes from the query string',
    '18 "request.user.id" is what the service knows of who is asking',
    "18 calls isMember",
    '8 looks for a row of "memberships" by "organization_id" and "user_id", and goes on only where there is one',
    "19 calls list",
    '13 reads the rows of "invoices" whose "organization_id" is "organizationId"',
  ]);
});

test("a hook is told before the handler, although it is written below", () => {
  const { paths } = analyzed(`${server}
app.get("/invoices", async (request) => list(request.user.organizationId));
app.addHook("onRequest", async (request, reply) => {
  const user = await db.selectFrom("users").selectAll().where("id", "=", "one").executeTakeFirst();
  if (!user) return reply.code(401).send();
  request.user = { id: user.id, organizationId: user.organization };
});`);
  expect(lines(proofOf(paths, "invoices").trail)).toEqual([
    "16 a request comes in: GET /invoices",
    '18 fetches a row of "users"',
    '20 sets "request.user.organizationId" to "user.organization", before the handler runs',
    '16 "request.user.organizationId" is what the service knows of who is asking',
    "16 calls list",
    '13 reads the rows of "invoices" whose "organization_id" is "organizationId"',
  ]);
});

test("a comparison is a step of its own", () => {
  const { paths } = analyzed(`${server}
app.get("/invoices/:organizationId", async (request, reply) => {
  const { organizationId } = request.params as { organizationId: string };
  if (organizationId !== request.user.organizationId) return reply.code(403).send();
  return list(organizationId);
});`);
  expect(lines(proofOf(paths, "invoices").trail)).toContain(
    '18 goes on only where "request.params.organizationId" and "request.user.organizationId" are the same',
  );
});

test("of several ways one is told in full, and the others are counted by what is known of them", () => {
  const { paths } = analyzed(`${server}
app.get("/one", async (request) => list(request.user.organizationId));
app.get("/two", async (request) => list(request.user.organizationId));
app.get("/three", async (request, reply) => {
  const { organizationId } = request.query as { organizationId: string };
  if (!(await isMember(request.user.id, organizationId))) return reply.code(403).send();
  return list(organizationId);
});`);
  const { trail, others, proof } = proofOf(paths, "invoices");
  // The one that takes most to believe.
  expect(proof).toBe("verifier");
  expect(lines(trail)[0]).toBe("18 a request comes in: GET /three");
  expect(others).toEqual([
    { entryPoint: "GET /one", origin: "principal", proof: "principal" },
    { entryPoint: "GET /two", origin: "principal", proof: "principal" },
  ]);
});

test("ways that were followed one by one are counted all the same", () => {
  const { paths } = analyzed(`${server}
const find = (organizationId: string) =>
  db.selectFrom("customers").selectAll().where("organization_id", "=", organizationId).execute();
app.get("/one", async (request) => find(request.user.organizationId));
app.get("/two", async (request) => find(request.user.organizationId));`);
  const { trail, others } = proofOf(paths, "customers");
  const told = trail[0]!.note.replace(/^.*: /, "");
  expect([told, ...others.map(({ entryPoint }) => entryPoint)].sort()).toEqual(["GET /one", "GET /two"]);
});

test("what nobody is seen to call says so, and where it is only taken as given", () => {
  const { paths } = analyzed(`
import { db } from "./database.js";
export function list(organizationId: string) {
  return db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId).execute();
}`);
  expect(lines(proofOf(paths, "invoices").trail)).toEqual([
    '3 nobody is seen to call list, so "organizationId" is taken as it is given',
    '4 reads the rows of "invoices" whose "organization_id" is "organizationId"',
  ]);
});

test("what is written is proven like what is read", () => {
  const { paths } = analyzed(`${server}
app.post("/customers", async (request) => {
  const { name } = request.body as { name: string };
  return db.insertInto("customers").values({ id: "1", name, organization_id: request.user.organizationId }).execute();
});`);
  const { kind, origin, proof, trail } = proofOf(paths, "customers");
  expect([kind, origin, proof]).toEqual(["values", "principal", "principal"]);
  expect(lines(trail).at(-1)).toBe(
    '18 writes "request.user.organizationId" into "organization_id" of "customers"',
  );
});

test("a query without any tenant shows how a request gets there", () => {
  const { findings } = analyzed(`${server}
function all() {
  return db.selectFrom("invoices").selectAll().execute();
}
app.get("/everything", async () => all());`);
  expect(findings.map(({ rule, trail }) => [rule, lines(trail)])).toEqual([
    [
      "no-unscoped-query",
      [
        "19 a request comes in: GET /everything",
        "19 calls all",
        '17 reads rows of "invoices", whoever they belong to',
      ],
    ],
  ]);
});

test("where a value comes from shows in every path that it comes to, and is one finding", () => {
  const { paths, findings } = analyzed(`${server}
app.get("/both", async (request) => {
  const { organizationId } = request.query as { organizationId: string };
  await db.selectFrom("customers").selectAll().where("organization_id", "=", organizationId).execute();
  return list(organizationId);
});`);
  expect(findings).toHaveLength(1);
  for (const resource of ["customers", "invoices"])
    expect(lines(proofOf(paths, resource).trail).slice(0, 2)).toEqual([
      "16 a request comes in: GET /both",
      '17 "request.query.organizationId" comes from the query string',
    ]);
});

test("a place that is walked for several callers is told with the one that it is about", () => {
  const { findings } = analyzed(`${server}
function all(name: "invoices" | "memberships") {
  return db.selectFrom(name).selectAll().execute();
}
app.get("/invoices", () => all("invoices"));
app.get("/memberships", () => all("memberships"));
`);
  expect(findings.map(({ trail }) => lines(trail)).sort()).toEqual([
    [
      "19 a request comes in: GET /invoices",
      "19 calls all",
      '17 reads rows of "invoices", whoever they belong to',
    ],
    [
      "20 a request comes in: GET /memberships",
      "20 calls all",
      '17 reads rows of "memberships", whoever they belong to',
    ],
  ]);
});
