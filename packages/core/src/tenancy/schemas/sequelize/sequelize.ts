/**
 * Sequelize's models: `sequelize.define("project", { … })`, `Project.init({ … }, { sequelize })`, and classes with the decorators
 * of sequelize-typescript; with the associations that are called on them.
 */
import { unwrap } from "../../../link/declarations.js";
import type { Program } from "../../../link/program.js";
import type { Expression, FunctionNode, Module } from "../../../lower/module.js";
import { forEachExpressionIn } from "../../../lower/visit.js";
import { createEvaluator } from "../drizzle/evaluate.js";
import { textOf, type Scope, type Value } from "../drizzle/value.js";
import { lineOfClass } from "../reading/classes.js";
import { alternativesOf, createDecoratorReader, optionsIn } from "../reading/decorators.js";
import { sourcesOf } from "../reading/entities.js";
import { packageOf, type Target } from "../reading/entity.js";
import type { SchemaSource } from "../source.js";
import {
  associated,
  associationMethods,
  associationOf,
  isUnderscored,
  type Association,
  type Model,
} from "./associations.js";
import { readAttributes } from "./attributes.js";
import { keyOfClass, readModelClass, type ModelReading } from "./classes.js";
import {
  findCommonOptions,
  impliedColumns,
  isSequelize,
  sequelizeNaming,
  tableNameOf,
  uniqueIndexes,
} from "./options.js";

const sequelizeKind = "sequelize models";

/** `isRead` leaves out files whose models are none of the service's: tests. */
export function readSequelize(
  program: Program,
  isRead: (file: string) => boolean = () => true,
): readonly SchemaSource[] {
  const files = program.files.filter((file) => isRead(file));
  if (!files.some((file) => mentions(program.module(file)))) return [];
  const evaluator = createEvaluator(program);
  const targetOf = (value: Value): Target | null => targetIn(value, (each) => evaluator.apply(each, []));
  const reading: ModelReading = {
    program,
    evaluator,
    decorationsOf: createDecoratorReader(program, evaluator, isSequelize),
    commonOptions: findCommonOptions(program, isRead, evaluator),
    targetOf,
  };
  const models: Model[] = [];
  const associations: Association[] = [];
  for (const file of files) {
    const module = program.module(file);
    if (!module) continue;
    for (const { id } of module.classes) {
      const read = readModelClass(file, id, reading);
      if (read) models.push(read.model);
      if (read) associations.push(...read.associations);
    }
    for (const fn of module.functions)
      forEachExpressionIn(fn.body, (expression) => {
        if (expression.kind !== "call") return;
        const callee = unwrap(expression.callee);
        if (callee.kind !== "member") return;
        const call: ModelCall = {
          file,
          fn,
          expression,
          receiver: unwrap(callee.object),
          method: callee.property,
        };
        if (call.method === "define" || call.method === "init") models.push(...readCall(call, reading));
        else if (associationMethods.has(call.method))
          associations.push(...readAssociationCall(call, reading));
      });
  }
  const entities = associated(models, associations, finderOf(models));
  return sourcesOf(entities, { kind: sequelizeKind, naming: () => sequelizeNaming, program });
}

function mentions(module: Module | undefined): boolean {
  return (
    module !== undefined &&
    (module.imports.some(({ specifier }) => isSequelize(specifier)) ||
      module.bindings.some(({ name, kind }) => kind === "parameter" && name === "sequelize"))
  );
}

interface ModelCall {
  readonly file: string;
  readonly fn: FunctionNode;
  readonly expression: Expression & { kind: "call" };
  readonly receiver: Expression;
  readonly method: string;
}

function readCall(call: ModelCall, reading: ModelReading): readonly Model[] {
  const { file, fn, expression } = call;
  const scope = scopeOf(file, fn, reading.program);
  const given = expression.arguments.map((each) => reading.evaluator.evaluate(file, each, scope));
  if (call.method === "define") {
    const name = textOf(given[0]);
    if (name === null || !isConnection(call, scope, reading)) return [];
    return [modelOf(`${file}@${expression.start}`, [name], given[1], given[2], call, reading)];
  }
  const target = classOf(call, scope, reading);
  if (target?.kind !== "class") return [];
  const line = lineOfClass(target, reading.program, reading.evaluator);
  const { beyond } = line;
  if (beyond?.kind !== "library" || !isSequelize(beyond.package) || given[0]?.kind !== "object") return [];
  const className = line.classes[0]?.node.name ?? "(unnamed)";
  const name = textOf(optionsIn(given.slice(1)).get("modelName")) ?? className;
  return [modelOf(keyOfClass(target), [name, className], given[0], given[1], call, reading)];
}

