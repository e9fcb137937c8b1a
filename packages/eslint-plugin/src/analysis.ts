/**
 * What the engine says of one file. Alone, it is lowered from ESLint's text, linked with the few files that the project's
 * model was read from (the database's types, its clients) and judged against that model; no other file is looked at.
 */
import path from "node:path";
import {
  type Tenancy,
  analyzeProgram,
  link,
  lowerFile,
  noConfiguration,
  sourceName,
} from "@tenant-audit/core";
import {
  findConfiguration,
  findRoot,
  nodeFileSystem,
  reasonNotToJudge,
  relativeTo,
} from "@tenant-audit/project";
import { sqlParser } from "@tenant-audit/sql";
import { compiler } from "./compiler.js";
import { type FileAnalysis, findingsOf, nothing } from "./findings.js";
import { type PlaceInProject, analyzeInProject } from "./in-project.js";
import { type Surroundings, modelOf } from "./project/model.js";
import type { Settings } from "./settings.js";
import { mayConcernUs } from "./signs.js";

export function analyzeFile(filename: string, text: string, settings: Settings): FileAnalysis {
  // Component files and the like: `scan` lists them as files that it cannot read.
  if (!sourceName.test(filename)) return nothing;
  if (settings.project) {
    const place = placeOf(filename, settings);
    const { cache } = settings;
    const alone = (of: string): FileAnalysis => analyzeFile(filename, of, { ...settings, project: false });
    return place ? analyzeInProject(place, text, { cache, asOf: dayOf(settings) }, alone) : nothing;
  }
  if (settings.tenancy !== null)
    return mayConcernUs(text)
      ? judged(path.basename(filename), text, settings.tenancy, alone, settings)
      : nothing;

  const place = placeOf(filename, settings);
  if (place === null) return nothing;
  const { root, file, configFile } = place;
  const model = modelOf(root, configFile);
  if (!mayConcernUs(text) && !model.surroundings.namesClient(text)) return nothing;
  if (reasonNotToJudge(file, text, model.configuration) !== null) return nothing;
  if (model.errors.length > 0) return { findings: [], errors: model.errors };
  return model.tenancy.tables.length > 0
    ? judged(file, text, model.tenancy, model.surroundings, settings)
    : nothing;
}

function placeOf(filename: string, { root: given, config }: Settings): PlaceInProject | null {
  const root = given ?? findRoot(filename, nodeFileSystem);
  const file = root === null ? null : relativeTo(root, filename);
  if (root === null || file === null) return null;
  const configFile = config ?? findConfiguration(path.dirname(filename), root, nodeFileSystem);
  return { root, file, configFile };
}

function dayOf({ asOf }: Settings): string {
  return asOf ?? new Date().toISOString().slice(0, "2027-01-31".length);
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
  settings: Settings,
): FileAnalysis {
  const { module, failure } = lowerFile(compiler(), file, text);
  if (failure !== null) return nothing;
  const { layout, resolve, scopingClients } = surroundings;
  const modules = new Map(surroundings.modules).set(file, module);
  const analysis = analyzeProgram(
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
      asOf: dayOf(settings),
      sees: "file",
    },
    link(layout, modules, resolve),
    tenancy,
  );
  return { findings: findingsOf(analysis), errors: [] };
}
