/** The keys of a table: what its columns say, and what the function behind them does (`unique().on(…)`, `foreignKey(…)`). */
import type { ForeignKey } from "../source.js";
import { columnPlaceOf, columnsAmong, type Reading, type ReadTable } from "./reading.js";
import { chainOf, elementsOf, pathInDrizzle, propertyOf, type Chain, type Value } from "./value.js";

export interface Constraints {
  readonly primaryKey: readonly string[];
  readonly unique: readonly (readonly string[])[];
  readonly foreignKeys: readonly ForeignKey[];
  /** Columns whose foreign key leads nowhere that could be read. */
  readonly unread: readonly string[];
}

export function readConstraints(table: ReadTable, extras: readonly Value[], reading: Reading): Constraints {
  const own = extras.map((extra) => readExtra(extra, reading));
  const of = <Kind extends Extra["kind"]>(kind: Kind) =>
    own.filter((extra): extra is Extra & { kind: Kind } => extra?.kind === kind);
  const references = table.list.flatMap((column) =>
    column.references.map((reference) => {
      const to = columnPlaceOf(reading.evaluator.apply(reference, []), reading);
      return { from: column.name, to };
    }),
  );
  return {
    primaryKey:
      of("primary key")[0]?.columns ?? table.list.filter((each) => each.primary).map((each) => each.name),
    unique: [
      ...table.list.filter((column) => column.unique).map((column) => [column.name]),
      ...of("unique").map(({ columns }) => columns),
    ],
    foreignKeys: [
      ...references.flatMap(({ from, to }) =>
        to ? [{ columns: [from], table: to.table, targets: [to.column] }] : [],
      ),
      ...of("foreign key").map(({ key }) => key),
    ],
    unread: [
      ...references.flatMap(({ from, to }) => (to ? [] : [from])),
      ...of("unread").flatMap(({ columns }) => columns),
    ],
  };
}

/** What stands behind the columns, given the table as its own function gets it. */
export function extrasOf(table: ReadTable, reading: Reading): readonly Value[] {
  const { extra } = table;
  const result = extra.kind === "function" ? reading.evaluator.apply(extra, [table.call]) : extra;
  return listed(result, 4);
}

function listed(value: Value, depth: number): readonly Value[] {
  if (value.kind === "either") return [...listed(value.one, depth - 1), ...listed(value.other, depth - 1)];
  if (depth <= 0) return [];
  return elementsOf(value).flatMap((each) =>
    each.kind === "list" || each.kind === "either" ? listed(each, depth - 1) : [each],
  );
}

type Extra =
  | { readonly kind: "primary key"; readonly columns: readonly string[] }
  | { readonly kind: "unique"; readonly columns: readonly string[] }
  | { readonly kind: "foreign key"; readonly key: ForeignKey }
  | { readonly kind: "unread"; readonly columns: readonly string[] };

function readExtra(value: Value, reading: Reading): Extra | null {
  const chain = chainOf(value);
  switch (pathInDrizzle(chain.root)?.at(-1)) {
    case "primaryKey":
      return readPrimaryKey(chain, reading);
    case "unique":
    case "uniqueIndex":
      return readUnique(chain, reading);
    case "foreignKey":
      return readForeignKey(chain, reading);
    default:
      return null;
  }
}

/** `primaryKey({ columns: […] })`, and the older `primaryKey(t.a, t.b)`. */
function readPrimaryKey({ steps }: Chain, reading: Reading): Extra | null {
  const given = steps[0]?.arguments ?? [];
  const listed = propertyOf(given[0], "columns");
  const key = columnsAmong(listed ? elementsOf(listed) : given, reading);
  return key && { kind: "primary key", columns: key.columns };
}

/** An index of some rows only, or of an expression, says nothing about all values of a column. */
function readUnique({ steps }: Chain, reading: Reading): Extra | null {
  if (steps.some(({ name }) => name === "where")) return null;
  const on = steps.find(({ name }) => name === "on" || name === "onOnly" || name === "using");
  const given = on?.arguments ?? [];
  const key = columnsAmong(on?.name === "using" ? given.slice(1) : given, reading);
  return key && { kind: "unique", columns: key.columns };
}

function readForeignKey({ steps }: Chain, reading: Reading): Extra | null {
  const given = steps[0]?.arguments?.[0];
  const said = given?.kind === "function" ? reading.evaluator.apply(given, []) : given;
  const from = columnsAmong(elementsOf(propertyOf(said, "columns")), reading);
  const to = columnsAmong(elementsOf(propertyOf(said, "foreignColumns")), reading);
  if (!from) return null;
  if (!to) return { kind: "unread", columns: from.columns };
  return { kind: "foreign key", key: { columns: from.columns, table: to.table, targets: to.columns } };
}
