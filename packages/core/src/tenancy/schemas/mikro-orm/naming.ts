/** How MikroORM calls tables and columns whose names the code leaves out: with underscores, or as the code calls them. */
import type { Program } from "../../../link/program.js";
import { forEachExpressionIn } from "../../../lower/visit.js";
import { packageOf, type Naming } from "../reading/entity.js";
import { importedName } from "../reading/imported.js";

export interface MikroNaming extends Naming {
  table(className: string): string;
  column(property: string): string;
}

export function isMikroOrm(packageName: string): boolean {
  return packageName.startsWith("@mikro-orm/");
}

const underscores: MikroNaming = {
  table: snakeCase,
  column: snakeCase,
  joinColumn: ({ property }, referenced) => `${snakeCase(property)}_${referenced.name}`,
  joinColumnAliases: ({ property }) => [property],
  linkTable: (from, { property }) => `${from.table}_${snakeCase(property)}`,
  linkColumn: (entity, referenced, { isSelf, isInverse }) =>
    `${snakeCase(entity.names[0] ?? entity.table)}${isSelf ? (isInverse ? "_2" : "_1") : ""}_${referenced.name}`,
};

const asWritten: MikroNaming = {
  ...underscores,
  table: (className) => className,
  column: (property) => property,
  joinColumn: ({ property }) => property,
  linkTable: (from, { property }) => `${from.table}_${property}`,
};

/** `namingStrategy: EntityCaseNamingStrategy`, in the package of the entities or in any other that connects. */
export function findMikroNaming(
  program: Program,
  isRead: (file: string) => boolean,
): (file: string) => MikroNaming {
  const said = new Set<string>();
  for (const file of program.files) {
    const module = program.module(file);
    if (!module?.imports.some(({ specifier }) => isMikroOrm(specifier)) || !isRead(file)) continue;
    for (const { body } of module.functions)
      forEachExpressionIn(body, (expression) => {
        if (expression.kind !== "object") return;
        for (const property of expression.properties) {
          if (property.kind === "spread" || property.key !== "namingStrategy") continue;
          if (importedName(file, property.value, program, isMikroOrm) === "EntityCaseNamingStrategy")
            said.add(packageOf(file));
        }
      });
  }
  return (file) => (said.has(packageOf(file)) ? asWritten : underscores);
}

function snakeCase(name: string): string {
  return name
    .slice(0, 512)
    .replace(/([A-Z])([A-Z])([a-z])/g, "$1_$2$3")
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
