/**
 * What both shells use to find and read a project: its files, its configuration, and how its packages find each other. All of
 * it is read as data. Nothing of a project is executed, imported or resolved from what is installed.
 */
export { type FileSystem, failureOf, isMissing, nodeFileSystem } from "./file-system.js";
export { directoryOf, isInside, nameOf, relativeTo } from "./paths.js";
export { type ReadText, readText } from "./text.js";
export { type ProjectConfiguration, readConfiguration } from "./configuration.js";
export { findConfiguration, findRepository, findRoot } from "./roots.js";
export {
  type Project,
  type ProjectOptions,
  type Source,
  discover,
  isTest,
  reasonNotToJudge,
} from "./project.js";
export {
  type MigrationCache,
  type MigrationReading,
  type SqlFile,
  readMigrationFiles,
} from "./migrations.js";
export { isOfInterest } from "./walk.js";
export { type Lowered, type LoweringOptions, lowerSources } from "./lower.js";
export { type ModuleCache, moduleCacheIn } from "./module-cache.js";
export { type ReadProject, inputFrom } from "./input.js";
