import { describe, expect, it } from "vitest";
import { allowanceOf, type Limits } from "./allowance.js";

const limits: Limits = { ofWalk: 100, ofPlace: 250, ofAll: 1_000, shortly: 10, ofPlaceShortly: 30 };

const place = (start: number) => ({ file: "service.ts", start, end: start + 1 });

/** Asks as much as it may, and says how much that was. */
function asking(of: Limits) {
  const budget = { left: 0 };
  const allowance = allowanceOf(budget, of);
  return {
    allowance,
    askAll: (start: number): number =>
      allowance.spend(place(start), () => {
        const given = budget.left;
        budget.left = 0;
        return given;
      }),
    askOnce: (start: number): void =>
      allowance.spend(place(start), () => {
        budget.left -= 1;
      }),
  };
}

describe("what may be asked about a place", () => {
  it("is as much in each walk, until the place has used up what it has", () => {
    const { askAll } = asking(limits);
    expect([askAll(1), askAll(1), askAll(1), askAll(1)]).toEqual([100, 100, 48, 10]);
  });

  it("is not taken from another place", () => {
    const { askAll } = asking(limits);
    for (let walk = 0; walk < 5; walk += 1) askAll(1);
    expect(askAll(2)).toBe(100);
  });

  it("is little everywhere once all places together have used up what there is", () => {
    const { askAll } = asking({ ...limits, ofAll: 150 });
    askAll(1);
    askAll(2);
    expect(askAll(3)).toBe(10);
  });

  it("is nothing where that little was asked often enough", () => {
    const { allowance, askAll } = asking(limits);
    for (let walk = 0; walk < 5; walk += 1) askAll(1);
    expect(allowance.isSpent(place(1))).toBe(false);
    for (let walk = 0; walk < 2; walk += 1) askAll(1);
    expect(allowance.isSpent(place(1))).toBe(true);
    expect(allowance.isSpent(place(2))).toBe(false);
  });

  it("lasts long where little is asked in each walk", () => {
    const { allowance, askOnce, askAll } = asking(limits);
    for (let walk = 0; walk < 50; walk += 1) askOnce(1);
    expect(askAll(1)).toBe(100);
    expect(allowance.isSpent(place(1))).toBe(false);
  });

  it("counts for its place what was asked last, whatever others set the budget to since", () => {
    const budget = { left: 0 };
    const allowance = allowanceOf(budget, limits);
    allowance.spend(place(1), () => (budget.left -= 1));
    budget.left = -5_000;
    allowance.spend(place(1), () => (budget.left -= 1));
    expect(allowance.isSpent(place(1))).toBe(false);
  });
});
