/** Query builders: what is added to one by each of its methods. */
import { always, type Predicate } from "../../constraint/predicate.js";
import { filterOf, listed, ofColumn, unknownFilter } from "../../entities/filter.js";
import { columnAt, idOf, joinedRows } from "../../entities/rows.js";
import { rowsOfObjects } from "../../entities/written.js";
import type { Call, Tracer } from "../../trace/library.js";
import { extend, undefinedValue, type QueryValue, type Value } from "../../trace/value.js";
import { dialectsAt } from "./absence.js";
import { beginBuilder, filterReader, mainRows } from "./begun.js";
import { changing, conflictInto, writtenInto } from "./changes.js";
import { added, whereInto } from "./conditions.js";
import { joinInto, joinNames } from "./joins.js";
import { valuesNamedIn, withValues } from "./parameters.js";
import { run, runningNames } from "./running.js";
import { fromInto, intoTable, selectInto } from "./sources.js";
import { namedEntity } from "./statement.js";
import { valueOf } from "./values.js";

export const builderNames: readonly string[] = ["createQueryBuilder", ...runningNames];

/** A method of a builder; null when the name is unknown to us (then nothing is known of the result). */
export function callOnBuilder(tracer: Tracer, query: QueryValue, method: string, call: Call): Value | null {
  const [first, second] = call.arguments;
  if (runningNames.has(method)) return run(tracer, query, method, call);
  if (joinNames.has(method)) return joinInto(tracer, query, method, call);
  switch (method) {
    case "where":
    case "andWhere":
    case "orWhere":
      return whereInto(tracer, withValues(query, valuesNamedIn(tracer, second)), method, call);
    case "setFindOptions": {
      const rows = mainRows(tracer, query);
      if (!rows || !first) return query;
      const { finding } = dialectsAt(tracer, null, call.site);
      const options = tracer.fieldsOf(first);
      const where = options.fields.get("where");
      const reader = { ...filterReader(tracer, query), dialect: finding };
      const predicate: Predicate =
        (where && !where.sometimes && !where.overwritable) || (!where && !options.open)
          ? filterOf(reader, rows, where?.value)
          : unknownFilter("options");
      const relations = options.fields.get("relations")?.value;
      return [
        { kind: "filter", predicate } as const,
        ...joinedRows(tracer, rows, relations),
      ].reduce<QueryValue>(extend, query);
    }
    case "whereInIds":
    case "andWhereInIds":
    case "orWhereInIds": {
      const rows = mainRows(tracer, query);
      const ids = rows && first ? listed(columnAt(rows, idOf(rows.entity)), first) : unknownFilter("ids");
      return added(query, method.replace("InIds", ""), { predicate: ids, loose: null });
    }
    case "having":
    case "andHaving":
    case "orHaving":
    case "setParameters":
      return withValues(query, valuesNamedIn(tracer, method === "setParameters" ? first : second));
    case "setParameter":
      return first?.kind === "literal"
        ? withValues(query, new Map([[String(first.value), second ?? undefinedValue]]))
        : query;
    case "select":
    case "addSelect":
      return selectInto(tracer, query, method, call);
    case "from":
    case "addFrom":
      return fromInto(tracer, query, call);
    case "subQuery":
      return beginBuilder(tracer, null, call, null, null);
    case "clone":
      return { ...query, cell: {} };
    case "getQuery":
    case "getSql":
      return valueOf({ type: "text", query });
    case "getParameters":
      return tracer.symbolic(call.site, "getParameters()");
    case "update":
    case "delete":
    case "insert":
    case "softDelete":
    case "restore":
      return changing(tracer, query, method, call);
    case "relation":
      return extend(changing(tracer, query, "update", { ...call, arguments: first ? [first] : [] }), {
        kind: "updated",
        rows: [],
      });
    case "of": {
      const rows = mainRows(tracer, query);
      if (!rows || !first) return query;
      const id = idOf(rows.entity);
      const key = first.kind === "rows" || first.kind === "instance" ? tracer.memberOf(first, id) : first;
      const predicate =
        key.kind === "array"
          ? listed(columnAt(rows, id), key)
          : ofColumn(filterReader(tracer, query), columnAt(rows, id), key);
      return extend(query, { kind: "filter", predicate });
    }
    case "into":
      return intoTable(tracer, query, namedEntity(tracer, first));
    case "values":
      return writtenInto(tracer, query, first);
    case "set": {
      const rows = mainRows(tracer, query);
      if (!rows || !first) return query;
      return extend(query, { kind: "updated", rows: rowsOfObjects(tracer, rows.entity, first, false) });
    }
    case "orUpdate":
      return conflictInto(tracer, query, second);
    case "onConflict":
      return {
        ...extend(query, { kind: "conflict", columns: null, updates: true, where: always }),
        operation: "upsert",
      };
    case "orIgnore":
      return extend(query, { kind: "conflict", columns: null, updates: false, where: always });
    case "connection":
      return null;
    default:
      // Order, limits, locks, caching: nothing that changes whose rows come back.
      return query;
  }
}
