import { exampleTenancy } from "@tenant-audit/testing";
import ts from "typescript";
import { expect, test } from "vitest";
import { link } from "../../link/link.js";
import { lowerFile } from "../../lower/lower.js";
import { scopeOf } from "../../proof/roles.js";
import { memberRole, type Role } from "../../trace/entry.js";
import { trace } from "../../trace/trace.js";
import { frameworks } from "../index.js";
import { entered } from "../testing/entered.js";

function linesOf(files: string | Readonly<Record<string, string>>): readonly string[] {
  return entered(files).map(({ name, handler, before }) => `${name} -> ${handler} [${before.join()}]`);
}

test("routes of routers that an application uses, with the middleware that was added before them", () => {
  expect(
    linesOf({
      "invoices.ts": `
        import Router from "@koa/router";
        const router = new Router({ prefix: "/invoices" });
        router.use(async function count(ctx, next) { await next(); });
        router.get("/", async function list(ctx) {});
        router.get("invoice", "/:id", async function canRead(ctx, next) { await next(); }, async function read(ctx) {});
        router.del("/:id", async function remove(ctx) {});
        router.use("/:id", async function late(ctx, next) { await next(); });
        router.register("/:id/lines", ["get", "post"], async function lines(ctx) {});
        export default router;`,
      "server.ts": `
        import Koa from "koa";
        import bodyParser from "koa-bodyparser";
        import Router from "@koa/router";
        import invoices from "./invoices.js";
        const app = new Koa();
        app.use(async function measure(ctx, next) { await next(); });
        app.use(bodyParser());
        const api = new Router();
        api.prefix("/api");
        api.use("/v1", async function authenticate(ctx, next) { await next(); }, invoices.routes());
        app.use(api.routes()).use(api.allowedMethods());
        app.use(async function pages(ctx) { ctx.body = "page"; });
        app.listen(3000);`,
    }),
  ).toEqual([
    "GET /api/v1/invoices -> list [measure next,authenticate next,count next]",
    "GET /api/v1/invoices/:id -> read [measure next,authenticate next,count next,canRead next]",
    "DELETE /api/v1/invoices/:id -> remove [measure next,authenticate next,count next]",
    "GET /api/v1/invoices/:id/lines -> lines [measure next,authenticate next,count next,late next]",
    "POST /api/v1/invoices/:id/lines -> lines [measure next,authenticate next,count next,late next]",
    "use / -> pages [measure next]",
  ]);
});

// https://github.com/ZijianHe/koa-router/issues/257
test("a router's middleware runs for its own routes alone, and an application's for what comes after it", () => {
  expect(
    linesOf(`
      import Koa from "koa";
      import Router from "koa-router";
      import mount from "koa-mount";
      import compose from "koa-compose";
      const first = new Router(), second = new Router(), inner = new Koa(), app = new Koa();
      const limit = async function limit(ctx, next) { await next(); };
      first.use(async function authenticate(ctx, next) { await next(); });
      second.get("/health", compose([limit, async function log(ctx, next) { await next(); }]), async function health(ctx) {});
      inner.use(async function session(ctx, next) { await next(); });
      app.use(first.routes());
      app.use(mount("/api", inner));
      app.use(mount("/api", second.routes()));
      app.use(second.routes());`),
  ).toEqual([
    "GET /health -> health [limit next,log next]",
    "GET /api/health -> health [session next,limit next,log next]",
  ]);
});

test("what runs for a parameter, and a router that nobody uses", () => {
  const [entry, other] = entered(`
    import Router from "@koa/router";
    const router = new Router();
    router.param("id", async function canSee(id, ctx, next) { await next(); });
    router.get("/invoices/:id", async function read(ctx) {});
    export function register(given: Router) { given.get("/users", async function users(ctx) {}); }`);
  expect([entry!.name, entry!.before, entry!.isDetached]).toEqual([
    "GET /invoices/:id",
    ["canSee next"],
    true,
  ]);
  expect(entry!.entry.before()[0]!.parameters[0]).toMatchObject({
    kind: "request",
    name: "request.params.id",
  });
  expect([other!.name, other!.isDetached]).toEqual(["GET /users", true]);
});

