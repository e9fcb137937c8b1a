/** `tenant-audit scan`: finds the projects below a directory, audits them and says what it found. */
import path from "node:path";
import { type Report, gradesWorstFirst, jsonReport, markdownReport } from "@tenant-audit/core";
import { type Audit, audit } from "./audit.js";
import { readConfiguration } from "./configuration.js";
import { directoryTo, shownDirectory } from "./directory.js";
import { type DocumentState, checkDocument, defaultDocument, writeDocument } from "./document.js";
import { type ExitStatus, exitStatus } from "./exit-status.js";
import type { Io } from "./io.js";
import { Refusal } from "./refusal.js";
import { colorsFor } from "./terminal/colors.js";
import { progressOn } from "./terminal/progress.js";
import { textReport } from "./terminal/report.js";

export const formats = ["text", "json", "markdown"] as const;
export const failOnChoices = [...gradesWorstFirst, "never"] as const;

export interface ScanOptions {
  readonly format: (typeof formats)[number];
  /** The document's file, or true for its usual place. */
  readonly write?: string | true;
  readonly check?: string | true;
  /** The configuration's own when left out. */
  readonly failOn?: (typeof failOnChoices)[number];
  /** Today when left out. */
  readonly asOf?: string;
  readonly config?: string;
  /** Where to keep what parsing gave. */
  readonly cache?: string;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly color?: boolean;
}

export async function scan(directory: string, options: ScanOptions, io: Io): Promise<ExitStatus> {
  const root = directoryTo("scan", directory, io);
  const project = readConfiguration(root, options.config, io);
  const progress = progressOn(io.stderr, !options.quiet);
  let done: Audit;
  try {
    const { fileSystem, today } = io;
    const asOf = options.asOf ?? today;
    const cache = cacheDirectory(options, io);
    done = await audit({ root, configuration: project, fileSystem, progress, cache, asOf });
  } finally {
    progress.clear();
  }
  const { report, sourceOf } = done;
  const unlistedSkips = report.project.skipped.filter(({ file }) => !project.maySkip(file)).length;

  const print: Record<ScanOptions["format"], () => string> = {
    json: () => jsonReport(report),
    markdown: () => markdownReport(report),
    text: () =>
      textReport(report, {
        colors: colorsFor(io.stdout, io, options.color),
        width: Math.min(Math.max(io.stdout.columns ?? 100, 40), 120),
        isVerbose: options.verbose === true,
        isQuiet: options.quiet === true,
        directory: shownDirectory(root, io),
        sourceOf,
        unlistedSkips,
      }),
  };
  io.stdout.write(print[options.format]());

  const isStale = keepDocument(report, options, io);
  if (unlistedSkips > 0) return exitStatus.couldNotDoTheJob;
  return isStale || hasNewFindings(report, options.failOn ?? project.configuration.failOn)
    ? exitStatus.findings
    : exitStatus.nothingToAnswerFor;
}

function cacheDirectory({ cache }: ScanOptions, { workingDirectory, fileSystem }: Io): string | null {
  if (cache === undefined) return null;
  const directory = path.resolve(workingDirectory, cache);
  if (![null, "directory"].includes(fileSystem.kindOf(directory)))
    throw new Refusal(`${cache} is no directory, and --cache takes the one that parsed files are kept in.`);
  return directory;
}

/** Writes or checks the audit document, when asked to; true when it is stale. */
function keepDocument(report: Report, { write, check, quiet }: ScanOptions, io: Io): boolean {
  const say = (sentence: string): void => {
    if (!quiet) io.stderr.write(`${sentence}\n`);
  };
  if (write !== undefined) {
    const file = documentFile(write, "--write", io);
    const isNew = writeDocument(file, markdownReport(report), io.workingDirectory);
    say(isNew ? `Wrote ${file}.` : `${file} was up to date.`);
  }
  if (check === undefined) return false;
  const file = documentFile(check, "--check", io);
  const state = checkDocument(file, markdownReport(report), io.workingDirectory);
  if (state.kind === "current") say(`${file} is up to date.`);
  else io.stderr.write(`${staleSentence(file, state, check)}\n`);
  return state.kind !== "current";
}

function documentFile(option: string | true, flag: string, { workingDirectory, fileSystem }: Io): string {
  const file = option === true ? defaultDocument : option;
  if (fileSystem.kindOf(path.resolve(workingDirectory, file)) === "directory")
    throw new Refusal(
      `${file} is a directory, and ${flag} takes the document's file. ` +
        `To scan that directory, name it first: tenant-audit scan ${file} ${flag}`,
    );
  return file;
}

function staleSentence(
  file: string,
  state: Exclude<DocumentState, { kind: "current" }>,
  check: string | true,
): string {
  const remedy = `Write it with: tenant-audit scan --write${check === true ? "" : ` ${check}`}`;
  if (state.kind === "missing") return `${file} does not exist. ${remedy}`;
  const { appeared, disappeared, changed } = state.changes;
  const differences = [
    { words: "new paths", ids: appeared },
    { words: "paths that are gone", ids: disappeared },
    { words: "changed paths", ids: changed },
  ].filter(({ ids }) => ids.length > 0);
  if (differences.length === 0)
    return `${file} is stale: its paths are the same, but findings, tables or notes have changed. ${remedy}`;
  const lines = differences.map(({ words, ids }) => `  ${ids.length} ${words}: ${ids.join(", ")}`);
  return [`${file} is stale.`, ...lines, remedy].join("\n");
}

function hasNewFindings({ findings }: Report, failOn: (typeof failOnChoices)[number]): boolean {
  const counting = failOn === "never" ? [] : gradesWorstFirst.slice(0, gradesWorstFirst.indexOf(failOn) + 1);
  return findings.some(({ grade, baseline }) => baseline === "new" && counting.includes(grade));
}
