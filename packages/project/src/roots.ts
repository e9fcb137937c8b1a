/** Where a project begins, and which configuration speaks for it: upwards from a file or a directory. */
import path from "node:path";
import { noConfiguration } from "@tenant-audit/core";
import type { FileSystem } from "./file-system.js";
import { readText } from "./text.js";

/** The nearest directory, from this one upwards, that git knows as a repository. */
export function findRepository(directory: string, fileSystem: FileSystem): string | null {
  for (const current of upwards(directory)) {
    const isRepository = has(current, ".git", fileSystem);
    // A directory above that we may not look into is not ours.
    if (isRepository === null) return null;
    if (isRepository) return current;
  }
  return null;
}

/** The repository or workspace that a file is in, so that a schema in one package is known in all; else the nearest package. */
export function findRoot(file: string, fileSystem: FileSystem): string | null {
  let nearestPackage: string | null = null;
  for (const directory of upwards(path.dirname(file))) {
    if (has(directory, ".git", fileSystem) === true || isWorkspace(directory, fileSystem)) return directory;
    if (has(directory, "package.json", fileSystem) === true) nearestPackage ??= directory;
  }
  return nearestPackage;
}

/** The nearest `tenant-audit.config.json` from a directory upwards, and not out of `last`. */
export function findConfiguration(
  directory: string,
  last: string | null,
  fileSystem: FileSystem,
): string | null {
  for (const current of upwards(directory)) {
    const isThere = has(current, noConfiguration.file, fileSystem);
    if (isThere === null) return null;
    if (isThere) return path.join(current, noConfiguration.file);
    if (current === last) return null;
  }
  return null;
}

function* upwards(directory: string): Generator<string> {
  for (let current = directory; ; current = path.dirname(current)) {
    yield current;
    if (current === path.dirname(current)) return;
  }
}

/** Null when we may not look. */
function has(directory: string, name: string, fileSystem: FileSystem): boolean | null {
  try {
    return fileSystem.kindOf(path.join(directory, name)) !== null;
  } catch {
    return null;
  }
}

function isWorkspace(directory: string, fileSystem: FileSystem): boolean {
  if (has(directory, "pnpm-workspace.yaml", fileSystem) === true) return true;
  const manifest = readText(path.join(directory, "package.json"), fileSystem).text;
  return manifest !== null && /"workspaces"\s*:/.test(manifest);
}
