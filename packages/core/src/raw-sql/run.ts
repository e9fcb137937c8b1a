/** A statement in SQL that a library runs, written down as paths: one for itself, and one for each that stands inside of it. */
import { findTable, isTenantKey } from "../tenancy/lookup.js";
import { selectionsIn } from "../constraint/selections.js";
import type { AccessDetail, SettingChange, SettingDetail, Tracer } from "../trace/library.js";
import { writtenRows, type Spelling } from "../trace/builders.js";
import { within, type Session } from "../trace/session.js";
import { choiceOf } from "../trace/choice.js";
import { siteKey, unknown, type ObjectField, type RowsValue, type Site, type Value } from "../trace/value.js";
import { readSql } from "./alternatives.js";
import { nothing, type ReadingOptions, type ReadText } from "./read.js";
import { grammarOf, speaksPostgres } from "./parse.js";
import { readSettings, type ReadSettings } from "./settings.js";
import type { ReadStatement } from "./statement.js";
import { withoutSchemas } from "./schemas.js";
import { shownText, type SqlText } from "./text.js";

export interface SqlRun {
  readonly library: string;
  readonly site: Site;
  readonly text: SqlText;
  /** What the text numbers itself: `$1`. */
  readonly parameters?: readonly Value[];
  /** Seen to run on whichever connection is free. */
  readonly isOnPool: boolean;
  /** Where it runs, as far as its client says. */
  readonly session?: Session;
  /** What its databases speak, where the library knows one only. */
  readonly dialects?: readonly string[];
  /** `handed-on`: somebody whom we do not see gets it, and it runs as soon as they await it. */
  readonly stage?: "run" | "handed-on";
}

export function runSql(tracer: Tracer, asWritten: SqlRun): Value {
  const { site } = asWritten;
  const text = shownText(asWritten.text);
  const set = readSettings(asWritten.text, asWritten.parameters ?? []);
  if (set && changeSettings(tracer, asWritten, set, text)) return ofNobody(site);
  const run = inItsSchema(tracer, asWritten);
  const read = readRun(tracer, run);
  for (const value of read.open) tracer.needsArgument(value);
  const [first] = read.statements;
  const rows = ofNobody(site);
  // A store of which no schema is here: what is asked of it stays a path, and whoever asks it for others is a layer.
  if (read.problems.length === 0 && reachesElsewhere(tracer, read.statements)) tracer.noteReach(site);
  if (read.problems.length > 0 || !first || first.number !== 0) {
    begin(tracer, run, { site, operation: "raw", tables: [] });
    const reason = read.problems[0];
    const detail: AccessDetail =
      reason === undefined
        ? { ...nothingRead(site), text }
        : {
            kind: "raw",
            text,
            reason,
            isOpen: read.open.some(isParameter),
            parts: read.open,
            isDefinition: read.isDefinition === true,
            ...(isOfAnotherKind(tracer, run) && { isElsewhere: true }),
          };
    tracer.record({
      site,
      kind: "query",
      library: run.library,
      operation: "raw",
      stage: run.stage ?? "run",
      detail,
      ...(run.session && { session: run.session }),
    });
  }
  if (read.problems.length === 0)
    for (const statement of read.statements) record(tracer, run, statement, text);
  return first?.number === 0 && read.problems.length === 0 ? rowsOf(rows, first) : rows;
}

/** Where its tables are looked up, if the program puts that before their names. */
function inItsSchema(tracer: Tracer, run: SqlRun): SqlRun {
  const { text, schema } = withoutSchemas(run.text);
  if (schema === null) return run;
  const [first] = run.dialects ?? tracer.tenancy.dialects;
  const kind = first === undefined || speaksPostgres(first) ? "schema" : "database";
  const session = within(run.session, kind, schema.value, schema.isSpliced);
  return { ...run, text, ...(session && { session }) };
}

function ofNobody(site: Site): RowsValue {
  return { kind: "rows", access: siteKey(site), many: true, absent: false, text: "" };
}

/** Whether that is all that the statement does. */
function changeSettings(
  tracer: Tracer,
  run: SqlRun,
  { changes, isAll }: ReadSettings,
  text: string,
): boolean {
  const { site, library, session } = run;
  const settings: SettingChange[] = [];
  let transaction: SettingDetail["transaction"] = "unknown";
  for (const change of changes) {
    if (change.kind === "set") {
      settings.push(change);
      transaction = tracer.transactionOn(session);
    }
    tracer.change(session, [change]);
  }
  if (settings.length === 0) return false;
  begin(tracer, run, { site, operation: "raw", tables: [] });
  tracer.record({
    site,
    kind: "query",
    library,
    operation: "raw",
    stage: "run",
    detail: { kind: "setting", text, settings, transaction, isPooled: session?.isPooled ?? true },
    ...(session && { session }),
  });
  return isAll;
}

