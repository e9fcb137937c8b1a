import { expect, test } from "vitest";
import { memberRole } from "../../trace/entry.js";
import { entered } from "../testing/entered.js";

type Source = Parameters<typeof entered>[0];

/** What runs before each route of an application that the program makes. */
function guardsOf(source: Source): Readonly<Record<string, readonly string[]>> {
  const attached = entered(source).filter(({ isDetached }) => !isDetached);
  return Object.fromEntries(attached.map(({ name, before }) => [name, before]));
}

const hooks = `
  import fastify from "fastify";
  async function authenticate(request, reply) {}
  async function authorize(request, reply) {}
  function later(request, reply, done) { done(); }
  async function handler(request, reply) {}
`;

test("hooks run by stage: the application's, the plugin's, the route's", () => {
  expect(
    guardsOf(`${hooks}
      const app = fastify();
      app.register(async (child) => {
        child.addHook("preHandler", async function ofChild() {});
        child.get("/child", { preHandler: [authorize, later], onRequest: authenticate }, handler);
        child.route({ method: "POST", url: "/child", preValidation: later, handler });
      });
      app.addHook("preHandler", later);
      app.addHook("onRequest", async function atFirst() {});
      app.addHook("preParsing", async function parsing(request, reply, payload) {});
      app.addHook("onSend", async function sending(request, reply, payload) {});
      app.addHook("onResponse", async function answered() {});
      app.get("/", handler);`),
  ).toEqual({
    "GET /child": [
      "atFirst returns",
      "authenticate returns",
      "parsing returns",
      "ofChild returns",
      "later next",
      "authorize returns",
      "later next",
    ],
    "POST /child": ["atFirst returns", "parsing returns", "later next", "ofChild returns", "later next"],
    "GET /": ["atFirst returns", "parsing returns", "later next"],
  });
});

test("of one stage, the hook that was added first runs first, whosever it is", () => {
  expect(
    guardsOf(`${hooks}
      const app = fastify();
      app.addHook("onRequest", async function before() {});
      app.register(async (child) => {
        child.addHook("onRequest", async function own() {});
        child.get("/", handler);
      });
      app.addHook("onRequest", async function after() {});`),
  ).toEqual({ "GET /": ["before returns", "own returns", "after returns"] });
});

test("a plugin's hooks do not reach what is beside or above it, unless fastify-plugin opens it", () => {
  expect(
    guardsOf(`${hooks}
      import fp from "fastify-plugin";
      const app = fastify();
      app.register(async (child) => {
        child.addHook("onRequest", authenticate);
        child.get("/inside", handler);
      });
      app.register(fp(async (same) => { same.addHook("onRequest", later); }));
      app.register(fp(async (child) => { child.addHook("onRequest", authorize); }, { encapsulate: true }));
      app.register(async (child) => { child.get("/beside", handler); });
      app.get("/above", handler);`),
  ).toEqual({
    "GET /inside": ["authenticate returns", "later next"],
    "GET /beside": ["later next"],
    "GET /above": ["later next"],
  });
});

test("a hook under a condition counts for the routes that stand under the same", () => {
  expect(
    guardsOf(`${hooks}
      import fp from "fastify-plugin";
      const app = fastify();
      if (process.env.AUTH) {
        app.addHook("onRequest", authenticate);
        app.get("/same", handler);
        app.register(async (child) => { child.get("/below", handler); });
      } else {
        app.get("/other", handler);
      }
      app.register(fp(async (same) => {
        if (!process.env.ROLES) return;
        same.addHook("onRequest", authorize);
        same.after(() => { same.get("/behind", handler); });
      }));
      process.env.LATE && app.addHook("onRequest", later);
      app.get("/", handler);`),
  ).toEqual({
    "GET /same": ["authenticate returns"],
    "GET /below": ["authenticate returns"],
    "GET /other": [],
    "GET /behind": ["authorize returns"],
    "GET /": [],
  });
});

test("a function that is handed the instance under a condition adds its hooks under that", () => {
  expect(
    guardsOf({
      "main.ts": `
        import fastify from "fastify";
        import { addAuthentication, addLog } from "./hooks.js";
        export function build() {
          const app = fastify();
          addLog(app);
          if (process.env.AUTH) {
            addAuthentication(app);
            app.get("/same", async function handler() {});
          }
          app.get("/", async function handler() {});
          return app;
        }`,
      "hooks.ts": `
        export function addAuthentication(app) { app.addHook("onRequest", async function authenticate() {}); }
        export const addLog = (app) => { app.addHook("onRequest", async function log() {}); };`,
    }),
  ).toEqual({ "GET /same": ["log returns", "authenticate returns"], "GET /": ["log returns"] });
});

