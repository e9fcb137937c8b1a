/** The values that only Sequelize's model understands. */
import type { Table } from "../../tenancy/tenancy.js";
import type { ClassValue, InstanceValue, LibraryValue, Site, Value } from "../../trace/value.js";

export const library = "sequelize";

export const packages: readonly string[] = ["sequelize", "sequelize-typescript", "@sequelize/core"];

export type SequelizeData =
  /** `new Sequelize(…)`; called a client, as every library's is. */
  | { readonly type: "client" }
  /** `sequelize.models` */
  | { readonly type: "models" }
  | ModelData
  | RowData
  | ConditionData
  /** `@DefaultScope(…)`, `@Scopes(…)`; it holds what it is called with. */
  | { readonly type: "decorator"; readonly name: string };

/** `Invoice`, `Invoice.scope("paid")`: it holds the options of the scopes that were asked for. */
export interface ModelData {
  readonly type: "model";
  readonly model: Model;
  /** `open`: which scope applies is decided where nobody follows. */
  readonly scoping: "default" | "asked" | "open";
}

/** One of a model's rows, as an object with `save()` and its relatives. `isNew`: it is not stored yet. */
export interface RowData {
  readonly type: "row";
  readonly model: Model;
  readonly isNew: boolean;
}

/** What may stand in a `where` beside objects; it holds what it is called with. */
export interface ConditionData {
  readonly type: "condition";
  readonly made: "and" | "or" | "where" | "literal" | "column" | "expression";
  readonly site: Site;
}

/** `table` is null when no schema here has it. */
export interface Model {
  readonly name: string;
  readonly table: Table | null;
  /** The class in the program, where there is one. */
  readonly home: ClassValue | null;
}

export function valueOf(data: SequelizeData, holds?: readonly Value[]): LibraryValue {
  return { kind: "library", library, type: data.type, data, ...(holds && { holds }) };
}

export function dataOf(value: Value | undefined): SequelizeData | null {
  return value?.kind === "library" && value.library === library ? (value.data as SequelizeData) : null;
}

/** One object each, so that two ways to the same one are one value. */
export const client: LibraryValue = valueOf({ type: "client" });
export const models: LibraryValue = valueOf({ type: "models" });

const known = new WeakMap<Table, Map<string, { readonly model: Model; readonly asModel: LibraryValue }>>();

export function modelValue(model: Model): LibraryValue {
  return sharedOf(model).asModel;
}

export function rowValue(given: Model, isNew = false): LibraryValue | InstanceValue {
  const { model } = sharedOf(given);
  if (model.home && !isNew)
    return { kind: "instance", file: model.home.file, class: model.home.class, arguments: null };
  return valueOf({ type: "row", model, isNew });
}

function sharedOf(model: Model): { readonly model: Model; readonly asModel: LibraryValue } {
  const made = { model, asModel: valueOf({ type: "model", model, scoping: "default" }) };
  if (!model.table) return made;
  const key = `${model.name} ${model.home?.file ?? ""}#${model.home?.class ?? ""}`;
  const ofTable = known.get(model.table) ?? new Map<string, typeof made>();
  known.set(model.table, ofTable);
  const before = ofTable.get(key);
  if (!before) ofTable.set(key, made);
  return before ?? made;
}
