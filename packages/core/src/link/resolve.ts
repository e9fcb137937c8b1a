/**
 * What an import specifier leads to: a file of the project, a package whose sources are not here, or nowhere.
 *
 * Workspace packages are found in their sources, so the answer is the same before and after an install or a build.
 */
import { append } from "./append.js";
import { ancestorsOf, bySpecificity, directoryOf, findPath, findStar } from "./paths.js";
import type { Layout, PathAlias, Program, WorkspacePackage } from "./program.js";
import { createSources } from "./sources.js";
import { createWorkspace } from "./workspace.js";

type Resolution = ReturnType<Program["resolve"]>;
export type Resolve = Program["resolve"];

export function createResolver(layout: Layout): Resolve {
  const sources = createSources(layout.files);
  const workspace = createWorkspace(layout.packages, sources);
  const aliases = aliasesByScope(layout.aliases);
  const known = new Map<string, Map<string, Resolution>>();

  return (file, specifier) => {
    const directory = directoryOf(file);
    let inDirectory = known.get(directory);
    if (!inDirectory) known.set(directory, (inDirectory = new Map()));
    let resolution = inDirectory.get(specifier);
    if (!resolution) inDirectory.set(specifier, (resolution = resolve(directory, specifier)));
    return resolution;
  };

  function resolve(directory: string, specifier: string): Resolution {
    const file = findFile(directory, specifier);
    if (file !== null) return { kind: "module", file };
    return findExternal(directory, specifier) ?? { kind: "unresolved", specifier };
  }

  function findFile(directory: string, specifier: string): string | null {
    if (isRelative(specifier)) {
      const path = findPath(directory, specifier);
      return path === null ? null : findAtPath(path);
    }
    return (
      findAliased(directory, specifier) ??
      findInternal(directory, specifier) ??
      findWorkspaceModule(directory, specifier)
    );
  }

  function findAtPath(path: string): string | null {
    const owner = workspace.findOwner(path);
    const entry = owner && owner.directory === path ? workspace.findModule(owner, "") : null;
    return entry ?? sources.find(path) ?? (owner && workspace.findSource(owner, path));
  }

  function findAliased(directory: string, specifier: string): string | null {
    for (const scope of ancestorsOf(directory)) {
      for (const alias of aliases.get(scope) ?? []) {
        const star = findStar(alias.pattern, specifier);
        if (star === null) continue;
        for (const target of alias.targets) {
          const path = findPath(
            "",
            target.replace("*", () => star),
          );
          const file = path === null ? null : findAtPath(path);
          if (file !== null) return file;
        }
      }
    }
    return null;
  }

  function findInternal(directory: string, specifier: string): string | null {
    const target = findInternalTarget(directory, specifier);
    if (target === null) return null;
    return target.specifier.startsWith(".")
      ? workspace.findSource(target.owner, findPath(target.owner.directory, target.specifier) ?? "")
      : findWorkspaceModule(directory, target.specifier);
  }

  function findInternalTarget(
    directory: string,
    specifier: string,
  ): { owner: WorkspacePackage; specifier: string } | null {
    if (!specifier.startsWith("#")) return null;
    const owner = workspace.findOwner(directory === "" ? "package.json" : `${directory}/package.json`);
    if (!owner) return null;
    const targets = workspace.internalTargets(owner, specifier);
    const here = targets.find(
      (target) =>
        target.startsWith(".") && workspace.findSource(owner, findPath(owner.directory, target) ?? ""),
    );
    const target = here ?? targets.find((each) => !each.startsWith("."));
    return target === undefined ? null : { owner, specifier: target };
  }

  function findWorkspaceModule(directory: string, specifier: string): string | null {
    const parts = findPackageParts(specifier);
    const target = parts && workspace.findPackage(parts.package, directory);
    return target ? workspace.findModule(target, parts.subpath) : null;
  }

  function findExternal(directory: string, specifier: string): Resolution | null {
    if (isRelative(specifier) || specifier.startsWith("/")) return null;
    if (specifier.startsWith("#")) {
      const target = findInternalTarget(directory, specifier);
      return target && !target.specifier.startsWith(".") ? findExternal(directory, target.specifier) : null;
    }
    const parts = findPackageParts(specifier);
    // A workspace package that does not show us the sources is missing, not somebody else's.
    if (!parts || workspace.findPackage(parts.package, directory)) return null;
    return { kind: "external", ...parts };
  }
}

function isRelative(specifier: string): boolean {
  return /^\.\.?(\/|$)/.test(specifier);
}

function aliasesByScope(aliases: readonly PathAlias[]): ReadonlyMap<string, readonly PathAlias[]> {
  const scopes = new Map<string, PathAlias[]>();
  for (const alias of aliases) append(scopes, alias.scope, alias);
  for (const scope of scopes.values()) scope.sort((a, b) => bySpecificity(a.pattern, b.pattern));
  return scopes;
}

/** `@scope/name/sub/path` taken apart; null for what no package can be called, such as `@/components`. */
function findPackageParts(specifier: string): { package: string; subpath: string } | null {
  const [, name, subpath = ""] =
    /^((?:[a-z]+:)?(?:@[\w.-]+\/)?[\w-][\w.~-]*)(?:\/(.*))?$/i.exec(specifier) ?? [];
  if (name === undefined) return null;
  return { package: builtins.has(name) ? `node:${name}` : name, subpath };
}

/** Node's own modules, which may be written without `node:`; the package is called `node:crypto` either way. */
const builtins = new Set(
  (
    "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain " +
    "events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl " +
    "stream string_decoder timers tls tty url util v8 vm wasi worker_threads zlib"
  ).split(" "),
);
