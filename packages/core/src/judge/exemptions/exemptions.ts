/**
 * Exemptions: comments that vouch for the paths of the statement below them. One that is wrong vouches for nothing, so
 * what it stood for is reported beside it.
 */
import type { PlacedComment } from "../../link/comments.js";
import { findTable } from "../../tenancy/lookup.js";
import type { Tenancy } from "../../tenancy/tenancy.js";
import type { Site } from "../../trace/value.js";
import type { Grade, Verdict } from "../../vocabulary.js";
import type { JudgedPath } from "../judge.js";
import type { RuleId } from "../rules.js";
import { worstOf, type ResourceVerdict } from "../verdict.js";
import {
  readExemption,
  type ExemptionKind,
  type GrammarFault,
  type ReadExemption,
  type WrittenExemption,
} from "./grammar.js";
import type { ReachedBy } from "./reach.js";

export interface ExemptionFault {
  readonly rule: RuleId;
  readonly grade: Grade;
  /** The comment's. */
  readonly site: Site;
  readonly text: string;
  readonly data: ExemptionFaultData;
  /** The path that shows it, if one does. */
  readonly path: Site | null;
}

export type ExemptionFaultData =
  | GrammarFault
  | { readonly kind: "above-nothing" }
  | { readonly kind: "above-declaration"; readonly of: "function" | "class" }
  /** The next one stands above the same statement. */
  | { readonly kind: "second" }
  | { readonly kind: "expired"; readonly until: string }
  | { readonly kind: "stale" }
  | { readonly kind: "stale-tables"; readonly tables: readonly string[] }
  | { readonly kind: "redundant" }
  | {
      readonly kind: "contradicted";
      readonly by: "platform-admin" | "background-sweep";
      readonly requests: readonly string[];
    };

export interface ExemptionContext {
  readonly tenancy: Tenancy;
  /** Today, as a day. */
  readonly asOf: string;
  /** A single file shows neither that a path is missing, nor that it would be scoped anyway, nor the guards before it. */
  readonly sees: "project" | "file";
  readonly reachedBy: ReachedBy;
}

export function withExemptions(
  paths: readonly JudgedPath[],
  comments: readonly PlacedComment[],
  context: ExemptionContext,
): { readonly paths: readonly JudgedPath[]; readonly faults: readonly ExemptionFault[] } {
  const written = comments.flatMap((comment) => {
    const read = readExemption(comment.text);
    return read ? [{ comment, read }] : [];
  });
  const placed = written.map((one, index) => place(one, written[index + 1]?.comment, context.asOf));
  const standing = placed.filter((one) => one.kind === "standing");
  const faults = placed.filter((one) => one.kind === "refused").map(({ fault }) => fault);

  const byFile = grouped(standing, ({ statement }) => statement.file);
  const nearest = new Map(
    paths.map((path) => [path, innermost(byFile.get(path.root.site.file) ?? [], path)] as const),
  );
  const covered = grouped(paths, (path) => nearest.get(path));
  const lifted = new Set<Standing>();
  for (const one of context.sees === "project" ? standing : []) {
    const own = covered.get(one) ?? [];
    const contradiction = contradictionOf(one, own, context);
    if (contradiction) lifted.add(one);
    const fault = contradiction ?? idlenessOf(one, own, context);
    if (fault) faults.push(fault);
  }
  return {
    paths: paths.map((path) => {
      const exemption = nearest.get(path);
      return exemption && !lifted.has(exemption) ? exempted(path, exemption, context.tenancy) : path;
    }),
    faults,
  };
}

function grouped<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** It can be read, it stands above a statement, and its day has not passed. */
interface Standing {
  readonly kind: "standing";
  readonly comment: PlacedComment;
  readonly exemption: WrittenExemption;
  readonly statement: Site;
}

interface Refused {
  readonly kind: "refused";
  readonly fault: ExemptionFault;
}

function place(
  { comment, read }: { readonly comment: PlacedComment; readonly read: ReadExemption },
  next: PlacedComment | undefined,
  asOf: string,
): Standing | Refused {
  const refused = (data: ExemptionFaultData): Refused => ({
    kind: "refused",
    fault: faultOf(comment, data, null),
  });
  if (read.kind === "fault") return refused(read.fault);
  const { exemption } = read;
  const { above, site } = comment;
  if (above.kind === "nothing") return refused({ kind: "above-nothing" });
  if (above.kind === "declaration") return refused({ kind: "above-declaration", of: above.of });
  const statement = { ...above.span, file: site.file };
  if (next && isAbove(next, statement)) return refused({ kind: "second" });
  if (exemption.until !== null && exemption.until < asOf)
    return refused({ kind: "expired", until: exemption.until });
  return { kind: "standing", comment, exemption, statement };
}

