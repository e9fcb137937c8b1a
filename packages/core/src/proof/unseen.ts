/**
 * Who may call a function without being seen: a framework that knows a method by its name, whoever is handed the class's
 * instances, whoever uses a package of which it is a part. "Nothing calls it" can be said only where none of them can.
 */
import type { Layout, Program } from "../link/program.js";
import type { ClassNode, Module } from "../lower/module.js";
import { functionOfKey, keyOfFunction } from "../trace/machine.js";

/** By the function's key. */
export type MayBeCalledUnseen = (fn: string) => boolean;

export function unseenCallersIn(program: Program, { packages }: Layout): MayBeCalledUnseen {
  let imported: ReadonlySet<string> | null = null;
  let offered: ReadonlySet<string> | null = null;
  return (fn) => {
    const { file, function: id } = functionOfKey(fn);
    const module = program.module(file);
    const node = module?.functions[id];
    if (!module || !node) return true;
    // What is made in a function, and not called there, is made for somebody.
    if (node.decorators.length > 0 || (node.parent !== null && node.parent !== 0)) return true;
    imported ??= importedFiles(program);
    offered ??= offeredBy(
      program,
      packages.map(({ name }) => name),
    );
    // Of a file that hands something out, and is imported by nobody here, anything may be reached.
    if (module.exports.length > 0 && !imported.has(file)) return true;
    if (node.class !== null) {
      const owner = module.classes[node.class]!;
      return (
        offered.has(keyOfClass(file, node.class)) ||
        byFrameworks.test(node.name ?? "") ||
        isOfSomebodyElse(program, file, node.class, owner)
      );
    }
    const own = module.bindings.findIndex((one) => one.kind === "function" && one.target === id);
    // `const list = async () => …`: any name of the file may stand for it.
    const isExportedHere = own >= 0 ? isExported(module, own) : module.exports.length > 0;
    return offered.has(keyOfFunction(file, id)) || (isExportedHere && byFrameworks.test(node.name ?? ""));
  };
}

/** Names under which frameworks look for something to call. */
const byFrameworks =
  /^(?:default|main|handler|handle|process|run|execute|perform|resolve|validate|transform|intercept|canActivate|use|catch|up|down|render|loader|action|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|(?:on|before|after|get(?:Server|Static))[A-Z]\w*)$/;

function importedFiles(program: Program): ReadonlySet<string> {
  const files = new Set<string>();
  for (const file of program.files) {
    const module = program.module(file);
    const specifiers = [
      ...(module?.imports ?? []).map((one) => one.specifier),
      ...(module?.exports ?? []).flatMap((one) => (one.kind === "local" ? [] : [one.specifier])),
    ];
    for (const specifier of specifiers) {
      const target = program.resolve(file, specifier);
      if (target.kind === "module") files.add(target.file);
    }
  }
  return files;
}

/** What the packages hand out by name: others may have them installed. */
function offeredBy(program: Program, packages: readonly string[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const name of packages) {
    const entry = program.resolve("", name);
    for (const exported of entry.kind === "module" ? program.exportNames(entry.file) : []) {
      const symbol = entry.kind === "module" ? program.exportOf(entry.file, exported) : null;
      if (symbol?.kind === "function") keys.add(keyOfFunction(symbol.file, symbol.function));
      if (symbol?.kind === "class") keys.add(keyOfClass(symbol.file, symbol.class));
    }
  }
  return keys;
}

function keyOfClass(file: string, id: number): string {
  return `class ${file}#${id}`;
}

function isExported(module: Module, binding: number): boolean {
  return module.exports.some((one) => one.kind === "local" && one.binding === binding);
}

/** A class that fills in what somebody else's says, who then calls it. */
function isOfSomebodyElse(
  program: Program,
  file: string,
  id: number,
  { extends: above, implements: said }: ClassNode,
): boolean {
  if (above !== null && program.superclassOf(file, id) === null) return true;
  return said.some((node) => {
    const type = program.typeOf({ file, node, parameters: new Map() });
    return (
      type.kind === "external" ||
      type.kind === "unknown" ||
      (type.kind === "node" && type.in.node.kind === "reference")
    );
  });
}
