/** From judged paths to the report: ids, places, sentences, order. */
import type { ExemptionFault } from "../judge/exemptions/exemptions.js";
import type { JudgedPath } from "../judge/judge.js";
import type { TableFault } from "../judge/tables.js";
import type { Fault, ResourceVerdict } from "../judge/verdict.js";
import { judgeRowSecurity } from "../tenancy/row-security/judge.js";
import type { Table, Tenancy } from "../tenancy/tenancy.js";
import type { Site } from "../trace/value.js";
import { gradesWorstFirst } from "../vocabulary.js";
import {
  schemaVersion,
  type AccessPath,
  type Finding,
  type Grade,
  type Report,
  type ReportedConstraint,
  type ReportedTable,
  type Verdict,
} from "./contract.js";
import { exemptionMessage } from "./exemption-messages.js";
import { findingOf, reportedTrail, spell, textIn, type Wording, type Words } from "./finding.js";
import { shortHash } from "./hash.js";
import { byCodeUnit, byFile, byPlace } from "./order.js";
import { findRepair, type SuggestedRepair } from "./repair.js";
import { siblingsIn } from "./siblings.js";
import { tableMessage, tableStepNote } from "./table-messages.js";

export interface Parts extends Words {
  readonly project: Report["project"];
  readonly version: string;
  readonly sees: "project" | "file";
  readonly paths: readonly JudgedPath[];
  readonly tables: readonly TableFault[];
  readonly exemptions: readonly ExemptionFault[];
  /** The names of the entry points that lead to a path. */
  entriesAt(path: JudgedPath): readonly string[];
  functionNameAt(site: Site): string;
}

/** A path of the report beside what judge said of it. */
export interface Finished {
  readonly path: AccessPath;
  readonly judged: JudgedPath;
  readonly findings: readonly {
    readonly finding: Finding;
    readonly verdict: ResourceVerdict;
    readonly repair: SuggestedRepair | null;
  }[];
}

export function assemble(parts: Parts): { report: Report; finished: readonly Finished[] } {
  const described = parts.paths
    .map((judged) => ({
      judged,
      range: parts.rangeOf(judged.root.site),
      functionName: parts.functionNameAt(judged.root.site),
    }))
    .sort((a, b) => byPlace(a.range, b.range) || a.judged.root.site.start - b.judged.root.site.start);
  const ordinals = new Map<string, number>();
  const placed = described.map(({ judged, range, functionName }) => {
    const resources = resourcesOf(judged);
    const identity = [
      range.file,
      functionName,
      judged.root.library,
      judged.root.operation,
      // The keys of a cache depend on who calls; an id must not.
      ...(judged.root.kind === "query" ? resources : judged.root.tables),
    ].join("\n");
    const ordinal = ordinals.get(identity) ?? 0;
    ordinals.set(identity, ordinal + 1);
    const path: AccessPath = {
      id: shortHash(`${identity}\n${ordinal}`),
      ...range,
      function: functionName,
      kind: judged.root.kind,
      library: judged.root.library,
      operation: judged.root.operation,
      ...(judged.root.isSql && { language: "sql" as const }),
      resources,
      verdict: judged.verdict,
      ...(judged.protection && { protection: judged.protection }),
      constraints: judged.resources.flatMap((one) => constraintsOf(parts, judged, one)),
      entryPoints: parts.entriesAt(judged),
      exemption: judged.exemption,
      unclear:
        judged.verdict === "unclear"
          ? (judged.resources.find((one) => one.unclear !== null)?.unclear ?? null)
          : null,
    };
    return { path, judged };
  });
  const wording: Wording = { ...parts, siblings: siblingsIn(placed, parts.sees) };
  const told = gravestOf(placed.flatMap(({ judged }) => judged.resources));
  const finished = placed.map(({ path, judged }): Finished => {
    const findings = judged.resources.flatMap((verdict) => {
      const { fault } = verdict;
      const own = fault && {
        finding: findingOf(wording, judged, path, verdict.resource, fault),
        verdict,
        repair: path.resources.length > 1 ? null : repairOf(parts, judged, fault),
      };
      const entering = (verdict.untrusted ?? [])
        .filter((one) => told.has(one))
        .map((one) => ({
          finding: findingOf(wording, judged, path, verdict.resource, one),
          verdict,
          repair: null,
        }));
      return [...(own ? [own] : []), ...entering];
    });
    return { path, judged, findings };
  });
  const paths = finished.map((one) => one.path);
  const findings = [
    ...finished.flatMap((one) => one.findings.map(({ finding }) => finding)),
    ...parts.tables.map((fault) => tableFinding(parts, fault)),
    ...exemptionFindings(parts, finished),
  ].sort((a, b) => byPlace(a, b) || byCodeUnit(a.rule, b.rule));
  return { report: reportOf(parts, paths, findings), finished };
}

