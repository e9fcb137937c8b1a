/** One statement for several that the program chooses from: they are the same but for their conditions. */
import { and, type Column, type Operand, type Predicate, type Selection } from "../constraint/predicate.js";
import type { ReadStatement } from "./statement.js";

/** Those that are too different to be one stay apart: each is judged for itself. */
export function oneOf(
  variants: readonly (readonly ReadStatement[])[],
  reason: string,
): readonly ReadStatement[] {
  const merged: ReadStatement[] = [];
  const groups = new Map<string, Selection[]>();
  const first = new Map<string, ReadStatement>();
  for (const statements of variants) {
    const met = new Map<string, number>();
    for (const statement of statements) {
      const shape = shapeOf(statement);
      // Two of one shape in one variant are two statements.
      const ordinal = met.get(shape) ?? 0;
      met.set(shape, ordinal + 1);
      const key = `${shape} ${ordinal}`;
      if (!first.has(key)) first.set(key, statement);
      const group = groups.get(key);
      if (group) group.push(statement.selection);
      else groups.set(key, [statement.selection]);
    }
  }
  for (const [key, selections] of groups)
    merged.push({
      ...sharedBy(selections.length, first.get(key)!),
      selection: mergedSelections(selections, reason),
    });
  return merged;
}

/** What the rows of one variant are made of says nothing of the others. */
function sharedBy(variants: number, { given, ...statement }: ReadStatement): ReadStatement {
  return variants === 1 && given ? { ...statement, given } : statement;
}

/** All of them have the same shape. */
function mergedSelections(selections: readonly Selection[], reason: string): Selection {
  const known = new Map<Selection, Selection>();
  const merge = (all: readonly Selection[]): Selection => {
    const [first, ...others] = all;
    if (others.every((other) => other === first)) return first!;
    // A named query that is used twice by another that is used twice, and so on, is the same each time.
    let merged = known.get(first!);
    if (!merged) known.set(first!, (merged = mergeOnce(all, reason, merge)));
    return merged;
  };
  return merge(selections);
}

function mergeOnce(
  all: readonly Selection[],
  reason: string,
  merge: (selections: readonly Selection[]) => Selection,
): Selection {
  const first = all[0]!;
  const condition = (of: (selection: Selection) => Predicate): Predicate => oneCondition(all.map(of), reason);
  return {
    ...first,
    where: condition((one) => one.where),
    resources: first.resources.map((resource, index) => ({
      ...resource,
      on: condition((one) => one.resources[index]!.on),
      query: resource.query && merge(all.map((one) => one.resources[index]!.query!)),
    })),
    nested: first.nested.map((_, index) => merge(all.map((one) => one.nested[index]!))),
    arms: first.arms.map((_, index) => merge(all.map((one) => one.arms[index]!))),
  };
}

/** What all of them demand holds in any case; of the rest the program decides. */
function oneCondition(conditions: readonly Predicate[], reason: string): Predicate {
  const terms = conditions.map((one) => new Map(termsOf(one).map((term) => [keyOf(term), term])));
  const [first, ...others] = terms;
  const shared = [...first!].filter(([key]) => others.every((other) => other.has(key)));
  const keys = new Set(shared.map(([key]) => key));
  const rest = terms.map((each) => and([...each].filter(([key]) => !keys.has(key)).map(([, term]) => term)));
  const common = and(shared.map(([, term]) => term));
  if (rest.every((one) => one.kind === "true")) return common;
  return and([common, { kind: "choice", arms: distinct(rest), reason }]);
}

function distinct(conditions: readonly Predicate[]): readonly Predicate[] {
  return [...new Map(conditions.map((one) => [keyOf(one), one])).values()];
}

function termsOf(condition: Predicate): readonly Predicate[] {
  if (condition.kind === "and") return condition.terms;
  return condition.kind === "true" ? [] : [condition];
}

// ------------------------------------------------------------------------------------------------- what is the same

export function keyOfStatements(statements: readonly ReadStatement[]): string {
  return JSON.stringify(statements.map((one) => [shapeOf(one), whole(one.selection)]));
}

/** Everything but its conditions. */
function shapeOf({
  number,
  operation,
  selection,
  target,
  written,
  updated,
  conflict,
}: ReadStatement): string {
  const rows = [...(written ?? []), ...updated].map((row) => [
    row.open,
    [...row.columns].map(([name, { operand }]) => [name, operand.value]),
  ]);
  const onConflict = conflict && [conflict.columns, conflict.updates, keyOf(conflict.where)];
  return JSON.stringify([number, operation, target, rows, written === null, onConflict, shape(selection)]);
}

type Shape = readonly unknown[];

/** Of selections that are the same in everything but their conditions, the same number. */
const shape = numbering(({ resources, nested, arms, outputs }) => [
  resources.map(({ table, alias, join, query, outputs: columns }) => [
    table,
    alias,
    join,
    query && shape(query),
    columns && shapeOfOutputs(columns),
  ]),
  nested.map(shape),
  arms.map(shape),
  outputs && shapeOfOutputs(outputs),
]);

/** … and in their conditions. */
const whole = numbering((selection) => [
  shape(selection),
  described(selection.where),
  selection.resources.map(({ on, query }) => [described(on), query && whole(query)]),
  selection.nested.map(whole),
  selection.arms.map(whole),
]);

/** Numbers stand for what is below, which may be used over and over. */
function numbering(describe: (selection: Selection) => Shape): (selection: Selection) => number {
  const known = new WeakMap<Selection, number>();
  let numbers = new Map<string, number>();
  let next = 0;
  return (selection) => {
    let number = known.get(selection);
    if (number === undefined) {
      const key = JSON.stringify(describe(selection));
      number = numbers.get(key) ?? next++;
      if (numbers.size >= mostNumbers) numbers = new Map();
      numbers.set(key, number);
      known.set(selection, number);
    }
    return number;
  };
}

/** Past that, what was met before is taken for something else. */
const mostNumbers = 5_000;

function shapeOfOutputs(outputs: ReadonlyMap<string, Column>): Shape {
  return [...outputs].map(([name, column]) => [name, column.table, column.name]);
}

function keyOf(predicate: Predicate): string {
  return JSON.stringify(described(predicate));
}

function described(predicate: Predicate): unknown {
  switch (predicate.kind) {
    case "and":
    case "or":
      return [predicate.kind, predicate.terms.map(described)];
    case "not":
      return ["not", described(predicate.term)];
    case "eq":
      return ["eq", predicate.column.table, predicate.column.name, predicate.operand.value];
    case "in":
      return ["in", predicate.column.table, predicate.column.name, predicate.operands.map(valueOf)];
    case "isNull":
      return ["isNull", predicate.column.table, predicate.column.name];
    case "eqColumn": {
      const { left, right } = predicate;
      return ["eqColumn", left.table, left.name, right.table, right.name];
    }
    case "exists":
      return ["exists", whole(predicate.query)];
    case "inQuery":
      return ["inQuery", predicate.column.table, predicate.column.name, whole(predicate.query)];
    case "choice":
      return ["choice", predicate.reason, predicate.arms.map(described)];
    case "unknown":
      return ["unknown", predicate.reason, predicate.raw ?? ""];
    default:
      return predicate.kind;
  }
}

function valueOf({ value }: Operand): string {
  return value;
}
