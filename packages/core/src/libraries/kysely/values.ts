/** The values that only Kysely's model understands. */
import type { Column, Predicate, Selection, Written } from "../../constraint/predicate.js";
import { poolSession, type Session } from "../../trace/session.js";
import type { ClientNote, LibraryValue, QueryValue, Site, Value } from "../../trace/value.js";

export const library = "kysely";

/** Named sub-queries in sight (`with`). */
export type CommonTables = ReadonlyMap<string, Selection>;

export type KyselyData =
  | ClientData
  /** `db.transaction()`, `db.connection()`: `execute` hands its callback a client. */
  | {
      readonly type: "session";
      readonly commonTables: CommonTables;
      readonly kind: "transaction" | "connection";
      readonly note?: ClientNote;
    }
  | { readonly type: "expression-builder"; readonly commonTables: CommonTables }
  /** A method taken off its builder: `({ and, or }) => …`. */
  | { readonly type: "method"; readonly receiver: LibraryValue; readonly method: string }
  | { readonly type: "expression"; readonly expression: ExpressionData }
  /** What `.as("name")` gives. */
  | {
      readonly type: "aliased";
      readonly alias: string;
      readonly query: QueryValue | null;
      readonly expression: ExpressionData | null;
      /** Of SQL: the SQL. */
      readonly raw?: LibraryValue;
    }
  | { readonly type: "join"; readonly on: readonly Written[] }
  | {
      readonly type: "conflict";
      readonly columns: readonly string[] | null;
      readonly updates: boolean;
      /** Which of the rows in the way it overwrites. */
      readonly where: readonly Predicate[];
    }
  /** `` sql`…` ``, and what else makes SQL; the value holds what it is made of. */
  | {
      readonly type: "raw";
      readonly made: "template" | "raw" | "ref" | "table" | "id" | "lit" | "join" | "open";
      /** Of a template. */
      readonly texts: readonly string[];
      readonly site: Site;
    }
  /** What `.compile()` gives; `executeQuery` runs it. */
  | { readonly type: "compiled"; readonly source: QueryValue | LibraryValue }
  /** The text of what was compiled, which is a path already. */
  | { readonly type: "compiled-text" }
  /** A plugin that adds no filter. */
  | { readonly type: "plugin" }
  /** The statement that a plugin is handed. */
  | { readonly type: "node" }
  /** A query that began where we cannot see, handed to a helper. */
  | { readonly type: "foreign-query" };

/** `Kysely`, `Transaction`, `QueryCreator`. */
export interface ClientData {
  readonly type: "client";
  readonly commonTables: CommonTables;
  /** Seen to be made by `new Kysely()`, and so no transaction. */
  readonly isPool: boolean;
  /** What its plugins may do. */
  readonly note?: ClientNote;
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

export function valueOf(data: KyselyData, holds?: readonly Value[]): LibraryValue {
  return { kind: "library", library, type: data.type, data, ...(holds && { holds }) };
}

export function dataOf(value: Value): KyselyData | null {
  return value.kind === "library" && value.library === library ? (value.data as KyselyData) : null;
}

export const noCommonTables: CommonTables = new Map();
/** One object, so that two ways to the same client are one value. */
const client: LibraryValue = valueOf({
  type: "client",
  commonTables: noCommonTables,
  isPool: false,
});
export const pool: LibraryValue = {
  ...valueOf({ type: "client", commonTables: noCommonTables, isPool: true }),
  session: poolSession,
};
export const expressionBuilder: LibraryValue = valueOf({
  type: "expression-builder",
  commonTables: noCommonTables,
});
export const foreignQuery: LibraryValue = valueOf({ type: "foreign-query" });
export const emptyJoin: LibraryValue = valueOf({ type: "join", on: [] });
export const emptyConflict: LibraryValue = valueOf({
  type: "conflict",
  columns: null,
  updates: false,
  where: [],
});

export function builderFor(commonTables: CommonTables): LibraryValue {
  return commonTables.size === 0 ? expressionBuilder : valueOf({ type: "expression-builder", commonTables });
}

export function clientWith(commonTables: CommonTables, note?: ClientNote): LibraryValue {
  return commonTables.size === 0
    ? noted(client, note)
    : valueOf({ type: "client", commonTables, isPool: false, ...(note && { note }) });
}

export function clientOn(session: Session | undefined, note?: ClientNote): LibraryValue {
  const made = noted(client, note);
  return session ? { ...made, session } : made;
}

/** The same client, with other plugins. */
export function noted(made: LibraryValue, note: ClientNote | undefined): LibraryValue {
  const data = made.data as ClientData;
  if (data.note === note) return made;
  const { note: _, ...plain } = data;
  if (data.commonTables !== noCommonTables) return { ...made, data: note ? { ...plain, note } : plain };
  if (!note) return { ...made, data: (data.isPool ? pool : client).data };
  const known = data.isPool ? pools : clients;
  const changed = known.get(note) ?? { ...plain, note };
  known.set(note, changed);
  return { ...made, data: changed };
}

const clients = new WeakMap<ClientNote, ClientData>();
const pools = new WeakMap<ClientNote, ClientData>();

export function expression(parts: Partial<ExpressionData>): LibraryValue {
  return valueOf({
    type: "expression",
    expression: {
      predicate: parts.predicate ?? { kind: "unknown", reason: "an expression" },
      column: parts.column ?? null,
      nested: parts.nested ?? [],
    },
  });
}
