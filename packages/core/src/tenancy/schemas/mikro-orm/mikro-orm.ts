/**
 * MikroORM's entities: classes with decorators, `defineEntity({ … })` and `new EntitySchema({ … })`. They are found by where
 * decorators and functions come from, whatever they are called in a file.
 */
import type { Program } from "../../../link/program.js";
import { forEachExpressionIn } from "../../../lower/visit.js";
import { createEvaluator } from "../drizzle/evaluate.js";
import { propertyOf, textOf, type Value } from "../drizzle/value.js";
import { lineOfClass } from "../reading/classes.js";
import { alternativesOf, createDecoratorReader } from "../reading/decorators.js";
import { sourcesOf } from "../reading/entities.js";
import { type Entity, type Target, withChildren } from "../reading/entity.js";
import { importedName } from "../reading/imported.js";
import type { SchemaSource } from "../source.js";
import { keyOfClass, readMikroClass, type MikroReading } from "./classes.js";
import { findMikroNaming, isMikroOrm } from "./naming.js";
import { readMikroSchema, schemaTarget } from "./schemas.js";

const mikroOrmKind = "mikro-orm entities";

/** `isRead` leaves out files whose entities are none of the service's: tests. */
export function readMikroOrm(
  program: Program,
  isRead: (file: string) => boolean = () => true,
): readonly SchemaSource[] {
  if (!isUsed(program)) return [];
  const evaluator = createEvaluator(program);
  const naming = findMikroNaming(program, isRead);
  const targetOf = (value: Value): Target | null => {
    const meant = value.kind === "function" ? evaluator.apply(value, []) : value;
    for (const each of alternativesOf([meant])) {
      const name = textOf(each);
      if (name !== null) return { kind: "name", name };
      const target = each.kind === "class" ? targetOfClass(each) : schemaTarget(each);
      if (target) return target;
    }
    return null;
  };
  /** `class Project extends ProjectSchema.class {}` is the entity that the schema defines. */
  const targetOfClass = (value: Value & { kind: "class" }): Target => {
    const { beyond } = lineOfClass(value, program, evaluator);
    const schema =
      beyond?.kind === "member" && beyond.property === "class" ? schemaTarget(beyond.object) : null;
    return schema ?? { kind: "entity", key: keyOfClass(value) };
  };
  const decorationsOf = createDecoratorReader(program, evaluator, isMikroOrm);
  const reading: MikroReading = { program, evaluator, decorationsOf, naming, targetOf };

  const entities: Entity[] = [];
  for (const file of program.files) {
    const module = program.module(file);
    if (!module || !isRead(file)) continue;
    for (const { id } of module.classes) {
      const entity = readMikroClass(file, id, reading);
      if (entity) entities.push(entity);
    }
    for (const { body } of module.functions)
      forEachExpressionIn(body, (expression) => {
        if (expression.kind !== "call" && expression.kind !== "new") return;
        const name = importedName(file, expression.callee, program, isMikroOrm);
        if (name !== (expression.kind === "call" ? "defineEntity" : "EntitySchema")) return;
        const [written] = expression.arguments;
        const options = written && evaluator.evaluate(file, written);
        const place = { file, start: expression.start };
        const entity = readMikroSchema(`${file}@${expression.start}`, options, place, reading);
        if (entity) entities.push(entity);
      });
  }
  return sourcesOf(withChildren(entities.map((entity) => ({ entity, tableOf: parentOf(entity, reading) }))), {
    kind: mikroOrmKind,
    naming,
    program,
  });
}

function isUsed(program: Program): boolean {
  return program.files.some((file) =>
    program.module(file)?.imports.some(({ specifier }) => isMikroOrm(specifier)),
  );
}

/** The entity with a discriminator that a class extends: its table has the rows of both. */
function parentOf({ key }: Entity, { program, evaluator, decorationsOf }: MikroReading): string | null {
  const [file, id] = key.split("#");
  if (file === undefined || id === undefined) return null;
  const line = lineOfClass({ kind: "class", file, class: Number(id), scope: null }, program, evaluator);
  for (const { value, node } of line.classes.slice(1)) {
    const own = decorationsOf(value.file, node.decorators, value.scope);
    const said = own.find(({ name }) => name === "Entity")?.arguments[0];
    if (propertyOf(said, "discriminatorColumn")) return keyOfClass(value);
  }
  return null;
}
