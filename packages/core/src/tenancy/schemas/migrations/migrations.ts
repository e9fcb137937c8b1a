/**
 * Migrations as tables: the files of one history are applied in their order, and what stands at the end is the schema.
 * Several histories in a repository (a service each, a dialect each) are several sources.
 */
import { applyHistory, type MigrationFile } from "../../catalog/catalog.js";
import type { UnreadStatement } from "../../catalog/changes.js";
import type { RawTable, SchemaSource } from "../source.js";
import { comparePaths, isNumbered, migrationPath, type MigrationPath } from "./layout.js";
import { isPartOfSchema, unreadProblems } from "./unread.js";

export type { MigrationFile } from "../../catalog/catalog.js";

interface Placed {
  readonly migration: MigrationFile;
  readonly path: MigrationPath;
}

interface FoundHistory {
  readonly files: readonly MigrationFile[];
  /** Whether their names say in which order they run. */
  readonly ordered: boolean;
}

export function readMigrations(files: readonly MigrationFile[]): readonly SchemaSource[] {
  const found = historiesOf(files);
  return withPolicies(
    found.filter(makesTables),
    found.filter((history) => !makesTables(history)),
  ).map(readHistory);
}

/** Policies are often kept in a folder of their own, and run when all tables stand. */
function withPolicies(
  histories: readonly FoundHistory[],
  others: readonly FoundHistory[],
): readonly FoundHistory[] {
  const created = new Map(histories.map((history) => [history, new Set(history.files.flatMap(createdIn))]));
  const later = new Map<FoundHistory, MigrationFile[]>();
  for (const other of others) {
    const secured = other.files.flatMap(securedIn);
    const homes = histories.filter((history) => secured.every((table) => created.get(history)!.has(table)));
    const home = secured.length > 0 ? nearest(homes, other) : undefined;
    if (home) later.set(home, [...(later.get(home) ?? []), ...other.files]);
  }
  return histories.map((history) => ({
    ...history,
    files: [...history.files, ...(later.get(history) ?? [])],
  }));
}

function nearest(homes: readonly FoundHistory[], other: FoundHistory): FoundHistory | undefined {
  const foldersShared = (home: FoundHistory) => {
    const folders = other.files[0]!.file.split("/");
    const end = home.files[0]!.file.split("/").findIndex((folder, index) => folder !== folders[index]);
    return end < 0 ? folders.length : end;
  };
  return [...homes].sort((one, two) => foldersShared(two) - foldersShared(one))[0];
}

function securedIn({ text }: MigrationFile): readonly string[] {
  return text.changes.flatMap((change) =>
    change.kind === "row-security" || change.kind === "create-policy"
      ? [change.table.name.toLowerCase()]
      : [],
  );
}

function readHistory({ files, ordered }: FoundHistory): SchemaSource {
  const kind = `${kindOf(files)} migrations`;
  const { tables, problems, complete, dialect } = applyHistory(files, { ordered, source: kind });
  const isRead = files.every(({ text }) =>
    text.unread.every((statement) => statement.kind === "code" || !isPartOfSchema(statement)),
  );
  const isUnsure = files.some(({ text }) => text.unread.some(({ rowSecurity }) => rowSecurity));
  return {
    kind,
    speaksFor: "database",
    tables: isUnsure ? tables.map(withDoubt) : tables,
    problems: [...unreadProblems(files), ...problems],
    complete: complete && isRead,
    dialect,
  };
}

/** Some statement that was not followed enables row security: for which tables, nobody here knows. */
function withDoubt(table: RawTable): RawTable {
  return table.rowSecurity?.enabled === false ? { ...table, rowSecurity: null } : table;
}

/** The one that most files are of. */
function kindOf(files: readonly MigrationFile[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of files) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return most?.[0] ?? "sql";
}

/** Queries and seeds are no history. A table that could not be read is still one that is made. */
function makesTables({ files }: FoundHistory): boolean {
  return files.some(
    ({ file, text }) =>
      text.changes.some(({ kind }) => kind === "create-table") ||
      text.unread.some((statement) => mayMakeTable(statement, file)),
  );
}

/** A program that is read as a migration has an `up`; SQL that decides when it runs is often no migration at all. */
function mayMakeTable({ kind, text }: UnreadStatement, file: string): boolean {
  if (kind === "dynamic") return !/\.sql$/i.test(file);
  return kind === "syntax" && /^create\b/i.test(text) && !withoutTable.test(text);
}

/** A misspelt `TABLE` may be anything; these are known to be something else, of which no table is made. */
const withoutTable =
  /^create\s+(or\s+replace\s+)?(definer\s*=\s*\S+\s+)?((unique|fulltext|spatial|clustered|nonclustered|constraint|event|aggregate)\s+)?(function|procedure|aggregate|trigger|event|index|role|user|database|extension|type|domain|sequence|operator|cast|publication|subscription|server|tablespace|statistics)\b/i;

function historiesOf(files: readonly MigrationFile[]): readonly FoundHistory[] {
  const folders = new Map<string, Placed[]>();
  for (const migration of files) {
    const path = migrationPath(migration.file);
    if (!path) continue;
    const known = folders.get(path.folder);
    if (known) known.push({ migration, path });
    else folders.set(path.folder, [{ migration, path }]);
  }
  return [...folders]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, placed]) => byDatabase(placed).flatMap(withoutDumps).map(inOrder));
}

/** Files that name no database run on all of them. */
function byDatabase(placed: readonly Placed[]): readonly (readonly Placed[])[] {
  const databases = [...new Set(placed.map(({ path }) => path.database))]
    .filter((one) => one !== null)
    .sort();
  if (databases.length === 0) return [placed];
  return databases.map((database) => {
    const own = placed.filter(({ path }) => path.database === database);
    const named = new Set(own.map(nameOf));
    return placed.filter((one) => one.path.database === null && !named.has(nameOf(one))).concat(own);
  });
}

function nameOf({ path }: Placed): string {
  return JSON.stringify(path.steps);
}

/**
 * Beside numbered migrations there may be a file without a number that has the whole schema as it stands at the end. It is a
 * history of its own: run before the others, it would create every table twice.
 */
function withoutDumps(placed: readonly Placed[]): readonly (readonly Placed[])[] {
  const numbered = placed.filter(({ path }) => isNumbered(path));
  if (numbered.length === 0) return [placed];
  const created = new Set(numbered.flatMap(tablesCreatedIn));
  const dumps = placed.filter(
    (one) => !isNumbered(one.path) && tablesCreatedIn(one).some((name) => created.has(name)),
  );
  return [placed.filter((one) => !dumps.includes(one)), ...dumps.map((dump) => [dump])];
}

function tablesCreatedIn({ migration }: Placed): readonly string[] {
  return createdIn(migration);
}

function createdIn({ text }: MigrationFile): readonly string[] {
  return text.changes.flatMap((change) =>
    change.kind === "create-table" ? [change.table.name.toLowerCase()] : [],
  );
}

function inOrder(placed: readonly Placed[]): FoundHistory {
  const sorted = [...placed].sort(
    (one, other) =>
      comparePaths(one.path, other.path) || (one.migration.file < other.migration.file ? -1 : 1),
  );
  return {
    files: sorted.map(({ migration }) => migration),
    ordered: placed.length === 1 || placed.some(({ path }) => isNumbered(path)),
  };
}
