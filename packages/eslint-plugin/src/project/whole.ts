/**
 * The whole project around a linted file, as a scan sees it: found and lowered once per process, analysed for the first file
 * that asks, and again when something of it has changed on disk.
 */
import path from "node:path";
import { performance } from "node:perf_hooks";
import { type Analysis, type Module, analyze, groupBy, lowerFile } from "@tenant-audit/core";
import {
  type MigrationCache,
  type ModuleCache,
  type Project,
  type ProjectConfiguration,
  type ReadProject,
  discover,
  inputFrom,
  lowerSources,
  moduleCacheIn,
  nodeFileSystem,
  readMigrationFiles,
  reasonNotToJudge,
} from "@tenant-audit/project";
import { sqlParser } from "@tenant-audit/sql";
import { compiler, compilerName } from "../compiler.js";
import { type FileAnalysis, type FileFinding, findingsOf, nothing } from "../findings.js";
import { type Watching, keptReadings } from "./kept.js";
import { configurationFor } from "./model.js";
import { watch } from "./watch.js";

export interface WholeProject {
  /** As it is on disk; null for a file that a scan does not see. */
  textOf(file: string): string | null;
  /** Of the file as it is on disk. */
  analysisOf(file: string, asOf: string): FileAnalysis;
  /** As if the file had this text. Null when the last analysis took so long that nobody would wait for one while typing. */
  analysisOfText(file: string, text: string, asOf: string): FileAnalysis | null;
}

interface Reading extends Watching {
  readonly project: WholeProject;
  /** What one reading leaves to the next. */
  readonly migrations: MigrationCache;
  readonly texts: ReadonlyMap<string, string>;
  readonly modules: ReadonlyMap<string, Module>;
}

const reading = keptReadings<Reading>();
const longestWhileTyping = 1500;

/** `cache` is a directory for lowered modules, null for none. */
export function projectAround(root: string, configFile: string | null, cache: string | null): WholeProject {
  return reading(`${root}\n${configFile}\n${cache}`, (before) => read(root, configFile, cache, before))
    .project;
}

function read(
  root: string,
  configFile: string | null,
  cacheDirectory: string | null,
  before: Reading | null,
): Reading {
  const configuration = configurationFor(root, configFile);
  const project = discover({ root, configuration, fileSystem: nodeFileSystem });
  const look = watchAll(root, configFile, project);
  const texts = new Map(project.sources.map(({ file, text }) => [file, text]));
  const onDisk = cacheDirectory === null ? null : moduleCacheIn(cacheDirectory, compilerName());
  const lowered = lowerSources(project.sources, { compiler, cache: rememberedBy(before, onDisk) });
  const migrations: MigrationCache = before?.migrations ?? new Map();
  const migrationFiles = readMigrationFiles(project.sql, { parser: sqlParser, cache: migrations });
  const input = inputFrom(project, lowered, migrationFiles, configuration);
  return {
    project: wholeProject(input, texts, configuration),
    migrations,
    texts,
    modules: lowered.modules,
    look,
  };
}

/** In this process first, and what is found on disk only when it has to be looked for there. */
function rememberedBy(before: Reading | null, onDisk: ModuleCache | null): ModuleCache {
  return {
    find: (file, text) =>
      (before?.texts.get(file) === text ? before.modules.get(file) : null) ??
      onDisk?.find(file, text) ??
      null,
    keep: (file, text, module) => onDisk?.keep(file, text, module),
  };
}

function watchAll(
  root: string,
  configFile: string | null,
  { directories, described, sources }: Project,
): Reading["look"] {
  const absolute = (file: string): string => path.join(root, file);
  return watch({
    files: [
      ...(configFile === null ? [] : [configFile]),
      ...described.map(absolute),
      ...sources.map(({ file }) => absolute(file)),
    ],
    directories: directories.map(absolute),
    silent: [],
    speaks: () => false,
  });
}

interface Answer {
  readonly errors: readonly string[];
  readonly findings: ReadonlyMap<string, readonly FileFinding[]>;
}

function wholeProject(
  input: ReadProject,
  texts: ReadonlyMap<string, string>,
  configuration: ProjectConfiguration,
): WholeProject {
  const onDisk = lastOf((asOf) => timed(input, asOf));
  let milliseconds = 0;
  const asTyped = lastOf((_key: string, changed: ReadProject, asOf: string) => timed(changed, asOf));

  return {
    textOf: (file) => texts.get(file) ?? null,
    analysisOf: (file, asOf) => (input.judged.has(file) ? forFile(file, onDisk(asOf)) : nothing),
    analysisOfText(file, text, asOf) {
      if (reasonNotToJudge(file, text, configuration) !== null) return nothing;
      // How long it takes is known from the project as it is on disk.
      onDisk(asOf);
      if (milliseconds > longestWhileTyping) return null;
      const { module, failure } = lowerFile(compiler(), file, text);
      if (failure !== null) return nothing;
      return forFile(file, asTyped(`${asOf}\n${file}\n${text}`, withModule(input, file, module), asOf));
    },
  };

  function timed(changed: ReadProject, asOf: string): Answer {
    const begin = performance.now();
    const answer = answerTo(changed, asOf, configuration);
    milliseconds = performance.now() - begin;
    return answer;
  }
}

function forFile(file: string, { errors, findings }: Answer): FileAnalysis {
  return errors.length > 0 ? { findings: [], errors } : { findings: findings.get(file) ?? [], errors };
}

function withModule(input: ReadProject, file: string, module: Module): ReadProject {
  const { layout, modules, judged } = input;
  return {
    ...input,
    layout: layout.files.includes(file) ? layout : { ...layout, files: [...layout.files, file].sort() },
    modules: new Map(modules).set(file, module),
    judged: new Set(judged).add(file),
  };
}

function answerTo(input: ReadProject, asOf: string, { errors }: ProjectConfiguration): Answer {
  if (errors.length > 0) return { errors, findings: new Map() };
  const analysis: Analysis = analyze({ ...input, sql: sqlParser, version: "", asOf, sees: "project" });
  const wrong = analysis.configurationErrors.map(({ message }) => message);
  return { errors: wrong, findings: groupBy(findingsOf(analysis), ({ finding }) => finding.file) };
}

/** Remembers what became of the last key, a failure too: a linter asks many times about one state of things, then about the next. */
function lastOf<Rest extends readonly unknown[], Made>(
  make: (key: string, ...rest: Rest) => Made,
): (key: string, ...rest: Rest) => Made {
  let last: { readonly key: string; readonly again: () => Made } | null = null;
  return (key, ...rest) => {
    if (last?.key !== key) {
      try {
        const made = make(key, ...rest);
        last = { key, again: () => made };
      } catch (error) {
        last = {
          key,
          again() {
            throw error;
          },
        };
      }
    }
    return last.again();
  };
}
