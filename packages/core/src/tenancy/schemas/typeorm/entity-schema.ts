/** Entities that are values: `new EntitySchema({ name: "project", columns: { … }, relations: { … } })`. */
import type { Expression } from "../../../lower/module.js";
import { propertyOf, textOf, type Value } from "../drizzle/value.js";
import { alternativesOf, maySay, optionsIn } from "../reading/decorators.js";
import type { Entity } from "../reading/entity.js";
import type { ClassReading } from "./classes.js";
import { propertiesIn, readSchemaColumn } from "./columns.js";
import { readSchemaRelation } from "./relations.js";

export function readEntitySchema(
  file: string,
  expression: Expression & { kind: "new" },
  reading: ClassReading,
): Entity | null {
  const [written] = expression.arguments;
  const options = written ? reading.evaluator.evaluate(file, written) : undefined;
  if (options?.kind !== "object") return null;
  const naming = reading.naming(file);
  const target = targetName(propertyOf(options, "target"), reading);
  const name = textOf(propertyOf(options, "name")) ?? target;
  if (name === null) return null;
  const table = textOf(propertyOf(options, "tableName")) ?? naming.table(name);
  const schema = textOf(propertyOf(options, "schema"));
  const columns = propertyOf(options, "columns");
  const relations = propertyOf(options, "relations");
  return {
    key: schemaKey(options),
    names: target === null || target === name ? [name] : [name, target],
    table: schema === null || schema === "public" ? table : `${schema}.${table}`,
    file,
    start: expression.start,
    readable: columns?.kind === "object",
    columns: entriesOf(columns).map(([property, value]) =>
      readSchemaColumn(value, { property, written: "unknown", naming, prefixes: [] }),
    ),
    unique: uniqueOf(options),
    relations: entriesOf(relations).flatMap(
      ([property, value]) => readSchemaRelation(property, value, reading) ?? [],
    ),
    view: null,
    problems: problemsOf(name, columns),
  };
}

/** By its name, which no two schemas share: relations name it so. */
export function schemaKey(options: Value): string {
  return `schema ${textOf(propertyOf(options, "name")) ?? ""}`;
}

function targetName(value: Value | undefined, { program }: ClassReading): string | null {
  if (value?.kind !== "class") return null;
  return program.module(value.file)?.classes[value.class]?.name ?? null;
}

function entriesOf(value: Value | undefined): readonly (readonly [string, Value])[] {
  return value?.kind === "object" ? [...value.properties] : [];
}

function uniqueOf(options: Value): readonly (readonly string[])[] {
  const listed = (name: string) => {
    const value = propertyOf(options, name);
    return value?.kind === "list" ? alternativesOf(value.elements) : [];
  };
  const unique = [
    ...listed("uniques"),
    ...listed("indices").filter((each) => {
      const index = optionsIn([each]);
      return maySay(index, "unique") && !index.has("where");
    }),
  ];
  return unique.flatMap((each) => {
    const columns = propertiesIn([propertyOf(each, "columns") ?? each]);
    return columns ? [columns] : [];
  });
}

function problemsOf(name: string, columns: Value | undefined): readonly string[] {
  if (columns?.kind !== "object")
    return [`The columns of entity "${name}" could not be read: they are computed when the program runs.`];
  return columns.complete
    ? []
    : [`Some columns of entity "${name}" are computed when the program runs; only the others are known.`];
}
