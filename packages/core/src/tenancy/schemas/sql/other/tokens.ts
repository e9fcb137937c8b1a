/**
 * The words of MySQL, SQLite and ClickHouse, parted into statements. Their grammar wants one dialect and refuses a whole
 * text for one clause that it does not know, so statements are found before it is asked.
 */

export interface Token {
  /** `word` is an unquoted name or number, `name` a quoted one, `mark` a single character. */
  readonly kind: "word" | "name" | "string" | "mark";
  /** As written. */
  readonly text: string;
  /** In capitals for a word or mark; empty for what is quoted, which is never a keyword. */
  readonly key: string;
  /** From 1. */
  readonly line: number;
  /** Something stood between it and the one before. */
  readonly spaced: boolean;
}

export type Statement = readonly Token[];

export function statementsOf(text: string): readonly Statement[] {
  const statements: Token[][] = [];
  let statement: Token[] = [];
  let delimiter = ";";
  let depth = 0;
  let isWhole = false;
  let line = 1;
  let spaced = false;
  const end = () => {
    if (statement.length > 0) statements.push(statement);
    statement = [];
    depth = 0;
  };

  for (let at = 0; at < text.length;) {
    const skipped = skippedAt(text, at);
    if (skipped) {
      const comment = text.slice(at, skipped);
      if (/statement-?begin/i.test(comment)) isWhole = true;
      if (/statement-?end/i.test(comment)) isWhole = false;
      if (/^--> ?statement-breakpoint/.test(comment)) end();
      line += linesIn(comment);
      at = skipped;
      spaced = true;
      continue;
    }
    if (delimiter !== ";" && text.startsWith(delimiter, at)) {
      end();
      at += delimiter.length;
      continue;
    }
    const changed = statement.length === 0 ? delimiterAt(text, at) : null;
    if (changed) {
      delimiter = changed.delimiter;
      at += changed.length;
      continue;
    }
    const token = tokenAt(text, at, line, spaced);
    at += token.text.length;
    line += linesIn(token.text);
    spaced = false;
    if (token.key === ";" && delimiter === ";" && depth <= 0 && !isWhole) {
      end();
      continue;
    }
    depth += isBlockStatement(statement) ? blockStep(statement, token) : 0;
    statement.push(token);
  }
  end();
  return statements;
}

/** The end of blanks or of a comment that begins here; null when neither does. */
function skippedAt(text: string, at: number): number | null {
  const character = text[at]!;
  if (/\s/.test(character)) return at + 1;
  if (text.startsWith("--", at) || character === "#") return lineEnd(text, at);
  if (text.startsWith("/*!", at)) return at + 3 + (/^\d*/.exec(text.slice(at + 3, at + 10))?.[0].length ?? 0);
  if (text.startsWith("*/", at)) return at + 2;
  if (text.startsWith("/*", at)) {
    const close = text.indexOf("*/", at + 2);
    return close < 0 ? text.length : close + 2;
  }
  return null;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

/** MySQL's client ends statements with another text while it is sent the code of procedures. */
function delimiterAt(text: string, at: number): { delimiter: string; length: number } | null {
  const found = /^delimiter[ \t]+(\S{1,16})[ \t]*(?:\r?\n|$)/i.exec(text.slice(at, at + 60));
  return found && { delimiter: found[1]!, length: found[0].trimEnd().length };
}

function tokenAt(text: string, at: number, line: number, spaced: boolean): Token {
  const character = text[at]!;
  if (character === "'") return { kind: "string", text: quotedAt(text, at, "'"), key: "", line, spaced };
  if (character === '"' || character === "`")
    return { kind: "name", text: quotedAt(text, at, character), key: "", line, spaced };
  if (character === "[" && /^\[[A-Za-z_][^\][\n]{0,200}\]/.test(text.slice(at, at + 210)))
    return { kind: "name", text: quotedAt(text, at, "]"), key: "", line, spaced };
  const word = /^[\p{L}\p{N}_$@]+(?:\.\d+)?/u.exec(text.slice(at, at + 300))?.[0];
  if (word !== undefined) return { kind: "word", text: word, key: word.toUpperCase(), line, spaced };
  return { kind: "mark", text: character, key: character, line, spaced };
}

/** A quote is written twice inside, or behind a backslash. An open one ends with the text. */
function quotedAt(text: string, start: number, quote: string): string {
  let at = start + 1;
  while (at < text.length) {
    if (text[at] === "\\" && quote !== "`" && quote !== "]") at += 2;
    else if (text[at] !== quote) at++;
    else if (text[at + 1] === quote && quote !== "]") at += 2;
    else return text.slice(start, at + 1);
  }
  return text.slice(start);
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

/** A trigger or procedure, whose own statements end with semicolons too. */
export function isBlockStatement(statement: Statement): boolean {
  return (
    statement[0]?.key === "CREATE" &&
    statement.slice(1, 12).some(({ key }) => /^(TRIGGER|PROCEDURE|FUNCTION|EVENT)$/.test(key)) &&
    !statement.slice(1, 5).some(({ key }) => /^(TABLE|VIEW|INDEX)$/.test(key))
  );
}

function blockStep(statement: Statement, token: Token): number {
  const before = statement.at(-1)?.key;
  if (before === "END" && /^(IF|LOOP|WHILE|REPEAT|FOR)$/.test(token.key)) return 1;
  if (before === "END" && token.key === "CASE") return 0;
  if (token.key === "BEGIN" || token.key === "CASE") return 1;
  return token.key === "END" ? -1 : 0;
}

/** As text again, without its comments. */
export function textOf(tokens: readonly Token[]): string {
  let text = "";
  let before: Token | undefined;
  for (const token of tokens) {
    // A string may belong to the word before it: `b'0'`.
    const isApart = token.spaced || (isNamed(before) && isNamed(token));
    text += `${before && isApart ? " " : ""}${token.text}`;
    before = token;
  }
  return text;
}

function isNamed(token: Token | undefined): boolean {
  return token?.kind === "word" || token?.kind === "name";
}

/** Quotes taken off. */
export function nameOf(token: Token): string {
  if (token.kind === "word" || token.kind === "mark") return token.text;
  const inner = token.text.slice(1, -1);
  const quote = token.text[0]!;
  return quote === "[" ? inner : inner.split(quote + quote).join(quote);
}

/** Parts between commas that stand outside of parentheses. */
export function partsOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.key === "(") depth++;
    if (token.key === ")") depth--;
    if (token.key === "," && depth === 0) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

/** The place behind the parenthesis that closes the one at `open`. */
export function closeOf(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at]!.key === "(") depth++;
    if (tokens[at]!.key === ")" && --depth === 0) return at + 1;
  }
  return tokens.length;
}

export function word(text: string): Token {
  return { kind: "word", text, key: text.toUpperCase(), line: 0, spaced: true };
}
