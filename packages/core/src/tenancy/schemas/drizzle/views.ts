/** `pgView("name").as((qb) => qb.select(…).from(table))`, and views whose columns are listed because their query is elsewhere. */
import { rawTable, type RawTable } from "../source.js";
import type { TableColumn } from "../../tenancy.js";
import { readColumns } from "./columns.js";
import { columnPlaceOf, lineOf, tableOf, type Reading, type ReadTable } from "./reading.js";
import { tablesInSql } from "./sql-text.js";
import { findTableCall } from "./tables.js";
import { chainOf, library, propertyOf, textOf, type Step, type Value } from "./value.js";

export interface View {
  readonly table: RawTable;
  readonly dialect: string | null;
  readonly file: string;
  readonly start: number;
}

/** `source` is what the report calls this kind of schema. */
export function readView(value: Value, source: string, reading: Reading): View | null {
  const behind: Value[] = [];
  let at = value;
  let made = findTableCall(at, reading.evaluator);
  while (!made && (at.kind === "call" || at.kind === "member")) {
    behind.push(at);
    at = at.kind === "call" ? at.callee : at.object;
    made = findTableCall(at, reading.evaluator);
  }
  if (made?.kind !== "view") return null;
  const steps = chainOf(value).steps;
  const query = argumentOf(steps, "as");
  const result = query?.kind === "function" ? reading.evaluator.apply(query, [library("query")]) : query;
  const from = result ? tablesInQuery(result, reading) : [];
  const listed = readColumns(made.columns, made.dialect, reading.casingOf(made.call.file), reading.evaluator);
  const columns =
    listed.length > 0 ? listed.map(plain) : result ? columnsOfQuery(result, from, reading) : null;
  const invoker = propertyOf(argumentOf(steps, "with"), "securityInvoker");
  return {
    table: rawTable({
      name: made.name ?? made.said ?? "(computed)",
      source,
      columns: columns ?? [],
      readable: columns !== null,
      view: {
        reads: from.map((table) => table.title),
        securityInvoker: invoker?.kind === "literal" && invoker.value === true,
        ...(isMaterialized(made.call.callee) && { isMaterialized: true }),
      },
      file: made.call.file,
      line: lineOf(reading.program, made.call.file, made.call.start),
    }),
    dialect: made.dialect,
    file: made.call.file,
    start: made.call.start,
  };
}

/** `pgMaterializedView`, `schema.materializedView` */
function isMaterialized(callee: Value): boolean {
  const { root, steps } = chainOf(callee);
  const made = steps.at(-1)?.name ?? (root.kind === "library" ? root.path.at(-1) : undefined);
  return /materializedview$/i.test(made ?? "");
}

function argumentOf(steps: readonly Step[], name: string): Value | undefined {
  return steps.find((step) => step.name === name)?.arguments?.[0];
}

function tablesInQuery(result: Value, reading: Reading): readonly ReadTable[] {
  if (result.kind === "template") return tablesInSql(result, reading);
  const found = new Set<ReadTable>();
  for (const { name, arguments: given } of chainOf(result).steps) {
    if (name === null || !given?.[0] || !(name === "from" || /join$/i.test(name))) continue;
    const table = tableOf(given[0], reading);
    for (const each of table ? [table] : tablesInSql(given[0], reading)) found.add(each);
  }
  return [...found];
}

/** What the query selects: the columns it names, or all of the only table it reads. Null when that cannot be known. */
function columnsOfQuery(
  result: Value,
  from: readonly ReadTable[],
  reading: Reading,
): readonly TableColumn[] | null {
  const { root, steps: built } = chainOf(result);
  // `qb.select` is something of the library itself, and so the root of the chain.
  const isSelect = root.kind === "library" && /^select/.test(root.path.at(-1) ?? "");
  const selected = isSelect ? built[0]?.arguments : null;
  if (!selected) return null;
  const [chosen] = selected;
  if (!chosen) return from.length === 1 ? from[0]!.list.map(plain) : null;
  if (chosen.kind !== "object" || !chosen.complete) return null;
  const isOuter = built.some(({ name }) => name !== null && /^(?:left|right|full)Join/.test(name));
  return [...chosen.properties].map(([key, value]): TableColumn => {
    const place = columnPlaceOf(value, reading);
    const repeated = place?.read?.list.find(({ name }) => name === place.column);
    const { steps } = chainOf(value);
    const renamed = textOf(steps.find(({ name }) => name === "as")?.arguments?.[0]);
    const name = repeated?.name ?? renamed ?? key;
    return {
      name,
      aliases: name === key ? [] : [key],
      nullable: isOuter || (repeated?.nullable ?? true),
      type: repeated?.type ?? "unknown",
      defaulted: false,
    };
  });
}

function plain({ name, aliases, nullable, type }: TableColumn): TableColumn {
  return { name, aliases, nullable, type, defaulted: false };
}
