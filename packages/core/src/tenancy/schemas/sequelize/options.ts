/** What a model's options say about its table: its name, and how columns are spelled that say nothing themselves. */
import type { Program } from "../../../link/program.js";
import { forEachExpressionIn } from "../../../lower/visit.js";
import { plural, singular, wordsOf } from "../../names.js";
import type { Evaluator } from "../drizzle/evaluate.js";
import { propertyOf, textOf, type Value } from "../drizzle/value.js";
import { firstText, maySay, optionsIn, says } from "../reading/decorators.js";
import { packageOf, type EntityColumn, type Naming } from "../reading/entity.js";

export type Options = ReadonlyMap<string, Value>;

export function isSequelize(packageName: string): boolean {
  return /^(?:sequelize|sequelize-typescript|@sequelize\/core)$/.test(packageName);
}

export function tableNameOf(model: string, options: Options): string {
  const written = options.get("tableName");
  const name = firstText(written ? [written] : []) ?? textOf(propertyOf(written, "tableName"));
  const schema = textOf(options.get("schema"));
  const spelled = maySay(options, "underscored") ? snakeCase(model) : model;
  const table = name ?? (maySay(options, "freezeTableName") ? model : pluralName(spelled));
  return schema === null || schema === "public" ? table : `${schema}.${table}`;
}

/** `projects`, `people`, `settings`: what is a plural, or has none, stays. */
function pluralName(name: string): string {
  const last = wordsOf(name).at(-1) ?? "";
  const irregular = irregulars.get(last);
  if (irregular !== undefined) return name.slice(0, name.length - last.length + 1) + irregular.slice(1);
  return uncountable.has(last) || singular(last) !== last ? name : plural(name);
}

const uncountable = new Set([
  "data",
  "media",
  "metadata",
  "equipment",
  "information",
  "money",
  "series",
  "news",
]);

const irregulars = new Map([
  ["person", "people"],
  ["child", "children"],
  ["man", "men"],
  ["woman", "women"],
]);

export function columnNameOf(property: string, options: Options): string {
  return maySay(options, "underscored") ? snakeCase(property) : property;
}

/** Columns that every model has unless its options say otherwise. */
export function impliedColumns(known: readonly EntityColumn[], options: Options): readonly EntityColumn[] {
  const implied: EntityColumn[] = [];
  const add = (property: string, more: Partial<EntityColumn>) => {
    if (known.some((column) => column.property === property)) return;
    implied.push({ ...plainColumn(property, columnNameOf(property, options)), ...more });
  };
  if (!known.some(({ primary }) => primary))
    add("id", { type: "integer", primary: true, nullable: false, defaulted: true });
  if (says(options, "timestamps", false)) return implied;
  for (const each of ["createdAt", "updatedAt"])
    if (!says(options, each, false))
      add(textOf(options.get(each)) ?? each, { type: "date", nullable: false, defaulted: true });
  if (maySay(options, "paranoid")) add(textOf(options.get("deletedAt")) ?? "deletedAt", { type: "date" });
  return implied;
}

export function plainColumn(property: string, name: string): EntityColumn {
  return {
    property,
    name,
    aliases: [],
    nullable: true,
    type: "unknown",
    defaulted: false,
    primary: false,
    unique: false,
    refers: null,
  };
}

/** `indexes: [{ unique: true, fields: ["organizationId", "slug"] }]`, but for those over some rows only. */
export function uniqueIndexes(options: Options): readonly (readonly string[])[] {
  const indexes = options.get("indexes");
  if (indexes?.kind !== "list") return [];
  return indexes.elements.flatMap((each) => {
    const index = optionsIn([each]);
    const fields = index.get("fields");
    if (!says(index, "unique", true) || index.has("where") || fields?.kind !== "list") return [];
    const names = fields.elements.map((field) => textOf(field) ?? textOf(propertyOf(field, "name")));
    return names.every((name) => name !== null) ? [names] : [];
  });
}

/** `new Sequelize({ define: { underscored: true } })`: what holds for every model of the package. */
export function findCommonOptions(
  program: Program,
  isRead: (file: string) => boolean,
  evaluator: Evaluator,
): (file: string) => Value {
  const said = new Map<string, Value>();
  for (const file of program.files) {
    const module = program.module(file);
    if (!module || !isRead(file) || !module.imports.some(({ specifier }) => isSequelize(specifier))) continue;
    for (const { body } of module.functions)
      forEachExpressionIn(body, (expression) => {
        if (expression.kind !== "new") return;
        const made = evaluator.evaluate(file, expression);
        if (made.kind !== "instance" || made.of.kind !== "library" || !isSequelize(made.of.package)) return;
        const define = made.arguments
          .map((each) => propertyOf(each, "define"))
          .find((each) => each !== undefined);
        if (define) said.set(packageOf(file), define);
      });
  }
  const common = [...said.values()][0] ?? nothingSaid;
  return (file) => said.get(packageOf(file)) ?? common;
}

const nothingSaid: Value = { kind: "object", properties: new Map(), complete: true };

/** Foreign keys are called after the model they lead to: `organizationId`. */
export const sequelizeNaming: Naming = {
  joinColumn: ({ property }, referenced) => keyName(property, referenced.property),
  joinColumnAliases: () => [],
  linkTable: (from, _, target) => [from.names[0], target.names[0]].join("_"),
  linkColumn: (entity, referenced) => keyName(entity.names[0] ?? entity.table, referenced.property),
};

export function keyName(model: string, key: string): string {
  return model.slice(0, 1).toLowerCase() + model.slice(1) + key.slice(0, 1).toUpperCase() + key.slice(1);
}

export function snakeCase(name: string): string {
  return name
    .slice(0, 256)
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
