/** `tenant-audit.config.json` on disk: what it says, and which files its patterns mean. */
import path from "node:path";
import { type Configuration, noConfiguration, parseConfiguration } from "@tenant-audit/core";
import ignore, { type Ignore } from "ignore";
import type { FileSystem } from "./file-system.js";
import { isInside } from "./paths.js";
import { readText } from "./text.js";

export interface ProjectConfiguration {
  readonly configuration: Configuration;
  /** Sentences for whoever wrote it; then nothing that it says counts. */
  readonly errors: readonly string[];
  /** Why a file need not be judged, as far as the configuration says; null when it says nothing about the file. */
  readonly reasonFor: (file: string) => string | null;
  /** Files that are to be judged whatever their names say. */
  readonly isWanted: (file: string) => boolean;
  /** Files that may be skipped without failing the scan. */
  readonly maySkip: (file: string) => boolean;
}

export const excluded = "excluded by the configuration";

export interface ConfigurationPlace {
  /** Absolute; null when there is none. */
  readonly file: string | null;
  /** How messages name the file. */
  readonly shown: string;
  /** What to do when it cannot be read, as a sentence. */
  readonly remedy: string;
}

/** `root` is the directory that paths handed to the functions are relative to. */
export function readConfiguration(
  { file, shown, remedy }: ConfigurationPlace,
  root: string,
  fileSystem: FileSystem,
): ProjectConfiguration {
  if (file === null) return understood(noConfiguration, [], "");
  const read = readText(file, fileSystem);
  if (read.text === null) return understood(noConfiguration, [`${shown} ${read.reason}. ${remedy}`], "");
  const { configuration, errors } = parseConfiguration(read.text, shown);
  const sentences = [...errors.map(({ message }) => message), ...backslashes(configuration, shown)];
  const directory = path.dirname(file);
  const below = isInside(directory, root) ? path.relative(directory, root).split(path.sep).join("/") : "";
  return understood(configuration, sentences, below === "" ? "" : `${below}/`);
}

/** Patterns are written as in .gitignore, with braces besides, and are relative to the configuration's directory. */
function understood(
  configuration: Configuration,
  errors: readonly string[],
  prefix: string,
): ProjectConfiguration {
  const matcher = (patterns: readonly string[]): Ignore =>
    ignore({ ignorecase: false, allowRelativePaths: true }).add(patterns.flatMap(withoutBraces));
  const skip = matcher(configuration.skip);
  const exclude = matcher(configuration.exclude);
  const tests = matcher(configuration.tests);
  const include = configuration.include && matcher(configuration.include);
  return {
    configuration,
    errors,
    reasonFor(file) {
      const whole = prefix + file;
      if (exclude.test(whole).ignored) return excluded;
      if (tests.test(whole).ignored) return "test";
      return include && !include.test(whole).ignored ? "not included by the configuration" : null;
    },
    isWanted: (file) => exclude.test(prefix + file).unignored,
    maySkip: (file) => skip.test(prefix + file).ignored,
  };
}

/**
 * In .gitignore's language a backslash makes the next character an ordinary one, so `db\old\**` would silently mean
 * `dbold**`. Before punctuation it may be meant so; before a letter or digit, or as a separator before `*`, it is a path of Windows.
 */
function backslashes(configuration: Configuration, shown: string): readonly string[] {
  const { include, exclude, tests, skip } = configuration;
  return Object.entries({ include: include ?? [], exclude, tests, skip }).flatMap(([option, patterns]) =>
    patterns
      .filter((pattern) => /\\(?:[\p{L}\p{N}_]|\*\*)/u.test(pattern))
      .map(
        (pattern) =>
          `${shown}: ${option} has the pattern "${pattern}" with a backslash. Patterns take "/" between directories, ` +
          `on every system: write "${pattern.replaceAll("\\", "/")}".`,
      ),
  );
}

/** `src/{a,b}/*.ts` as `src/a/*.ts` and `src/b/*.ts`. */
function withoutBraces(pattern: string): readonly string[] {
  const [whole, before = "", choices, after = ""] = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/.exec(pattern) ?? [];
  if (whole === undefined || choices === undefined) return [pattern];
  return choices.split(",").flatMap((choice) => withoutBraces(before + choice + after));
}
