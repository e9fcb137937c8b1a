/** A directory in, a report out: discovery, lowering and the engine, one after the other. */
import { type Module, type Report, analyze, lowerFile } from "@tenant-audit/core";
import type { ProjectConfiguration } from "./configuration.js";
import type { FileSystem } from "./discovery/file-system.js";
import { type Project, type Source, discover } from "./discovery/project.js";
import { directoryOf, nameOf } from "./discovery/paths.js";
import { Refusal } from "./refusal.js";
import type { Progress } from "./terminal/progress.js";
import { version } from "./version.js";

export interface AuditOptions {
  /** Absolute. */
  readonly root: string;
  readonly configuration: ProjectConfiguration;
  readonly fileSystem: FileSystem;
  readonly progress: Progress;
}

export interface Audit {
  readonly report: Report;
  readonly sourceOf: (file: string) => string | undefined;
}

export async function audit({ root, configuration, fileSystem, progress }: AuditOptions): Promise<Audit> {
  const project = discover({
    root,
    configuration,
    fileSystem,
    onFile: (count) => progress.show("Finding files", count),
  });
  if (project.sources.length === 0 && project.skipped.length === 0)
    throw new Refusal(nothingToRead(root, project));

  const lowered = await lowerAll(project.sources, progress);
  const files = (isOne: (source: Source) => boolean): ReadonlySet<string> =>
    new Set(project.sources.filter(isOne).map(({ file }) => file));
  const { report, configurationErrors } = analyze({
    layout: project.layout,
    modules: lowered.modules,
    judged: files(isJudged),
    tests: files(isTest),
    schemas: project.schemas,
    migrations: [],
    sql: null,
    configuration: configuration.configuration,
    skipped: [...project.skipped, ...lowered.skipped],
    notJudged: project.notJudged,
    notes: [...project.notes, ...lowered.notes],
    version,
    onStage: (stage) => progress.show(stageWords[stage]),
  });
  if (configurationErrors.length > 0)
    throw new Refusal(configurationErrors.map(({ message }) => message).join("\n"));
  const texts = new Map(project.sources.map(({ file, text }) => [file, text]));
  return { report, sourceOf: (file) => texts.get(file) };
}

const stageWords = {
  link: "Linking",
  tenancy: "Learning the tenancy model",
  trace: "Tracing",
  judge: "Judging",
} as const;

function isJudged({ reasonNotToJudge }: Source): boolean {
  return reasonNotToJudge === null;
}

function isTest({ reasonNotToJudge }: Source): boolean {
  return reasonNotToJudge === "test";
}

function nothingToRead(root: string, { notJudged }: Project): string {
  const leftOut =
    notJudged.length === 0 ? "" : " What is there was left out: ignored by git, build output, or minified.";
  return `There is no TypeScript or JavaScript to read below ${root}.${leftOut} Name the directory that holds the service's sources.`;
}

interface Lowered {
  readonly modules: ReadonlyMap<string, Module>;
  readonly skipped: Report["project"]["skipped"];
  readonly notes: Report["project"]["notes"];
}

async function lowerAll(sources: readonly Source[], progress: Progress): Promise<Lowered> {
  const modules = new Map<string, Module>();
  const skipped: { file: string; reason: string }[] = [];
  const notes: { file: string; line: number; message: string }[] = [];
  if (sources.length === 0) return { modules, skipped, notes };

  progress.show("Loading the compiler");
  const { compiler } = await import("./discovery/typescript.js");
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
