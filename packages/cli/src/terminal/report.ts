/** `--format text`: a summary worth reading, for a person. Everything from the scanned code goes through plainText. */
import {
  type Finding,
  type Grade,
  type Report,
  type Verdict,
  counted,
  gradesWorstFirst,
  groupBy,
  grouped,
  plainText,
  protectionMeanings,
  protectionsStrongestFirst,
  verdictMeanings,
  verdictsWorstFirst,
} from "@tenant-audit/core";
import type { Colors } from "./colors.js";
import { codeFrame } from "./frame.js";
import { wrapped } from "./wrap.js";

export interface TextOptions {
  readonly colors: Colors;
  /** In characters. */
  readonly width: number;
  /** Everything, instead of the worst. */
  readonly isVerbose: boolean;
  /** Findings and nothing else. */
  readonly isQuiet: boolean;
  /** What the person called the scanned directory. */
  readonly directory: string;
  /** The text of a scanned file, for the lines around a finding. */
  readonly sourceOf: (file: string) => string | undefined;
  /** What could not be read though nobody allowed it to be left out. */
  readonly unlistedSkips: number;
}

const mostFindings = 20;
const mostReasons = 8;
const mostFiles = 10;

export function textReport(report: Report, options: TextOptions): string {
  const sections = options.isQuiet
    ? [findingsSection(report, options)]
    : [
        projectSection(report, options),
        verdictsSection(report, options),
        protectionSection(report, options),
        findingsSection(report, options),
        unclearSection(report, options),
        skippedSection(report, options),
        notesSection(report, options),
        nextSection(report, options),
      ];
  const text = sections.filter((section) => section.length > 0).map((section) => section.join("\n"));
  return text.length === 0 ? "" : `${text.join("\n\n")}\n`;
}

type Lines = readonly string[];

