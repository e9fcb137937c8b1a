/** `tenant-audit.config.json`, and which files its patterns leave out. */
import path from "node:path";
import { type Configuration, noConfiguration, parseConfiguration } from "@tenant-audit/core";
import ignore from "ignore";
import { readText } from "./files.js";

export interface ProjectConfiguration {
  readonly configuration: Configuration;
  /** Sentences for whoever wrote it. */
  readonly errors: readonly string[];
  isLeftOut(file: string): boolean;
  isTest(file: string): boolean;
}

export function readConfiguration(file: string | null, root: string): ProjectConfiguration {
  const { configuration, errors } = read(file, root);
  const prefix = file === null ? "" : path.relative(path.dirname(file), root).split(path.sep).join("/");
  const matcher = (patterns: readonly string[]) => {
    const rules = ignore({ ignorecase: false, allowRelativePaths: true }).add(
      patterns.flatMap(withoutBraces),
    );
    return (source: string) => rules.ignores(prefix === "" ? source : `${prefix}/${source}`);
  };
  const [isExcluded, isTest] = [matcher(configuration.exclude), matcher(configuration.tests)];
  const isIncluded = configuration.include === null ? () => true : matcher(configuration.include);
  return { configuration, errors, isTest, isLeftOut: (source) => isExcluded(source) || !isIncluded(source) };
}

function read(
  file: string | null,
  root: string,
): { configuration: Configuration; errors: readonly string[] } {
  if (file === null) return { configuration: noConfiguration, errors: [] };
  const shown = path.relative(root, file).split(path.sep).join("/");
  const text = readText(file);
  if (text === null)
    return {
      configuration: noConfiguration,
      errors: [`${shown} could not be read. Check "config" in ESLint's settings.`],
    };
  const { configuration, errors } = parseConfiguration(text, shown);
  return { configuration, errors: errors.map(({ message }) => message) };
}

/** `src/{a,b}/*.ts` as `src/a/*.ts` and `src/b/*.ts`. */
function withoutBraces(pattern: string): readonly string[] {
  const [whole, before = "", choices, after = ""] = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/.exec(pattern) ?? [];
  if (whole === undefined || choices === undefined) return [pattern];
  return choices.split(",").flatMap((choice) => withoutBraces(before + choice + after));
}
