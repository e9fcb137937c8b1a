/**
 * A foreign id that is stored, and that nothing reads on by: every reader of the row is limited by something else, no query is
 * joined over the column, and its value goes nowhere. Then nothing of the other tenant comes out; what is stored is still wrong.
 */
import type { Column, Predicate, Selection } from "../constraint/predicate.js";
import { selectionsIn } from "../constraint/selections.js";
import { findColumn, findTable } from "../tenancy/lookup.js";
import type { Table, Tenancy } from "../tenancy/tenancy.js";
import type { Access } from "../trace/library.js";
import type { Trace } from "../trace/trace.js";
import { siteKey, type Value } from "../trace/value.js";
import type { JudgedPath } from "./judge.js";
import type { Fault, ResourceVerdict } from "./verdict.js";

export function withIntegrity(
  paths: readonly JudgedPath[],
  trace: Pick<Trace, "accesses" | "callers" | "deliveries">,
  tenancy: Tenancy,
): readonly JudgedPath[] {
  let readOn: ReadonlySet<string> | null = null;
  const isOnlyStored = (fault: Fault): boolean => {
    const { data } = fault;
    if (data.kind !== "untrusted" || !data.isWritten || fault.grade !== "leak") return false;
    const table = findTable(tenancy, data.table);
    const column = table && findColumn(table, data.column);
    if (!table || !column) return false;
    readOn ??= columnsReadOn(trace, tenancy);
    return (
      !readOn.has(keyOf(table, column.name)) &&
      readersOf(paths, table).every((one) => isLimited(one, table, column.name))
    );
  };
  const lowered = (fault: Fault): Fault => (isOnlyStored(fault) ? { ...fault, grade: "integrity" } : fault);
  return paths.map((path) => ({
    ...path,
    resources: path.resources.map((one): ResourceVerdict =>
      one.untrusted ? { ...one, untrusted: one.untrusted.map(lowered) } : one,
    ),
  }));
}

function keyOf(table: Table, column: string): string {
  return `${table.name}.${column}`;
}

/** Whatever reads or changes rows of the table that are there. */
function readersOf(paths: readonly JudgedPath[], table: Table): readonly ResourceVerdict[] {
  return paths
    .filter(({ root }) => root.kind === "query" && root.operation !== "insert")
    .flatMap(({ resources }) => resources.filter(({ resource }) => resource === table.name));
}

/** To one tenant, and not by the column in question. */
function isLimited({ verdict, constraint }: ResourceVerdict, table: Table, column: string): boolean {
  if (verdict === "exempt") return true;
  const key = constraint && findColumn(table, constraint.key);
  return verdict === "scoped" && key !== null && key.name !== column;
}

/** Columns whose values lead to other rows: joined over, asked for, handed on. */
function columnsReadOn(
  { accesses, callers, deliveries }: Pick<Trace, "accesses" | "callers" | "deliveries">,
  tenancy: Tenancy,
): ReadonlySet<string> {
  const found = new Set<string>();
  const tablesOf = new Map<string, Set<Table>>();
  for (const { site, detail } of accesses) {
    if (detail.kind !== "query") continue;
    const tables = tablesOf.get(siteKey(site)) ?? new Set();
    for (const name of [detail.target, ...detail.selection.resources.map((one) => one.table)]) {
      const table = name === null ? null : findTable(tenancy, name);
      if (table) tables.add(table);
    }
    tablesOf.set(siteKey(site), tables);
  }
  const note = (row: { readonly access: string; readonly column: string } | null): void => {
    if (!row) return;
    for (const table of tablesOf.get(row.access) ?? []) {
      const column = findColumn(table, row.column);
      if (column) found.add(keyOf(table, column.name));
    }
  };
  const noteValue = (value: Value | null, depth: number): void => {
    if (value?.kind === "symbolic") note(value.row);
    if (value === null || depth === 0) return;
    if (value.kind === "object") for (const field of value.fields.values()) noteValue(field.value, depth - 1);
    if (value.kind === "choice") for (const option of value.options) noteValue(option, depth);
    if (value.kind === "array") for (const one of [...value.elements, value.rest]) noteValue(one, depth - 1);
    if (value.kind === "text")
      for (const part of value.parts) if (typeof part !== "string") noteValue(part, depth - 1);
  };
  const noteColumn = (selection: Selection, { table, name }: Column): void => {
    for (const resource of selection.resources) {
      if (resource.table === null || (table !== null && resource.alias !== table)) continue;
      const meant = findTable(tenancy, resource.table);
      const column = meant && findColumn(meant, name);
      if (column) found.add(keyOf(meant, column.name));
    }
  };
  const noteFilter = (selection: Selection, filter: Predicate): void => {
    const pending = [filter];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      switch (next.kind) {
        case "and":
        case "or":
          pending.push(...next.terms);
          break;
        case "not":
          pending.push(next.term);
          break;
        case "choice":
          pending.push(...next.arms);
          break;
        case "eq":
          note(next.operand.row);
          break;
        case "in":
          next.operands.forEach(({ row }) => note(row));
          break;
        case "eqColumn":
          // Of a sub-query, the other side may be a column of the query around it.
          noteColumn(selection, next.left);
          noteColumn(selection, next.right);
          if (next.left.table !== null) noteNamed(next.left);
          if (next.right.table !== null) noteNamed(next.right);
          break;
        case "inQuery":
          noteColumn(selection, next.column);
          if (next.output) noteColumn(next.query, next.output);
          break;
      }
    }
  };
  const noteNamed = ({ table, name }: Column): void => {
    const meant = table === null ? null : findTable(tenancy, table);
    const column = meant && findColumn(meant, name);
    if (column) found.add(keyOf(meant, column.name));
  };
  for (const { detail } of accesses) noteAccess(detail);
  for (const records of callers.values())
    for (const record of records) for (const given of record.arguments ?? []) noteValue(given, 2);
  for (const { value } of deliveries) noteValue(value, 3);
  return found;

  function noteAccess(detail: Access["detail"]): void {
    switch (detail.kind) {
      case "query":
        for (const selection of selectionsIn(detail.selection)) {
          noteFilter(selection, selection.where);
          for (const { on } of selection.resources) noteFilter(selection, on);
        }
        for (const { columns } of [...(detail.written ?? []), ...detail.updated])
          for (const { operand } of columns.values()) note(operand.row);
        return;
      case "key":
        noteValue(detail.key, 2);
        noteValue(detail.field, 2);
        return;
      case "job":
        noteValue(detail.payload, 3);
        return;
      case "call":
        for (const { value } of detail.passed) noteValue(value, 2);
        return;
      case "raw":
        return;
    }
  }
}
