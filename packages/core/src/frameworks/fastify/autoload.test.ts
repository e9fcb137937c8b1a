import { expect, test } from "vitest";
import { entered } from "../testing/entered.js";

function linesOf(files: Readonly<Record<string, string>>): readonly string[] {
  return entered(files)
    .filter(({ isDetached }) => !isDetached)
    .map(({ name, handler, before }) => `${name} -> ${handler} [${before.join(", ")}]`);
}

test("each file of the directory is a plugin, with the directories below as its prefix", () => {
  expect(
    linesOf({
      "src/app.ts": `
        import path from "node:path";
        import autoload from "@fastify/autoload";
        import fastify from "fastify";
        const app = fastify();
        app.register(autoload, { dir: path.join(import.meta.dirname, "plugins") });
        app.register(autoload, { dir: \`\${import.meta.dirname}/routes\`, options: { prefix: "/api/" }, routeParams: true });`,
      "src/plugins/auth.ts": `
        import fp from "fastify-plugin";
        export default fp(async (app) => { app.addHook("onRequest", async function authenticate() {}); });`,
      "src/routes/root.ts": `
        export default async (app) => { app.get("/", async function root() {}); };`,
      "src/routes/invoices/index.ts": `
        export default async (app) => { app.get("/:id", async function invoice() {}); };`,
      "src/routes/invoices/beside.ts": `
        export default async (app) => { app.get("/", async function beside() {}); };`,
      "src/routes/organizations/_organizationId/members.ts": `
        export default async (app) => { app.get("/members", async function members() {}); };`,
      "src/routes/renamed.ts": `
        export const autoPrefix = "/named";
        export default async (app) => { app.get("/", async function named() {}); };`,
      "src/elsewhere/other.ts": `
        export default async (app) => { app.get("/", async function other() {}); };`,
    }),
  ).toEqual([
    "GET /api/invoices/:id -> invoice [authenticate returns]",
    "GET /api/organizations/:organizationId/members -> members [authenticate returns]",
    "GET /api/named -> named [authenticate returns]",
    "GET /api -> root [authenticate returns]",
  ]);
});

const files = {
  "routes/autohooks.ts": `
    export default async function (app) { app.addHook("onRequest", async function above() {}); }`,
  "routes/root.ts": `
    export default async (app) => { app.get("/", async function root() {}); };`,
  "routes/api/autohooks.ts": `
    export default async function (app) { app.addHook("onRequest", async function beside() {}); }`,
  "routes/api/users.ts": `
    export default async (app) => { app.get("/users", async function users() {}); };`,
};

test("files share the hooks beside them, and those above them where these cascade", () => {
  const app = (options: string) => `
    import { join } from "node:path";
    import autoload from "@fastify/autoload";
    import type { FastifyInstance } from "fastify";
    export default async function app(app: FastifyInstance) {
      app.register(autoload, { dir: join(__dirname, "routes"), ${options} });
    }`;
  expect(linesOf({ ...files, "app.ts": app("autoHooks: true, cascadeHooks: true") })).toEqual([
    "GET /api/users -> users [above returns, beside returns]",
    "GET / -> root [above returns]",
  ]);
  expect(linesOf({ ...files, "app.ts": app("autoHooks: true") })).toEqual([
    "GET /api/users -> users [beside returns]",
    "GET / -> root [above returns]",
  ]);
  expect(linesOf({ ...files, "app.ts": app("") })).toEqual([
    "GET /api/users -> users []",
    "GET / -> root []",
  ]);
});

test("a loader of another package loads nothing", () => {
  expect(
    linesOf({
      ...files,
      "app.ts": `
        import { join } from "node:path";
        import loader from "./loader.js";
        import fastify from "fastify";
        fastify().register(loader, { dir: join(__dirname, "routes") });`,
    }),
  ).toEqual([]);
});
