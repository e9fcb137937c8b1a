/**
 * A history of migrations, applied in its order: what stands at the end is the schema. Statements that do not fit to what
 * stands are told and otherwise passed over; nothing here throws.
 */
import type { RawTable } from "../schemas/source.js";
import type { TenancyProblem } from "../tenancy.js";
import { tableFor, tell, type Applying } from "./applying.js";
import type { MigrationText, SchemaChange, SqlDialect, TableName } from "./changes.js";
import { addColumn, alterColumn, dropColumn, renameColumn } from "./columns.js";
import { dialectOf } from "./dialect.js";
import { bindTheRest } from "./foreign-keys.js";
import { historyProblems } from "./history-problems.js";
import {
  addConstraint,
  createIndex,
  dropConstraint,
  findTableWithIndex,
  removeNamed,
  renameConstraint,
} from "./keys.js";
import {
  alterPolicy,
  createFunction,
  createPolicy,
  dropPolicy,
  renamePolicy,
  setRowSecurity,
} from "./policies.js";
import { rawTables } from "./raw-tables.js";
import { emptyStanding, findTable, schemaName, writtenName, type Standing } from "./standing.js";
import {
  adopt,
  attachPartition,
  createTable,
  dropTable,
  endSession,
  moveTable,
  renameTable,
  type Orphan,
} from "./tables.js";
import { bindViewsAtEnd, createView, dropView } from "./views.js";

export interface MigrationFile {
  /** Relative to the root, with `/`. */
  readonly file: string;
  /** What the report calls its kind: `sql`, `kysely`, `knex`. */
  readonly kind: string;
  readonly text: MigrationText;
}

export interface History {
  readonly tables: readonly RawTable[];
  readonly problems: readonly TenancyProblem[];
  /** False when tables are changed that no file creates. */
  readonly complete: boolean;
  /** Null where nothing in it says so. */
  readonly dialect: SqlDialect | null;
}

export interface HistoryOptions {
  /** False for a folder of schema files, in which a table may be changed in a file that comes before the one that makes it. */
  readonly ordered?: boolean;
  /** What the report calls the source of these tables. */
  readonly source?: string;
}

export function applyHistory(files: readonly MigrationFile[], options: HistoryOptions = {}): History {
  const { ordered = true, source = "sql migrations" } = options;
  const standing = emptyStanding(dialectOf(files.map(({ text }) => text)));
  const problems = historyProblems((table) => isOfAnother(standing, table));
  const late: Late[] = [];

  for (const { file, text } of files) {
    standing.path = [""];
    for (const change of text.changes) {
      const applying: Applying = { standing, problems, place: { file, line: change.line } };
      if (isEarly(standing, change)) late.push({ applying, path: standing.path, change });
      else for (const orphan of apply(applying, change)) late.push({ applying, path: standing.path, orphan });
    }
    endSession(standing);
  }
  for (const one of late) applyLate(one, ordered);

  standing.path = [""];
  const end: Applying = { standing, problems, place: { file: "", line: 1 } };
  bindTheRest(end);
  tellOfStrangers(end);
  bindViewsAtEnd(standing);
  return {
    tables: rawTables(standing, source),
    problems: problems.all(),
    complete: !problems.isPartial(),
    dialect: standing.dialect,
  };
}

/** A schema in which the history makes nothing belongs to somebody else: `auth.users`. */
function isOfAnother(standing: Standing, { schema }: TableName): boolean {
  if (schema === null) return false;
  const name = schemaName(standing, schema);
  return name !== "" && !standing.schemas.has(name);
}

/** What has to wait for a table that a later statement makes. */
type Late = { readonly applying: Applying; readonly path: readonly string[] } & (
  | { readonly change: SchemaChange & { readonly table: TableName }; readonly orphan?: undefined }
  | { readonly orphan: Orphan; readonly change?: undefined }
);

const addingKinds = [
  "add-column",
  "add-constraint",
  "alter-column",
  "create-index",
  "attach-partition",
  "row-security",
  "create-policy",
] as const;

type AddingChange = Extract<SchemaChange, { kind: (typeof addingKinds)[number] }>;

function isEarly(standing: Standing, change: SchemaChange): change is AddingChange {
  return (
    addingKinds.some((kind) => kind === change.kind) && !findTable(standing, (change as AddingChange).table)
  );
}

function applyLate({ applying, path, change, orphan }: Late, ordered: boolean): void {
  const { standing, problems, place } = applying;
  standing.path = path;
  if (orphan) {
    if (adopt(standing, orphan)) orphan.table.readable = true;
    else problems.missing(place, orphan.parent, "takes columns of");
    return;
  }
  // Another table of that name, which was there before the history that is here.
  if (problems.isMissed(change.table)) return;
  const table = findTable(standing, change.table);
  if (table && ordered) {
    tell(
      applying,
      "change a table before it is created",
      `Migration changes table "${writtenName(change.table)}" before another one creates it (${table.file}:${table.line}).`,
    );
  }
  apply(applying, change);
}

