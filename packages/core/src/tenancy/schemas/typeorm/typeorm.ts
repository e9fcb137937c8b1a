/**
 * TypeORM's entities: classes with decorators, and schemas that are values. They are found by where the decorators come
 * from, whatever they are called in a file and whichever function of the repository applies them.
 */
import type { Program } from "../../../link/program.js";
import { forEachExpressionIn } from "../../../lower/visit.js";
import { createEvaluator } from "../drizzle/evaluate.js";
import type { Value } from "../drizzle/value.js";
import { createDecoratorReader } from "../reading/decorators.js";
import { sourcesOf } from "../reading/entities.js";
import { type Entity, type ReadEntity, withChildren } from "../reading/entity.js";
import { importedName } from "../reading/imported.js";
import type { SchemaSource } from "../source.js";
import { keyOfClass, readEntityClass, type ClassReading } from "./classes.js";
import { readEntitySchema, schemaKey } from "./entity-schema.js";
import { findNaming } from "./naming.js";

const typeormKind = "typeorm entities";

/** `isRead` leaves out files whose entities are none of the service's: tests. */
export function readTypeorm(
  program: Program,
  isRead: (file: string) => boolean = () => true,
): readonly SchemaSource[] {
  if (!isUsed(program)) return [];
  const evaluator = createEvaluator(program);
  const naming = findNaming(program, isRead, evaluator);
  const decorationsOf = createDecoratorReader(program, evaluator, isTypeorm);
  const reading: ClassReading = { program, evaluator, decorationsOf, naming, keyOf };

  const classes: ReadEntity[] = [];
  const schemas: Entity[] = [];
  for (const file of program.files) {
    const module = program.module(file);
    if (!module || !isRead(file)) continue;
    for (const { id } of module.classes) {
      const read = readEntityClass(file, id, reading);
      if (read) classes.push(read);
    }
    if (!importsSchemas(file, program)) continue;
    for (const { body } of module.functions)
      forEachExpressionIn(body, (expression) => {
        if (
          expression.kind !== "new" ||
          importedName(file, expression.callee, program, isTypeorm) !== "EntitySchema"
        )
          return;
        const entity = readEntitySchema(file, expression, reading);
        if (entity) schemas.push(entity);
      });
  }
  return sourcesOf([...withChildren(classes), ...schemas], { kind: typeormKind, naming, program });
}

/** TypeORM itself, and what is published of it under a scope. */
function isTypeorm(packageName: string): boolean {
  return packageName !== "@nestjs/typeorm" && /^(?:@[\w.-]+\/)?typeorm$/.test(packageName);
}

function isUsed(program: Program): boolean {
  return program.files.some((file) => {
    const module = program.module(file);
    const sources = [
      ...(module?.imports ?? []).map(({ specifier }) => specifier),
      ...(module?.exports ?? []).flatMap((each) => (each.kind === "local" ? [] : each.specifier)),
    ];
    return sources.some((specifier) => /(?:^|\/)typeorm(?:$|\/)/.test(specifier));
  });
}

/** A class or a schema as what tells its entity from others. */
function keyOf(value: Value): string | null {
  if (value.kind === "class") return keyOfClass(value);
  if (value.kind !== "instance" || value.of.kind !== "library" || !isTypeorm(value.of.package)) return null;
  return value.arguments[0] ? schemaKey(value.arguments[0]) : null;
}

function importsSchemas(file: string, program: Program): boolean {
  return (
    program
      .module(file)
      ?.imports.some(({ specifier, names }) =>
        names.some(
          ({ imported }) => imported === "EntitySchema" || (imported === "*" && /typeorm/.test(specifier)),
        ),
      ) ?? false
  );
}