function resourcesOf(judged: JudgedPath): readonly string[] {
  return [...new Set(judged.resources.map((one) => one.resource).filter((name) => name !== ""))];
}

/** What is limited to one tenant is shown with the way there, also where no value had to be followed. */
function constraintsOf(
  parts: Parts,
  judged: JudgedPath,
  { resource, verdict, constraint, untrusted }: ResourceVerdict,
): readonly ReportedConstraint[] {
  if (!constraint) return [];
  const { kind, key, origin, proof, others = [] } = constraint;
  // One value is one finding, and every path that it comes to shows how.
  const trail = constraint.trail ?? untrusted?.[0]?.trail ?? [];
  const { operation, library } = judged.root;
  const isTold = trail.length > 0 || verdict !== "scoped";
  const whole = isTold
    ? trail
    : parts.trailTo(judged, {
        operation,
        library,
        table: resource,
        limit: "bound",
        ties: key === "" ? [] : [{ column: key, through: [], value: null }],
        isWritten: kind === "values",
      });
  return [
    {
      resource,
      kind,
      key,
      origin,
      proof,
      trail: reportedTrail(parts, whole),
      others: others.map((one) => ({ entryPoint: one.entry, origin: one.origin, proof: one.proof })),
    },
  ];
}

function rankOf(grade: Grade): number {
  return gradesWorstFirst.indexOf(grade);
}

/**
 * A value that enters at one place of one handler is one finding, however many paths it comes to: what is worst, and of equals
 * what comes first.
 */
function gravestOf(verdicts: readonly ResourceVerdict[]): ReadonlySet<Fault> {
  const gravest = new Map<string, Fault>();
  for (const fault of verdicts.flatMap((one) => one.untrusted ?? [])) {
    const { rule, at, entry, trail, data, grade } = fault;
    // A handler that stands behind several routes is one place where it is mended.
    const begins = trail[0] ? `${trail[0].site.file}:${trail[0].site.start}` : entry;
    const key = `${rule} ${at?.file}:${at?.start} ${begins} ${textIn(data)}`;
    const known = gravest.get(key);
    if (!known || rankOf(grade) < rankOf(known.grade)) gravest.set(key, fault);
  }
  return new Set(gravest.values());
}

/** The message says how many there are in all. */
const mostQueries = 20;

/** It stands in the schema, where a table or policy begins; no reader of schemas says in which column. */
function tableFinding(
  parts: Parts,
  { rule, grade, identity, place, data, trail, queries }: TableFault,
): Finding {
  return {
    rule,
    grade,
    fingerprint: shortHash(`${rule}\n${identity}`),
    path: null,
    file: place.file,
    line: place.line,
    column: 1,
    endLine: place.line,
    endColumn: 1,
    message: tableMessage(data),
    trail: [
      ...trail.map(({ file, line, step }) => ({
        file,
        line,
        column: 1,
        endLine: line,
        endColumn: 1,
        note: tableStepNote(step),
      })),
      ...queries
        .map((site) => ({ ...parts.rangeOf(site), note: "runs on a connection of the pool" }))
        .sort(byPlace)
        .slice(0, mostQueries),
    ],
    siblings: null,
    baseline: "new",
  };
}

