/** Objects that say something for the whole program, wherever they are written: the options of a data source. */
import type { Expression } from "../lower/module.js";
import { childrenOf, forEachExpressionIn } from "../lower/visit.js";
import type { WantedObject, WrittenObject } from "./library.js";
import type { Machine } from "./machine.js";

export function objectsWritten(machine: Machine, isWanted: WantedObject): readonly WrittenObject[] {
  const known = machine.objectsWritten.get(isWanted);
  if (known) return known;
  const found: WrittenObject[] = [];
  for (const file of machine.program.files) {
    const module = machine.program.module(file);
    const look = (expression: Expression): void => {
      if (expression.kind === "object" && isWanted(expression)) found.push({ file, object: expression });
    };
    const lookInside = (expression: Expression): void => {
      look(expression);
      childrenOf(expression).forEach(lookInside);
    };
    for (const { body } of module?.functions ?? []) forEachExpressionIn(body, look);
    for (const { decorators } of module?.classes ?? []) decorators.forEach(lookInside);
  }
  machine.objectsWritten.set(isWanted, found);
  return found;
}
