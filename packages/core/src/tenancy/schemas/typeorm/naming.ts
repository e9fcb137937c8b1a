/** How TypeORM calls tables and columns whose names the code leaves out: by its own strategy, or by the one with underscores. */
import type { Program } from "../../../link/program.js";
import { forEachExpressionIn } from "../../../lower/visit.js";
import type { Evaluator } from "../drizzle/evaluate.js";
import type { Value } from "../drizzle/value.js";
import { packageOf, type LinkSide, type Naming } from "../reading/entity.js";

export interface NamingStrategy extends Naming {
  table(className: string): string;
  column(property: string, written: string | null, prefixes: readonly string[]): string;
}

const ownStrategy: NamingStrategy = {
  table: snakeCase,
  column: (property, written, prefixes) =>
    prefixes.length > 0
      ? camelCase(prefixes.join("_")) + capitalized(written ?? property)
      : (written ?? property),
  joinColumn: ({ property }, referenced) => camelCase(`${property}_${referenced.property}`),
  joinColumnAliases: () => [],
  linkTable: (from, relation, target) =>
    snakeCase(`${bare(from.table)}_${relation.property.replaceAll(".", "_")}_${bare(target.table)}`),
  linkColumn: (entity, referenced, side) =>
    camelCase(`${bare(entity.table)}_${referenced.name}`) + numbered(side),
};

const snakeStrategy: NamingStrategy = {
  table: snakeCase,
  column: (property, written, prefixes) =>
    snakeCase(prefixes.map((prefix) => `${prefix}_`).join("")) + (written ?? snakeCase(property)),
  joinColumn: ({ property }, referenced) => snakeCase(`${property}_${referenced.property}`),
  joinColumnAliases: () => [],
  linkTable: ownStrategy.linkTable,
  linkColumn: (entity, referenced, side) =>
    snakeCase(`${bare(entity.table)}_${referenced.name}`) + numbered(side),
};

/** A table that connects rows of one table would have both columns under one name, so they are counted. */
function numbered({ isSelf, isInverse }: LinkSide): string {
  return isSelf ? (isInverse ? "_2" : "_1") : "";
}

function bare(table: string): string {
  return table.slice(table.lastIndexOf(".") + 1);
}

/** As TypeORM does it: `APIKey` is `api_key`, `OAuth2Client` is `o_auth2_client`. */
function snakeCase(name: string): string {
  return name
    .slice(0, 512)
    .replace(/([A-Z])([A-Z])([a-z])/g, "$1_$2$3")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

function camelCase(name: string): string {
  return name
    .slice(0, 512)
    .replace(/^[A-Z]|[\s_-]\w/g, (part, at: number) =>
      at === 0 && part.length === 1 ? part.toLowerCase() : part.slice(1).toUpperCase(),
    );
}

function capitalized(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** `namingStrategy: new SnakeNamingStrategy()`, in the package of the entities or in any other that connects. */
export function findNaming(
  program: Program,
  isRead: (file: string) => boolean,
  evaluator: Evaluator,
): (file: string) => NamingStrategy {
  const said = new Map<string, NamingStrategy>();
  for (const file of program.files) {
    const module = program.module(file);
    if (!module || !isRead(file) || module.imports.length === 0) continue;
    for (const { body } of module.functions)
      forEachExpressionIn(body, (expression) => {
        if (expression.kind !== "object") return;
        for (const property of expression.properties) {
          if (property.kind === "spread" || property.key !== "namingStrategy") continue;
          if (isSnake(evaluator.evaluate(file, property.value), program))
            said.set(packageOf(file), snakeStrategy);
        }
      });
  }
  const common = [...said.values()][0] ?? ownStrategy;
  return (file) => said.get(packageOf(file)) ?? common;
}

function isSnake(value: Value, program: Program): boolean {
  if (value.kind !== "instance") return false;
  const { of } = value;
  if (of.kind === "library") return /snake/i.test(of.path.at(-1) ?? "");
  return of.kind === "class" && /snake/i.test(program.module(of.file)?.classes[of.class]?.name ?? "");
}
