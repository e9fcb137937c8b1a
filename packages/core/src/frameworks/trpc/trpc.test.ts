import { expect, test } from "vitest";
import { entered } from "../testing/entered.js";

const base = `
  import { initTRPC, TRPCError } from "@trpc/server";
  const t = initTRPC.context<Context>().meta<Meta>().create({ transformer });
  export const router = t.router;
  const requireUser = t.middleware(async function requireUser({ ctx, next }) {
    if (!ctx.user) throw new TRPCError({ code: "UNAUTHORIZED" });
    return next({ ctx: { user: ctx.user } });
  });
  export const publicProcedure = t.procedure;
  export const protectedProcedure = t.procedure.use(requireUser);
`;

function linesOf(files: string | Readonly<Record<string, string>>): readonly string[] {
  return entered(typeof files === "string" ? base + files : { "trpc.ts": base, ...files }).map(
    ({ kind, name, handler, parameters }) => `${kind} ${name} -> ${handler}(${parameters.join(", ")})`,
  );
}

function guardsOf(
  files: string | Readonly<Record<string, string>>,
): Readonly<Record<string, readonly string[]>> {
  const found = entered(typeof files === "string" ? base + files : { "trpc.ts": base, ...files });
  return Object.fromEntries(found.map(({ name, before }) => [name, before]));
}

test("a procedure is called by its path through the routers, whichever files they stand in", () => {
  expect(
    linesOf({
      "invoices.ts": `
        import { protectedProcedure, router } from "./trpc.js";
        async function list() {}
        export const invoicesRouter = router({
          list: protectedProcedure.input(z.object({ page: z.number() })).query(list),
          lines: router({ add: protectedProcedure.mutation(async function add({ input }) {}) }),
        });`,
      "health.ts": `
        import { publicProcedure } from "./trpc.js";
        export const health = publicProcedure.output(z.string()).query(function health() { return "well"; });`,
      "app.ts": `
        import { router } from "./trpc.js";
        import { invoicesRouter } from "./invoices.js";
        import { health } from "./health.js";
        export const app = router({ invoices: invoicesRouter, status: { now: health } });`,
    }),
  ).toEqual([
    "rpc status.now -> health(context options)",
    "rpc invoices.list -> list(context options)",
    "rpc invoices.lines.add -> add(context options)",
  ]);
});

test("merged routers' procedures stand beside each other, and one in two routers has two names", () => {
  expect(
    linesOf(`
      const search = publicProcedure.query(function search() {});
      const users = t.router({ search });
      const teams = t.router({ find: search });
      export const app = t.mergeRouters(users, t.router({ teams }));`),
  ).toEqual(["rpc search -> search(context options)", "rpc teams.find -> search(context options)"]);
});

test("a procedure that no router is seen to hold is called as what it is assigned to", () => {
  expect(
    linesOf(`
      export const remove = protectedProcedure.mutation(async function handler() {});
      export const held = { archive: protectedProcedure.mutation(async function handler() {}) };`),
  ).toEqual(["rpc remove -> handler(context options)", "rpc archive -> handler(context options)"]);
});

test("routers that a function makes are entered where their results go", () => {
  expect(
    linesOf(`
      const crud = (table: string) => t.router({ list: publicProcedure.query(function list() { return table; }) });
      const audited = (handler: any) => protectedProcedure.mutation(handler);
      export const app = t.router({ users: crud("users"), teams: crud("teams"), pay: audited(function pay() {}) });`),
  ).toEqual([
    "rpc users.list -> list(context options)",
    "rpc teams.list -> list(context options)",
    "rpc pay -> pay(context options)",
  ]);
});

test("what the parameter of a handler and of a middleware holds", () => {
  const [list] = entered(`${base}
    export const list = protectedProcedure.query(async function list({ ctx, input }) {});`);
  const [options] = list!.entry.parameters;
  const [guard] = list!.entry.before();
  const { input, rawInput, ctx, next } = options!.members!;
  expect(guard!.parameters).toEqual([options]);
  expect(input).toMatchObject({ kind: "request", name: "input" });
  expect(rawInput).toEqual(input);
  expect(options!.members!["getRawInput()"]).toEqual(input);
  expect(ctx).toMatchObject({ kind: "context", name: "context" });
  expect(ctx!.members!["session"]).toBeUndefined();
  expect(ctx!.members!["headers"]).toMatchObject({ kind: "request", name: "request.headers" });
  expect(ctx!.members!["req"]!.members!["headers"]).toEqual(ctx!.members!["headers"]);
  expect(next).toMatchObject({ kind: "next" });
});

