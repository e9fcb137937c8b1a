import { analyzed } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";

/** Of the only query: what became of it, and why. */
function sweepOf(routes: string) {
  const { paths } = analyzed(`
import Fastify from "fastify";
import cron from "node-cron";
import { db } from "./database.js";

const app = Fastify();

async function administratorsOnly(request, reply) {
  if (request.headers.authorization !== \`Bearer \${process.env.OPERATOR_SECRET}\`) return reply.code(401).send();
}

function sweep() {
  return db.deleteFrom("invoices").execute();
}

${routes}
`);
  const [path] = paths;
  return { verdict: path?.verdict, kind: path?.exemption?.kind, reason: path?.exemption?.reason };
}

describe("a query over all tenants", () => {
  const found = { verdict: "unscoped", kind: undefined, reason: undefined };

  it("is cleared by administrators, whose routes it names", () => {
    expect(
      sweepOf(`app.delete("/invoices", { preHandler: administratorsOnly }, async () => sweep());`),
    ).toEqual({
      verdict: "exempt",
      kind: "platform-admin",
      reason:
        "only requests of administrators, or signed with the service's own secret, lead here: DELETE /invoices",
    });
  });

  it("is cleared by a schedule that nobody else shares", () => {
    expect(sweepOf(`cron.schedule("0 3 * * *", async () => sweep());`)).toEqual({
      verdict: "exempt",
      kind: "background-sweep",
      reason: "no request leads here, only cron 0 3 * * *",
    });
  });

  it("names no more than three of them", () => {
    const routes = ["a", "b", "c", "d", "e"].map(
      (name) => `app.delete("/${name}", { preHandler: administratorsOnly }, async () => sweep());`,
    );
    expect(sweepOf(routes.join("\n")).reason).toBe(
      "only requests of administrators, or signed with the service's own secret, lead here: DELETE /a, DELETE /b, DELETE /c, and 2 more",
    );
  });

  it("is an administrator's when a schedule gets there as well", () => {
    const { verdict, kind } = sweepOf(`
app.delete("/invoices", { preHandler: administratorsOnly }, async () => sweep());
cron.schedule("0 3 * * *", async () => sweep());`);
    expect({ verdict, kind }).toEqual({ verdict: "exempt", kind: "platform-admin" });
  });

  it.each([
    ["any other route gets there", `app.delete("/mine", async () => sweep());`],
    ["it is handed to somebody who may call it", `import { atStart } from "life-cycle";\natStart(sweep);`],
    [
      "an object of which it is a part is handed on",
      `import { atStart } from "life-cycle";\natStart({ sweep });`,
    ],
  ])("is not cleared where %s", (_, other) => {
    expect(sweepOf(`cron.schedule("0 3 * * *", async () => sweep());\n${other}`)).toEqual(found);
    expect(
      sweepOf(`app.delete("/", { preHandler: administratorsOnly }, async () => sweep());\n${other}`),
    ).toEqual(found);
  });

  it("is not cleared where nothing is seen to lead to it", () => {
    expect(sweepOf("")).toEqual(found);
  });

  it("is not cleared of what an id chooses", () => {
    const { paths } = analyzed(`
import cron from "node-cron";
import { db } from "./database.js";
import { next } from "./ids.js";

cron.schedule("0 3 * * *", async () => {
  await db.deleteFrom("invoices").where("id", "=", await next()).execute();
});`);
    expect(paths.map(({ verdict, exemption }) => ({ verdict, exemption }))).toEqual([
      { verdict: "unscoped", exemption: null },
    ]);
  });
});
