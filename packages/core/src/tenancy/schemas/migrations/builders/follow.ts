/**
 * Follows a migration's function from what it is given, through variables, helpers of the repository, callbacks and loops over
 * known lists, and hands every call on the database to a reader. Nothing is run, and the work is bounded whatever the code looks like.
 */
import type { Program } from "../../../../link/program.js";
import { newBudget } from "./budget.js";
import { apply } from "./calls.js";
import { evaluate } from "./expressions.js";
import type { Follower } from "./follower.js";
import type { Found, Read } from "./found.js";
import { linesOf } from "./lines.js";
import { bind } from "./members.js";
import { database, type Call, type Step, type Value } from "./value.js";

/** What readers of builders may ask. */
export interface Host {
  apply(fn: Value, given: readonly Value[]): Value;
  /** What a callback calls on the one thing that it is given: a line for each chain. */
  written(callback: Value): readonly (readonly Call[])[];
  /** In the migration's own file, also for what a helper does elsewhere. */
  lineOf(place: { readonly file: string; readonly start: number }): number;
}

/** Null for a call that is none of the builder's. */
export type ReadCall = (step: Step, host: Host) => Read | null;

export interface Followed {
  readonly found: readonly Found[];
  /** False when it was too long to be followed to its end. */
  readonly whole: boolean;
}

export function follow(program: Program, file: string, up: Value, self: Value, readCall: ReadCall): Followed {
  const follower: Follower = {
    ...newBudget(),
    ...linesOf(program, file),
    program,
    found: [],
    files: new Map(),
    evaluate: (frame, expression) => evaluate(follower, frame, expression),
    bind: (frame, pattern, value) => bind(follower, frame, pattern, value),
    apply: (fn, given, of) => apply(follower, fn, given, of),
    read: (step) => readCall(step, host),
  };
  const host: Host = {
    apply: (fn, given) => follower.apply(fn, given),
    written: (callback) => written(follower, callback),
    lineOf: (place) => follower.lineOf(place),
  };
  follower.apply(up, [database, { kind: "library", package: "sequelize", path: [] }], self);
  return { found: follower.found, whole: follower.isWhole() };
}

function written(follower: Follower, callback: Value): readonly (readonly Call[])[] {
  const lines: Call[][] = [];
  const builder: Value = { kind: "builder", lines };
  follower.apply(callback, [builder], builder);
  return lines.filter((each) => each.length > 0);
}
