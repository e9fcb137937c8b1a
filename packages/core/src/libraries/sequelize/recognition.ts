/** Calls on receivers that lead nowhere: what looks like Sequelize's, and what only shares its words. */
import { optionsOf } from "../../trace/choice.js";
import type { Call } from "../../trace/library.js";
import { isOperation } from "./operations.js";

/** Names that belong to Sequelize, or to someone who copied it. The others are words that everybody uses. */
const distinctive = new Set([
  "findByPk",
  "findAndCountAll",
  "findOrBuild",
  "bulkCreate",
  "unscoped",
  "findOrCreate",
]);

const known = new Set([
  "where",
  "include",
  "attributes",
  "order",
  "limit",
  "offset",
  "transaction",
  "raw",
  "paranoid",
  "group",
  "having",
  "distinct",
  "returning",
  "lock",
  "logging",
  "truncate",
  "force",
  "individualHooks",
  "hooks",
  "fields",
  "rejectOnEmpty",
  "subQuery",
  "nest",
  "plain",
  "by",
  "defaults",
  "col",
]);

/** `Invoice.update(values, { where })` is Sequelize's; `Invoice.update(values)` may be anybody's. */
export function fits(owner: readonly string[], name: string, method: string, call: Call): boolean {
  if (distinctive.has(method)) return true;
  if (!isOperation(method) && method !== "scope" && method !== "build") return false;
  const isNamedAsModel =
    /^[A-Z]/.test(name) || /(?:^|\.)(?:db|database|models?|sequelize)$/i.test(owner.join("."));
  const objects = call.arguments.flatMap(optionsOf).filter((one) => one.kind === "object");
  const isSaid = objects.some((one) => [...one.fields.keys()].some((field) => known.has(field)));
  if (method === "create" || method === "build" || method === "scope") return isNamedAsModel;
  return (
    isSaid || (isNamedAsModel && (method.startsWith("find") || method === "count" || objects.length === 0))
  );
}
