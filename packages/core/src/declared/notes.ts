/** What the configuration says of functions that nobody here calls: a person has to know that it does nothing. */
import type { Program } from "../link/program.js";
import type { Configuration } from "../tenancy/config.js";
import type { DeclaredFunction } from "../tenancy/config-functions.js";
import { nearest } from "../tenancy/config-shape.js";
import type { Uses } from "./models.js";

interface Note {
  readonly file: string;
  readonly line: number | null;
  readonly message: string;
}

/** `known`: packages that need not be declared. */
export function unusedNotes(
  { file, functions, places }: Configuration,
  { met, reached }: Uses,
  program: Program,
  known: ReadonlySet<string>,
): readonly Note[] {
  const unused = functions.filter((one) => !met.has(one));
  if (unused.length === 0) return [];
  const imported = importedIn(program);
  return unused.map((one): Note => {
    const line = Number.parseInt(places[one.path] ?? "", 10);
    const message = `${one.path} says what "${one.function}" of "${one.module}" does, ${whyUnused(one)}`;
    return { file, line: Number.isNaN(line) ? null : line, message };
  });

  function whyUnused({ module, function: name }: DeclaredFunction): string {
    if (known.has(module)) return "but what that package does is known. Leave it out.";
    switch (imported.get(module)) {
      case "sources":
        return "but the sources of that package are here, and are read. Leave it out.";
      case "package": {
        const others = [...(reached.get(module) ?? [])].sort();
        const called = others.length === 0 ? "" : ` What is called of it: ${others.join(", ")}.`;
        return `and nothing here is seen to call that.${nearest(name, others)}${called}`;
      }
      case undefined:
        return `but no file here imports that package.${nearest(module, [...imported.keys()])}`;
    }
  }
}

/** What files import by a package's name, and whether it leads to sources of the program. */
function importedIn(program: Program): ReadonlyMap<string, "package" | "sources"> {
  const found = new Map<string, "package" | "sources">();
  for (const file of program.files)
    for (const { specifier } of program.module(file)!.imports) {
      if (specifier.startsWith(".")) continue;
      const target = program.resolve(file, specifier);
      if (target.kind === "external") found.set(target.package, "package");
      else if (target.kind === "module") found.set(nameOf(specifier), "sources");
    }
  return found;
}

/** `@acme/rows/client` is of the package `@acme/rows`. */
function nameOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
