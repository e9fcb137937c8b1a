/** Where names and members of classes get their values. */
import { declarationsOf } from "../../../../link/declarations.js";
import type { Program } from "../../../../link/program.js";
import type { BindingId, Expression, Module, Pattern } from "../../../../lower/module.js";
import { forEachExpressionIn, forEachStatement } from "../../../../lower/visit.js";
import type { Value } from "./value.js";

/** The declaration of a file's own variable, when nothing is assigned to it later. */
export function findFirstValue(
  program: Program,
  file: string,
  binding: BindingId,
): { readonly pattern: Pattern; readonly expression: Expression } | null {
  const module = program.module(file);
  const source = module && declarationsOf(module).sources.get(binding);
  if (!module || source?.function !== 0 || source.from.kind !== "initializer") return null;
  if (!source.from.expression || assignedIn(module).has(binding)) return null;
  const expression = source.from.expression;
  let pattern: Pattern | null = null;
  forEachStatement(module.functions[0]?.body ?? [], (statement) => {
    if (statement.kind !== "variables") return;
    for (const each of statement.declarations) if (each.initializer === expression) pattern = each.pattern;
  });
  return pattern && { pattern, expression };
}

const assigned = new WeakMap<Module, ReadonlySet<BindingId>>();

function assignedIn(module: Module): ReadonlySet<BindingId> {
  let known = assigned.get(module);
  if (!known) {
    const found = new Set<BindingId>();
    for (const { body } of module.functions) {
      forEachExpressionIn(body, (expression) => {
        if (expression.kind === "assign" && expression.target.kind === "binding")
          found.add(expression.target.binding);
      });
    }
    assigned.set(module, (known = found));
  }
  return known;
}

type Member =
  | { readonly kind: "value"; readonly file: string; readonly expression: Expression }
  | (Value & { readonly kind: "function" });

const mostClasses = 20;

/** A method or a field, also of the classes that it extends. */
export function findMember(
  program: Program,
  of: { readonly file: string; readonly class: number },
  name: string,
  isStatic: boolean,
): Member | null {
  let at: { readonly file: string; readonly class: number } | null = of;
  for (let count = 0; at && count < mostClasses; count++) {
    const { file } = at;
    const found = program.module(file)?.classes[at.class];
    const method = found?.methods.find(
      (each) => each.name === name && each.static === isStatic && each.kind === "method",
    );
    if (method) return { kind: "function", file, function: method.function, frame: null };
    const field = found?.fields.find((each) => each.name === name && each.static === isStatic);
    if (field?.initializer) return { kind: "value", file, expression: field.initializer };
    at = program.superclassOf(file, at.class);
  }
  return null;
}
