/** Reading through a manager or a repository: `find(where, options)`, `findAll({ where })`, `count(where)`. */
import type { Predicate } from "../../constraint/predicate.js";
import { builtElsewhere, filterOf, listed, ofColumn, withoutNothing } from "../../entities/filter.js";
import { columnAt, idOf, joinedRows } from "../../entities/rows.js";
import { found, readerOf, rowsOf, write, type Statement } from "../../entities/statement.js";
import { optionsOf } from "../../trace/choice.js";
import { undefinedValue, type Clause, type Value } from "../../trace/value.js";
import { addedBy } from "./filters.js";

export const readingNames: readonly string[] = [
  "find",
  "findAll",
  "findAndCount",
  "findByCursor",
  "findOne",
  "findOneOrFail",
  "count",
  "stream",
];

export function read(statement: Statement): Value | null {
  const { tracer, call, method, given } = statement;
  if (!readingNames.includes(method)) return null;
  const isAll = method === "findAll" || method === "stream";
  const options = isAll ? given[0] : given[1];
  const where = isAll ? options && tracer.memberOf(options, "where") : given[0];
  // Of one row, it is refused to say nothing (measured).
  const isDemanded = method === "findOne" || method === "findOneOrFail";
  const variants = optionsOf(where ?? undefinedValue).map((option): readonly Clause[] => [
    {
      kind: "filter",
      predicate: isDemanded ? withoutNothing(whereOf(statement, option)) : whereOf(statement, option),
    },
    { kind: "filter", predicate: addedBy(tracer, statement.entity, options) },
    ...joinedRows(
      tracer,
      rowsOf(statement),
      options?.kind === "object" ? tracer.memberOf(options, "populate") : undefined,
    ),
  ]);
  write(statement, "read", variants);
  const one = found(statement, false, method === "findOne");
  switch (method) {
    case "findOne":
      return one;
    case "findOneOrFail":
      tracer.assume(one);
      return one;
    case "findAndCount":
      return {
        kind: "array",
        elements: [found(statement, true), tracer.countOf(one, call.site)],
        rest: null,
      };
    case "count":
      return tracer.countOf(one, call.site);
    default:
      return found(statement, true);
  }
}

/** `{ organization }`, or what the row is called by: `findOne(Invoice, id)`. */
export function whereOf(statement: Statement, value: Value): Predicate {
  const reader = readerOf(statement);
  const rows = rowsOf(statement);
  const id = columnAt(rows, idOf(statement.entity));
  switch (value.kind) {
    case "object":
      return filterOf(reader, rows, value);
    case "array":
      return value.elements[0]?.kind === "object" ? filterOf(reader, rows, value) : listed(id, value);
    case "rows":
    case "instance":
      return ofColumn(reader, id, statement.tracer.memberOf(value, id.name));
    case "symbolic": {
      const isObject =
        statement.tracer.fieldsOf(value).fields.size > 0 || value.type?.node.kind === "reference";
      return isObject ? filterOf(reader, rows, value) : ofColumn(reader, id, value);
    }
    case "literal":
      return value.value === undefined ? filterOf(reader, rows, value) : ofColumn(reader, id, value);
    case "text":
      return ofColumn(reader, id, value);
    default:
      return builtElsewhere;
  }
}
