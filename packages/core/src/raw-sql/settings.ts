/**
 * Statements that set something on a connection, or begin and end a transaction on it: `SET LOCAL app.tenant = …`,
 * `select set_config('app.tenant', $1, true)`, `RESET ALL`, `COMMIT` (PostgreSQL: SET, "Configuration Settings Functions"). They are
 * read by their words: a value that stands in the text of a SET makes it one that no grammar takes.
 */
import type { SessionChange } from "../trace/session.js";
import { unknown, type Value } from "../trace/value.js";
import type { Piece, SqlText } from "./text.js";

export interface ReadSettings {
  readonly changes: readonly SessionChange[];
  /** The statements do nothing else. */
  readonly isAll: boolean;
}

/** Texts that set nothing, at a glance. */
const setting =
  /\b(?:set|reset|discard|begin|start\s{1,9}transaction|commit|rollback|abort|end|set_config)\b/i;

export function readSettings(text: SqlText, parameters: readonly Value[]): ReadSettings | null {
  if (!text.some((piece) => mayHold(piece))) return null;
  const ways = Array.from({ length: waysThrough(text) }, (_, way) => readWay(text, way, parameters));
  const changes = ways.flatMap((way) => way.changes);
  return changes.length === 0 ? null : { changes, isAll: ways.every(({ isAll }) => isAll) };
}

function mayHold(piece: Piece): boolean {
  if (typeof piece === "string") return setting.test(piece);
  return piece.kind === "choice" && piece.options.some((option) => option.some(mayHold));
}

/** The program may choose what is a part of the text; that many ways nobody writes. */
const mostWays = 8;

function waysThrough(text: SqlText): number {
  const counts = text.map((piece) =>
    typeof piece !== "string" && piece.kind === "choice" ? piece.options.length : 1,
  );
  return Math.min(mostWays, Math.max(1, ...counts));
}

interface Part {
  readonly value: Value;
  /** It is a part of the text, and no parameter. */
  readonly isSpliced: boolean;
}

interface Reading {
  readonly parts: readonly Part[];
  readonly parameters: readonly Value[];
}

/** Around the number of a value in the text. */
const [opening, closing] = ["\uE000", "\uE001"];

function readWay(text: SqlText, way: number, parameters: readonly Value[]): ReadSettings {
  const parts: Part[] = [];
  const words = textOf(text, way, parts, 0);
  const reading: Reading = { parts, parameters };
  const statements = statementsIn(words).map((tokens) => readStatement(reading, tokens));
  return {
    changes: statements.flatMap(({ changes }) => changes),
    isAll: statements.every(({ isAll }) => isAll),
  };
}

function textOf(text: SqlText, way: number, parts: Part[], depth: number): string {
  const placed = (value: Value, isSpliced: boolean): string => {
    parts.push({ value, isSpliced });
    return `${opening}${parts.length - 1}${closing}`;
  };
  return text
    .map((piece) => {
      if (typeof piece === "string") return piece;
      if (piece.kind === "choice") {
        const option = piece.options[Math.min(way, piece.options.length - 1)];
        return option && depth < 8 ? textOf(option, way, parts, depth + 1) : "";
      }
      if (piece.kind === "value") return placed(piece.value, false);
      return placed(piece.kind === "open" ? piece.value : unknown, piece.kind === "open" && piece.isSpliced);
    })
    .join("");
}

const tokens =
  /--[^\n]*|\/\*[^]*?\*\/|'(?:[^']|'')*'|"[^"]*"|\$\d+|\uE000\d+\uE001|[A-Za-z_][\w$]*|::|\d+|\S/g;

/** Longer ones set nothing, whatever else they do. */
const mostTokens = 400;

function statementsIn(text: string): readonly (readonly string[])[] {
  const statements: string[][] = [[]];
  let count = 0;
  for (const [token] of text.matchAll(tokens)) {
    if (token.startsWith("--") || token.startsWith("/*")) continue;
    if ((count += 1) > mostTokens) break;
    if (token === ";") statements.push([]);
    else statements.at(-1)!.push(token);
  }
  return statements.filter((statement) => statement.length > 0);
}

function readStatement(reading: Reading, statement: readonly string[]): ReadSettings {
  const [first = "", second = ""] = statement.slice(0, 2).map((token) => token.toLowerCase());
  const only = (...changes: readonly SessionChange[]): ReadSettings => ({ changes, isAll: true });
  switch (first) {
    case "begin":
      return only({ kind: "begin" });
    case "start":
      return second === "transaction" ? only({ kind: "begin" }) : nothing;
    case "commit":
    case "abort":
    case "end":
      return only({ kind: "end" });
    case "rollback":
      return statement.some((token) => token.toLowerCase() === "to") ? only() : only({ kind: "end" });
    case "discard":
      return only(...(second === "all" ? [{ kind: "reset", name: null } as const] : []));
    case "reset": {
      const name = second === "all" ? null : nameAt(statement, 1)?.name;
      return name === undefined ? only() : only({ kind: "reset", name });
    }
    case "set":
      return readSet(reading, statement);
    case "select":
    case "with":
    case "perform":
      return readCalls(reading, statement);
    default:
      return nothing;
  }
}

const nothing: ReadSettings = { changes: [], isAll: false };

