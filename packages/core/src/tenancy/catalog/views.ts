/** A view's columns are those that it repeats, so a tenant's key is still known where a view passes it on. */
import type { SchemaChange, TableName, ViewColumn } from "./changes.js";
import { tell, type Applying } from "./applying.js";
import {
  findColumn,
  findTable,
  fold,
  fullName,
  placeFor,
  type Standing,
  type StandingColumn,
  type StandingTable,
  writtenName,
} from "./standing.js";
import { emptyTable, isStanding, remove, stand } from "./tables.js";

type ChangeOf<Kind extends SchemaChange["kind"]> = Extract<SchemaChange, { kind: Kind }>;

export function createView(applying: Applying, change: ChangeOf<"create-view">): void {
  const { standing } = applying;
  const place = placeFor(standing, change.view);
  const known = standing.tables.get(place.key);
  if (known && !known.view) {
    tell(
      applying,
      "create a view where a table stands",
      `Migration creates view "${fullName(place)}", but a table of that name already stands (${known.file}:${known.line}).`,
    );
    return;
  }
  if (known) remove(standing, known);
  const view = emptyTable(applying, place);
  view.view = {
    reads: change.reads,
    path: standing.path,
    columns: change.columns,
    securityInvoker: change.securityInvoker,
    ...(change.materialized && { isMaterialized: true }),
    bound: null,
  };
  const tables = change.reads.map((name) => findTable(standing, name));
  bindView(standing, view, standing.dialect === "postgresql" ? tables : []);
  stand(applying, view, place.key);
}

export function dropView(applying: Applying, change: ChangeOf<"drop-view">): void {
  const view = findTable(applying.standing, change.view);
  if (view) remove(applying.standing, view);
  else if (!change.ifExists)
    tell(
      applying,
      "drop a view that is not there",
      `Migration drops view "${writtenName(change.view)}", which no migration before it created.`,
    );
}

/**
 * PostgreSQL binds a view to its tables when it is made; the others look the names up whenever it is read, which is the end
 * of the history. A view that comes before its tables is bound at the end as well.
 */
export function bindViewsAtEnd(standing: Standing): void {
  for (const view of [...standing.tables.values()]) {
    if (!view.view) continue;
    if (!view.view.bound) {
      const { reads, path } = view.view;
      bindView(
        standing,
        view,
        reads.map((name) => findTable(standing, name, path)),
        true,
      );
    } else if (!view.view.bound.every((table) => isStanding(standing, table))) remove(standing, view);
  }
}

function bindView(
  standing: Standing,
  table: StandingTable,
  tables: readonly (StandingTable | undefined)[],
  anyway = false,
): void {
  const view = table.view!;
  const found = tables.filter((one): one is StandingTable => one !== undefined && one !== table);
  if (found.length === view.reads.length || anyway) view.bound = found;
  const columns =
    view.columns ?? (view.reads.length === 1 && found[0] ? starOf(view.reads[0]!, found[0]) : null);
  table.readable = columns !== null && (view.columns !== null || found[0]!.readable);
  table.columns = new Map(
    (columns ?? []).map(({ name, from }) => {
      const source = from && findTable(standing, from.table, view.path);
      const origin = (source && source !== table && findColumn(standing, source, from.column)) || null;
      return [
        fold(standing, name),
        { name, type: "", nullable: true, defaulted: false, origin } satisfies StandingColumn,
      ];
    }),
  );
}

function starOf(written: TableName, table: StandingTable): readonly ViewColumn[] {
  return [...table.columns.values()].map(({ name }) => ({ name, from: { table: written, column: name } }));
}

/** Views on views may be deep, and those that read each other go round for ever. */
const furthestOrigin = 50;

/** The column of a table that a view's column repeats in the end. */
export function sourceOf(column: StandingColumn): StandingColumn {
  let source = column;
  for (let step = 0; step < furthestOrigin && source.origin; step++) source = source.origin;
  return source;
}
