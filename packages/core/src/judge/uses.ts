/**
 * What becomes of the values of a column: which queries ask by them, and whether they get to where nobody sees what is asked by
 * them. Values are followed forwards, from the rows that were fetched into the functions that are called with them.
 */
import { findColumn, referenceOf } from "../tenancy/lookup.js";
import type { Table, TableColumn, Tenancy } from "../tenancy/tenancy.js";
import type { Access } from "../trace/library.js";
import type { Trace } from "../trace/trace.js";
import { siteKey, type Value } from "../trace/value.js";
import { holdingsOf } from "./holdings.js";
import { mentionsIn, type Mention, type Source } from "./mentions.js";
import { isNamedIn, isTableNamedIn } from "./named.js";
import { standingsIn, tiesIn, unreadConditionsOf, type Argument, type TablesNamed } from "./standings.js";

export interface Uses {
  /** Queries that ask by a value, or whose tables are tied over the column. */
  readonly queries: ReadonlySet<Access>;
  /** A job, a key, a store or SQL that is not read may have one: what is asked by it there is not seen. */
  readonly isOutOfSight: boolean;
  /** The column's table, and those into which its values are copied. */
  readonly tables: ReadonlySet<Table>;
  /** The column, or one into which its values are copied. */
  has(table: Table, name: string): boolean;
  /** It is one of the column's values, or made of one. */
  isMadeOf(value: Value): boolean;
}

export type UsesOf = (table: Table, column: TableColumn) => Uses;

type Followed = Pick<
  Trace,
  "accesses" | "callers" | "deliveries" | "stores" | "kept" | "parameterIndex" | "takesRest"
>;

/** What a parameter holds, at a path in it: values of the column, or rows that have it. */
interface Held {
  readonly path: readonly string[];
  readonly what: "column" | "rows";
}

/** What is nested deeper than this in a parameter counts as all that is there. */
const deepest = 4;
/** A value that is handed on and on: past this many hands, nobody sees where it goes. */
const mostHands = 20_000;

