/** Which tool a migration is written for, where nothing that it calls says so. */
import type { Program } from "../../../../link/program.js";
import type { Value } from "./value.js";

/** Null when nothing says that it is given a database: many things have an `up`. */
export function findTool(program: Program, { up }: { readonly up: Value }): string | null {
  if (up.kind !== "function") return null;
  const module = program.module(up.file);
  if (!module) return null;
  const given = module.bindings.filter(({ kind, scope }) => kind === "parameter" && scope === up.function);
  if (given.length === 0) return null;
  const imported = module.imports.map(({ specifier }) => specifier);
  const tool = imported.map(toolOfPackage).find((each) => each !== null);
  if (tool !== undefined) return tool;
  if (imported.some((name) => withoutTables.test(name))) return null;
  return given.map(({ name }) => connections.get(name) ?? null).find((each) => each !== null) ?? null;
}

/** Their connections are called alike. */
const withoutTables = /^(mongodb|mongoose|migrate-mongo|redis|ioredis)$/;

const packages: readonly (readonly [name: RegExp, tool: string])[] = [
  [/^kysely$/, "kysely"],
  [/^knex$/, "knex"],
  [/^typeorm$/, "typeorm"],
  [/^(@sequelize\/core|sequelize|sequelize-typescript)$/, "sequelize"],
  [/^@mikro-orm\/migrations$/, "mikro-orm"],
];

function toolOfPackage(specifier: string): string | null {
  return packages.find(([name]) => name.test(specifier))?.[1] ?? null;
}

/** What the tools call the connection that `up` is given. A file with one of these names shows a sign (`signs.ts`). */
const connections: ReadonlyMap<string, string> = new Map([
  ["knex", "knex"],
  ["kysely", "kysely"],
  ["queryRunner", "typeorm"],
  ["queryInterface", "sequelize"],
  ["db", "sql"],
]);
