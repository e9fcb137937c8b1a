import { expect, test } from "vitest";
import { entered } from "../testing/entered.js";

const base = `
  import { os as unbound, implement, lazy, ORPCError } from "@orpc/server";
  import { oc } from "@orpc/contract";
  import { oo } from "@orpc/openapi";
  export const os = unbound.$context<Context>().errors({ NOT_FOUND: {} });
  const requireUser = oo.spec(
    os.middleware(async function requireUser({ context, next }) {
      if (!context.user) throw new ORPCError("UNAUTHORIZED");
      return next({ context: { user: context.user } });
    }),
    { security: [] },
  );
  export const open = os.meta({});
  export const authenticated = os.use(requireUser);
`;

function linesOf(files: string | Readonly<Record<string, string>>): readonly string[] {
  return entered(typeof files === "string" ? base + files : { "os.ts": base, ...files }).map(
    ({ kind, name, handler, parameters }) => `${kind} ${name} -> ${handler}(${parameters.join(", ")})`,
  );
}

function guardsOf(source: string): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(entered(base + source).map(({ name, before }) => [name, before]));
}

test("a procedure is called by its path through the objects that a handler of requests is given, or by its route", () => {
  expect(
    linesOf({
      "invoices.ts": `
        import { authenticated } from "./os.js";
        import { handleList } from "./list.js";
        export const invoices = {
          list: authenticated.input(z.object({})).handler(handleList),
          get: authenticated.route({ method: "GET", path: "/invoices/{id}", tags: [] }).output(z.any()).handler(async function get({ input, context }) {}),
          lines: { add: authenticated.route({ path: "/lines" }).handler(function add() {}) },
        };`,
      "list.ts": `export const handleList = async ({ input, context: { user } }: any) => {};`,
      "server.ts": `
        import { RPCHandler } from "@orpc/server/fetch";
        import { OpenAPIHandler } from "@orpc/openapi/node";
        import { invoices } from "./invoices.js";
        const app = { invoices };
        export const rpc = new RPCHandler(app);
        export const http = new OpenAPIHandler(app, { plugins: [] });`,
    }),
  ).toEqual([
    "rpc invoices.list -> handleList(context options)",
    "http GET /invoices/:id -> get(context options)",
    "http POST /lines -> add(context options)",
  ]);
});

test("a procedure that no handler of requests is seen to get is called as what it is assigned to", () => {
  expect(
    linesOf(`
      export const invoices = { pay: open.handler(async function handler() {}).callable() };
      export const health = open.handler(function handler() { return "well"; });`),
  ).toEqual(["rpc pay -> handler(context options)", "rpc health -> handler(context options)"]);
});

test("what the parameters of a handler and of a middleware hold", () => {
  const [list] = entered(`${base}
    export const list = authenticated.handler(async function list({ input, context }) {});`);
  const [options] = list!.entry.parameters;
  const [guard] = list!.entry.before();
  expect(guard!.parameters[0]).toEqual(options);
  expect(guard!.parameters[1]).toEqual(options!.members!["input"]);
  expect(guard!.parameters[1]).toMatchObject({ kind: "request", name: "input" });
  expect(options!.members!["context"]).toMatchObject({ kind: "context", name: "context" });
  expect(options!.members!["context"]!.members!["headers"]).toMatchObject({ name: "request.headers" });
  expect(options!.members!["next"]).toMatchObject({ kind: "next" });
});

test("a middleware is told which part of the input it gets", () => {
  const [get] = entered(`${base}
    const member = os.middleware(async function member({ next }, projectId: string) { return next(); });
    const owner = os.middleware(async function owner({ next }, ids: any) { return next(); });
    export const get = open
      .use(member, (input) => input.project.id)
      .use(owner.mapInput((input: any) => ({ project: input.projectId, limit: 1 })))
      .use(member, (input) => hashed(input))
      .handler(() => {});`);
  const [byPart, byObject, byOther] = get!.entry.before().map(({ parameters }) => parameters[1]!);
  expect(byPart).toMatchObject({ kind: "request", name: "input.project.id" });
  expect(byObject!.members!["project"]).toMatchObject({ kind: "request", name: "input.projectId" });
  expect(byOther!.name).not.toMatch(/^input/);
});

test("middleware stands in the order in which it was added: routers', builders', procedures'", () => {
  expect(
    guardsOf(`
      const log = os.middleware(function log({ next }) { return next(); });
      const handler = () => {};
      const procedures = {
        joined: os.use(log.concat(requireUser)).handler(handler),
        inline: authenticated.use(function inline({ next }, input) { return next(); }).handler(handler),
        late: open.handler(handler).use(requireUser).route({ path: "/late" }),
        foreign: open.use(onError(() => {})).use(requireUser).handler(handler),
        routed: open.route({ method: "GET", path: "/routed" }).handler(handler),
      };
      export const router = os.use(function outer({ next }) { return next(); }).prefix("/v1").router(procedures);`),
  ).toEqual({
    joined: ["outer next", "log next", "requireUser next"],
    inline: ["outer next", "requireUser next", "inline next"],
    "POST /v1/late": ["outer next", "requireUser next"],
    foreign: ["outer next", "requireUser next"],
    "GET /v1/routed": ["outer next"],
  });
});

test("a contract says what its procedures are called and which routes they have", () => {
  expect(
    linesOf(`
      const contract = {
        invoices: {
          list: oc.input(z.any()),
          get: oc.route({ method: "GET", path: "/invoices/{id}" }).output(z.any()),
        },
      };
      const implementer = implement(contract).$context<Context>().use(requireUser);
      export const list = implementer.invoices.list.handler(function list() {});
      export const get = implementer.invoices.get.handler(function get() {});`),
  ).toEqual(["rpc invoices.list -> list(context options)", "http GET /invoices/:id -> get(context options)"]);
});

test("a lazy router is what its module exports by default", () => {
  expect(
    linesOf({
      "late.ts": `
        import { open } from "./os.js";
        export default { ping: open.handler(function ping() {}) };`,
      "app.ts": `
        import { os } from "./os.js";
        import { RPCHandler } from "@orpc/server/node";
        new RPCHandler({ slow: os.lazy(() => import("./late.js")) });`,
    }),
  ).toEqual(["rpc slow.ping -> ping(context options)"]);
});

test("objects that look alike have no procedures", () => {
  expect(
    entered(`
      import os from "node:os";
      import { createServerFn } from "somebody-elses";
      import { ORPCError } from "@orpc/server";
      export const list = createServerFn().use(() => {}).handler(() => { throw new ORPCError("NOT_FOUND"); });
      export const other = (os as any).route({ path: "/" }).handler(() => {});
      export const app = new RPCHandler({ list });`),
  ).toEqual([]);
});
