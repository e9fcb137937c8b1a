/** What was found, read and lowered, as the engine takes it. */
import type { MigrationFile, ProjectInput } from "@tenant-audit/core";
import type { ProjectConfiguration } from "./configuration.js";
import type { Lowered } from "./lower.js";
import { type Project, type Source, isJudged, isTest } from "./project.js";

/** Less what a shell adds by itself: the parser for SQL, its version, the day. */
export type ReadProject = Omit<ProjectInput, "sql" | "version" | "asOf" | "sees" | "onStage">;

export function inputFrom(
  project: Project,
  lowered: Lowered,
  migrations: readonly MigrationFile[],
  { configuration }: ProjectConfiguration,
): ReadProject {
  const files = (isOne: (source: Source) => boolean): ReadonlySet<string> =>
    new Set(project.sources.filter(isOne).map(({ file }) => file));
  return {
    layout: project.layout,
    modules: lowered.modules,
    judged: files(isJudged),
    tests: files(isTest),
    schemas: project.schemas,
    migrations,
    configuration,
    skipped: [...project.skipped, ...lowered.skipped],
    notJudged: project.notJudged,
    notes: [...project.notes, ...lowered.notes],
  };
}
