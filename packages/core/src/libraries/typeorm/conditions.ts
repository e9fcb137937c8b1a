/** What is said to a builder's `where`: texts, brackets, objects, functions that make one of these. */
import type { Predicate, Selection, Written } from "../../constraint/predicate.js";
import { filterOf, negated, unknownFilter } from "../../entities/filter.js";
import type { Call, Tracer } from "../../trace/library.js";
import { selectionOf } from "../../trace/query.js";
import {
  clausesOf,
  extend,
  type Clause,
  type FunctionValue,
  type QueryValue,
  type Value,
} from "../../trace/value.js";
import { filterReader, mainRows, readerOf } from "./begun.js";
import { withValues } from "./parameters.js";
import { readText } from "./texts.js";
import { dataOf, nested } from "./values.js";

export function whereInto(tracer: Tracer, query: QueryValue, method: string, call: Call): QueryValue {
  const [first] = call.arguments;
  if (!first) return query;
  const read = conditionOf(tracer, query, call, 0, first);
  const next = added(read.query, method, read.condition);
  return read.nested.reduce<QueryValue>((at, selection) => extend(at, { kind: "nested", selection }), next);
}

/** A second `where` takes the place of all that was said before; `or` goes with whatever stands before it, without brackets (measured). */
export function added(query: QueryValue, method: string, { predicate, loose = null }: Written): QueryValue {
  if (method === "where") {
    const before = hasFilter(clausesOf(query)) ? extend(query, { kind: "clear-filters" }) : query;
    return extend(before, { kind: "filter", predicate, loose });
  }
  const isOr = method === "orWhere";
  return extend(query, { kind: "filter", predicate, loose, ...(isOr && { isAlternative: true }) });
}

function hasFilter(clauses: readonly Clause[]): boolean {
  return clauses.some(
    (clause) => clause.kind === "filter" || (clause.kind === "choice" && clause.arms.some(hasFilter)),
  );
}

interface Read {
  readonly condition: Written;
  readonly nested: readonly Selection[];
  /** With the values that the condition brought. */
  readonly query: QueryValue;
}

/** What is given as a condition: a text, brackets, an object, a function that makes one of these. */
function conditionOf(tracer: Tracer, query: QueryValue, call: Call, index: number, value: Value): Read {
  const read = (predicate: Predicate): Read => ({ condition: { predicate, loose: null }, nested: [], query });
  const data = dataOf(value);
  if (data?.type === "brackets") return bracketed(tracer, query, value, data.isNot);
  switch (value.kind) {
    case "function":
      return conditionFrom(tracer, query, call, index, value);
    case "object":
    case "array": {
      const rows = mainRows(tracer, query);
      return read(rows ? filterOf(filterReader(tracer, query), rows, value) : unknownFilter("an object"));
    }
    case "choice": {
      const options = value.options.map((option) => conditionOf(tracer, query, call, index, option));
      if (!value.options.every((option) => option.kind === "literal" || option.kind === "text")) {
        const predicate: Predicate = {
          kind: "choice",
          arms: options.map(({ condition }) => condition.predicate),
          reason: value.reason,
          ...(value.given && { given: value.given }),
        };
        return { ...read(predicate), nested: options.flatMap((option) => option.nested) };
      }
      break;
    }
    case "symbolic":
    case "unknown":
      tracer.needsArgument(value);
      break;
    default:
      break;
  }
  const { predicate, loose, nested: inside } = readText(readerOf(tracer, query, call, index), value);
  return { condition: { predicate, loose }, nested: inside, query };
}

/** `where((builder) => …)`: it is handed this builder, and may add to it. */
function conditionFrom(
  tracer: Tracer,
  query: QueryValue,
  call: Call,
  index: number,
  callback: FunctionValue,
): Read {
  const made = tracer.run(callback, [query]);
  return conditionOf(tracer, tracer.latest(query), call, index, made);
}

/** `new Brackets((inner) => inner.where(…).orWhere(…))`: what is said to `inner` stands in brackets. */
function bracketed(tracer: Tracer, query: QueryValue, value: Value, isNot: boolean): Read {
  const [callback] = nested(value);
  let inner: QueryValue = {
    ...query,
    head: { previous: null, length: 0, clause: { kind: "begin" } },
    cell: {},
  };
  for (const clause of clausesOf(query)) if (clause.kind === "resource") inner = extend(inner, clause);
  if (callback) tracer.run(callback, [inner]);
  const said = tracer.latest(inner);
  const selection = selectionOf(said);
  const predicate = isNot ? negated(selection.where) : selection.where;
  return {
    condition: { predicate, loose: null },
    nested: selection.nested,
    query: withValues(query, said.named ?? new Map()),
  };
}
