import { expect, test } from "vitest";
import { memberRole, type Role } from "../../trace/entry.js";
import { entered } from "../testing/entered.js";

function linesOf(files: string | Readonly<Record<string, string>>): readonly string[] {
  return entered(files).map(({ name, handler, before }) => `${name} -> ${handler} [${before.join()}]`);
}

test("routes of an application, with the middleware that was added before them", () => {
  expect(
    linesOf(`
      import express from "express";
      const app = express();
      app.get("/health", function health(req, res) { res.send("ok"); });
      app.use(express.json(), function authenticate(req, res, next) { next(); });
      app.get("/invoices/:id", function canRead(req, res, next) { next(); }, function read(req, res) {});
      app.post("/invoices", [function canWrite(req, res, next) { next(); }], async function create(req, res) {});
      app.use(function late(req, res, next) { next(); });
      app.use(function failed(error, req, res, next) { res.status(500).end(); });
      app.all("/ping", function ping(req, res) {});
      console.log(app.get("port"));`),
  ).toEqual([
    "GET /health -> health []",
    "GET /invoices/:id -> read [authenticate next,canRead next]",
    "POST /invoices -> create [authenticate next,canWrite next]",
    "ALL /ping -> ping [authenticate next,late next]",
  ]);
});

test("a router's routes have the paths and the middleware of where it is mounted", () => {
  expect(
    linesOf({
      "server.ts": `
        import express, { Router } from "express";
        import invoices from "./routes/invoices.js";
        import { authenticate } from "./authenticate.js";
        const app = express();
        const api = Router();
        api.use("/organizations/:organizationId", authenticate, invoices);
        app.use("/api/v1", api);
        app.use(function notFound(req, res) { res.sendStatus(404); });
        app.listen(3000);`,
      "routes/invoices.ts": `
        import * as express from "express";
        const router = express.Router({ mergeParams: true });
        router.use(function count(req, res, next) { next(); });
        router.route("/invoices").get(function list(req, res) {}).post(function create(req, res) {});
        router.get(["/invoices/:id", "/bills/:id"], function read(req, res) {});
        export default router;`,
      "authenticate.ts": `export function authenticate(req, res, next) { next(); }`,
    }),
  ).toEqual([
    "GET /api/v1/organizations/:organizationId/invoices -> list [authenticate next,count next]",
    "POST /api/v1/organizations/:organizationId/invoices -> create [authenticate next,count next]",
    "GET /api/v1/organizations/:organizationId/invoices/:id -> read [authenticate next,count next]",
    "GET /api/v1/organizations/:organizationId/bills/:id -> read [authenticate next,count next]",
    "use / -> notFound []",
  ]);
});

test("middleware for a path is for what is below it, and for nothing else", () => {
  expect(
    linesOf(`
      import express from "express";
      const app = express();
      app.use("/admin", function isAdministrator(req, res, next) { next(); });
      app.use(/^.internal/, function isInternal(req, res, next) { next(); });
      app.all("/api/*", function isMember(req, res, next) { next(); });
      app.get("/admin/users", function users(req, res) {});
      app.get("/administrators", function administrators(req, res) {});
      app.get("/:section/users", function section(req, res) {});
      app.get("/api/invoices", function invoices(req, res) {});
      app.get(process.env.INTERNAL_PATH, function internal(req, res) {});`).filter(
      (line) => !line.startsWith("ALL"),
    ),
  ).toEqual([
    "GET /admin/users -> users [isAdministrator next]",
    "GET /administrators -> administrators []",
    "GET /:section/users -> section []",
    "GET /api/invoices -> invoices [isMember next]",
    expect.stringMatching(/-> internal \[\]$/),
  ]);
});

test("middleware that is added under a condition is sure only under the same", () => {
  expect(
    linesOf(`
      import express from "express";
      const app = express();
      function setUp() {
        if (process.env.SECURE) {
          app.use(function authenticate(req, res, next) { next(); });
          app.get("/secure", function secure(req, res) {});
        } else {
          app.get("/insecure", function insecure(req, res) {});
        }
        process.env.LIMIT && app.use(function limit(req, res, next) { next(); });
        for (const one of [1, 2]) app.use(function always(req, res, next) { next(); });
        app.get("/invoices", function list(req, res) {});
        if (process.env.READ_ONLY) return;
        app.use(function mayWrite(req, res, next) { next(); });
        app.post("/invoices", function create(req, res) {});
      }
      setUp();
      app.get("/late", function late(req, res) {});`),
  ).toEqual([
    "GET /secure -> secure [authenticate next]",
    "GET /insecure -> insecure []",
    "GET /invoices -> list [always next]",
    "POST /invoices -> create [always next,mayWrite next]",
    "GET /late -> late [always next]",
  ]);
});

