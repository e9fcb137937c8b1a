/** Finding the access paths that a person means by a place or by an id; both need the whole audit. */
import path from "node:path";
import {
  type AccessPath,
  type Finding,
  type Place,
  type Range,
  type Report,
  plainText,
} from "@tenant-audit/core";
import { isInside } from "@tenant-audit/project";
import { type Audit, audit } from "../audit.js";
import { readConfiguration } from "../configuration.js";
import type { Io } from "../io.js";
import { Refusal } from "../refusal.js";
import { progressOn } from "../terminal/progress.js";
import type { SharedOptions } from "./command.js";

export interface SourcePlace {
  readonly file: string;
  readonly line: number;
}

export interface FoundPaths extends Audit {
  readonly paths: readonly AccessPath[];
  readonly findings: readonly Finding[];
}

/** `src/invoices.ts:12`, also with a column behind it; null for anything else. */
export function findPlace(subject: string): SourcePlace | null {
  const [, file, line] = /^(.+?\.[cm]?[jt]sx?):(\d{1,9})(?::\d{1,9})?$/.exec(subject) ?? [];
  return file === undefined ? null : { file, line: Number(line) };
}

/** Of a path or of a finding. */
export function isIdLike(subject: string): boolean {
  return /^[0-9a-z]{8}$/.test(subject);
}

export async function pathsAt(
  { file: written, line }: SourcePlace,
  root: string,
  options: SharedOptions,
  io: Io,
): Promise<FoundPaths> {
  const found = await audited(root, options, io);
  const absolute = path.resolve(io.workingDirectory, written);
  const fromHere = isInside(root, absolute)
    ? path.relative(root, absolute).split(path.sep).join("/")
    : written;
  // A file is named as the report names it, from the scanned directory, or as the shell completes it, from here.
  const isThere = ({ file }: Place): boolean => file === written || file === fromHere;
  const inFile = found.report.paths.filter(isThere);
  const findings = found.report.findings.filter(isThere);
  const onLine = (one: Range): boolean => one.line <= line && line <= one.endLine;
  const named = new Set(findings.filter(onLine).map((finding) => finding.path));
  const here = found.report.paths.filter((one) => (isThere(one) && onLine(one)) || named.has(one.id));
  const paths = here.length > 0 ? here : inFunctionAt(found, inFile, line);
  const about = findings.filter((finding) => finding.path === null && onLine(finding));
  if (paths.length + about.length === 0) throw new Refusal(nothingThere(written, line, inFile));
  return { ...found, paths, findings: [...about, ...findingsOn(paths, found.report)] };
}

/** Those of the innermost function on the line that has any, and of the functions inside of it. */
function inFunctionAt(
  { functionsOn }: Audit,
  inFile: readonly AccessPath[],
  line: number,
): readonly AccessPath[] {
  const [first] = inFile;
  for (const name of first ? functionsOn(first.file, line) : []) {
    const paths = inFile.filter((one) => one.function === name || one.function.startsWith(`${name}.`));
    if (paths.length > 0) return paths;
  }
  return [];
}

function findingsOn(paths: readonly AccessPath[], { findings }: Report): readonly Finding[] {
  const ids = new Set(paths.map(({ id }) => id));
  return findings.filter(({ path }) => path !== null && ids.has(path));
}

function nothingThere(file: string, line: number, inFile: readonly AccessPath[]): string {
  const shown = plainText(file);
  if (inFile.length === 0) return `No access to data was found in ${shown}.`;
  const [nearest] = [...inFile].sort((one, other) => Math.abs(one.line - line) - Math.abs(other.line - line));
  return `No access to data was found at ${shown}:${line}. The nearest is at line ${nearest!.line}.`;
}

/** Null when there is none. */
export async function pathsById(
  id: string,
  root: string,
  options: SharedOptions,
  io: Io,
): Promise<FoundPaths | null> {
  const found = await audited(root, options, io);
  const { report } = found;
  const paths = report.paths.filter((each) => each.id === id);
  if (paths.length > 0) return { ...found, paths, findings: findingsOn(paths, report) };
  const findings = report.findings.filter(({ fingerprint }) => fingerprint === id);
  if (findings.length === 0) return null;
  return {
    ...found,
    paths: report.paths.filter((each) => findings.some((finding) => finding.path === each.id)),
    findings,
  };
}

async function audited(root: string, options: SharedOptions, io: Io): Promise<Audit> {
  const progress = progressOn(io.stderr, true);
  try {
    const configuration = readConfiguration(root, options.config, io);
    return await audit({ root, configuration, fileSystem: io.fileSystem, progress, asOf: io.today });
  } finally {
    progress.clear();
  }
}
