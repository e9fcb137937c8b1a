/**
 * What an expression is, where that is the same in every run: literals, and constants made of them. Nothing is called,
 * and the work is bounded whatever the code looks like.
 */
import { declarationsOf, unwrap } from "../../../link/declarations.js";
import type { Program } from "../../../link/program.js";
import type { BindingId, Expression } from "../../../lower/module.js";

export type Constant = string | number | boolean | null | readonly Constant[];

interface Reading {
  readonly program: Program;
  /** Steps that are left; constants that double each other would never end. */
  left: number;
}

interface Placed {
  readonly file: string;
  readonly expression: Expression;
}

const mostSteps = 10_000;
const deepest = 100;
const longestText = 1_000_000;

/** Undefined when it is decided at run time. */
export function constantOf(program: Program, file: string, expression: Expression): Constant | undefined {
  return read({ program, left: mostSteps }, { file, expression }, 0);
}

function read(reading: Reading, placed: Placed, depth: number): Constant | undefined {
  const found = follow(reading, placed, depth);
  if (!found || depth > deepest) return undefined;
  const { file, expression } = found;
  const within = (each: Expression) => read(reading, { file, expression: each }, depth + 1);
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "template":
      return joined(expression.texts, expression.expressions.map(within));
    case "array":
      return all(expression.elements.map(within));
    case "unary": {
      const operand = within(expression.operand);
      return expression.operator === "-" && typeof operand === "number" ? -operand : undefined;
    }
    case "binary":
      return expression.operator === "+" ? sum(within(expression.left), within(expression.right)) : undefined;
    default:
      return undefined;
  }
}

/** Through names and properties of constant objects, to the expression that says something. */
function follow(reading: Reading, placed: Placed, depth: number): Placed | undefined {
  if (reading.left-- <= 0 || depth > deepest) return undefined;
  const { file } = placed;
  const expression = unwrap(placed.expression);
  if (expression.kind === "name") {
    const initializer =
      expression.binding === null ? undefined : findInitializer(reading, file, expression.binding);
    return initializer && follow(reading, initializer, depth + 1);
  }
  if (expression.kind === "member") {
    const owner = follow(reading, { file, expression: expression.object }, depth + 1);
    const value = owner && findProperty(owner.expression, expression.property);
    return value && follow(reading, { file: owner.file, expression: value }, depth + 1);
  }
  return { file, expression };
}

function findInitializer({ program }: Reading, file: string, binding: BindingId): Placed | undefined {
  const symbol = program.symbolOf(file, binding);
  if (symbol.kind !== "variable") return undefined;
  const module = program.module(symbol.file);
  if (module?.bindings[symbol.binding]?.kind !== "const") return undefined;
  const source = declarationsOf(module).sources.get(symbol.binding);
  if (source?.from.kind !== "initializer" || source.path.length > 0 || !source.from.expression)
    return undefined;
  return { file: symbol.file, expression: source.from.expression };
}

/** A spread or a computed key may bring any property. */
function findProperty(owner: Expression, name: string): Expression | undefined {
  if (owner.kind !== "object") return undefined;
  let found: Expression | undefined;
  for (const property of owner.properties) {
    if (property.kind === "spread" || typeof property.key !== "string") return undefined;
    if (property.key === name) found = property.value;
  }
  return found;
}

function joined(texts: readonly string[], values: readonly (Constant | undefined)[]): string | undefined {
  let text = texts[0] ?? "";
  for (const [index, value] of values.entries()) {
    if (value === undefined || Array.isArray(value)) return undefined;
    text += String(value) + (texts[index + 1] ?? "");
    if (text.length > longestText) return undefined;
  }
  return text;
}

function sum(left: Constant | undefined, right: Constant | undefined): Constant | undefined {
  if (typeof left === "number" && typeof right === "number") return left + right;
  const isText = typeof left === "string" || typeof right === "string";
  return isText ? joined(["", "", ""], [left, right]) : undefined;
}

function all(values: readonly (Constant | undefined)[]): readonly Constant[] | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? known : undefined;
}
