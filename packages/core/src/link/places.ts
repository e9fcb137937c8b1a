/** Where something stands, as people say it: lines, columns, and the function around it. */
import type { FunctionNode, Module } from "../lower/module.js";
import { positionOf } from "../lower/positions.js";
import type { Program } from "./program.js";

export interface PlacedRange {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export function rangeOf(
  program: Program,
  site: { readonly file: string; readonly start: number; readonly end: number },
): PlacedRange {
  const module = program.module(site.file);
  if (!module) return { file: site.file, line: 1, column: 1, endLine: 1, endColumn: 1 };
  const start = positionOf(module, site.start);
  const end = positionOf(module, site.end);
  return {
    file: site.file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}

const namesOfModules = new WeakMap<Module, readonly string[]>();

/** `InvoiceService.list`, `list`, `list.<function 2>`; `<module>` for a file's top level. */
export function functionNameAt(
  program: Program,
  site: { readonly file: string; readonly start: number },
): string {
  const module = program.module(site.file);
  if (!module) return "<module>";
  let names = namesOfModules.get(module);
  if (!names) namesOfModules.set(module, (names = nameFunctions(module)));
  const innermost = innermostFunctionAt(module, site.start);
  return innermost ? names[innermost.id]! : "<module>";
}

/** The functions that have a part on a line, innermost first, as people call them. */
export function functionNamesOn(program: Program, file: string, line: number): readonly string[] {
  const module = program.module(file);
  return (module?.functions ?? [])
    .filter((fn) => fn.id !== 0)
    .filter((fn) => positionOf(module!, fn.start).line <= line && line <= positionOf(module!, fn.end).line)
    .sort((one, other) => one.end - one.start - (other.end - other.start))
    .map((fn) => functionNameAt(program, { file, start: fn.start }));
}

/** The function in whose text an offset stands; the module's own where it stands in no other. */
export function innermostFunctionAt(module: Module, offset: number): FunctionNode | undefined {
  let innermost = module.functions[0];
  for (const fn of module.functions) {
    if (
      fn.id !== 0 &&
      fn.start <= offset &&
      offset < fn.end &&
      (!innermost || innermost.id === 0 || fn.end - fn.start <= innermost.end - innermost.start)
    ) {
      innermost = fn;
    }
  }
  return innermost;
}

function nameFunctions(module: Module): readonly string[] {
  const names: string[] = [];
  const anonymous = new Map<number, number>();
  const nameOf = (fn: FunctionNode): string => {
    const known = names[fn.id];
    if (known !== undefined) return known;
    let name: string;
    if (fn.id === 0) name = "<module>";
    else {
      const owner = fn.class === null ? null : (module.classes[fn.class]?.name ?? "<class>");
      const parent = fn.parent === null || fn.parent === 0 ? null : nameOf(module.functions[fn.parent]!);
      if (owner !== null && fn.kind !== "arrow" && fn.kind !== "function")
        name = `${owner}.${fn.kind === "constructor" ? "constructor" : (fn.name ?? "<method>")}`;
      else if (fn.name !== null) name = parent ? `${parent}.${fn.name}` : fn.name;
      else {
        const ordinal = (anonymous.get(fn.parent ?? 0) ?? 0) + 1;
        anonymous.set(fn.parent ?? 0, ordinal);
        name = `${parent ?? "<module>"}.<function ${ordinal}>`;
      }
    }
    names[fn.id] = name;
    return name;
  };
  module.functions.forEach(nameOf);
  return names;
}
