/** The calls that define a model in its file: `sequelize.define(…)`, `Invoice.init(…)`, `Invoice.addScope(…)`, `Invoice.addHook(…)`. */
import type { Expression, Module } from "../../lower/module.js";
import { forEachExpressionIn } from "../../lower/visit.js";
import { positionOf } from "../../lower/positions.js";
import type { Model } from "./values.js";

export interface Definition {
  readonly method: string;
  readonly arguments: readonly Expression[];
}

export function definitionsIn(module: Module, { table, home, name }: Model): readonly Definition[] {
  const node = home ? module.classes[home.class] : undefined;
  const found: Definition[] = [];
  for (const fn of module.functions)
    forEachExpressionIn(fn.body, (expression) => {
      if (expression.kind !== "call" || expression.callee.kind !== "member") return;
      const { property: method, object } = expression.callee;
      if (!methods.has(method)) return;
      const isOfClass =
        object.kind === "name"
          ? object.name === (node?.name ?? name)
          : object.kind === "this" && node && fn.class === node.id;
      const isDefined =
        method === "define" && !node && positionOf(module, expression.start).line === table?.line;
      if (isDefined || (isOfClass && method !== "define"))
        found.push({ method, arguments: expression.arguments });
    });
  return found;
}

const methods = new Set(["define", "init", "addScope", "addHook"]);
