/**
 * The first `tenant-audit.config.json` of a project. Nothing is repeated that the schemas say: where a person should look,
 * the file asks, in a line that is commented out. So it is valid as it is, and changes nothing by itself.
 */
import { correctionsOf, entryText, spaced, type Correction, type TableEntry } from "./explain.js";
import { configurableClasses } from "./config.js";
import type { Table, Tenancy, TenantLevel } from "./tenancy.js";

export interface Suggestion {
  /** What it is about: `levels`, or the table's name. */
  readonly name: string;
  readonly about: "levels" | "table";
  /** Why a person should look, in whole sentences. */
  readonly reason: string;
  /** Members of the object they belong in, as they would stand there. */
  readonly lines: readonly string[];
}

/** Levels before tables, tables in the order of the model. */
export function suggestionsFor(tenancy: Tenancy): readonly Suggestion[] {
  const levels = suggestLevels(tenancy);
  return [...(levels ? [levels] : []), ...tenancy.tables.flatMap((table) => suggestTable(tenancy, table))];
}

/** Where levels are given they are all there are, so a doubt about one of them names the others as well. */
function suggestLevels({ levels, tables }: Tenancy): Suggestion | null {
  if (levels.length === 0 && tables.length > 0) return levelsExample;
  const doubtful = levels.filter(({ confidence }) => confidence === "doubtful");
  if (doubtful.length === 0) return null;
  const hasTable = (level: TenantLevel) => tables.some(({ name }) => name === level.table);
  const entries = levels.map((level) =>
    entryText(level.name, {
      ...(hasTable(level) ? { table: level.table } : {}),
      columns: level.columns,
    }),
  );
  return {
    name: "levels",
    about: "levels",
    reason: doubtful.map(({ name, reason }) => `Level "${name}": ${reason}`).join(" "),
    lines: ['"levels": {', ...entries.map((entry) => `  ${entry},`), "},"],
  };
}

const levelsExample: Suggestion = {
  name: "levels",
  about: "levels",
  reason: "No table here looks like a table of tenants. Name it, and the columns that refer to it:",
  lines: ['"levels": { "organization": { "table": "organizations", "columns": ["organization_id"] } },'],
};

function suggestTable(tenancy: Tenancy, table: Table): readonly Suggestion[] {
  const choices = choicesFor(tenancy, table);
  if (choices.length === 0) return [];
  const { name, reason } = table;
  const lines = choices.flatMap(({ when, entry }) => [`${when}:`, `${entryText(name, entry)},`]);
  return [{ name, about: "table", reason, lines }];
}

/** What to confirm or change, of which at most one can be right; empty where the model is sure enough. */
function choicesFor(tenancy: Tenancy, table: Table): readonly Correction[] {
  const others = correctionsOf(tenancy, table);
  if (table.class === "unclassified") return tenancy.levels.length === 0 ? [] : others;
  const [parent] = table.via;
  if (table.confidence !== "doubtful" || table.class !== "child" || !parent) return [];
  const entry: TableEntry = { class: "child", parent: { table: parent.table, column: parent.column } };
  return [{ when: "If that is right", entry }, ...others];
}

/** `schema` is where editors find the published JSON Schema. */
export function configurationText(suggestions: readonly Suggestion[], schema: string): string {
  const levels = suggestions.filter(({ about }) => about === "levels");
  const tables = suggestions.filter(({ about }) => about === "table");
  const intro =
    suggestions.length === 0
      ? ["Nothing has to be said here: the schemas say it all."]
      : ["A line that is commented out is a suggestion. As it stands, this file changes nothing."];
  return [
    "{",
    `  "$schema": ${spaced(schema)},`,
    "",
    ...comments(
      [
        "What tenant-audit cannot learn from the repository itself; what it can needs no line.",
        "`tenant-audit tables` shows the model, `tenant-audit explain <table>` where it comes from.",
        ...intro,
      ],
      "  ",
    ),
    ...levels.flatMap((suggestion) => ["", ...suggested(suggestion, "  ")]),
    "",
    ...(tables.length === 0 ? ['  "tables": {}'] : tablesText(tables)),
    "}",
    "",
  ].join("\n");
}

function tablesText(tables: readonly Suggestion[]): readonly string[] {
  return [
    '  "tables": {',
    ...comments(
      [
        `Classes: ${configurableClasses.map((name) => `"${name}"`).join(", ")}. A tenant table has`,
        'a "key", a child has a "parent", global rows belong to nobody, or to everybody.',
      ],
      "    ",
    ),
    ...tables.flatMap((suggestion) => ["", ...suggested(suggestion, "    ")]),
    "  }",
  ];
}

function suggested({ reason, lines }: Suggestion, indent: string): readonly string[] {
  return [...comments(broken(reason), indent), ...comments(lines, indent)];
}

/** Names come from the scanned code: none of them may end the comment it stands in. */
function comments(lines: readonly string[], indent: string): readonly string[] {
  return lines.map((line) => `${indent}// ${visible(line)}`);
}

/** As an escape that means the same in a JSON text, and harms nobody in a sentence. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/** Lines of a length that reads well. */
function broken(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= 96)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