/** They stand where the comment does. */
function exemptionFindings(parts: Parts, finished: readonly Finished[]): readonly Finding[] {
  const idBySite = new Map(finished.map(({ path, judged }) => [judged.root.site, path.id]));
  const ordinals = new Map<string, number>();
  return parts.exemptions.map(({ rule, grade, site, text, data, path }): Finding => {
    const identity = [rule, site.file, parts.functionNameAt(site), text, data.kind].join("\n");
    const ordinal = ordinals.get(identity) ?? 0;
    ordinals.set(identity, ordinal + 1);
    return {
      rule,
      grade,
      fingerprint: shortHash(`${identity}\n${ordinal}`),
      path: (path && idBySite.get(path)) ?? null,
      ...parts.rangeOf(site),
      message: exemptionMessage(data),
      trail: [],
      siblings: null,
      baseline: "new",
    };
  });
}

function repairOf(parts: Parts, judged: JudgedPath, fault: Fault): SuggestedRepair | null {
  const { data } = fault;
  if (!("key" in data && "table" in data)) return null;
  return findRepair(judged, fault, spell(parts, data.library, data.table, data.key));
}

function reportOf(parts: Parts, paths: readonly AccessPath[], findings: readonly Finding[]): Report {
  const byVerdict: Partial<Record<Verdict, number>> = {};
  for (const path of paths) byVerdict[path.verdict] = (byVerdict[path.verdict] ?? 0) + 1;
  const byGrade: Partial<Record<Grade, number>> = {};
  for (const finding of findings) byGrade[finding.grade] = (byGrade[finding.grade] ?? 0) + 1;
  return {
    schemaVersion,
    tool: { name: "tenant-audit", version: parts.version },
    project: {
      ...parts.project,
      skipped: [...parts.project.skipped].sort(byFile),
      notJudged: [...parts.project.notJudged].sort(byFile),
      notes: [...parts.project.notes].sort((a, b) => byFile(a, b) || byCodeUnit(a.message, b.message)),
    },
    tenancy: reportedTenancy(parts.tenancy),
    paths,
    findings,
    summary: { paths: paths.length, byVerdict, byGrade },
  };
}

/** The model as every report gives it, also where nothing is judged. */
export function reportedTenancy(tenancy: Tenancy): Report["tenancy"] {
  return {
    levels: tenancy.levels.map(({ name, table, columns, parent, confidence, reason }) => ({
      name,
      table,
      columns,
      parent,
      confidence,
      reason,
    })),
    users: tenancy.users,
    tables: tenancy.tables.map((table) => reportedTable(table, tenancy)),
  };
}

function reportedTable(table: Table, tenancy: Tenancy): ReportedTable {
  return {
    name: table.name,
    class: table.class,
    key: table.keys.map((key) => key.column),
    via: table.via[0] ? { table: table.via[0].table, column: table.via[0].column } : null,
    source: table.source,
    rowSecurity: reportedRowSecurity(table, tenancy),
    reason: table.reason,
    confidence: table.confidence,
    membership: table.membership,
    references: table.references,
    file: table.file,
    line: table.line,
  };
}

function reportedRowSecurity(table: Table, tenancy: Tenancy): ReportedTable["rowSecurity"] {
  const judgement = judgeRowSecurity(table, tenancy);
  if (!table.rowSecurity || !judgement) return null;
  return {
    enabled: judgement.enabled,
    forced: judgement.forced,
    policies: table.rowSecurity.policies.map(({ name, permissive, verbs, roles, file, line }) => ({
      name,
      permissive,
      verbs,
      roles,
      file,
      line,
    })),
    verbs: judgement.verbs,
    through: judgement.through,
    faults: judgement.faults.map(({ kind }) => kind),
  };
}
