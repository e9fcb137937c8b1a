/** Columns of an entity: what `@Column(…)` and its relatives say about a property, and what `columns` of an `EntitySchema` say. */
import { propertyOf, textOf, type Value } from "../drizzle/value.js";
import type { EntityColumn } from "../reading/entity.js";
import { firstText, maySay, optionsIn, says, type Decoration } from "../reading/decorators.js";
import type { NamingStrategy } from "./naming.js";

export interface Place {
  readonly property: string;
  /** The property's type as code writes it. */
  readonly written: string;
  readonly naming: NamingStrategy;
  readonly prefixes: readonly string[];
}

/** The type that a column has by what it is for, where it says none. */
const columnDecorators: ReadonlyMap<string, string | null> = new Map([
  ["Column", null],
  ["ViewColumn", null],
  ["PrimaryColumn", null],
  ["ObjectIdColumn", null],
  ["PrimaryGeneratedColumn", "integer"],
  ["CreateDateColumn", "timestamp"],
  ["UpdateDateColumn", "timestamp"],
  ["DeleteDateColumn", "timestamp"],
  ["VersionColumn", "integer"],
]);

/** Null for a property that is no column. */
export function readColumn(decorations: readonly Decoration[], place: Place): EntityColumn | null {
  // Of several the one next to the property is applied first, and stays.
  const made = decorations.findLast(({ name }) => columnDecorators.has(name));
  if (!made) return null;
  const said = (name: string) => decorations.find((each) => each.name === name);
  const options = optionsIn(made.arguments);
  const isPrimary = /^(?:Primary|ObjectId)/.test(made.name) || says(options, "primary", true);
  const generation = said("Generated");
  const byName = columnDecorators.get(made.name);
  const first = made.arguments[0];
  const written =
    typeIn(first) ??
    typeIn(options.get("type")) ??
    (options.has("enum") ? "enum" : (byName ?? place.written));
  const name = nameOf(options.get("name"), place);
  return {
    property: place.property,
    name,
    aliases: [],
    nullable: !isPrimary && (maySay(options, "nullable") || made.name === "DeleteDateColumn"),
    type:
      (made.name === "PrimaryGeneratedColumn" && written === "increment" ? "integer" : written) +
      suffixOf(options),
    defaulted:
      generation !== undefined ||
      /^(?:PrimaryGenerated|CreateDate|UpdateDate|Version)/.test(made.name) ||
      hasDefault(options.get("default")) ||
      options.has("generated") ||
      options.has("asExpression"),
    primary: isPrimary,
    unique:
      maySay(options, "unique") ||
      decorations.some(({ name: each, arguments: given }) => each === "Unique" && given.length === 0) ||
      decorations.some((each) => each.name === "Index" && isUniqueIndex(each)),
    refers: null,
  };
}

/** One of `columns: { id: { type: String, primary: true } }`. */
export function readSchemaColumn(written: Value, place: Place): EntityColumn {
  const options = optionsIn([written]);
  const isPrimary = maySay(options, "primary");
  const isDate = maySay(options, "createDate") || maySay(options, "updateDate");
  return {
    property: place.property,
    name: nameOf(options.get("name"), place),
    aliases: [],
    nullable: !isPrimary && (maySay(options, "nullable") || maySay(options, "deleteDate")),
    type: (typeIn(options.get("type")) ?? "unknown") + suffixOf(options),
    defaulted: isDate || hasDefault(options.get("default")) || maySay(options, "generated"),
    primary: isPrimary,
    unique: maySay(options, "unique"),
    refers: null,
  };
}

/** The class whose columns stand in the entity's own table: `@Column(() => Address)`. */
export function findEmbedded(
  decorations: readonly Decoration[],
): { readonly type: Value; readonly prefix: string | false | null } | null {
  const made = decorations.find(({ name }) => name === "Column");
  const type = made?.arguments[0];
  if (!made || type?.kind !== "function") return null;
  const prefix = optionsIn(made.arguments).get("prefix");
  if (prefix?.kind === "literal" && prefix.value === false) return { type, prefix: false };
  return { type, prefix: textOf(prefix) };
}

/** A unique index over some rows only keeps no two of them apart. */
export function isUniqueIndex({ arguments: given }: Decoration): boolean {
  const options = optionsIn(given);
  return says(options, "unique", true) && !options.has("where");
}

/** The properties that `@Unique("name", ["a", "b"])` and `@Index((it) => [it.a])` are about. */
export function propertiesIn(given: readonly Value[]): readonly string[] | null {
  const list = given.find((each) => each.kind === "list");
  if (list?.kind !== "list") return null;
  const names = list.elements.map((each) => textOf(each));
  return names.every((name) => name !== null) && list.complete ? names : null;
}

function nameOf(written: Value | undefined, { property, naming, prefixes }: Place): string {
  return naming.column(property, firstText(written ? [written] : []), prefixes);
}

function typeIn(value: Value | undefined): string | null {
  if (value?.kind === "either") return typeIn(value.one) ?? typeIn(value.other);
  if (value?.kind === "global") return value.name;
  const text = textOf(value);
  return text === null || text === "" ? null : text.slice(0, 80);
}

function suffixOf(options: ReadonlyMap<string, Value>): string {
  const length = options.get("length");
  const isLong =
    length?.kind === "literal" && (typeof length.value === "number" || /^\d+$/.test(String(length.value)));
  return (isLong ? `(${String(length.value)})` : "") + (maySay(options, "array") ? "[]" : "");
}

/** `default: undefined` says nothing, but cannot be told from a name that leads nowhere. */
function hasDefault(value: Value | undefined): boolean {
  return value !== undefined && !(value.kind === "literal" && value.value === null);
}

/** Reads one of an object's properties as a list, whether it is one or a single value. */
export function listIn(value: Value | undefined, name: string): readonly Value[] {
  const found = propertyOf(value, name);
  if (found?.kind === "list") return found.elements;
  return found && found.kind !== "unknown" ? [found] : [];
}
