/** The values that only TypeORM's model understands. */
import type { Entity } from "../../entities/entity.js";
import type { LibraryValue, QueryValue, Value } from "../../trace/value.js";
import type { Behavior } from "./absence.js";

export const library = "typeorm";
/** As the model of the schema calls its source. */
export const schemaKind = "typeorm";

export type TypeormData =
  | ClientData
  /** `dataSource.getRepository(Invoice)`; what a class extends that is one of BaseEntity's. */
  | RepositoryData
  /** An object of an entity with methods of its own: `invoice.save()`. */
  | { readonly type: "record"; readonly entity: Entity }
  /** `In([…])`, `IsNull()`; it holds the arguments. */
  | { readonly type: "operator"; readonly name: string }
  /** `new Brackets((builder) => …)`; it holds the callback. */
  | { readonly type: "brackets"; readonly isNot: boolean }
  /** `builder.getQuery()` */
  | { readonly type: "text"; readonly query: QueryValue }
  /** `new EntitySchema({ name })` */
  | { readonly type: "schema"; readonly name: string }
  /** A decorator's, for whoever injects. */
  | { readonly type: "decorator"; readonly name: string };

export interface ClientData {
  readonly type: "client";
  /** Seen to be made by `new DataSource()`, and so no transaction. */
  readonly isPool: boolean;
  /** What its data source says of absent values; null where that is not seen, or says nothing. */
  readonly behavior: Behavior | null;
}

export interface RepositoryData {
  readonly type: "repository";
  readonly client: ClientData;
  /** Null where nobody here says of which. */
  readonly entity: Entity | null;
}

export function valueOf(data: TypeormData, holds?: readonly Value[]): LibraryValue {
  return { kind: "library", library, type: data.type, data, ...(holds && { holds }) };
}

export function dataOf(value: Value | undefined): TypeormData | null {
  return value?.kind === "library" && value.library === library ? (value.data as TypeormData) : null;
}

const clients = new Map<string, LibraryValue>();

/** One object for all that are alike. */
export function clientOf(isPool: boolean, behavior: Behavior | null = null): LibraryValue {
  const key = [isPool, behavior?.undefined, behavior?.null, behavior === null].join(" ");
  let known = clients.get(key);
  if (!known) clients.set(key, (known = valueOf({ type: "client", isPool, behavior })));
  return known;
}

export const client: LibraryValue = clientOf(false);
export const pool: LibraryValue = clientOf(true);
export const plainClient = client.data as ClientData;
export const pooledClient = pool.data as ClientData;

/** Of a transaction, or whatever else one client makes of another. */
export function onConnection({ behavior }: ClientData): LibraryValue {
  return clientOf(false, behavior);
}

const repositories = new WeakMap<object, Map<ClientData, LibraryValue>>();
const nameless = new Map<ClientData, LibraryValue>();

/** One object each, so that two ways to the same repository are one value. */
export function repositoryOf(owner: ClientData, entity: Entity | null): LibraryValue {
  const key = entity?.table;
  let known = key ? repositories.get(key) : nameless;
  if (!known) repositories.set(key!, (known = new Map()));
  const made = key || entity === null ? known.get(owner) : undefined;
  if (made && isSame((made.data as RepositoryData).entity, entity)) return made;
  const value = valueOf({ type: "repository", client: owner, entity });
  if (key || entity === null) known.set(owner, value);
  return value;
}

function isSame(one: Entity | null, other: Entity | null): boolean {
  return one?.name === other?.name && one?.class?.class === other?.class?.class;
}

export function nested(value: Value): readonly Value[] {
  return (value.kind === "library" ? value.holds : undefined) ?? [];
}
