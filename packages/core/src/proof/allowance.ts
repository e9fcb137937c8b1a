/**
 * How much is asked before a place is given up. A helper that five hundred walks lead to is asked about in each of them, and
 * each time most of what is asked is the same: what was not found out with much is not found out with more of it.
 */
import { siteKey, type Site } from "../trace/value.js";

export interface Limits {
  /** In one walk. */
  readonly ofWalk: number;
  /** In all walks that lead to one place. */
  readonly ofPlace: number;
  /** At all places, before each of them is asked about shortly. */
  readonly ofAll: number;
  /** In each walk after that all the same: that something was sent by whoever calls is found out with few. */
  readonly shortly: number;
  /** So asked, in all walks that lead to one place. */
  readonly ofPlaceShortly: number;
}

export interface Budget {
  left: number;
}

export interface Allowance {
  /** Asked with what may still be asked about a place; what it took is counted. */
  spend<T>(site: Site, ask: () => T): T;
  /** Nothing more is asked about it. */
  isSpent(site: Site): boolean;
}

export function allowanceOf(budget: Budget, limits: Limits): Allowance {
  const spentAt = new Map<string, number>();
  let spent = 0;
  const spentOf = (site: Site): number => spentAt.get(siteKey(site)) ?? 0;
  return {
    isSpent: (site) => {
      const ofPlace = spent < limits.ofAll ? limits.ofPlace : 0;
      return spentOf(site) >= ofPlace + limits.ofPlaceShortly;
    },
    spend: (site, ask) => {
      const left = Math.min(limits.ofWalk, limits.ofPlace - spentOf(site), limits.ofAll - spent);
      const given = Math.max(left, limits.shortly);
      budget.left = given;
      const answer = ask();
      // Being asked at all counts as one question, too.
      const asked = 1 + given - Math.max(budget.left, 0);
      spent += asked;
      spentAt.set(siteKey(site), spentOf(site) + asked);
      return answer;
    },
  };
}
