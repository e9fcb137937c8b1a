/** Files that are run by hand or by a deployment, and never by a request: migrations, seeds, scripts. */
import type { Program } from "./program.js";

/**
 * Two things must hold: the file is what it claims to be (it stands in a folder of such, or exports `up` and `down`), and
 * no other code of the service imports it. The second is what makes the first more than a name.
 */
export function scriptsOf(
  program: Program,
  judged: ReadonlySet<string>,
  tests: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const candidates = new Map<string, string>();
  for (const file of judged) {
    const sort = sortOf(program, file);
    if (sort) candidates.set(file, sort);
  }
  // An import from code that is none itself makes it part of the service; so does an import from such a file.
  for (let changed = candidates.size > 0; changed;) {
    changed = false;
    for (const importer of program.files) {
      if (tests.has(importer) || candidates.has(importer)) continue;
      for (const imported of importsOf(program, importer)) if (candidates.delete(imported)) changed = true;
    }
  }
  return candidates;
}

function sortOf(program: Program, file: string): string | null {
  const folder = /(?:^|\/)(migrations?|seeds?|seeders?|scripts?)\//.exec(file)?.[1];
  if (folder)
    return folder.startsWith("migration") ? "migration" : folder.startsWith("seed") ? "seed" : "script";
  if (/(?:^|\/)(?:seed|seeder)\.[cm]?[jt]s$/.test(file)) return "seed";
  const names = program.exportNames(file);
  return names.includes("up") && names.includes("down") ? "migration" : null;
}

function importsOf(program: Program, file: string): readonly string[] {
  const module = program.module(file);
  if (!module) return [];
  const specifiers = [
    ...module.imports.filter((one) => !one.typeOnly).map((one) => one.specifier),
    ...module.exports.flatMap((one) => (one.kind === "local" ? [] : [one.specifier])),
  ];
  return specifiers.flatMap((specifier) => {
    const target = program.resolve(file, specifier);
    return target.kind === "module" ? [target.file] : [];
  });
}
