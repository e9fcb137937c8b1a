import { expect, test } from "vitest";
import { entered } from "../testing/entered.js";

test("an action comes after its procedures, and those after what they are built on", () => {
  const found = entered(`
    import { chainServerActionProcedures, createServerAction, createServerActionProcedure } from "zsa";
    const signedIn = createServerActionProcedure().handler(async function requireUser() { return { user }; });
    const ofProject = createServerActionProcedure(signedIn).input(schema).handler(async function requireProject({ input, ctx }) { return ctx; });
    const chained = chainServerActionProcedures(signedIn, ofProject);
    export const open = createServerAction().handler(async function open() {});
    export const rename = ofProject.createServerAction().input(schema).output(schema).handler(async function rename({ input }) {});
    export const move = chained.createServerAction().handler(async function move() {});
  `);
  expect(found.map(({ name, before }) => [name, before])).toEqual([
    ["open", []],
    ["rename", ["requireUser returns", "requireProject returns"]],
    ["move", ["requireUser returns", "requireUser returns", "requireProject returns"]],
  ]);
});
