/** Lambda functions that are given messages: which queue they are set on is written outside of the code. */
import type { Module, TypeNode } from "../../lower/module.js";
import { listOf, objectOf } from "../../queues/objects.js";
import { takeOut } from "../../queues/taken-out.js";
import type { Tracer } from "../../trace/library.js";
import { unknown } from "../../trace/value.js";
import { library } from "./values.js";

/** `export const handler: SQSHandler = …`, `export async function handler(event: SQSEvent) { … }` */
export function enterLambdas(file: string, module: Module, tracer: Tracer): void {
  const isImported = module.imports.some(({ specifier }) => specifier === "aws-lambda");
  if (!isImported) return;
  for (const one of module.exports) {
    if (one.kind !== "local") continue;
    const handler = tracer.exportOf(file, one.name);
    if (handler.kind !== "function" || handler.file !== file) continue;
    const node = module.functions[handler.function];
    const isDeclared =
      isCalled(module.bindings[one.binding]?.type ?? null, "SQSHandler") ||
      isCalled(node?.parameters[0]?.type ?? null, "SQSEvent");
    if (!node || !isDeclared) continue;
    takeOut({
      tracer,
      library,
      name: undefined,
      site: { file, start: node.start, end: node.end },
      processor: handler,
      declared: null,
      text: "record.body",
      given: ({ payload }) => [objectOf({ Records: listOf(objectOf({ body: payload })) }), unknown],
    });
  }
}

function isCalled(type: TypeNode | null, name: string): boolean {
  return type?.kind === "reference" && type.name.split(".").at(-1) === name;
}