function modelOf(
  key: string,
  names: readonly string[],
  attributes: Value | undefined,
  written: Value | undefined,
  { file, expression }: ModelCall,
  { commonOptions, targetOf }: ModelReading,
): Model {
  const options = optionsIn([...(written ? [written] : []), commonOptions(file)]);
  const read = readAttributes(attributes ?? { kind: "unknown" }, options, targetOf);
  const [name = ""] = names;
  const isWhole = attributes?.kind === "object" && attributes.complete;
  return {
    key,
    names: [...new Set(names)],
    table: tableNameOf(name, options),
    file,
    start: expression.start,
    readable: attributes?.kind === "object",
    columns: [...read.columns, ...impliedColumns(read.columns, options)],
    unique: [...read.unique, ...uniqueIndexes(options)],
    relations: [],
    view: null,
    problems: isWhole
      ? []
      : [
          `Attributes of model "${name}" are computed when the program runs; only what is written there is known.`,
        ],
    underscored: isUnderscored(options),
  };
}

/** A model in a function of its own is handed the connection and the types: `(sequelize, DataTypes) => …`. */
function scopeOf(file: string, fn: FunctionNode, program: Program): Scope | null {
  if (fn.id === 0) return null;
  const module = program.module(file);
  const given = fn.parameters.map(({ pattern }): Value => {
    const name = pattern.kind === "binding" ? (module?.bindings[pattern.binding]?.name ?? "") : "";
    if (/^sequelize$/i.test(name)) return { kind: "library", package: "sequelize", path: ["sequelize"] };
    if (/^data_?types?$/i.test(name)) return { kind: "library", package: "sequelize", path: ["DataTypes"] };
    return { kind: "unknown" };
  });
  const outer = fn.parent === null ? undefined : module?.functions[fn.parent];
  const parent = outer && outer.id !== 0 && outer.parent === 0 ? scopeOf(file, outer, program) : null;
  return { file, function: fn.id, arguments: given, known: new Map(), parent };
}

function isConnection(
  { file, receiver }: ModelCall,
  scope: Scope | null,
  { evaluator }: ModelReading,
): boolean {
  const value = evaluator.evaluate(file, receiver, scope);
  const made = value.kind === "instance" ? value.of : value;
  if (made.kind === "library") return isSequelize(made.package);
  const name = receiver.kind === "name" ? receiver.name : receiver.kind === "member" ? receiver.property : "";
  return /^sequelize$/i.test(name);
}

/** The class that a static method is called on; inside of one, `this` and `super` are the class as well. */
function classOf(
  { file, fn, receiver }: ModelCall,
  scope: Scope | null,
  { evaluator }: ModelReading,
): Value | null {
  if (receiver.kind === "this" || receiver.kind === "super")
    return fn.class === null ? null : { kind: "class", file, class: fn.class, scope: null };
  return evaluator.evaluate(file, receiver, scope);
}

function readAssociationCall(call: ModelCall, reading: ModelReading): readonly Association[] {
  const { file, fn, expression, method } = call;
  const [target, options] = expression.arguments;
  if (!target) return [];
  const scope = scopeOf(file, fn, reading.program);
  const from = classOf(call, scope, reading);
  const source = (from && reading.targetOf(from)) ?? namedTarget(call.receiver);
  const to = reading.targetOf(reading.evaluator.evaluate(file, target, scope)) ?? namedTarget(unwrap(target));
  if (!source || !to) return [];
  const written = options && reading.evaluator.evaluate(file, options, scope);
  return [associationOf(method, source, to, written, reading.targetOf)];
}

/** `models.organization`, of which only the name is known here. */
function namedTarget(expression: Expression): Target | null {
  if (expression.kind === "member") return { kind: "name", name: expression.property };
  if (expression.kind === "name") return { kind: "name", name: expression.name };
  if (expression.kind !== "index" || expression.index.kind !== "literal") return null;
  return typeof expression.index.value === "string" ? { kind: "name", name: expression.index.value } : null;
}

function targetIn(value: Value, applied: (fn: Value) => Value): Target | null {
  for (const each of alternativesOf([value.kind === "function" ? applied(value) : value])) {
    if (each.kind === "class") return { kind: "entity", key: keyOfClass(each) };
    if (each.kind === "literal" && typeof each.value === "string") return { kind: "name", name: each.value };
    if (each.kind === "call") return { kind: "entity", key: `${each.file}@${each.start}` };
    if (each.kind === "object") {
      const table = textOf(each.properties.get("tableName"));
      if (table !== null) return { kind: "name", name: table };
    }
  }
  return null;
}

function finderOf(models: readonly Model[]): (target: Target, file: string) => Model | undefined {
  const byKey = new Map(models.map((model) => [model.key, model]));
  const byName = new Map<string, Model[]>();
  for (const model of models)
    for (const name of new Set([...model.names, model.table]))
      byName.set(name, [...(byName.get(name) ?? []), model]);
  return (target, file) => {
    if (target.kind === "entity") return byKey.get(target.key);
    const named = byName.get(target.name) ?? [];
    return named.find((model) => packageOf(model.file) === packageOf(file)) ?? named[0];
  };
}
