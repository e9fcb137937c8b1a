/** What code and database each hold by themselves, path by path, where tables are under row security. */
import { findTable } from "../../tenancy/lookup.js";
import { securedBehind } from "../../tenancy/row-security/around.js";
import { judgeRowSecurity, usesRowSecurity } from "../../tenancy/row-security/judge.js";
import type { Table, Tenancy } from "../../tenancy/tenancy.js";
import type { Access } from "../../trace/library.js";
import { siteKey } from "../../trace/value.js";
import type { Trace } from "../../trace/trace.js";
import type { Protection } from "../../vocabulary.js";
import type { JudgedPath } from "../judge.js";
import { unclear, worstOf, type ResourceVerdict } from "../verdict.js";
import { isOnOpenSession, touchesRowSecurity, underPolicies, type Reading } from "./under.js";

type Judge = (accesses: readonly Access[]) => readonly JudgedPath[];

/** The accesses with what the database adds (null: nothing); the same ones where no table is under row security. */
export function withPolicies(
  accesses: readonly Access[],
  tenancy: Tenancy,
  reading: Reading | null = "forced",
): readonly Access[] {
  if (!usesRowSecurity(tenancy)) return accesses;
  const isSecured = isSecuredIn(tenancy);
  return accesses.map((access) => {
    if (!touchesRowSecurity(access, isSecured)) return access;
    const added = reading === null ? access : underPolicies(access, tenancy, reading);
    return isOnOpenSession(access) ? { ...added, isOnOpenSession: true } : added;
  });
}

export function withProtection(
  paths: readonly JudgedPath[],
  { accesses }: Pick<Trace, "accesses">,
  tenancy: Tenancy,
  judge: Judge,
): readonly JudgedPath[] {
  if (!usesRowSecurity(tenancy)) return paths;
  const isSecured = isSecuredIn(tenancy);
  const secured = new Map<string, Access[]>();
  for (const access of accesses)
    if (touchesRowSecurity(access, isSecured)) {
      const key = siteKey(access.site);
      secured.set(key, [...(secured.get(key) ?? []), access]);
    }
  if (secured.size === 0) return paths;
  const judged = (reading: Reading | null): ReadonlyMap<string, JudgedPath> =>
    new Map(judge(withPolicies(accesses, tenancy, reading)).map((path) => [siteKey(path.root.site), path]));
  const [code, database, supposed] = [judged(null), judged("alone"), judged("supposed")];
  return paths.map((path) => {
    const key = siteKey(path.root.site);
    const there = secured.get(key);
    if (!there) return path;
    const byCode = code.get(key);
    const isByCode = byCode?.verdict === "scoped";
    const isByDatabase = database.get(key)?.verdict === "scoped";
    const doubted = withDoubts(path, there, supposed.get(key), tenancy);
    return {
      ...(isByCode ? doubted : heldByDatabase(doubted, byCode)),
      protection: isTold(doubted) || isByDatabase ? protectionOf(isByCode, isByDatabase) : null,
    };
  });
}

/** What could not be decided, or is nobody's, is not called unprotected. */
function isTold({ verdict }: JudgedPath): boolean {
  return verdict !== "unclear" && verdict !== "global" && verdict !== "exempt";
}

function protectionOf(isByCode: boolean, isByDatabase: boolean): Protection {
  if (isByCode) return isByDatabase ? "code and database" : "code only";
  return isByDatabase ? "database only" : "neither";
}

/** Where the code alone would not do, it is row security that limits it. */
function heldByDatabase(path: JudgedPath, byCode: JudgedPath | undefined): JudgedPath {
  const isOfCode = (resource: string): boolean =>
    byCode?.resources.some((one) => one.resource === resource && one.verdict === "scoped") === true;
  return {
    ...path,
    resources: path.resources.map((one) =>
      one.verdict === "scoped" && one.constraint && !isOfCode(one.resource)
        ? { ...one, constraint: { ...one.constraint, kind: "row-security" } }
        : one,
    ),
  };
}

