/**
 * What gives a source file away that declares tables or changes them. A shell that keeps the model while files are edited
 * lowers only such files; the others are lowered when an import of one of them leads there. So a sign may be in vain, and must not be
 * missing: the model of the files with a sign is the model of all files.
 */

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
  { reader: "drizzle schema", isIn: imports("drizzle-orm") },
  { reader: "typeorm entities", isIn: imports("typeorm") },
  { reader: "mikro-orm entities", isIn: imports("@mikro-orm/") },
  { reader: "sequelize models", isIn: imports("sequelize") },
  {
    reader: "schema builders",
    isIn: (text) => /\b(?:create|alter|drop|rename)(?:Table|View|Materialized)\w*\b/.test(text),
  },
  { reader: "schema builders", isIn: (text) => /\bschema\b/.test(text) && /\bknex\b/i.test(text) },
  {
    reader: "sql in sources",
    isIn: (text) =>
      /\b(?:create|alter|drop|rename)\s+(?:\w+\s+){0,4}(?:table|view|policy|schema|index)\b/i.test(text),
  },
];

export function mayDeclareTables(text: string): boolean {
  return schemaSigns.some(({ isIn }) => isIn(text));
}

/** `"typeorm"`, `'sequelize-typescript'`, `"drizzle-orm/pg-core"`. */
function imports(packageName: string): (text: string) => boolean {
  return (text) => text.includes(`"${packageName}`) || text.includes(`'${packageName}`);
}
