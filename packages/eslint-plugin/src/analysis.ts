/**
 * What the engine says of one file: lowered from ESLint's text, linked with the few files that the project's model was read
 * from (the database's types, its clients), judged against that model. No other file of the project is looked at.
 */
import path from "node:path";
import {
  type Finding,
  type SuggestedRepair,
  type Tenancy,
  analyzeProgram,
  link,
  lowerFile,
  noConfiguration,
  reasonInName,
  reasonInText,
  sourceName,
} from "@tenant-audit/core";
import { findConfiguration, findRoot, nodeFileSystem, relativeTo } from "@tenant-audit/project";
import { sqlParser } from "@tenant-audit/sql";
import { compiler } from "./compiler.js";
import { type Model, type Surroundings, modelOf } from "./project/model.js";
import type { Settings } from "./settings.js";
import { mayConcernUs } from "./signs.js";

export interface FileAnalysis {
  readonly findings: readonly FileFinding[];
  /** What is wrong with the configuration, in sentences; then nothing is judged. */
  readonly errors: readonly string[];
}

export interface FileFinding {
  readonly finding: Finding;
  readonly repair: SuggestedRepair | null;
}

const nothing: FileAnalysis = { findings: [], errors: [] };

export function analyzeFile(filename: string, text: string, settings: Settings): FileAnalysis {
  // Component files and the like: `scan` lists them as files that it cannot read.
  if (!sourceName.test(filename)) return nothing;
  if (settings.tenancy !== null)
    return mayConcernUs(text)
      ? judged(path.basename(filename), text, settings.tenancy, alone, settings)
      : nothing;

  const root = settings.root ?? findRoot(filename, nodeFileSystem);
  const file = root === null ? null : relativeTo(root, filename);
  if (root === null || file === null) return nothing;
  const model = modelOf(
    root,
    settings.config ?? findConfiguration(path.dirname(filename), root, nodeFileSystem),
  );
  if (!mayConcernUs(text) && !model.surroundings.namesClient(text)) return nothing;
  if (!isJudged(file, text, model)) return nothing;
  if (model.errors.length > 0) return { findings: [], errors: model.errors };
  return model.tenancy.tables.length > 0
    ? judged(file, text, model.tenancy, model.surroundings, settings)
    : nothing;
}

/** As a scan decides it. */
function isJudged(file: string, text: string, { configuration }: Model): boolean {
  if (configuration.reasonFor(file) !== null) return false;
  return configuration.isWanted(file) || (reasonInName(file) === null && reasonInText(file, text) === null);
}

const alone: Surroundings = {
  layout: { files: [], packages: [], aliases: [] },
  modules: new Map(),
  resolve: link({ files: [], packages: [], aliases: [] }, new Map()).resolve,
  scopingClients: new Set(),
  namesClient: () => false,
};

function judged(
  file: string,
  text: string,
  tenancy: Tenancy,
  surroundings: Surroundings,
  { asOf }: Settings,
): FileAnalysis {
  const { module, failure } = lowerFile(compiler(), file, text);
  if (failure !== null) return nothing;
  const { layout, resolve, scopingClients } = surroundings;
  const modules = new Map(surroundings.modules).set(file, module);
  const { report, finished } = analyzeProgram(
    {
      layout,
      modules,
      judged: new Set([file]),
      scopingClients,
      tests: new Set(),
      schemas: [],
      migrations: [],
      sql: sqlParser,
      configuration: noConfiguration,
      skipped: [],
      notJudged: [],
      notes: [],
      version: "",
      asOf: asOf ?? new Date().toISOString().slice(0, "2027-01-31".length),
      sees: "file",
    },
    link(layout, modules, resolve),
    tenancy,
  );
  const onPaths = finished.flatMap((path) => path.findings);
  const repairs = new Map(onPaths.map(({ finding, repair }) => [finding, repair]));
  return {
    findings: report.findings.map((finding) => ({ finding, repair: repairs.get(finding) ?? null })),
    errors: [],
  };
}
