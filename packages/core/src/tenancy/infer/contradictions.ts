/**
 * Where two schemas speak of the same database and do not agree. Each is worth a look: a type that is never null over a
 * column that may be, a table that the code can name and no migration makes.
 */
import { normalized } from "../names.js";
import type { RawTable, SchemaSource } from "../schemas/source.js";
import type { TableColumn, TenancyProblem } from "../tenancy.js";

export function findContradictions(sources: readonly SchemaSource[]): readonly TenancyProblem[] {
  const indexed = sources.map((source): Indexed => ({ source, tables: byName(source.tables) }));
  const databases = indexed.filter(({ source }) => source.speaksFor === "database");
  const codes = indexed.filter(({ source }) => source.speaksFor !== "database");
  return [
    ...codes.flatMap((one, index) =>
      codes
        .slice(index + 1)
        .flatMap((other) => (describeOneDatabase(one, other) ? betweenEquals(one, other) : [])),
    ),
    // Two services may have tables of the same names; each schema is held against the history that is most like it.
    ...codes.flatMap((code) => {
      const database = mostLike(code, databases);
      return database && mostLike(database, codes) === code && describeOneDatabase(code, database)
        ? betweenCodeAndDatabase(code, database)
        : [];
    }),
  ];
}

function mostLike(one: Indexed, others: readonly Indexed[]): Indexed | undefined {
  const ranked = others.map((other) => ({ other, likeness: likeness(one, other) }));
  return ranked.sort((a, b) => b.likeness - a.likeness)[0]?.other;
}

/** Of the tables that either has, the share that both have. */
function likeness(one: Indexed, other: Indexed): number {
  const shared = one.source.tables.filter((table) => counterpart(table, other)).length;
  return shared / Math.max(1, one.source.tables.length + other.source.tables.length - shared);
}

interface Indexed {
  readonly source: SchemaSource;
  readonly tables: ReadonlyMap<string, RawTable>;
}

/** Also by other spellings: a Prisma model's name beside its table's. */
function byName(tables: readonly RawTable[]): ReadonlyMap<string, RawTable> {
  const found = new Map<string, RawTable>();
  for (const table of tables) found.set(normalized(table.name), table);
  for (const table of tables)
    for (const alias of table.aliases) if (!found.has(normalized(alias))) found.set(normalized(alias), table);
  return found;
}

/** Two services may both have users; only schemas that share half of their tables are held against each other. */
function describeOneDatabase(one: Indexed, other: Indexed): boolean {
  const smaller = Math.min(one.source.tables.length, other.source.tables.length);
  const shared = one.source.tables.filter((table) => counterpart(table, other)).length;
  return shared >= Math.max(1, smaller / 2);
}

function counterpart(table: RawTable, other: Indexed): RawTable | undefined {
  const spellings = [table.name, ...table.aliases].map(normalized);
  const name = spellings.find((spelling) => other.tables.has(spelling));
  return name === undefined ? undefined : other.tables.get(name);
}

function betweenEquals(one: Indexed, other: Indexed): readonly TenancyProblem[] {
  return other.source.tables.flatMap((table): TenancyProblem[] => {
    const same = counterpart(table, one);
    const differing = same
      ? columnsOf(same, table).filter(([mine, theirs]) => mine.nullable !== theirs.nullable)
      : [];
    if (!same || differing.length === 0 || !same.readable || !table.readable) return [];
    const names = listed(differing.map(([, column]) => column.name));
    return [
      {
        file: table.file,
        line: table.line,
        message: `Table "${table.name}" is also declared at ${placeOf(same)}, and the two disagree on whether ${names} may be null. It is taken as nullable.`,
      },
    ];
  });
}

function betweenCodeAndDatabase(code: Indexed, database: Indexed): readonly TenancyProblem[] {
  const shared = code.source.tables.flatMap((table) => {
    const same = counterpart(table, database);
    return same && table.readable && same.readable && same.view === null ? [[table, same] as const] : [];
  });
  const isComplete = database.source.complete;
  const absent = isComplete ? code.source.tables.filter((table) => !counterpart(table, database)) : [];
  const lacking = isComplete ? shared.filter(([mine, theirs]) => unmade(mine, theirs).length > 0) : [];

  if (absent.length + lacking.length > code.source.tables.length / 4)
    return [isBehind(code, database, absent.length, lacking.length)];
  return [
    ...(absent.length > 0 ? [isAbsent(absent, code, database)] : []),
    ...shared.flatMap(([mine, theirs]) => inTable(mine, theirs, code, database)),
  ];
}

