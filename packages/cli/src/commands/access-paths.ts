/** Finding the access paths that a person means by a place or by an id; both need the whole audit. */
import path from "node:path";
import { type AccessPath, plainText } from "@tenant-audit/core";
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
  const inFile = found.report.paths.filter(({ file }) => file === written || file === fromHere);
  const paths = inFile.filter((each) => each.line <= line && line <= each.endLine);
  if (paths.length === 0) throw new Refusal(nothingThere(written, line, inFile));
  return { ...found, paths };
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
  const ids = found.report.findings
    .filter(({ fingerprint }) => fingerprint === id)
    .map((finding) => finding.path);
  const paths = found.report.paths.filter((each) => each.id === id || ids.includes(each.id));
  return paths.length === 0 ? null : { ...found, paths };
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
