/** Lambda functions that are given messages: which queue they are set on is written outside of the code. */
import type { Module, TypeNode } from "../../lower/module.js";
import { listOf, objectOf } from "../../queues/objects.js";
import { takeOut } from "../../queues/taken-out.js";
import type { Tracer } from "../../trace/library.js";
import { unknown, type Value } from "../../trace/value.js";
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
    const service = services.find(
      ({ name }) =>
        isCalled(module.bindings[one.binding]?.type ?? null, `${name}Handler`) ||
        isCalled(node?.parameters[0]?.type ?? null, `${name}Event`),
    );
    if (!node || !service) continue;
    takeOut({
      tracer,
      library: service.library,
      name: undefined,
      site: { file, start: node.start, end: node.end },
      processor: handler,
      declared: null,
      text: service.text,
      given: ({ payload }) => [objectOf({ Records: listOf(service.record(payload)) }), unknown],
    });
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
const services = [
  { name: "SQS", library, text: "record.body", record: (body: Value) => objectOf({ body }) },
  {
    name: "SNS",
    library: "sns",
    text: "record.Sns.Message",
    record: (Message: Value) => objectOf({ Sns: objectOf({ Message }) }),
  },
] as const;

function isCalled(type: TypeNode | null, name: string): boolean {
  return type?.kind === "reference" && type.name.split(".").at(-1) === name;
}
