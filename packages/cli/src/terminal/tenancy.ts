/** The tenancy model for a person: levels and users in sentences, tables by class. Names go through plainText. */
import {
  type Confidence,
  type Table,
  type TableClass,
  type Tenancy,
  counted,
  groupBy,
  plainText,
  tableClassMeanings,
} from "@tenant-audit/core";
import type { Colors } from "./colors.js";
import { type Column, columnsOf } from "./columns.js";
import { wrapped } from "./wrap.js";

/** From those that own the others to those that nobody could place. */
export const tableClasses = ["root", "tenant", "child", "global", "unclassified"] as const;

export interface TenancyTextOptions {
  readonly colors: Colors;
  /** Of the terminal, in characters; null for a pipe, where a table's row stays on one line. */
  readonly columns: number | null;
  /** Also why each table has its class. */
  readonly isVerbose: boolean;
  /** What holds for most tables, and is therefore said once; see `commonOf`. */
  readonly common: Common;
}

export interface Common {
  readonly source: string | null;
  readonly rowSecurity: RowSecurityWord | null;
}

/** What holds for most tables; the others say it themselves. Where only one table is shown, nothing is common. */
export function commonOf(tables: readonly Table[]): Common {
  if (tables.length < 2) return { source: null, rowSecurity: null };
  return {
    source: mostOf(tables.map(({ source }) => source)),
    rowSecurity: mostOf(tables.map(({ rowSecurity }) => rowSecurityWords(rowSecurity))),
  };
}

function mostOf<Value extends string>(values: readonly Value[]): Value | null {
  const [most] = [...groupBy(values, (value) => value).values()].sort((a, b) => b.length - a.length);
  return most && most.length * 3 >= values.length * 2 ? most[0]! : null;
}

type Lines = readonly string[];

/** Below this, columns side by side are harder to read than one table after another. */
const narrow = 80;
const proseWidth = 100;
const mostSkipped = 10;

export function proseWidthOf({ columns }: Pick<TenancyTextOptions, "columns">): number {
  return Math.min(Math.max(columns ?? proseWidth, 40), proseWidth);
}

export function levelsSection({ levels, tables, users }: Tenancy, options: TenancyTextOptions): Lines {
  const { colors } = options;
  const width = proseWidthOf(options);
  const describe = (name: string, confidence: Confidence, facts: string, reason: string): Lines => [
    `  ${name} ${colors.dim("·")} ${confidenceColor(confidence, colors)(confidence)}`,
    wrapped(facts, width, "    "),
    wrapped(plainText(reason), width, "    "),
  ];
  const lines = levels.flatMap(({ name, table, columns, parent, confidence, reason }) => {
    const where = tables.some((each) => each.name === table)
      ? `The rows of ${quoted([table])}`
      : "In no table here";
    const above = parent === null ? "" : ` below ${plainText(parent)}`;
    const named = columns.length === 0 ? "" : `, named by ${quoted(columns)}`;
    return describe(`${colors.bold(plainText(name))}${above}`, confidence, `${where}${named}.`, reason);
  });
  if (users) {
    const where = users.table === null ? "In no table here" : `The rows of ${quoted([users.table])}`;
    const named = users.columns.length === 0 ? "" : `, owners by ${quoted(users.columns)}`;
    lines.push(...describe(colors.bold("users"), users.confidence, `${where}${named}.`, users.reason));
  }
  if (levels.length === 0)
    lines.unshift(
      wrapped(
        'No tenants were found. A level of tenants is named in tenant-audit.config.json under "levels".',
        width,
        "  ",
      ),
    );
  return [colors.bold("Tenants and users"), ...lines];
}

export function tablesSection(
  tableClass: TableClass,
  tables: readonly Table[],
  options: TenancyTextOptions,
): Lines {
  const { colors, columns, isVerbose } = options;
  const name = classColor(tableClass, colors)(colors.bold(tableClass));
  const heading = `${name} ${colors.dim(`· ${counted(tables.length, "table")}: ${tableClassMeanings[tableClass]}`)}`;
  const isNarrow = columns !== null && columns < narrow;
  const aligned = isNarrow
    ? null
    : columnsOf(tables, tableColumns(tableClass, options), (columns ?? Infinity) - 2, colors);
  if (!aligned) return [heading, ...tables.flatMap((table) => stacked(table, options))];
  return [
    heading,
    `  ${aligned.heading}`,
    ...aligned.rows.flatMap((lines, index) => [
      ...lines.map((line) => `  ${line}`),
      ...(isVerbose ? [reasonOf(tables[index]!, options)] : []),
    ]),
  ];
}

function tableColumns(
  tableClass: TableClass,
  { colors, common }: TenancyTextOptions,
): readonly Column<Table>[] {
  return [
    { heading: "table", cell: ({ name }) => plainText(name) },
    { heading: tableClass === "child" ? "through" : "tenant key", cell: bindingOf },
    { heading: "membership", cell: membershipWords },
    {
      heading: "row security",
      cell: ({ rowSecurity }) => unlessCommon(rowSecurityWords(rowSecurity), common.rowSecurity),
    },
    {
      heading: "confidence",
      cell: ({ confidence }) => confidence,
      paint: (text, { confidence }) => confidenceColor(confidence, colors)(text),
    },
    {
      heading: "source",
      cell: ({ source }) => plainText(unlessCommon(source, common.source)),
      paint: (text) => colors.dim(text),
    },
  ];
}

