import { analyzed } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";

/** The verdict on a query over all tenants, behind a hook that lets past whom `refused` does not refuse. */
function behind(refused: string) {
  const { paths } = analyzed(
    `
import { timingSafeEqual } from "node:crypto";
import Fastify from "fastify";
import { db } from "./database.js";
import { principalOf } from "./principal.js";

const app = Fastify();

app.addHook("onRequest", async (request) => {
  request.user = await principalOf(request);
});

app.addHook("preHandler", async (request, reply) => {
  if (${refused}) return reply.code(403).send();
});

app.delete("/invoices", async () => db.deleteFrom("invoices").execute());`,
    {
      "principal.ts": `
import { verify } from "some-tokens";
export async function principalOf(request) {
  return verify(request.headers.authorization);
}`,
    },
  );
  expect(paths).toHaveLength(1);
  return paths[0]!.verdict;
}

describe("an administrator of the service", () => {
  it.each([
    "!request.user.isAdmin",
    "!request.user.is_admin",
    "!request.user.isSuperAdmin",
    "!request.user.isPlatformAdmin",
    "!request.user.isSuperuser",
    "!request.user.is_staff",
    "request.user.isAdmin !== true",
    "!request.user?.isAdmin",
    'request.user.role !== "superadmin"',
    'request.user.role !== "SUPER_ADMIN"',
    'request.user.role !== "platform-admin"',
    'request.user.globalRole !== "staff"',
  ])("is who gets past %s", (refused) => {
    expect(behind(refused)).toBe("exempt");
  });

  it.each([
    "request.headers.authorization !== `Bearer ${process.env.CRON_SECRET}`",
    'request.headers["x-api-key"] !== process.env.ADMIN_API_KEY',
    "process.env.CRON_SECRET !== request.query.secret",
    '!timingSafeEqual(Buffer.from(request.headers["x-token"]), Buffer.from(process.env.ADMIN_TOKEN))',
  ])("is who brings the service's own secret: %s", (refused) => {
    expect(behind(refused)).toBe("exempt");
  });
});

describe("no administrator of the service", () => {
  it.each([
    ["a tenant's own", 'request.user.role !== "admin"'],
    ["a tenant's own", "!request.user.membership.isAdmin"],
    ["a tenant's own", "!request.user.organization.isAdmin"],
    ["a tenant's own", 'request.user.membership.role !== "superadmin"'],
    ["anybody else", "!request.user.isActive"],
    ["anybody else", "!request.user.administratorId"],
    ["who is none", "request.user.isAdmin"],
    ["who is none", 'request.user.role === "superadmin"'],
    ["who says so", "!request.query.isAdmin"],
    ["who says so", 'request.headers["x-role"] !== "superadmin"'],
  ])("is %s: %s", (_, refused) => {
    expect(behind(refused)).toBe("unscoped");
  });

  it.each([
    ["is no secret", "request.headers.authorization !== `Bearer ${process.env.SERVICE_NAME}`"],
    ["stands in the code", 'request.headers.authorization !== "Bearer letmein"'],
    ["was sent as well", "request.headers.authorization !== `Bearer ${request.query.secret}`"],
    ["they must not have", "request.headers.authorization === `Bearer ${process.env.CRON_SECRET}`"],
    ["is not asked of the request", "process.env.CRON_SECRET !== process.env.OLD_CRON_SECRET"],
  ])("is who brings what %s: %s", (_, refused) => {
    expect(behind(refused)).toBe("unscoped");
  });
});
