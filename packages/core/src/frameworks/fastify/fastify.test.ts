import { expect, test } from "vitest";
import { entered } from "../testing/entered.js";

type Source = Parameters<typeof entered>[0];

function linesOf(source: Source): readonly string[] {
  return entered(source).map(
    ({ kind, name, handler, parameters, isDetached }) =>
      `${kind} ${name} -> ${handler}(${parameters.join(", ")})${isDetached ? " detached" : ""}`,
  );
}

test("an application's routes are what its methods and route() say", () => {
  expect(
    linesOf(`
      import Fastify from "fastify";
      import type { ZodTypeProvider } from "fastify-type-provider-zod";
      const app = Fastify({ logger: true }).withTypeProvider<ZodTypeProvider>();
      app.get("/invoices", list).post("/invoices", { schema: {} }, create);
      app.all("/any", { handler: any });
      app.route({ method: ["PUT", "PATCH"], url: "/invoices/:id", schema: {}, handler: change });
      async function list(request, reply) {}
      async function create(request) {}
      async function any() {}
      function change(request, reply) {}`),
  ).toEqual([
    "http GET /invoices -> list(context request, reply)",
    "http POST /invoices -> create(context request, reply)",
    "http ALL /any -> any(context request, reply)",
    "http PUT /invoices/:id -> change(context request, reply)",
    "http PATCH /invoices/:id -> change(context request, reply)",
  ]);
});

test("what others call get, post and register is none", () => {
  expect(
    entered(`
      import { fastify } from "./own.js";
      import axios from "axios";
      import provider from "@fastify/type-provider-typebox";
      import Fastify from "fastify";
      const own = fastify();
      own.get("/invoices", async function list(request, reply) {});
      axios.create().post("/invoices", async function create() {});
      new Map().get("/invoices", () => {});
      provider().get("/invoices", () => {});
      function routes(app: { get: any; addHook: any }) { app.get("/", () => {}); }
      Fastify().inject("/", () => {});`),
  ).toEqual([]);
});

test("plugins are called with an instance, and their prefixes come before their paths", () => {
  expect(
    linesOf({
      "main.ts": `
        import { fastify } from "fastify";
        import invoices, { payments } from "./invoices.js";
        async function build() {
          const app = fastify();
          await app.register(invoices, { prefix: "/api" });
          app.register(import("./users.js"), { prefix: "api/" });
          app.register((v2, options, done) => { v2.register(payments, { prefix: "/payments" }); done(); }, { prefix: "/v2" });
          return app;
        }`,
      "invoices.ts": `
        export default async function invoices(app, options) {
          app.get("/invoices/:id", async function get(request, reply) {});
          app.get("/", async function root() {});
        }
        export const payments = async (app) => { app.get("/:id", async function payment() {}); };`,
      "users.ts": `
        export default async function users(app) { app.get("/users", async function list() {}); }`,
    }),
  ).toEqual([
    "http GET /api/invoices/:id -> get(context request, reply)",
    "http GET /api -> root(context request, reply)",
    "http GET /api/users -> list(context request, reply)",
    "http GET /v2/payments/:id -> payment(context request, reply)",
  ]);
});

test("a plugin that nobody is seen to register is detached, and one that somebody is, is also attached", () => {
  expect(
    linesOf({
      "routes.ts": `
        import type { FastifyInstance } from "fastify";
        export async function typed(app: FastifyInstance) { app.get("/typed", async function one() {}); }`,
      "declared.ts": `
        import type { FastifyPluginAsync, RouteHandlerMethod } from "fastify";
        import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
        export const declared: FastifyPluginAsync = async (app) => { app.get("/declared", async function two() {}); };
        export const zod: FastifyPluginAsyncZod = async function (app) { app.get("/zod", async function three() {}); };
        export default (async (app) => { app.get("/stated", async function four() {}); }) satisfies FastifyPluginAsync;
        export const handler: RouteHandlerMethod = async (app) => { app.get("/handler", async () => {}); };
        const other: Handler = async (app) => { app.get("/other", async () => {}); };`,
      "wrapped.ts": `
        import fp from "fastify-plugin";
        export default fp(async (app) => {
          app.get("/wrapped", async function five() {});
          app.register(async (child) => { child.get("/child", async function six() {}); });
        }, { name: "wrapped" });`,
      "server.ts": `
        import fastify from "fastify";
        import { typed } from "./routes.js";
        import { declared } from "./declared.js";
        fastify().register(typed, { prefix: "/v1" });
        fastify().register(declared, { prefix: "/v1" });`,
    }).toSorted(),
  ).toEqual([
    "http GET /child -> six(context request, reply) detached",
    "http GET /stated -> four(context request, reply) detached",
    "http GET /typed -> one(context request, reply) detached",
    "http GET /v1/declared -> two(context request, reply)",
    "http GET /v1/typed -> one(context request, reply)",
    "http GET /wrapped -> five(context request, reply) detached",
    "http GET /zod -> three(context request, reply) detached",
  ]);
});

test("websocket routes get the socket first, and what is heard on it comes from outside", () => {
  expect(
    linesOf(`
      import fastify from "fastify";
      const app = fastify();
      app.get("/live", { websocket: true }, async function live(socket, request) {
        socket.on("message", function heard(data) {});
        socket.on("close", function closed() {});
      });
      app.route({ method: "GET", url: "/both", handler: page, wsHandler: stream });
      function page(request, reply) {}
      function stream(socket, request) {}`),
  ).toEqual([
    "websocket websocket /live -> live(context client, context request)",
    "websocket websocket /live message -> heard(request message)",
    "http GET /both -> page(context request, reply)",
    "websocket websocket /both -> stream(context client, context request)",
  ]);
});
