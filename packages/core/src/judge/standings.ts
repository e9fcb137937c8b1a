/** Where in the program values stand that came from rows or parameters, and which queries name which tables and columns. */
import type { Column, Operand, Predicate, Selection } from "../constraint/predicate.js";
import { selectionsIn } from "../constraint/selections.js";
import { valueOf } from "../proof/claims.js";
import { findColumn, findTable } from "../tenancy/lookup.js";
import type { Table, TableColumn, Tenancy } from "../tenancy/tenancy.js";
import type { Access } from "../trace/library.js";
import type { Trace } from "../trace/trace.js";
import { siteKey, type Value } from "../trace/value.js";
import { mentionsIn, type Mention } from "./mentions.js";
import { rowsStored } from "./stored.js";

export type Place =
  /** A filter. */
  | { readonly kind: "query"; readonly access: Access }
  /** What is written into a column. */
  | { readonly kind: "column"; readonly table: Table | null; readonly name: string }
  | Argument
  /** A job, a key, a store: whoever takes it out again is not seen here. */
  | { readonly kind: "out-of-sight" };

export interface Argument {
  readonly kind: "argument";
  readonly callee: string;
  readonly index: number;
}

export interface Standing {
  readonly mention: Mention;
  readonly place: Place;
}

export interface Standings {
  readonly ofRows: readonly Standing[];
  /** By function and index: `file#1 0`. */
  readonly ofParameters: ReadonlyMap<string, readonly Standing[]>;
}

export function standingsIn(
  trace: Pick<Trace, "accesses" | "callers" | "deliveries" | "stores" | "kept" | "parameterIndex">,
  tenancy: Tenancy,
): Standings {
  const ofRows: Standing[] = [];
  const ofParameters = new Map<string, Standing[]>();
  const outOfSight: Place = { kind: "out-of-sight" };
  const note = (value: Value | null | undefined, place: Place): void => {
    if (!value) return;
    for (const mention of mentionsIn(value, trace)) {
      const { source } = mention;
      if (source.kind !== "parameter") {
        ofRows.push({ mention, place });
        continue;
      }
      const key = `${source.function} ${source.index}`;
      const known = ofParameters.get(key);
      if (known) known.push({ mention, place });
      else ofParameters.set(key, [{ mention, place }]);
    }
  };
  for (const access of trace.accesses) {
    const { detail } = access;
    switch (detail.kind) {
      case "query": {
        for (const operand of operandsOf(detail)) note(valueOf(operand), { kind: "query", access });
        for (const { table: name, row } of rowsStored(detail)) {
          const table = name === null ? null : findTable(tenancy, name);
          for (const [column, operand] of [
            ...[...row.columns].map(([column, { operand }]) => [column, operand] as const),
            ...(row.brought ?? []),
          ])
            note(valueOf(operand), { kind: "column", table, name: column });
        }
        break;
      }
      case "key":
        for (const part of [detail.prefix, detail.key, detail.field, detail.stores]) note(part, outOfSight);
        break;
      case "job":
        note(detail.payload, outOfSight);
        break;
      case "call":
        for (const { value } of detail.passed) note(value, outOfSight);
        break;
      case "raw":
        for (const part of detail.parts) note(part, outOfSight);
        break;
    }
  }
  for (const { value } of [...trace.deliveries, ...trace.stores, ...trace.kept]) note(value, outOfSight);
  for (const [callee, records] of trace.callers)
    for (const record of records)
      for (const [index, given] of (record.arguments ?? []).entries())
        note(given, { kind: "argument", callee, index });
  return { ofRows, ofParameters };
}

type QueryDetail = Access["detail"] & { kind: "query" };

function predicatesOf({ selection, conflict }: QueryDetail): readonly (readonly [Selection, Predicate])[] {
  return [
    ...selectionsIn(selection).flatMap((one) => [
      [one, one.where] as const,
      ...one.resources.map(({ on }) => [one, on] as const),
    ]),
    ...(conflict ? [[selection, conflict.where] as const] : []),
  ];
}

