/**
 * Follows the statements of a function in their order. Of a condition that can't be decided, the branch that makes more of the
 * schema is taken: a migration that asks whether a table is there makes it where it is not.
 */
import type { Statement } from "../../../../lower/module.js";
import type { Follower } from "./follower.js";
import { drop, keep, keepGuarded, tried, worth, type Found } from "./found.js";
import { literal, unknown, type Frame, type Value } from "./value.js";

interface Outcome {
  /** How the statements are left before their end. */
  readonly left: "return" | "throw" | "break" | "continue" | null;
  readonly value: Value;
}

const passed: Outcome = { left: null, value: unknown };

export function followStatements(
  follower: Follower,
  frame: Frame,
  statements: readonly Statement[],
  from = 0,
): Outcome {
  if (!follower.enter()) return passed;
  const whole = tried(follower.found, () => followInOrder(follower, frame, statements, from));
  follower.leave();
  const { outcome, certain } = whole.result;
  keep(follower.found, whole.found.slice(0, certain));
  keepGuarded(follower.found, whole.found.slice(certain));
  return outcome;
}

interface Run {
  readonly outcome: Outcome;
  /** How many of the things found do not depend on an early return. */
  readonly certain: number;
}

function followInOrder(
  follower: Follower,
  frame: Frame,
  statements: readonly Statement[],
  from: number,
): Run {
  const before = follower.found.length;
  let certain = Infinity;
  for (let index = from; index < statements.length; index++) {
    const statement = statements[index]!;
    if (!follower.spend()) break;
    follower.at(frame, statement.start);
    if (statement.kind === "if") {
      const test = truthOf(follower.evaluate(frame, statement.test));
      if (test === null && isLeft(statement.then) && !statement.else) {
        const early = tried(follower.found, () => followStatements(follower, frame, statement.then));
        if (worth(early.found) > 0)
          return { outcome: eitherRest(follower, frame, early, statements, index + 1), certain };
        certain = Math.min(certain, follower.found.length - before);
        continue;
      }
      const branches = [statement.then, statement.else ?? []] as const;
      const outcome =
        test === null
          ? either(follower, frame, branches)
          : followStatements(follower, frame, branches[test ? 0 : 1]);
      if (outcome.left) return { outcome, certain };
      continue;
    }
    const outcome = followStatement(follower, frame, statement);
    if (outcome.left) return { outcome, certain };
  }
  return { outcome: passed, certain };
}

function followStatement(follower: Follower, frame: Frame, statement: Statement): Outcome {
  const within = (body: readonly Statement[]) => followStatements(follower, frame, body);
  switch (statement.kind) {
    case "expression":
      follower.evaluate(frame, statement.expression);
      return passed;
    case "variables":
      for (const { pattern, initializer } of statement.declarations) {
        follower.bind(frame, pattern, initializer ? follower.evaluate(frame, initializer) : literal(null));
      }
      return passed;
    case "return": {
      const value = statement.argument ? follower.evaluate(frame, statement.argument) : literal(null);
      return { left: "return", value };
    }
    case "throw":
      return { left: "throw", value: unknown };
    case "break":
    case "continue":
      return { left: statement.kind, value: unknown };
    case "block":
    case "labeled":
      return within(statement.body);
    case "try": {
      const outcome = within(statement.block);
      const last = statement.finalizer ? within(statement.finalizer) : passed;
      return last.left ? last : outcome.left === "throw" ? passed : outcome;
    }
    case "loop":
      return followLoop(follower, frame, statement);
    case "switch":
      return followSwitch(follower, frame, statement);
    case "unknown":
      for (const child of statement.children) follower.evaluate(frame, child);
      return passed;
    default:
      return passed;
  }
}

/** Of a loop that does not go through something known, one round is followed. */
function followLoop(follower: Follower, frame: Frame, loop: Statement & { kind: "loop" }): Outcome {
  if (loop.initializer) followStatement(follower, frame, loop.initializer);
  for (const round of roundsOf(follower, frame, loop)) {
    if (!follower.spend()) break;
    if (loop.left) follower.bind(frame, loop.left, round);
    const { left, value } = followStatements(follower, frame, loop.body);
    if (left === "return" || left === "throw") return { left, value };
    if (left === "break") break;
  }
  return passed;
}

function roundsOf(follower: Follower, frame: Frame, { loop, right }: Statement & { kind: "loop" }): Value[] {
  const through = right ? follower.evaluate(frame, right) : unknown;
  if (loop === "of" && through.kind === "list") return [...through.elements];
  if (loop === "in" && through.kind === "object" && !through.open)
    return [...through.properties.keys()].map(literal);
  return [unknown];
}

function followSwitch(
  follower: Follower,
  frame: Frame,
  { discriminant, cases }: Statement & { kind: "switch" },
): Outcome {
  const asked = follower.evaluate(frame, discriminant);
  const tests = cases.map(({ test }) => (test ? follower.evaluate(frame, test) : null));
  if (asked.kind === "literal" && tests.every((test) => test === null || test.kind === "literal")) {
    const hit = tests.findIndex((test) => test?.kind === "literal" && test.value === asked.value);
    const first = hit >= 0 ? hit : tests.indexOf(null);
    const body = first < 0 ? [] : cases.slice(first).flatMap((each) => each.body);
    return outOfSwitch(followStatements(follower, frame, body));
  }
  return outOfSwitch(
    either(
      follower,
      frame,
      cases.map(({ body }) => body),
    ),
  );
}

function outOfSwitch(outcome: Outcome): Outcome {
  return outcome.left === "break" ? passed : outcome;
}

/** Follows all, and keeps what one of them does. */
function either(follower: Follower, frame: Frame, branches: readonly (readonly Statement[])[]): Outcome {
  const ways = branches.map((body) => tried(follower.found, () => followStatements(follower, frame, body)));
  let best = ways[0];
  for (const way of ways) if (best && worth(way.found) > worth(best.found)) best = way;
  for (const way of ways) if (way !== best) drop(way.found);
  if (best) keepGuarded(follower.found, best.found);
  return best && ways.every(({ result }) => result.left !== null) ? best.result : passed;
}

/** `if (exists) return;`: either these statements or all that follow. */
function eitherRest(
  follower: Follower,
  frame: Frame,
  early: { readonly result: Outcome; readonly found: readonly Found[] },
  statements: readonly Statement[],
  next: number,
): Outcome {
  const rest = tried(follower.found, () => followStatements(follower, frame, statements, next));
  if (worth(early.found) > worth(rest.found)) {
    drop(rest.found);
    keep(follower.found, early.found);
    return early.result;
  }
  drop(early.found);
  keepGuarded(follower.found, rest.found);
  return rest.result;
}

function isLeft(statements: readonly Statement[]): boolean {
  const last = statements.at(-1);
  return (
    last !== undefined &&
    (last.kind === "return" ||
      last.kind === "throw" ||
      last.kind === "continue" ||
      last.kind === "break" ||
      (last.kind === "block" && isLeft(last.body)))
  );
}

/** Null when it is decided at run time. */
export function truthOf(value: Value): boolean | null {
  if (value.kind === "literal") return Boolean(value.value);
  const isThere = value.kind === "list" || value.kind === "object" || value.kind === "function";
  return isThere ? true : null;
}
