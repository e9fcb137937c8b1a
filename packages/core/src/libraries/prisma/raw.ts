/** Raw SQL: `` $queryRaw`…` `` and its siblings, and what `Prisma.sql` puts together. */
import { isNumber } from "../../raw-sql/numbers.js";
import { runSql } from "../../raw-sql/run.js";
import { joinOf, piecesOf, splicedText, templateOf, wordsOf, type SqlText } from "../../raw-sql/text.js";
import { worded } from "../../raw-sql/words.js";
import type { Call, Tracer } from "../../trace/library.js";
import { poolSession } from "../../trace/session.js";
import { siteKey, type LibraryValue, type Value } from "../../trace/value.js";
import { dataOf, library, type ClientData } from "./values.js";

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
export function runRaw(tracer: Tracer, method: string, call: Call, client: ClientData): Value {
  const { site } = call;
  const isOnPool = client.isPool;
  const session = client.session ?? (isOnPool ? poolSession : undefined);
  const unread = unreadMethods.get(method);
  if (unread !== undefined) {
    tracer.begin({ site, kind: "query", library, operation: "raw", tables: [], repair: null, isOnPool });
    const detail = {
      kind: "raw",
      text: "",
      reason: unread,
      isOpen: false,
      parts: [],
      isDefinition: false,
    } as const;
    tracer.record({ site, kind: "query", library, operation: "raw", stage: "run", detail });
    return { kind: "rows", access: siteKey(site), many: true, absent: false, text: "" };
  }
  const isUnsafe = method.endsWith("Unsafe");
  const [first, ...values] = call.arguments;
  const rows = runSql(tracer, {
    library,
    site,
    text: isUnsafe
      ? splicedText(first && worded(tracer, first), (value) => isNumber(tracer, value))
      : textOf(first, values),
    parameters: isUnsafe ? numbered(call) : [],
    isOnPool,
    ...(session && { session }),
  });
  return method.startsWith("$execute") ? tracer.symbolic(site, `${method}()`) : rows;
}

/** Behind a list of which nobody knows how long it is, no value has a number. */
function numbered({ arguments: [, ...values], spread, trailing, written }: Call): readonly Value[] {
  if (!spread || trailing) return values;
  return values.slice(0, written.findIndex(({ kind }) => kind === "spread") - 1);
}

const unreadMethods = new Map([
  ["$queryRawTyped", "a query that stands in a file of its own is not read"],
  ["$runCommandRaw", "a command of MongoDB's is not read"],
  ["findRaw", "a command of MongoDB's is not read"],
  ["aggregateRaw", "a command of MongoDB's is not read"],
]);

function textOf(first: Value | undefined, values: readonly Value[]): SqlText {
  if (first?.kind !== "array") return sqlOf(first);
  const texts = first.elements.map((one) => (one.kind === "literal" ? String(one.value) : ""));
  return templateOf(texts, values, fragmentOf);
}

/** `` $queryRaw(Prisma.sql`…`) ``: a value there is SQL, whatever it is. */
function sqlOf(value: Value | undefined): SqlText {
  if (value?.kind === "choice")
    return [
      {
        kind: "choice",
        key: value,
        options: value.options.map((option) => sqlOf(option)),
        reason: value.reason,
      },
    ];
  return (
    (value && fragmentOf(value)) ?? [{ kind: "open", value: value ?? { kind: "unknown" }, isSpliced: false }]
  );
}

/** `` Prisma.sql`…`.sql `` */
export function wordsOfSql(value: LibraryValue): Value | null {
  const text = fragmentOf(value);
  return text && wordsOf(text);
}

/** SQL that was put together before; null for a value. */
function fragmentOf(value: Value): SqlText | null {
  if (value.kind === "external" && value.path.at(-1) === "empty") return [];
  const data = dataOf(value);
  if (data?.type !== "sql") return null;
  const holds = (value as LibraryValue).holds ?? [];
  const [first, separator, prefix, suffix] = holds;
  switch (data.made) {
    case "template":
      return templateOf(data.texts, holds, fragmentOf);
    case "raw":
      return splicedText(first, () => false);
    case "join":
      return [
        ...splicedText(prefix, () => false),
        ...joinOf(first, separator ? splicedText(separator, () => false) : [","], fragmentOf),
        ...splicedText(suffix, () => false),
      ];
    case "open":
      return first && first.kind !== "symbolic"
        ? piecesOf(first, fragmentOf)
        : [{ kind: "open", value: first ?? { kind: "unknown" }, isSpliced: false }];
  }
}
