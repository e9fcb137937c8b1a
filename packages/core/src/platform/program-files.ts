/**
 * Files of the program that it names by their place: `path.join(__dirname, "worker.js")`, `new URL("./worker.js", import.meta.url)`.
 * Whatever does not say a text is taken for the directory of the file in which it stands.
 */
import type { Tracer } from "../trace/library.js";
import type { Value } from "../trace/value.js";

/** The segments of a path, seen from a file; null where nothing says one. */
export function segmentsIn(value: Value, file: string): readonly string[] | null {
  const written = literalsIn(value).flatMap((text) => text.split("/"));
  if (written.length === 0) return null;
  const segments = file.split("/").slice(0, -1);
  for (const segment of written) {
    if (segment === "..") segments.pop();
    else if (segment !== "." && segment !== "") segments.push(segment);
  }
  return segments;
}

function literalsIn(value: Value): readonly string[] {
  switch (value.kind) {
    case "literal":
      return typeof value.value === "string" ? [value.value] : [];
    case "text":
      return value.parts.flatMap((part) => (typeof part === "string" ? [part] : literalsIn(part)));
    case "symbolic":
    case "external":
      return (value.from ?? []).flatMap(literalsIn);
    default:
      return [];
  }
}

/** The source of a module, whichever extension it has. */
export function findModule(
  directory: readonly string[],
  names: readonly string[],
  tracer: Tracer,
): string | null {
  for (const name of names)
    for (const extension of ["ts", "js", "mts", "mjs", "cts", "cjs"]) {
      const file = [...directory, `${name}.${extension}`].join("/");
      if (tracer.moduleOf(file)) return file;
    }
  return null;
}

/** What the file that is named there exports by default; null where the program has none such. */
export function defaultOfNamedFile(value: Value, file: string, tracer: Tracer): Value | null {
  const segments = segmentsIn(value, file);
  if (!segments) return null;
  // Written in TypeScript, it runs as `.js`; which of both may be decided when it starts: `processor.${extension}`.
  const name = segments.at(-1)!.replace(/\.(?:[cm]?[jt]s)?$/, "");
  const found = findModule(segments.slice(0, -1), [name], tracer) ?? findModule(segments, ["index"], tracer);
  if (found === null) return null;
  const exported = ["default", "export="].map((one) => tracer.exportOf(found, one));
  return exported.find(({ kind }) => kind !== "unknown" && kind !== "external") ?? null;
}
