/** The values that only Prisma's model understands. */
import type { Table } from "../../tenancy/tenancy.js";
import { poolSession, type Session } from "../../trace/session.js";
import type { LibraryValue, Value } from "../../trace/value.js";

export const library = "prisma";

export type PrismaData =
  /** `PrismaClient`, `Prisma.TransactionClient`, what `$extends` gives. */
  | ClientData
  /** `prisma.invoice` */
  | { readonly type: "delegate"; readonly client: ClientData; readonly model: Model }
  /** `prisma.invoice.fields`, and a column of it: a filter may compare with one. */
  | { readonly type: "fields" }
  /** `` Prisma.sql`…` ``, and what else makes SQL; the value holds what it is made of. */
  | {
      readonly type: "sql";
      readonly made: "template" | "raw" | "join" | "open";
      /** Of a template. */
      readonly texts: readonly string[];
    }
  /** `new PrismaPg({ connectionString })`, which holds what it was given. */
  | { readonly type: "adapter" }
  /** `Prisma.validator<…>()`, which gives back what it is called with. */
  | { readonly type: "validator" }
  /** What an extension's callback calls to go on: `query(args)`. */
  | { readonly type: "go-on" }
  /** What going on gave: the arguments as the extension left them. */
  | { readonly type: "went-on"; readonly args: Value };

export type Added = "nothing" | "tenant" | "anything";

export interface ClientData {
  readonly type: "client";
  /** What an extension of it may add: a tenant to the filters and rows that it is asked about, or what nobody sees. */
  readonly adds: Added;
  /** Seen to be made by `new PrismaClient()`, and so no transaction. */
  readonly isPool: boolean;
  /** Its extensions that bring methods of their own, the last one first. */
  readonly methods?: readonly Value[];
  /** Where it runs, as far as the client says whose method is called. */
  readonly session?: Session;
}

/** A model as the client names it; `table` is null when no schema here has it. */
export interface Model {
  readonly name: string;
  readonly table: Table | null;
}

export function valueOf(data: PrismaData, holds?: readonly Value[]): LibraryValue {
  return { kind: "library", library, type: data.type, data, ...(holds && { holds }) };
}

export function dataOf(value: Value): PrismaData | null {
  return value.kind === "library" && value.library === library ? (value.data as PrismaData) : null;
}

/** One object each, so that two ways to the same client are one value. */
export const client: LibraryValue = valueOf({ type: "client", adds: "nothing", isPool: false });
export const pool: LibraryValue = {
  ...valueOf({ type: "client", adds: "nothing", isPool: true }),
  session: poolSession,
};
const clients: Readonly<Record<Added, LibraryValue>> = {
  nothing: client,
  tenant: valueOf({ type: "client", adds: "tenant", isPool: false }),
  anything: valueOf({ type: "client", adds: "anything", isPool: false }),
};
export const fields: LibraryValue = valueOf({ type: "fields" });
export const validator: LibraryValue = valueOf({ type: "validator" });
export const goOn: LibraryValue = valueOf({ type: "go-on" });
export const emptySql: LibraryValue = valueOf({ type: "sql", made: "template", texts: [""] });

/** The same client in a transaction: no pool, and with what its extensions bring. */
export function transactionOf({ adds, methods }: ClientData): LibraryValue {
  const plain = clients[adds];
  return methods ? valueOf({ ...(plain.data as ClientData), methods }) : plain;
}

export function clientOn(session: Session | undefined): LibraryValue {
  return session ? { ...client, session } : client;
}

/** What it is asked for runs where it does. */
export function placed(data: ClientData, { session }: LibraryValue): ClientData {
  return session && session !== poolSession ? { ...data, session } : data;
}

const delegates = new WeakMap<Table, Map<ClientData, LibraryValue>>();

export function delegateOf(client: ClientData, model: Model): LibraryValue {
  if (!model.table || client.session) return valueOf({ type: "delegate", client, model });
  let known = delegates.get(model.table);
  if (!known) delegates.set(model.table, (known = new Map()));
  let delegate = known.get(client);
  if (!delegate) known.set(client, (delegate = valueOf({ type: "delegate", client, model })));
  return delegate;
}
