import { expect, test } from "vitest";
import { entered } from "../testing/entered.js";

const base = `
  import { createMiddleware, createSafeActionClient } from "next-safe-action";
  const requireUser = createMiddleware().define(async function requireUser({ next }) { return next({ ctx: { user } }); });
  export const open = createSafeActionClient({ handleServerError() {} });
  export const signedIn = open.use(requireUser).metadata({ name: "signed in" });
`;

test("an action is called by what it is exported as, after the middleware of the client that made it", () => {
  const found = entered({
    "client.ts": base,
    "actions.ts": `"use server";
      import { open, signedIn } from "./client.js";
      export const rename = signedIn.inputSchema(schema).use(async function log({ next }) { return next(); }).action(async function rename({ parsedInput }) {});
      export const search = open.schema(schema).stateAction(async function search({ parsedInput }, { prevResult }) {});`,
  });
  expect(found.map(({ name, parameters, before }) => [name, parameters, before])).toEqual([
    ["rename", ["context options", "context utils"], ["requireUser next", "log next"]],
    ["search", ["context options", "context utils"], []],
  ]);
});

test("what no client makes is none of its actions", () => {
  expect(
    entered(
      `import { createClient } from "elsewhere"; export const a = createClient().action(async () => {});`,
    ),
  ).toEqual([]);
});
