/** From a value back to the jobs that lead there, where more ways of calls do than anybody follows. */
import { expect, test } from "vitest";
import type { EntryPoint } from "../trace/entry.js";
import { noFacts } from "../trace/facts.js";
import type { CallerRecord } from "../trace/machine.js";
import type { Rewriting } from "../trace/rewrite.js";
import type { Value } from "../trace/value.js";
import { takenIn } from "./taken.js";

const sent: Value = { kind: "literal", value: "whoever@example.com" };

/** Layers of so many functions, each calling all of the next; the first of the first layer takes out jobs. */
function layersOf(layers: number, width: number, leadsFrom: (fn: string) => boolean) {
  const name = (layer: number, index: number): string => `calls.ts#${layer * width + index}`;
  const callers = new Map<string, CallerRecord[]>();
  for (let layer = 1; layer < layers; layer += 1)
    for (let index = 0; index < width; index += 1)
      callers.set(
        name(layer, index),
        Array.from({ length: width }, (_, from) => ({
          site: { file: "calls.ts", start: layer * 1_000 + index * width + from, end: 0 },
          arguments: [],
          facts: noFacts,
          root: name(layer - 1, from),
          context: "",
          isFollowed: false,
        })),
      );
  const consumer: EntryPoint = {
    name: "job letters",
    kind: "job",
    framework: "bullmq",
    site: { file: "calls.ts", start: 0, end: 0 },
    handler: { kind: "function", file: "calls.ts", function: 0, closure: null } as EntryPoint["handler"],
    parameters: [],
    before: () => [],
    isDetached: false,
  };
  let asked = 0;
  const same: Rewriting = { value: (one) => one, facts: (all) => all, forget: () => undefined };
  const asTaken = takenIn(
    {
      entries: [consumer],
      callers,
      parentOf: () => null,
      asSeenBy: () => {
        asked += 1;
        return same;
      },
    },
    { entriesReaching: (fn) => (leadsFrom(fn) ? [consumer] : []) },
  );
  const taken = asTaken({ root: name(layers - 1, 0), values: [sent], facts: noFacts });
  return { taken, asked };
}

test("what is sent is known by each way that a job leads there", () => {
  const { taken } = layersOf(3, 2, () => true);
  expect(taken.map(({ consumer, values }) => [consumer.name, values])).toEqual([
    ["job letters", [sent]],
    ["job letters", [sent]],
  ]);
});

test("of millions of ways some are followed, and of the others it is said that nothing is known", () => {
  const { taken, asked } = layersOf(8, 8, () => true);
  expect(asked).toBeLessThan(1_000);
  expect(taken.some(({ values }) => values[0]!.kind === "unknown")).toBe(true);
});

test("where no job leads, nothing is followed", () => {
  const { taken, asked } = layersOf(8, 8, () => false);
  expect([taken, asked]).toEqual([[], 0]);
});
