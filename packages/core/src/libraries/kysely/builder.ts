/** The methods of the expression builder and of the expressions it makes: `eb.or([…])`, `eb.exists(…)`, `.and(…)`. */
import {
  always,
  and,
  andAsWritten,
  not,
  or,
  type Column,
  type Predicate,
  type Written,
} from "../../constraint/predicate.js";
import { isRespelling } from "../../sql/respelling.js";
import { isTenantKey } from "../../tenancy/lookup.js";
import type { Call } from "../../trace/library.js";
import { selectionOf } from "../../trace/query.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import { columnIn, expressionOf, nestedIn, queryIn, unknownFilter, type Reader } from "./expressions.js";
import { filterOf, objectFilter } from "./filters.js";
import { columnOf } from "./references.js";
import { expression, type ExpressionData } from "./values.js";

/** A method of the expression builder; null when it is none that matters here. */
export function callExpressionBuilder(reader: Reader, method: string, call: Call): LibraryValue | null {
  const [first] = call.arguments;
  switch (method) {
    case "and":
      return expression(combined(reader, first, and));
    case "or":
      return expression(combined(reader, first, or));
    case "not": {
      const inner = first ? expressionOf(reader, first) : null;
      return expression({
        predicate: inner ? notAsWritten(inner) : unknownFilter("a negation"),
        nested: inner?.nested ?? [],
      });
    }
    case "exists": {
      const query = first ? queryIn(reader, first) : null;
      return query
        ? expression({ predicate: { kind: "exists", query: selectionOf(query) } })
        : expression({ predicate: unknownFilter("exists") });
    }
    case "ref":
      return expression({ column: first?.kind === "literal" ? columnOf(String(first.value)) : null });
    case "val":
    case "cast":
      return null;
    case "parens":
      return expression(filterOf(reader, call.arguments));
    case "fn":
      return expression({
        column: respelledColumn(reader, call.arguments),
        nested: call.arguments.flatMap((argument) => nestedIn(reader, argument)),
      });
    case "between":
    case "betweenSymmetric":
    case "unary":
    case "lit":
    case "case":
    case "tuple":
    case "refTuple":
    case "jsonPath":
    case "table":
    case "neg":
      return expression({ nested: call.arguments.flatMap((argument) => nestedIn(reader, argument)) });
    default:
      return null;
  }
}

/** `eb.fn("lower", ["email"])` */
function respelledColumn(reader: Reader, [name, given]: readonly Value[]): Column | null {
  const isName = name?.kind === "literal" && isRespelling(String(name.value));
  const [inner, ...others] = given?.kind === "array" ? given.elements : [];
  const column = isName && inner && others.length === 0 ? columnIn(reader, inner) : null;
  return column && !isTenantKey(reader.tracer.tenancy, column.name) ? column : null;
}

/** `not a or b` is `(not a) or b`. */
function notAsWritten({ predicate, loose }: Written): Predicate {
  const [first, ...others] = loose ?? [];
  return first ? or([not(first), ...others]) : not(predicate);
}

/** `expression.and(…)`, `.or(…)`, `.as("name")` and the like. */
export function callOnExpression(
  reader: Reader,
  data: ExpressionData,
  method: string,
  call: Call,
): LibraryValue | null {
  switch (method) {
    case "and": {
      const other = filterOf(reader, call.arguments);
      return expression({
        predicate: and([data.predicate, other.predicate]),
        nested: [...data.nested, ...other.nested],
      });
    }
    case "or": {
      const other = filterOf(reader, call.arguments);
      return expression({
        predicate: or([data.predicate, other.predicate]),
        nested: [...data.nested, ...other.nested],
      });
    }
    default:
      return expression({
        ...data,
        nested: [...data.nested, ...call.arguments.flatMap((argument) => nestedIn(reader, argument))],
      });
  }
}

function combined(
  reader: Reader,
  value: Value | undefined,
  combine: (terms: readonly Predicate[]) => Predicate,
): ExpressionData {
  if (!value) return { predicate: combine([]), column: null, nested: [] };
  if (value.kind === "choice") {
    const options = value.options.map((option) => combined(reader, option, combine));
    return {
      predicate: { kind: "choice", arms: options.map((option) => option.predicate), reason: value.reason },
      column: null,
      nested: options.flatMap((option) => option.nested),
    };
  }
  if (value.kind === "object")
    return { predicate: objectFilter(reader, value, combine), column: null, nested: [] };
  if (value.kind !== "array")
    return { predicate: unknownFilter("a list of filters built elsewhere"), column: null, nested: [] };
  const terms = value.elements.map((element) => listElement(reader, element, combine));
  if (value.rest) {
    const rest = expressionOf(reader, value.rest);
    // A list as long as something else: perhaps empty, so as part of an `and` it says nothing for certain.
    terms.push({
      ...rest,
      predicate:
        combine === or
          ? rest.predicate
          : { kind: "choice", arms: [rest.predicate, always], reason: "a list that may be empty" },
    });
  }
  return {
    predicate: combine === and ? andAsWritten(terms) : combine(terms.map((term) => term.predicate)),
    column: null,
    nested: terms.flatMap((term) => term.nested),
  };
}

/** An element that is there on some paths only: left out of an `and` it demands nothing, left out of an `or` it admits nothing. */
function listElement(
  reader: Reader,
  element: Value,
  combine: (terms: readonly Predicate[]) => Predicate,
): ExpressionData {
  if (element.kind !== "choice") return expressionOf(reader, element);
  const neutral = combine([]);
  const options = element.options.map((option) =>
    option.kind === "literal" && option.value === undefined
      ? { predicate: neutral, nested: [] }
      : expressionOf(reader, option),
  );
  return {
    predicate: { kind: "choice", arms: options.map((option) => option.predicate), reason: element.reason },
    column: null,
    nested: options.flatMap((option) => option.nested),
  };
}
