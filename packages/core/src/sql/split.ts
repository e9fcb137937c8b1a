/**
 * The statements of a PostgreSQL script, as psql tells them apart: in one pass, without a grammar, so that a fault in one
 * statement leaves the others readable and the rows of a dump are passed over instead of parsed.
 */

export interface SqlStatement {
  /** Without comments and without the semicolon; line breaks are kept. */
  readonly text: string;
  /** Where its first word stands: in UTF-16 units, and the line, from 1. */
  readonly offset: number;
  readonly line: number;
}

/** What can begin or end something; whatever stands between is part of a statement. */
const sign = /['"$;\\]|--|\/\*/g;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const wordCharacter = /[\w$\u0080-\uffff]/;

export function* splitStatements(text: string): Generator<SqlStatement> {
  const lines = lineCounter(text);
  const signs = new RegExp(sign);
  let parts: string[] = [];
  let from = text.startsWith("\uFEFF") ? 1 : 0;
  let first = -1;
  let blocks = noBlocks;

  const take = (end: number) => {
    if (first < 0) first = firstWord(text, from, end);
    if (end > from) parts.push(text.slice(from, end));
  };
  const finish = (end: number, next: number): SqlStatement | null => {
    take(end);
    const whole = parts.join("").trim();
    const statement = whole === "" ? null : { text: whole, offset: first, line: lines(first) };
    parts = [];
    first = -1;
    from = next;
    blocks = noBlocks;
    signs.lastIndex = next;
    return statement;
  };

  signs.lastIndex = from;
  for (let match = signs.exec(text); match !== null; match = signs.exec(text)) {
    const at = match.index;
    switch (match[0]) {
      case ";": {
        take(at);
        from = at;
        blocks = blocksAfter(blocks, parts);
        if (blocks.depth > 0) break;
        const statement = finish(at, at + 1);
        if (statement === null) break;
        yield statement;
        if (copiesFromInput(statement.text)) from = signs.lastIndex = afterCopiedRows(text, at + 1);
        break;
      }
      case "\\": {
        const end = endOfLine(text, at);
        // \g, \gexec and their like send the statement, as a semicolon does.
        if (text[at + 1] === "g") {
          const statement = finish(at, end);
          if (statement !== null) yield statement;
        } else {
          take(at);
          from = signs.lastIndex = end;
        }
        break;
      }
      case "--":
      case "/*": {
        const end = match[0] === "--" ? endOfLine(text, at) : endOfComment(text, at);
        take(at);
        parts.push(" ", "\n".repeat(breaksIn(text, at, end)));
        from = signs.lastIndex = end;
        break;
      }
      default:
        signs.lastIndex = endOfQuote(text, at, match[0]);
    }
  }
  const last = finish(text.length, text.length);
  if (last !== null) yield last;
}

function firstWord(text: string, from: number, end: number): number {
  const space = /\s*/y;
  space.lastIndex = from;
  const at = from + (space.exec(text)?.[0].length ?? 0);
  return at < end ? at : -1;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

/** PostgreSQL's comments nest. */
function endOfComment(text: string, at: number): number {
  const edges = /\/\*|\*\//g;
  edges.lastIndex = at;
  let depth = 0;
  for (let edge = edges.exec(text); edge !== null; edge = edges.exec(text)) {
    depth += edge[0] === "/*" ? 1 : -1;
    if (depth === 0) return edges.lastIndex;
  }
  return text.length;
}

function endOfQuote(text: string, at: number, quote: string): number {
  if (quote === "$") return endOfDollarQuote(text, at);
  const escapes = quote === "'" && /e/i.test(text[at - 1] ?? "") && !wordCharacter.test(text[at - 2] ?? "");
  // A doubled quote closes one string and opens the next: for finding the end that is the same.
  if (!escapes) return after(text, quote, at + 1);
  const edges = /\\[^]|'/g;
  edges.lastIndex = at + 1;
  for (let edge = edges.exec(text); edge !== null; edge = edges.exec(text)) {
    if (edge[0] === "'" && text[edges.lastIndex] === "'") edges.lastIndex += 1;
    else if (edge[0] === "'") return edges.lastIndex;
  }
  return text.length;
}

function endOfDollarQuote(text: string, at: number): number {
  dollarTag.lastIndex = at;
  const tag = wordCharacter.test(text[at - 1] ?? "") ? null : dollarTag.exec(text);
  return tag === null ? at + 1 : after(text, tag[0], at + tag[0].length);
}

function after(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at + what.length;
}

function copiesFromInput(statement: string): boolean {
  return /^copy\b/i.test(statement) && /\bfrom\s+stdin\b/i.test(statement);
}

/** The rows end with a line that holds `\.` alone. */
function afterCopiedRows(text: string, from: number): number {
  const end = /\\\.\r?(?:\n|$)/y;
  for (let at = text.indexOf("\n\\.", from); at >= 0; at = text.indexOf("\n\\.", at + 1)) {
    end.lastIndex = at + 1;
    if (end.test(text)) return endOfLine(text, at + 1);
  }
  return text.length;
}

/**
 * Two kinds of statement hold semicolons of their own: a function whose body is `BEGIN ATOMIC … END`, and a rule with
 * several actions in brackets.
 */
interface Blocks {
  readonly depth: number;
  /** How many parts have been counted. */
  readonly counted: number;
  /** What is counted, once the first words are known: null when nothing is. */
  readonly edges: RegExp | null | undefined;
}

const noBlocks: Blocks = { depth: 0, counted: 0, edges: undefined };

function blocksAfter(before: Blocks, parts: readonly string[]): Blocks {
  const edges = before.edges === undefined ? edgesOf(parts) : before.edges;
  if (edges === null) return { depth: 0, counted: parts.length, edges };
  let depth = before.depth;
  for (const part of parts.slice(before.counted)) {
    for (const [edge] of part.matchAll(edges)) {
      const opens = edge !== ")" && !/^end$/i.test(edge);
      // Outside a body, CASE and END belong to a default or a setting.
      if (depth > 0 || edge === "(" || /^begin/i.test(edge)) depth = Math.max(depth + (opens ? 1 : -1), 0);
    }
  }
  return { depth, counted: parts.length, edges };
}

function edgesOf(parts: readonly string[]): RegExp | null {
  const head = parts.join("").trimStart().slice(0, 200);
  if (/^create\s+(?:or\s+replace\s+)?rule\b/i.test(head)) return /[()]/g;
  if (!/^create\s+(?:or\s+replace\s+)?(?:function|procedure)\b/i.test(head)) return null;
  return /\bbegin\s+atomic\b|\bcase\b|\bend\b/gi;
}

function breaksIn(text: string, from: number, to: number): number {
  let breaks = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) breaks += 1;
  return breaks;
}

/** Asked for growing offsets, it passes over the text once. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let counted = 0;
  return (offset) => {
    line += breaksIn(text, counted, offset);
    counted = offset;
    return line;
  };
}