test("instances of a class that extends a router are not told apart, so only what the class adds is sure", () => {
  const entries = entered(`
    import Koa from "koa";
    import Router from "koa-router";
    class Resource extends Router {
      constructor() {
        super();
        this.use(async function count(ctx, next) { await next(); });
      }
    }
    const app = new Koa(), invoices = new Resource(), users = new Resource();
    invoices.use(async function authenticate(ctx, next) { await next(); });
    invoices.get("/invoices", async function listInvoices(ctx) {});
    users.get("/users", async function listUsers(ctx) {});
    app.use(invoices.routes());
    app.use(users.routes());`);
  expect(entries.map(({ name, before, isDetached }) => [name, before, isDetached])).toEqual([
    ["GET /invoices", ["count next"], true],
    ["GET /users", ["count next"], true],
  ]);
});

test("what comes from outside, and what the service has put there", () => {
  const [entry] = entered(`
    import Koa from "koa";
    new Koa().use(async function serve(ctx) {});`);
  const [context, next] = entry!.entry.parameters as [Role, Role];
  const roleOf = (path: string): Role =>
    path.split(".").reduce((role, step) => memberRole(role, step), context);
  const outside = [
    "params.id",
    "query.from",
    "request.body.to",
    "request.query.from",
    "headers.host",
    "get(x-id)",
  ];
  for (const path of [...outside, "request.header.host", "cookies.get(session)", "ip", "req.headers.host"])
    expect([path, roleOf(path).kind]).toEqual([path, "request"]);
  for (const path of ["state.user.id", "session.userId", "request.user"])
    expect([path, roleOf(path).kind]).toEqual([path, "context"]);
  // As it is kept: `ctx.state.user = …`.
  expect(roleOf("state.user").name).toBe("context.state.user");
  expect(roleOf("query.from").name).toBe(roleOf("request.query.from").name);
  expect(roleOf("body").kind).toBe("reply");
  expect(next.kind).toBe("next");
});

// https://github.com/ZijianHe/koa-router/issues/347
test("middleware that was added for no path sees none of its parameters", () => {
  const [entry] = entered(`
    import Router from "@koa/router";
    const router = new Router();
    router.use(async function early(ctx, next) { await next(); });
    router.use("/:organizationId", async function late(ctx, next) { await next(); });
    router.get("/:organizationId/invoices", async function list(ctx) {});`);
  const kinds = entry!.entry
    .before()
    .map(({ parameters }) => memberRole(memberRole(parameters[0]!, "params"), "organizationId").kind);
  expect(kinds).toEqual(["nothing", "request"]);
});

test("other things that have methods of these names are no applications", () => {
  expect(
    entered(`
      import type { Context } from "koa";
      import Router from "next/router";
      import { createRouter } from "./router.js";
      export function load(ctx: Context) { ctx.get("/invoices", (ctx) => {}); }
      new Router().get("/invoices", (ctx) => {});
      createRouter().get("/invoices", (ctx) => {});`),
  ).toEqual([]);
});

// https://koajs.com/#ctx-throw-status-msg-properties-
test("a context that throws, or asserts in vain, goes no further", () => {
  const text = `
    import Koa from "koa";
    const app = new Koa();
    app.use(async function authenticate(ctx, next) {
      if (!ctx.state.user) ctx.throw(401, "Sign in first");
      ctx.assert(ctx.state.team, 403);
      await next();
    });
    app.use(async function serve(ctx) {});`;
  const { module } = lowerFile(ts, "main.ts", text);
  const program = link({ files: ["main.ts"], packages: [], aliases: [] }, new Map([["main.ts", module]]));
  const traced = trace({
    program,
    tenancy: exampleTenancy,
    models: frameworks,
    judged: new Set(["main.ts"]),
  });
  const { guarded } = scopeOf(traced, traced.entries[0]!);
  const present = [...guarded.values()].flatMap((fact) =>
    fact.kind === "present" && fact.value.kind === "symbolic" ? [fact.value.id] : [],
  );
  expect(present.toSorted()).toEqual(["entry:context.state.team", "entry:context.state.user"]);
});
