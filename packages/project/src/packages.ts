/** Every package of the repository, from its package.json, so that one can be imported by another with nothing installed. */
import path from "node:path";
import type { Report, WorkspacePackage } from "@tenant-audit/core";
import type { FileSystem } from "./file-system.js";
import { field, isObject, type Json, readJson, textField } from "./json.js";
import { directoryOf } from "./paths.js";
import { readText } from "./text.js";

export type PackageFile = Omit<WorkspacePackage, "outDir" | "rootDir">;

export function readPackages(
  files: readonly string[],
  root: string,
  fileSystem: FileSystem,
): { readonly packages: readonly PackageFile[]; readonly notes: Report["project"]["notes"] } {
  const packages: PackageFile[] = [];
  const notes: { file: string; line: number | null; message: string }[] = [];
  for (const file of files) {
    const read = readText(path.join(root, file), fileSystem);
    if (read.text === null) {
      notes.push({
        file,
        line: null,
        message: `${read.reason}. Imports of this package by name lead nowhere.`,
      });
      continue;
    }
    const { value, problem } = readJson(read.text);
    if (problem !== null)
      notes.push({
        file,
        line: problem.line,
        message: `is malformed (${problem.words}). What could be read of it was used.`,
      });
    const name = textField(value, "name");
    const imports = field(value, "imports") ?? null;
    // Without either, nothing can be imported through it, and it only marks a directory as ESM or CommonJS.
    if (name === null && imports === null) continue;
    packages.push({
      name: name ?? "",
      directory: directoryOf(file),
      exports: field(value, "exports") ?? null,
      main: textField(value, "main") ?? textField(value, "module"),
      types: textField(value, "types") ?? textField(value, "typings"),
      imports,
      dependencies: dependenciesOf(value),
    });
  }
  return { packages, notes };
}

/** What the service runs with goes before what it is developed with. */
function dependenciesOf(manifest: Json | undefined): WorkspacePackage["dependencies"] {
  const ranges = new Map<string, string>();
  for (const sort of ["dependencies", "optionalDependencies", "peerDependencies", "devDependencies"]) {
    const listed = field(manifest, sort);
    if (!isObject(listed)) continue;
    for (const [name, range] of Object.entries(listed))
      if (typeof range === "string" && !ranges.has(name)) ranges.set(name, range);
  }
  return Object.fromEntries(ranges);
}
