/** What is known while a migration is followed, and the ways from one kind of code to another. */
import type { Program } from "../../../../link/program.js";
import type { Expression, Pattern } from "../../../../lower/module.js";
import type { Budget } from "./budget.js";
import type { Found, Read } from "./found.js";
import type { Lines } from "./lines.js";
import type { Frame, Step, Value } from "./value.js";

export interface Follower extends Budget, Lines {
  readonly program: Program;
  readonly found: Found[];
  /** The names at the top of each file. */
  readonly files: Map<string, Frame>;
  evaluate(frame: Frame, expression: Expression): Value;
  bind(frame: Frame, pattern: Pattern, value: Value): void;
  apply(fn: Value, given: readonly Value[], self?: Value): Value;
  /** Null for a call that is none of a builder's. */
  read(step: Step): Read | null;
}
