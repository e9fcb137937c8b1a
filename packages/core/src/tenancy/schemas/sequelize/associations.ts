/** Associations between models: `Project.belongsTo(models.Organization, { foreignKey: "organizationId" })` and its relatives. */
import { propertyOf, textOf, type Value } from "../drizzle/value.js";
import { maySay, optionsIn, says } from "../reading/decorators.js";
import type { Entity, EntityColumn, EntityRelation, Target } from "../reading/entity.js";
import { isNullUnsaid } from "./attributes.js";
import { keyName, plainColumn, snakeCase } from "./options.js";

export interface Association {
  readonly method: string;
  readonly from: Target;
  readonly to: Target;
  readonly as: string | null;
  /** Attributes, or columns. */
  readonly foreignKey: string | null;
  readonly otherKey: string | null;
  readonly targetKey: string | null;
  readonly nullable: boolean;
  readonly isNullUnsaid: boolean;
  /** The key holds ids of other models as well; which one, another column says. */
  readonly polymorphic: boolean;
  readonly through: { readonly table: string | null; readonly target: Target | null } | null;
}

export const associationMethods = new Set(["belongsTo", "hasOne", "hasMany", "belongsToMany"]);

export function associationOf(
  method: string,
  from: Target,
  to: Target,
  written: Value | undefined,
  targetOf: (value: Value) => Target | null,
): Association {
  const options = optionsIn(written ? [written] : []);
  const key = options.get("foreignKey");
  const through = options.get("through");
  const model = propertyOf(through, "model") ?? through;
  return {
    method,
    from,
    to,
    as: textOf(options.get("as")),
    foreignKey: keyIn(key),
    otherKey: keyIn(options.get("otherKey")),
    targetKey: textOf(options.get("targetKey")),
    nullable: !says(optionsIn(key ? [key] : []), "allowNull", false),
    isNullUnsaid: isNullUnsaid(optionsIn(key ? [key] : [])) && isNullUnsaid(options),
    polymorphic: options.has("scope") && says(options, "constraints", false),
    through: model ? { table: textOf(model), target: targetOf(model) } : null,
  };
}

function keyIn(value: Value | undefined): string | null {
  return textOf(value) ?? textOf(propertyOf(value, "field")) ?? textOf(propertyOf(value, "name"));
}

export interface Model extends Entity {
  readonly underscored: boolean;
}

/** The models with what their associations add: relations, and columns of foreign keys that no attribute declares. */
export function associated(
  models: readonly Model[],
  associations: readonly Association[],
  find: (target: Target, file: string) => Model | undefined,
): readonly Entity[] {
  const relations = new Map<Model, EntityRelation[]>();
  const added = new Map<Model, EntityColumn[]>();
  for (const each of withoutPolymorphic(associations)) {
    const from = find(each.from, "");
    const to = from && find(each.to, from.file);
    if (!from || !to) continue;
    append(relations, from, relationOf(each, from, to));
    if (each.method === "hasOne" || each.method === "hasMany")
      hold(to, from, heldKey(each, from, to), added, each.isNullUnsaid);
    const through = each.through?.target && find(each.through.target, from.file);
    if (through) {
      hold(through, from, keyOf(each, from), added);
      hold(through, to, each.otherKey ?? keyName(modelName(to), "id"), added);
    }
  }
  return models.map((model) => {
    const held = new Map((added.get(model) ?? []).map((column) => [column.name, column]));
    const known = new Set(model.columns.map(({ name }) => name));
    return {
      ...model,
      columns: [
        ...model.columns.map((column) => ({
          ...column,
          refers: column.refers ?? held.get(column.name)?.refers ?? null,
        })),
        ...[...held.values()].filter(({ name }) => !known.has(name)),
      ],
      relations: [...model.relations, ...(relations.get(model) ?? [])],
    };
  });
}

/** One key that leads to several models holds the id of any of them. */
function withoutPolymorphic(associations: readonly Association[]): readonly Association[] {
  const targets = new Map<string, Set<string>>();
  const keyOfEach = ({ method, from, foreignKey }: Association) =>
    method === "belongsTo" && foreignKey !== null ? JSON.stringify([from, foreignKey]) : null;
  for (const each of associations) {
    const key = keyOfEach(each);
    if (key !== null) targets.set(key, (targets.get(key) ?? new Set()).add(JSON.stringify(each.to)));
  }
  return associations.filter((each) => {
    const key = keyOfEach(each);
    return !each.polymorphic && (key === null || targets.get(key)!.size === 1);
  });
}

function relationOf(each: Association, from: Model, to: Model): EntityRelation {
  const list = each.method === "hasMany" || each.method === "belongsToMany";
  const isHolder = each.method === "belongsTo";
  const property = each.as ?? modelName(to);
  const key = each.targetKey ?? to.columns.find(({ primary }) => primary)?.property ?? "id";
  return {
    property,
    target: { kind: "entity", key: to.key },
    kind: isHolder ? "holder" : list && each.method !== "hasMany" ? "linked" : "held",
    list,
    columns: isHolder
      ? [{ name: columnFor(from, each.foreignKey ?? keyName(property, key)), referenced: each.targetKey }]
      : each.method === "belongsToMany"
        ? []
        : [{ name: columnFor(to, heldKey(each, from, to)), referenced: null }],
    inverse: null,
    nullable: each.nullable,
    primary: false,
    unique: false,
    link:
      each.method === "belongsToMany" && each.through
        ? {
            table: each.through.table,
            through: each.through.target,
            columns: [columnFor(from, keyOf(each, from))],
            inverseColumns: [columnFor(from, each.otherKey ?? keyName(modelName(to), "id"))],
          }
        : null,
  };
}

/** Where nothing names it, it is the one that is marked there: `@ForeignKey(() => Contact) contactId` for `@HasMany(() => Detail)`. */
function heldKey(each: Association, from: Model, to: Model): string {
  const marked = to.columns.filter(
    ({ refers }) => refers?.target.kind === "entity" && refers.target.key === from.key,
  );
  return each.foreignKey === null && marked.length === 1 ? marked[0]!.property : keyOf(each, from);
}

/** The other side's column, which holds this side's id. */
function keyOf(each: Association, from: Model): string {
  const key = from.columns.find(({ primary }) => primary)?.property ?? "id";
  return each.foreignKey ?? keyName(modelName(from), key);
}

function hold(
  holder: Model,
  target: Model,
  key: string,
  added: Map<Model, EntityColumn[]>,
  isNullUnsaid = true,
): void {
  const name = columnFor(holder, key);
  if (added.get(holder)?.some((column) => column.name === name)) return;
  const type = target.columns.find(({ primary }) => primary)?.type ?? "unknown";
  const refers = { target: { kind: "entity", key: target.key }, column: null } as const;
  append(added, holder, {
    ...plainColumn(key, name),
    ...(isNullUnsaid && { isNullUnsaid }),
    type,
    refers,
  });
}

/** The column of an attribute, or the name that an attribute's column would have. */
function columnFor(model: Model, key: string): string {
  const known = model.columns.find(({ property, name }) => property === key || name === key);
  return known?.name ?? (model.underscored ? snakeCase(key) : key);
}

function modelName(model: Model): string {
  return model.names[0] ?? model.table;
}

function append<K, T>(lists: Map<K, T[]>, key: K, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

export function isUnderscored(options: ReadonlyMap<string, Value>): boolean {
  return maySay(options, "underscored");
}
