/**
 * What a database would do: nested loops and three-valued logic, with no thought for speed. Every row that plays a part in
 * the result is reported with the resource it stood for.
 */
import type { Column, Predicate, Resource, Selection } from "../predicate.js";
import { columns, type Cell, type Row, type World } from "./world.js";

interface Database extends World {
  /** Take every arm of a choice to hold. */
  readonly isConjoined: boolean;
}

type Truth = boolean | null;

/** What stands in a resource's place in one row of a join: a row, a row of a derived table, or the NULLs of an outer join. */
type Produced = Row | DerivedRow | null;

interface DerivedRow {
  readonly behind: Frame;
  readonly selection: Selection;
  cell(name: string): Cell;
}

/** One row of a join, and the row of the outer query for which it was made. */
interface Frame {
  readonly row: ReadonlyMap<Resource, Produced>;
  readonly outer: Frame | null;
}

export function rowsReached(selection: Selection, database: Database): Map<Resource, Set<Row>> {
  const reached = new Map<Resource, Set<Row>>();
  reach(selection, null, () => true);
  return reached;

  function reach(
    from: Selection,
    outer: Frame | null,
    isAsked: (frame: Frame, arm: Selection) => boolean,
  ): void {
    for (const arm of alternativesOf(from)) {
      for (const frame of joined(arm, outer, database)) {
        if (!isAsked(frame, arm)) continue;
        reachInside(arm.where, frame);
        if (truthOf(arm.where, frame, database) === true) report(arm, frame);
      }
    }
  }

  function report(selection: Selection, frame: Frame): void {
    let isLeftThere = false;
    for (const [resource, produced] of frame.row) {
      if (produced === null) continue;
      if (isLeftThere) reachInside(resource.on, frame);
      isLeftThere = true;
      if ("behind" in produced) {
        reachInside(produced.selection.where, produced.behind);
        report(produced.selection, produced.behind);
      } else {
        reached.set(resource, (reached.get(resource) ?? new Set()).add(produced));
      }
    }
    for (const nested of selection.nested) reach(nested, frame, () => true);
  }

  /** The rows of a sub-query matter when the predicate could turn out otherwise because of them. */
  function reachInside(predicate: Predicate, frame: Frame): void {
    for (const { query, isNegated } of queriesIn(predicate, false)) {
      const outcomes = [true, false, null].map(
        (truth) => truthOf(predicate, frame, database, new Map([[query, truth]])) === true,
      );
      if (outcomes.every((outcome) => outcome === outcomes[0])) continue;
      const isAsked = (inner: Frame, arm: Selection) =>
        isNegated ||
        query.kind === "exists" ||
        equal(outputOf(query, inner, arm), cellOf(query.column, frame)) === true;
      reach(query.query, frame, isAsked);
    }
  }
}

type SubQuery = Predicate & { readonly kind: "exists" | "inQuery" };

function queriesIn(
  predicate: Predicate,
  isNegated: boolean,
): readonly { readonly query: SubQuery; readonly isNegated: boolean }[] {
  if (predicate.kind === "exists" || predicate.kind === "inQuery") return [{ query: predicate, isNegated }];
  if (predicate.kind === "not") return queriesIn(predicate.term, !isNegated);
  const parts = predicate.kind === "choice" ? predicate.arms : "terms" in predicate ? predicate.terms : [];
  return parts.flatMap((part) => queriesIn(part, isNegated));
}

function alternativesOf(selection: Selection): readonly Selection[] {
  return [selection, ...selection.arms.flatMap(alternativesOf)];
}

function joined(selection: Selection, outer: Frame | null, database: Database): readonly Frame[] {
  let left: readonly Frame[] = [{ row: new Map(), outer }];
  for (const resource of selection.resources) {
    const [keepsLeft, keepsRight] = [/left|full/.test(resource.join), /right|full/.test(resource.join)];
    const right = producedBy(resource, outer, database);
    const pairs = left.flatMap((frame) =>
      right.map((produced) => ({ frame, produced, both: extended(frame, resource, produced) })),
    );
    const matching = pairs.filter(({ both }) => truthOf(resource.on, both, database) === true);
    const loneLeft = keepsLeft ? left.filter((frame) => !matching.some((pair) => pair.frame === frame)) : [];
    const loneRight = keepsRight
      ? right.filter((produced) => !matching.some((pair) => pair.produced === produced))
      : [];
    const nulls: Frame = {
      row: new Map(
        [...(left[0]?.row.keys() ?? namesBefore(selection, resource))].map((name) => [name, null]),
      ),
      outer,
    };
    left = [
      ...matching.map(({ both }) => both),
      ...loneLeft.map((frame) => extended(frame, resource, null)),
      ...loneRight.map((produced) => extended(nulls, resource, produced)),
    ];
  }
  return left;
}

function namesBefore(selection: Selection, resource: Resource): readonly Resource[] {
  return selection.resources.slice(0, selection.resources.indexOf(resource));
}

