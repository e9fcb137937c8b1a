/** What a value holds: rows of which tables, found by the queries that fetched them. */
import type { Column, Selection } from "../constraint/predicate.js";
import { findColumn, findTable } from "../tenancy/lookup.js";
import type { Table, Tenancy } from "../tenancy/tenancy.js";
import type { Access, KeyDetail, StorageDetail } from "../trace/library.js";
import { isUndefined, siteKey, type Value } from "../trace/value.js";
import { patternsOf } from "./keys.js";

export interface Held {
  readonly tables: ReadonlySet<Table>;
  /** Nothing else is in it, except constants. */
  readonly isComplete: boolean;
}

/** A column as a query gave it, and the table it stands in. */
interface PlacedColumn {
  readonly table: Table;
  readonly name: string;
}

export interface Holdings {
  heldIn(value: Value): Held;
  /** The tables of an access; null when nobody can tell. */
  tablesOf(access: string): readonly Table[] | null;
  /** What a column of an access's rows may be. */
  columnsOf(access: string, name: string): readonly PlacedColumn[];
  /** The columns that an access gives; null when it gives whole rows, or nobody can tell. */
  outputsOf(access: string): readonly string[] | null;
  /** What is put under keys of this pattern, anywhere in the program. */
  entriesUnder(pattern: string): readonly KeyDetail[];
  /** What is put into stores of objects, and into files, anywhere in the program. */
  readonly stored: readonly StorageDetail[];
}

export function holdingsOf(accesses: readonly Access[], tenancy: Tenancy): Holdings {
  const selections = new Map<string, Selection[]>();
  const entries = new Map<string, KeyDetail[]>();
  const put = <T>(map: Map<string, T[]>, key: string, value: T): void => {
    const known = map.get(key);
    if (known) known.push(value);
    else map.set(key, [value]);
  };
  for (const { site, detail } of accesses) {
    if (detail.kind === "query") put(selections, siteKey(site), detail.selection);
    if (detail.kind === "key" && detail.stores !== null) {
      for (const pattern of patternsOf(detail)) put(entries, pattern, detail);
    }
  }

  const tablesOf = remembered((access: string): readonly Table[] | null => {
    const found = (selections.get(access) ?? []).flatMap(tablesIn);
    const tables = [...new Set(found)].map((name) => findTable(tenancy, name));
    return tables.length === 0 || tables.includes(null) ? null : (tables as readonly Table[]);
  });

  const holdings: Holdings = {
    heldIn: (value) => heldIn(holdings, value),
    stored: accesses.flatMap(({ detail }) =>
      detail.kind === "storage" && detail.stores !== null ? [detail] : [],
    ),
    tablesOf,
    columnsOf: (access, name) => {
      const outputs = (selections.get(access) ?? []).flatMap((selection) => {
        const column = selection.outputs?.get(name);
        return column ? placed(tenancy, selection, column) : [];
      });
      if (outputs.length > 0) return outputs;
      return (tablesOf(access) ?? [])
        .filter((table) => findColumn(table, name) !== null)
        .map((table) => ({ table, name }));
    },
    outputsOf: (access) => {
      const found = selections.get(access) ?? [];
      const isWhole = found.some(({ outputs }) => outputs === null || outputs.has("*"));
      if (found.length === 0 || isWhole) return null;
      return found.flatMap((selection) => [...selection.outputs!.keys()]);
    },
    entriesUnder: remembered((pattern) => {
      const same = entries.get(pattern);
      if (same || !pattern.endsWith(anything)) return same ?? [];
      // `KEYS invoices:*` means everything that begins so.
      const beginning = pattern.slice(0, -anything.length);
      if (beginning === "" || beginning.includes(anything)) return [];
      return [...entries].flatMap(([other, details]) => (other.startsWith(beginning) ? details : []));
    }),
  };
  return holdings;
}

const anything = "*";

/** The tables whose columns can be among what it gives; those it only asks in a filter are not. */
function tablesIn(selection: Selection): readonly string[] {
  const names: string[] = [];
  const seen = new Set<Selection>();
  const pending = [selection];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    pending.push(...next.nested, ...next.arms);
    for (const { table, query } of next.resources) {
      if (table !== null) names.push(table);
      if (query) pending.push(query);
    }
  }
  return names;
}

function placed(tenancy: Tenancy, { resources }: Selection, column: Column): readonly PlacedColumn[] {
  const resource =
    column.table === null
      ? resources.length === 1
        ? resources[0]
        : undefined
      : resources.find(({ alias }) => alias === column.table);
  const table = resource?.table ? findTable(tenancy, resource.table) : null;
  return table ? [{ table, name: column.name }] : [];
}

function heldIn(holdings: Holdings, value: Value): Held {
  const tables = new Set<Table>();
  let isComplete = true;
  const seen = new Set<Value>();
  const pending = [value];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    const parts = partsOf(one);
    if (parts !== null) {
      if (one.kind === "object" && one.open) isComplete = false;
      pending.push(...parts);
      continue;
    }
    const access = one.kind === "rows" ? one.access : one.kind === "symbolic" ? one.row?.access : undefined;
    const found = access === undefined ? null : tablesBehind(holdings, access, one);
    if (found) for (const table of found) tables.add(table);
    else if (!isOwnOfJavaScript(one)) isComplete = false;
  }
  return { tables, isComplete };
}

/** `new Date()`, `process.env.STAGE`, `Date.now()` */
export function isOwnOfJavaScript(value: Value): boolean {
  if (value.kind === "external") return value.package === "(global)";
  const made = value.kind === "symbolic" && value.row === null ? value.from : undefined;
  return made !== undefined && made.length > 0 && made.every(isOwnOrLiteral);
}

function isOwnOrLiteral(value: Value): boolean {
  return value.kind === "literal" || isOwnOfJavaScript(value);
}

function tablesBehind(holdings: Holdings, access: string, value: Value): readonly Table[] | null {
  const columns = value.kind === "symbolic" && value.row ? holdings.columnsOf(access, value.row.column) : [];
  return columns.length > 0 ? columns.map(({ table }) => table) : holdings.tablesOf(access);
}

/** What a value is made of; null when it is made of nothing that we see. */
export function partsOf(value: Value): readonly Value[] | null {
  switch (value.kind) {
    case "literal":
      return [];
    case "object":
      return [...value.fields.values()].map((field) => field.value);
    case "array":
      return [...value.elements, ...(value.rest ? [value.rest] : [])];
    case "text":
      return value.parts.filter((part): part is Value => typeof part !== "string");
    case "choice":
      return value.options.filter((option) => !isUndefined(option));
    default:
      return null;
  }
}

function remembered<T>(answer: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    if (!known.has(key)) known.set(key, answer(key));
    return known.get(key)!;
  };
}
