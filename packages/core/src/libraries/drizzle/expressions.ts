/** Expressions: what a value that stands in a statement says as a filter, which column it is, and what is nested in it. */
import {
  always,
  never,
  type Column,
  type Known,
  type Predicate,
  type Selection,
} from "../../constraint/predicate.js";
import { selectionsUnder } from "../../constraint/selections.js";
import { readExpression } from "../../raw-sql/fragment.js";
import { operandOf } from "../../trace/operand.js";
import type { Tracer } from "../../trace/library.js";
import { selectionOf } from "../../trace/query.js";
import {
  isUndefined,
  type ChoiceValue,
  type LibraryValue,
  type Site,
  type Value,
} from "../../trace/value.js";
import { operatorOf } from "./operators.js";
import { sqlTextOf } from "./sql-text.js";
import { dataOf, library, nested, type CommonTables } from "./values.js";
import type { SqlText } from "../../raw-sql/text.js";

/** What the arguments of a statement are read with. */
export interface Reader {
  readonly tracer: Tracer;
  readonly commonTables: CommonTables;
}

export interface ExpressionData {
  /** What it says as a filter, if it can be one. */
  readonly predicate: Predicate;
  /** Where it is an `or` that is written without brackets: its arms. */
  readonly loose?: readonly Predicate[] | null;
  /** The column it stands for, if it is nothing else. */
  readonly column: Column | null;
  /** Sub-queries in it. */
  readonly nested: readonly Selection[];
}

export function expressionOf(reader: Reader, value: Value): ExpressionData {
  switch (value.kind) {
    case "choice": {
      const options = value.options.map((option) => expressionOf(reader, option));
      return {
        predicate: chosen(
          value,
          options.map((option) => option.predicate),
        ),
        ...(options.some(({ loose }) => loose) && { loose: [always, always] }),
        column: null,
        nested: options.flatMap((option) => option.nested),
      };
    }
    case "literal":
      // `where(undefined)`, `and(undefined, …)`: no condition (field notes; measured).
      if (isUndefined(value) || value.value === true) return plain(always);
      return plain(value.value === false ? never : unknownFilter("a constant"));
    case "query":
      return { ...plain(unknownFilter("a sub-query")), nested: [selectionOf(value)] };
    case "library":
      return ofLibrary(reader, value);
    case "symbolic": {
      const filter = unknownFilter("a filter built elsewhere");
      return plain(value.absent ? { kind: "choice", arms: [filter, always], reason: value.text } : filter);
    }
    default:
      return plain(unknownFilter("a filter built elsewhere"));
  }
}

function ofLibrary(reader: Reader, value: LibraryValue): ExpressionData {
  const data = dataOf(value);
  switch (data?.type) {
    case "column":
      return { ...plain(unknownFilter("a column")), column: data.column };
    case "expression":
      return operatorOf(data.made)(reader, nested(value), data.site);
    case "sql":
      return rawExpression(reader, value, data.site);
    case "aliased": {
      const [inner] = nested(value);
      return inner ? expressionOf(reader, inner) : plain(unknownFilter("an expression"));
    }
    case "counting":
      return { ...plain(unknownFilter("a sub-query")), nested: [selectionOf(data.query)] };
    case "derived":
      return { ...plain(unknownFilter("a sub-query")), nested: data.selection ? [data.selection] : [] };
    default:
      return plain(unknownFilter("an expression"));
  }
}

function rawExpression(reader: Reader, value: LibraryValue, site: Site): ExpressionData {
  const data = dataOf(value);
  const [came] = nested(value);
  // What came in, as far as a caller says what it is.
  if (data?.type === "sql" && data.made === "open" && came && came.kind !== "symbolic")
    return expressionOf(reader, came);
  return readText(reader, site, sqlTextOf(reader, value));
}

export function readText({ tracer, commonTables }: Reader, site: Site, text: SqlText): ExpressionData {
  const read = readExpression(tracer, { library, site, text, commonTables });
  // Of SQL that says nothing, nothing is left out.
  return read.predicate.kind === "true" ? { ...read, predicate: unknownFilter("a constant") } : read;
}

/** The column that one side of a comparison is, if it is one. */
export function columnIn(reader: Reader, value: Value): Column | null {
  return value.kind === "library" ? expressionOf(reader, value).column : null;
}

/** The sub-queries in an expression that stands where it filters nothing: in a select list, an order, a function's arguments. */
export function nestedIn(reader: Reader, value: Value): readonly Selection[] {
  switch (value.kind) {
    case "query":
    case "library":
    case "choice": {
      const { predicate, nested: inside } = expressionOf(reader, value);
      return [...inside, ...selectionsUnder(predicate)];
    }
    case "array":
      return value.elements.flatMap((element) => nestedIn(reader, element));
    case "object":
      return [...value.fields.values()].flatMap((field) => nestedIn(reader, field.value));
    default:
      return [];
  }
}

/** What the program decides between, in the author's words, and what holds where it is which. */
export function chosen(choice: ChoiceValue, arms: readonly Predicate[]): Predicate {
  const reason = choice.reason === "" ? operandOf(choice).text : choice.reason;
  const given: readonly Known[] | undefined = choice.given;
  return { kind: "choice", arms, reason, ...(given && { given }) };
}

export function plain(predicate: Predicate): ExpressionData {
  return { predicate, column: null, nested: [] };
}

export function unknownFilter(reason: string): Predicate {
  return { kind: "unknown", reason };
}