function isAbove({ site, above }: PlacedComment, statement: Site): boolean {
  return site.file === statement.file && above.kind === "statement" && above.span.start === statement.start;
}

/** Comments come in the order of the text, and statements lie inside each other: the last one around it is the innermost. */
function innermost(ofFile: readonly Standing[], { root: { site } }: JudgedPath): Standing | undefined {
  return ofFile.findLast(({ statement }) => statement.start <= site.start && site.end <= statement.end);
}

function exempted(path: JudgedPath, { exemption, comment }: Standing, tenancy: Tenancy): JudgedPath {
  const isVouchedFor = (one: ResourceVerdict): boolean =>
    vouchable.includes(one.verdict) && isNamed(one, exemption, tenancy);
  if (!path.resources.some(isVouchedFor)) return path;
  const resources = path.resources.map((one) =>
    isVouchedFor(one) ? { ...one, verdict: "exempt" as const, fault: null, untrusted: [] } : one,
  );
  return {
    ...path,
    resources,
    verdict: path.verdict === "exempt" ? "exempt" : worstOf(resources).verdict,
    exemption: {
      kind: exemption.kind,
      reason: exemption.reason,
      until: exemption.until,
      file: comment.site.file,
      line: comment.line,
    },
  };
}

const vouchable: readonly Verdict[] = ["unscoped", "untrusted", "optional"];

function isNamed(resource: ResourceVerdict, { tables }: WrittenExemption, tenancy: Tenancy): boolean {
  const named = tables.map((table) => tableNamed(table, tenancy));
  return named.length === 0 || tablesOf(resource).every((table) => named.includes(table));
}

/** What is cached under a key counts, and not the key. */
function tablesOf({ resource, fault }: ResourceVerdict): readonly string[] {
  return fault && "tables" in fault.data ? fault.data.tables : [resource];
}

/** As verdicts name it: by the model's name, where the model knows it. */
function tableNamed(table: string, tenancy: Tenancy): string {
  return findTable(tenancy, table)?.name ?? table;
}

/** Only what is seen contradicts it: a caller that nobody can find proves nothing in either direction. */
function contradictionOf(
  { comment, exemption }: Standing,
  covered: readonly JudgedPath[],
  { tenancy, reachedBy }: ExemptionContext,
): ExemptionFault | null {
  const { kind } = exemption;
  if (!isChecked(kind)) return null;
  for (const { root, resources } of covered) {
    if (!resources.some((one) => isNamed(one, exemption, tenancy))) continue;
    const requests = (reachedBy(root.site)?.requests ?? [])
      .filter(({ isAdmin }) => kind === "background-sweep" || !isAdmin)
      .map(({ name }) => name);
    if (requests.length > 0) return faultOf(comment, { kind: "contradicted", by: kind, requests }, root.site);
  }
  return null;
}

function isChecked(kind: ExemptionKind): kind is "platform-admin" | "background-sweep" {
  return kind === "platform-admin" || kind === "background-sweep";
}

/** It vouches for nothing that needs it. What is unclear may need it, so then nothing is said. */
function idlenessOf(
  { comment, exemption }: Standing,
  covered: readonly JudgedPath[],
  { tenancy }: ExemptionContext,
): ExemptionFault | null {
  if (covered.length === 0) return faultOf(comment, { kind: "stale" }, null);
  if (covered.some(({ verdict }) => verdict === "unclear")) return null;
  const resources = covered.flatMap((path) => path.resources);
  const touched = new Set(resources.flatMap(tablesOf));
  const tables = exemption.tables.filter((table) => !touched.has(tableNamed(table, tenancy)));
  const [{ root }] = covered as readonly [JudgedPath];
  if (tables.length > 0) return faultOf(comment, { kind: "stale-tables", tables }, root.site);
  const isNeeded = resources.some(
    (one) => vouchable.includes(one.verdict) && isNamed(one, exemption, tenancy),
  );
  return isNeeded ? null : faultOf(comment, { kind: "redundant" }, root.site);
}

function faultOf({ site, text }: PlacedComment, data: ExemptionFaultData, path: Site | null): ExemptionFault {
  return { rule: "no-invalid-exemption", grade: "weak", site, text, data, path };
}
