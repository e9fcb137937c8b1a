/**
 * A service of any size, to see how the cost of an audit grows: each copy is a route, a service and a repository with a table
 * of its own, and all share a core. `node packages/testing/scripts/synthetic-project.js <copies> <directory>` writes it to disk.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Three modules for each copy, and six besides.
 * @param {number} copies
 * @returns {ReadonlyMap<string, string>}
 */
export function syntheticProject(copies) {
  const numbers = Array.from({ length: copies }, (_, index) => index);
  return new Map([
    ["database.ts", database(numbers)],
    ["core/membership.ts", membership],
    ["core/authenticate.ts", authenticate],
    ["core/page.ts", page],
    ["core/audit.ts", audit],
    ["main.ts", main(numbers)],
    ...numbers.flatMap(
      (number) =>
        /** @type {[string, string][]} */ ([
          [`repositories/thing-${number}.ts`, repository(number)],
          [`services/thing-${number}.ts`, service(number)],
          [`routes/thing-${number}.ts`, routes(number)],
        ]),
    ),
  ]);
}

/** @param {readonly number[]} numbers */
const database = (numbers) => `
import { Kysely } from "kysely";
export interface Database {
  organizations: { id: string; name: string };
  users: { id: string; email: string };
  memberships: { organization_id: string; user_id: string; role: string };
  audits: { id: string; organization_id: string; what: string };
${numbers.map((number) => `  things_${number}: { id: string; organization_id: string; name: string; size: number };`).join("\n")}
}
export const db = new Kysely<Database>({} as never);
`;

const membership = `
import { db } from "../database.js";
import { audited } from "./audit.js";

export async function roleIn(userId: string, organizationId: string): Promise<string | null> {
  const member = await db
    .selectFrom("memberships")
    .select("role")
    .where("user_id", "=", userId)
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
  return member?.role ?? null;
}

export async function mustBelongTo(userId: string, organizationId: string): Promise<void> {
  const role = await roleIn(userId, organizationId);
  if (role === null) throw new Error("not a member");
  await audited(organizationId, "looked");
}
`;

const authenticate = `
import type { FastifyRequest } from "fastify";

export async function authenticate(request: FastifyRequest): Promise<void> {
  await request.jwtVerify();
}
`;

const page = `
export function paged(query: any, limit?: number, offset?: number): any {
  if (limit !== undefined) query = query.limit(limit);
  if (offset !== undefined) query = query.offset(offset);
  return query.orderBy("id");
}
`;

const audit = `
import { db } from "../database.js";

export async function audited(organizationId: string, what: string): Promise<void> {
  await db.insertInto("audits").values({ organization_id: organizationId, what }).execute();
}
`;

/** @param {number} number */
const repository = (number) => `
import { db } from "../database.js";
import { paged } from "../core/page.js";

export class ThingRepository${number} {
  list(organizationId: string, filter: { name?: string; limit?: number; offset?: number }) {
    let query = db.selectFrom("things_${number}").selectAll().where("organization_id", "=", organizationId);
    if (filter.name) query = query.where("name", "=", filter.name);
    return paged(query, filter.limit, filter.offset).execute();
  }
  find(organizationId: string, id: string) {
    return db.selectFrom("things_${number}").selectAll()
      .where("organization_id", "=", organizationId).where("id", "=", id).executeTakeFirst();
  }
  create(organizationId: string, name: string) {
    return db.insertInto("things_${number}").values({ organization_id: organizationId, name, size: 0 }).execute();
  }
  rename(id: string, name: string) {
    return db.updateTable("things_${number}").set({ name }).where("id", "=", id).execute();
  }
}
`;

/** @param {number} number */
const service = (number) => `
import { audited } from "../core/audit.js";
import { mustBelongTo } from "../core/membership.js";
import { ThingRepository${number} } from "../repositories/thing-${number}.js";

export class ThingService${number} {
  constructor(private readonly things = new ThingRepository${number}()) {}
  async list(userId: string, organizationId: string, filter: { name?: string; limit?: number }) {
    await mustBelongTo(userId, organizationId);
    const things = await this.things.list(organizationId, filter);
    return things.map((thing: any) => ({ ...thing, label: thing.name + thing.size }));
  }
  async unchecked(organizationId: string) {
    return this.things.list(organizationId, {});
  }
  async rename(userId: string, organizationId: string, id: string, name: string) {
    await mustBelongTo(userId, organizationId);
    const thing = await this.things.find(organizationId, id);
    if (!thing) throw new Error("not found");
    await this.things.rename(thing.id, name);
    await audited(organizationId, "renamed");
  }
  async create(organizationId: string, names: string[]) {
    for (const name of names) await this.things.create(organizationId, name);
    await audited(organizationId, "created");
  }
}
`;

/** @param {number} number */
const routes = (number) => `
import type { FastifyInstance } from "fastify";
import { authenticate } from "../core/authenticate.js";
import { ThingService${number} } from "../services/thing-${number}.js";

const service = new ThingService${number}();

export async function routes${number}(app: FastifyInstance) {
  app.addHook("onRequest", authenticate);
  app.get("/:organizationId/things-${number}", async (request) => {
    const { organizationId } = request.params;
    return service.list(request.user.id, organizationId, request.query);
  });
  app.get("/things-${number}/leak", async (request) => service.unchecked(request.query.organizationId));
  app.put("/:organizationId/things-${number}/:id", async (request) => {
    const { organizationId, id } = request.params;
    await service.rename(request.user.id, organizationId, id, request.body.name);
  });
  app.post("/things-${number}", async (request) => {
    await service.create(request.user.organizationId, request.body.names);
  });
}
`;

/** @param {readonly number[]} numbers */
const main = (numbers) => `
import Fastify from "fastify";
${numbers.map((number) => `import { routes${number} } from "./routes/thing-${number}.js";`).join("\n")}

const app = Fastify();
${numbers.map((number) => `app.register(routes${number});`).join("\n")}
app.listen({ port: 3000 });
`;

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [copies, directory] = process.argv.slice(2);
  if (!Number(copies) || !directory)
    throw new Error("Say how many copies, and the directory to write them to.");
  const files = new Map([...syntheticProject(Number(copies)), ["package.json", "{}"]]);
  for (const [file, text] of files) {
    mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    writeFileSync(path.join(directory, file), text);
  }
}
