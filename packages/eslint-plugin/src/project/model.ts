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

interface Kept extends Remembered {
  readonly model: Model;
  readonly look: (milliseconds: number) => Look;
  nextCheck: number;
}

/** What one reading leaves to the next. */
interface Remembered {
  readonly migrations: MigrationCache;
  readonly modules: ReadonlyMap<string, KnownModule>;
}

const kept = new Map<string, Kept>();
const secondsBetweenChecks = 1;
/** An editor asks with every key, and a look at all files of a large project takes longer: it is spread over several. */
const millisecondsOfLooking = 4;

export function modelOf(root: string, configFile: string | null): Model {
  const key = `${root}\n${configFile}`;
  const known = kept.get(key);
  if (known && isAsItWas(known)) return known.model;
  const failure = failures.get(key);
  if (failure) throw failure;
  try {
    const read = readModel(root, configFile, known ?? { migrations: new Map(), modules: new Map() });
    kept.set(key, { ...read, nextCheck: Date.now() + secondsBetweenChecks * 1000 });
    return read.model;
  } catch (error) {
    // A fault of ours; reading everything again for each file would not mend it.
    failures.set(key, error as Error);
    throw error;
  }
}

const failures = new Map<string, Error>();

function isAsItWas(known: Kept): boolean {
  const now = Date.now();
  if (now < known.nextCheck) return true;
  const look = known.look(millisecondsOfLooking);
  if (look === "same") known.nextCheck = now + secondsBetweenChecks * 1000;
  return look !== "changed";
}

/** Sixteen characters that change with what the model says, and not with where its tables stand. */
export function hashOf(tenancy: Tenancy): string {
  const said = {
    levels: tenancy.levels,
    tables: tenancy.tables.map((table) => ({ ...table, file: null, line: null })),
  };
  return createHash("sha256").update(JSON.stringify(said)).digest("hex").slice(0, 16);
}

function readModel(root: string, configFile: string | null, before: Remembered): Omit<Kept, "nextCheck"> {
  const configuration = readConfiguration(
    {
      file: configFile,
      shown: path
        .relative(root, configFile ?? "")
        .split(path.sep)
        .join("/"),
      remedy: 'Check "config" in ESLint\'s settings.',
    },
    root,
    nodeFileSystem,
  );
  const project = discover({ root, configuration, fileSystem: nodeFileSystem });
  const modules = new ModelModules(project.sources, before.modules);
  const service = project.sources.filter((source) => !isTest(source));
  const { isBeginning } = lowerBeginnings(modules, service);
  const unspokenClients = modules.exportsOf(makesAnUnspokenClient);
  const migrations = readMigrationFiles(project.sql, { parser: sqlParser, cache: before.migrations });

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
    migrations: before.migrations,
    modules: lowered,
    look: watchProject(root, configFile, project, lowered, isBeginning),
  };
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
