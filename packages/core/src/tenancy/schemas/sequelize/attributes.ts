/** Attributes of a model: `{ id: { type: DataTypes.UUID, primaryKey: true }, name: DataTypes.STRING }`. */
import { propertyOf, textOf, type Value } from "../drizzle/value.js";
import { alternativesOf, firstText, maySay, optionsIn, says } from "../reading/decorators.js";
import type { EntityColumn, Target } from "../reading/entity.js";
import { columnNameOf, plainColumn, type Options } from "./options.js";

export interface Attributes {
  readonly columns: readonly EntityColumn[];
  /** Sets of properties that are unique together: `unique: "name of the set"`. */
  readonly unique: readonly (readonly string[])[];
}

export function readAttributes(
  written: Value,
  options: Options,
  targetOf: (value: Value) => Target | null,
): Attributes {
  const columns: EntityColumn[] = [];
  const sets = new Map<string, string[]>();
  if (written.kind !== "object") return { columns, unique: [] };
  for (const [property, value] of written.properties) {
    const column = readAttribute(property, value, options, targetOf);
    if (!column) continue;
    columns.push(column);
    const set = textOf(optionsIn([value]).get("unique"));
    if (set !== null) sets.set(set, [...(sets.get(set) ?? []), property]);
  }
  return { columns, unique: [...sets.values()] };
}

/** Null for an attribute that no column stores. */
export function readAttribute(
  property: string,
  value: Value,
  options: Options,
  targetOf: (value: Value) => Target | null,
): EntityColumn | null {
  const own = optionsIn([value]);
  const type = typeText(own.get("type") ?? value);
  if (type === "virtual") return null;
  const field = own.get("field");
  const name = firstText(field ? [field] : []) ?? columnNameOf(property, options);
  const primary = maySay(own, "primaryKey");
  const references = own.get("references");
  const model = propertyOf(references, "model") ?? references;
  const target = model && targetOf(model);
  return {
    ...plainColumn(property, name),
    nullable: !primary && !says(own, "allowNull", false),
    ...(isNullUnsaid(own) && { isNullUnsaid: true }),
    type,
    defaulted: own.has("defaultValue") || maySay(own, "autoIncrement"),
    primary,
    unique: says(own, "unique", true) || propertyOf(own.get("unique"), "msg") !== undefined,
    refers: target ? { target, column: textOf(propertyOf(references, "key")) } : null,
  };
}

/** Sequelize allows null unless told otherwise, so most foreign keys may be null without anybody having meant it. */
export function isNullUnsaid(options: Options): boolean {
  const isOrphaned = ["onDelete", "onUpdate"].some((event) =>
    /^set null$/i.test(textOf(options.get(event)) ?? ""),
  );
  return !options.has("allowNull") && !isOrphaned;
}

/** `DataTypes.STRING(36)` is `string(36)`. */
export function typeText(value: Value | undefined): string {
  for (const each of alternativesOf(value ? [value] : [])) {
    if (each.kind === "library") return (each.path.at(-1) ?? "unknown").toLowerCase();
    if (each.kind === "literal" && typeof each.value === "string")
      return each.value.slice(0, 80).toLowerCase();
    if (each.kind === "global") return each.name.toLowerCase();
    if (each.kind !== "call" || each.callee.kind !== "library") continue;
    const name = (each.callee.path.at(-1) ?? "unknown").toLowerCase();
    const [given] = each.arguments;
    if (name === "array")
      return `${typeText(given?.kind === "call" && isArray(given) ? undefined : given)}[]`;
    return given?.kind === "literal" && typeof given.value === "number" ? `${name}(${given.value})` : name;
  }
  return "unknown";
}

function isArray(value: Value): boolean {
  return value.kind === "call" && value.callee.kind === "library" && value.callee.path.at(-1) === "ARRAY";
}
