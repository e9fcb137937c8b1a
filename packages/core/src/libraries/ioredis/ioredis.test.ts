// Faults and their innocent neighbours are in fixtures/ioredis; here is what each command does.
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

/** `set invoices:{id} global`, for every cache path. */
function pathsIn(body: string): readonly string[] {
  const { paths } = analyzed(`
    import Redis from "ioredis";
    import { db } from "./database.js";
    const redis = new Redis();
    export async function run(organizationId: string, id: string, ids: string[]) {
      ${body}
    }`);
  return paths
    .filter((path) => path.kind === "cache")
    .map((path) => `${path.operation} ${path.resources.join(", ")} ${path.verdict}`);
}

test("what a command reads, writes and deletes is in the inventory", () => {
  expect(
    pathsIn(`
      await redis.get("a");
      await redis.set("b", "1", "EX", 10);
      await redis.setex("c", 10, "1");
      await redis.getBuffer("d");
      await redis.del("e", "f");
      await redis.unlink(["g", "h"]);
      await redis.mget("i", "j");
      await redis.mset({ k: "1", l: "2" });
      await redis.mset("m", "1", "n", "2");
      await redis.hset("o", { field: "1" });
      await redis.rename("p", "q");
      await redis.call("SET", "r", "1");
      await redis.xreadgroup("GROUP", "g", "c", "STREAMS", "s", "t", ">", ">");
      await redis.xgroup("CREATE", "u", "g", "$");
      await redis.publish("v", "1");
    `).map((path) => path.slice(0, path.lastIndexOf(" "))),
  ).toEqual([
    "get a",
    "set b",
    "set c",
    "get d",
    "set e, f",
    "set g, h",
    "get i, j",
    "set k, l",
    "set m, n",
    "set o",
    "set p, q",
    "set r",
    "get s, t",
    "set u",
    "set v",
  ]);
});

test("what reaches no key is not", () => {
  expect(
    pathsIn(`
      await redis.ping();
      redis.on("message", (channel) => console.log(channel));
      await redis.info("memory");
      await redis.call("CLIENT", "LIST");
      await redis.quit();
    `),
  ).toEqual([]);
});

test("every command of a pipeline is a path, and a batch is one", () => {
  expect(
    pathsIn(`
      await redis.pipeline().get("a").set("b", "1").exec();
      const multi = redis.multi();
      for (const one of ids) multi.incr(\`count:\${one}\`);
      await multi.exec();
      await redis.pipeline([["get", "c"], ["set", "d", "1"]]).exec();
    `),
  ).toEqual([
    "get a unclear",
    "set b global",
    "set count:{ids} global",
    // One call, so one path; it is as good as its worst command.
    "set c, d unclear",
  ]);
});

test("keys found by a pattern are keys like the pattern", () => {
  expect(
    pathsIn(`
      await redis.set(\`report:\${organizationId}:\${id}\`, "1");
      const [, found] = await redis.scan(0, "MATCH", \`report:\${organizationId}:*\`);
      await redis.del(...found);
      for await (const keys of redis.scanStream({ match: "report:*" })) await redis.unlink(keys);
    `),
  ).toEqual([
    "set report:{organizationId}:{id} scoped",
    "get report:{organizationId}:* scoped",
    "set report:{organizationId}:* scoped",
    "get report:* unclear",
    "set report:* unclear",
  ]);
});

test("a pattern for everything that begins so means all of it", () => {
  expect(
    pathsIn(`
      const rows = await db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId).execute();
      await redis.set(\`invoices:\${id}:total\`, JSON.stringify(rows));
      await redis.keys("invoices:*");
      await redis.keys("*");
    `),
  ).toEqual(["set invoices:{id}:total unscoped", "get invoices:* unscoped", "get * unclear"]);
});

test("a tenant that all callers pass is missing only in theory", () => {
  const { findings } = analyzed(`
    import Redis from "ioredis";
    import { db } from "./database.js";
    const redis = new Redis();
    async function keep(organizationId?: string) {
      const rows = await db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId!).execute();
      await redis.set(\`invoices:\${organizationId}\`, JSON.stringify(rows));
    }
    export const run = (organizationId: string) => keep(organizationId);`);
  expect(findings.map((finding) => `${finding.rule} ${finding.grade}`)).toEqual([
    "no-unscoped-cache-key weak",
  ]);
});

test("another caller does not change the id of a path", () => {
  const program = (callers: string) => `
    import Redis from "ioredis";
    import { db } from "./database.js";
    const redis = new Redis();
    async function cached(key: string, load: () => Promise<unknown>) {
      await redis.set(key, JSON.stringify(await load()));
    }
    const load = () => db.selectFrom("customers").selectAll().execute();
    export const all = () => cached("all", () => load());
    ${callers}`;
  const idOf = (source: string) => analyzed(source).paths.find((path) => path.kind === "cache")?.id;
  expect(idOf(program(`export const more = () => cached("more", () => load());`))).toBe(idOf(program("")));
});

test("values that hold each other a thousand times over are read once", () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const below = level === 0 ? "row" : `level${level - 1}`;
    return `const level${level} = { ${Array.from({ length: 12 }, (__, at) => `f${at}: ${below}`).join(", ")} };`;
  });
  expect(
    pathsIn(`
      const row = await db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId).executeTakeFirst();
      ${levels.join("\n")}
      await redis.set("all", JSON.stringify(level11));
      await redis.publish("all", JSON.stringify(level11));
    `),
  ).toHaveLength(2);
});
