/** The values that only Drizzle's model understands. */
import type { Column, Selection } from "../../constraint/predicate.js";
import type { Table } from "../../tenancy/tenancy.js";
import { poolSession, type Session } from "../../trace/session.js";
import type { LibraryValue, QueryValue, RowsValue, Site, Value } from "../../trace/value.js";

export const library = "drizzle";
export const packageName = "drizzle-orm";

/** Named sub-queries in sight (`with`). */
export type CommonTables = ReadonlyMap<string, Selection>;

export type DrizzleData =
  /** `drizzle(…)`, a transaction, `new QueryBuilder()`; it holds the schema that it was given. */
  | ClientData
  /** `db.query`; it holds the schema. */
  | { readonly type: "delegates"; readonly client: ClientData }
  /** `db.query.invoices` */
  | { readonly type: "delegate"; readonly client: ClientData; readonly table: TableData }
  /** A method of a client, taken off it: `typeof db.transaction`. */
  | { readonly type: "method"; readonly client: ClientData; readonly name: string }
  | TableData
  /** What makes tables: `pgTableCreator(rename)`, which it holds, `pgSchema("billing")`. */
  | { readonly type: "maker"; readonly schema: string | null; readonly makes: "tables" | "views" | "either" }
  | { readonly type: "column"; readonly column: Column }
  /** `eq(…)` and whatever else makes an expression; it holds the arguments. */
  | { readonly type: "expression"; readonly made: string; readonly site: Site }
  | SqlData
  /** `` sql`…`.as("total") ``; it holds the expression. */
  | { readonly type: "aliased"; readonly alias: string }
  /** `db.select({ … })`, before it says from what; it holds the fields, where there are any. */
  | { readonly type: "selecting"; readonly client: ClientData; readonly site: Site }
  /** `.as("name")`, `db.$with("name").as(…)`: a query in the place of a table. */
  | DerivedData
  /** `db.$with("name")` */
  | { readonly type: "naming"; readonly name: string; readonly client: ClientData }
  | StatementData
  /** `db.$count(invoices, eq(…))`: a number where it is awaited, and a sub-query where it stands in a statement. */
  | { readonly type: "counting"; readonly query: QueryValue; readonly site: Site };

/** `db.query.invoices.findMany(…)`, before somebody awaits it; what `prepare` made of a statement, for whoever executes it. */
export interface StatementData {
  readonly type: "relational" | "prepared";
  /** Several, where the program decides what it is given. */
  readonly queries: readonly QueryValue[];
  readonly rows: RowsValue;
}

export interface ClientData {
  readonly type: "client";
  readonly commonTables: CommonTables;
  /** Seen to be made by `drizzle()`, and so no transaction. */
  readonly isPool: boolean;
  /** What it makes defines a view, and is run by nobody. */
  readonly isDefining: boolean;
  /** Where it runs, as far as the client says whose method is called. */
  readonly session?: Session;
}

export interface TableData {
  readonly type: "table";
  /** As the database calls it. */
  readonly name: string;
  /** By which its columns are qualified. */
  readonly alias: string;
  /** Null when no schema here has it. */
  readonly table: Table | null;
}

/** SQL that is written out; the value holds what it is made of. */
export interface SqlData {
  readonly type: "sql";
  readonly made: "template" | "raw" | "identifier" | "join" | "value" | "open";
  /** Of a template. */
  readonly texts: readonly string[];
  readonly site: Site;
}

export interface DerivedData {
  readonly type: "derived";
  readonly alias: string;
  /** Null where it is built elsewhere. */
  readonly selection: Selection | null;
  /** It is named before the statement, and stands there by its name alone. */
  readonly isCommon: boolean;
}

export function valueOf(data: DrizzleData, holds?: readonly Value[]): LibraryValue {
  return { kind: "library", library, type: data.type, data, ...(holds && { holds }) };
}

export function dataOf(value: Value): DrizzleData | null {
  return value.kind === "library" && value.library === library ? (value.data as DrizzleData) : null;
}

const plain: ClientData = { type: "client", commonTables: new Map(), isPool: false, isDefining: false };
const defining: ClientData = { ...plain, isDefining: true };
const pooled: ClientData = { ...plain, isPool: true };

/** One object each, so that two ways to the same client are one value. */
export const client: LibraryValue = valueOf(plain);
/** What a view's definition is made with. */
export const definer: LibraryValue = valueOf(defining);

export function poolOf(schema: Value | undefined): LibraryValue {
  return { ...valueOf(pooled, schema && [schema]), session: poolSession };
}

export function clientOn(session: Session | undefined): LibraryValue {
  return session ? { ...client, session } : client;
}

/** Of a transaction: the same schema, and no pool. */
export function transactionOf({ holds }: LibraryValue, session?: Session): LibraryValue {
  return { ...(holds ? valueOf(plain, holds) : client), ...(session && { session }) };
}

/** What it is asked for runs where it does. */
export function placed(data: ClientData, { session }: LibraryValue): ClientData {
  return session ? { ...data, session } : data;
}

export function nested(value: Value): readonly Value[] {
  return (value.kind === "library" ? value.holds : undefined) ?? [];
}
