/** Raw SQL: in the inventory, and not read. */
import type { Call, Tracer } from "../../trace/library.js";
import { siteKey, type Value } from "../../trace/value.js";
import { dataOf, library } from "./values.js";

const rawMethods = new Set([
  "$queryRaw",
  "$queryRawUnsafe",
  "$queryRawTyped",
  "$executeRaw",
  "$executeRawUnsafe",
  "$runCommandRaw",
]);
const rawOperations = new Set(["findRaw", "aggregateRaw"]);

export const rawNames: readonly string[] = [...rawMethods, ...rawOperations];

export function isRaw(method: string): boolean {
  return rawMethods.has(method);
}

/** Of a model, on MongoDB: `prisma.invoice.findRaw({ filter })`. */
export function isRawOperation(method: string): boolean {
  return rawOperations.has(method);
}

/** `` prisma.$queryRaw`…` `` gives the method the texts, then the values; `$queryRawUnsafe(text, …)` one text. */
export function runRaw(tracer: Tracer, method: string, call: Call): Value {
  const { site } = call;
  tracer.begin({ site, kind: "query", library, operation: "raw", tables: [], repair: null, isOnPool: false });
  tracer.record({
    site,
    kind: "query",
    library,
    operation: "raw",
    stage: "run",
    detail: { kind: "raw", text: textOf(call.arguments), reason: "raw SQL is not read yet", isOpen: false },
  });
  if (method.startsWith("$execute")) return tracer.symbolic(site, `${method}()`);
  return { kind: "rows", access: siteKey(site), many: true, absent: false, text: "" };
}

function textOf(args: readonly Value[]): string {
  const [first, ...values] = args;
  if (!first) return "";
  if (first.kind === "array") return joinedText(first.elements.map(sqlOf), values);
  return sqlOf(first);
}

/** Values stand as `?`, and SQL that was put together before stands as what it is. */
export function joinedText(texts: readonly string[], values: readonly Value[]): string {
  return texts.map((text, index) => (index < texts.length - 1 ? text + sqlOf(values[index]) : text)).join("");
}

export function sqlOf(value: Value | undefined): string {
  if (!value) return "?";
  const data = dataOf(value);
  if (data?.type === "sql") return data.text;
  if (value.kind === "literal" && typeof value.value === "string") return value.value;
  if (value.kind === "text")
    return value.parts.map((part) => (typeof part === "string" ? part : "?")).join("");
  if (value.kind === "external" && value.path.at(-1) === "empty") return "";
  return "?";
}
