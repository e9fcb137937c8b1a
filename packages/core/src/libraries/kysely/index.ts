/**
 * Kysely. Clients are recognised by their type or construction (`Kysely`, `Transaction`, `new Kysely()`); where a receiver
 * leads nowhere, by a query-beginning method together with a table that the schema knows.
 */
import { findTable } from "../../tenancy/lookup.js";
import type { LibraryModel } from "../../trace/library.js";
import type { ClientNote, Site } from "../../trace/value.js";
import { filterOf } from "./filters.js";
import { callImported } from "./imported.js";
import { pluginNamed, pluginsOf, withPlugins } from "./plugins.js";
import { beginQuery, callOnQuery, isRoot, rootMethods } from "./query.js";
import { callOn } from "./receivers.js";
import { splitAlias } from "./references.js";
import {
  clientOn,
  dataOf,
  emptyConflict,
  emptyJoin,
  expression,
  expressionBuilder,
  foreignQuery,
  library,
  noCommonTables,
  noted,
  pool,
  valueOf,
} from "./values.js";

export const kysely: LibraryModel = {
  name: library,
  packages: ["kysely"],
  clients: ["Kysely"],
  signs: [...rootMethods, "sql"],
  advice: { filter: '.where("{column}", "=", …)', value: '"{column}"' },
  transparentTypes: ["Insertable", "Selectable", "Updateable", "Simplify", "DrainOuterGeneric"],

  typed(external, _typeArguments, tracer, symbol) {
    const name = external.path.at(-1) ?? "";
    if (name === "RawBuilder")
      return valueOf({ type: "raw", made: "open", texts: [], site: symbol.site ?? nowhere }, [symbol]);
    if (clients.has(name))
      return clientOn(
        tracer.declaredSession(symbol, name.endsWith("Transaction") ? "transaction" : "unknown"),
        declared,
      );
    if (name === "ExpressionBuilder" || name === "FunctionModule") return expressionBuilder;
    if (name === "JoinBuilder") return emptyJoin;
    if (name === "OnConflictBuilder") return emptyConflict;
    if (/QueryBuilder(?:\w*)$/.test(name) && name !== "QueryBuilder") return foreignQuery;
    return null;
  },

  construct(external, call, tracer) {
    const name = external.path.at(-1) ?? "";
    if (name !== "Kysely") return pluginNamed(name);
    return noted(pool, withPlugins(tracer, undefined, pluginsOf(call.arguments[0])));
  },

  callExternal(external, call, tracer) {
    return callImported(external.path, call, tracer);
  },

  tagged(external, template) {
    return external.path[0] === "sql"
      ? valueOf(
          { type: "raw", made: "template", texts: template.texts, site: template.site },
          template.values,
        )
      : null;
  },

  member(receiver, property) {
    if (receiver.kind === "query")
      return valueOf({ type: "method", receiver: foreignQuery, method: property });
    const data = dataOf(receiver);
    if (data?.type === "expression-builder")
      return property === "eb" ? receiver : valueOf({ type: "method", receiver, method: property });
    if (data?.type === "client")
      return property === "fn" || property === "dynamic"
        ? valueOf({ type: "method", receiver: expressionBuilder, method: "fn" })
        : valueOf({ type: "method", receiver, method: property });
    if (data?.type === "method" && data.method === "fn") return receiver;
    if (data?.type === "compiled" && property === "sql") return valueOf({ type: "compiled-text" });
    return null;
  },

  callValue(callee, call, tracer) {
    const data = dataOf(callee);
    if (data?.type === "method" && data.method === "cte") {
      const [name] = call.arguments;
      return name?.kind === "literal"
        ? valueOf({ type: "aliased", alias: String(name.value), query: null, expression: null })
        : null;
    }
    if (data?.type === "method") return callOn(data.receiver, data.method, call, tracer);
    if (data?.type === "expression-builder") {
      const filter = filterOf({ tracer, commonTables: data.commonTables }, call.arguments);
      return expression(filter);
    }
    return null;
  },

  callMethod(receiver, method, call, tracer) {
    return receiver.kind === "query"
      ? callOnQuery(tracer, receiver, method, call)
      : callOn(receiver, method, call, tracer);
  },

  recognize(_path, method, call, tracer) {
    if (!isRoot(method)) return null;
    const [first] = call.arguments;
    const names = first?.kind === "array" ? first.elements : [first];
    const isKnown = names.some(
      (name) =>
        name?.kind === "literal" &&
        typeof name.value === "string" &&
        findTable(tracer.tenancy, splitAlias(name.value).name) !== null,
    );
    return isKnown ? beginQuery(tracer, noCommonTables, method, call) : null;
  },
};

/** Plugins are no part of a client's type. */
const declared: ClientNote = { kind: "declared" };

/** Of SQL that came in. */
const nowhere: Site = { file: "", start: 0, end: 0 };

const clients = new Set([
  "Kysely",
  "Transaction",
  "ControlledTransaction",
  "QueryCreator",
  "QueryCreatorWithCommonTableExpression",
]);
