import { unwrap } from "../../../link/declarations.js";
import type { Program } from "../../../link/program.js";
import type { Expression } from "../../../lower/module.js";

/** What a package calls the thing that an expression names: `EntitySchema` of `orm.EntitySchema`; null for anything else. */
export function importedName(
  file: string,
  expression: Expression,
  program: Program,
  isOurs: (packageName: string) => boolean,
): string | null {
  let last: string | null = null;
  let at = unwrap(expression);
  while (at.kind === "member") {
    last ??= at.property;
    at = unwrap(at.object);
  }
  if (at.kind !== "name" || at.binding === null) return null;
  const symbol = program.symbolOf(file, at.binding);
  if (symbol.kind !== "external" || !isOurs(symbol.package)) return null;
  return last ?? symbol.path.at(-1) ?? null;
}
