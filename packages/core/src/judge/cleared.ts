/**
 * Queries on the rows of all tenants that nobody has to answer for: no request leads to them, or only those of the
 * service's own administrators. Both are claims about everybody who could call, so they need a world that is closed.
 */
import type { TrailStep } from "../proof/trail.js";
import type { Site } from "../trace/value.js";
import type { Reach, Reaches } from "./exemptions/reach.js";
import type { JudgedPath } from "./judge.js";
import type { ResourceVerdict } from "./verdict.js";

export function withCleared(
  paths: readonly JudgedPath[],
  { reachedBy, isUncalled }: Reaches,
  lineOf: (site: Site) => number,
): readonly JudgedPath[] {
  return paths.map((path) => {
    if (path.resources.some(({ fault }) => fault?.grade === "leak") && isUncalled(path.root.site))
      return { ...path, resources: path.resources.map((one) => inDeadCode(one, path.root.site)) };
    const isSweep = path.verdict === "unscoped" && path.resources.every(isSwept);
    const found = isSweep ? vouchedBy(reachedBy(path.root.site)) : null;
    if (!found) return path;
    const { site } = path.root;
    return {
      ...path,
      resources: path.resources.map((one) => ({ ...one, fault: null })),
      verdict: "exempt",
      exemption: { ...found, until: null, file: site.file, line: lineOf(site) },
    };
  });
}

/** It harms nobody until somebody calls it. */
function inDeadCode(verdict: ResourceVerdict, site: Site): ResourceVerdict {
  const { fault } = verdict;
  if (fault?.grade !== "leak") return verdict;
  const nobody: TrailStep = { site, said: { kind: "dead" } };
  return { ...verdict, fault: { ...fault, grade: "weak", trail: [nobody, ...fault.trail] } };
}

/** What an id chooses is the business of whoever made the id, unless it was read from a row here. */
function isSwept({ verdict, fault, constraint }: ResourceVerdict): boolean {
  if (verdict !== "unscoped" || fault?.data.kind === "unscoped" || fault?.data.kind === "unnamed")
    return true;
  if (fault?.data.kind === "storage-key") return fault.data.flaw.kind === "everything";
  return fault?.data.kind === "only-reference" && (fault.data.isAddress || constraint?.origin === "row");
}

function vouchedBy(reach: Reach | null): { readonly kind: string; readonly reason: string } | null {
  if (!reach?.isClosed) return null;
  const { requests, others } = reach;
  if (requests.length > 0)
    return requests.every(({ isAdmin }) => isAdmin)
      ? {
          kind: "platform-admin",
          reason: `only requests of administrators, or signed with the service's own secret, lead here: ${listed(requests.map(({ name }) => name))}`,
        }
      : null;
  return others.length > 0
    ? { kind: "background-sweep", reason: `no request leads here, only ${listed(others)}` }
    : null;
}

function listed(names: readonly string[]): string {
  const distinct = [...new Set(names)].sort();
  const rest = distinct.length - mostNames;
  return `${distinct.slice(0, mostNames).join(", ")}${rest > 0 ? `, and ${rest} more` : ""}`;
}

const mostNames = 3;
