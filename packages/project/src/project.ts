/** Everything below a directory that the engine needs, as plain data: read, never executed, never resolved from disk. */
import path from "node:path";
import {
  type Layout,
  type Report,
  type SchemaFile,
  reasonForComponent,
  reasonInName,
  reasonInText,
  sourceName,
} from "@tenant-audit/core";
import { type ProjectConfiguration, excluded } from "./configuration.js";
import type { FileSystem } from "./file-system.js";
import type { SqlFile } from "./migrations.js";
import { readPackages } from "./packages.js";
import { nameOf } from "./paths.js";
import { type SizeLimit, readText, sqlLimit } from "./text.js";
import { readTsconfigs } from "./tsconfig.js";
import { findRepository } from "./roots.js";
import { isTsconfigName, walk } from "./walk.js";

export interface Project {
  /** Why nothing could be read at all, as a sentence; null when it could. */
  readonly failure: string | null;
  /** Every directory that was looked into; the root as `""`. */
  readonly directories: readonly string[];
  /** The files, besides sources, that all of this was read from: schemas, SQL, packages, tsconfigs, what is ignored. */
  readonly described: readonly string[];
  readonly layout: Layout;
  /** Judged or not; in the order of their paths. */
  readonly sources: readonly Source[];
  readonly schemas: readonly SchemaFile[];
  /** Every SQL file that is no test's. Most projects have none that changes a schema. */
  readonly sql: readonly SqlFile[];
  readonly skipped: Report["project"]["skipped"];
  readonly notJudged: Report["project"]["notJudged"];
  readonly notes: Report["project"]["notes"];
}

export interface Source {
  readonly file: string;
  readonly text: string;
  /** Null for a file that is judged. */
  readonly reasonNotToJudge: string | null;
}

export function isJudged({ reasonNotToJudge }: Source): boolean {
  return reasonNotToJudge === null;
}

export function isTest({ reasonNotToJudge }: Source): boolean {
  return reasonNotToJudge === "test";
}

export interface ProjectOptions {
  readonly root: string;
  /** What the configuration says about single files. */
  readonly configuration: Pick<ProjectConfiguration, "reasonFor" | "isWanted">;
  readonly fileSystem: FileSystem;
  readonly onFile?: (count: number) => void;
}

export function discover({ root, configuration, fileSystem, onFile = () => {} }: ProjectOptions): Project {
  const repository = findRepository(root, fileSystem) ?? root;
  const found = walk(root, repository, fileSystem, onFile);
  const skipped = [...found.skipped];
  const notJudged = [...found.notJudged];
  const notes = [...found.notes];

  const named = (isNamed: (name: string) => boolean): readonly string[] =>
    found.files.filter((file) => isNamed(nameOf(file)));
  const { packages, notes: packageNotes } = readPackages(
    named((name) => name === "package.json"),
    root,
    fileSystem,
  );
  const tsconfigs = readTsconfigs(named(isTsconfigName), {
    root,
    repository,
    packageDirectories: new Map(packages.map(({ name, directory }) => [name, directory])),
    fileSystem,
  });
  notes.push(...packageNotes, ...tsconfigs.notes);

  /** What is not judged lends its names at most, so an audit without it is not incomplete. */
  const read = (file: string, isJudged: boolean, limit?: SizeLimit): string | null => {
    const result = readText(path.join(root, file), fileSystem, limit);
    if (result.text !== null && result.note !== null)
      notes.push({ file, line: null, message: `${result.note}.` });
    if (result.text === null && isJudged) skipped.push({ file, reason: result.reason });
    return result.text;
  };

  const sources: Source[] = [];
  for (const file of named((name) => sourceName.test(name))) {
    const byName = reasonByName(file, configuration);
    // Nothing imports a minified script, and parsing one takes longer than the rest of the project.
    const text = byName === "minified" ? null : read(file, byName === null);
    const reason = text === null ? byName : reasonNotToJudge(file, text, configuration);
    if (reason !== null) notJudged.push({ file, reason });
    if (text !== null && reason !== "minified") sources.push({ file, text, reasonNotToJudge: reason });
  }
  for (const file of found.files) {
    const reason = reasonForComponent(nameOf(file));
    if (reason !== null) notJudged.push({ file, reason });
  }

  const schemas: SchemaFile[] = [];
  for (const file of named((name) => name.endsWith(".prisma"))) {
    const text = read(file, true);
    if (text !== null) schemas.push({ kind: "prisma", file, text });
  }

  const sql: SqlFile[] = [];
  for (const file of named((name) => name.endsWith(".sql"))) {
    if (isLeftOut(file, configuration)) continue;
    const text = read(file, true, sqlLimit);
    if (text !== null) sql.push({ file, text });
  }

  return {
    failure: found.failure,
    directories: found.directories,
    described: [
      ...found.ignoreFiles,
      ...found.files.filter((file) => !sourceName.test(file) && reasonForComponent(file) === null),
    ],
    layout: {
      files: sources.map(({ file }) => file),
      packages: packages.map((entry) => ({
        ...entry,
        ...(tsconfigs.outputs.get(entry.directory) ?? { outDir: null, rootDir: null }),
      })),
      aliases: tsconfigs.aliases,
    },
    sources,
    schemas,
    sql,
    skipped,
    notJudged,
    notes,
  };
}

/** Null when the file is judged; for a text that is not on disk as well. */
export function reasonNotToJudge(
  file: string,
  text: string,
  configuration: ProjectOptions["configuration"],
): string | null {
  return (
    reasonByName(file, configuration) ?? (configuration.isWanted(file) ? null : reasonInText(file, text))
  );
}

function reasonByName(file: string, configuration: ProjectOptions["configuration"]): string | null {
  return configuration.reasonFor(file) ?? (configuration.isWanted(file) ? null : reasonInName(file));
}

/**
 * A dump of a schema may be generated, and a migration lies in no directory that `include` names: both describe the
 * database that the service runs on. A test's tables are none of the service's own.
 */
function isLeftOut(file: string, { reasonFor, isWanted }: ProjectOptions["configuration"]): boolean {
  if (isWanted(file)) return false;
  const reason = reasonFor(file) ?? reasonInName(file);
  return reason === "test" || reason === excluded;
}
