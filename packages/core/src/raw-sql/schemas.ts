/**
 * `select * from ${schema}.invoices`: what the program puts before the name of a table says where the table is looked up, and
 * nothing of what the statement does. So it is taken out of the text, and judged as what chooses a schema.
 */
import { keyOfPlace } from "../trace/session.js";
import type { Value } from "../trace/value.js";
import { wordsOf, type Piece, type SqlText } from "./text.js";

export interface Unplaced {
  readonly text: SqlText;
  /** What stood before names of tables: at most one, since two may be two tenants'. */
  readonly schema: Schema | null;
}

interface Schema {
  readonly value: Value;
  /** It is a part of the text as it is; otherwise a library puts it between quotes. */
  readonly isSpliced: boolean;
}

const quotes = '["`\u0001\u0002]';
/** Behind these words stands a table; behind a comma it may be anything. */
const beforeTable = new RegExp(
  `\\b(?:from|join|into|update|table|only|truncate|using|references)\\s+(${quotes}?)([\\w-]*)$`,
  "i",
);
const beforeName = new RegExp(`(?:^|[\\s,(=<>])(${quotes}?)([\\w-]*)$`);
const behindName = new RegExp(`^([\\w-]*)(${quotes}?)\\s*\\.\\s*(?=["\`\u0001]?\\w)`);

/** The text as it is where two of them stand in it. */
export function withoutSchemas(text: SqlText): Unplaced {
  const found = new Map<string, Schema>();
  const pieces = merged(text);
  collect(pieces, found);
  const [schema] = found.values();
  if (schema === undefined || found.size > 1) return { text, schema: null };
  const [key] = found.keys();
  return { text: stripped(pieces, key!), schema };
}

/** `${schema}.invoices` where a name is asked for; null for another. */
export function tableInSchema(name: Value): { readonly table: Value; readonly schema: Value } | null {
  const last = name.kind === "text" ? name.parts.at(-1) : undefined;
  if (name.kind !== "text" || typeof last !== "string") return null;
  const [before, table, ...others] = last.split(".");
  if (!table || before === undefined || others.length > 0) return null;
  const parts = [...name.parts.slice(0, -1), ...(before === "" ? [] : [before])];
  const [only] = parts;
  const schema: Value = parts.length === 1 && typeof only !== "string" ? only! : { kind: "text", parts };
  return { table: { kind: "literal", value: table }, schema };
}

interface Place {
  readonly schema: Schema;
  readonly key: string;
  /** How much of the text before and behind belongs to its name. */
  readonly before: number;
  readonly behind: number;
}

function collect(pieces: SqlText, found: Map<string, Schema>): void {
  pieces.forEach((piece, index) => {
    const place = placeAt(pieces, index, beforeTable);
    if (place) found.set(place.key, place.schema);
    for (const inside of insideOf(piece)) collect(merged(inside), found);
  });
}

function placeAt(pieces: SqlText, index: number, before: RegExp): Place | null {
  const [left, piece, right] = [pieces[index - 1], pieces[index], pieces[index + 1]];
  if (typeof left !== "string" || typeof right !== "string" || piece === undefined) return null;
  if (typeof piece === "string" || (piece.kind !== "open" && piece.kind !== "choice")) return null;
  const opening = before.exec(left);
  const closing = behindName.exec(right);
  if (!opening || !closing || (opening[1] === "") !== (closing[2] === "")) return null;
  const name = piece.kind === "open" ? piece.value : wordsOf([piece]);
  if (name === null) return null;
  const parts = [opening[2]!, name, closing[1]!].filter((one) => one !== "");
  const value: Value = parts.length === 1 ? name : { kind: "text", parts };
  const key = keyOfPlace(value);
  if (key === null) return null;
  return {
    schema: { value, isSpliced: piece.kind !== "open" || piece.isSpliced },
    key,
    before: opening[1]!.length + opening[2]!.length,
    behind: closing[0].length,
  };
}

/** Without this schema, wherever it stands before a name. */
function stripped(pieces: SqlText, key: string): SqlText {
  const result: Piece[] = [];
  let skip = 0;
  pieces.forEach((piece, index) => {
    if (typeof piece === "string") {
      result.push(piece.slice(skip));
      skip = 0;
      return;
    }
    const place = placeAt(pieces, index, beforeName);
    if (place?.key === key) {
      const left = result.pop() as string;
      result.push(left.slice(0, left.length - place.before));
      skip = place.behind;
    } else result.push(withInside(piece, (inside) => stripped(merged(inside), key)));
  });
  return merged(result);
}

function insideOf(piece: Piece): readonly SqlText[] {
  if (typeof piece === "string") return [];
  if (piece.kind === "choice") return piece.options;
  if (piece.kind === "list")
    return piece.items.flatMap(({ options }) => options.flatMap((one) => (one ? [one] : [])));
  return [];
}

function withInside(piece: Exclude<Piece, string>, change: (text: SqlText) => SqlText): Piece {
  if (piece.kind === "choice") return { ...piece, options: piece.options.map(change) };
  if (piece.kind !== "list") return piece;
  const items = piece.items.map((item) => ({
    ...item,
    options: item.options.map((one) => one && change(one)),
  }));
  return { ...piece, items };
}

function merged(text: SqlText): SqlText {
  const result: Piece[] = [];
  for (const piece of text) {
    const last = result.at(-1);
    if (typeof piece === "string" && typeof last === "string") result[result.length - 1] = last + piece;
    else result.push(piece);
  }
  return result;
}
