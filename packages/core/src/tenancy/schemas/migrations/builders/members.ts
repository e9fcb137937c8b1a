/** What names and properties stand for where they are used, and what is put into them. */
import type { Symbol } from "../../../../link/program.js";
import type { Pattern } from "../../../../lower/module.js";
import type { Follower } from "./follower.js";
import { findFirstValue, findMember } from "./names.js";
import { stepOf } from "./operations.js";
import { literal, unknown, type Frame, type Value } from "./value.js";

export function lookUp(follower: Follower, frame: Frame, binding: number): Value {
  for (let each: Frame | null = frame; each; each = each.parent) {
    const value = each.file === frame.file ? each.names.get(binding) : undefined;
    if (value) return value;
  }
  return ofSymbol(follower, follower.program.symbolOf(frame.file, binding), frame);
}

function ofSymbol(follower: Follower, symbol: Symbol, frame: Frame | null): Value {
  switch (symbol.kind) {
    case "function": {
      const around = frame?.file === symbol.file ? frame : frameOf(follower, symbol.file);
      return { kind: "function", file: symbol.file, function: symbol.function, frame: around };
    }
    case "class":
    case "module":
      return symbol;
    case "external":
      return { kind: "library", package: symbol.package, path: symbol.path };
    case "variable": {
      const own = frameOf(follower, symbol.file);
      const known = own.names.get(symbol.binding);
      if (known) return known;
      own.names.set(symbol.binding, unknown);
      const first = findFirstValue(follower.program, symbol.file, symbol.binding);
      if (first) bind(follower, own, first.pattern, follower.evaluate(own, first.expression));
      return own.names.get(symbol.binding) ?? unknown;
    }
    default:
      return unknown;
  }
}

export function member(follower: Follower, of: Value, name: string, frame: Frame, start: number): Value {
  switch (of.kind) {
    case "object":
      return of.properties.get(name) ?? (of.open ? unknown : literal(null));
    case "list":
      if (name === "length") return literal(of.elements.length);
      return of.elements[Number(name)] ?? unknown;
    case "literal":
      return typeof of.value === "string" && name === "length" ? literal(of.value.length) : unknown;
    case "module":
      return exported(follower, of.file, name);
    case "library":
      return { ...of, path: [...of.path, name] };
    case "class":
    case "migration": {
      const own = findMember(follower.program, of, name, of.kind === "class");
      if (own?.kind === "value") return follower.evaluate(frameWith(follower, own.file, of), own.expression);
      if (own) return { ...own, frame: frameWith(follower, own.file, of) };
      return of.kind === "migration" ? stepOf(of, name, null, frame, start, start) : unknown;
    }
    case "database":
    case "step":
    case "template":
      return stepOf(of, name, null, frame, start, start);
    default:
      return unknown;
  }
}

/** Also of what `module.exports = { ...others }` brings. */
export function exported(follower: Follower, file: string, name: string): Value {
  const symbol = follower.program.exportOf(file, name);
  if (symbol.kind !== "unresolved" || name === "export=") return ofSymbol(follower, symbol, null);
  const all = exported(follower, file, "export=");
  return all.kind === "object" ? (all.properties.get(name) ?? unknown) : unknown;
}

export function bind(follower: Follower, frame: Frame, pattern: Pattern, value: Value): void {
  const part = (name: string) => member(follower, value, name, frame, pattern.start);
  switch (pattern.kind) {
    case "binding": {
      let owner = frame;
      for (let each: Frame | null = frame; each; each = each.parent)
        if (each.file === frame.file && each.names.has(pattern.binding)) owner = each;
      owner.names.set(pattern.binding, value);
      return;
    }
    case "default": {
      const isMissing = value.kind === "literal" && value.value === null;
      bind(follower, frame, pattern.pattern, isMissing ? follower.evaluate(frame, pattern.value) : value);
      return;
    }
    case "object":
      for (const { key, value: target } of pattern.properties)
        bind(follower, frame, target, typeof key === "string" ? part(key) : unknown);
      if (pattern.rest) bind(follower, frame, pattern.rest, unknown);
      return;
    case "array":
      pattern.elements.forEach((target, index) => {
        if (target) bind(follower, frame, target, part(String(index)));
      });
      if (pattern.rest) bind(follower, frame, pattern.rest, unknown);
      return;
    case "expression":
  }
}

/** Of the names at the top of a file. */
export function frameOf({ files }: Follower, file: string): Frame {
  let frame = files.get(file);
  if (!frame) {
    frame = { file, function: 0, names: new Map(), self: unknown, parent: null };
    files.set(file, frame);
  }
  return frame;
}

function frameWith(follower: Follower, file: string, self: Value): Frame {
  return { file, function: 0, names: new Map(), self, parent: frameOf(follower, file) };
}
