/** What a builder reads: its columns, and the tables or queries that it reads them from. */
import { always, type Column } from "../../constraint/predicate.js";
import { tableName, type Entity } from "../../entities/entity.js";
import { columnName } from "../../entities/rows.js";
import type { Call, Tracer } from "../../trace/library.js";
import { selectionOf } from "../../trace/query.js";
import { clausesOf, extend, type QueryValue, type Value } from "../../trace/value.js";
import { beginBuilder, mainRows, noteBeginning, readerOf, resource } from "./begun.js";
import { namedEntity } from "./statement.js";
import { readText, type TextReader } from "./texts.js";

/** `select("invoice.customerId")`, which a query around this one may compare with; sub-queries that stand beside the rows. */
export function selectInto(tracer: Tracer, query: QueryValue, method: string, call: Call): QueryValue {
  const [first] = call.arguments;
  if (!first) return query;
  if (first.kind === "function") {
    const made = tracer.run(first, [beginBuilder(tracer, null, call, null, null)]);
    return made.kind === "query" ? extend(query, { kind: "nested", selection: selectionOf(made) }) : query;
  }
  const values = first.kind === "array" ? first.elements : [first];
  const reader = readerOf(tracer, query, call, 0);
  return values.reduce<QueryValue>((next, one) => {
    const column = plainColumn(reader, one);
    if (column) return extend(next, { kind: "output", ...column });
    const { nested: inside } = readText(reader, one);
    const read = inside.reduce<QueryValue>(
      (at, selection) => extend(at, { kind: "nested", selection }),
      next,
    );
    const [main] = reader.aliases.keys();
    return method === "addSelect" || main === undefined
      ? read
      : extend(read, { kind: "output", name: "*", column: { table: main, name: "*" } });
  }, query);
}

function plainColumn(
  { aliases }: TextReader,
  value: Value,
): { readonly name: string; readonly column: Column } | null {
  const text = value.kind === "literal" && typeof value.value === "string" ? value.value : "";
  const [, alias, property] = /^"?(\w+)"?\."?(\w+)"?$/.exec(text) ?? [];
  const rows = alias === undefined ? undefined : aliases.get(alias);
  if (alias === undefined || property === undefined) return null;
  return {
    name: property,
    column: { table: alias, name: rows ? columnName(rows.entity, property) : property },
  };
}

/** `from(Invoice, "invoice")`, `from((inner) => inner.select(…).from(…), "recent")` */
export function fromInto(tracer: Tracer, query: QueryValue, call: Call): QueryValue {
  const [source, named] = call.arguments;
  const alias = named?.kind === "literal" ? String(named.value) : null;
  const join = clausesOf(query).some((clause) => clause.kind === "resource") ? "cross" : "from";
  if (source?.kind === "function" || source?.kind === "query") {
    const made =
      source.kind === "function"
        ? tracer.run(source, [beginBuilder(tracer, null, call, null, null)])
        : source;
    return made.kind === "query"
      ? extend(query, {
          kind: "resource",
          resource: {
            table: null,
            alias: alias ?? "",
            join,
            on: always,
            query: selectionOf(made),
            outputs: selectionOf(made).outputs,
          },
        })
      : extend(query, { kind: "unclear", reason: "what it reads from is built elsewhere" });
  }
  return intoTable(tracer, query, namedEntity(tracer, source), alias, join);
}

export function intoTable(
  tracer: Tracer,
  query: QueryValue,
  entity: Entity | null,
  alias: string | null = null,
  join: "from" | "cross" = "from",
): QueryValue {
  if (!entity)
    return extend(query, { kind: "unclear", reason: "its table is chosen elsewhere", isOpenTable: true });
  const name = tableName(entity);
  const main = mainRows(tracer, query);
  // `createQueryBuilder("invoice").delete().from(Invoice)`
  if (main && tableName(main.entity) === name && join === "from") return query;
  noteBeginning(tracer, query, [name], false);
  return extend(query, resource({ entity, alias: alias ?? entity.name }, join));
}
