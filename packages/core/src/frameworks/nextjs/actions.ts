/** Functions that a page in the browser calls by name: `"use server"` at the top of a file, or of a function. */
import type { Module, Statement } from "../../lower/module.js";
import type { Tracer } from "../../trace/library.js";
import type { FunctionValue } from "../../trace/value.js";
import { enterExport } from "./handlers.js";
import { argument } from "./roles.js";

export function enterActions(file: string, module: Module, tracer: Tracer): void {
  const parametersOf = ({ file: at, function: id }: FunctionValue) =>
    (tracer.moduleOf(at)?.functions[id]?.parameters ?? []).map((_, index) => argument(index));

  if (hasDirective(module.functions[0]?.body, "use server"))
    for (const one of module.exports)
      if (one.kind !== "star")
        enterExport(
          { file, export: one.name, name: `action ${one.name}`, kind: "action", parametersOf },
          tracer,
        );

  for (const { id, name, body, start, end } of module.functions) {
    if (id === 0 || !hasDirective(body, "use server")) continue;
    const handler = tracer.functionIn(file, id);
    tracer.enter({
      name: `action ${name ?? `${file}#${id}`}`,
      kind: "action",
      framework: "nextjs",
      site: { file, start, end },
      handler,
      parameters: parametersOf(handler),
      before: () => [],
      isDetached: false,
    });
  }
}

/** Only what stands before all else is a directive. */
export function hasDirective(body: readonly Statement[] | undefined, directive: string): boolean {
  for (const statement of body ?? []) {
    if (statement.kind !== "expression" || statement.expression.kind !== "literal") return false;
    if (statement.expression.value === directive) return true;
  }
  return false;
}
