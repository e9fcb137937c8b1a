/**
 * `DO $$ … $$`: a program. Most of those in migrations make a change once, whatever runs twice: `IF NOT EXISTS (SELECT … FROM
 * pg_constraint …) THEN ALTER TABLE …`, or a change whose exception is caught. Statements that such a block surely runs, on a
 * database that has not seen it, are read; for all others it is noted that a block decides.
 */
import type { SqlParser } from "../../../../sql/parser.js";
import { splitStatements } from "../../../../sql/split.js";
import { child, children, type Node, type SchemaChangeBody, strings, text } from "./node.js";
import { readStatement, type StatementRead } from "./statement.js";

/** What stands around a statement of the program. */
type Around = "block" | "declarations" | "handler" | "when missing" | "when present" | "condition";

/** A `DoStmt`. */
export function readBlock(parser: SqlParser, statement: Node): StatementRead {
  const source = sourceOf(statement);
  if (!changesSchema.test(source)) return { changes: [], unread: null };
  if (languageOf(statement) !== "plpgsql") return { changes: [], unread: decides };

  const around: Around[] = [];
  const changes: SchemaChangeBody[] = [];
  let isDecided = true;
  for (const each of splitStatements(source)) {
    const words = enter(each.text, around);
    if (!changesSchema.test(words) || around.includes("handler") || runsOther(words)) continue;
    const read = around.includes("condition") ? null : readWords(parser, words);
    const sure = read === null ? null : underGuards(read, around);
    if (sure === null) isDecided = false;
    else changes.push(...sure);
  }
  return { changes, unread: isDecided ? null : decides };
}

const decides = {
  kind: "dynamic",
  reason: "it is a block that decides when it runs which tables it creates or alters",
} as const;

/** Types, functions, triggers, rights and rows are no part of what is asked here. */
const changesSchema =
  /\bexecute\b(?!\s+(?:function|procedure|on)\b)|\b(?:create|alter|drop)\s+(?:(?:unlogged|temp|temporary|unique|foreign|materialized|or\s+replace)\s+)*(?:table|view|index|schema|policy)\b/i;

function sourceOf(statement: Node): string {
  const option = optionsOf(statement).find((each) => text(each, "defname") === "as");
  return option === undefined ? "" : argument(option);
}

function languageOf(statement: Node): string {
  const option = optionsOf(statement).find((each) => text(each, "defname") === "language");
  return option === undefined ? "plpgsql" : argument(option).toLowerCase();
}

function optionsOf(statement: Node): readonly Node[] {
  return children(statement, "args").map((each) => child(each, "DefElem"));
}

function argument(option: Node): string {
  return strings({ arg: [child(option, "arg")] }, "arg").join("");
}

const opening =
  /^(?:begin|declare|exception|loop|else)\b|^(?:if|elsif|elseif|when)\b|^(?:for|foreach|while)\b|^case\b|^<<\w+>>/i;
const closing = /^end(?:\s+(?:if|loop|case))?\b[^]*/i;

/**
 * Takes the words off that open or close something, and keeps what is open. Between two semicolons there are as many
 * of them as somebody wrote, each taken off the front once.
 */
function enter(statement: string, around: Around[]): string {
  let at = 0;
  for (;;) {
    at += /^\s*/.exec(statement.slice(at, at + 1_000))?.[0].length ?? 0;
    const head = statement.slice(at, at + 40);
    const word = opening.exec(head)?.[0].toLowerCase();
    if (word === undefined) break;
    const end = openedBy(word, statement, at, around);
    if (end === null) break;
    at = end;
  }
  const rest = statement.slice(at);
  if (!closing.test(rest)) return rest;
  if (around.at(-1) === "handler") around.pop();
  around.pop();
  return "";
}

