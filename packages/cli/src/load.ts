/** A directory in, everything the engine needs out: discovery, migrations and lowering, one after the other. */
import {
  type ConfigurationError,
  type Program,
  type ProjectInput,
  type Report,
  type Tenancy,
  learnTenancy,
  link,
} from "@tenant-audit/core";
import {
  type FileSystem,
  type Project,
  type ProjectConfiguration,
  discover,
  inputFrom,
  lowerSources,
  moduleCacheIn,
  readMigrationFiles,
} from "@tenant-audit/project";
import { sqlParser } from "@tenant-audit/sql";
import { Refusal } from "./refusal.js";
import type { Progress } from "./terminal/progress.js";
import { compiler, compilerName } from "./typescript.js";
import { version } from "./version.js";

export interface LoadOptions {
  /** Absolute. */
  readonly root: string;
  readonly configuration: ProjectConfiguration;
  readonly fileSystem: FileSystem;
  readonly progress: Progress;
  /** The directory for what parsing gave, absolute; null to parse everything, and to write nothing. */
  readonly cache?: string | null;
}

export interface Loaded {
  readonly project: Project;
  readonly input: Omit<ProjectInput, "asOf" | "sees">;
}

/** Refused when `isEmpty` says that the project has nothing in it that could be asked about. */
export async function load(
  { root, configuration, fileSystem, progress, cache = null }: LoadOptions,
  isEmpty: (project: Project) => boolean = hasNoSources,
): Promise<Loaded> {
  const project = discover({
    root,
    configuration,
    fileSystem,
    onFile: (count) => progress.show("Finding files", count),
  });
  if (project.failure !== null) throw new Refusal(project.failure);
  if (isEmpty(project)) throw new Refusal(nothingToRead(root, project));

  const migrations = readMigrationFiles(project.sql, {
    parser: sqlParser,
    cache: new Map(),
    onFile: (done, total) => progress.show("Reading migrations", done, total),
  });
  const lowered = lowerSources(project.sources, {
    compiler() {
      progress.show("Loading the compiler");
      return compiler();
    },
    cache: cache === null ? null : moduleCacheIn(cache, compilerName()),
    onFile: (done, total) => progress.show("Parsing", done, total),
  });
  return {
    project,
    input: { ...inputFrom(project, lowered, migrations, configuration), sql: sqlParser, version },
  };
}

export interface LoadedTenancy {
  readonly tenancy: Tenancy;
  readonly program: Program;
  /** Where the configuration speaks of what no schema has; the tenancy is then made without it. */
  readonly configurationErrors: readonly ConfigurationError[];
  readonly notes: Report["project"]["notes"];
  readonly skipped: Report["project"]["skipped"];
}

/** The tenancy model alone, for commands that judge nothing: a schema without any source has one too. */
export async function loadTenancy(options: LoadOptions): Promise<LoadedTenancy> {
  const { input } = await load(
    options,
    (project) => hasNoSources(project) && project.schemas.length === 0 && project.sql.length === 0,
  );
  options.progress.show("Linking");
  const program = link(input.layout, input.modules);
  options.progress.show("Learning the tenancy model");
  const { tenancy, errors } = learnTenancy(program, input);
  return { tenancy, program, configurationErrors: errors, notes: input.notes, skipped: input.skipped };
}

function hasNoSources({ sources, skipped }: Project): boolean {
  return sources.length === 0 && skipped.length === 0;
}

function nothingToRead(root: string, { notJudged }: Project): string {
  const leftOut =
    notJudged.length === 0 ? "" : " What is there was left out: ignored by git, build output, or minified.";
  return `There is no TypeScript or JavaScript to read below ${root}.${leftOut} Name the directory that holds the service's sources.`;
}