// https://expressjs.com/en/guide/using-middleware.html: next() goes on behind the router.
test("the middleware of a router that has no such route ran all the same", () => {
  expect(
    linesOf(`
      import express, { Router } from "express";
      const invoices = Router();
      invoices.use(function authenticate(req, res, next) { next(); });
      const app = express();
      app.use("/api", invoices);
      app.get("/api/health", function health(req, res) {});
      app.get("/health", function open(req, res) {});`),
  ).toEqual(["GET /api/health -> health [authenticate next]", "GET /health -> open []"]);
});

// "Param callback functions are local to the router on which they are defined": https://expressjs.com/en/5x/api.html#router.param
test("what runs for a parameter runs for the routes of its own router that have it", () => {
  const entries = entered(`
    import { Router } from "express";
    const outer = Router(), inner = Router({ mergeParams: true });
    outer.param("organizationId", function canSee(req, res, next, organizationId) { next(); });
    outer.use("/:organizationId", inner);
    inner.param("organizationId", function isNotAsked(req, res, next, id) { next(); });
    inner.get("/invoices", function list(req, res) {});
    outer.get("/about", function about(req, res) {});`);
  expect(entries.map(({ name, before }) => [name, before])).toEqual([
    ["GET /:organizationId/invoices", ["canSee next"]],
    ["GET /about", []],
  ]);
  expect(entries[0]!.entry.before()[0]!.parameters[3]).toMatchObject({
    kind: "request",
    name: "request.params.organizationId",
  });
});

test("routers that nobody mounts, and applications that only come in, are not all there is", () => {
  expect(
    entered(`
      import { Router, type Express } from "express";
      import type * as types from "express";
      const router = Router();
      router.get("/invoices", function list(req, res) {});
      export function register(app: Express) { app.get("/users", function users(req, res) {}); }
      export function addTo(router: types.Router) { router.get("/teams", function teams(req, res) {}); }
    `).map(({ name, isDetached }) => [name, isDetached]),
  ).toEqual([
    ["GET /invoices", true],
    ["GET /users", true],
    ["GET /teams", true],
  ]);
});

test("what a function is given to fill belongs to who gave it", () => {
  const entries = entered({
    "app.ts": `
      import express, { type Application } from "express";
      import { addRoutes } from "./routes.js";
      class Server {
        private app: Application;
        constructor() { this.app = express(); this.middleware(); this.routes(); }
        private middleware() { this.app.use(function authenticate(req, res, next) { next(); }); }
        private routes() { addRoutes(this.app); }
      }
      new Server();`,
    "routes.ts": `
      import type { Express } from "express";
      export function addRoutes(app: Express) { app.get("/invoices", function list(req, res) {}); }`,
  });
  expect(entries.map(({ name, before, isDetached }) => [name, before, isDetached])).toEqual([
    ["GET /invoices", ["authenticate next"], false],
  ]);
});

test("controllers that inherit a router each have their own", () => {
  const entries = entered(`
    import express, { Router } from "express";
    abstract class Controller {
      readonly router = Router();
      constructor() { this.router.use(function count(req, res, next) { next(); }); }
    }
    class Invoices extends Controller {
      constructor() {
        super();
        this.router.use(function authenticate(req, res, next) { next(); });
        this.router.get("/invoices", this.list);
      }
      async list(req, res) {}
    }
    class Pages extends Controller {
      constructor() { super(); this.router.get("/pages", this.show); }
      async show(req, res) {}
    }
    const app = express();
    app.use("/api", new Invoices().router);
    app.use(new Pages().router);`);
  expect(entries.map(({ name, handler, before, isDetached }) => [name, handler, before, isDetached])).toEqual(
    [
      ["GET /invoices", "Invoices.list", ["count next", "authenticate next"], true],
      ["GET /pages", "Pages.show", ["count next"], true],
    ],
  );
});

test("an application that other classes are given is still one", () => {
  expect(
    linesOf(`
      import express from "express";
      class Server {
        readonly app = express();
        constructor() { secure(this.app); fill(this.app); }
      }
      function secure(app) { new Helper(app).secure(); }
      class Helper {
        constructor(private app) {}
        secure() { this.app.use(function limit(req, res, next) { next(); }); }
      }
      class Other { static fill(app) { app.get("/users", function users(req, res) {}); } }
      function fill(app) { Other.fill(app); Another.fill(app); }
      class Another { static fill(app) { app.get("/teams", function teams(req, res) {}); } }
      new Server();`),
  ).toEqual(["GET /users -> users [limit next]", "GET /teams -> teams [limit next]"]);
});

test("an application that other files fill as well", () => {
  expect(
    linesOf({
      "a-routes.ts": `
        import { app } from "./server.js";
        app.get("/invoices", function list(req, res) {});`,
      "server.ts": `
        import express from "express";
        export const app = express();
        app.use(function authenticate(req, res, next) { next(); });`,
    }),
  ).toEqual(["GET /invoices -> list [authenticate next]"]);
});

