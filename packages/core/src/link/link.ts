/**
 * Joins modules to a program, as a linker joins object files: specifiers to files, names to declarations, declared types
 * to classes. Every answer is computed when it is first asked for and then kept.
 */
import type { Module } from "../lower/module.js";
import { createDescendants, createSuperclasses } from "./classes.js";
import { createDependencyRanges } from "./dependencies.js";
import type { Layout, Program } from "./program.js";
import { createResolver } from "./resolve.js";
import { createSymbols } from "./symbols.js";
import { createTypes } from "./types.js";

/** `resolve` is another program's, when it has the same layout: an editor links one file after the other with the same few. */
export function link(
  layout: Layout,
  modules: ReadonlyMap<string, Module>,
  resolve: Program["resolve"] = createResolver(layout),
): Program {
  const symbols = createSymbols(modules, resolve);
  const superclassOf = createSuperclasses(modules, symbols);
  const types = createTypes(modules, resolve, symbols, superclassOf);

  return {
    // In the order of the names, so that nothing depends on how the modules were handed in.
    files: [...modules.keys()].sort(),
    module: (file) => modules.get(file),
    resolve,
    dependencyRange: createDependencyRanges(layout.packages),
    symbolOf: (file, binding) => symbols.symbolOf(file, binding),
    exportOf: (file, name) => symbols.exportOf(file, name),
    exportNames: symbols.exportNames,
    superclassOf,
    ...types,
    ...createDescendants(modules, { superclassOf, typeOf: types.typeOf }),
  };
}
