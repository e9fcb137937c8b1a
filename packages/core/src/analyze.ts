/** The pipeline on one screen. */
import { withExemptions } from "./judge/exemptions/exemptions.js";
import { reachIn, reachUnknown } from "./judge/exemptions/reach.js";
import { withHygiene } from "./judge/hygiene.js";
import { withIntegrity } from "./judge/integrity.js";
import { judge, type JudgedPath } from "./judge/judge.js";
import { usesOutside } from "./judge/outside.js";
import { factsOf } from "./judge/facts.js";
import { withDoubtsOfOneFile, withPolicies, withProtection } from "./judge/row-security/protection.js";
import { judgeTables } from "./judge/tables.js";
import { declaredModels } from "./declared/models.js";
import { unusedNotes } from "./declared/notes.js";
import { frameworks } from "./frameworks/index.js";
import { identities } from "./identity/index.js";
import { libraries } from "./libraries/index.js";
import { outbound } from "./outbound/index.js";
import { platform } from "./platform/index.js";
import { validators } from "./validators/index.js";
import { commentsIn } from "./link/comments.js";
import { link } from "./link/link.js";
import { functionNameAt, rangeOf } from "./link/places.js";
import type { Layout, Program } from "./link/program.js";
import { scriptsOf } from "./link/scripts.js";
import type { Module } from "./lower/module.js";
import { withCleared } from "./judge/cleared.js";
import { findNamingOfWords } from "./judge/naming.js";
import { withKeyedLayers } from "./layers/keyed.js";
import { callsIntoLayers } from "./layers/layers.js";
import { unseenCallersIn } from "./proof/unseen.js";
import { claimsIn } from "./proof/claims.js";
import { flowsIn, type Flows } from "./proof/flows.js";
import { proven } from "./proof/goal.js";
import type { Use } from "./proof/steps.js";
import type { TrailStep } from "./proof/trail.js";
import { byCodeUnit, groupBy } from "./report/order.js";
import { assemble, type Finished } from "./report/assemble.js";
import type { Report } from "./report/contract.js";
import type { Configuration, ConfigurationError } from "./tenancy/config.js";
import { inferTenancy } from "./tenancy/infer/infer.js";
import type { SqlParser } from "./sql/parser.js";
import type { MigrationFile } from "./tenancy/schemas/migrations/migrations.js";
import { readSchemas } from "./tenancy/schemas/index.js";
import type { SchemaText } from "./tenancy/schemas/source.js";
import type { Tenancy } from "./tenancy/tenancy.js";
import { trace, type Trace } from "./trace/trace.js";
import type { Access } from "./trace/library.js";
import { siteKey } from "./trace/value.js";

/** What discovery found and lowering made of it; everything that `analyze` needs, as plain data. */
export interface ProjectInput {
  readonly layout: Layout;
  /** Every file that could be lowered, judged or not. */
  readonly modules: ReadonlyMap<string, Module>;
  /** Files whose code is judged; the others (declarations, generated code, tests) only lend their names and types. */
  readonly judged: ReadonlySet<string>;
  /** Files that are none of the service's own, whose types and tables must not count: tests. */
  readonly tests: ReadonlySet<string>;
  /** What `scopingClientsIn` said of files that are not judged. */
  readonly scopingClients?: ReadonlySet<string>;
  readonly schemas: readonly SchemaFile[];
  /** SQL files that may be migrations, already read (`readSqlMigration`): by their text alone, so a shell may keep them. */
  readonly migrations: readonly MigrationFile[];
  /** For SQL inside of sources: in migrations, and in statements that run; null when the shell has none. */
  readonly sql: SqlParser | null;
  readonly configuration: Configuration;
  readonly skipped: Report["project"]["skipped"];
  readonly notJudged: Report["project"]["notJudged"];
  readonly notes: Report["project"]["notes"];
  readonly version: string;
  /** Today, `2027-01-31`: exemptions may end on a day. */
  readonly asOf: string;
  /** Whether the modules are all there are, or a file and what its model needs. */
  readonly sees: "project" | "file";
  /** Told what begins; for a progress line. */
  onStage?(stage: "link" | "tenancy" | "trace" | "judge"): void;
}

/** What a call may mean: data is reached, or the outside comes in. */
const known = [...libraries, ...frameworks, ...validators, ...identities, ...platform];
const models = [...known, ...outbound];

