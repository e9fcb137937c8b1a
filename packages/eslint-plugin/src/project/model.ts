/** The tenancy model of a project, read once per process and again when a file that it was read from changes. */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import path from "node:path";
import {
  type Layout,
  type Module,
  type Program,
  type Tenancy,
  clientNames,
  learnTenancy,
  link,
  lowerFile,
  scopingClientsIn,
  unspokenClientNames,
  reasonInName,
} from "@tenant-audit/core";
import { compiler } from "../compiler.js";
import { type ProjectConfiguration, readConfiguration } from "./configuration.js";
import { findFiles, readText } from "./files.js";
import { layoutOf } from "./layout.js";
import { textScan } from "../signs.js";
import { directoryOf } from "./paths.js";

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

interface Kept {
  readonly model: Model;
  readonly stamps: ReadonlyMap<string, string>;
  checked: number;
}

const kept = new Map<string, Kept>();
const secondsBetweenChecks = 1;

export function modelOf(root: string, configFile: string | null): Model {
  const key = `${root}\n${configFile}`;
  const now = Date.now();
  const known = kept.get(key);
  if (known && now - known.checked < secondsBetweenChecks * 1000) return known.model;
  if (known && [...known.stamps].every(([file, stamp]) => stampOf(file) === stamp)) {
    known.checked = now;
    return known.model;
  }
  const failure = failures.get(key);
  if (failure) throw failure;
  try {
    const read = readModel(root, configFile);
    kept.set(key, { ...read, checked: now });
    return read.model;
  } catch (error) {
    // A fault of ours; reading everything again for each file would not mend it.
    failures.set(key, error as Error);
    throw error;
  }
}

const failures = new Map<string, Error>();

/** Sixteen characters that change with what the model says, and not with where its tables stand. */
export function hashOf(tenancy: Tenancy): string {
  const said = {
    levels: tenancy.levels,
    tables: tenancy.tables.map((table) => ({ ...table, file: null, line: null })),
  };
  return createHash("sha256").update(JSON.stringify(said)).digest("hex").slice(0, 16);
}

function readModel(root: string, configFile: string | null): Omit<Kept, "checked"> {
  const stamps = new Map<string, string>();
  const stamp = (file: string): void => void stamps.set(file, stampOf(file));
  if (configFile !== null) stamp(configFile);
  const configuration = readConfiguration(configFile, root);
  const files = findFiles(root);
  for (const file of [...files.tsconfigs, ...files.packages]) stamp(path.join(root, file));

  const schemas = files.prismaSchemas.flatMap((file) => {
    stamp(path.join(root, file));
    // A new file of a schema in several files shows in its directory alone.
    stamp(path.join(root, directoryOf(file)));
    const text = readText(path.join(root, file));
    return text === null ? [] : [{ kind: "prisma" as const, file, text }];
  });

  const isTest = (file: string): boolean => reasonInName(file) === "test" || configuration.isTest(file);
  const sources = new Sources(root, files.sources, (file) => stamp(path.join(root, file)));
  for (const file of files.sources) if (!isTest(file)) sources.addIfItNamesADatabaseOrClient(file);
  const layout = layoutOf(root, files);
  const program = link(layout, sources);
  const { tenancy, errors } = learnTenancy(program, {
    schemas,
    migrations: [],
    sql: null,
    configuration: configuration.configuration,
    tests: new Set(),
  });
  const problems = [...configuration.errors, ...errors.map(({ message }) => message)];
  const { resolve } = program;
  const scopingClients = scopingClientsIn(program, tenancy);
  const namesClient = textScan(sources.exportsOfUnspokenClients());
  const surroundings = {
    layout,
    modules: new Map(sources.entries()),
    resolve,
    scopingClients,
    namesClient,
  };
  return { model: { root, tenancy, configuration, surroundings, errors: problems }, stamps };
}

/**
 * The modules that the model is read from. It begins with the files that say which type the database has, and every
 * other file is lowered when an import leads there: of a large project, a handful.
 */
class Sources extends Map<string, Module> {
  readonly #root: string;
  readonly #known: ReadonlySet<string>;
  readonly #onRead: (file: string) => void;
  readonly #unspoken = new Set<string>();

  constructor(root: string, known: readonly string[], onRead: (file: string) => void) {
    super();
    this.#root = root;
    this.#known = new Set(known);
    this.#onRead = onRead;
  }

  addIfItNamesADatabaseOrClient(file: string): void {
    const text = readText(path.join(this.#root, file));
    if (text === null || !namesADatabaseOrClient(text)) return;
    const module = this.#lower(file, text);
    if (!makesAnUnspokenClient.test(text)) return;
    for (const one of module.exports)
      if (one.kind === "local" && one.name !== "default") this.#unspoken.add(one.name);
  }

  exportsOfUnspokenClients(): readonly string[] {
    return [...this.#unspoken];
  }

  override has(file: string): boolean {
    return this.get(file) !== undefined;
  }

  override get(file: string): Module | undefined {
    const known = super.get(file);
    if (known !== undefined || !this.#known.has(file)) return known;
    const text = readText(path.join(this.#root, file));
    return text === null ? undefined : this.#lower(file, text);
  }

  #lower(file: string, text: string): Module {
    this.#onRead(file);
    const { module } = lowerFile(compiler(), file, text);
    this.set(file, module);
    return module;
  }
}

/** A database's type, or a client: what `import { db } from "./db"` leads to has to be known in every other file. */
function namesADatabaseOrClient(text: string): boolean {
  return namesADatabase(text) || makesAClient.test(text);
}

const makesAClient = new RegExp(`\\bnew\\s+(?:\\w+\\.)?(?:${clientNames.join("|")})\\b|\\$extends\\s*\\(`);

const makesAnUnspokenClient = new RegExp(`\\bnew\\s+(?:\\w+\\.)?(?:${unspokenClientNames.join("|")})\\b`);

/** `Kysely<…>`, `Transaction<…>` and what is named after them; or a type that is called what such types are called. */
function namesADatabase(text: string): boolean {
  return (
    (/kysely/i.test(text) && /\w*(?:Kysely|Transaction)\w*\s*</.test(text)) ||
    /\b(?:interface|type)\s+(?:DB|Database)\b/i.test(text)
  );
}

function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size}` : "missing";
}