/** Rows of what went in: a list whose elements hold some of it. */
function rowsOf(rows: RowsValue, { given }: ReadStatement): Value {
  if (!given || given.size === 0) return rows;
  const fields = [...given].map(([name, operands]): [string, ObjectField] => {
    const values = operands.map(({ source }) => (source as Value | undefined) ?? unknown);
    return [name, { value: choiceOf(values, ""), sometimes: false, overwritable: false }];
  });
  const row: Value = {
    kind: "object",
    fields: new Map(fields),
    open: true,
    others: [{ ...rows, many: false }],
  };
  return { kind: "array", elements: [], rest: row };
}

/** Its database speaks none of the languages that the known schema is written in. */
function isOfAnotherKind({ tenancy }: Tracer, { dialects }: SqlRun): boolean {
  return (
    dialects !== undefined &&
    tenancy.dialects.length > 0 &&
    !dialects.some((one) => tenancy.dialects.includes(one))
  );
}

/** It reads or writes tables, and the schema has none of them. */
function reachesElsewhere(tracer: Tracer, statements: readonly ReadStatement[]): boolean {
  const tables = statements.flatMap(tablesOf);
  return tables.length > 0 && tables.every((name) => findTable(tracer.tenancy, name) === null);
}

function tablesOf({ selection, target }: ReadStatement): readonly string[] {
  const named = selectionsIn(selection).flatMap(({ resources }) =>
    resources.flatMap(({ table }) => table ?? []),
  );
  return target === null ? named : [target, ...named];
}

/** The program is read for a caller that says what it is. */
function isParameter(value: Value): boolean {
  return value.kind === "symbolic" && value.id.startsWith("parameter:");
}

function readRun(tracer: Tracer, { site, text, dialects, parameters = [] }: SqlRun): ReadText {
  const unread = (reason: string): ReadText => ({ ...nothing, problems: [reason] });
  if (!tracer.sql) return unread("raw SQL is not read without a parser");
  const options: ReadingOptions = {
    grammar: grammarOf(tracer.sql, dialects ?? tracer.tenancy.dialects),
    siteOf: (number) => siteKey(siteOf(site, number)),
    elementOf: (value) => tracer.elementOf(value),
    isTenantKey: (column) => isTenantKey(tracer.tenancy, column),
    rowsOf: (value, name, isNew) => {
      const table = name === null ? null : findTable(tracer.tenancy, name);
      return writtenRows(tracer, { table, isNew }, asTheDatabase, value);
    },
    parameters,
  };
  return readSql(options, text) ?? unread("its SQL has too many alternatives to be read");
}

/** Properties are called as the columns are. */
const asTheDatabase: Spelling = {
  columnOf: (_, property) => property,
  propertyOf: ({ name }) => name,
  valueIn: (value) => value,
};

/** A statement inside of another begins a little later, so that it is a path of its own. */
function siteOf(site: Site, number: number): Site {
  return { ...site, start: Math.min(site.start + number, site.end) };
}

function begin(
  tracer: Tracer,
  { library, isOnPool, session }: SqlRun,
  { site, operation, tables }: Pick<Parameters<Tracer["begin"]>[0], "site" | "operation" | "tables">,
): void {
  tracer.begin({
    site,
    kind: "query",
    library,
    operation,
    tables,
    repair: null,
    isOnPool,
    isSql: true,
    ...(session && { session }),
  });
}

function record(tracer: Tracer, run: SqlRun, statement: ReadStatement, text: string): void {
  const site = siteOf(run.site, statement.number);
  const { operation, selection, target, written, updated, conflict } = statement;
  const isOfNobody = selection.resources.length === 0 && operation === "read" && selection.arms.length === 0;
  const tables = tablesOf(statement);
  begin(tracer, run, { site, operation: isOfNobody && tables.length === 0 ? "raw" : operation, tables });
  tracer.record({
    site,
    kind: "query",
    library: run.library,
    operation,
    stage: run.stage ?? "run",
    detail: {
      kind: "query",
      selection,
      written,
      updated,
      beside: [],
      target,
      conflict,
      unclear: [],
      isOpenTable: false,
      text,
    },
    ...(run.session && { session: run.session }),
  });
}

/** A setting, a lock, a definition: no rows of anybody's. */
function nothingRead(site: Site): AccessDetail & { readonly kind: "query" } {
  return {
    kind: "query",
    selection: {
      site: siteKey(site),
      resources: [],
      where: { kind: "true" },
      nested: [],
      arms: [],
      outputs: null,
    },
    written: null,
    updated: [],
    beside: [],
    target: null,
    conflict: null,
    unclear: [],
    isOpenTable: false,
  };
}
