import { describe, expect, it } from "vitest";
import { factsOf, isContradictory, meetOf, settled, type Fact } from "./facts.js";
import { undefinedValue, type SymbolicValue, type Value } from "./value.js";

function symbol(id: string): SymbolicValue {
  return { kind: "symbolic", id, origin: "unknown", text: id, absent: false, type: null, row: null };
}
const [a, b, c] = ["a", "b", "c"].map(symbol) as [SymbolicValue, SymbolicValue, SymbolicValue];
const there = (value: Value): Fact => ({ kind: "present", value });
const gone = (value: Value): Fact => ({ kind: "absent", value });
const same = (left: Value, right: Value): Fact => ({ kind: "equal", left, right });

describe("facts", () => {
  it("name what is one thing or nothing by that thing", () => {
    const perhaps: Value = { kind: "choice", options: [undefinedValue, a], reason: "" };
    expect([...factsOf([there(perhaps)]).values()]).toEqual([there(a)]);
  });

  it("of two paths that met, keep what both know and what each knows for itself", () => {
    const met = meetOf([factsOf([there(c), same(a, b)]), factsOf([there(c), gone(a)])]);
    expect([...met.values()]).toEqual([
      there(c),
      { kind: "either", arms: [factsOf([same(a, b)]), factsOf([gone(a)])] },
    ]);
  });

  it("leave out a path that something known rules out, whichever comes first", () => {
    const met = meetOf([factsOf([same(a, b)]), factsOf([gone(c)])]);
    expect([...factsOf([there(c), ...met.values()]).values()]).toEqual([there(c), same(a, b)]);
    expect([...settled(factsOf([...met.values(), there(c)])).values()]).toEqual([there(c), same(a, b)]);
  });

  it("leave a meeting as it is where every path is ruled out: nobody comes here", () => {
    const met = meetOf([factsOf([same(a, b), gone(c)]), factsOf([gone(c), there(a)])]);
    expect(factsOf([there(c), ...met.values()]).size).toBe(3);
  });

  it("say of a word that a value is that it is no other", () => {
    const word = (value: string): Value => ({ kind: "literal", value });
    expect(isContradictory(factsOf([same(a, word("own")), same(word("all"), a)]))).toBe(true);
    expect(isContradictory(factsOf([same(a, word("own")), same(b, word("all"))]))).toBe(false);
  });

  it("keep of a meeting of much what is simple in it", () => {
    const many = Array.from({ length: 30 }, (_, index) => same(a, symbol(`x${index}`)));
    const inner = meetOf([factsOf([...many, there(b)]), factsOf([there(c), same(b, c)])]);
    const [inside] = [...inner.values()];
    const met = meetOf([factsOf([inside!, same(a, c)]), factsOf([same(a, b), ...many.slice(0, 20)])]);
    const [either] = [...met.values()] as [Fact & { kind: "either" }];
    expect([...either.arms[0]!.values()]).toEqual([same(a, c)]);
  });

  it("are known by something short, however many met before", () => {
    const long = (index: number): SymbolicValue => symbol(`${"x".repeat(200)}${index}`);
    let met = meetOf([factsOf([same(a, long(0))]), factsOf([gone(b)])]);
    for (let index = 1; index < 10; index += 1)
      met = meetOf([factsOf([...met.values(), same(a, long(index))]), factsOf([gone(long(index))])]);
    expect([...met.values()].map(({ kind }) => kind)).toEqual(["either"]);
    expect([...met.keys()].join("").length).toBeLessThan(200);
  });

  it("that differ far inside are not the same", () => {
    const around = (one: Fact): Fact => {
      const inner = meetOf([factsOf([one]), factsOf([gone(b)])]);
      return [...meetOf([factsOf([...inner.values(), there(c)]), factsOf([gone(a)])]).values()][0]!;
    };
    expect(factsOf([around(same(a, b)), around(same(a, b))]).size).toBe(1);
    expect(factsOf([around(same(a, b)), around(same(a, c))]).size).toBe(2);
  });

  it.each([
    ["there and not there", [there(a), gone(a)], true],
    ["equal and different", [same(a, b), { kind: "different", left: b, right: a }], true],
    ["different from one, equal to another", [same(a, b), { kind: "different", left: a, right: c }], false],
  ] as const)("that say %s", (_, facts, expected) => {
    expect(isContradictory(factsOf(facts))).toBe(expected);
  });
});
