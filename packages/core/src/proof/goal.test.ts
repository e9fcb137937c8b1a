import { expect, test } from "vitest";
import { noFacts } from "../trace/facts.js";
import { all, any, failed, findOpen, mapOpen, type Goal } from "./goal.js";

test("what stays open keeps each of its steps once, however often it is asked", () => {
  const open: Goal = {
    kind: "open",
    value: {
      kind: "symbolic",
      id: "parameter:a.ts#1.id",
      origin: "parameter",
      text: "id",
      absent: false,
      type: null,
      row: null,
    },
    facts: noFacts,
    steps: [1, 2].map((start) => ({
      site: { file: "a.ts", start, end: 9 },
      said: { kind: "chosen" } as const,
    })),
  };
  let asked: Goal = open;
  for (let times = 0; times < 3; times += 1) asked = mapOpen(asked, (one) => one);
  expect(asked).toEqual(open);
});

test("what is too heavy to be asked is not taken for what fails", () => {
  const open = (name: string): Goal => ({
    kind: "open",
    value: {
      kind: "symbolic",
      id: `parameter:a.ts#1.${name}`,
      origin: "parameter",
      text: name,
      absent: false,
      type: null,
      row: null,
    },
    facts: noFacts,
  });
  // Each of them needs ten parameters to be proven, or else is worth what a row is worth.
  const one = (name: string): Goal =>
    any([
      all(Array.from({ length: 10 }, (_, index) => open(`${name}${index}`))),
      failed({ kind: "row", access: "a.ts:1" }),
    ]);
  const goal = all([one("a"), one("b"), one("c")]);
  expect(findOpen(goal)).toBeNull();
  expect(goal).toMatchObject({ kind: "failed", why: { reason: "there is too much to follow" } });
});
