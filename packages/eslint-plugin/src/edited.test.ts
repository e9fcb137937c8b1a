import type { Finding } from "@tenant-audit/core";
import { describe, expect, it } from "vitest";
import { carriedOver, editBetween, without } from "./edited.js";
import type { FileFinding } from "./findings.js";

/** A finding that underlines these words, as the engine counts lines. */
function underlining(words: string, text: string): FileFinding {
  const place = (offset: number): { line: number; column: number } => {
    const lines = text.slice(0, offset).split(/\r\n|\n/);
    return { line: lines.length, column: lines.at(-1)!.length + 1 };
  };
  const at = text.indexOf(words);
  const [start, end] = [place(at), place(at + words.length)];
  const finding = { rule: "no-unscoped-query", ...start, endLine: end.line, endColumn: end.column };
  return {
    finding: finding as Finding,
    repair: { at: at + words.length, column: "organization_id", template: "" },
  };
}

const text = "one();\r\ntwo(a,\n  b);\nthree();\n";

describe("an edit", () => {
  it.each([
    ["that adds", "one", "one more"],
    ["that removes", "two(a,\n  b);\n", ""],
    ["that replaces", "b", "long\r\nlines"],
    ["that repeats what stands there", "one();", "one();one();"],
    ["of everything", text, "other"],
  ])("%s is the stretch that differs", (_, before, after) => {
    const changed = text.replace(before, after);
    const { start, endBefore, endAfter } = editBetween(text, changed);
    expect(changed).toBe(text.slice(0, start) + changed.slice(start, endAfter) + text.slice(endBefore));
    expect(endBefore - start).toBeLessThanOrEqual(before.length);
  });
});

describe("a finding", () => {
  it.each([
    ["behind the edit", "three()", "one", "one\nmore"],
    ["behind it on the same line", "b", "two(a,\n ", "two(aa, "],
    ["before it", "one()", "b", "long\nlines"],
    ["of several lines", "two(a,\n  b)", "one", ""],
  ])("%s is where its words are", (_, words, before, after) => {
    const changed = text.replace(before, after);
    const carried = carriedOver([underlining(words, text)], editBetween(text, changed));
    expect(carried).toEqual([underlining(words, changed)]);
  });

  it.each([
    ["around the edit", "two(a,\n  b)", "a", "aa"],
    ["that the edit begins in", "one()", "();\r\ntwo", "(two"],
    ["right before it", "three()", "three()", "three().four()"],
  ])("%s is left out", (_, words, before, after) => {
    const changed = text.replace(before, after);
    expect(carriedOver([underlining(words, text)], editBetween(text, changed))).toEqual([]);
  });
});

it("findings are the same when rule and place are", () => {
  const [one, two] = [underlining("one()", text), underlining("three()", text)];
  expect(without([one, two], [{ ...two, repair: null }])).toEqual([one]);
});