function extended(frame: Frame, resource: Resource, produced: Produced): Frame {
  return { row: new Map([...frame.row, [resource, produced]]), outer: frame.outer };
}

function producedBy(
  { table, query, outputs }: Resource,
  outer: Frame | null,
  database: Database,
): readonly Produced[] {
  if (query === null) return database.rows[table!]!;
  return alternativesOf(query).flatMap((selection) =>
    joined(selection, outer, database)
      .filter((frame) => truthOf(selection.where, frame, database) === true)
      .map((behind): DerivedRow => ({
        behind,
        selection,
        cell: (name) => outputCell(name, outputs!, selection, behind),
      })),
  );
}

/** The arms of a union share columns by position; `*` stands alone. */
function outputCell(name: string, outputs: ReadonlyMap<string, Column>, arm: Selection, behind: Frame): Cell {
  const star = outputs.get("*");
  if (star !== undefined) return cellOf({ table: star.table, name }, behind);
  return cellOf([...arm.outputs!.values()][[...outputs.keys()].indexOf(name)]!, behind);
}

function outputOf(query: Predicate & { kind: "inQuery" }, frame: Frame, arm: Selection): Cell {
  return cellOf(arm === query.query ? query.output! : [...arm.outputs!.values()][0]!, frame);
}

function cellOf(column: Column, frame: Frame | null): Cell {
  for (let at = frame; at !== null; at = at.outer) {
    for (const [resource, produced] of at.row) {
      const isIt =
        column.table === null ? columnsOf(resource).includes(column.name) : resource.alias === column.table;
      if (!isIt) continue;
      if (produced === null) return null;
      return "behind" in produced ? produced.cell(column.name) : produced.cells[column.name]!;
    }
  }
  throw new Error(`no column ${column.table}.${column.name}`);
}

function truthOf(
  predicate: Predicate,
  frame: Frame,
  database: Database,
  given = new Map<Predicate, Truth>(),
  isNegated = false,
): Truth {
  const inner = (term: Predicate, negated = isNegated) => truthOf(term, frame, database, given, negated);
  const known = given.get(predicate);
  if (known !== undefined) return known;
  switch (predicate.kind) {
    case "true":
      return true;
    case "false":
      return false;
    case "and":
      return all(predicate.terms.map((term) => inner(term)));
    case "or":
      return some(predicate.terms.map((term) => inner(term)));
    case "not":
      return opposite(inner(predicate.term, !isNegated));
    case "choice": {
      if (!database.isConjoined) return inner(predicate.arms[database.picks.get(predicate)!]!);
      const arms = predicate.arms.map((arm) => inner(arm));
      return isNegated ? some(arms) : all(arms);
    }
    case "eq":
      return equal(cellOf(predicate.column, frame), database.values.get(predicate.operand.value)!);
    case "in":
      return some(
        predicate.operands.map((operand) =>
          equal(cellOf(predicate.column, frame), database.values.get(operand.value)!),
        ),
      );
    case "isNull":
      return cellOf(predicate.column, frame) === null;
    case "eqColumn":
      return equal(cellOf(predicate.left, frame), cellOf(predicate.right, frame));
    case "exists":
      return outcomesOf(predicate.query, frame, database).length > 0;
    case "inQuery":
      return some(
        outcomesOf(predicate.query, frame, database).map(([arm, inside]) =>
          equal(cellOf(predicate.column, frame), outputOf(predicate, inside, arm)),
        ),
      );
    case "unknown":
      return whimOf(frame, Number(predicate.reason), database.whim);
  }
}

function outcomesOf(
  query: Selection,
  outer: Frame,
  database: Database,
): readonly (readonly [Selection, Frame])[] {
  return alternativesOf(query).flatMap((arm) =>
    joined(arm, outer, database)
      .filter((frame) => truthOf(arm.where, frame, database) === true)
      .map((frame) => [arm, frame] as const),
  );
}

function all(truths: readonly Truth[]): Truth {
  return truths.includes(false) ? false : truths.includes(null) ? null : true;
}

function some(truths: readonly Truth[]): Truth {
  return truths.includes(true) ? true : truths.includes(null) ? null : false;
}

function opposite(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

function equal(left: Cell, right: Cell): Truth {
  return left === null || right === null ? null : left === right;
}

/** A filter that we cannot read may say anything of a row, but it says the same each time. */
function whimOf(frame: Frame, salt: number, whim: number): Truth {
  let sum = salt * 31 + whim;
  for (const produced of frame.row.values())
    sum = sum * 31 + (produced === null ? 7 : "cells" in produced ? produced.cells["id"]! : 5);
  return [true, true, false, null][Math.abs(sum) % 4]!;
}

export function columnsOf({ table, outputs, query }: Resource): readonly string[] {
  if (query === null) return columns[table!]!;
  const star = outputs!.get("*");
  if (star === undefined) return [...outputs!.keys()];
  return columnsOf(query.resources.find((resource) => resource.alias === star.table)!);
}
