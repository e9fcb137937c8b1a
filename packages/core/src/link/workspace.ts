/**
 * Packages of the workspace, read from their sources.
 *
 * A package.json describes what will have been built; the table of `exports` says `./dist/db.js` where the repository
 * has `src/db.ts`. So every target it gives is turned back into the source it is made from.
 */
import { append } from "./append.js";
import { ancestorsOf, bySpecificity, findPath, findStar, isInside } from "./paths.js";
import type { WorkspacePackage } from "./program.js";
import type { Sources } from "./sources.js";

export interface Workspace {
  /** The package of this name; of several, the one nearest to the importing directory. */
  findPackage(name: string, directory: string): WorkspacePackage | null;
  /** The innermost package that a path lies in. */
  findOwner(path: string): WorkspacePackage | null;
  /** The source of `import "package/subpath"`. */
  findModule(target: WorkspacePackage, subpath: string): string | null;
  /** The source of a file in the package, which may be build output. */
  findSource(owner: WorkspacePackage, path: string): string | null;
  /** What `#name` stands for in package.json's `imports`: paths that start with `.`, or other specifiers. */
  internalTargets(owner: WorkspacePackage, specifier: string): readonly string[];
}

export function createWorkspace(packages: readonly WorkspacePackage[], sources: Sources): Workspace {
  const byDirectory = new Map<string, WorkspacePackage>();
  const byName = new Map<string, WorkspacePackage[]>();
  for (const each of packages) {
    byDirectory.set(each.directory, each);
    append(byName, each.name, each);
  }

  return {
    findPackage(name, directory) {
      const namesakes = byName.get(name) ?? [];
      let nearest: WorkspacePackage | null = null;
      for (const each of namesakes) {
        if (!nearest || sharedDepth(each.directory, directory) > sharedDepth(nearest.directory, directory)) {
          nearest = each;
        }
      }
      return nearest;
    },

    findOwner(path) {
      for (const directory of ancestorsOf(path)) {
        const owner = byDirectory.get(directory);
        if (owner) return owner;
      }
      return null;
    },

    findModule(target, subpath) {
      for (const path of entryPaths(target, subpath)) {
        const absolute = findPath(target.directory, path);
        const file = absolute === null ? null : findSource(target, absolute);
        if (file !== null) return file;
      }
      return null;
    },

    findSource,
    internalTargets: (owner, specifier) => exportTargets(owner.imports, specifier),
  };

  function findSource(owner: WorkspacePackage, path: string): string | null {
    const written = /\.[cm]?tsx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path);
    // Sources before output: a checkout that has been built must read like one that has not.
    const candidates = written ? [path, ...sourcePaths(owner, path)] : [...sourcePaths(owner, path), path];
    for (const candidate of candidates) {
      const file = sources.find(candidate);
      if (file !== null) return file;
    }
    return null;
  }
}

/** Where `import "package/subpath"` may point to, relative to the package, best first. */
function entryPaths(target: WorkspacePackage, subpath: string): readonly string[] {
  if (subpath !== "") {
    return [...exportTargets(target.exports, `./${subpath}`), subpath, `src/${subpath}`];
  }
  const named = [target.types, target.main].filter((path) => path !== null);
  return [...exportTargets(target.exports, "."), ...named, "src/index", "index"];
}

/** Folders that hold what was built, and below them folders for one kind of output. */
const outputFolder = /^(dist|build|lib|out|es|esm|cjs)$/;
const kindOfOutput = /^(es|esm|cjs|lib|src|types|typings|dts|node|module|bundle)$/;

/** The paths of the sources that a build output may have been made from. */
function sourcePaths(owner: WorkspacePackage, path: string): readonly string[] {
  const paths: string[] = [];
  const within = (relative: string) => {
    const absolute = findPath(owner.directory, relative);
    if (absolute !== null && absolute !== path) paths.push(absolute);
  };

  const output = owner.outDir === null ? null : findPath(owner.directory, owner.outDir);
  if (output !== null && output !== owner.directory && isInside(output, path)) {
    const rest = path.slice(output.length + 1);
    if (owner.rootDir !== null) within(`${owner.rootDir}/${rest}`);
    else within(`src/${rest}`);
    within(rest);
  }

  const [folder, ...rest] = path.slice(owner.directory === "" ? 0 : owner.directory.length + 1).split("/");
  if (folder !== undefined && outputFolder.test(folder)) {
    within(`src/${rest.join("/")}`);
    within(rest.join("/"));
    // A build whose root is the repository repeats the package's own path: dist/packages/shared/src/index.js.
    if (owner.directory !== "" && isInside(owner.directory, rest.join("/"))) paths.push(rest.join("/"));
    for (let depth = 0; depth < rest.length - 1 && kindOfOutput.test(rest[depth] ?? ""); depth++) {
      const inner = rest.slice(depth + 1).join("/");
      within(`src/${inner}`);
      within(inner);
    }
  }
  return paths;
}

/** The targets that `exports` or `imports` of a package.json give for a subpath, best first; empty when it has none. */
function exportTargets(table: unknown, subpath: string): readonly string[] {
  const entries = isRecord(table) ? Object.entries(table) : [];
  const listsSubpaths = entries.some(([key]) => key.startsWith(".") || key.startsWith("#"));
  if (!listsSubpaths) return subpath === "." ? targetsOf(table) : [];
  for (const [pattern, target] of entries.sort(([a], [b]) => bySpecificity(a, b))) {
    const star = findStar(pattern, subpath);
    if (star !== null) return targetsOf(target).map((each) => each.replaceAll("*", () => star));
  }
  return [];
}

/**
 * Conditions that every tool knows, best first. Any other condition was made up to point at sources (`source`,
 * `development`, `@scope/source`), and so comes before them.
 */
const conditions =
  "types import module module-sync default node require browser production react-server worker workerd edge-light".split(
    " ",
  );

function targetsOf(target: unknown, depth = 8): readonly string[] {
  if (typeof target === "string") return [target];
  if (depth === 0) return [];
  if (Array.isArray(target)) return target.flatMap((each) => targetsOf(each, depth - 1));
  if (!isRecord(target)) return [];
  const rank = (condition: string) => conditions.indexOf(condition);
  return Object.entries(target)
    .sort(([a], [b]) => rank(a) - rank(b))
    .flatMap(([, each]) => targetsOf(each, depth - 1));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How many directories two paths have in common, from the root. */
function sharedDepth(a: string, b: string): number {
  const other = b.split("/");
  const own = a.split("/");
  const differs = own.findIndex((segment, index) => segment !== other[index]);
  return differs < 0 ? own.length : differs;
}
