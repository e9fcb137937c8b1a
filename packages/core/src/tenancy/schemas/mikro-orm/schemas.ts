/** Entities that are values: `defineEntity({ name: "Project", properties: { id: p.uuid().primary() } })` and `new EntitySchema({ … })`. */
import { propertyOf, textOf, type Value } from "../drizzle/value.js";
import { optionsIn, says } from "../reading/decorators.js";
import type { Entity, EntityColumn, EntityRelation, Target } from "../reading/entity.js";
import { keyOfClass, tableName, type MikroReading } from "./classes.js";
import {
  columnOf,
  fromBuilder,
  propertyNamed,
  relationOf,
  type Kind,
  type SaidProperty,
} from "./properties.js";

/** Null for a schema without a table. */
export function readMikroSchema(
  key: string,
  written: Value | undefined,
  place: { readonly file: string; readonly start: number },
  reading: MikroReading,
): Entity | null {
  const options = optionsIn(written ? [written] : []);
  const className = classNameOf(options.get("class"), reading);
  const name = textOf(options.get("name")) ?? className;
  if (name === null || options.has("expression") || says(options, "abstract", true)) return null;
  const naming = reading.naming(place.file);
  const columns: EntityColumn[] = [];
  const relations: EntityRelation[] = [];
  const properties = propertiesOf(written, reading, 8);
  for (const [property, value] of properties ?? []) {
    const said = readProperty(property, value, reading);
    if (!said) continue;
    if (said.kind === "property" || said.kind === "embedded") {
      const column = columnOf(said, naming, "");
      if (column) columns.push(column);
    } else {
      const relation = relationOf(said);
      if (relation) relations.push(relation);
    }
  }
  const own = options.get("class");
  return {
    key: own?.kind === "class" ? keyOfClass(own) : key,
    names: className === null || className === name ? [name] : [className, name],
    table: tableName(options, name, naming),
    ...place,
    readable: properties !== null,
    columns,
    unique: uniqueOf(options),
    relations,
    view: null,
    problems: properties
      ? []
      : [`The properties of entity "${name}" could not be read: they are computed when the program runs.`],
  };
}

function classNameOf(value: Value | undefined, { program }: MikroReading): string | null {
  return value?.kind === "class" ? (program.module(value.file)?.classes[value.class]?.name ?? null) : null;
}

/** Its own properties, and before them those of the schema that it extends. */
function propertiesOf(
  written: Value | undefined,
  reading: MikroReading,
  depth: number,
): ReadonlyMap<string, Value> | null {
  const said = propertyOf(written, "properties");
  // `properties: (p) => ({ … })` is handed the builders.
  const builders: Value = { kind: "library", package: "@mikro-orm/core", path: ["p"] };
  const own = said?.kind === "function" ? reading.evaluator.apply(said, [builders]) : said;
  if (own?.kind !== "object") return null;
  const base = propertyOf(written, "extends");
  const given = base?.kind === "call" || base?.kind === "instance" ? base.arguments[0] : undefined;
  const before = given && depth > 0 ? propertiesOf(given, reading, depth - 1) : null;
  return new Map([...(before ?? []), ...own.properties]);
}

const builderKinds: ReadonlyMap<string, Kind> = new Map([
  ["manyToOne", "m:1"],
  ["oneToOne", "1:1"],
  ["oneToMany", "1:m"],
  ["manyToMany", "m:n"],
  ["embedded", "embedded"],
]);

const writtenKinds: ReadonlyMap<string, Kind> = new Map([
  ["m:1", "m:1"],
  ["1:1", "1:1"],
  ["1:m", "1:m"],
  ["m:n", "m:n"],
  ["embedded", "embedded"],
  ["MANY_TO_ONE", "m:1"],
  ["ONE_TO_ONE", "1:1"],
  ["ONE_TO_MANY", "1:m"],
  ["MANY_TO_MANY", "m:n"],
]);

function readProperty(property: string, value: Value, reading: MikroReading): SaidProperty | null {
  const made = value.kind === "function" ? reading.evaluator.apply(value, []) : value;
  const built = made.kind === "call" ? fromBuilder(made) : null;
  if (built) {
    const kind = builderKinds.get(built.kind) ?? "property";
    const [first] = built.given;
    return {
      property,
      kind,
      options: built.options,
      type: kind === "embedded" ? "json" : built.kind,
      target: first && kind !== "property" ? reading.targetOf(first) : null,
      mappedBy: propertyNamed(built.options.get("mappedBy"), reading.program),
    };
  }
  if (made.kind !== "object") return null;
  const options = optionsIn([made]);
  const said = options.get("kind") ?? options.get("reference");
  const name = textOf(said) ?? (said?.kind === "library" ? (said.path.at(-1) ?? "") : "");
  const kind = writtenKinds.get(name) ?? "property";
  const entity = options.get("entity") ?? options.get("type");
  return {
    property,
    kind,
    options,
    type: kind === "embedded" ? "json" : "unknown",
    target: entity && kind !== "property" ? reading.targetOf(entity) : null,
    mappedBy: propertyNamed(options.get("mappedBy"), reading.program),
  };
}

function uniqueOf(options: ReadonlyMap<string, Value>): readonly (readonly string[])[] {
  const listed = options.get("uniques");
  if (listed?.kind !== "list") return [];
  return listed.elements.flatMap((each) => {
    const properties = propertyOf(each, "properties");
    const names = properties?.kind === "list" ? properties.elements.map(textOf) : [textOf(properties)];
    return names.every((name) => name !== null) ? [names] : [];
  });
}

/** A call or a creation as the entity that it makes. */
export function schemaTarget(value: Value): Target | null {
  if (value.kind === "call") return { kind: "entity", key: `${value.file}@${value.start}` };
  if (value.kind !== "instance") return null;
  const options = optionsIn(value.arguments.slice(0, 1));
  const name = textOf(options.get("name"));
  const own = options.get("class");
  if (own?.kind === "class") return { kind: "entity", key: keyOfClass(own) };
  return name === null ? null : { kind: "name", name };
}
