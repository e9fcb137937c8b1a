/** Calls on receivers that lead nowhere: what looks like Prisma's, and what only shares its words. */
import type { Call } from "../../trace/library.js";
import type { ObjectValue } from "../../trace/value.js";

/** Every argument that an operation can have. */
const known = new Set([
  "where",
  "data",
  "select",
  "include",
  "omit",
  "take",
  "skip",
  "orderBy",
  "cursor",
  "distinct",
  "create",
  "update",
  "by",
  "having",
  "skipDuplicates",
  "limit",
  "relationLoadStrategy",
  "_count",
  "_sum",
  "_avg",
  "_min",
  "_max",
]);

const required: ReadonlyMap<string, readonly string[]> = new Map([
  ["create", ["data"]],
  ["createMany", ["data"]],
  ["createManyAndReturn", ["data"]],
  ["update", ["where", "data"]],
  ["updateMany", ["data"]],
  ["updateManyAndReturn", ["data"]],
  ["upsert", ["where", "create", "update"]],
  ["delete", ["where"]],
  ["findUnique", ["where"]],
  ["findUniqueOrThrow", ["where"]],
  ["groupBy", ["by"]],
]);

/** Names that belong to Prisma, or to someone who copied it. The others are words that everybody uses. */
const distinctive = new Set([
  "findUnique",
  "findUniqueOrThrow",
  "findFirst",
  "findFirstOrThrow",
  "findMany",
  "createMany",
  "createManyAndReturn",
  "updateMany",
  "updateManyAndReturn",
  "upsert",
  "deleteMany",
  "groupBy",
]);

/** `caller.invoice.create({ total })` is somebody's API; `tx.invoice.create({ data })` is Prisma. */
export function fits(owner: readonly string[], method: string, call: Call): boolean {
  const [args, ...others] = call.arguments;
  if (others.length > 0 || call.spread) return false;
  const isLikely = distinctive.has(method) || isNamedAsClient(owner);
  if (args === undefined) return !required.has(method) && isLikely;
  if (args.kind === "object") return hasArgumentsOf(method, args);
  return (
    isLikely &&
    args.kind !== "literal" &&
    args.kind !== "function" &&
    args.kind !== "array" &&
    args.kind !== "text"
  );
}

function hasArgumentsOf(method: string, args: ObjectValue): boolean {
  const names = [...args.fields.keys()];
  const missing = (required.get(method) ?? []).some((name) => !args.fields.has(name));
  return names.every((name) => known.has(name)) && (!missing || args.open);
}

/** `prisma`, `ctx.db`, `tx`, `this.prismaService` */
function isNamedAsClient(owner: readonly string[]): boolean {
  const name = owner.at(-1) ?? "";
  return /prisma/i.test(name) || /^(?:_?db|_?database|tx|trx|client|orm|transaction)$/i.test(name);
}
