/**
 * Finds the files below a directory. Symbolic links are not followed: what they point to inside the directory is found
 * under its own name, and what lies outside is not part of the project. So no loop can trap the walk.
 */
import path from "node:path";
import { type Report, reasonForComponent, sourceName } from "@tenant-audit/core";
import { type DirectoryEntry, type FileSystem, failureOf } from "./file-system.js";
import { type IgnoreRules, isIgnored, withIgnoreFile } from "./ignored.js";
import { isInside, joined } from "./paths.js";
import { readText } from "./text.js";

export interface Walk {
  /** Those that were looked into, the scanned one as `""`. */
  readonly directories: readonly string[];
  /** Every `.gitignore` that was obeyed. */
  readonly ignoreFiles: readonly string[];
  /** Why the directory itself could not be read, as a sentence. */
  readonly failure: string | null;
  /** Sources, schemas, SQL and the JSON files that describe projects; by code unit. */
  readonly files: readonly string[];
  readonly skipped: Report["project"]["skipped"];
  readonly notJudged: Report["project"]["notJudged"];
  readonly notes: Report["project"]["notes"];
}

/** Nobody's own code, in every checkout or in none: not worth a line in the report. */
const neverListed = new Set([".git", ".hg", ".svn", "node_modules", "bower_components", "jspm_packages"]);

const standardDirectories: ReadonlyMap<string, string> = new Map([
  ...[
    ".next",
    ".nuxt",
    ".output",
    ".svelte-kit",
    ".turbo",
    ".vercel",
    ".netlify",
    ".nx",
    ".angular",
    ".wrangler",
  ].map((name) => [name, "build output"] as const),
  ...[".cache", ".parcel-cache", ".nyc_output", ".serverless", ".aws-sam"].map(
    (name) => [name, "build output"] as const,
  ),
  ...[".yarn", ".pnpm-store"].map((name) => [name, "vendored code"] as const),
]);

/** These are also good names for a directory of sources, so they count only beside a package.json. */
const outputBesidePackage = new Set(["dist", "build", "out", "coverage"]);

export function walk(
  root: string,
  repository: string,
  fileSystem: FileSystem,
  onFile: (count: number) => void,
): Walk {
  let failure: string | null = null;
  const directories: string[] = [];
  const ignoreFiles: string[] = [];
  const files: string[] = [];
  const skipped: { file: string; reason: string }[] = [];
  const notJudged: { file: string; reason: string }[] = [];
  const notes: { file: string; line: null; message: string }[] = [];

  const pending: { directory: string; rules: IgnoreRules | null }[] = [
    { directory: "", rules: rulesAbove(root, repository, fileSystem) },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { directory } = next;
    directories.push(directory);
    let entries: readonly DirectoryEntry[];
    try {
      entries = fileSystem.list(path.join(root, directory));
    } catch (error) {
      if (directory === "") failure = `${root} could not be read: ${failureOf(error)}.`;
      skipped.push({ file: `${directory}/`, reason: `could not be read: ${failureOf(error)}` });
      continue;
    }
    const rules = rulesIn(directory, entries, next.rules);
    const hasPackage = entries.some(({ name }) => name === "package.json");

    for (const { name, kind } of entries) {
      const file = joined(directory, name);
      if (neverListed.has(name)) continue;
      if (kind === "directory") {
        const isOutput = outputBesidePackage.has(name);
        const standard = standardDirectories.get(name) ?? (isOutput && hasPackage ? "build output" : null);
        if (isIgnored(`${file}/`, rules)) {
          // What a build leaves behind is in one checkout and not in the next, and the report must not depend on it.
          if (!isOutput && standard === null && !name.startsWith("."))
            notJudged.push({ file: `${file}/`, reason: "ignored by .gitignore" });
        } else if (standard !== null) notJudged.push({ file: `${file}/`, reason: standard });
        else pending.push({ directory: file, rules });
      } else if (kind === "file") {
        if (!isOfInterest(name)) continue;
        if (!isIgnored(file, rules)) files.push(file);
        else if (sourceName.test(name)) notJudged.push({ file, reason: "ignored by .gitignore" });
        onFile(files.length);
      } else if (kind === "link") {
        const message = isIgnored(file, rules) ? null : linkMessage(file, name);
        if (message !== null) notes.push({ file, line: null, message });
      }
    }
  }
  return { failure, directories, ignoreFiles, files: files.sort(), skipped, notJudged, notes };

  function rulesIn(
    directory: string,
    entries: readonly DirectoryEntry[],
    above: IgnoreRules | null,
  ): IgnoreRules | null {
    if (!entries.some(({ name, kind }) => name === ".gitignore" && kind === "file")) return above;
    ignoreFiles.push(joined(directory, ".gitignore"));
    const read = readText(path.join(root, directory, ".gitignore"), fileSystem);
    if (read.text === null) {
      const message = `${read.reason}, so what it ignores was judged.`;
      notes.push({ file: joined(directory, ".gitignore"), line: null, message });
      return above;
    }
    const prefix = directory === "" ? 0 : directory.length + 1;
    return withIgnoreFile(read.text, (file) => file.slice(prefix), above);
  }

  function linkMessage(file: string, name: string): string | null {
    try {
      const kind = fileSystem.kindOf(path.join(root, file));
      const mayHoldCode = kind === "directory" || isOfInterest(name);
      if (!mayHoldCode) return null;
      if (kind === null) return "is a symbolic link that leads nowhere.";
      const target = fileSystem.realPath(path.join(root, file));
      return isInside(fileSystem.realPath(root), target)
        ? "is a symbolic link. Its target is read under its own name."
        : "is a symbolic link out of the scanned directory. What lies there was not read.";
    } catch (error) {
      return `was not followed: ${failureOf(error)}.`;
    }
  }
}

/** What the directories above the scanned one ignore, unless that is the scanned one itself: it was asked for. */
function rulesAbove(root: string, repository: string, fileSystem: FileSystem): IgnoreRules | null {
  const segments = path.relative(repository, root).split(path.sep).filter(Boolean);
  let rules: IgnoreRules | null = null;
  for (const [depth] of segments.entries()) {
    const directory = path.join(repository, ...segments.slice(0, depth));
    const prefix = `${segments.slice(depth).join("/")}/`;
    const read = readText(path.join(directory, ".gitignore"), fileSystem);
    if (read.text !== null) rules = withIgnoreFile(read.text, (file) => prefix + file, rules);
  }
  return isIgnored("", rules) ? null : rules;
}

/** Whether a file of this name can have a part in a project. */
export function isOfInterest(name: string): boolean {
  return (
    sourceName.test(name) ||
    name.endsWith(".prisma") ||
    name.endsWith(".sql") ||
    name === "package.json" ||
    isTsconfigName(name) ||
    reasonForComponent(name) !== null
  );
}

export function isTsconfigName(name: string): boolean {
  return /^(?:tsconfig|jsconfig)(?:[.-][\w.-]+)?\.json$/.test(name);
}
