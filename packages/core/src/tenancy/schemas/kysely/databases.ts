/**
 * Where the code says which type its database has: `new Kysely<Database>(…)`, `db: Kysely<Database>`,
 * `type Trx = Transaction<Database>`, `class Db extends Kysely<Database>`.
 */
import type { Program, TypeIn } from "../../../link/program.js";
import type { ClassNode, Expression, Module, TypeNode } from "../../../lower/module.js";
import { findIdName, normalized } from "../../names.js";

/** The type arguments that are a whole database; a query builder's may hold tables that only one query has. */
const handles = new Set(["Kysely", "Transaction", "ControlledTransaction"]);

export function databaseTypesIn(program: Program, isRead: (file: string) => boolean): readonly TypeIn[] {
  return program.files.filter(isRead).flatMap((file) => {
    const module = program.module(file);
    return module && canNameKysely(file, module, program) ? usesIn(file, module, program) : [];
  });
}

/** Reading every type in every file would be slow, and a file that writes `Kysely<…>` has imported the name from somewhere. */
function canNameKysely(file: string, module: Module, program: Program): boolean {
  return module.imports.some(({ names }) =>
    names.some(({ imported, binding }) => {
      if (imported !== "*" && !handles.has(imported) && !/kysely/i.test(imported)) return false;
      const symbol = program.symbolOf(file, binding);
      return symbol.kind === "external" ? isKyselyPackage(symbol.package) : symbol.kind === "module";
    }),
  );
}

function usesIn(file: string, module: Module, program: Program): readonly TypeIn[] {
  const found: TypeIn[] = [];
  const parameters: TypeIn["parameters"] = new Map();
  const here = (node: TypeNode): TypeIn => ({ file, node, parameters });

  const read = (value: object): void => {
    if (isReference(value)) {
      const type = program.typeOf(here(value));
      if (type.kind !== "external" || !isHandle(type.package, type.path)) return;
      found.push(...type.arguments.slice(0, 1));
    } else if (isCreation(value)) {
      if (createsHandle(value.callee, file, program))
        found.push(...value.typeArguments.slice(0, 1).map(here));
    } else if (isClass(value)) {
      if (value.extends && createsHandle(value.extends, file, program))
        found.push(...value.extendsArguments.slice(0, 1).map(here));
    }
  };
  // Not by recursion: code may be nested deeper than the stack.
  const waiting: unknown[] = [module.types, module.classes, module.functions, module.bindings];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== "object" || value === null) continue;
    read(value);
    waiting.push(...Object.values(value).reverse());
  }
  return found;
}

function isReference(value: object): value is TypeNode & { kind: "reference" } {
  return (
    "kind" in value &&
    value.kind === "reference" &&
    "arguments" in value &&
    (value.arguments as unknown[]).length > 0
  );
}

function isCreation(value: object): value is Expression & { kind: "new" | "call" } {
  return "kind" in value && (value.kind === "new" || value.kind === "call") && "typeArguments" in value;
}

function isClass(value: object): value is ClassNode {
  return "extendsArguments" in value;
}

function isHandle(packageName: string, path: readonly string[]): boolean {
  const name = path.at(-1) ?? "";
  if (packageName === "kysely") return handles.has(name);
  return isKyselyPackage(packageName) && /kysely/i.test(name);
}

/** Kysely and what wraps it: `nestjs-kysely`, `@vercel/postgres-kysely`. */
function isKyselyPackage(name: string): boolean {
  return /(?:^|[/@-])kysely(?:$|[/-])/.test(name);
}

function createsHandle(callee: Expression, file: string, program: Program): boolean {
  const path: string[] = [];
  let root = callee;
  while (root.kind === "member") {
    path.unshift(root.property);
    root = root.object;
  }
  if (root.kind !== "name" || root.binding === null) return false;
  const symbol = program.symbolOf(file, root.binding);
  return symbol.kind === "external" && isHandle(symbol.package, [...symbol.path, ...path]);
}

/** With no use in sight, an exported `Database` or `DB` whose members all have columns, most of them with an id. */
export function findDatabasesByName(program: Program, isRead: (file: string) => boolean): readonly TypeIn[] {
  return program.files.filter(isRead).flatMap((file) => {
    const module = program.module(file);
    if (!module) return [];
    return module.types.flatMap((declared): TypeIn[] => {
      if (declared.kind === "enum" || declared.binding === null || !/^(?:DB|Database)$/i.test(declared.name))
        return [];
      const exported = module.exports.some(
        (entry) => entry.kind === "local" && entry.binding === declared.binding,
      );
      const type: TypeIn = {
        file,
        node: {
          kind: "reference",
          name: declared.name,
          binding: declared.binding,
          arguments: [],
          specifier: null,
          start: declared.start,
          end: declared.end,
        },
        parameters: new Map(),
      };
      return exported && looksLikeDatabase(type, program) ? [type] : [];
    });
  });
}

function looksLikeDatabase(type: TypeIn, program: Program): boolean {
  const tables = [...(program.membersOf(program.typeOf(type))?.values() ?? [])];
  const columns = tables.map((table) => (table.type ? program.membersOf(program.typeOf(table.type)) : null));
  const withId = columns.filter(
    (names) =>
      names && [...names.keys()].some((name) => normalized(name) === "id" || findIdName(name) !== null),
  );
  return (
    tables.length > 0 &&
    columns.every((names) => names !== null && names.size > 0) &&
    withId.length * 2 > tables.length
  );
}

export function lineAt(program: Program, file: string, offset: number): number | null {
  const starts = program.module(file)?.lineStarts;
  if (!starts) return null;
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}
