/** Sources in, modules out. What a cache knows is not parsed, and the compiler is loaded for the first file that is. */
import { type Compiler, type Module, type Report, lowerFile } from "@tenant-audit/core";
import type { ModuleCache } from "./module-cache.js";
import { directoryOf, nameOf } from "./paths.js";
import { type Source, isJudged, isTest } from "./project.js";

export interface Lowered {
  readonly modules: ReadonlyMap<string, Module>;
  readonly skipped: Report["project"]["skipped"];
  readonly notes: Report["project"]["notes"];
}

export interface LoweringOptions {
  readonly compiler: () => Compiler;
  readonly cache: ModuleCache | null;
  readonly onFile?: (done: number, total: number) => void;
}

export function lowerSources(
  sources: readonly Source[],
  { compiler, cache, onFile = () => {} }: LoweringOptions,
): Lowered {
  const modules = new Map<string, Module>();
  const skipped: { file: string; reason: string }[] = [];
  const notes: { file: string; line: number; message: string }[] = [];

  const tests = new Set(sources.filter(isTest));
  let round: readonly Source[] = sources.filter((source) => !isTest(source));
  while (round.length > 0) {
    for (const source of round) {
      tests.delete(source);
      onFile(modules.size + 1, sources.length - tests.size);
      lowerOne(source);
    }
    round = importedTests(tests, modules);
  }
  return { modules, skipped, notes };

  function lowerOne(source: Source): void {
    const { file, text } = source;
    const known = cache?.find(file, text) ?? null;
    const { module, failure } =
      known === null ? lowerFile(compiler(), file, text) : { module: known, failure: null };
    if (failure !== null) {
      if (isJudged(source)) skipped.push({ file, reason: failure });
      return;
    }
    if (known === null) cache?.keep(file, text, module);
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
}

/** A test lends names at most, so of all tests only those are parsed that something else may import. */
function importedTests(tests: ReadonlySet<Source>, modules: ReadonlyMap<string, Module>): readonly Source[] {
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

/** `db` of `../helpers/db.js`. */
function lastName(specifier: string): string {
  return nameOf(specifier).replace(/\.[cm]?[jt]sx?$/, "");
}

function lineAt(position: number, { lineStarts }: Module): number {
  const after = lineStarts.findIndex((start) => start > position);
  return after < 0 ? lineStarts.length : after;
}
