import { expect, it } from "vitest";
import { isContained } from "./contained.js";
import type { Piece, SqlText } from "./text.js";

const value: Piece = { kind: "value", value: { kind: "unknown" } };

function choice(...options: readonly (string | SqlText)[]): Piece {
  return decided({}, ...options);
}

function decided(key: object, ...options: readonly (string | SqlText)[]): Piece {
  const texts = options.map((option) => (typeof option === "string" ? [option] : option));
  return { kind: "choice", key, options: texts, reason: "" };
}

it.each<[string, SqlText]>([
  ["columns and operators", [choice('i."number"', "i.status"), " ", choice("=", "<>", "ILIKE"), " ", value]],
  ["casts", [choice("cast(i.total as text)", "i.status"), " = ", value, choice("::text", "")]],
  ["an or between brackets", ["(a = ", value, " or ", choice("b", "c"), " is null)"]],
  ["lists", ["a in (", value, ", ", choice("1", "2"), ")"]],
])("knows that it stays in its place: %s", (_, text) => {
  expect(isContained(text)).toBe(true);
});

it("knows of brackets that are chosen at once", () => {
  const key = {};
  const text = (end: object): SqlText => [decided(key, "not (", ""), "a = 1", decided(end, ")", "")];
  expect(isContained(text(key))).toBe(true);
  expect(isContained(text({}))).toBe(false);
});

it.each<[string, SqlText]>([
  ["an or", ["a = ", choice("1", "1 or true")]],
  ["an or of letters", ["a = 1 ", choice("o", "a"), choice("r", "nd"), " true"]],
  ["a bracket that closes another", [choice("a = 1", "a = 1) or (true")]],
  ["a clause", ["a = 1 ", choice("", "union all")]],
  ["a query", ["a in (", choice("select b from c", "1"), ")"]],
  ["an AND that belongs to BETWEEN", ["a between ", choice("1", "2")]],
  ["a comment", ["a = 1 ", choice("--", "+"), " b"]],
  ["a comment of two signs", ["a = 1 ", choice("-", "+"), choice("-", "+"), "b"]],
  ["a string that is not closed", ["a = ", choice("'b", "'c'")]],
  ["a string that is closed elsewhere", ["a = ", choice("'b'", "'"), choice("'", "c'")]],
  ["another statement", ["a = 1", choice("", "; truncate invoices")]],
  ["another column", ["a", choice("", ", b")]],
  ["what is not known", ["a = ", { kind: "open", value: { kind: "unknown" }, isSpliced: true }]],
])("does not take for one that stays in its place: %s", (_, text) => {
  expect(isContained(text)).toBe(false);
});
