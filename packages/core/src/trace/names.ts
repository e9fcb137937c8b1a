/** What a name stands for, and `this`: the frames are asked from the inside out, then the module, then JavaScript. */
import type { BindingId } from "../lower/module.js";
import { moduleOf, type Machine } from "./machine.js";
import { moduleValue } from "./modules.js";
import { undefinedValue, unknown, type ExternalValue, type Frame, type Value } from "./value.js";

export function readName(machine: Machine, frame: Frame, name: string, binding: BindingId | null): Value {
  if (binding === null)
    return name === "undefined" ? undefinedValue : { kind: "external", package: globalPackage, path: [name] };
  for (let at: Frame | null = frame; at; at = at.parent) {
    const value = at.values.get(binding);
    if (value !== undefined) return value;
  }
  const declared = moduleOf(machine, frame.file).bindings[binding]!;
  if (declared.scope === 0 || declared.kind === "import") return moduleValue(machine, frame.file, binding);
  if (declared.kind === "function" && declared.target !== null) {
    return {
      kind: "function",
      file: frame.file,
      function: declared.target,
      closure: frameOfScope(frame, declared.scope),
      self: null,
    };
  }
  if (declared.kind === "class" && declared.target !== null)
    return { kind: "class", file: frame.file, class: declared.target };
  return unknown;
}

/** What JavaScript itself provides: `Promise`, `Object`, `globalThis`. */
export const globalPackage = "(global)";

/** `process.env.ADMIN_EMAILS`, `process.argv[2]`: whoever runs the program says it, and with it every part and form of it. */
export function isOfProcess(value: Value): value is ExternalValue {
  if (value.kind !== "external" || value.package !== globalPackage) return false;
  const [first, ...others] = value.path[0] === "globalThis" ? value.path.slice(1) : value.path;
  return first === "process" && ["env", "argv", "stdin"].includes(others[0] ?? "");
}

function frameOfScope(frame: Frame, scope: number): Frame | null {
  for (let at: Frame | null = frame; at; at = at.parent) if (at.function === scope) return at;
  return null;
}

export function selfOf(frame: Frame): Value {
  for (let at: Frame | null = frame; at; at = at.parent) if (at.self) return at.self;
  return unknown;
}

/** Functions that are called for what they find out about who is asking: `verifyToken(…)`, `getSession(…)`. */
export const authenticating =
  /^[\w.]*(?:verif|constructEvent|auth|session|valid|introspect|principal|identity|currentUser)\w*\(/i;
