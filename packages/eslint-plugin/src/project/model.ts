/** The tenancy model of a project, read once per process and again when something that it was read from changes. */
import { createHash } from "node:crypto";
import path from "node:path";
import {
  type Layout,
  type Module,
  type Program,
  type Tenancy,
  learnTenancy,
  link,
  scopingClientsIn,
} from "@tenant-audit/core";
import {
  type MigrationCache,
  type Project,
  type ProjectConfiguration,
  discover,
  isTest,
  nodeFileSystem,
  readConfiguration,
  readMigrationFiles,
} from "@tenant-audit/project";
import { sqlParser } from "@tenant-audit/sql";
import { textScan } from "../signs.js";
import { ModelModules, type KnownModule, lowerBeginnings, makesAnUnspokenClient } from "./modules.js";
import { type Watching, keptReadings } from "./kept.js";
import { type Look, watch } from "./watch.js";

export interface Model {
  readonly root: string;
  readonly tenancy: Tenancy;
  readonly configuration: ProjectConfiguration;
  readonly surroundings: Surroundings;
  /** What has to be put right before anything can be judged. */
  readonly errors: readonly string[];
}

/** The files that the model was read from: those that declare the database, and those that make its clients. */
export interface Surroundings {
  readonly layout: Layout;
  readonly modules: ReadonlyMap<string, Module>;
  /** Kept, because preparing it for a large project takes longer than judging a file. */
  readonly resolve: Program["resolve"];
  /** Libraries of which some client adds the tenant by itself. */
  readonly scopingClients: ReadonlySet<string>;
  /** Whether a file's text names a client whose calls look like everybody's: `redis` of `import { redis } from "./redis"`. */
  namesClient(text: string): boolean;
}

interface Reading extends Watching {
  readonly model: Model;
  /** What one reading leaves to the next. */
  readonly migrations: MigrationCache;
  readonly modules: ReadonlyMap<string, KnownModule>;
}

const reading = keptReadings<Reading>();

export function modelOf(root: string, configFile: string | null): Model {
  return reading(`${root}\n${configFile}`, (before) => readModel(root, configFile, before)).model;
}

/** Sixteen characters that change with what the model says, and not with where its tables stand. */
export function hashOf(tenancy: Tenancy): string {
  const said = {
    levels: tenancy.levels,
    tables: tenancy.tables.map((table) => ({ ...table, file: null, line: null })),
  };
  return createHash("sha256").update(JSON.stringify(said)).digest("hex").slice(0, 16);
}

function readModel(root: string, configFile: string | null, before: Reading | null): Reading {
  const configuration = configurationFor(root, configFile);
  const project = discover({ root, configuration, fileSystem: nodeFileSystem });
  const modules = new ModelModules(project.sources, before?.modules ?? new Map());
  const service = project.sources.filter((source) => !isTest(source));
  const { isBeginning } = lowerBeginnings(modules, service);
  const unspokenClients = modules.exportsOf(makesAnUnspokenClient);
  const cache: MigrationCache = before?.migrations ?? new Map();
  const migrations = readMigrationFiles(project.sql, { parser: sqlParser, cache });

  const program = link(project.layout, modules);
  const { tenancy, errors } = learnTenancy(program, {
    schemas: project.schemas,
    migrations,
    sql: sqlParser,
    configuration: configuration.configuration,
    tests: new Set(project.sources.filter(isTest).map(({ file }) => file)),
  });
  const scopingClients = scopingClientsIn(program, tenancy);
  const lowered = modules.lowered();
  return {
    model: {
      root,
      tenancy,
      configuration,
      surroundings: {
        layout: project.layout,
        modules: new Map(modules),
        resolve: program.resolve,
        scopingClients,
        namesClient: textScan(unspokenClients),
      },
      errors: [...configuration.errors, ...errors.map(({ message }) => message)],
    },
    migrations: cache,
    modules: lowered,
    look: watchProject(root, configFile, project, lowered, isBeginning),
  };
}

export function configurationFor(root: string, configFile: string | null): ProjectConfiguration {
  const shown = path
    .relative(root, configFile ?? "")
    .split(path.sep)
    .join("/");
  const remedy = 'Check "config" in ESLint\'s settings.';
  return readConfiguration({ file: configFile, shown, remedy }, root, nodeFileSystem);
}

function watchProject(
  root: string,
  configFile: string | null,
  { directories, described, sources }: Project,
  lowered: ReadonlyMap<string, KnownModule>,
  isBeginning: (text: string) => boolean,
): (milliseconds: number) => Look {
  const absolute = (file: string): string => path.join(root, file);
  return watch({
    files: [
      ...(configFile === null ? [] : [configFile]),
      ...described.map(absolute),
      ...[...lowered.keys()].map(absolute),
    ],
    directories: directories.map(absolute),
    silent: sources
      .filter((source) => !isTest(source) && !lowered.has(source.file))
      .map(({ file }) => absolute(file)),
    speaks: isBeginning,
  });
}
