/**
 * Reads the text of a Prisma schema, of any version, into its models and views.
 *
 * A parser of our own, because the language is small and the well-known ones do not fit: the official one rejects schemas
 * of other versions, and `@mrleebo/prisma-ast` loads a configuration file from the working directory when it is imported,
 * which would run a stranger's code. Reading goes line by line, so a line that makes no sense costs that line alone.
 */

export interface PrismaBlock {
  readonly kind: "model" | "view" | "type" | "enum";
  readonly name: string;
  readonly line: number;
  readonly fields: readonly PrismaField[];
  readonly attributes: readonly PrismaAttribute[];
}

export interface PrismaField {
  readonly name: string;
  /** `String`, `User`, `Unsupported`. */
  readonly type: string;
  readonly list: boolean;
  readonly optional: boolean;
  readonly attributes: readonly PrismaAttribute[];
  readonly line: number;
}

export interface PrismaAttribute {
  /** `id`, `relation`, `db.Uuid`. */
  readonly name: string;
  readonly arguments: readonly PrismaArgument[];
}

export interface PrismaArgument {
  /** Null for an argument by position. */
  readonly name: string | null;
  readonly value: PrismaValue;
}

export type PrismaValue =
  | { readonly kind: "text"; readonly text: string }
  /** A field's name, a number, `true`. */
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "list"; readonly values: readonly PrismaValue[] }
  /** `now()`, and `createdAt(sort: Desc)` in an index. */
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly PrismaArgument[] };

export interface PrismaProblem {
  readonly line: number;
  readonly message: string;
}

export interface ParsedPrisma {
  readonly blocks: readonly PrismaBlock[];
  readonly problems: readonly PrismaProblem[];
  /** Of its `datasource`: `postgresql`, `mysql`; null where there is none, or where it does not stand there as a text. */
  readonly provider: string | null;
}

export function parsePrisma(text: string): ParsedPrisma {
  const blocks: PrismaBlock[] = [];
  const problems: PrismaProblem[] = [];
  let provider: string | null = null;
  const lines = logicalLines(text, problems);

  let at = 0;
  while (at < lines.length) {
    const head = lines[at++]!;
    const opened = blockHead.exec(head.text);
    if (!opened) {
      if (head.text !== "}")
        problems.push({
          line: head.line,
          message: `Expected a block like "model Name {", found ${shown(head.text)}.`,
        });
      continue;
    }
    const [, kind, name, rest] = opened as unknown as [string, string, string, string];
    const body: Line[] = [];
    // `enum Role { ADMIN }` on one line is no valid schema, but it is plain what it means.
    let open = !rest.endsWith("}");
    if (rest !== "") body.push({ line: head.line, text: open ? rest : rest.slice(0, -1).trim() });
    while (open && at < lines.length) {
      const line = lines[at]!;
      if (line.text === "}") {
        at++;
        open = false;
      } else if (modelHead.test(line.text)) {
        break;
      } else {
        at++;
        body.push(line);
      }
    }
    if (open) problems.push({ line: head.line, message: `The block "${kind} ${name}" is not closed.` });
    if (kind === "datasource") provider ??= providerIn(body);
    if (isTableKind(kind)) blocks.push(readBlock(kind, name, head.line, body, problems));
  }
  return { blocks, problems, provider };
}

function providerIn(body: readonly Line[]): string | null {
  for (const { text } of body) {
    const [, name] = /^provider\s*=\s*"(\w+)"/.exec(text) ?? [];
    if (name !== undefined) return name;
  }
  return null;
}