test("middleware stands in the order in which it was added, also where builders and middleware are joined", () => {
  expect(
    guardsOf(`
      import { experimental_standaloneMiddleware } from "@trpc/server";
      const log = t.middleware(function log({ next }) { return next(); });
      const limited = (most: number) => t.middleware(function limit({ next }) { return most > 1 ? next() : null; });
      const member = experimental_standaloneMiddleware<{ ctx: Context }>().create(function member({ next }) { return next(); });
      const pipe = log.unstable_pipe(requireUser);
      const withMember = t.procedure.use(member);
      const handler = () => {};
      export const app = t.router({
        open: publicProcedure.query(handler),
        inline: publicProcedure.use(function inline({ next }) { return next(); }).input(z.string()).use(requireUser).query(handler),
        piped: t.procedure.use(pipe).use(limited(2)).query(handler),
        joined: protectedProcedure.unstable_concat(withMember).concat(t.procedure.use(log)).query(handler),
        foreign: t.procedure.use(tracing({ collect: true })).use(requireUser).query(handler),
      });`),
  ).toEqual({
    open: [],
    inline: ["inline next", "requireUser next"],
    piped: ["log next", "requireUser next", "limit next"],
    joined: ["requireUser next", "member next", "log next"],
    foreign: ["requireUser next"],
  });
});

test("middleware that a function makes counts, however many procedures it is made for", () => {
  const numbers = Array.from({ length: 40 }, (_, index) => index);
  const procedures = numbers.map(
    (number) => `export const call${number} = t.procedure.use(limited(${number})).query(() => {});`,
  );
  const guards = guardsOf(`
    const limited = (most: number) => t.middleware(function limit({ next }) { return most > 1 ? next() : null; });
    ${procedures.join("\n")}`);
  expect(guards).toEqual(Object.fromEntries(numbers.map((number) => [`call${number}`, ["limit next"]])));
});

test("whoever makes the context runs first, for each way in which a router is served", () => {
  const files = {
    "app.ts": `
      import { protectedProcedure, router } from "./trpc.js";
      export const app = router({ list: protectedProcedure.query(() => {}) });`,
    "next.ts": `
      import { createNextApiHandler } from "@trpc/server/adapters/next";
      import { app } from "./app.js";
      async function createContext({ req }) { return { user: await userOf(req.headers.authorization) }; }
      export default createNextApiHandler({ router: app, createContext });`,
  };
  expect(guardsOf(files)).toEqual({ list: ["createContext returns", "requireUser next"] });
  const both = {
    ...files,
    "trusted.ts": `
      import { createHTTPServer } from "@trpc/server/adapters/standalone";
      import { app } from "./app.js";
      createHTTPServer({ router: app, createContext: function trusted() { return {}; } });`,
  };
  expect(entered({ "trpc.ts": base, ...both }).map(({ before }) => before)).toEqual([
    ["createContext returns", "requireUser next"],
    ["trusted returns", "requireUser next"],
  ]);
});

test("a lazy router is the one that its module exports", () => {
  expect(
    linesOf({
      "late.ts": `
        import { publicProcedure, router } from "./trpc.js";
        export const late = router({ ping: publicProcedure.query(function ping() {}) });`,
      "app.ts": `
        import { lazy } from "@trpc/server";
        import { router } from "./trpc.js";
        export const app = router({ slow: lazy(() => import("./late.js")) });`,
    }),
  ).toEqual(["rpc slow.ping -> ping(context options)"]);
});

test("a router of version 9 adds procedures by name, behind the middleware that was there before", () => {
  const old = `
    import * as trpc from "@trpc/server";
    const createRouter = () => trpc.router<Context>();
    const lines = createRouter().query("all", { input: z.string(), resolve: function all({ ctx, input }) {} });
    export const app = createRouter()
      .query("health", { resolve() {} })
      .middleware(function requireUser({ ctx, next }) { return next(); })
      .mutation("pay", { async resolve({ ctx, input }) {} })
      .merge("lines.", lines);`;
  expect(entered(old).map(({ name, before }) => `${name}: ${before.join()}`)).toEqual([
    "lines.all: requireUser next",
    "health: ",
    "pay: requireUser next",
  ]);
});

test("objects that look alike are no routers", () => {
  expect(
    entered(`
      import { TRPCError } from "@trpc/server";
      import { createClient } from "./client.js";
      const t = { router: (held: any) => held, procedure: createClient() };
      const pool = createClient();
      export const app = t.router({ list: t.procedure.use(() => {}).query(() => {}) });
      pool.query(() => {});
      new QueryClient().mutation(async () => new TRPCError({ code: "NOT_FOUND" }));`),
  ).toEqual([]);
});
