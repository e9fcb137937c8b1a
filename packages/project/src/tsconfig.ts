/**
 * What the tsconfig files say about names and places: `paths`, `baseUrl`, `outDir`, `rootDir`, with `extends` followed
 * inside the repository. They are read as data; what an installed package would add is left out on purpose, so that the
 * answer does not depend on whether anything is installed.
 */
import path from "node:path";
import type { PathAlias, Report } from "@tenant-audit/core";
import type { FileSystem } from "./file-system.js";
import { type Json, field, isObject, readJson, textField } from "./json.js";
import { directoryOf, isInside, joined, nameOf, resolved } from "./paths.js";
import { readText } from "./text.js";

export interface TsconfigFacts {
  readonly aliases: readonly PathAlias[];
  /** By directory; relative to it. */
  readonly outputs: ReadonlyMap<string, { readonly outDir: string | null; readonly rootDir: string | null }>;
  readonly notes: Report["project"]["notes"];
}

export interface TsconfigPlaces {
  readonly root: string;
  /** `extends` is followed up to here. */
  readonly repository: string;
  /** The workspace's packages by name, for `extends: "@acme/tsconfig/base.json"`. */
  readonly packageDirectories: ReadonlyMap<string, string>;
  readonly fileSystem: FileSystem;
}

/** Every path in here is relative to the scanned root, and may lead out of it with `..`. */
interface Options {
  readonly baseUrl: string | null;
  readonly paths: { readonly directory: string; readonly patterns: Json } | null;
  readonly outDir: string | null;
  readonly rootDir: string | null;
}

const noOptions: Options = { baseUrl: null, paths: null, outDir: null, rootDir: null };

export function readTsconfigs(files: readonly string[], places: TsconfigPlaces): TsconfigFacts {
  const notes = new Map<string, Report["project"]["notes"][number]>();
  const note = (file: string, line: number | null, message: string): void => {
    notes.set(`${file}\n${message}`, { file, line, message });
  };
  const aliases = new Map<string, PathAlias>();
  const outputs = new Map<string, { outDir: string | null; rootDir: string | null }>();

  for (const file of [...files].sort(tsconfigFirst)) {
    const scope = directoryOf(file);
    const options = optionsOf(file, scope, [], places, note);
    for (const { pattern, targets } of aliasesOf(options)) {
      const key = `${scope}\n${pattern}`;
      const earlier = aliases.get(key)?.targets ?? [];
      aliases.set(key, { scope, pattern, targets: [...new Set([...earlier, ...targets])] });
    }
    const earlier = outputs.get(scope);
    outputs.set(scope, {
      outDir: earlier?.outDir ?? relativeTo(scope, options.outDir),
      rootDir: earlier?.rootDir ?? relativeTo(scope, options.rootDir),
    });
  }
  return { aliases: [...aliases.values()], outputs, notes: [...notes.values()] };
}

/** A directory's tsconfig.json speaks before its tsconfig.build.json. */
function tsconfigFirst(left: string, right: string): number {
  const key = (file: string): string =>
    `${directoryOf(file)}\n${nameOf(file) === "tsconfig.json" ? "" : nameOf(file)}`;
  return key(left) < key(right) ? -1 : 1;
}

type Note = (file: string, line: number | null, message: string) => void;

/** `scope` is the directory of the file that everything else is extended by: `${configDir}`. */
function optionsOf(
  file: string,
  scope: string,
  extendedBy: readonly string[],
  places: TsconfigPlaces,
  note: Note,
): Options {
  const read = readText(path.join(places.root, file), places.fileSystem);
  if (read.text === null) {
    note(file, null, `${read.reason}. Its paths and baseUrl, if it has any, are unknown.`);
    return noOptions;
  }
  const { value, problem } = readJson(read.text);
  if (problem !== null)
    note(file, problem.line, `is malformed (${problem.words}). What could be read of it was used.`);

  const directory = directoryOf(file);
  const chain = [...extendedBy, file];
  const extended = field(value, "extends");
  let options = noOptions;
  for (const specifier of Array.isArray(extended) ? extended : [extended]) {
    if (typeof specifier !== "string") continue;
    const base = findExtended(specifier, directory, places);
    if (base === null)
      note(
        file,
        null,
        `extends "${specifier}", which is not in this repository. Paths and baseUrl from there, if it has any, are unknown.`,
      );
    else if (chain.includes(base))
      note(file, null, `extends "${specifier}", which extends this file in turn. The circle was cut here.`);
    else options = overlaid(options, optionsOf(base, scope, chain, places, note));
  }

  const compilerOptions = field(value, "compilerOptions");
  const place = (key: string): string | null => {
    const written = textField(compilerOptions, key);
    return written === null ? null : placeOf(written, directory, scope);
  };
  const patterns = field(compilerOptions, "paths");
  return overlaid(options, {
    baseUrl: place("baseUrl"),
    paths: isObject(patterns)
      ? { directory, patterns: withConfigDirectory(patterns, directory, scope) }
      : null,
    outDir: place("outDir"),
    rootDir: place("rootDir"),
  });
}

