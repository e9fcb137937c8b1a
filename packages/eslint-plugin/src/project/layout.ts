/** How the files of a project find each other: packages and path aliases, read as data. */
import path from "node:path";
import type { Layout, PathAlias, WorkspacePackage } from "@tenant-audit/core";
import { parse } from "jsonc-parser";
import { type ProjectFiles, readText } from "./files.js";
import { directoryOf, joined } from "./paths.js";

export function layoutOf(root: string, files: ProjectFiles): Layout {
  const json = (file: string): Json => readJson(path.join(root, file));
  const outputs = new Map(
    files.tsconfigs
      .filter((file) => /(?:^|\/)tsconfig\.json$/.test(file))
      .map((file) => [directoryOf(file), json(file)["compilerOptions"] as Json | undefined]),
  );
  return {
    files: files.sources,
    packages: files.packages.map((file): WorkspacePackage => {
      const manifest = json(file);
      const directory = directoryOf(file);
      return {
        name: text(manifest["name"]) ?? "",
        directory,
        exports: manifest["exports"] ?? null,
        main: text(manifest["main"]) ?? text(manifest["module"]),
        types: text(manifest["types"]) ?? text(manifest["typings"]),
        imports: manifest["imports"] ?? null,
        outDir: text(outputs.get(directory)?.["outDir"]),
        rootDir: text(outputs.get(directory)?.["rootDir"]),
      };
    }),
    aliases: files.tsconfigs.flatMap((file) => aliasesOf(file, json)),
  };
}

/** Of a tsconfig and, relative to where they are written, of those that it extends inside the project. */
function aliasesOf(file: string, json: (file: string) => Json): readonly PathAlias[] {
  const scope = directoryOf(file);
  const seen = new Set<string>();
  for (let at: string | null = file; at !== null && !seen.has(at);) {
    seen.add(at);
    const written = json(at);
    const options = (written["compilerOptions"] ?? {}) as Json;
    const directory = directoryOf(at);
    const baseUrl = text(options["baseUrl"]);
    const base = joined(directory, baseUrl ?? ".");
    const paths = Object.entries((options["paths"] ?? {}) as Json);
    const aliases = paths.flatMap(([pattern, targets]) =>
      Array.isArray(targets)
        ? [{ scope, pattern, targets: targets.filter(isText).map((target) => joined(base, target)) }]
        : [],
    );
    if (baseUrl !== null) aliases.push({ scope, pattern: "*", targets: [joined(base, "*")] });
    if (aliases.length > 0) return aliases;
    const extended: unknown = [written["extends"]].flat().at(-1);
    at =
      isText(extended) && extended.startsWith(".")
        ? joined(directory, extended.endsWith(".json") ? extended : `${extended}.json`)
        : null;
  }
  return [];
}

type Json = Readonly<Record<string, unknown>>;

function readJson(file: string): Json {
  const value: unknown = parse(readText(file) ?? "", [], {
    allowTrailingComma: true,
    allowEmptyContent: true,
  });
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function text(value: unknown): string | null {
  return isText(value) ? value : null;
}
