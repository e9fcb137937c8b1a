/** The files of a project: found and read, never executed. */
import { type Dirent, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import ignore, { type Ignore } from "ignore";
import { sourceName } from "@tenant-audit/core";
import { joined, nameOf } from "./paths.js";

export interface ProjectFiles {
  readonly sources: readonly string[];
  readonly prismaSchemas: readonly string[];
  readonly packages: readonly string[];
  readonly tsconfigs: readonly string[];
}

const neverEntered = new Set(["node_modules", "bower_components", "jspm_packages", "coverage"]);
/** Good names for a directory of sources as well, so they count only beside a package.json. */
const outputBesidePackage = new Set(["dist", "build", "out"]);

export function findFiles(root: string): ProjectFiles {
  const files: string[] = [];
  walk(root, "", [], files);
  files.sort();
  const named = (isNamed: (name: string) => boolean): readonly string[] =>
    files.filter((file) => isNamed(nameOf(file)));
  return {
    sources: named((name) => sourceName.test(name)),
    prismaSchemas: named((name) => name.endsWith(".prisma")),
    packages: named((name) => name === "package.json"),
    tsconfigs: named((name) => /^[jt]sconfig(?:[.-][\w.-]+)?\.json$/.test(name)),
  };
}

interface IgnoreFile {
  /** Of the directory it stands in. */
  readonly prefix: string;
  readonly rules: Ignore;
}

function walk(root: string, directory: string, above: readonly IgnoreFile[], files: string[]): void {
  const entries = entriesOf(path.join(root, directory));
  const rules = entries.some(({ name }) => name === ".gitignore")
    ? [ignoreFile(root, directory), ...above]
    : above;
  const hasPackage = entries.some(({ name }) => name === "package.json");
  for (const entry of entries) {
    const { name } = entry;
    const file = directory === "" ? name : `${directory}/${name}`;
    // Symbolic links are neither: what they point to is found under its own name, and no loop can trap the walk.
    if (entry.isDirectory()) {
      if (name.startsWith(".") || neverEntered.has(name) || (hasPackage && outputBesidePackage.has(name)))
        continue;
      if (!isIgnored(`${file}/`, rules)) walk(root, file, rules, files);
    } else if (entry.isFile() && /\.(?:[cm]?[jt]sx?|prisma|json)$/.test(name) && !isIgnored(file, rules)) {
      files.push(file);
    }
  }
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    // `scan` lists what could not be read; an editor has no place for it.
    return [];
  }
}

function ignoreFile(root: string, directory: string): IgnoreFile {
  const text = readText(path.join(root, directory, ".gitignore")) ?? "";
  return { prefix: joined(directory, ""), rules: ignore({ ignorecase: false }).add(text) };
}

/** The nearest file that says anything about the path decides. */
function isIgnored(file: string, ignoreFiles: readonly IgnoreFile[]): boolean {
  for (const { prefix, rules } of ignoreFiles) {
    const { ignored, unignored } = rules.test(prefix === "" ? file : file.slice(prefix.length + 1));
    if (ignored || unignored) return ignored;
  }
  return false;
}

const largest = 5 * 1024 * 1024;

/** Null when there is nothing to read. */
export function readText(file: string): string | null {
  try {
    return statSync(file).size > largest ? null : readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
