/** Code that leads in circles or is larger than anybody writes, behind a request: an answer, or that there is none and why. */
import { analyzed } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";

type Files = Readonly<Record<string, string>>;

/** `handler` answers a request that names an organization. */
function judged(before: string, handler: string, others: Files = {}) {
  const report = analyzed(
    `import Fastify from "fastify";
import { db } from "./database.js";
const app = Fastify();
${before}
app.get("/invoices", async (request, reply) => {
  const organizationId = request.query.organizationId;
  ${handler}
});
export const listed = (organizationId: string) =>
  db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId).execute();
`,
    others,
  );
  return report.paths
    .filter(({ resources }) => resources.includes("invoices"))
    .map(({ verdict, unclear }) => (unclear === null ? verdict : `${verdict}: ${unclear}`));
}

const members = `db.selectFrom("memberships").select("role").where("user_id", "=", userId)
    .where("organization_id", "=", organizationId).executeTakeFirst()`;
const belongsTo = `async function belongsTo(userId: string, organizationId: string) { return (await ${members}) !== undefined; }`;
const refuse = "if (!(await belongsTo(request.user.id, organizationId))) return reply.code(403).send();";

it("the frame of these stories tells a leak from its neighbour", () => {
  expect(judged(belongsTo, "return listed(organizationId);")).toEqual(["untrusted"]);
  expect(judged(belongsTo, `${refuse} return listed(organizationId);`)).toEqual(["scoped"]);
});

describe("mutual recursion", () => {
  const round = `
async function even(organizationId: string, times: number): Promise<unknown> {
  return times === 0 ? listed(organizationId) : odd(organizationId, times - 1);
}
async function odd(organizationId: string, times: number): Promise<unknown> {
  return times === 0 ? [] : even(organizationId, times - 1);
}`;

  it("carries what came with a request", () => {
    expect(judged(round + belongsTo, "return odd(organizationId, 3);")).toEqual(["untrusted"]);
  });

  it("does not lose what was made sure of", () => {
    const [verdict] = judged(round + belongsTo, `${refuse} return odd(organizationId, 3);`);
    expect(verdict).toMatch(/^scoped$|^unclear: ./);
  });

  it("makes sure of nothing where the check only ever asks itself", () => {
    const asking = `
async function belongsTo(userId: string, organizationId: string): Promise<boolean> { return isMember(userId, organizationId); }
async function isMember(userId: string, organizationId: string): Promise<boolean> { return belongsTo(userId, organizationId); }`;
    const [verdict] = judged(asking, `${refuse} return listed(organizationId);`);
    expect(verdict).not.toBe("scoped");
  });
});

it("a class that extends itself, or its own heir, is a class like any other", () => {
  const circle = `
class Base extends Heir { of(organizationId: string) { return listed(organizationId); } }
class Heir extends Base {}
class Own extends Own { of(organizationId: string) { return listed(organizationId); } }
const base = new Base(); const heir = new Heir(); const own = new Own();`;
  for (const service of ["base", "heir", "own"])
    expect(judged(circle, `return ${service}.of(organizationId);`)).toEqual(["untrusted"]);
});

describe("ten thousand branches", () => {
  const numbers = Array.from({ length: 10_000 }, (_, index) => index);
  const branches = (each: (index: number) => string): string => numbers.map(each).join("\n");

  it("after one another, before the check", () => {
    const body = branches((index) => `if (request.query.kind === "k${index}") request.log.info("${index}");`);
    expect(judged(belongsTo, `${body} ${refuse} return listed(organizationId);`)).toEqual(["scoped"]);
    expect(judged(belongsTo, `${body} return listed(organizationId);`)).toEqual(["untrusted"]);
  });

  it("of one switch, each of which chooses a tenant", () => {
    const cases = branches((index) => `case "k${index}": chosen = request.query.o${index}; break;`);
    const body = `let chosen = request.user.organizationId; switch (request.query.kind) { ${cases} } return listed(chosen);`;
    const [verdict] = judged("", body);
    expect(verdict).toMatch(/^untrusted$|^unclear: ./);
  });

  it("that each may add to the filter of one query", () => {
    const body = `let query = db.selectFrom("invoices").selectAll();
    ${branches((index) => `if (request.query.f${index}) query = query.where("total", "=", ${index});`)}
    return query.execute();`;
    const [verdict] = judged("", body).filter((one) => one !== "scoped");
    expect(verdict).toMatch(/^unscoped$|^unclear: ./);
    // 19 to 20 s on a slow machine.
  }, 120_000);
});

it("a union of two hundred is as good as the worst of them", () => {
  const kinds = Array.from(
    { length: 200 },
    (_, index) => `{ kind: "k${index}"; organizationId: string }`,
  ).join(" | ");
  const typed = `type Request = ${kinds};`;
  const body = (check: string): string =>
    `const chosen = request.query as Request; ${check} return listed(chosen.organizationId);`;
  const checked = refuse.replace("organizationId)", "chosen.organizationId)");
  expect(judged(typed + belongsTo, body(""))).toEqual(["untrusted"]);
  expect(judged(typed + belongsTo, body(checked))).toEqual(["scoped"]);
});

describe("re-exports", () => {
  it("in a circle, under other names, end", () => {
    const others = {
      "a.ts": `export { listed as shown } from "./b.js"; export * from "./b.js";`,
      "b.ts": `export { shown as listed } from "./a.js"; export * from "./a.js";`,
    };
    const before = `import { shown } from "./a.js"; import * as all from "./b.js";`;
    expect(judged(before, "await shown(organizationId); return all.listed(organizationId);", others)).toEqual(
      ["scoped"],
    );
  });

  it("through five hundred files arrive", () => {
    const others = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [
        `f${index}.ts`,
        index === 499
          ? `import { listed } from "./main.js"; export { listed as through };`
          : `export * from "./f${index + 1}.js";`,
      ]),
    );
    const before = `import { through } from "./f0.js";`;
    expect(judged(before, "return through(organizationId);", others)).toEqual(["untrusted"]);
  });
});
