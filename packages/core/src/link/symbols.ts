/**
 * Names followed to their declarations: imports to exports, through re-exports, `export *` and CommonJS.
 *
 * One name can stand for a value and for a type (`const Role = z.enum(…)` beside `type Role = …`), so a name is always
 * followed with the meaning that is asked for, and with the other one when it has only that.
 */
import type { BindingId, BindingKind, Export, Module } from "../lower/module.js";
import { append } from "./append.js";
import { declarationsOf } from "./declarations.js";
import type { Program, Symbol } from "./program.js";
import type { Resolve } from "./resolve.js";

type Meaning = "value" | "type";

export interface Symbols {
  symbolOf(file: string, binding: BindingId, meaning?: Meaning): Symbol;
  exportOf(file: string, name: string, meaning?: Meaning): Symbol;
  exportNames: Program["exportNames"];
}

/** A step on the way from a name to its declaration. */
type Step =
  | { readonly kind: "binding"; readonly file: string; readonly binding: BindingId }
  | { readonly kind: "export"; readonly file: string; readonly name: string };

/** What one module offers and asks for, by name. */
interface Interface {
  readonly exports: ReadonlyMap<string, readonly Export[]>;
  readonly stars: readonly string[];
  readonly imports: ReadonlyMap<BindingId, { readonly specifier: string; readonly imported: string }>;
  /** Their index among the module's types. */
  readonly enums: ReadonlyMap<BindingId, number>;
}

