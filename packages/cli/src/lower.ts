/** Sources in, modules out: every file is parsed with the compiler that ts-morph brings along. */
import { type Module, type Report, lowerFile } from "@tenant-audit/core";
import { type Source, directoryOf, isJudged, isTest, nameOf } from "@tenant-audit/project";
import type { Progress } from "./terminal/progress.js";

export interface Lowered {
  readonly modules: ReadonlyMap<string, Module>;
  readonly skipped: Report["project"]["skipped"];
  readonly notes: Report["project"]["notes"];
}

export async function lowerAll(sources: readonly Source[], progress: Progress): Promise<Lowered> {
  const modules = new Map<string, Module>();
  const skipped: { file: string; reason: string }[] = [];
  const notes: { file: string; line: number; message: string }[] = [];
  if (sources.length === 0) return { modules, skipped, notes };

  progress.show("Loading the compiler");
  const { compiler } = await import("./typescript.js");
  const tests = new Set(sources.filter(isTest));
  let round = sources.filter((source) => !isTest(source));
  while (round.length > 0) {
    for (const source of round) {
      tests.delete(source);
      lowerOne(source);
    }
    round = importedTests();
  }
  return { modules, skipped, notes };

  function lowerOne(source: Source): void {
    const { file, text } = source;
    progress.show("Parsing", modules.size + 1, sources.length - tests.size);
    const { module, failure } = lowerFile(compiler, file, text);
    if (failure !== null) {
      if (isJudged(source)) skipped.push({ file, reason: failure });
      return;
    }
    modules.set(file, module);
    const [problem, ...others] = module.problems;
    if (problem && isJudged(source))
      notes.push({
        file,
        line: lineAt(problem.start, module),
        message:
          `does not parse: ${problem.message}${others.length === 0 ? "" : ` (and ${others.length} more)`} ` +
          "What the parser recovered was judged.",
      });
  }

  /** A test lends names at most, so of all tests only those are parsed that something else may import. */
  function importedTests(): Source[] {
    const imported = new Set(
      Array.from(modules.values()).flatMap(({ imports, exports }) => [
        ...imports.map(({ specifier }) => lastName(specifier)),
        ...exports.flatMap((each) => (each.kind === "local" ? [] : [lastName(each.specifier)])),
      ]),
    );
    return [...tests].filter(
      ({ file }) => imported.has(lastName(file)) || imported.has(lastName(directoryOf(file))),
    );
  }
}

/** `db` of `../helpers/db.js`. */
function lastName(specifier: string): string {
  return nameOf(specifier).replace(/\.[cm]?[jt]sx?$/, "");
}

function lineAt(position: number, { lineStarts }: Module): number {
  const after = lineStarts.findIndex((start) => start > position);
  return after < 0 ? lineStarts.length : after;
}
