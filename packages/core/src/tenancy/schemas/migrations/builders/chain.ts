/** Calls one behind the other, as builders are written: `db.schema.createTable("a").addColumn("b", "text")`. */
import { unwrap } from "../../../../link/declarations.js";
import type { Expression } from "../../../../lower/module.js";

export interface Step {
  readonly name: string;
  /** Null for a property that is not called. */
  readonly arguments: readonly Expression[] | null;
  readonly start: number;
}

export interface Chain {
  readonly root: Expression;
  readonly steps: readonly Step[];
}

/** From the outermost call to what it all begins with; `await` and casts change nothing. */
export function chainOf(expression: Expression): Chain {
  const steps: Step[] = [];
  let inner = plain(expression);
  for (;;) {
    if (inner.kind === "member") {
      steps.push({ name: inner.property, arguments: null, start: inner.nameStart });
      inner = plain(inner.object);
    } else if (inner.kind === "call") {
      const callee = plain(inner.callee);
      if (callee.kind !== "member") break;
      steps.push({ name: callee.property, arguments: inner.arguments, start: callee.nameStart });
      inner = plain(callee.object);
    } else break;
  }
  return { root: inner, steps: steps.reverse() };
}

function plain(expression: Expression): Expression {
  let inner = unwrap(expression);
  while (inner.kind === "await") inner = unwrap(inner.expression);
  return inner;
}
