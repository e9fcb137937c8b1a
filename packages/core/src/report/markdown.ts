/**
 * The audit document. It is kept in the repository and compared in CI, so it says what concerns data access and nothing
 * that any other change would move: no numbers of files or lines, and no line numbers outside the findings.
 */
import {
  type AccessPath,
  type Finding,
  type Report,
  type ReportedConstraint,
  gradesWorstFirst,
  verdictsWorstFirst,
} from "./contract.js";
import { capitalized, foldFrom, folded, foldedIfLong, table } from "./markdown-blocks.js";
import { rowSecuritySection, tenancySection } from "./markdown-tenancy.js";
import { byCodeUnit, groupBy } from "./order.js";
import { htmlText, markdownCode, markdownProse } from "./sanitize.js";
import {
  accessWords,
  constraintWords,
  counted,
  gradeMeanings,
  protectionMeanings,
  protectionsStrongestFirst,
  verdictMeanings,
} from "./words.js";

/** By this line a file is known to be ours, and may be written over. */
export const documentMark =
  "<!-- Written by `tenant-audit scan --write`. Change the code, not this file. -->";

export function markdownReport(report: Report): string {
  const sections = [
    title(report),
    summarySection(report),
    findingsSection(report),
    tenancySection(report.tenancy),
    rowSecuritySection(report.tenancy),
    protectionSection(report),
    inventorySection(report),
    unclearSection(report),
    exemptionsSection(report),
    unjudgedSection(report),
    notesSection(report),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

/** The part of the document that is about the model, by itself. */
export function markdownTenancy(tenancy: Report["tenancy"], notes: Report["project"]["notes"]): string {
  const sections = [
    tenancySection(tenancy),
    rowSecuritySection(tenancy),
    notesSection({ project: { notes } }),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function title(report: Report): string {
  const files = new Set(report.paths.map((path) => path.file)).size;
  return [
    "# Tenant isolation audit",
    documentMark,
    `Every place where this code reads, writes, caches, enqueues or stores data, and what limits it to one tenant: ` +
      `${counted(report.summary.paths, "data-access path")} in ${counted(files, "file")}. ` +
      `Written by tenant-audit ${markdownProse(report.tool.version)} from the sources alone. ` +
      "`tenant-audit scan --write` writes it again, `tenant-audit scan --check` fails when it is out of date.",
  ].join("\n\n");
}

function summarySection({ summary, findings }: Report): string {
  const verdicts = verdictsWorstFirst.map((verdict) => [
    verdict,
    String(summary.byVerdict[verdict] ?? 0),
    verdictMeanings[verdict],
  ]);
  const grades = gradesWorstFirst.map((grade) => [
    grade,
    String(summary.byGrade[grade] ?? 0),
    gradeMeanings[grade],
  ]);
  return [
    "## Summary",
    table(["verdict", "paths", "what it means"], [...verdicts, ["all", String(summary.paths), ""]]),
    table(["grade", "findings", "what it means"], [...grades, ["all", String(findings.length), ""]]),
  ].join("\n\n");
}

function findingsSection({ findings, paths }: Report): string {
  if (findings.length === 0) return "## Findings\n\nNone.";
  const pathById = new Map(paths.map((path) => [path.id, path]));
  const blocks = gradesWorstFirst.flatMap((grade) => {
    const ofGrade = findings.filter((finding) => finding.grade === grade);
    if (ofGrade.length === 0) return [];
    const heading = `### ${capitalized(grade)}: ${gradeMeanings[grade]} (${ofGrade.length})`;
    return [heading, ...ofGrade.map((finding) => findingBlock(finding, pathById.get(finding.path ?? "")))];
  });
  return ["## Findings", ...blocks].join("\n\n");
}

function findingBlock(finding: Finding, path: AccessPath | undefined): string {
  const known = finding.baseline === "known" ? " (known)" : "";
  const lines = [
    `- **${markdownProse(finding.rule)}**${known} at ${markdownCode(`${finding.file}:${finding.line}`)}<br>`,
    `  ${markdownProse(finding.message)}`,
  ];
  if (path) {
    const resources = path.resources.map(markdownCode).join(", ");
    const access = [markdownProse(accessWords(path)), resources].filter((words) => words !== "").join(" ");
    lines.push(`  - Path ${markdownCode(path.id)} in ${markdownCode(path.function)}: ${access}`);
    if (path.entryPoints.length > 0)
      lines.push(`  - Reached from ${path.entryPoints.map(markdownCode).join(", ")}`);
  }
  for (const [index, step] of finding.trail.entries())
    lines.push(`  ${index + 1}. ${markdownCode(`${step.file}:${step.line}`)} ${markdownProse(step.note)}`);
  return lines.join("\n");
}

/** Of the paths to tables under row security. */
function protectionSection({ paths }: Report): string {
  const rows = protectionsStrongestFirst.flatMap((protection) => {
    const held = paths.filter((path) => path.protection === protection);
    return held.length === 0 ? [] : [[protection, String(held.length), protectionMeanings[protection]]];
  });
  return rows.length === 0
    ? ""
    : `### What holds the paths to these tables\n\n${table(["protection", "paths", "what it means"], rows)}`;
}

const inventoryHeading = "## Inventory";

function inventorySection({ paths }: Report): string {
  if (paths.length === 0) return `${inventoryHeading}\n\nNo data-access path was found.`;
  const isSecured = paths.some(({ protection }) => protection !== undefined);
  const files = [...groupBy(paths, (path) => path.file)].map(([file, ofFile]) => {
    const rows = table(
      [
        "path",
        "verdict",
        "access",
        "function",
        "limited by",
        ...(isSecured ? ["held by"] : []),
        "reached from",
      ],
      ofFile.map((path) => inventoryRow(path, isSecured)),
    );
    return paths.length < foldFrom
      ? `### ${markdownCode(file)}\n\n${rows}`
      : folded(`<code>${htmlText(file)}</code>: ${verdictCounts(ofFile)}`, rows);
  });
  return [inventoryHeading, ...files].join("\n\n");
}

function inventoryRow(path: AccessPath, isSecured: boolean): readonly string[] {
  return [
    markdownCode(path.id),
    path.verdict,
    [markdownProse(accessWords(path)), path.resources.map(markdownCode).join(", ")].join(" ").trim(),
    markdownCode(path.function),
    path.constraints.map(constraintCell).join("<br>") || (path.verdict === "global" ? "" : "nothing"),
    ...(isSecured ? [path.protection ?? ""] : []),
    path.entryPoints.map(markdownCode).join("<br>"),
  ];
}

function constraintCell(constraint: ReportedConstraint): string {
  return `${markdownCode(`${constraint.resource}.${constraint.key}`)} ${constraintWords(constraint)}`;
}

function verdictCounts(paths: readonly AccessPath[]): string {
  return verdictsWorstFirst
    .map((verdict) => ({ verdict, count: paths.filter((path) => path.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${verdict}`)
    .join(", ");
}

function unclearSection({ paths }: Report): string {
  const unclear = paths.filter((path) => path.verdict === "unclear" || path.unclear !== null);
  if (unclear.length === 0) return "";
  const rows = [...groupBy(unclear, (path) => path.unclear ?? "no reason was given")]
    .sort(
      ([left, leftPaths], [right, rightPaths]) =>
        rightPaths.length - leftPaths.length || byCodeUnit(left, right),
    )
    .map(([reason, ofReason]) => [
      markdownProse(reason),
      String(ofReason.length),
      ofReason.map((path) => markdownCode(path.id)).join(" "),
    ]);
  return `## Why paths are unclear\n\n${table(["reason", "paths", "which"], rows)}`;
}

/** One row for each comment, and for each file that is exempt as a whole. */
function exemptionsSection({ paths }: Report): string {
  const exempt = paths.flatMap((path) => (path.exemption ? [{ ...path, exemption: path.exemption }] : []));
  if (exempt.length === 0) return "";
  const rows = [...groupBy(exempt, ({ exemption }) => JSON.stringify(exemption)).values()].map((group) => {
    const { exemption } = group[0]!;
    const functions = [...new Set(group.map((path) => path.function))];
    return [
      markdownProse(exemption.kind),
      markdownProse(exemption.reason),
      exemption.until === null ? "" : markdownProse(exemption.until),
      `${markdownCode(exemption.file)} in ${functions.map(markdownCode).join(", ")}`,
      group.map(({ id }) => markdownCode(id)).join(" "),
    ];
  });
  return `## Exemptions\n\n${table(["kind", "reason", "until", "where", "paths"], rows)}`;
}

function unjudgedSection({ project }: Report): string {
  const skipped = project.skipped.map(
    ({ file, reason }) => `- ${markdownCode(file)}: ${markdownProse(reason)}`,
  );
  const byReason = [...groupBy(project.notJudged, ({ reason }) => reason)].sort(([left], [right]) =>
    byCodeUnit(left, right),
  );
  const kinds = byReason.filter(([reason]) => isNamedByKind(reason)).map(([reason]) => markdownProse(reason));
  const named = byReason
    .filter(([reason]) => !isNamedByKind(reason))
    .flatMap(([reason, entries]) =>
      entries.map(({ file }) => `- ${markdownCode(file)}: ${markdownProse(reason)}`),
    );
  return [
    "## What was not judged",
    skipped.length === 0
      ? "Nothing was skipped that should have been judged."
      : `**This audit is incomplete.** These should have been judged and could not be read:\n\n${skipped.join("\n")}`,
    kinds.length === 0 ? "" : `Left out by kind: ${kinds.join(", ")}. The JSON report names every file.`,
    named.length === 0
      ? ""
      : `Left out by name or content:\n\n${foldedIfLong(counted(named.length, "file or directory", "files and directories"), named.join("\n"), named.length)}`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/**
 * Tests come and go with every change and are no part of the service. Anything else that is left out is named, because
 * a comment that says "generated" would otherwise take a file out of the audit with nobody seeing it.
 */
function isNamedByKind(reason: string): boolean {
  return reason === "test" || reason === "declaration" || reason.endsWith(" component");
}

function notesSection({
  project: { notes: all },
}: {
  readonly project: Pick<Report["project"], "notes">;
}): string {
  if (all.length === 0) return "";
  const notes = all.map(({ file, message }) =>
    file === null ? `- ${markdownProse(message)}` : `- ${markdownCode(file)}: ${markdownProse(message)}`,
  );
  return `## Notes\n\n${notes.join("\n")}`;
}

export interface DocumentChanges {
  readonly appeared: readonly string[];
  readonly disappeared: readonly string[];
  readonly changed: readonly string[];
}

/** Which paths of the inventory differ between two audit documents, by their ids. */
export function documentChanges(before: string, after: string): DocumentChanges {
  const old = inventoryRows(before);
  const current = inventoryRows(after);
  return {
    appeared: [...current.keys()].filter((id) => !old.has(id)),
    disappeared: [...old.keys()].filter((id) => !current.has(id)),
    changed: [...current].filter(([id, row]) => old.has(id) && old.get(id) !== row).map(([id]) => id),
  };
}

/** Names from the scanned code cannot fake a row: in a cell they hold no line break and no bare pipe. */
function inventoryRows(document: string): ReadonlyMap<string, string> {
  const start = document.indexOf(`\n${inventoryHeading}\n`);
  const end = start < 0 ? -1 : document.indexOf("\n## ", start + inventoryHeading.length);
  const section = start < 0 ? "" : document.slice(start, end < 0 ? undefined : end);
  return new Map(
    Array.from(section.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm), ([, id = "", row = ""]) => [id, row] as const),
  );
}