test("a function that makes routers makes one for each call", () => {
  expect(
    linesOf(`
      import express, { Router } from "express";
      function resource(list) {
        const router = Router();
        router.get("/", list);
        return router;
      }
      const app = express();
      app.use("/invoices", resource(function invoices(req, res) {}));
      app.use("/users", resource(function users(req, res) {}));`),
  ).toEqual(["GET /invoices -> invoices []", "GET /users -> users []"]);
});

test("what a wrapper of the project's own makes is the handler, and what one without sources was given", () => {
  expect(
    linesOf(`
      import express from "express";
      import asyncHandler from "express-async-handler";
      const caught = (handler) => function handOn(req, res, next) {
        Promise.resolve(handler(req, res, next)).catch(next);
      };
      const anyOf = (handler) => function all(...args) { return handler(...args); };
      const authenticated = (handler) => async function isSignedIn(req, res, next) {
        if (!req.user) return res.sendStatus(401);
        return handler(req, res, next);
      };
      const app = express();
      app.get("/1", caught(async function one(req, res) {}));
      app.get("/2", anyOf(async function check(req, res, next) { next(); }), anyOf(caught(async function two(req, res) {})));
      app.get("/3", asyncHandler(async function three(req, res) {}));
      app.get("/4", authenticated(async function four(req, res) {}));`),
  ).toEqual([
    "GET /1 -> handOn []",
    "GET /2 -> all [all next]",
    "GET /3 -> three []",
    "GET /4 -> isSignedIn []",
  ]);
});

test("handlers of a controller that is wrapped as a whole", () => {
  expect(
    linesOf({
      "invoices.ts": `
        export async function list(req, res) {}
        export const limit = 10;`,
      "server.ts": `
        import express from "express";
        import * as controller from "./invoices.js";
        import { wrapAll } from "wrappers";
        const invoices = wrapAll(controller);
        function wrapped(handlers) {
          const made = {};
          for (const name of Object.keys(handlers)) made[name] = (req, res, next) => handlers[name](req, res, next);
          return made;
        }
        const others = wrapped(controller);
        const app = express();
        app.get("/invoices", invoices.list);
        app.get("/others", others.list);
        app.get("/limit", invoices.limit);
        app.get("/missing", invoices.missing);`,
    }),
  ).toEqual(["GET /invoices -> list []", "GET /others -> list []"]);
});

test("what comes from outside, and what the service has put there", () => {
  const [entry] = entered(`
    import express from "express";
    express().get("/:id", function read(req, res, next) {});`);
  const [request, response, next] = entry!.entry.parameters as [Role, Role, Role];
  const roleOf = (path: string): Role => path.split(".").reduce(memberRole, request);
  for (const path of [
    "params.id",
    "query.from",
    "body.to",
    "headers.host",
    "cookies.id",
    "get(x-id)",
    "header(x-id)",
    "ip",
  ])
    expect([path, roleOf(path).kind]).toEqual([path, "request"]);
  for (const path of ["user.id", "session.userId", "auth", "signedCookies.id"])
    expect([path, roleOf(path).kind]).toEqual([path, "context"]);
  expect(memberRole(memberRole(response, "locals"), "user").kind).toBe("context");
  expect(memberRole(response, "json()").kind).toBe("reply");
  expect(next).toMatchObject({ kind: "next" });
});

// https://expressjs.com/en/5x/api.html#req.params: of the path that the middleware was added for.
test("middleware that was added for no path sees none of its parameters", () => {
  const [entry] = entered(`
    import express from "express";
    const app = express();
    app.use(function early(req, res, next) { next(); });
    app.use("/:organizationId", function late(req, res, next) { next(); });
    app.get("/:organizationId/:id", function own(req, res, next) { next(); }, function read(req, res) {});`);
  const guards = entry!.entry.before().map(({ parameters }) => memberRole(parameters[0]!, "params"));
  expect(
    guards.map((params) => ["organizationId", "id"].map((name) => memberRole(params, name).kind)),
  ).toEqual([
    ["nothing", "nothing"],
    ["request", "nothing"],
    ["request", "request"],
  ]);
});

test("other things that have methods of these names are no applications", () => {
  expect(
    entered(`
      import axios from "axios";
      import { Router } from "vue-router";
      import { client } from "./client.js";
      const map = new Map();
      class Application { get(path, handler) {} use(handler) {} }
      export function register(app: Application, router: Router) {
        app.get("/invoices", (req, res) => {});
        router.get("/invoices", (req, res) => {});
      }
      map.get("/invoices", () => {});
      axios.get("/invoices", (req, res) => {});
      client.get("/invoices", (req, res) => {});`),
  ).toEqual([]);
});
