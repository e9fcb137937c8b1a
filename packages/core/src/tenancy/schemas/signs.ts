/**
 * What gives a source file away that declares tables or changes them. A shell that keeps the model while files are edited
 * lowers only such files; the others are lowered when an import of one of them leads there. So a sign may be in vain, and must not be
 * missing: the model of the files with a sign is the model of all files.
 */

const importsDrizzle = imports("drizzle-orm");

interface SchemaSign {
  /** The reader that would read the file. */
  readonly reader: string;
  isIn(text: string): boolean;
}

const schemaSigns: readonly SchemaSign[] = [
  {
    reader: "kysely types",
    // `Kysely<…>`, `Transaction<…>` and what is named after them; or a type that is called what such types are called.
    isIn: (text) =>
      (/kysely/i.test(text) && /(?:Kysely|Transaction)\w*\s*</.test(text)) ||
      /\b(?:interface|type)\s+(?:DB|Database)\b/i.test(text),
  },
  // A package is named where it is imported, whatever its exports are called there.
  { reader: "drizzle schema", isIn: (text) => importsDrizzle(text) },
  { reader: "typeorm entities", isIn: (text) => /["'](?:@[\w.-]+\/)?typeorm\b/.test(text) },
  { reader: "mikro-orm entities", isIn: imports("@mikro-orm/") },
  // A model may be a function that is handed `sequelize` and imports nothing.
  { reader: "sequelize models", isIn: (text) => /\bsequelize/i.test(text) },
  { reader: "schema builders", isIn: (text) => builderCall.test(text) },
  { reader: "schema builders", isIn: (text) => /\bknex\b/i.test(text) && /\.\s*schema\b/.test(text) },
  // A migration may leave all of it to helpers, which show a sign of their own.
  { reader: "schema builders", isIn: (text) => upward.test(text) && handed.test(text) },
  { reader: "sql in sources", isIn: (text) => statement.test(text) },
];

/** Of Kysely, Knex, Sequelize, TypeORM: `.createTable(`, `.createTable<Row>(`, `.dropViewIfExists(`. */
const builderCall =
  /\.\s*(?:create|alter|drop|rename|add|remove|change)(?:Table|View|MaterializedView|Column|Constraint|ForeignKey|Index)(?:s|IfNotExists|IfExists|Like|OrReplace)?\s*[<(]/;

const upward = /\b(?:function\s+|const\s+|exports\s*\.\s*)up\b|\bup\s*(?:\(|:\s*(?:async|function|\())/;

/** What the tools call the connection that `up` is given. */
const handed = /\b(?:knex|kysely|queryRunner|queryInterface|db)\b/i;

/** Only what can stand between the words in SQL may stand there: comments say "create the table" as well. */
const statement =
  /\b(?:create|alter|drop|rename)\s+(?:(?:or\s+replace|temp|temporary|unlogged|global|local|materialized|recursive|foreign|external|unique|if\s+exists)\s+){0,3}(?:table|view|policy|index)\b/i;

export function mayDeclareTables(text: string): boolean {
  return schemaSigns.some(({ isIn }) => isIn(text));
}

/**
 * A file that may export functions of its own that make tables: `export const createTable = pgTableCreator(…)`,
 * `export const billing = pgSchema("billing")`, `(name, columns) => pgTable(name, …)`. A file that calls one of them may show no other sign.
 */
export function mayMakeTableMakers(text: string): boolean {
  return importsDrizzle(text) && tableMaker.test(text);
}

const tableMaker =
  /\b(?:pg|mysql|sqlite|singlestore|mssql|cockroach|gel)(?:TableCreator\b|Schema\s*\(|Table\s*\(\s*[^"'\s])/;

/** Whether a text calls one of the functions that such files export, or one that such an export has: `billing.table(`. */
export function callOfTableMakers(exported: readonly string[]): (text: string) => boolean {
  if (exported.length === 0) return () => false;
  const names = exported.map((name) => name.replaceAll("$", "\\$"));
  const call = new RegExp(`(?<![\\w$])(?:${names.join("|")})(?:\\s*\\.\\s*\\w+)?\\s*\\(`);
  return (text) => call.test(text);
}

/** `"typeorm"`, `'sequelize-typescript'`, `"drizzle-orm/pg-core"`. */
function imports(packageName: string): (text: string) => boolean {
  return (text) => text.includes(`"${packageName}`) || text.includes(`'${packageName}`);
}
