/**
 * Which calls make tables: `pgTable("users", …)`, `pgSchema("auth").table(…)`, and what `pgTableCreator(…)` made, wherever
 * these functions were imported through and whatever they are called.
 */
import type { Evaluator } from "./evaluate.js";
import { chainOf, library, pathInDrizzle, textOf, type CallValue, type Value } from "./value.js";

export interface TableCall {
  readonly kind: "table" | "view";
  readonly call: CallValue;
  /** `postgresql`, `mysql`, `sqlite`, …; null when the function that was called does not say. */
  readonly dialect: string | null;
  /** As the database calls it, with its schema; null when it is computed. */
  readonly name: string | null;
  /** What the code calls it where its name is computed: `users` in `createTable("users", …)`. */
  readonly said: string | null;
  readonly columns: Value;
  /** Keys, indexes and policies. */
  readonly extra: Value;
  readonly hasRowSecurity: boolean;
}

/** A call that makes tables, and what it does to their names. */
interface Maker {
  readonly kind: "table" | "view";
  readonly dialect: string | null;
  readonly rename: Value | null;
  /** Null for the default one; a value that is no text is a name that cannot be known. */
  readonly schema: Value | null;
  readonly hasRowSecurity: boolean;
}

export function findTableCall(value: Value, evaluator: Evaluator): TableCall | null {
  const { call, hasRowSecurity } = withoutRowSecurity(withoutWrapper(value));
  const maker = call && findMaker(call.callee);
  if (!maker) return null;
  const [named, columns, extra] = call.arguments;
  const said = textOf(named);
  return {
    kind: maker.kind,
    call,
    dialect: maker.dialect,
    name: fullName(said, maker, evaluator),
    said,
    columns: columns?.kind === "function" ? evaluator.apply(columns, [library()]) : (columns ?? noColumns),
    extra: extra ?? noColumns,
    hasRowSecurity: hasRowSecurity || maker.hasRowSecurity,
  };
}

const noColumns: Value = { kind: "unknown" };

/** Packages beside the library hand a table on with something added: `describe(pgTable("users", …), "A user")`. */
function withoutWrapper(value: Value): Value {
  let at = value;
  while (at.kind === "call" && at.callee.kind === "library" && !pathInDrizzle(at.callee)) {
    const [inner] = at.arguments;
    if (inner?.kind !== "call") break;
    at = inner;
  }
  return at;
}

/** `pgTable(…).enableRLS()` is that table. */
function withoutRowSecurity(value: Value): { call: CallValue | null; hasRowSecurity: boolean } {
  if (value.kind !== "call") return { call: null, hasRowSecurity: false };
  const { callee } = value;
  if (callee.kind !== "member" || callee.property !== "enableRLS")
    return { call: value, hasRowSecurity: false };
  return { call: callee.object.kind === "call" ? callee.object : null, hasRowSecurity: true };
}

function fullName(said: string | null, maker: Maker, evaluator: Evaluator): string | null {
  if (said === null) return null;
  const name = maker.rename
    ? textOf(evaluator.apply(maker.rename, [{ kind: "literal", value: said }]))
    : said;
  if (name === null || maker.schema === null) return name;
  const schema = textOf(maker.schema);
  return schema === null ? null : schema === "public" ? name : `${schema}.${name}`;
}

/** What a function makes when it is called, if that is tables or views. */
export function findMaker(callee: Value): Maker | null {
  const { root, steps } = chainOf(callee);
  const path = pathInDrizzle(root);
  if (!path) return null;
  const [first, second] = steps;
  if (!first) return findOwnMaker(path);
  if (first.name !== null || !first.arguments) return null;
  const creator = /^([a-z]+)TableCreator$/.exec(path.at(-1) ?? "");
  if (creator && !second)
    return maker("table", dialectOf(creator[1]!), { rename: first.arguments[0] ?? null });
  const schema = /^([a-z]+)Schema$/.exec(path.at(-1) ?? "");
  if (!schema || !second || second.arguments) return null;
  const kind = makers.get(second.name ?? "");
  const isSecured = steps[2]?.name === "withRLS";
  if (!kind || steps.length > (isSecured ? 3 : 2)) return null;
  return maker(kind, dialectOf(schema[1]!), {
    schema: first.arguments[0] ?? noColumns,
    hasRowSecurity: isSecured,
  });
}

const makers = new Map<string, Maker["kind"]>([
  ["table", "table"],
  ["view", "view"],
  ["materializedView", "view"],
]);

function findOwnMaker(path: readonly string[]): Maker | null {
  const last = path.at(-1) ?? "";
  const before = path.at(-2) ?? "";
  if (last === "withRLS" && before.endsWith("Table"))
    return maker("table", dialectOf(before.slice(0, -"Table".length)), { hasRowSecurity: true });
  if (last === "table" && /^(?:snake|camel)Case$/.test(before)) return maker("table", null, {});
  const found = /^([a-z]+)(Table|View|MaterializedView)$/.exec(last);
  const dialect = found && dialectOf(found[1]!);
  return dialect ? maker(found[2] === "Table" ? "table" : "view", dialect, {}) : null;
}

function maker(
  kind: Maker["kind"],
  dialect: string | null,
  more: Partial<Pick<Maker, "rename" | "schema" | "hasRowSecurity">>,
): Maker {
  return { kind, dialect, rename: null, schema: null, hasRowSecurity: false, ...more };
}

function dialectOf(prefix: string): string | null {
  return dialects.get(prefix) ?? null;
}

const dialects = new Map([
  ["pg", "postgresql"],
  ["mysql", "mysql"],
  ["sqlite", "sqlite"],
  ["singlestore", "singlestore"],
  ["gel", "gel"],
  ["mssql", "mssql"],
  ["cockroach", "cockroach"],
]);