/** What is sent out is only looked at: what such a package's functions do may still be declared. */
const knownPackages: ReadonlySet<string> = new Set(known.flatMap(({ packages }) => packages));

const packagesWithKnownSources: ReadonlySet<string> = new Set(
  models.flatMap(({ packages, areSourcesKnown }) => (areSourcesKnown ? packages : [])),
);

export interface SchemaFile extends SchemaText {
  readonly kind: "prisma";
}

export interface Analysis {
  readonly report: Report;
  readonly tenancy: Tenancy;
  readonly program: Program;
  /** Path by path, with what the report leaves out: how a missing constraint would be written. */
  readonly paths: readonly JudgedPath[];
  readonly finished: readonly Finished[];
  /** Where the configuration speaks of what no schema has. */
  readonly configurationErrors: readonly ConfigurationError[];
}

export function analyze(input: ProjectInput): Analysis {
  input.onStage?.("link");
  const program = link(withoutKnown(input.layout), input.modules);
  input.onStage?.("tenancy");
  const { tenancy, errors } = learnTenancy(program, input);
  return { ...analyzeProgram(input, program, tenancy), configurationErrors: errors };
}

/** Packages of the workspace of which a model says what their sources do. */
function withoutKnown(layout: Layout): Layout {
  return { ...layout, packages: layout.packages.filter(({ name }) => !packagesWithKnownSources.has(name)) };
}

export type ModelInput = Pick<ProjectInput, "schemas" | "migrations" | "sql" | "configuration" | "tests">;

/** Also for a shell that keeps the model while it judges file after file. */
export function learnTenancy(
  program: Program,
  { schemas, migrations, sql, configuration, tests }: ModelInput,
): { readonly tenancy: Tenancy; readonly errors: readonly ConfigurationError[] } {
  const sources = readSchemas({
    program,
    isRead: (file) => !tests.has(file),
    prisma: schemas,
    migrations,
    sql,
  });
  return inferTenancy(sources, configuration);
}

/** Names of classes whose instances reach data; a file that has none of them makes no client. */
export const clientNames: readonly string[] = libraries.flatMap((model) => model.clients ?? []);

/**
 * Those whose calls show in no text by themselves (`cache.get(…)`): a file that uses one without making it names what the
 * file that makes it exports.
 */
export const unspokenClientNames: readonly string[] = libraries
  .filter((model) => model.signs?.every((sign) => model.packages.includes(sign)))
  .flatMap((model) => model.clients ?? []);

/** Libraries of which one of these files makes a client that adds the tenant by itself. */
export function scopingClientsIn(program: Program, tenancy: Tenancy): ReadonlySet<string> {
  const judged: ReadonlySet<string> = new Set();
  return trace({ program, tenancy, models, judged, clientFiles: program.files }).scopingClients;
}

/** Null when any file may make an access, because some library cannot say what would give it away. */
export const accessSigns: readonly string[] | null = libraries.every((model) => model.signs !== undefined)
  ? libraries.flatMap((model) => model.signs ?? [])
  : null;