/** A predicate's conditions, without what stands between them. */
function conditionsIn(predicate: Predicate): readonly Predicate[] {
  const found: Predicate[] = [];
  const pending = [predicate];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === "and" || next.kind === "or") pending.push(...next.terms);
    else if (next.kind === "not") pending.push(next.term);
    else if (next.kind === "choice") pending.push(...next.arms);
    else found.push(next);
  }
  return found;
}

function operandsOf(detail: QueryDetail): readonly Operand[] {
  return predicatesOf(detail)
    .flatMap(([, predicate]) => conditionsIn(predicate))
    .flatMap((one) => (one.kind === "eq" ? [one.operand] : one.kind === "in" ? one.operands : []));
}

/** SQL of a query's conditions that nobody reads. */
export function unreadConditionsOf({ detail }: Access): readonly string[] {
  if (detail.kind !== "query") return [];
  return predicatesOf(detail)
    .flatMap(([, predicate]) => conditionsIn(predicate))
    .flatMap((one) => (one.kind === "unknown" && one.raw !== undefined ? [one.raw] : []));
}

export interface TablesNamed {
  /** By the site of an access. */
  at(access: string): ReadonlySet<Table>;
  of(table: Table): ReadonlySet<Access>;
}

/** The tables that queries name, at whatever depth. */
export function tablesNamedIn(accesses: readonly Access[], tenancy: Tenancy): TablesNamed {
  const at = new Map<string, Set<Table>>();
  const of = new Map<Table, Set<Access>>();
  const nothing: ReadonlySet<never> = new Set();
  for (const access of accesses) {
    if (access.detail.kind !== "query") continue;
    const { selection, target } = access.detail;
    const names = selectionsIn(selection).flatMap(({ resources }) => resources.map(({ table }) => table));
    for (const name of [target, ...names]) {
      const table = name === null ? null : findTable(tenancy, name);
      if (!table) continue;
      put(at, siteKey(access.site), table);
      put(of, table, access);
    }
  }
  return { at: (access) => at.get(access) ?? nothing, of: (table) => of.get(table) ?? nothing };
}

function put<Key, One>(map: Map<Key, Set<One>>, key: Key, one: One): void {
  const known = map.get(key);
  if (known) known.add(one);
  else map.set(key, new Set([one]));
}

/** Queries whose tables are tied over a column. */
export function tiesIn(
  accesses: readonly Access[],
  tenancy: Tenancy,
): { of(column: TableColumn): ReadonlySet<Access> } {
  const ties = new Map<TableColumn, Set<Access>>();
  const nothing: ReadonlySet<never> = new Set();
  const note = (access: Access, written: string | null, { name }: Column): void => {
    const table = written === null ? null : findTable(tenancy, written);
    const column = table && findColumn(table, name);
    if (column) put(ties, column, access);
  };
  const noteColumn = (access: Access, { resources }: Selection, column: Column): void => {
    for (const { table, alias } of resources)
      if (column.table === null || alias === column.table) note(access, table, column);
    // Of a sub-query, it may be a column of the query around it.
    const aliases = access.detail.kind === "query" ? selectionsIn(access.detail.selection) : [];
    for (const { resources: others } of aliases)
      for (const { table, alias } of others) if (alias === column.table) note(access, table, column);
    note(access, column.table, column);
  };
  for (const access of accesses) {
    if (access.detail.kind !== "query") continue;
    for (const [selection, predicate] of predicatesOf(access.detail))
      for (const one of conditionsIn(predicate)) {
        if (one.kind === "eqColumn")
          for (const column of [one.left, one.right]) noteColumn(access, selection, column);
        if (one.kind !== "inQuery") continue;
        noteColumn(access, selection, one.column);
        if (one.output) noteColumn(access, one.query, one.output);
      }
  }
  return { of: (column) => ties.get(column) ?? nothing };
}
