import { expect, test } from "vitest";
import { noFacts } from "../trace/facts.js";
import { mapOpen, type Goal } from "./goal.js";

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