/** `SET [ SESSION | LOCAL ] name { TO | = } value` */
function readSet(reading: Reading, statement: readonly string[]): ReadSettings {
  const scope = (statement[1] ?? "").toLowerCase();
  const begin = scope === "local" || scope === "session" ? 2 : 1;
  const named = nameAt(statement, begin);
  const sign = named && (statement[named.end] ?? "").toLowerCase();
  if (!named || (sign !== "=" && sign !== "to")) return nothing;
  const given = statement.slice(named.end + 1);
  const until = scope === "local" ? "transaction" : "session";
  if (given[0]?.toLowerCase() === "default" && given.length === 1)
    return { changes: [{ kind: "reset", name: named.name }], isAll: true };
  const { value, spliced } = valueOf(reading, given);
  return { changes: [{ kind: "set", name: named.name, value, until, spliced }], isAll: true };
}

/** `app.current_tenant`, `"app"."current_tenant"`, `app."current_tenant"` */
function nameAt(
  statement: readonly string[],
  at: number,
): { readonly name: string; readonly end: number } | null {
  const names: string[] = [];
  let end = at;
  for (; end < statement.length; end += 2) {
    const token = statement[end]!;
    if (!/^(?:[A-Za-z_][\w$]*|"[^"\uE000]+")$/.test(token)) return null;
    names.push(token.startsWith('"') ? token.slice(1, -1) : token.toLowerCase());
    if (statement[end + 1] !== ".") return { name: names.join("."), end: end + 1 };
  }
  return null;
}

/** `set_config('name', value, is_local)`, as often as it stands there. */
function readCalls(reading: Reading, statement: readonly string[]): ReadSettings {
  const changes: SessionChange[] = [];
  const lower = statement.map((token) => token.toLowerCase());
  for (let at = lower.indexOf("set_config"); at >= 0; at = lower.indexOf("set_config", at + 1)) {
    if (statement[at + 1] !== "(") continue;
    const [name, value, local] = argumentsAt(statement, at + 2).map((one) => valueOf(reading, one));
    const named = name && wordIn(name.value);
    if (named === null || named === undefined || !value) continue;
    const isSession = local !== undefined && isFalse(local.value);
    changes.push({
      kind: "set",
      name: named.toLowerCase(),
      value: value.value,
      until: isSession ? "session" : "transaction",
      spliced: value.spliced,
    });
  }
  return { changes, isAll: changes.length > 0 && !lower.includes("from") };
}

function wordIn(value: Value): string | null {
  return value.kind === "literal" && typeof value.value === "string" ? value.value : null;
}

function isFalse(value: Value): boolean {
  if (value.kind === "choice") return value.options.some(isFalse);
  return value.kind === "literal" && ["false", "f", "off", "0"].includes(String(value.value).toLowerCase());
}

function argumentsAt(statement: readonly string[], begin: number): readonly (readonly string[])[] {
  const found: string[][] = [[]];
  let depth = 0;
  for (const token of statement.slice(begin)) {
    if (token === ")" && depth === 0) break;
    depth += token === "(" ? 1 : token === ")" ? -1 : 0;
    if (token === "," && depth === 0) found.push([]);
    else found.at(-1)!.push(token);
  }
  return found;
}

interface ReadValue {
  readonly value: Value;
  readonly spliced: readonly Value[];
}

/** One value, with what is said of its type around it; what is worked out of one is that one. */
function valueOf(reading: Reading, given: readonly string[]): ReadValue {
  const found = given.flatMap((token): readonly ReadValue[] => {
    const one = valueOfToken(reading, token);
    return one ? [one] : [];
  });
  const spliced = found.flatMap((one) => one.spliced);
  const variables = found.filter(({ value }) => value.kind !== "literal");
  const [only] = variables.length > 0 ? variables : found;
  if (variables.length <= 1 && only) return { value: only.value, spliced };
  // Words: names of schemas, of time zones.
  if (found.length === 0) return { value: { kind: "literal", value: given.join(" ") }, spliced };
  return { value: found.length === 1 ? found[0]!.value : unknown, spliced };
}

function valueOfToken({ parts, parameters }: Reading, token: string): ReadValue | null {
  if (token.startsWith("$")) {
    const value = parameters[Number(token.slice(1)) - 1];
    return value ? { value, spliced: [] } : { value: unknown, spliced: [] };
  }
  if (token.startsWith(opening)) {
    const part = parts[Number(token.slice(1, -1))]!;
    return { value: part.value, spliced: part.isSpliced ? [part.value] : [] };
  }
  // A name between quotes: of a schema.
  if (token.startsWith('"') && token.includes(opening)) return valueOfText(parts, token.slice(1, -1));
  if (token.startsWith("'")) return valueOfText(parts, token.slice(1, -1).replaceAll("''", "'"));
  return /^(?:true|false|\d+)$/i.test(token)
    ? { value: { kind: "literal", value: token.toLowerCase() }, spliced: [] }
    : null;
}

/** What stands between quotes is a part of the text, however it came there. */
function valueOfText(parts: readonly Part[], text: string): ReadValue {
  const pieces = text.split(/(\uE000\d+\uE001)/).filter((piece) => piece !== "");
  const values = pieces.map((piece) =>
    piece.startsWith(opening) ? parts[Number(piece.slice(1, -1))]!.value : piece,
  );
  const spliced = values.filter((one): one is Value => typeof one !== "string");
  if (spliced.length === 0) return { value: { kind: "literal", value: text }, spliced };
  const [only] = values;
  return {
    value:
      values.length === 1 && only !== undefined && typeof only !== "string"
        ? only
        : { kind: "text", parts: values },
    spliced,
  };
}