/** A foreign key to a table of the default schema that nobody makes shows that migrations are missing. */
function tellOfStrangers({ standing, problems }: Applying): void {
  for (const [name, waiting] of standing.awaiting) {
    if (standing.everStood.has(name)) continue;
    for (const key of waiting) problems.missing(key, key.written, "refers to");
  }
}

/** Returns what could not be found yet. */
function apply(applying: Applying, change: SchemaChange): readonly Orphan[] {
  const { standing } = applying;
  switch (change.kind) {
    case "create-table":
      return createTable(applying, change);
    case "drop-table":
      dropTable(applying, change);
      break;
    case "rename-table":
      renameTable(applying, change);
      break;
    case "move-table":
      moveTable(applying, change);
      break;
    case "create-view":
      createView(applying, change);
      break;
    case "drop-view":
      dropView(applying, change);
      break;
    case "search-path":
      standing.path = pathOf(standing, change.schemas);
      break;
    case "create-function":
      createFunction(standing, change);
      break;
    case "drop-index":
    case "rename-index":
      changeIndex(applying, change);
      break;
    case "attach-partition": {
      const table = tableFor(applying, change.table, "adds a partition to");
      const partition = table && tableFor(applying, change.partition, "makes a partition of");
      if (partition) attachPartition(standing, table!, partition);
      break;
    }
    default:
      changeTable(applying, change);
  }
  return [];
}

/** The schemas of PostgreSQL's own, and one that depends on who asks, hold no tables of ours. */
function pathOf(standing: Standing, schemas: readonly string[]): readonly string[] {
  const path = schemas
    .filter((schema) => schema !== "" && schema !== "$user" && schema !== "pg_catalog")
    .map((schema) => schemaName(standing, schema));
  return path.length === 0 ? [""] : path;
}

type TableChange = Extract<
  SchemaChange,
  {
    kind:
      | "add-column"
      | "drop-column"
      | "rename-column"
      | "alter-column"
      | "add-constraint"
      | "drop-constraint"
      | "rename-constraint"
      | "create-index"
      | "row-security"
      | "create-policy"
      | "alter-policy"
      | "drop-policy";
  }
>;

const actions: Readonly<Record<TableChange["kind"], string>> = {
  "add-column": "adds a column to",
  "drop-column": "drops a column of",
  "rename-column": "renames a column of",
  "alter-column": "changes a column of",
  "add-constraint": "adds a constraint to",
  "drop-constraint": "drops a constraint of",
  "rename-constraint": "renames a constraint of",
  "create-index": "makes an index on",
  "row-security": "changes row security of",
  "create-policy": "creates a policy of",
  "alter-policy": "changes a policy of",
  "drop-policy": "drops a policy of",
};

function changeTable(applying: Applying, change: TableChange): void {
  if (
    (change.kind === "drop-policy" || change.kind === "drop-constraint" || change.kind === "drop-column") &&
    change.ifExists
  ) {
    if (!findTable(applying.standing, change.table)) return;
  }
  const table = tableFor(applying, change.table, actions[change.kind]);
  if (!table) return;
  switch (change.kind) {
    case "add-column":
      return addColumn(applying, table, change);
    case "drop-column":
      return dropColumn(applying, table, change);
    case "rename-column":
      return renameColumn(applying, table, change);
    case "alter-column":
      return alterColumn(applying, table, change);
    case "add-constraint":
      return addConstraint(applying, table, change.constraint);
    case "drop-constraint":
      return dropConstraint(applying, table, change);
    case "rename-constraint": {
      const { name, to } = change;
      if (!renamePolicy(table, name, to)) renameConstraint(applying.standing, table, name, to);
      return;
    }
    case "create-index":
      return createIndex(applying, table, change);
    case "row-security":
      return setRowSecurity(table, change);
    case "create-policy":
      return createPolicy(applying, table, change);
    case "alter-policy":
      return alterPolicy(applying, table, change);
    case "drop-policy":
      return dropPolicy(applying, table, change);
  }
}

function changeIndex(
  applying: Applying,
  change: Extract<SchemaChange, { kind: "drop-index" | "rename-index" }>,
): void {
  const { standing } = applying;
  const found = findTableWithIndex(standing, change.name);
  if (!found) {
    const isExpected = change.kind === "rename-index" || !change.ifExists;
    if (isExpected)
      tell(
        applying,
        "change an index that is not there",
        `Migration ${change.kind === "drop-index" ? "drops" : "renames"} index "${change.name}", which no migration before it created.`,
      );
  } else if (change.kind === "drop-index") removeNamed(standing, found.table, found.name);
  else renameConstraint(standing, found.table, found.name, change.to);
}
