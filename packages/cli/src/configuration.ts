/** `tenant-audit.config.json` on disk: which one counts, and which files its patterns mean. */
import path from "node:path";
import { type Configuration, noConfiguration, parseConfiguration } from "@tenant-audit/core";
import ignore, { type Ignore } from "ignore";
import { findRepository } from "./discovery/project.js";
import { isInside } from "./discovery/paths.js";
import { readText } from "./discovery/text.js";
import type { Io } from "./io.js";
import { Refusal } from "./refusal.js";

export interface ProjectConfiguration {
  readonly configuration: Configuration;
  /** Files that the configuration says need not be judged, and why; null when it says nothing about a file. */
  readonly reasonFor: (file: string) => string | null;
  /** Files that are to be judged whatever their names say. */
  readonly isWanted: (file: string) => boolean;
  /** Files that may be skipped without failing the scan. */
  readonly maySkip: (file: string) => boolean;
}

const usualName = noConfiguration.file;

export function readConfiguration(root: string, named: string | undefined, io: Io): ProjectConfiguration {
  const file = named === undefined ? findNearest(root, io) : path.resolve(io.workingDirectory, named);
  if (file === null) return understood(noConfiguration, "");

  const shown = named ?? (path.relative(io.workingDirectory, file) || usualName);
  const read = readText(file, io.fileSystem);
  if (read.text === null)
    throw new Refusal(
      `${shown} ${read.reason}. Name the configuration with --config, or leave the option out.`,
    );
  const { configuration, errors } = parseConfiguration(read.text, shown);
  if (errors.length > 0) throw new Refusal(errors.map(({ message }) => message).join("\n"));

  const directory = path.dirname(file);
  const below = isInside(directory, root) ? path.relative(directory, root).split(path.sep).join("/") : "";
  return understood(configuration, below === "" ? "" : `${below}/`);
}

/** Upwards from the scanned directory, and not out of its repository. */
function findNearest(root: string, { fileSystem }: Io): string | null {
  const last = findRepository(root, fileSystem) ?? path.parse(root).root;
  for (let directory = root; ; directory = path.dirname(directory)) {
    const file = path.join(directory, usualName);
    try {
      if (fileSystem.kindOf(file) !== null) return file;
    } catch {
      return null;
    }
    if (directory === last) return null;
  }
}

/** Patterns are written as in .gitignore, with braces besides, and are relative to the configuration's directory. */
function understood(configuration: Configuration, prefix: string): ProjectConfiguration {
  const matcher = (patterns: readonly string[]): Ignore =>
    ignore({ ignorecase: false, allowRelativePaths: true }).add(patterns.flatMap(withoutBraces));
  const skip = matcher(configuration.skip);
  const exclude = matcher(configuration.exclude);
  const tests = matcher(configuration.tests);
  const include = configuration.include && matcher(configuration.include);
  return {
    configuration,
    reasonFor(file) {
      const whole = prefix + file;
      if (exclude.test(whole).ignored) return "excluded by the configuration";
      if (tests.test(whole).ignored) return "test";
      return include && !include.test(whole).ignored ? "not included by the configuration" : null;
    },
    isWanted: (file) => exclude.test(prefix + file).unignored,
    maySkip: (file) => skip.test(prefix + file).ignored,
  };
}

/** `src/{a,b}/*.ts` as `src/a/*.ts` and `src/b/*.ts`. */
function withoutBraces(pattern: string): readonly string[] {
  const [whole, before = "", choices, after = ""] = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/.exec(pattern) ?? [];
  if (whole === undefined || choices === undefined) return [pattern];
  return choices.split(",").flatMap((choice) => withoutBraces(before + choice + after));
}
