/** What a value is called where it is made: the variable or the property that it is assigned to. */
import type { Expression, Module, Span } from "../lower/module.js";
import { forEachExpressionIn } from "../lower/visit.js";

/** `list` of `{ list: make() }`, `list` of `const list = make().again()`. */
export function nameWrittenFor(made: Span, module: Module | undefined): string | null {
  if (!module) return null;
  const isIt = (expression: Expression | null): boolean =>
    expression !== null && expression.start === made.start && expression.end >= made.end;
  let found: string | null = null;
  for (const { body } of module.functions) {
    for (const statement of body)
      for (const { pattern, initializer } of statement.kind === "variables" ? statement.declarations : [])
        if (pattern.kind === "binding" && isIt(initializer)) found ??= module.bindings[pattern.binding]!.name;
    forEachExpressionIn(body, (expression) => {
      for (const property of expression.kind === "object" ? expression.properties : [])
        if (property.kind === "property" && typeof property.key === "string" && isIt(property.value))
          found ??= property.key;
    });
  }
  return found;
}
