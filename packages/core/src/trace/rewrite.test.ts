import { expect, it } from "vitest";
import { factsOf, type Fact } from "./facts.js";
import { rewriting } from "./rewrite.js";
import { undefinedValue, type ChoiceValue, type SymbolicValue, type Value } from "./value.js";

function symbol(id: string): SymbolicValue {
  return { kind: "symbolic", id, origin: "unknown", text: id, absent: false, type: null, row: null };
}
const [parameter, customer, listed] = ["parameter", "customer", "listed"].map(symbol) as [
  SymbolicValue,
  SymbolicValue,
  SymbolicValue,
];
const word = (value: string): Value => ({ kind: "literal", value });
const there = (value: Value): Fact => ({ kind: "present", value });

/** What a caller passed: the one where `listed` is there, the other where it is not. */
function chosen(one: Value, other: Value): ChoiceValue {
  const given = [factsOf([there(listed)]), factsOf([{ kind: "absent", value: listed }])];
  return { kind: "choice", options: [one, other], reason: "", given };
}

function saidOf(passed: Value, fact: Fact): readonly Fact[] {
  const { facts } = rewriting({ symbol: (one) => (one.id === "parameter" ? passed : null) });
  return [...facts(factsOf([fact])).values()];
}

it("says with a word that was passed in one case that it is that case", () => {
  const kind = chosen(word("own"), word("all"));
  expect(saidOf(kind, { kind: "equal", left: parameter, right: word("own") })).toContainEqual(there(listed));
  expect(saidOf(kind, { kind: "different", left: parameter, right: word("own") })).toEqual([
    { kind: "absent", value: listed },
  ]);
});

it("says of what was left out in one case that it is that case, and not that the other is left out", () => {
  expect(saidOf(chosen(customer, undefinedValue), { kind: "missing", value: parameter })).toEqual([
    { kind: "absent", value: listed },
  ]);
  expect(saidOf(chosen(customer, word("a")), { kind: "missing", value: parameter })).toEqual([
    { kind: "never" },
  ]);
});