export function createSymbols(modules: ReadonlyMap<string, Module>, resolve: Resolve): Symbols {
  const interfaces = new Map<string, Interface>();
  const followed: Record<Meaning, Map<string, Symbol>> = { value: new Map(), type: new Map() };
  const names = new Map<string, readonly string[]>();

  return {
    symbolOf: (file, binding, meaning = "value") =>
      interfaceOf(file)?.imports.has(binding)
        ? follow({ kind: "binding", file, binding }, meaning)
        : declarationOf(file, binding, meaning),
    exportOf: (file, name, meaning = "value") => follow({ kind: "export", file, name }, meaning),
    exportNames,
  };

  function follow(start: Step, meaning: Meaning): Symbol {
    const known = followed[meaning];
    const passed = new Set<string>();
    let step = start;
    let symbol: Symbol | undefined;
    while (!symbol) {
      const key = `${step.kind}\0${step.file}\0${step.kind === "binding" ? step.binding : step.name}`;
      symbol = known.get(key);
      if (symbol) break;
      if (passed.has(key)) {
        // A circle of re-exports: everyone on it points at the next, and nobody declares it.
        symbol = { kind: "unresolved", specifier: start.file, path: "name" in start ? [start.name] : [] };
        break;
      }
      passed.add(key);
      const next = step.kind === "binding" ? followBinding(step, meaning) : followExport(step, meaning);
      if (next.kind === "binding" || next.kind === "export") step = next;
      else symbol = next;
    }
    for (const key of passed) known.set(key, symbol);
    return symbol;
  }

  function followBinding({ file, binding }: Step & { kind: "binding" }, meaning: Meaning): Step | Symbol {
    const imported = interfaceOf(file)?.imports.get(binding);
    if (imported) return followSpecifier(file, imported.specifier, imported.imported);
    return declarationOf(file, binding, meaning);
  }

  function declarationOf(file: string, binding: BindingId, meaning: Meaning): Symbol {
    const declared = modules.get(file)?.bindings[binding];
    if (!declared) return { kind: "unresolved", specifier: file, path: [] };
    if (declared.target !== null) {
      if (declared.kind === "function") return { kind: "function", file, function: declared.target };
      if (declared.kind === "class") return { kind: "class", file, class: declared.target };
      if (declared.kind === "type") return { kind: "type", file, type: declared.target };
    }
    if (declared.kind === "enum" && meaning === "type") {
      const type = interfaceOf(file)?.enums.get(binding);
      if (type !== undefined) return { kind: "type", file, type };
    }
    return { kind: "variable", file, binding };
  }

  function followSpecifier(file: string, specifier: string, imported: string): Step | Symbol {
    const path = imported === "*" ? [] : [imported];
    const target = resolve(file, specifier);
    if (target.kind === "external") return { kind: "external", package: target.package, path };
    if (target.kind === "unresolved" || !modules.has(target.file)) {
      return { kind: "unresolved", specifier, path };
    }
    if (imported !== "*") return { kind: "export", file: target.file, name: imported };
    const whole = interfaceOf(target.file)?.exports.has("export=");
    return whole
      ? { kind: "export", file: target.file, name: "export=" }
      : { kind: "module", file: target.file };
  }

  function followExport({ file, name }: Step & { kind: "export" }, meaning: Meaning): Step | Symbol {
    const here = findExplicit(file, name, meaning);
    if (here) return here;
    if (name === "default") return followMissingDefault(file) ?? missing(file, name);
    let external: Symbol | null = null;
    for (const { from, specifier } of starsBelow(file)) {
      const target = resolve(from, specifier);
      if (target.kind === "module") {
        const found = findExplicit(target.file, name, meaning);
        if (found) return found;
      } else if (target.kind === "external") {
        external ??= { kind: "external", package: target.package, path: [name] };
      }
    }
    return findPropertyOfWhole(file, name) ?? external ?? missing(file, name);
  }

  function findExplicit(file: string, name: string, meaning: Meaning): Step | Symbol | null {
    const exports = interfaceOf(file)?.exports.get(name) ?? [];
    const fitting = exports.find((each) => hasMeaning(file, each, meaning)) ?? exports[0];
    if (fitting?.kind === "local") return { kind: "binding", file, binding: fitting.binding };
    if (fitting?.kind === "from") return followSpecifier(file, fitting.specifier, fitting.imported);
    return null;
  }

  function hasMeaning(file: string, each: Export, meaning: Meaning): boolean {
    if (each.kind !== "local") return true;
    const kind = modules.get(file)?.bindings[each.binding]?.kind;
    return kind !== undefined && meaningsOf(kind).includes(meaning);
  }

  /** `import x from` a CommonJS module gives what it assigns to `module.exports`, or the object it adds names to. */
  function followMissingDefault(file: string): Step | Symbol | null {
    const offered = interfaceOf(file)?.exports;
    if (offered?.has("export=")) return { kind: "export", file, name: "export=" };
    return offered && offered.size > 0 && /\.(js|cjs|jsx|cts)$/.test(file) ? { kind: "module", file } : null;
  }

  /** `import { name } from` a module that says `module.exports = { name }`. */
  function findPropertyOfWhole(file: string, name: string): Step | Symbol | null {
    const module = modules.get(file);
    const whole = interfaceOf(file)?.exports.get("export=")?.[0];
    if (!module || whole?.kind !== "local") return null;
    const source = declarationsOf(module).sources.get(whole.binding);
    const value = source?.from.kind === "initializer" ? source.from.expression : null;
    if (value?.kind !== "object") return null;
    for (const property of value.properties.toReversed()) {
      if (property.kind === "spread" || property.key !== name) continue;
      if (property.value.kind === "function") {
        return { kind: "function", file, function: property.value.function };
      }
      if (property.value.kind === "class") return { kind: "class", file, class: property.value.class };
      if (property.value.kind === "name" && property.value.binding !== null) {
        return { kind: "binding", file, binding: property.value.binding };
      }
      return null;
    }
    return null;
  }

  /** Every `export *` that can be reached from a file, in the order in which they are read, each file once. */
  function* starsBelow(file: string): Generator<{ from: string; specifier: string }> {
    const seen = new Set([file]);
    const open = starsOf(file);
    for (let star = open.pop(); star; star = open.pop()) {
      const target = resolve(star.from, star.specifier);
      if (target.kind !== "module") {
        yield star;
      } else if (!seen.has(target.file)) {
        seen.add(target.file);
        yield star;
        open.push(...starsOf(target.file));
      }
    }
  }

  /** The last one first, so that the first one is on top of the stack. */
  function starsOf(file: string): { from: string; specifier: string }[] {
    return (interfaceOf(file)?.stars ?? []).map((specifier) => ({ from: file, specifier })).toReversed();
  }

  function exportNames(file: string): readonly string[] {
    let found = names.get(file);
    if (!found) {
      const all = new Set(interfaceOf(file)?.exports.keys());
      for (const { from, specifier } of starsBelow(file)) {
        const target = resolve(from, specifier);
        if (target.kind !== "module") continue;
        for (const name of interfaceOf(target.file)?.exports.keys() ?? []) {
          if (name !== "default" && name !== "export=") all.add(name);
        }
      }
      names.set(file, (found = [...all]));
    }
    return found;
  }

  function interfaceOf(file: string): Interface | undefined {
    let found = interfaces.get(file);
    if (!found) {
      const module = modules.get(file);
      if (module) interfaces.set(file, (found = readInterface(module)));
    }
    return found;
  }
}

function readInterface(module: Module): Interface {
  const exports = new Map<string, Export[]>();
  const stars: string[] = [];
  for (const each of module.exports) {
    if (each.kind === "star") {
      stars.push(each.specifier);
      continue;
    }
    append(exports, each.name, each);
  }
  const imports = new Map<BindingId, { specifier: string; imported: string }>();
  for (const { specifier, names } of module.imports) {
    for (const { imported, binding } of names) imports.set(binding, { specifier, imported });
  }
  const enums = new Map<BindingId, number>();
  module.types.forEach(({ kind, binding }, index) => {
    if (kind === "enum" && binding !== null) enums.set(binding, index);
  });
  return { exports, stars, imports, enums };
}

function meaningsOf(kind: BindingKind): readonly Meaning[] {
  if (kind === "type") return ["type"];
  return ["import", "class", "enum", "namespace"].includes(kind) ? ["value", "type"] : ["value"];
}

function missing(file: string, name: string): Symbol {
  return { kind: "unresolved", specifier: file, path: [name] };
}