/** Migrations that were given up for another way to change the database would contradict the code everywhere. */
function isBehind(code: Indexed, database: Indexed, absent: number, lacking: number): TenancyProblem {
  const first = database.source.tables[0];
  const parts = [
    ...(absent > 0 ? [absent === 1 ? "1 table" : `${absent} tables`] : []),
    ...(lacking > 0 ? [lacking === 1 ? "columns of 1 table" : `columns of ${lacking} tables`] : []),
  ];
  const verb = absent === 1 && lacking === 0 ? "is" : "are";
  return {
    file: first?.file ?? null,
    line: first?.line ?? null,
    message: `The ${database.source.kind} are behind the ${code.source.kind}: ${parts.join(" and ")} ${verb} declared in the code and made by no migration. Keys and nullability from these migrations may be out of date.`,
  };
}

function isAbsent(absent: readonly RawTable[], code: Indexed, database: Indexed): TenancyProblem {
  const names = listed(absent.map((table) => table.name));
  const [subject, verb, end] =
    absent.length === 1 ? ["Table", "is", "it does"] : ["Tables", "are", "they do"];
  return {
    file: absent[0]!.file,
    line: absent[0]!.line,
    message: `${subject} ${names} ${verb} declared in the ${code.source.kind}, but after all ${database.source.kind} ${end} not exist.`,
  };
}

function inTable(
  mine: RawTable,
  theirs: RawTable,
  code: Indexed,
  database: Indexed,
): readonly TenancyProblem[] {
  const hidden = columnsOf(mine, theirs)
    .filter(([column, real]) => !column.nullable && real.nullable && !isListOfMaker(column, code))
    .map(([column]) => column.name);
  const missing = database.source.complete ? unmade(mine, theirs) : [];
  const parts = [
    ...(hidden.length > 0
      ? [
          `${listed(hidden)} ${hidden.length === 1 ? "is" : "are"} never null by the type and may be null in the database, which is believed`,
        ]
      : []),
    ...(missing.length > 0 ? [`no migration makes ${listed(missing)}`] : []),
  ];
  if (parts.length === 0) return [];
  return [
    {
      file: mine.file,
      line: mine.line,
      message: `Table "${mine.name}" in the ${code.source.kind} contradicts the ${database.source.kind} (${placeOf(theirs)}): ${parts.join("; ")}.`,
    },
  ];
}

function unmade(mine: RawTable, theirs: RawTable): readonly string[] {
  if (theirs.columns.length === 0) return [];
  const paired = new Set(columnsOf(mine, theirs).map(([column]) => column));
  return mine.columns.filter((column) => !paired.has(column)).map(({ name }) => name);
}

/** An ORM that makes the database itself reads a list that is null as an empty one. */
function isListOfMaker(column: TableColumn, { source }: Indexed): boolean {
  return source.speaksFor === "both" && column.type.includes("[]");
}

/** The columns that both have. */
function columnsOf(one: RawTable, other: RawTable): readonly (readonly [TableColumn, TableColumn])[] {
  const known = new Map<string, TableColumn>();
  for (const column of other.columns)
    for (const name of [column.name, ...column.aliases]) known.set(normalized(name), column);
  return one.columns.flatMap((column) => {
    const name = [column.name, ...column.aliases].map(normalized).find((spelling) => known.has(spelling));
    return name === undefined ? [] : [[column, known.get(name)!] as const];
  });
}

function placeOf(table: RawTable): string {
  if (table.file === null) return `the ${table.source}`;
  return table.line === null ? table.file : `${table.file}:${table.line}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  return names.length > shown.length
    ? `${shown.join(", ")} and ${names.length - shown.length} more`
    : shown.join(", ");
}
