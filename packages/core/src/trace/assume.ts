/** What follows from a value being true, or not: the facts that a condition brings. */
import { symbolicHere } from "./declared-types.js";
import {
  factsOf,
  isContradictory,
  meetOf,
  noFacts,
  withFacts,
  type Fact,
  type FactPlace,
  type Facts,
} from "./facts.js";
import { writtenIn } from "./lengths.js";
import { contextOf, type Machine } from "./machine.js";
import { isUndefined, type RowsValue, type Site, type Value } from "./value.js";

export function assume(machine: Machine, value: Value, outcome: boolean): void {
  addFacts(machine, implied(value, outcome));
}

export function addFacts(machine: Machine, facts: Facts): void {
  if (facts.size > 0) machine.facts = withFacts(machine.facts, facts.values());
}

/** The facts that hold when the value came out as true (or as anything that counts as false). */
export function implied(value: Value, outcome: boolean): Facts {
  switch (value.kind) {
    case "symbolic": {
      const own: Fact[] = [];
      const root = outcome ? rowsOf(value) : null;
      if (root) own.push({ kind: "present", value: root });
      if (!value.id.startsWith("computed:")) own.push({ kind: outcome ? "present" : "absent", value });
      const said = outcome ? value.implies?.whenTrue : value.implies?.whenFalse;
      return withFacts(factsOf(own), said?.values() ?? []);
    }
    case "instance":
      return value.as ? implied(value.as, outcome) : noFacts;
    case "external":
      // `process.env.E2E_TEST`: whoever runs the service has set it.
      return value.path.includes("env")
        ? factsOf([{ kind: outcome ? "present" : "absent", value }])
        : noFacts;
    case "rows":
      // A list that is there may be empty.
      return value.many ? noFacts : factsOf([{ kind: outcome ? "present" : "absent", value }]);
    case "choice": {
      const left = value.options.flatMap((option, index) => {
        if (isCertainly(option, !outcome)) return [];
        const given = value.given?.[index] ?? noFacts;
        const here = withFacts(given, implied(option, outcome).values());
        return isContradictory(here) ? [] : [here];
      });
      const chosen = meetOf(left);
      const whole: Fact = { kind: outcome ? "present" : "absent", value };
      return withFacts(chosen, [whole]);
    }
    default:
      return noFacts;
  }
}

/** A column that has a value stands in a row that was found. */
function rowsOf(value: Value & { kind: "symbolic" }): Value | null {
  return value.row === null
    ? null
    : {
        kind: "rows",
        access: value.row.access,
        ...(value.row.context === undefined ? {} : { context: value.row.context }),
        many: false,
        absent: false,
        text: "",
      };
}

function isCertainly(value: Value, truth: boolean): boolean {
  switch (value.kind) {
    case "literal":
      return Boolean(value.value) === truth;
    case "object":
    case "array":
    case "function":
    case "class":
    case "module":
    case "library":
    case "query":
      return truth;
    case "instance":
      return truth && !value.as?.absent;
    default:
      return false;
  }
}

/** A value that is the answer to a question: what holds when it is yes, and when it is no. */
export function answering(
  value: Value & { kind: "symbolic" },
  whenTrue: Facts,
  whenFalse: Facts,
): Value & { kind: "symbolic" } {
  return whenTrue.size === 0 && whenFalse.size === 0 ? value : { ...value, implies: { whenTrue, whenFalse } };
}

/** What a comparison says. */
export function compared(
  operator: string,
  left: Value,
  right: Value,
  place?: FactPlace,
): { true: Facts; false: Facts } | null {
  switch (operator) {
    case "===":
    case "==":
      return equality(left, right, place);
    case "!==":
    case "!=": {
      const equal = equality(left, right, place);
      return { true: equal.false, false: equal.true };
    }
    case ">":
    case ">=":
    case "<":
    case "<=":
      return counted(operator, left, right);
    default:
      return null;
  }
}