/** Row security may hold it all the same: who connects, or whoever hands in the client, decides. */
function withDoubts(
  path: JudgedPath,
  accesses: readonly Access[],
  supposed: JudgedPath | undefined,
  tenancy: Tenancy,
): JudgedPath {
  const resources = path.resources.map((one): ResourceVerdict => {
    if (!one.fault || !isSoftened(one.fault.rule)) return one;
    const told = supposed?.resources.find(({ resource }) => resource === one.resource);
    const reason =
      told?.verdict === "scoped" ? whySupposed(one.resource, tenancy) : whyOpen(one, accesses, path, tenancy);
    return reason === null ? withUnset(one, tenancy) : unclear(one.resource, reason);
  });
  const isSame = resources.every((one, index) => one === path.resources[index]);
  return isSame ? path : { ...path, resources, verdict: worstOf(resources).verdict };
}

/** It is where row security has nothing to go by. */
function withUnset(one: ResourceVerdict, tenancy: Tenancy): ResourceVerdict {
  const table = heldBy(one.resource, tenancy);
  const [unset] = (table?.rowSecurity?.enabled && judgeRowSecurity(table, tenancy)?.settings) || [];
  return one.fault?.data.kind === "unscoped" && unset !== undefined
    ? { ...one, fault: { ...one.fault, data: { ...one.fault.data, unset } } }
    : one;
}

/** The table whose policies decide: the weakest of those behind a view. */
function heldBy(name: string, tenancy: Tenancy): Table | null {
  const named = findTable(tenancy, name);
  const behind = named ? securedBehind(named, tenancy) : [];
  return behind.find(({ rowSecurity }) => !rowSecurity!.forced) ?? behind[0] ?? null;
}

function isSoftened(rule: string): boolean {
  return rule === "no-unscoped-query" || rule === "no-optional-tenant" || rule === "no-unverified-job";
}

function whySupposed(resource: string, tenancy: Tenancy): string {
  const table = heldBy(resource, tenancy);
  const judgement = table && judgeRowSecurity(table, tenancy);
  return judgement?.forced === false
    ? `row security holds "${resource}" to the tenant that is set here, unless the service connects as the table's owner, whom it does not bind`
    : `row security holds "${resource}" to a tenant that is set for the whole session, and no longer than until somebody else sets another`;
}

function whyOpen(
  { resource }: ResourceVerdict,
  accesses: readonly Access[],
  { root }: JudgedPath,
  tenancy: Tenancy,
): string | null {
  return root.isOnPool || !accesses.some(isOnOpenSession)
    ? null
    : whyUnknown(resource, root.operation, tenancy);
}

/** Null where row security would not hold it either. */
function whyUnknown(resource: string, operation: string, tenancy: Tenancy): string | null {
  const table = heldBy(resource, tenancy);
  const judgement = table && judgeRowSecurity(table, tenancy);
  const verbs = operation === "upsert" ? (["insert", "update"] as const) : ([verbOf(operation)] as const);
  if (!judgement?.enabled || verbs.some((verb) => judgement.verbs[verb] !== "bound")) return null;
  const [setting] = judgement.settings;
  return setting === undefined
    ? null
    : `row security holds "${resource}" to one tenant where "${setting}" is set, and whether it is set here can't be seen`;
}

function verbOf(operation: string): "select" | "insert" | "update" | "delete" {
  return operation === "insert" || operation === "update" || operation === "delete" ? operation : "select";
}

/** One file shows neither who sets it nor where it is run. */
export function withDoubtsOfOneFile(paths: readonly JudgedPath[], tenancy: Tenancy): readonly JudgedPath[] {
  if (!usesRowSecurity(tenancy)) return paths;
  return paths.map((path) => {
    const resources = path.resources.map((one): ResourceVerdict => {
      const isDoubtful = one.fault !== null && isSoftened(one.fault.rule);
      const reason = isDoubtful ? whyUnknown(one.resource, path.root.operation, tenancy) : null;
      return reason === null ? one : unclear(one.resource, reason);
    });
    const isSame = resources.every((one, index) => one === path.resources[index]);
    return isSame ? path : { ...path, resources, verdict: worstOf(resources).verdict };
  });
}

const known = new WeakMap<Tenancy, (name: string) => boolean>();

function isSecuredIn(tenancy: Tenancy): (name: string) => boolean {
  let isSecured = known.get(tenancy);
  if (!isSecured) {
    const names = new Map<string, boolean>();
    isSecured = (name) => {
      let answer = names.get(name);
      if (answer === undefined) names.set(name, (answer = heldBy(name, tenancy) !== null));
      return answer;
    };
    known.set(tenancy, isSecured);
  }
  return isSecured;
}