function projectSection({ tool, project, tenancy }: Report, { colors, directory }: TextOptions): Lines {
  const classes = ["tenant", "child", "root", "global", "unclassified"] as const;
  const tables = classes
    .map((name) => ({ name, count: tenancy.tables.filter((table) => table.class === name).length }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${count} ${name}`);
  const levels = tenancy.levels.map(
    ({ name, columns }) =>
      `${plainText(name)}${columns.length === 0 ? "" : ` (${columns.map(plainText).join(", ")})`}`,
  );
  return [
    `${colors.bold(`tenant-audit ${plainText(tool.version)}`)} ${colors.dim("·")} ${plainText(directory)}`,
    "",
    `  project  ${counted(project.files, "file")}, ${counted(project.lines, "line")}`,
    `  tenants  ${levels.join(" › ") || "none found"}`,
    `  tables   ${tables.join(", ") || "none found"}`,
  ];
}

const longestBar = 28;

function verdictsSection({ summary }: Report, { colors, width }: TextOptions): Lines {
  if (summary.paths === 0) return ["  No data-access path was found."];
  const most = Math.max(...verdictsWorstFirst.map((verdict) => summary.byVerdict[verdict] ?? 0));
  const digits = grouped(summary.paths).length;
  const scale = Math.min(longestBar, Math.max(8, width - 70));
  const rows = verdictsWorstFirst
    .map((verdict) => ({ verdict, count: summary.byVerdict[verdict] ?? 0 }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => {
      const bar = "█".repeat(Math.max(1, Math.round((count / most) * scale)));
      return (
        `  ${verdict.padEnd(9)}  ${grouped(count).padStart(digits)}  ` +
        `${verdictColor(verdict, colors)(bar)}${" ".repeat(scale - bar.length)}  ${colors.dim(verdictMeanings[verdict])}`
      );
    });
  return [`  ${colors.bold("paths".padEnd(9))}  ${colors.bold(grouped(summary.paths))}`, ...rows];
}

/** Only where tables are under row security. */
function protectionSection({ paths }: Report, { colors }: TextOptions): Lines {
  const held = protectionsStrongestFirst.flatMap((protection) => {
    const count = paths.filter((path) => path.protection === protection).length;
    return count === 0 ? [] : [{ protection, count: grouped(count) }];
  });
  if (held.length === 0) return [];
  const digits = Math.max(...held.map(({ count }) => count.length));
  const longest = Math.max(...held.map(({ protection }) => protection.length));
  return [
    `  ${colors.bold("to tables under row security, held by")}`,
    ...held.map(
      ({ protection, count }) =>
        `  ${protection.padEnd(longest)}  ${count.padStart(digits)}  ${colors.dim(protectionMeanings[protection])}`,
    ),
  ];
}

function findingsSection({ findings, summary }: Report, options: TextOptions): Lines {
  const { colors, isVerbose, isQuiet } = options;
  // Where nothing was judged, "no findings" in green would read as a pass.
  if (findings.length === 0) return isQuiet || summary.paths === 0 ? [] : [colors.green("No findings.")];
  const worstFirst = [...findings].sort((left, right) => rankOf(left) - rankOf(right));
  const shown = isVerbose ? worstFirst : worstFirst.slice(0, mostFindings);
  const counts = gradesWorstFirst
    .filter((grade) => (summary.byGrade[grade] ?? 0) > 0)
    .map((grade) => gradeColor(grade, colors)(`${summary.byGrade[grade]} ${grade}`));

  const lines: string[] = [`${colors.bold(counted(findings.length, "finding"))}: ${counts.join(", ")}`];
  for (const [file, ofFile] of groupBy(shown, (finding) => finding.file)) {
    lines.push("", colors.underline(plainText(file)));
    for (const [index, finding] of ofFile.entries())
      lines.push(...(index === 0 ? [] : [""]), ...findingLines(finding, options));
  }
  const hidden = worstFirst.slice(shown.length);
  if (hidden.length > 0) {
    const files = new Set(hidden.map((finding) => finding.file)).size;
    lines.push("", `… and ${hidden.length} more in ${counted(files, "file")}; --verbose shows all of them.`);
  }
  return lines;
}

/** Findings come sorted by place, and sorting is stable: so this is by grade, known ones last, then by place. */
function rankOf(finding: Finding): number {
  return (
    gradesWorstFirst.indexOf(finding.grade) + (finding.baseline === "known" ? gradesWorstFirst.length : 0)
  );
}

export function findingLines(
  finding: Finding,
  { colors, width, sourceOf }: Pick<TextOptions, "colors" | "width" | "sourceOf">,
): Lines {
  const indent = "    ";
  const known = finding.baseline === "known" ? colors.dim(" (known)") : "";
  const text = sourceOf(finding.file);
  const frame = text === undefined ? [] : codeFrame(text, finding, width - indent.length, colors);
  return [
    `  ${colors.dim(`${finding.line}:${finding.column}`)}  ${gradeColor(finding.grade, colors)(finding.grade)}  ` +
      `${plainText(finding.rule)}${known}`,
    wrapped(plainText(finding.message), width, indent),
    ...frame.map((line) => (indent + line).trimEnd()),
    ...finding.trail.map(
      ({ file, line, column, note }, index) =>
        `${indent}${index === 0 ? "from" : "  to"} ${colors.dim(`${plainText(file)}:${line}:${column}`)} ${plainText(note)}`,
    ),
  ];
}

function unclearSection({ paths }: Report, options: TextOptions): Lines {
  const unclear = paths.filter((path) => path.verdict === "unclear");
  if (unclear.length === 0) return [];
  const { colors } = options;
  const reasons = groupBy(unclear, (path) => path.unclear ?? "no reason was given");
  return [
    `${colors.bold(counted(unclear.length, "unclear path"))}, because`,
    ...countedReasons(reasons, options, (path) => `${path.file}:${path.line} ${path.function}`),
  ];
}

function skippedSection({ project }: Report, options: TextOptions): Lines {
  const { colors, isVerbose } = options;
  const lines: string[] = [];
  if (project.skipped.length > 0) {
    const shown = isVerbose ? project.skipped : project.skipped.slice(0, mostFiles);
    lines.push(
      colors.yellow(
        colors.bold(
          `${counted(project.skipped.length, "file or directory", "files or directories")} skipped`,
        ),
      ),
    );
    for (const { file, reason } of shown) lines.push(`  ${plainText(file)} ${plainText(reason)}`);
    if (shown.length < project.skipped.length)
      lines.push(`  … and ${project.skipped.length - shown.length} more`);
  }
  if (project.notJudged.length > 0) {
    if (lines.length > 0) lines.push("");
    lines.push(`${colors.bold("Left out on purpose")}`);
    lines.push(
      ...countedReasons(
        groupBy(project.notJudged, ({ reason }) => reason),
        options,
        ({ file }) => file,
      ),
    );
  }
  return lines;
}

/** The commonest reasons with their numbers; what they apply to only when everything is asked for. */
function countedReasons<Item>(
  reasons: ReadonlyMap<string, readonly Item[]>,
  { colors, isVerbose }: TextOptions,
  describe: (item: Item) => string,
): Lines {
  const sorted = [...reasons].sort(([, left], [, right]) => right.length - left.length);
  const shown = isVerbose ? sorted : sorted.slice(0, mostReasons);
  const digits = String(Math.max(0, ...sorted.map(([, items]) => items.length))).length;
  const rows = shown.flatMap(([reason, items]) => [
    `  ${String(items.length).padStart(digits)}  ${plainText(reason)}`,
    ...(isVerbose
      ? items.map((item) => colors.dim(`  ${" ".repeat(digits)}    ${plainText(describe(item))}`))
      : []),
  ]);
  const rest = sorted.length - shown.length;
  return rest === 0 ? rows : [...rows, `  … and ${counted(rest, "more reason", "more reasons")}`];
}

function notesSection({ project }: Report, { colors, width, isVerbose }: TextOptions): Lines {
  if (project.notes.length === 0) return [];
  const shown = isVerbose ? project.notes : project.notes.slice(0, mostFiles);
  const lines = shown.map(({ file, line, message }) => {
    const place = file === null ? "" : `${plainText(file)}${line === null ? "" : `:${line}`} `;
    return wrapped(place + plainText(message), width, "    ").replace(/^ {2}/, "");
  });
  const rest = project.notes.length - shown.length;
  return [colors.bold("Notes"), ...lines, ...(rest > 0 ? [`  … and ${rest} more`] : [])];
}

function nextSection(report: Report, { colors, width, unlistedSkips }: TextOptions): Lines {
  const { findings, summary, tenancy, project } = report;
  const steps: string[] = [];
  if (unlistedSkips > 0)
    steps.push(
      'The audit is incomplete. Make what was skipped readable, or list it under "skip" in tenant-audit.config.json.',
    );
  if (tenancy.levels.length === 0 && project.files > 0)
    steps.push("No tenant was found in the schema. Name it in tenant-audit.config.json.");
  if (summary.paths === 0)
    steps.push("Nothing was judged, which is no pass. Is this the directory that holds the service?");
  const worst = gradesWorstFirst.find((grade) => (summary.byGrade[grade] ?? 0) > 0);
  if (worst !== undefined && findings.length > 0)
    steps.push(`Start with the findings of grade ${worst}; each message says how to make it right.`);
  if ((summary.byVerdict.unclear ?? 0) > 0)
    steps.push("An unclear path is not a pass: read those by hand. --verbose names them.");
  if (summary.paths > 0)
    steps.push("Keep the audit in the repository with --write, and check it in CI with --check.");
  return steps.length === 0
    ? []
    : [
        colors.bold("What to do next"),
        ...steps.map((step) => wrapped(step, width, "    ").replace(/^ {4}/, "  - ")),
      ];
}

function gradeColor(grade: Grade, colors: Colors): (text: string) => string {
  return { leak: colors.red, weak: colors.yellow, integrity: colors.yellow, hygiene: colors.cyan }[grade];
}

export function verdictColor(verdict: Verdict, colors: Colors): (text: string) => string {
  return {
    unscoped: colors.red,
    untrusted: colors.red,
    optional: colors.red,
    unclear: colors.yellow,
    exempt: colors.cyan,
    scoped: colors.green,
    global: colors.green,
  }[verdict];
}