/** For narrow terminals: the name on a line of its own, and what is known about it below. */
function stacked(table: Table, options: TenancyTextOptions): Lines {
  const { colors, common } = options;
  const membership = membershipWords(table);
  const rowSecurity = unlessCommon(rowSecurityWords(table.rowSecurity), common.rowSecurity);
  const facts = [
    bindingOf(table),
    membership === "" ? "" : `membership ${membership}`,
    rowSecurity === "" ? "" : `row security ${rowSecurity}`,
    table.confidence,
    plainText(unlessCommon(table.source, common.source)),
  ];
  return [
    `  ${colors.bold(plainText(table.name))}`,
    wrapped(facts.filter((fact) => fact !== "").join(" · "), proseWidthOf(options), "    "),
    ...(options.isVerbose ? [reasonOf(table, options)] : []),
  ];
}

function reasonOf({ reason }: Table, options: TenancyTextOptions): string {
  const text = wrapped(plainText(reason), proseWidthOf(options), "    ");
  return options.colors.dim(text);
}

/** `organization_id, project_id?`; of a child `invoice_id → invoices`. */
function bindingOf({ keys, via }: Table): string {
  const [parent] = via;
  if (parent) return `${plainText(parent.column)} → ${plainText(parent.table)}`;
  return keys.map(({ column, nullable }) => plainText(column) + (nullable ? "?" : "")).join(", ");
}

function unlessCommon(value: string, common: string | null): string {
  return value === common ? "" : value;
}

function membershipWords({ membership }: Table): string {
  if (!membership) return "";
  const tenants = membership.tenants.map(({ level }) => plainText(level)).join(", ");
  return `${plainText(membership.user)} in ${tenants}`;
}

export type RowSecurityWord = "unknown" | "off" | "on" | "forced";

export function rowSecurityWords(rowSecurity: Table["rowSecurity"]): RowSecurityWord {
  if (rowSecurity === null) return "unknown";
  if (!rowSecurity.enabled) return "off";
  return rowSecurity.forced ? "forced" : "on";
}

/** What a reader of the tables has to know, and the counts. */
export function summarySection(tables: readonly Table[], options: TenancyTextOptions): Lines {
  const { colors, common } = options;
  if (tables.length === 0) return ["No tables were found."];
  const counts = tableClasses
    .map((name) => ({ name, count: tables.filter((table) => table.class === name).length }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${count} ${name}`);
  const doubtful = tables.filter(({ confidence }) => confidence === "doubtful").length;
  const doubts = doubtful === 0 ? "" : colors.yellow(` · ${doubtful} doubtful`);
  const isOptional = tables.some(({ keys }) => keys.some(({ nullable }) => nullable));
  const notes = [
    ...commonNotes(tables, common),
    ...(isOptional ? ["A key with ? may be null: such a row belongs to no tenant of that level."] : []),
  ];
  return [
    `${colors.bold(counted(tables.length, "table"))}: ${counts.join(", ")}${doubts}`,
    ...notes.map((note) => colors.dim(wrapped(note, proseWidthOf(options), ""))),
  ];
}

function commonNotes(tables: readonly Table[], { source, rowSecurity }: Common): Lines {
  const isAll = (hasIt: (table: Table) => boolean): string =>
    tables.every(hasIt) ? "For all of them" : "Where nothing else is said";
  const notes: string[] = [];
  if (source !== null)
    notes.push(`${isAll((table) => table.source === source)}, the source is ${plainText(source)}.`);
  if (rowSecurity !== null) {
    const who = isAll((table) => rowSecurityWords(table.rowSecurity) === rowSecurity);
    notes.push(`${who}, row security is ${rowSecurityMeanings[rowSecurity]}.`);
  }
  return notes;
}

const rowSecurityMeanings: Readonly<Record<RowSecurityWord, string>> = {
  unknown: "unknown: no migration that was read says anything of it",
  off: "off",
  on: "on, though not for the tables' owner",
  forced: "on, also for the tables' owner",
};

export function problemsSection({ problems }: Pick<Tenancy, "problems">, options: TenancyTextOptions): Lines {
  if (problems.length === 0) return [];
  const { colors } = options;
  return [
    colors.yellow(colors.bold(counted(problems.length, "problem"))),
    ...problems.map(({ file, line, message }) => {
      const place = file === null ? "" : `${plainText(file)}${line === null ? "" : `:${line}`} `;
      return wrapped(place + plainText(message), proseWidthOf(options), "    ").replace(/^ {2}/, "");
    }),
  ];
}

/** What could not be read may have held a schema. */
export function skippedSection(
  skipped: readonly { readonly file: string; readonly reason: string }[],
  { colors }: TenancyTextOptions,
): Lines {
  if (skipped.length === 0) return [];
  const shown = skipped.slice(0, mostSkipped);
  const rest = skipped.length - shown.length;
  return [
    colors.yellow(
      colors.bold(
        `${counted(skipped.length, "file or directory", "files or directories")} could not be read`,
      ),
    ),
    ...shown.map(({ file, reason }) => `  ${plainText(file)} ${plainText(reason)}`),
    ...(rest > 0 ? [`  … and ${rest} more`] : []),
  ];
}

/** Classes that have tables, with their tables by name. */
export function byClass(
  tables: readonly Table[],
): readonly { readonly tableClass: TableClass; readonly tables: readonly Table[] }[] {
  return tableClasses
    .map((tableClass) => ({
      tableClass,
      tables: tables
        .filter((table) => table.class === tableClass)
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
    }))
    .filter((group) => group.tables.length > 0);
}

export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${plainText(name)}"`).join(", ");
}

export function confidenceColor(confidence: Confidence, colors: Colors): (text: string) => string {
  return { certain: colors.green, likely: colors.cyan, doubtful: colors.yellow }[confidence];
}

function classColor(tableClass: TableClass, colors: Colors): (text: string) => string {
  return tableClass === "unclassified" ? colors.yellow : colors.cyan;
}
