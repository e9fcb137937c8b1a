/**
 * What the other paths to the same table do. Where nearly all of them bind the tenant and one does not, that is the best
 * evidence a reviewer can get; where few do, or it is mixed, it is none, and nothing is said.
 */
import type { JudgedPath } from "../judge/judge.js";
import type { Fault, ResourceVerdict } from "../judge/verdict.js";
import type { AccessPath, Operation, Siblings } from "./contract.js";
import { byPlace } from "./order.js";

export interface SiblingsIn {
  /** Null where they are no evidence. `key`: the tenant key, as the model names it. */
  findSiblings(path: AccessPath, resource: string, key: string, fault: Fault): Siblings | null;
}

interface Member {
  readonly path: AccessPath;
  readonly verdict: ResourceVerdict;
}

const fewest = 3;
const clearMajority = 3 / 4;

/** `sees`: where one file is all there is, what others do is not known. */
export function siblingsIn(
  paths: readonly { readonly path: AccessPath; readonly judged: JudgedPath }[],
  sees: "project" | "file",
): SiblingsIn {
  const members = new Map<string, Member[]>();
  for (const { path, judged } of paths) {
    if (path.kind !== "query") continue;
    for (const verdict of judged.resources) {
      const key = keyOf(path, verdict.resource);
      const known = members.get(key);
      if (known) known.push({ path, verdict });
      else members.set(key, [{ path, verdict }]);
    }
  }
  return {
    findSiblings: (path, resource, key, fault) => {
      if (path.kind !== "query") return null;
      const others = (members.get(keyOf(path, resource)) ?? []).filter((one) => one.path !== path);
      const inFile = others.filter((one) => one.path.file === path.file);
      const owner = classOf(path);
      const inClass = owner === null ? [] : inFile.filter((one) => classOf(one.path) === owner);
      const isBound = ({ verdict }: Member): boolean => binds(verdict, key, fault);
      // The closest that are enough to tell decide, also where they are mixed.
      if (inClass.length >= fewest) return evidenceIn(inClass, isBound, path, "class");
      if (inFile.length >= fewest) return evidenceIn(inFile, isBound, path, "file");
      return sees === "project" ? evidenceIn(others, isBound, path, "project") : null;
    },
  };
}

function evidenceIn(
  others: readonly Member[],
  isBound: (member: Member) => boolean,
  path: AccessPath,
  within: Siblings["within"],
): Siblings | null {
  const bound = others.filter(isBound).map((one) => one.path);
  if (bound.length < fewest || bound.length < others.length * clearMajority) return null;
  const nearest = [...bound].sort(
    (one, other) => distance(one, path) - distance(other, path) || byPlace(one, other),
  )[0]!;
  const { id, file, line, column } = nearest;
  return { bound: bound.length, others: others.length, within, nearest: { path: id, file, line, column } };
}

/** Within the file by lines; else by how many directories lie between. */
function distance(one: AccessPath, other: AccessPath): number {
  if (one.file === other.file) return Math.abs(one.line - other.line) / 1e9;
  const [left, right] = [one.file.split("/"), other.file.split("/")];
  const shared = left.findIndex((part, index) => part !== right[index]);
  return left.length + right.length - 2 * shared;
}

function binds({ verdict, constraint }: ResourceVerdict, key: string, fault: Fault): boolean {
  if (verdict !== "scoped" || constraint?.key !== key) return false;
  if (!["predicate", "values", "join"].includes(constraint.kind)) return false;
  // Whoever is told that nobody proved it wants to see where somebody did.
  return fault.data.kind !== "untrusted" || !["given", "none"].includes(constraint.proof);
}

function keyOf({ operation }: AccessPath, resource: string): string {
  return `${familyOf(operation)} ${resource}`;
}

export function familyOf(operation: Operation | string): "reads" | "inserts" | "changes" {
  switch (operation) {
    case "insert":
      return "inserts";
    case "update":
    case "delete":
    case "upsert":
      return "changes";
    default:
      return "reads";
  }
}

/** `InvoiceService.list` belongs to `InvoiceService`. */
export function classOf({ function: name }: AccessPath): string | null {
  const dot = name.indexOf(".");
  return dot < 0 || name.includes("<") ? null : name.slice(0, dot);
}
