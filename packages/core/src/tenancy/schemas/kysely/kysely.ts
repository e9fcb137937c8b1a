/**
 * Kysely knows its tables from one type, `interface Database { users: UsersTable }`. It is found by its use, `Kysely<…>`,
 * whatever it is called and wherever it is declared; each of its members is a table, and each member of that a column.
 */
import type { DeclaredType, Program, ResolvedMember, TypeIn } from "../../../link/program.js";
import { findIdName, normalized, tableWords } from "../../names.js";
import { rawTable, type RawTable, type SchemaSource } from "../source.js";
import type { TableColumn, TenancyProblem } from "../../tenancy.js";
import { readColumn } from "./column.js";
import { databaseTypesIn, findDatabasesByName, lineAt } from "./databases.js";

const kyselyKind = "kysely types";

/** `isRead` leaves out files whose databases are none of the service's: tests, with tables of their own. */
export function readKysely(
  program: Program,
  isRead: (file: string) => boolean = () => true,
): readonly SchemaSource[] {
  const used = databaseTypesIn(program, isRead);
  const databases = used.length > 0 ? used : findDatabasesByName(program, isRead);
  const seen = new Set<string>();
  return databases.flatMap((database) => {
    const identity = identityOf(program.typeOf(database));
    if (seen.has(identity)) return [];
    seen.add(identity);
    const source = readDatabase(database, program);
    return source ? [source] : [];
  });
}

function identityOf(type: DeclaredType): string {
  switch (type.kind) {
    case "interface":
      return `${type.file} ${type.type}`;
    case "node":
      return `${type.in.file} at ${type.in.node.start}`;
    case "union":
    case "intersection":
      return type.types.map(identityOf).join(type.kind === "union" ? " | " : " & ");
    default:
      return JSON.stringify(type, (key, value: unknown) =>
        key === "arguments" || key === "parameters" ? undefined : value,
      );
  }
}

/** Null for `Kysely<any>` and for a type parameter: they name no tables. */
function readDatabase(database: TypeIn, program: Program): SchemaSource | null {
  const type = program.typeOf(database);
  const problems: TenancyProblem[] = [];
  const members = program.membersOf(type) ?? ownMembers(type, program, problems);
  if (!members || members.size === 0) return null;
  const tables = [...members.values()].flatMap((member) =>
    member.type ? [readTable(member, member.type, program, problems)] : [],
  );
  return { kind: kyselyKind, speaksFor: "code", tables, problems, complete: problems.length === 0 };
}

/** What an interface says itself, when it also extends a type whose sources are not here. */
function ownMembers(
  type: DeclaredType,
  program: Program,
  problems: TenancyProblem[],
): ReadonlyMap<string, ResolvedMember> | null {
  if (type.kind !== "interface") return null;
  const declared = program.module(type.file)?.types[type.type];
  if (declared?.type.kind !== "object") return null;
  problems.push({
    file: type.file,
    line: lineAt(program, type.file, declared.start),
    message: `The tables that "${declared.name}" takes over from another type could not be read; only its own are known.`,
  });
  const parameters: TypeIn["parameters"] = new Map();
  return new Map(
    declared.type.members.map(({ name, optional, type: node }) => [
      name,
      { name, optional, type: node && { file: type.file, node, parameters } },
    ]),
  );
}

function readTable(
  member: ResolvedMember,
  written: TypeIn,
  program: Program,
  problems: TenancyProblem[],
): RawTable {
  const type = program.typeOf(written);
  const members = program.membersOf(type);
  const place = placeOf(type, written, program);
  if (!members) {
    problems.push({
      ...place,
      message: `The columns of table "${member.name}" could not be read from its type.`,
    });
  }
  const columns = [...(members?.values() ?? [])].map((column): TableColumn => ({
    name: column.name,
    aliases: [],
    ...readColumn(column, program),
  }));
  return rawTable({
    name: member.name.replace(/^(?:public|dbo)\./, ""),
    columns,
    readable: members !== null,
    primaryKey: likelyKey(member.name, columns),
    source: kyselyKind,
    ...place,
  });
}

/** Types do not say what the primary key is; by custom it is `id`, or the table's own name with it: `traces.trace_id`. */
function likelyKey(table: string, columns: readonly TableColumn[]): readonly string[] {
  const words = tableWords(table).join(" ");
  const key =
    columns.find((column) => normalized(column.name) === "id") ??
    columns.find((column) => findIdName(column.name)?.words.join(" ") === words);
  return key ? [key.name] : [];
}

/** Where the table's columns stand, for a person who wants to see them. */
function placeOf(
  type: DeclaredType,
  written: TypeIn,
  program: Program,
): { file: string; line: number | null } {
  if (type.kind === "interface") {
    const start = program.module(type.file)?.types[type.type]?.start ?? 0;
    return { file: type.file, line: lineAt(program, type.file, start) };
  }
  const at = type.kind === "node" ? type.in : written;
  return { file: at.file, line: lineAt(program, at.file, at.node.start) };
}
