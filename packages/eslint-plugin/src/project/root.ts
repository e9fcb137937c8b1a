/** Which project a file belongs to, and which configuration speaks for it. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { noConfiguration } from "@tenant-audit/core";

/** The repository or workspace, so that a schema in one package is known in all; else the nearest package. */
export function findRoot(file: string): string | null {
  let nearestPackage: string | null = null;
  for (const directory of directoriesAbove(file)) {
    if (existsSync(path.join(directory, ".git")) || isWorkspace(directory)) return directory;
    if (existsSync(path.join(directory, "package.json"))) nearestPackage ??= directory;
  }
  return nearestPackage;
}

/** The nearest one, and not out of the project. */
export function findConfiguration(file: string, root: string): string | null {
  for (const directory of directoriesAbove(file)) {
    const candidate = path.join(directory, noConfiguration.file);
    if (existsSync(candidate)) return candidate;
    if (directory === root) return null;
  }
  return null;
}

function* directoriesAbove(file: string): Generator<string> {
  for (let directory = path.dirname(file); ; directory = path.dirname(directory)) {
    yield directory;
    if (directory === path.dirname(directory)) return;
  }
}

function isWorkspace(directory: string): boolean {
  if (existsSync(path.join(directory, "pnpm-workspace.yaml"))) return true;
  try {
    return /"workspaces"\s*:/.test(readFileSync(path.join(directory, "package.json"), "utf8"));
  } catch {
    return false;
  }
}