/** Where the words end that open something; null when they are a statement of their own. */
function openedBy(word: string, statement: string, at: number, around: Around[]): number | null {
  switch (word) {
    case "begin":
      if (around.at(-1) === "declarations") around.pop();
      around.push("block");
      return at + word.length;
    case "declare":
      around.push("declarations");
      return at + word.length;
    case "exception":
      around.push("handler");
      return at + word.length;
    case "when":
      return afterWord(/\bthen\b/gi, statement, at);
    case "if": {
      const end = afterWord(/\bthen\b/gi, statement, at);
      if (end !== null) around.push(guardOf(statement.slice(at + 2, end - 4)));
      return end;
    }
    case "elsif":
    case "elseif":
      around.splice(-1, 1, "condition");
      return afterWord(/\bthen\b/gi, statement, at);
    case "else":
      around.splice(-1, 1, "condition");
      return at + word.length;
    case "case":
      around.push("condition");
      return afterWord(/\bthen\b/gi, statement, at);
    case "loop":
      around.push("condition");
      return at + word.length;
    case "for":
    case "foreach":
    case "while": {
      const end = afterWord(/\bloop\b/gi, statement, at);
      if (end !== null) around.push("condition");
      return end;
    }
    default:
      return at + word.length;
  }
}

function afterWord(word: RegExp, statement: string, at: number): number | null {
  word.lastIndex = at;
  return word.exec(statement) === null ? null : word.lastIndex;
}

/**
 * `[NOT] EXISTS (SELECT … FROM the catalogues)`, `to_regclass(…) IS [NOT] NULL`, with nothing beside it: whether what is
 * made is missing, or what is dropped is there.
 */
function guardOf(condition: string): Around {
  const asked =
    /^\s*(?:to_regclass\s*\([^()]*\)\s+is\s+(not\s+)?null\s*$|(not\s+)?exists\s*\(\s*select\b)/i.exec(
      condition,
    );
  if (asked === null) return "condition";
  if (/^\s*to_regclass/i.test(condition)) return asked[1] === undefined ? "when missing" : "when present";
  const looksUp = /\b(?:information_schema|pg_\w+)\b/i.test(condition) && endsWithFirstBracket(condition);
  if (!looksUp) return "condition";
  return asked[2] === undefined ? "when present" : "when missing";
}

function endsWithFirstBracket(condition: string): boolean {
  let depth = 0;
  for (const { 0: sign, index } of condition.matchAll(/[()]/g)) {
    depth += sign === "(" ? 1 : -1;
    if (depth === 0) return condition.slice(index + 1).trim() === "";
  }
  return false;
}

/** `EXECUTE 'ALTER TABLE …'`: what it runs is written there. */
const constantText = /^execute\s+'((?:[^']|'')*)'\s*$/i;

/** `EXECUTE format('UPDATE %I …', …)`: the first two words tell what it is about. */
function runsOther(words: string): boolean {
  const run = /^execute\s+(?:format\s*\(\s*)?'\s*(\w+)\s+([^']*)/i.exec(words);
  if (run === null || run[2]?.includes(";")) return false;
  return (
    !/^(?:create|alter|drop|do|call|with)$/i.test(run[1] ?? "") || aboutOther.test(`${run[1]} ${run[2]}`)
  );
}

const aboutOther =
  /^(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:type|function|procedure|trigger|role|user|extension|sequence|publication|domain|event)\b/i;

function readWords(parser: SqlParser, words: string): readonly SchemaChangeBody[] | null {
  const written = /^execute\b/i.test(words) ? constantText.exec(words)?.[1]?.replaceAll("''", "'") : words;
  const parsed = written === undefined ? null : parser.postgres(written);
  if (!parsed?.ok || parsed.statements.some(({ node }) => "DoStmt" in node)) return null;
  const reads = parsed.statements.map(({ node }) => readStatement(parser, node));
  return reads.every((read) => read.unread === null) ? reads.flatMap((read) => read.changes) : null;
}

/** Null where the guard does not tell whether the change is made. */
function underGuards(
  changes: readonly SchemaChangeBody[],
  around: readonly Around[],
): readonly SchemaChangeBody[] | null {
  const guarded = around.includes("when missing") ? changes.map(onlyWhenMissing) : changes;
  if (!around.includes("when present")) return guarded;
  const drops = guarded.map(onlyWhenPresent);
  return drops.every((change) => change !== null) ? drops : null;
}

function onlyWhenMissing(change: SchemaChangeBody): SchemaChangeBody {
  return change.kind === "create-table" || change.kind === "add-column"
    ? { ...change, ifNotExists: true }
    : change;
}

function onlyWhenPresent(change: SchemaChangeBody): SchemaChangeBody | null {
  switch (change.kind) {
    case "drop-table":
    case "drop-column":
    case "drop-constraint":
    case "drop-index":
    case "drop-view":
    case "drop-policy":
    case "rename-table":
      return { ...change, ifExists: true };
    default:
      return null;
  }
}
