/**
 * SQL as TypeORM's builders are given it: `invoice.organizationId = :organizationId`. Its names are those of properties, behind the
 * alias that a table was given, and its values have names (https://typeorm.io/docs/query-builder/select-query-builder).
 */
import { columnName, findRelation, type Rows } from "../../entities/rows.js";
import { readExpression, type Fragment } from "../../raw-sql/fragment.js";
import { joinOf, quotedPart, type SqlText } from "../../raw-sql/text.js";
import { worded } from "../../raw-sql/words.js";
import type { Tracer } from "../../trace/library.js";
import { selectionOf } from "../../trace/query.js";
import type { Site, SymbolicValue, Value } from "../../trace/value.js";
import { dataOf, library } from "./values.js";

export interface TextReader {
  readonly tracer: Tracer;
  /** The tables in sight, by their aliases. */
  readonly aliases: ReadonlyMap<string, Rows>;
  readonly named: ReadonlyMap<string, Value>;
  /** Of the text: queries inside of it are paths of their own. */
  readonly site: Site;
}

export function readText(reader: TextReader, value: Value): Fragment {
  const text = sqlOf(reader, worded(reader.tracer, value));
  return readExpression(reader.tracer, { library, site: reader.site, text, commonTables: new Map() });
}

function sqlOf(reader: TextReader, value: Value): SqlText {
  switch (value.kind) {
    case "literal":
      return typeof value.value === "string" ? inWords(reader, value.value) : [String(value.value)];
    case "text":
      return value.parts.flatMap((part) =>
        typeof part === "string" ? inWords(reader, part) : sqlOf(reader, part),
      );
    case "choice": {
      // A name that is worked out elsewhere on one of the ways is the name that is read on the others.
      const read = value.options.filter((option) => option.kind === "literal" || option.kind === "text");
      const options = read.length > 0 ? read : value.options;
      const [only, ...others] = options.map((option) => sqlOf(reader, option));
      if (only && others.length === 0) return only;
      return [
        {
          kind: "choice",
          key: value.decision ?? value,
          options: options.map((option) => sqlOf(reader, option)),
          reason: value.reason,
        },
      ];
    }
    case "library": {
      const data = dataOf(value);
      if (data?.type === "text") return [{ kind: "query", selection: selectionOf(data.query) }];
      return [{ kind: "open", value, isSpliced: true }];
    }
    default:
      return [{ kind: "open", value, isSpliced: true }];
  }
}

/** What a name says, as far as it is written out: of several that are chosen from, the first. */
export function wordOf(value: Value | undefined): string | null {
  switch (value?.kind) {
    case "literal":
      return typeof value.value === "string" ? value.value : null;
    case "choice":
      return value.options.map(wordOf).find((word) => word !== null) ?? null;
    case "text": {
      const words = value.parts.map((part) => (typeof part === "string" ? part : wordOf(part)));
      return words.includes(null) ? null : words.join("");
    }
    default:
      return null;
  }
}

/** Words between quotes, casts, names of values, and properties behind an alias. */
const tokens =
  /'[^']*'|"[^"]*"|`[^`]*`|::|:(?:\.\.\.)?([A-Za-z_][\w.]*)|([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)+)/g;

function inWords(reader: TextReader, words: string): SqlText {
  const pieces: SqlText[number][] = [];
  let end = 0;
  for (const match of words.matchAll(tokens)) {
    const [whole, name, alias, path] = match;
    const piece =
      name !== undefined
        ? valueNamed(reader, name)
        : alias !== undefined && path !== undefined
          ? columnBehind(reader, alias, path.slice(1))
          : null;
    if (!piece) continue;
    pieces.push(words.slice(end, match.index), ...piece);
    end = match.index + whole.length;
  }
  return [...pieces, words.slice(end)];
}

function columnBehind({ aliases }: TextReader, alias: string, path: string): SqlText | null {
  const rows = aliases.get(alias);
  if (!rows) return null;
  const [head = "", ...rest] = path.split(".");
  const relation = findRelation(rows.entity, head);
  // `invoice.customer` and `invoice.customer.id` are the column that says which customer.
  const column = relation && rest.length < 2 ? (relation.columns[0] ?? path) : columnName(rows.entity, path);
  return [`${quotedPart(alias)}.${quotedPart(column)}`];
}

function valueNamed({ tracer, named }: TextReader, name: string): SqlText {
  const value = named.get(name);
  if (!value) return [{ kind: "value", value: notYet(name) }];
  if (value.kind === "array") return joinOf(value, [","], () => null);
  return [{ kind: "value", value: tracer.elementOf(value) ?? value }];
}

/** A value that may be given later: `.setParameter("organizationId", …)`. */
function notYet(name: string): SymbolicValue {
  return {
    kind: "symbolic",
    id: `${laterPrefix}${name}`,
    origin: "unknown",
    text: name,
    absent: false,
    type: null,
    row: null,
  };
}

const laterPrefix = "named:";

/** Names of values that a filter is still waiting for. */
export function laterName(operandValue: string): string | null {
  return operandValue.startsWith(laterPrefix) ? operandValue.slice(laterPrefix.length) : null;
}