/** The part that needs no schema: a linked program (of one file or of all) against a tenancy model. */
export function analyzeProgram(
  input: ProjectInput,
  program: Program,
  tenancy: Tenancy,
): Omit<Analysis, "configurationErrors"> {
  input.onStage?.("trace");
  // What a declared function does shows in who calls it, which one file does not say.
  const declared = declaredModels(
    input.sees === "project" ? input.configuration.functions : [],
    knownPackages,
  );
  const traced = withLayers(
    input,
    program,
    tenancy,
    trace({
      program,
      tenancy,
      sql: input.sql,
      models: [...models, ...declared.models],
      judged: input.judged,
    }),
  );
  const unused =
    input.sees === "project" ? unusedNotes(input.configuration, declared.uses, program, knownPackages) : [];
  const bound =
    input.sees === "project" ? { ...traced, accesses: withPolicies(traced.accesses, tenancy) } : traced;
  const scopingClients = new Set([...traced.scopingClients, ...(input.scopingClients ?? [])]);
  input.onStage?.("judge");
  // One file shows neither who calls nor what was made sure of before.
  const flows =
    input.sees === "project"
      ? flowsIn(
          bound,
          claimsIn(factsOf(tenancy, { areAddressesOwners: true })),
          tenancy.users?.table ?? null,
          unseenCallersIn(program, input.layout),
        )
      : null;
  const scripts = scriptsOf(program, input.judged, input.tests);
  const judgeAll = (accesses: readonly Access[]): readonly JudgedPath[] =>
    judge({ ...traced, accesses, scopingClients }, tenancy, scripts, flows).filter((path) =>
      input.judged.has(path.root.site.file),
    );
  const told = judgeAll(bound.accesses);
  const judged = flows ? withProtection(told, traced, tenancy, judgeAll) : withDoubtsOfOneFile(told, tenancy);
  const reaches = flows ? reachIn(traced, flows) : reachUnknown;
  const { paths: exempted, faults } = withExemptions(judged, commentsIn(program, input.judged), {
    tenancy,
    asOf: input.asOf,
    sees: input.sees,
    reachedBy: reaches.reachedBy,
  });
  const cleared = withCleared(exempted, reaches, (site) => rangeOf(program, site).line);
  const paths = withHygiene(flows ? withIntegrity(cleared, traced, tenancy, flows, scripts) : cleared);
  const accessesAt = groupBy(traced.accesses, (access) => siteKey(access.site));
  const outside = usesOutside(traced, tenancy, paths);
  const { report, finished } = assemble({
    project: {
      files: input.judged.size,
      lines: [...input.judged].reduce(
        (sum, file) => sum + (input.modules.get(file)?.lineStarts.length ?? 0),
        0,
      ),
      skipped: input.skipped,
      notJudged: input.notJudged,
      notes: [...input.notes, ...tenancy.problems, ...unused],
    },
    version: input.version,
    tenancy,
    libraries,
    paths,
    tables: judgeTables(tenancy, outside),
    exemptions: faults,
    sees: input.sees,
    entriesAt: (path) => entriesOf(path, accessesAt, flows),
    trailTo: (path, end, access) =>
      trailTo(path, [...(access ? [access] : []), ...accessesOf(path, accessesAt)], flows, end),
    rangeOf: (site) => rangeOf(program, site),
    nameOf: (fn) => functionNameAt(program, traced.findSiteOf(fn) ?? { file: "", start: 0 }),
    functionNameAt: (site) => functionNameAt(program, site),
  });
  return { report, tenancy, program, paths, finished };
}

/** What is passed to a data layer of the project's own is seen where its callers are. */
function withLayers(input: ProjectInput, program: Program, tenancy: Tenancy, walked: Trace): Trace {
  const traced = { ...walked, ...withKeyedLayers(walked, program, input.judged) };
  if (input.sees !== "project") return traced;
  const isNaming = (word: string): boolean => findNamingOfWords(tenancy, word)?.kind === "tenant";
  const { accesses, roots } = callsIntoLayers(traced, program, input.judged, isNaming);
  return {
    ...traced,
    accesses: [...traced.accesses, ...accesses],
    roots: new Map([...traced.roots, ...roots]),
  };
}

/** The entry points that lead to a path, by name. */
function entriesOf(path: JudgedPath, accessesAt: AccessesAt, flows: Flows | null): readonly string[] {
  if (!flows) return [];
  const accesses = accessesOf(path, accessesAt);
  const names = new Set(
    accesses.flatMap(({ root }) => flows.entriesReaching(root).map((entry) => entry.name)),
  );
  return [...names].sort(byCodeUnit);
}

/** One way there, where nothing had to be followed to know what to say of it. */
function trailTo(
  path: JudgedPath,
  accesses: readonly Access[],
  flows: Flows | null,
  end: Use,
): readonly TrailStep[] {
  const said = { kind: "access" as const, ...end };
  for (const access of flows ? accesses : []) {
    const way = flows!.findWayTo(access.root);
    if (way) return flows!.trailOf({ ...way, outcome: asItIs }, access, said);
  }
  return [{ site: path.root.call, said }];
}

const asItIs = proven("none", "unknown");

function accessesOf({ root }: JudgedPath, accessesAt: AccessesAt): readonly Access[] {
  return accessesAt.get(siteKey(root.site)) ?? [];
}

type AccessesAt = ReadonlyMap<string, readonly Access[]>;
