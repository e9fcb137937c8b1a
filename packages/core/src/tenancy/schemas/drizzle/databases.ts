/**
 * Which database a table belongs to, and how that database spells the names that the code leaves out. A configuration of
 * drizzle-kit stands beside the schema it is about; without one, a package is everything above its `src`.
 */
import type { Program } from "../../../link/program.js";
import type { Expression } from "../../../lower/module.js";
import { forEachExpressionIn } from "../../../lower/visit.js";
import type { Casing } from "./columns.js";
import type { Evaluator } from "./evaluate.js";
import { drizzle, pathInDrizzle, propertyOf, textOf } from "./value.js";

interface Databases {
  /** The directory that the database of a file's tables is kept in. */
  directoryOf(file: string): string;
  casingOf(file: string): Casing;
}

export function findDatabases(
  program: Program,
  isRead: (file: string) => boolean,
  evaluator: Evaluator,
): Databases {
  const configured = new Set<string>();
  const said: { file: string; casing: string | null }[] = [];
  for (const file of program.files) {
    const module = program.module(file);
    if (!module) continue;
    const specifiers = new Set(module.imports.map(({ specifier }) => specifier));
    const isConfiguration =
      specifiers.has("drizzle-kit") || /(?:^|\/)drizzle[\w.-]*\.config\.\w+$/.test(file);
    const connects = isRead(file) && [...specifiers].some((each) => each.startsWith(`${drizzle}/`));
    if (isConfiguration) configured.add(directoryAbove(file));
    if (!isConfiguration && !connects) continue;
    for (const { body } of module.functions)
      forEachExpressionIn(body, (expression) => {
        const casing = isConfiguration
          ? casingInObject(expression)
          : casingOfConnection(file, expression, program, evaluator);
        if (casing !== undefined) said.push({ file, casing });
      });
  }

  const directoryOf = (file: string): string => {
    for (let at = directoryAbove(file); ; at = directoryAbove(at)) {
      if (configured.has(at)) return at;
      if (at === "") break;
    }
    const source = /^(?:(.*?)\/)?src\//.exec(file);
    return source ? (source[1] ?? "") : "";
  };
  const byDirectory = new Map<string, string | null>();
  for (const { file, casing } of said) {
    const directory = directoryOf(file);
    byDirectory.set(directory, casing ?? byDirectory.get(directory) ?? null);
  }
  // A schema in a package of its own, with the connection in another: what all connections agree on.
  const all = new Set(said.map(({ casing }) => casing).filter((casing) => casing !== null));
  const common = all.size === 1 ? [...all][0]! : null;
  return {
    directoryOf,
    casingOf: (file) => casings.get(byDirectory.get(directoryOf(file)) ?? common ?? "") ?? ((key) => key),
  };
}

function directoryAbove(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** `casing` of a configuration, which is one object literal. */
function casingInObject(expression: Expression): string | undefined {
  if (expression.kind !== "object") return undefined;
  for (const property of expression.properties) {
    if (property.kind === "spread" || property.key !== "casing" || property.value.kind !== "literal")
      continue;
    if (typeof property.value.value === "string") return property.value.value;
  }
  return undefined;
}

/** `drizzle(client, { casing: "snake_case" })`; null when a connection leaves names as they are. */
function casingOfConnection(
  file: string,
  expression: Expression,
  program: Program,
  evaluator: Evaluator,
): string | null | undefined {
  if (expression.kind !== "call" || expression.callee.kind !== "name") return undefined;
  const { binding } = expression.callee;
  if (binding === null || program.symbolOf(file, binding).kind !== "external") return undefined;
  if (pathInDrizzle(evaluator.evaluate(file, expression.callee))?.at(-1) !== "drizzle") return undefined;
  const given = expression.arguments.map((each) => evaluator.evaluate(file, each));
  return given.map((each) => textOf(propertyOf(each, "casing"))).find((casing) => casing !== null) ?? null;
}

const casings = new Map<string, Casing>([
  ["snake_case", (key) => wordsIn(key).map(lower).join("_")],
  ["camelCase", (key) => wordsIn(key).map(capitalized).join("")],
]);

/** As the library takes keys apart; it splits `apiKeyV2` before no digit. */
function wordsIn(key: string): readonly string[] {
  return key.slice(0, 256).match(/[\da-z]+|[A-Z]+(?![a-z])|[A-Z][\da-z]+/g) ?? [];
}

function lower(word: string): string {
  return word.toLowerCase();
}

function capitalized(word: string, index: number): string {
  return index === 0 ? word.toLowerCase() : word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();
}
