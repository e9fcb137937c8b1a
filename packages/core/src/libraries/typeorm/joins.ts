/** Joins of a builder: `leftJoinAndSelect("invoice.customer", "customer", "customer.status = :status", { status })`. */
import { and, type Predicate, type Resource } from "../../constraint/predicate.js";
import { tableName, type Entity } from "../../entities/entity.js";
import { findRelation, relatedEntity, tieOf, type Rows } from "../../entities/rows.js";
import type { Call, Tracer } from "../../trace/library.js";
import { selectionOf } from "../../trace/query.js";
import { extend, type QueryValue, type Value } from "../../trace/value.js";
import { aliasesIn, beginBuilder, readerOf } from "./begun.js";
import { valuesNamedIn, withValues } from "./parameters.js";
import { namedEntity } from "./statement.js";
import { readText, wordOf } from "./texts.js";

export const joinNames: ReadonlySet<string> = new Set(
  ["leftJoin", "innerJoin"].flatMap((name) =>
    ["", "AndSelect", "AndMapOne", "AndMapMany"].map((suffix) => `${name}${suffix}`),
  ),
);

export function joinInto(tracer: Tracer, query: QueryValue, method: string, call: Call): QueryValue {
  const join: Resource["join"] = method.startsWith("left") ? "left" : "inner";
  const offset = method.includes("Map") ? 1 : 0;
  const [source, named, condition, values] = call.arguments.slice(offset);
  const alias = wordOf(named) ?? "";
  const begun = withValues(query, valuesNamedIn(tracer, values));
  if (source?.kind === "function" || source?.kind === "query")
    return joinQuery(tracer, begun, call, { source, alias, join, condition, index: offset + 2 });

  const related = relatedIn(tracer, begun, source);
  const entity = related ? related.rows.entity : namedEntity(tracer, source);
  if (!entity) return extend(begun, { kind: "unclear", reason: "what is joined is chosen elsewhere" });
  const rows: Rows = { entity, alias };
  const tie = related?.tie(rows) ?? null;
  // Rows that a third table ties are tied to the row they are read with, whichever columns say so.
  if (related && !tie) return begun;
  const { predicate, nested } = conditionIn(tracer, begun, rows, call, condition, offset + 2);
  const joined = extend(begun, {
    kind: "resource",
    resource: {
      table: tableName(entity),
      alias,
      join,
      on: and([...(tie ? [tie] : []), predicate]),
      query: null,
      outputs: null,
    },
  });
  return nested.reduce<QueryValue>((next, selection) => extend(next, { kind: "nested", selection }), joined);
}

interface Related {
  readonly rows: Rows;
  tie(related: Rows): Predicate | null;
}

/** `invoice.customer`, of an alias in sight. */
function relatedIn(tracer: Tracer, query: QueryValue, source: Value | undefined): Related | null {
  const written = wordOf(source) ?? "";
  const at = written.indexOf(".");
  const owner = at < 0 ? undefined : aliasesIn(tracer, query).get(written.slice(0, at));
  const relation = owner && findRelation(owner.entity, written.slice(at + 1));
  if (!owner || !relation) return null;
  const entity: Entity = relatedEntity(tracer, relation);
  return { rows: { entity, alias: "" }, tie: (related) => tieOf(owner, relation, related) };
}

function conditionIn(
  tracer: Tracer,
  query: QueryValue,
  rows: Rows,
  call: Call,
  condition: Value | undefined,
  index: number,
) {
  if (!condition || (condition.kind === "literal" && !condition.value))
    return { predicate: { kind: "true" } as const, nested: [] };
  const reader = readerOf(tracer, query, call, index);
  const aliases = new Map([...reader.aliases, [rows.alias, rows] as const]);
  const { predicate, nested } = readText({ ...reader, aliases }, condition);
  return { predicate, nested };
}

function joinQuery(
  tracer: Tracer,
  query: QueryValue,
  call: Call,
  parts: {
    readonly source: Value;
    readonly alias: string;
    readonly join: Resource["join"];
    readonly condition: Value | undefined;
    readonly index: number;
  },
): QueryValue {
  const { source, alias, join, condition, index } = parts;
  const made =
    source.kind === "function" ? tracer.run(source, [beginBuilder(tracer, null, call, null, null)]) : source;
  if (made.kind !== "query")
    return extend(query, { kind: "unclear", reason: "what is joined is built elsewhere" });
  const selection = selectionOf(tracer.latest(made));
  const rows: Rows = { entity: { name: alias, table: null, class: null }, alias };
  const { predicate } = conditionIn(tracer, query, rows, call, condition, index);
  return extend(query, {
    kind: "resource",
    resource: { table: null, alias, join, on: predicate, query: selection, outputs: selection.outputs },
  });
}