function equality(left: Value, right: Value, place?: FactPlace): { true: Facts; false: Facts } {
  const [subject, other] = left.kind === "literal" ? [right, left] : [left, right];
  if (other.kind === "literal") {
    const isNothing = isUndefined(other) || other.value === null || other.value === 0 || other.value === "";
    if (isNothing || other.value === false)
      return { true: implied(subject, false), false: implied(subject, true) };
    if (other.value === true) return { true: implied(subject, true), false: implied(subject, false) };
    const isOther = (option: Value): boolean => option.kind === "literal" && option.value === other.value;
    const isAnother = (option: Value): boolean => option.kind === "literal" && option.value !== other.value;
    return {
      true: withFacts(whereIsNot(subject, isAnother, true), [{ kind: "equal", left: subject, right: other }]),
      false: withFacts(whereIsNot(subject, isOther, null), [
        { kind: "different", left: subject, right: other },
      ]),
    };
  }
  const asMany = asManyAs(left, right) ?? asManyAs(right, left);
  if (asMany) return { true: asMany, false: noFacts };
  const equal = factsOf([{ kind: "equal", left, right, ...(place && { place }) }]);
  return { true: equal, false: factsOf([{ kind: "different", left, right }]) };
}

/**
 * `found.length === ids.length`: a row was found for each of the ids. For one that stands there twice, fewer are found: then it
 * does not hold.
 */
function asManyAs(count: Value, size: Value): Facts | null {
  if (count.kind !== "symbolic") return null;
  const rows = [...(count.implies?.whenTrue.values() ?? [])].find(
    (fact) => fact.kind === "present" && fact.value.kind === "rows",
  );
  if (!rows) return null;
  const written = writtenIn(size);
  if (written) return factsOf(written.map((element) => ({ kind: "each", element, facts: factsOf([rows]) })));
  if (size.kind !== "symbolic" || size.id.startsWith("row:")) return null;
  const list = /^(.*)\.(?:length|size)$/s.exec(size.id)?.[1];
  if (list === undefined) return null;
  const { implies: _, ...plain } = size;
  return factsOf([{ kind: "each", element: { ...plain, id: `${list}[]` }, facts: factsOf([rows]) }]);
}

/** `if (role === "guest")`: what holds where a value is none of those, of what was known when each was chosen. */
function whereIsNot(subject: Value, isOut: (option: Value) => boolean, outcome: true | null): Facts {
  const whole = outcome === null ? noFacts : implied(subject, outcome);
  if (subject.kind !== "choice" || !subject.given || !subject.options.some(isOut)) return whole;
  const left = subject.options.flatMap((option, index) =>
    isOut(option) ? [] : [subject.given?.[index] ?? noFacts],
  );
  return withFacts(whole, meetOf(left).values());
}

/** `rows.length > 0`, `count >= 1`, `0 < count` */
function counted(operator: string, left: Value, right: Value): { true: Facts; false: Facts } | null {
  if (left.kind === "literal" && right.kind !== "literal")
    return counted({ ">": "<", ">=": "<=", "<": ">", "<=": ">=" }[operator]!, right, left);
  if (right.kind !== "literal" || typeof right.value !== "number") return null;
  const some = { true: implied(left, true), false: implied(left, false) };
  const none = { true: some.false, false: some.true };
  if ((operator === ">" && right.value === 0) || (operator === ">=" && right.value === 1)) return some;
  if ((operator === "<" && right.value === 1) || (operator === "<=" && right.value === 0)) return none;
  if ((operator === ">" || operator === ">=") && right.value > 0) return { true: some.true, false: noFacts };
  return null;
}

/** A number of rows: as a condition, whether there are any. */
export function countOf(machine: Machine, rows: RowsValue, site: Site): Value {
  const value: RowsValue = { ...rows, many: false, context: rows.context ?? contextOf(machine) };
  return {
    ...symbolicHere(machine, site, "count"),
    implies: {
      whenTrue: factsOf([{ kind: "present", value }]),
      whenFalse: factsOf([{ kind: "absent", value }]),
    },
  };
}
