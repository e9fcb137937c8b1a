import { exampleTenancy } from "@tenant-audit/testing";
import ts from "typescript";
import { expect, test } from "vitest";
import { link } from "../../link/link.js";
import { lowerFile } from "../../lower/lower.js";
import { keptIn, scopeOf } from "../../proof/roles.js";
import { memberRole, type Role } from "../../trace/entry.js";
import { trace } from "../../trace/trace.js";
import { frameworks } from "../index.js";
import { entered } from "../testing/entered.js";

function linesOf(files: string | Readonly<Record<string, string>>): readonly string[] {
  return entered(files).map(({ name, handler, before }) => `${name} -> ${handler} [${before.join()}]`);
}

test("routes of an application, with the middleware that was added before them", () => {
  expect(
    linesOf(`
      import { Hono } from "hono";
      import { cors } from "hono/cors";
      import { createMiddleware } from "hono/factory";
      import { zValidator } from "@hono/zod-validator";
      const app = new Hono<{ Variables: { userId: string } }>();
      const authenticate = createMiddleware(async function authenticate(c, next) { await next(); });
      app.get("/health", function health(c) { return c.text("ok"); });
      app.use(cors(), authenticate);
      app.get("/invoices/:id", async function canRead(c, next) { await next(); }, function read(c) {});
      app.post("/invoices", zValidator("json", schema), async function create(c) {});
      app.use(async function late(c, next) { await next(); });
      app.all("/ping", function ping(c) {});
      app.onError(function failed(error, c) {});
      export default app;`),
  ).toEqual([
    "GET /health -> health []",
    "GET /invoices/:id -> read [authenticate next,canRead next]",
    "POST /invoices -> create [authenticate next]",
    "ALL /ping -> ping [authenticate next,late next]",
  ]);
});

test("applications in applications, and what goes before their paths", () => {
  expect(
    linesOf({
      "invoices.ts": `
        import { Hono } from "hono";
        export const invoices = new Hono()
          .use(async function count(c, next) { await next(); })
          .get("/", function list(c) {})
          .post(function create(c) {})
          .get("/:id", function read(c) {});`,
      "server.ts": `
        import { Hono } from "hono";
        import { invoices } from "./invoices.js";
        const app = new Hono().basePath("/api");
        app.use("/v1/*", async function authenticate(c, next) { await next(); });
        app.route("/v1/invoices", invoices);
        app.on(["PUT", "DELETE"], ["/v1/a", "/v2/a"], function change(c) {});`,
    }),
  ).toEqual([
    "GET /api/v1/invoices -> list [authenticate next,count next]",
    "POST /api/v1/invoices -> create [authenticate next,count next]",
    "GET /api/v1/invoices/:id -> read [authenticate next,count next]",
    "PUT /api/v1/a -> change [authenticate next]",
    "DELETE /api/v1/a -> change [authenticate next]",
    "PUT /api/v2/a -> change []",
    "DELETE /api/v2/a -> change []",
  ]);
});

// https://hono.dev/docs/api/routing#routing-priority
test("middleware for a path is for that path alone, unless it ends in a wildcard", () => {
  expect(
    linesOf(`
      import { Hono } from "hono";
      const app = new Hono();
      app.use("/admin", async function exactly(c, next) { await next(); });
      app.use("/admin/*", async function below(c, next) { await next(); });
      app.get("/admin", function index(c) {});
      app.get("/admin/users", function users(c) {});
      app.get("/Admin/users", function others(c) {});
      app.get("/:section/users", function section(c) {});`),
  ).toEqual([
    "GET /admin -> index [exactly next,below next]",
    "GET /admin/users -> users [below next]",
    "GET /Admin/users -> others []",
    "GET /:section/users -> section []",
  ]);
});

test("factories, and applications that describe themselves", () => {
  expect(
    linesOf(`
      import { createFactory } from "hono/factory";
      import { every } from "hono/combine";
      import { OpenAPIHono, createRoute } from "@hono/zod-openapi";
      const factory = createFactory<{ Variables: { userId: string } }>();
      const authenticate = factory.createMiddleware(async function authenticate(c, next) { await next(); });
      const limit = async function limit(c, next) { await next(); };
      const handlers = factory.createHandlers(authenticate, function list(c) {});
      const made = factory.createApp();
      made.get("/made", every(authenticate, limit), function first(c) {});
      const app = new OpenAPIHono();
      app.get("/invoices", ...handlers);
      const route = createRoute({ method: "get", path: "/invoices/{id}", middleware: [authenticate], responses: {} });
      app.openapi(route, function read(c) {});
      app.openapi(createRoute({ method: "post", path: "/invoices", responses: {} }), function create(c) {});`),
  ).toEqual([
    "GET /made -> first [authenticate next,limit next]",
    "GET /invoices -> list [authenticate next]",
    "GET /invoices/:id -> read [authenticate next]",
    "POST /invoices -> create []",
  ]);
});

