/** The functions of a file that take its migration upwards. `down` is never read. */
import type { Program, Symbol } from "../../../../link/program.js";
import type { Expression, ObjectProperty } from "../../../../lower/module.js";
import { unwrap } from "../../../../link/declarations.js";
import { findFirstValue, findMember } from "./names.js";
import { unknown, type Value } from "./value.js";

export interface Entry {
  readonly up: Value;
  /** `this`, in a class. */
  readonly self: Value;
}

const upward = ["up", "change"];

/** Names that stand for each other never end. */
const mostHops = 10;

export function findEntry(program: Program, file: string): Entry | null {
  const names = program.exportNames(file).filter((name) => name !== "down");
  for (const name of names) {
    const found = entryOf(program, file, program.exportOf(file, name), name);
    if (found) return found;
  }
  return null;
}

/** Only what this file declares: another one that it exports again is a migration of its own. */
function entryOf(program: Program, file: string, symbol: Symbol, name: string, hops = 0): Entry | null {
  if (hops > mostHops) return null;
  if (!("file" in symbol) || symbol.file !== file) return null;
  if (symbol.kind === "class") {
    const method = upward
      .map((each) => findMember(program, symbol, each, false))
      .find((each) => each !== null);
    const self: Value = { kind: "migration", file, class: symbol.class };
    return method?.kind === "function" ? { up: method, self } : null;
  }
  if (symbol.kind === "function")
    return upward.includes(name)
      ? entryWith({ kind: "function", file, function: symbol.function, frame: null })
      : null;
  if (symbol.kind !== "variable") return null;
  const value = findFirstValue(program, file, symbol.binding)?.expression;
  if (!value) return null;
  return upward.includes(name)
    ? functionIn(program, file, value, hops)
    : methodIn(program, file, value, hops);
}

function entryWith(up: Value): Entry {
  return { up, self: unknown };
}

function functionIn(program: Program, file: string, written: Expression, hops: number): Entry | null {
  const value = unwrap(written);
  if (value.kind === "function")
    return entryWith({ kind: "function", file, function: value.function, frame: null });
  if (value.kind === "name" && value.binding !== null) {
    const symbol = program.symbolOf(file, value.binding);
    return entryOf(program, file, symbol, "up", hops + 1);
  }
  return null;
}

/** `export default { up }`, `module.exports = { up() {} }`, `module.exports = class { up() {} }` */
function methodIn(program: Program, file: string, written: Expression, hops: number): Entry | null {
  const value = unwrap(written);
  if (value.kind === "name" && value.binding !== null)
    return entryOf(program, file, program.symbolOf(file, value.binding), "default", hops + 1);
  if (value.kind === "class") return entryOf(program, file, { kind: "class", file, class: value.class }, "");
  if (value.kind !== "object") return null;
  const up = value.properties.find(isUp);
  return up ? functionIn(program, file, up.value, hops) : null;
}

function isUp(property: ObjectProperty): boolean {
  return property.kind === "property" && typeof property.key === "string" && upward.includes(property.key);
}