export function usesIn(trace: Followed, tenancy: Tenancy, named: TablesNamed): UsesOf {
  const holdings = holdingsOf(trace.accesses, tenancy);
  const standings = standingsIn(trace, tenancy);
  const ties = tiesIn(trace.accesses, tenancy);
  const outputs = new Set<string>();
  for (const { site, detail } of trace.accesses)
    if (detail.kind === "query")
      for (const name of detail.selection.outputs?.keys() ?? []) outputs.add(`${siteKey(site)} ${name}`);

  const usesOf = (table: Table, column: TableColumn): Uses => {
    const columns = new Map<Table, Set<TableColumn>>([[table, new Set([column])]]);
    const has = (one: Table, name: string): boolean => {
      const found = findColumn(one, name);
      return found !== null && columns.get(one)?.has(found) === true;
    };
    const isAny = (name: string): boolean => [...columns.keys()].some((one) => has(one, name));
    const isRead = ({ access, path }: Source & { kind: "column" }): boolean => {
      const there = [...named.at(access)].filter((one) => columns.has(one));
      if (there.length === 0) return false;
      const words = wordsOf(path);
      if (words.length > 1) return words.some((word) => there.some((one) => has(one, word)));
      const [name = ""] = words;
      const placed = holdings.columnsOf(access, name);
      if (placed.length > 0) return placed.some((one) => has(one.table, one.name));
      // A name that the query gives to what it works out: of the column, for all we know.
      return there.some((one) => has(one, name)) || outputs.has(`${access} ${name}`);
    };
    const isFetched = (source: Source & { kind: "rows" }): boolean => {
      const there = [...named.at(source.access)];
      const isKnown = (name: string): boolean => there.some((one) => findColumn(one, name) !== null);
      const mayHave = (name: string): boolean => !isKnown(name) || there.some((one) => has(one, name));
      return there.some((one) => columns.has(one)) && (!source.has || source.has.some(mayHave));
    };
    /** How much of the path from the value to what it has of the column is still to go. */
    const heldAt = ({ source }: Mention): readonly Held[] => {
      switch (source.kind) {
        case "column":
          return isRead(source) ? [{ path: [], what: "column" }] : [];
        case "rows":
          return isFetched(source) ? [{ path: [], what: "rows" }] : [];
        case "parameter":
          return (held.get(`${source.function} ${source.index}`) ?? []).flatMap(
            (one) => insideOf(one, source.path, columns, isAny) ?? [],
          );
      }
    };

    const held = new Map<string, Held[]>();
    const queries = new Set<Access>(ties.of(column));
    let isOutOfSight = false;
    const pending = [...standings.ofRows];
    let hands = 0;
    // Once it is out of sight, nothing more has to be known.
    for (let next = pending.pop(); next !== undefined && !isOutOfSight; next = pending.pop()) {
      const { place, mention } = next;
      const found = heldAt(mention);
      if (found.length === 0) continue;
      isOutOfSight = (hands += 1) > mostHands;
      switch (place.kind) {
        case "query":
          // What is compared with a column has nothing inside: what stands further in is not asked for.
          if (found.some(({ path }) => path.length === 0)) queries.add(place.access);
          break;
        case "out-of-sight":
          isOutOfSight = true;
          break;
        case "column": {
          // Nor has an id.
          const isId = place.table !== null && referenceOf(place.table, place.name) !== null;
          if (isId && found.every(({ path }) => path.length > 0)) break;
          const copy = place.table && findColumn(place.table, place.name);
          if (!place.table || !copy) isOutOfSight = true;
          else if (!has(place.table, place.name)) {
            columns.set(place.table, new Set([...(columns.get(place.table) ?? []), copy]));
            for (const access of ties.of(copy)) queries.add(access);
            // There may be more of them than a call takes arguments.
            for (const one of standings.ofRows) pending.push(one);
          }
          break;
        }
        case "argument":
          for (const one of found)
            for (const index of parametersFor(trace, place)) {
              const key = `${place.callee} ${index}`;
              const known = held.get(key) ?? [];
              const added = placedAt(one, mention.at);
              if (known.some((other) => isSame(other, added))) continue;
              held.set(key, [...known, added]);
              pending.push(...(standings.ofParameters.get(key) ?? []));
            }
      }
    }

    const mayAskFor = (text: string, isOpen: boolean): boolean =>
      [...columns].some(
        ([{ name }, ones]) =>
          isTableNamedIn(text, name, isOpen) && [...ones].some((one) => isNamedIn(text, one)),
      );
    for (const { detail } of trace.accesses)
      if (detail.kind === "raw" && !detail.isElsewhere)
        isOutOfSight ||= mayAskFor(detail.text, detail.isOpen);
    for (const [one, copies] of columns)
      for (const access of named.of(one))
        if (unreadConditionsOf(access).some((text) => [...copies].some((copy) => isNamedIn(text, copy))))
          queries.add(access);
    return {
      queries,
      isOutOfSight,
      tables: new Set(columns.keys()),
      has,
      isMadeOf: (value) => mentionsIn(value, trace).some((mention) => heldAt(mention).length > 0),
    };
  };
  return usesOf;
}

/** `(...ids) => …`: the last of a function's parameters has all that come after it as well. */
function parametersFor(trace: Followed, { callee, index }: Argument): readonly number[] {
  const rest = Array.from({ length: index }, (_, before) => before).filter((one) =>
    trace.takesRest(callee, one),
  );
  return [index, ...rest];
}

function isSame(one: Held, other: Held): boolean {
  return one.what === other.what && one.path.join(".") === other.path.join(".");
}

function placedAt({ path, what }: Held, at: readonly string[]): Held {
  const whole = [...at, ...path];
  return whole.length <= deepest ? { path: whole, what } : { path: whole.slice(0, deepest), what: "rows" };
}

/** What is there of what a parameter holds, where the code takes this path into it; null where that leads past it. */
function insideOf(
  { path, what }: Held,
  taken: readonly string[],
  columns: ReadonlyMap<Table, unknown>,
  isColumn: (name: string) => boolean,
): Held | null {
  const shared = Math.min(path.length, taken.length);
  for (let index = 0; index < shared; index++) if (path[index] !== taken[index]) return null;
  if (taken.length <= path.length) return { path: path.slice(taken.length), what };
  const beyond = taken.slice(path.length);
  if (what === "column" || beyond.some(isColumn)) return { path: [], what: "column" };
  const isOther = [...columns.keys()].some((table) => findColumn(table, beyond.at(-1)!) !== null);
  return isOther ? null : { path: [], what };
}

/** `queue.configIds[]`: its names. */
function wordsOf(path: string): readonly string[] {
  return path.split(/[^\w$]+/).filter((word) => word !== "");
}
