/**
 * `--format json`: the report, its keys always in the order of the published example. Every object is written out again
 * here, so that a field which is added to the contract and forgotten here does not compile.
 */
import {
  type AccessPath,
  type Finding,
  type Place,
  type Range,
  type Report,
  type ReportedRowSecurity,
  type ReportedTable,
  type TrailStep,
  gradesWorstFirst,
  verdictsWorstFirst,
} from "./contract.js";
import { jsonText } from "./sanitize.js";

export function jsonReport(report: Report): string {
  const { schemaVersion, tool, project, tenancy, summary } = report;
  const ordered: Report = {
    schemaVersion,
    tool: { name: tool.name, version: tool.version },
    project: {
      files: project.files,
      lines: project.lines,
      skipped: project.skipped.map(({ file, reason }) => ({ file, reason })),
      notJudged: project.notJudged.map(({ file, reason }) => ({ file, reason })),
      notes: project.notes.map(({ file, line, message }) => ({ file, line, message })),
    },
    tenancy: {
      levels: tenancy.levels.map(({ name, table, columns, parent, confidence, reason }) => ({
        name,
        table,
        columns,
        parent,
        confidence,
        reason,
      })),
      users: tenancy.users && {
        table: tenancy.users.table,
        columns: tenancy.users.columns,
        confidence: tenancy.users.confidence,
        reason: tenancy.users.reason,
      },
      tables: tenancy.tables.map(orderedTable),
    },
    paths: report.paths.map(orderedPath),
    findings: report.findings.map(orderedFinding),
    summary: {
      paths: summary.paths,
      byVerdict: inOrder(summary.byVerdict, verdictsWorstFirst),
      byGrade: inOrder(summary.byGrade, gradesWorstFirst),
    },
  };
  return `${jsonText(JSON.stringify(ordered, null, 2))}\n`;
}

function orderedTable(table: ReportedTable): ReportedTable {
  return {
    name: table.name,
    class: table.class,
    key: table.key,
    via: table.via && { table: table.via.table, column: table.via.column },
    source: table.source,
    rowSecurity: table.rowSecurity && orderedRowSecurity(table.rowSecurity),
    reason: table.reason,
    confidence: table.confidence,
    membership: table.membership && {
      user: table.membership.user,
      tenants: table.membership.tenants.map(({ column, level }) => ({ column, level })),
    },
    references: table.references.map(({ column, table: to, target, source }) => ({
      column,
      table: to,
      target,
      source,
    })),
    file: table.file,
    line: table.line,
  };
}

function orderedRowSecurity({
  enabled,
  forced,
  policies,
  verbs,
  through,
  faults,
}: ReportedRowSecurity): ReportedRowSecurity {
  return {
    enabled,
    forced,
    policies: policies.map((policy) => ({
      name: policy.name,
      permissive: policy.permissive,
      verbs: policy.verbs,
      roles: policy.roles,
      file: policy.file,
      line: policy.line,
    })),
    verbs: { select: verbs.select, insert: verbs.insert, update: verbs.update, delete: verbs.delete },
    through,
    faults,
  };
}

function orderedPath(path: AccessPath): AccessPath {
  return {
    id: path.id,
    ...orderedRange(path),
    function: path.function,
    kind: path.kind,
    library: path.library,
    operation: path.operation,
    ...(path.language && { language: path.language }),
    resources: path.resources,
    verdict: path.verdict,
    ...(path.protection && { protection: path.protection }),
    constraints: path.constraints.map(({ resource, kind, key, origin, proof, trail, others }) => ({
      resource,
      kind,
      key,
      origin,
      proof,
      trail: trail.map(orderedStep),
      others: others.map((one) => ({ entryPoint: one.entryPoint, origin: one.origin, proof: one.proof })),
    })),
    entryPoints: path.entryPoints,
    exemption: path.exemption && {
      kind: path.exemption.kind,
      reason: path.exemption.reason,
      until: path.exemption.until,
      file: path.exemption.file,
      line: path.exemption.line,
    },
    unclear: path.unclear,
  };
}

function orderedFinding(finding: Finding): Finding {
  return {
    rule: finding.rule,
    grade: finding.grade,
    fingerprint: finding.fingerprint,
    path: finding.path,
    ...orderedRange(finding),
    message: finding.message,
    trail: finding.trail.map(orderedStep),
    siblings: finding.siblings && {
      bound: finding.siblings.bound,
      others: finding.siblings.others,
      within: finding.siblings.within,
      nearest: { path: finding.siblings.nearest.path, ...orderedPlace(finding.siblings.nearest) },
    },
    baseline: finding.baseline,
  };
}

function orderedStep(step: TrailStep): TrailStep {
  return { ...orderedRange(step), note: step.note };
}

function orderedPlace({ file, line, column }: Place): Place {
  return { file, line, column };
}

function orderedRange(range: Range): Range {
  return { ...orderedPlace(range), endLine: range.endLine, endColumn: range.endColumn };
}

function inOrder<Key extends string>(
  counts: Readonly<Partial<Record<Key, number>>>,
  keys: readonly Key[],
): Partial<Record<Key, number>> {
  const ordered: Partial<Record<Key, number>> = {};
  for (const key of keys) {
    const count = counts[key];
    if (count !== undefined) ordered[key] = count;
  }
  return ordered;
}
