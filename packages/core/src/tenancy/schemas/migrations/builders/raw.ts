/** Statements in SQL that a migration runs as texts, whatever runs them. */
import type { SqlParser } from "../../../../sql/parser.js";
import { readSqlMigration } from "../../sql/sql.js";
import type { Host, ReadCall } from "./follow.js";
import type { Read } from "./found.js";
import { shortened, unreadCall } from "./reading.js";
import {
  chainOf,
  isOfDatabase,
  literal,
  textOf,
  unknown,
  type Step,
  type Template,
  type Value,
} from "./value.js";

/** What runs a text, and whether it is called on what `up` is given. */
const runners = new Set([
  "query",
  "raw",
  "addSql",
  "execute",
  "executeRaw",
  "runSql",
  "exec",
  "none",
  "$executeRawUnsafe",
]);

/** Null without a parser: then every statement is unread. */
export function readSqlCall(sql: SqlParser | null): ReadCall {
  return (step, host) => {
    const isWritten = step.arguments?.[0]?.kind === "template";
    if (step.arguments === null || (!runners.has(step.name) && !isWritten)) return null;
    const of = step.of;
    const isTagged = step.name === "execute" && !isOfDatabase(step);
    if (isTagged) return readTagged(sql, step, host);
    if (!isOfDatabase(step) && of.kind !== "migration") return null;
    const [given] = step.arguments;
    if (!given || given.kind === "function") return null;
    // A part of a statement that is built elsewhere: `raw("now()")`.
    const whole = textOf(given);
    if (step.name === "raw" && whole !== null && !statement.test(whole)) return null;
    const kind = kindOf(step);
    const text = given.kind === "template" ? written(given) : statementIn(given, step.arguments[1]);
    const place = given.kind === "template" ? given : { file: step.file, start: step.argumentStart };
    return readText(sql, kind, text, host.lineOf(place));
  };
}

/** sql`CREATE TABLE …`.execute(db), sql.raw("…").execute(db) */
function readTagged(sql: SqlParser | null, step: Step, host: Host): Read | null {
  const { of } = step;
  if (!step.arguments?.some(isOfDatabase)) return null;
  if (of.kind === "template") return readText(sql, "kysely", written(of), host.lineOf(of));
  const isRaw = of.kind === "step" && of.name === "raw";
  const text = isRaw ? (of.arguments?.[0] ?? unknown) : unknown;
  return readText(
    sql,
    "kysely",
    text,
    host.lineOf({ file: step.file, start: isRaw ? of.argumentStart : step.start }),
  );
}

function readText(sql: SqlParser | null, kind: string, text: Value, line: number): Read | null {
  const whole = textOf(text);
  if (whole === null) {
    const begins = text.kind === "unknown" ? (text.begins ?? "") : "";
    // A plain index says nothing of which rows belong to whom.
    const isKnown = leavesSchema(begins) || /^\s*create\s+index\b/i.test(begins);
    return isKnown ? { kind, changes: [], unread: [] } : unreadCall(kind, line, begins || "a query");
  }
  if (leavesSchema(whole) && !whole.includes(";")) return { kind, changes: [], unread: [] };
  if (!sql) return unreadCall(kind, line, shortened(whole));
  const { changes, unread } = readSqlMigration(sql, whole);
  const moved = <Each extends { readonly line: number }>(each: Each): Each => ({
    ...each,
    line: each.line + line - 1,
  });
  return { kind, changes: changes.map(moved), unread: unread.map(moved) };
}

const statement =
  /^\s*(?:--|\/\*|(?:create|alter|drop|rename|comment|do|begin|set|insert|update|delete|select|with|grant|revoke|truncate|pragma|if)\b)/i;

/** What changes rows, sessions or rights is no part of the schema. */
function leavesSchema(text: string): boolean {
  return /^\s*(?:select|insert|update|delete|truncate|vacuum|analyze|begin|commit|rollback|set|reset|with|grant|revoke|comment|refresh|pragma|show)\b/i.test(
    text,
  );
}

/** `raw("ALTER TABLE ?? …", ["users"])`: names and values are put in. */
function statementIn(given: Value, bindings: Value | undefined): Value {
  const text = textOf(given);
  if (text === null || bindings?.kind !== "list") return given;
  let next = 0;
  let known = true;
  const filled = text.replace(/\\\?|\?\??/g, (mark) => {
    if (mark === "\\?") return "?";
    const value = bindings.elements[next++];
    if (value?.kind !== "literal") known = false;
    else return mark === "??" ? quoted(String(value.value)) : sqlLiteral(value.value);
    return mark;
  });
  return known ? literal(filled) : { kind: "unknown", begins: text };
}

const texts = new WeakMap<Template, Value>();

/** A tagged text, with what is put into it. */
export function written(template: Template, depth = 0): Value {
  let text = texts.get(template);
  if (!text) texts.set(template, (text = writeOut(template, depth)));
  return text;
}

const deepest = 20;
const longestText = 1_000_000;

function writeOut({ texts: around, values }: Template, depth: number): Value {
  let text = around[0] ?? "";
  for (const [index, value] of values.entries()) {
    const part = depth > deepest || text.length > longestText ? null : partOf(value, depth);
    if (part === null) return { kind: "unknown", begins: text };
    text += part + (around[index + 1] ?? "");
  }
  return literal(text);
}

function partOf(value: Value, depth: number): string | null {
  if (value.kind === "literal") return sqlLiteral(value.value);
  if (value.kind === "template") return textOf(written(value, depth + 1));
  if (value.kind !== "step" || value.arguments === null) return null;
  const names = value.arguments.map(textOf);
  const known = names.filter((name) => name !== null);
  const [first] = known;
  if (first === undefined || known.length !== names.length) return null;
  switch (value.name) {
    case "raw":
      return first;
    case "lit":
    case "val":
      return sqlLiteral(first);
    case "id":
      return known.map(quoted).join(".");
    case "ref":
    case "table":
    case "identifier":
      return quoted(first);
    default:
      return null;
  }
}

function quoted(name: string): string {
  return name
    .split(".")
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join(".");
}

function sqlLiteral(value: string | number | boolean | null): string {
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
}

/** The tool whose call it is, as far as the call shows it. */
function kindOf(step: Step): string {
  if (step.name === "addSql") return "mikro-orm";
  if (step.name === "raw") return "knex";
  if (chainOf(step).steps.some(({ name }) => name === "sequelize")) return "sequelize";
  return "sql";
}