test("what makes a hook makes one that runs", () => {
  expect(
    guardsOf(`${hooks}
      const requireRole = (role) => async function hasRole(request, reply) {};
      const roles = { all: requireRole("any") };
      class Invoices {
        list = async (request, reply) => {};
        async get(request, reply) {}
        async check(request, reply) {}
      }
      const invoices = new Invoices();
      const app = fastify();
      for (const hook of [authenticate]) app.addHook("onRequest", hook);
      app.get("/", { preHandler: requireRole("admin") }, invoices.list);
      app.get("/:id", { preHandler: [roles.all, invoices.check.bind(invoices)] }, invoices.get.bind(invoices));`),
  ).toEqual({
    "GET /": ["authenticate returns", "hasRole returns"],
    "GET /:id": ["authenticate returns", "hasRole returns", "Invoices.check returns"],
  });
});

test("hooks may be given as decorations, also of an instance that is met before its plugin", () => {
  expect(
    guardsOf({
      "auth.ts": `
        import fp from "fastify-plugin";
        export default fp(async (app) => {
          app.decorate("authenticate", async function authenticate(request, reply) {});
          app.decorate("either", function one() {});
        });
        export const other = fp(async (app) => { app.decorate("either", function two() {}); });`,
      "main.ts": `
        import fastify from "fastify";
        import auth from "./auth.js";
        const early = fastify();
        const options = { preHandler: [early.authenticate, early.either, early.unknown] };
        early.get("/early", options, async function handler() {});
        const app = fastify();
        app.register(auth);
        app.get("/", { onRequest: app.authenticate, preHandler: app.either }, async function handler() {});`,
    }),
  ).toEqual({ "GET /early": ["authenticate returns"], "GET /": ["authenticate returns", "one returns"] });
});

test("@fastify/auth is content with any of several, unless it is told to want all", () => {
  const source = (register: string) => `${hooks}
    import auth from "@fastify/auth";
    const app = fastify();
    ${register}
    app.decorate("authenticate", authenticate);
    app.after(() => {
      app.get("/one", { preHandler: app.auth([app.authenticate]) }, handler);
      app.get("/any", { preHandler: app.auth([app.authenticate, later]) }, handler);
      app.get("/all", { preHandler: app.auth([app.authenticate, later], { relation: "and" }) }, handler);
      app.get("/nested", { preHandler: app.auth([[app.authenticate, later]]) }, handler);
      app.get("/mixed", { preHandler: app.auth([app.authenticate, [authorize, later]], { relation: "and" }) }, handler);
    });`;
  expect(guardsOf(source("app.register(auth);"))).toEqual({
    "GET /one": ["authenticate returns"],
    "GET /any": [],
    "GET /all": ["authenticate returns", "later next"],
    "GET /nested": ["authenticate returns", "later next"],
    "GET /mixed": ["authenticate returns"],
  });
  expect(guardsOf(source(""))["GET /one"]).toEqual([]);
});

test("a hook that may be another one, or none, is none that is known to run", () => {
  expect(
    guardsOf(`${hooks}
      const app = fastify();
      const isOpen = process.env.OPEN;
      app.get("/choice", { preHandler: isOpen ? authenticate : authorize }, handler);
      app.get("/maybe", { preHandler: isOpen ? undefined : authenticate }, handler);
      app.get("/some", { preHandler: [authenticate, ...(isOpen ? [] : [authorize])] }, handler);`),
  ).toEqual({ "GET /choice": [], "GET /maybe": [], "GET /some": ["authenticate returns"] });
});

test("what is on a request comes from outside, or was put there by the service", () => {
  const [{ entry }] = entered(`${hooks} fastify().get("/", handler);`) as [
    ReturnType<typeof entered>[number],
  ];
  const request = entry.parameters[0]!;
  const roleOf = (path: string): string => {
    const { kind, name } = path.split(".").reduce(memberRole, request);
    return `${kind} ${name}`;
  };
  expect(
    [
      "params.id",
      "query.page",
      "body",
      "headers.x-organization",
      "cookies.session",
      "url",
      "hostname",
      "ip",
    ].map(roleOf),
  ).toEqual([
    "request request.params.id",
    "request request.query.page",
    "request request.body",
    "request request.headers.x-organization",
    "request request.cookies.session",
    "request request.url",
    "request request.hostname",
    "request request.ip",
  ]);
  expect(["user.id", "organizationId", "raw.url", "raw.organizationId", "file()"].map(roleOf)).toEqual([
    "context request.user.id",
    "context request.organizationId",
    "request request.url",
    "context request.raw.organizationId",
    "request request.file",
  ]);
});