const blockHead = /^([A-Za-z]\w*)\s+([A-Za-z][\w.-]*)\s*\{\s*(.*)$/;
/** A model that begins inside another block: the brace above it is missing. */
const modelHead = /^(?:model|view|type|enum|datasource|generator)\s+[A-Za-z]\w*\s*\{/;

function isTableKind(kind: string): kind is PrismaBlock["kind"] {
  return kind === "model" || kind === "view" || kind === "type" || kind === "enum";
}

interface Line {
  readonly line: number;
  readonly text: string;
}

/** Lines without comments; one that ends inside parentheses or brackets goes on in the next. */
function logicalLines(text: string, problems: PrismaProblem[]): readonly Line[] {
  const lines: Line[] = [];
  let pending: { line: number; text: string; depth: number; continued: number } | null = null;
  const physical = withoutComments(text.replace(/^\uFEFF/, "")).split(/\r\n|\n|\r/);
  for (const [index, full] of physical.entries()) {
    const bare = full.trim();
    const depth = depthOf(bare);
    if (pending && (modelHead.test(bare) || bare === "}" || pending.continued > 200)) {
      problems.push({
        line: pending.line,
        message: `A parenthesis is not closed in ${shown(pending.text)}.`,
      });
      lines.push({ line: pending.line, text: pending.text });
      pending = null;
    }
    if (bare === "" && !pending) continue;
    if (pending) {
      pending = {
        line: pending.line,
        text: `${pending.text} ${bare}`,
        depth: pending.depth + depth,
        continued: pending.continued + 1,
      };
    } else {
      pending = { line: index + 1, text: bare, depth, continued: 0 };
    }
    if (pending.depth <= 0) {
      lines.push({ line: pending.line, text: pending.text.trim() });
      pending = null;
    }
  }
  if (pending) lines.push({ line: pending.line, text: pending.text });
  return lines;
}

/** Blanks comments out, so that lines keep their numbers. Texts end at the latest with their line; a comment of several lines that is not closed is none. */
function withoutComments(text: string): string {
  const parts: string[] = [];
  let kept = 0;
  const blank = (start: number, end: number) => {
    parts.push(text.slice(kept, start), text.slice(start, end).replace(/[^\r\n]/g, " "));
    kept = end;
  };
  // Where the next text or comment may begin; each is stepped over as a whole.
  const opening = /"|\/\/|\/\*/g;
  let closed = true;
  for (let found = opening.exec(text); found; found = opening.exec(text)) {
    const start = found.index;
    let end = opening.lastIndex;
    if (found[0] === '"') {
      textBody.lastIndex = end;
      textBody.exec(text);
      end = textBody.lastIndex;
    } else if (found[0] === "//") {
      lineBody.lastIndex = end;
      lineBody.exec(text);
      end = lineBody.lastIndex;
      blank(start, end);
    } else if (closed) {
      const close = text.indexOf("*/", end);
      closed = close >= 0;
      if (closed) blank(start, (end = close + 2));
    }
    opening.lastIndex = end;
  }
  return parts.join("") + text.slice(kept);
}

const textBody = /(?:[^"\\\r\n]|\\.)*"?/y;
const lineBody = /[^\r\n]*/y;

/** How many parentheses and brackets the line leaves open. */
function depthOf(line: string): number {
  let depth = 0;
  for (const [bracket] of line.matchAll(/"(?:[^"\\]|\\.)*"?|[()[\]]/g)) {
    if (bracket === "(" || bracket === "[") depth++;
    else if (bracket === ")" || bracket === "]") depth--;
  }
  return depth;
}

function readBlock(
  kind: PrismaBlock["kind"],
  name: string,
  line: number,
  body: readonly Line[],
  problems: PrismaProblem[],
): PrismaBlock {
  const fields: PrismaField[] = [];
  const attributes: PrismaAttribute[] = [];
  for (const { line: at, text } of body) {
    if (text.startsWith("@@")) {
      const read = readAttributes(text);
      attributes.push(...read.attributes);
      if (read.rest !== "")
        problems.push({ line: at, message: `In "${kind} ${name}": cannot read ${shown(text)}.` });
    } else if (kind !== "enum") {
      const field = readField(text, at);
      if (field) fields.push(field.field);
      if (!field || field.rest !== "")
        problems.push({ line: at, message: `In "${kind} ${name}": cannot read ${shown(text)}.` });
    }
  }
  return { kind, name, line, fields, attributes };
}

const fieldHead =
  /^([A-Za-z]\w*)\s+(?:(Unsupported)\s*\(\s*"(?:[^"\\]|\\.)*"\s*\)|([A-Za-z][\w.]*))\s*(\[\s*\])?\s*(\?)?\s*(.*)$/;
function readField(text: string, line: number): { field: PrismaField; rest: string } | null {
  const read = fieldHead.exec(text);
  if (!read) return null;
  const { attributes, rest } = readAttributes(read[6]!);
  return {
    field: {
      name: read[1]!,
      type: read[2] ?? read[3]!,
      list: read[4] !== undefined,
      optional: read[5] !== undefined,
      attributes,
      line,
    },
    rest,
  };
}

function readAttributes(text: string): { attributes: readonly PrismaAttribute[]; rest: string } {
  const scanner = new Scanner(text);
  const attributes: PrismaAttribute[] = [];
  while (scanner.take(/@@?/y) !== null) {
    const name = scanner.take(/[A-Za-z][\w]*(?:\s*\.\s*[A-Za-z]\w*)*/y);
    if (name === null) break;
    const args = scanner.take(/\(/y) === null ? [] : scanner.args(")");
    attributes.push({ name: name.replace(/\s/g, ""), arguments: args });
  }
  return { attributes, rest: scanner.rest() };
}

/** Deeper than any schema is nested, and not so deep that a hostile one exhausts the stack. */
const deepest = 50;

class Scanner {
  private at = 0;
  private depth = 0;
  constructor(private readonly text: string) {}

  take(pattern: RegExp): string | null {
    this.skip();
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return null;
    this.at = pattern.lastIndex;
    return found[0];
  }

  rest(): string {
    return this.text.slice(this.at).trim();
  }

  /** Arguments up to and including the closing bracket. What has no meaning for us is stepped over. */
  args(close: ")" | "]" | "}"): readonly PrismaArgument[] {
    const found: PrismaArgument[] = [];
    this.depth++;
    while (this.at < this.text.length && this.depth < deepest) {
      this.skip();
      if (this.text[this.at] === close) {
        this.at++;
        this.depth--;
        return found;
      }
      if (this.text[this.at] === ",") {
        this.at++;
        continue;
      }
      const label = this.take(/[A-Za-z]\w*\s*:/y);
      const value = this.value();
      if (value) found.push({ name: label === null ? null : label.slice(0, -1).trim(), value });
      else this.at++;
    }
    this.depth--;
    return found;
  }

  private value(): PrismaValue | null {
    const text = this.take(/"(?:[^"\\]|\\.)*"/y);
    if (text !== null) return { kind: "text", text: unescaped(text.slice(1, -1)) };
    if (this.take(/\[/y) !== null)
      return { kind: "list", values: this.args("]").map((argument) => argument.value) };
    if (this.take(/\{/y) !== null) {
      this.args("}");
      return { kind: "name", name: "{}" };
    }
    // A composite type's field: `address.street`.
    const name = this.take(/[A-Za-z]\w*(?:\.[A-Za-z]\w*)*|-?\d[\d.eE+-]*/y);
    if (name === null) return null;
    if (this.take(/\(/y) !== null) return { kind: "call", name, arguments: this.args(")") };
    return { kind: "name", name };
  }

  private skip(): void {
    while (/\s/.test(this.text[this.at] ?? "")) this.at++;
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\/])/g, "$1");
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