test("middleware that can let nothing run after it answers itself", () => {
  expect(
    linesOf(`
      import { Hono } from "hono";
      new Hono().use("/events/*", function events(c) { return c.text(""); });`),
  ).toEqual(["use /events/* -> events []"]);
});

test("an application that only came in", () => {
  const entries = entered(`
    import type { Hono } from "hono";
    export function register(app: Hono) { app.get("/invoices", function list(c) {}); }`);
  expect(entries.map(({ name, isDetached }) => [name, isDetached])).toEqual([["GET /invoices", true]]);
});

test("what comes from outside, and what the service has put there", () => {
  const [entry] = entered(`
    import { Hono } from "hono";
    new Hono().get("/:id", function read(c, next) {});`);
  const [context, next] = entry!.entry.parameters as [Role, Role];
  const roleOf = (path: string): Role =>
    path.split(".").reduce((role, step) => memberRole(role, step), context);
  const outside = ["param(id)", "param().id", "query(from)", "queries(tags)", "header(x-id)", "json().id"];
  for (const path of [...outside, "valid(json).id", "parseBody()", "getCookie(session)", "raw.headers"])
    expect([path, roleOf(`req.${path}`).kind]).toEqual([path, "request"]);
  for (const path of ["var.userId", "get(userId)", "env.DB", "getSignedCookie(session)"])
    expect([path, roleOf(path).kind]).toEqual([path, "context"]);
  expect(roleOf("var.userId").name).toBe("context.userId");
  expect(roleOf("req.valid(param).id").name).not.toBe(roleOf("req.valid(json).id").name);
  expect(next.kind).toBe("next");
});

// https://github.com/honojs/hono/issues/2126
test("middleware that was added for no path sees none of its parameters", () => {
  const [entry] = entered(`
    import { Hono } from "hono";
    const app = new Hono();
    app.use(async function early(c, next) { await next(); });
    app.use("/:organizationId/*", async function late(c, next) { await next(); });
    app.get("/:organizationId/invoices", function list(c) {});`);
  const kinds = entry!.entry
    .before()
    .map(({ parameters }) => memberRole(memberRole(parameters[0]!, "req"), "param(organizationId)").kind);
  expect(kinds).toEqual(["nothing", "request"]);
});

test("other things that have methods of these names are no applications", () => {
  expect(
    entered(`
      import { hc } from "hono/client";
      import { Hono } from "./framework.js";
      const client = hc("/");
      client.get("/invoices", (c) => {});
      new Hono().get("/invoices", (c) => {});
      class App { get(path, handler) {} }
      new App().get("/invoices", (c) => {});`),
  ).toEqual([]);
});

// https://hono.dev/docs/helpers/cookie
test("cookies are sent from outside, unless the service has signed them", () => {
  const text = `
    import { Hono } from "hono";
    import { getCookie, getSignedCookie } from "hono/cookie";
    import { getHeader } from "./headers.js";
    const app = new Hono();
    app.use(async function authenticate(c, next) {
      c.set("plain", getCookie(c, "organization"));
      c.set("signed", await getSignedCookie(c, secret, "organization"));
      c.set("other", getHeader(c, "organization"));
      await next();
    });
    app.get("/", function list(c) {});`;
  const { module } = lowerFile(ts, "main.ts", text);
  const program = link({ files: ["main.ts"], packages: [], aliases: [] }, new Map([["main.ts", module]]));
  const judged = new Set(["main.ts"]);
  const traced = trace({ program, tenancy: exampleTenancy, models: frameworks, judged });
  const scope = scopeOf(traced, traced.entries[0]!);
  const roles = keptIn(traced).map(({ path, value }) => {
    const own = scope.inOwnWords.value(value);
    return [path.join("."), own.kind === "symbolic" ? scope.roleOf(own.id)?.kind : own.kind];
  });
  expect(roles).toEqual([
    ["plain", "request"],
    ["signed", "context"],
    ["other", undefined],
  ]);
});