function overlaid(below: Options, above: Options): Options {
  return {
    baseUrl: above.baseUrl ?? below.baseUrl,
    paths: above.paths ?? below.paths,
    outDir: above.outDir ?? below.outDir,
    rootDir: above.rootDir ?? below.rootDir,
  };
}

const configDirectory = /^\$\{configDir\}/;

function placeOf(written: string, directory: string, scope: string): string {
  return configDirectory.test(written)
    ? resolved(scope, `.${written.replace(configDirectory, "")}`)
    : resolved(directory, written);
}

/** Rewritten to be relative to the file that they stand in, like every other path beside them. */
function withConfigDirectory(
  patterns: { readonly [key: string]: Json },
  directory: string,
  scope: string,
): Json {
  const inside = (target: Json): Json =>
    typeof target === "string" && configDirectory.test(target)
      ? path.posix.relative(`/${directory}`, `/${placeOf(target, directory, scope)}`)
      : target;
  return Object.fromEntries(
    Object.entries(patterns).map(([pattern, targets]) => [
      pattern,
      Array.isArray(targets) ? targets.map(inside) : targets,
    ]),
  );
}

function aliasesOf({
  baseUrl,
  paths,
}: Options): readonly { readonly pattern: string; readonly targets: readonly string[] }[] {
  const patterns = paths && isObject(paths.patterns) ? Object.entries(paths.patterns) : [];
  const written = patterns.map(([pattern, targets]) => ({
    pattern,
    targets: (Array.isArray(targets) ? targets : [])
      .filter((target) => typeof target === "string")
      .map((target) => resolved(baseUrl ?? paths?.directory ?? "", target))
      .filter(isBelowRoot),
  }));
  const fromBase =
    baseUrl !== null && isBelowRoot(baseUrl) ? [{ pattern: "*", targets: [joined(baseUrl, "*")] }] : [];
  return [...written, ...fromBase].filter(({ targets }) => targets.length > 0);
}

function isBelowRoot(place: string): boolean {
  return place !== ".." && !place.startsWith("../") && !path.posix.isAbsolute(place);
}

function relativeTo(scope: string, place: string | null): string | null {
  if (place === null) return null;
  return path.posix.relative(`/${scope}`, `/${place}`) || ".";
}

function findExtended(specifier: string, directory: string, places: TsconfigPlaces): string | null {
  const candidates = path.posix.isAbsolute(specifier)
    ? []
    : /^\.\.?(?:$|[\\/])/.test(specifier)
      ? fileCandidates(resolved(directory, specifier))
      : packageCandidates(specifier, places);
  return candidates.find((candidate) => isReadableInside(candidate, places)) ?? null;
}

function fileCandidates(file: string): readonly string[] {
  return [...(file.endsWith(".json") ? [file] : [`${file}.json`, file]), joined(file, "tsconfig.json")];
}

/** A package of this repository; never one that is installed. */
function packageCandidates(specifier: string, { packageDirectories }: TsconfigPlaces): readonly string[] {
  const [, name = "", subpath = ""] = /^((?:@[^/]+\/)?[^/]+)\/?(.*)$/.exec(specifier) ?? [];
  const directory = packageDirectories.get(name);
  if (directory === undefined) return [];
  return subpath === "" ? [joined(directory, "tsconfig.json")] : fileCandidates(joined(directory, subpath));
}

function isReadableInside(file: string, { root, repository, fileSystem }: TsconfigPlaces): boolean {
  try {
    const absolute = path.resolve(root, file);
    return (
      isInside(repository, absolute) &&
      fileSystem.kindOf(absolute) === "file" &&
      isInside(fileSystem.realPath(repository), fileSystem.realPath(absolute))
    );
  } catch {
    return false;
  }
}
