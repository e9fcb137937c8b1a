/** The values that only MikroORM's model understands. */
import type { Entity } from "../../entities/entity.js";
import type { LibraryValue, Value } from "../../trace/value.js";

export const library = "mikro-orm";
/** As the model of the schema calls its source. */
export const schemaKind = "mikro-orm";

export type MikroData =
  /** `orm.em`, `em.fork()`, what a transaction hands to its callback. */
  | { readonly type: "client" }
  /** `MikroORM.init()`, which holds the manager. */
  | { readonly type: "orm" }
  | { readonly type: "connection" }
  /** `em.getRepository(Invoice)`; null where nobody here says of which. */
  | RepositoryData
  /** `wrap(invoice)`; it holds the object. */
  | { readonly type: "wrapped" }
  /** `@Filter({ cond })`; it holds the options. */
  | { readonly type: "filter" };

export interface RepositoryData {
  readonly type: "repository";
  readonly entity: Entity | null;
}

export function valueOf(data: MikroData, holds?: readonly Value[]): LibraryValue {
  return { kind: "library", library, type: data.type, data, ...(holds && { holds }) };
}

export function dataOf(value: Value | undefined): MikroData | null {
  return value?.kind === "library" && value.library === library ? (value.data as MikroData) : null;
}

export const client: LibraryValue = valueOf({ type: "client" });
export const orm: LibraryValue = valueOf({ type: "orm" });
export const connection: LibraryValue = valueOf({ type: "connection" });
