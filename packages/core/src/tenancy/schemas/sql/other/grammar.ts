/** One statement, asked of the grammar: as it is written and, when that is refused, without what concerns no rows. */
import type { OtherDialect, SqlParser } from "../../../../sql/parser.js";
import type { SchemaChange, TableName, UnreadStatement } from "../../../catalog/changes.js";
import { nameOf, textOf, type Token } from "./tokens.js";
import { caseOf, type Tree } from "../../../../sql/other-tree.js";

/** What one statement says; `failure` is why it, or a part of it, could not be read. */
export interface ReadStatement {
  readonly changes: readonly SchemaChange[];
  readonly failure: Failure | null;
}

export interface Failure {
  readonly reason: string;
  readonly kind: UnreadStatement["kind"];
}

export const nothing: ReadStatement = { changes: [], failure: null };

export interface Grammar {
  readonly parser: SqlParser;
  readonly dialect: OtherDialect;
}

/** More than the grammar should be asked to hold at once: a dump of data is no schema. */
const longestStatement = 400_000;

export function parsed(
  { parser, dialect }: Grammar,
  wordings: readonly (readonly Token[])[],
  changesOf: (statement: { readonly kind: string; readonly content: Tree }) => readonly SchemaChange[] | null,
): ReadStatement {
  let reason = "it has no words";
  for (const wording of wordings) {
    const text = textOf(wording);
    if (text.length > longestStatement) return failed("it is too long");
    const result = parser.other(text, dialect);
    const changes = result.ok ? changesOf(caseOf(result.statements[0])) : null;
    if (changes) return { changes, failure: null };
    reason = result.ok
      ? "it is none of the statements that make or change tables"
      : sentencePart(result.message);
  }
  return failed(reason);
}

/** As it continues a sentence: `expected: …, found: …`. */
function sentencePart(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function failed(reason: string): ReadStatement {
  return { changes: [], failure: { reason, kind: "syntax" } };
}

/** A name that begins here, with the schema before it, and the place behind it. */
export function tableNameAt(
  tokens: readonly Token[],
  start: number,
): { readonly table: TableName; readonly end: number } | null {
  const first = tokens[start];
  if (!first || (first.kind !== "word" && first.kind !== "name")) return null;
  const second = tokens[start + 1]?.key === "." ? tokens[start + 2] : undefined;
  return second
    ? { table: { schema: nameOf(first), name: nameOf(second) }, end: start + 3 }
    : { table: { schema: null, name: nameOf(first) }, end: start + 1 };
}

/** Behind the words of the head: `CREATE TABLE IF NOT EXISTS`. */
export function behindHead(tokens: readonly Token[], last: string): number {
  let at = tokens.findIndex(({ key }) => key === last) + 1;
  while (/^(IF|NOT|EXISTS)$/.test(tokens[at]?.key ?? "")) at++;
  return at;
}
