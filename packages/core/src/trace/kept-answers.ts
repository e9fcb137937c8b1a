/**
 * Functions that say themselves that what they answer is kept: `"use cache"`. The key is what they are called with and what they close
 * over, and nothing that stands in a variable of the module. `"use cache: private"` keeps it for one person's browser alone.
 * https://nextjs.org/docs/app/api-reference/directives/use-cache
 */
import { recordEntries } from "../keyed/record.js";
import type { FunctionNode, Module, Statement } from "../lower/module.js";
import { moduleOf, type Machine } from "./machine.js";
import type { Frame, Value } from "./value.js";

export function keepsAnswers(machine: Machine, file: string, fn: FunctionNode): boolean {
  if (fn.id === 0) return false;
  if (isKept(fn.body)) return true;
  const module = moduleOf(machine, file);
  return isKept(module.functions[0]?.body ?? []) && isExported(module, fn);
}

function isKept(body: readonly Statement[]): boolean {
  for (const statement of body) {
    if (statement.kind !== "expression" || statement.expression.kind !== "literal") return false;
    if (/^use cache(?:: (?!private$).*)?$/.test(String(statement.expression.value))) return true;
  }
  return false;
}

/** Written at the beginning of a file, it is said of all that the file exports. */
function isExported({ exports, bindings }: Module, { id }: FunctionNode): boolean {
  return exports.some((one) => {
    const binding = one.kind === "local" ? bindings[one.binding] : undefined;
    return binding?.kind === "function" && binding.target === id;
  });
}

/** `given`: its parameters, as the call has them. */
export function noteKeptAnswer(
  machine: Machine,
  frame: Frame,
  fn: FunctionNode,
  given: readonly Value[],
  answer: Value,
): void {
  const around: Value[] = [];
  for (let at = frame.parent; at !== null && at.function !== 0; at = at.parent)
    around.push(...at.values.values());
  const parts = [...given, ...around].filter(({ kind }) => ["symbolic", "text", "choice"].includes(kind));
  const site = { file: frame.file, start: fn.start, end: fn.end };
  const key: Value = { kind: "text", parts: parts.flatMap((part) => [part, ","]).slice(0, -1) };
  recordEntries(
    machine.tracer,
    {
      ...{ site, library: "use cache", operation: "set", prefix: null },
      ...{ isReadThrough: true, isIncidental: true, arePartsApart: true },
      store: `use cache ${frame.file}#${fn.id}`,
    },
    [
      {
        key: parts.length === 0 ? { kind: "literal", value: "(no argument)" } : key,
        field: null,
        stores: machine.settle(answer, site),
      },
    ],
  );
}
