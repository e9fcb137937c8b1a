/**
 * What the process itself keeps for all who come: a `Map` or an object in a variable of a module, or in a field of a class that
 * there is one instance of for as long as the program runs. What is put there under a key is kept as in any other cache; a map that
 * a function makes for itself is none.
 */
import { recordEntries } from "../keyed/record.js";
import type { Program } from "../link/program.js";
import type { ClassId, ClassNode, Expression } from "../lower/module.js";
import { forEachExpressionIn } from "../lower/visit.js";
import type { Call } from "./library.js";
import { moduleOf, type Machine } from "./machine.js";
import { selfOf } from "./names.js";
import { unknown, type Frame, type ObjectField, type Site, type Value } from "./value.js";

/** `rowsByKey.set(key, rows)`; `written`: how the map is written. */
export function noteInMap(
  machine: Machine,
  frame: Frame,
  written: Expression,
  method: string,
  { site, arguments: [key = unknown, value = unknown] }: Call,
): void {
  const isPut = method === "set";
  if (!isPut && method !== "get") return;
  const store = storeOf(machine, frame, written);
  if (store !== null) note(machine, site, store, key, isPut ? machine.settle(value, site) : null);
}

/** `rowsByKey[key] = rows` */
export function noteInObject(
  machine: Machine,
  frame: Frame,
  written: Expression,
  site: Site,
  key: Value,
  value: Value,
): void {
  const store = storeOf(machine, frame, written);
  if (store !== null) note(machine, site, store, key, machine.settle(value, site));
}

/**
 * `cached = rows`: the last answer, for whoever asks next. `name`: of the variable of the module. What stands beside them
 * (`cached = { organizationId, rows }`) tells whoever looks whose they are, as a key does.
 */
export function noteInVariable(machine: Machine, frame: Frame, name: string, site: Site, value: Value): void {
  if (frame.parent === null || !mayHoldRows(value, 3)) return;
  const beside = value.kind === "object" ? [...value.fields.values()].filter(isGiven) : [];
  const key: Value = { kind: "text", parts: [name, ...beside.flatMap((field) => [" ", field.value])] };
  note(machine, site, `variable ${frame.file}`, key, machine.settle(value, site));
}

function isGiven({ value }: ObjectField): boolean {
  return value.kind === "symbolic" && value.row === null && value.origin !== "unknown" && !value.from;
}

/** Most variables hold something else, and no path has to be written down for them. */
function mayHoldRows(value: Value, depth: number): boolean {
  switch (value.kind) {
    case "rows":
    case "query":
      return true;
    case "symbolic":
      return value.row !== null;
    case "object":
      return depth > 0 && [...value.fields.values()].some((field) => mayHoldRows(field.value, depth - 1));
    case "array":
      return (
        depth > 0 &&
        [...value.elements, ...(value.rest ? [value.rest] : [])].some((one) => mayHoldRows(one, depth - 1))
      );
    case "choice":
      return depth > 0 && value.options.some((one) => mayHoldRows(one, depth - 1));
    default:
      return false;
  }
}

function note(machine: Machine, site: Site, store: string, key: Value, stores: Value | null): void {
  const operation = stores === null ? "get" : "set";
  const keeping = { site, library: "memory", operation, prefix: null, store, isIncidental: true } as const;
  recordEntries(machine.tracer, keeping, [{ key, field: null, stores }]);
}

/** Which of them it is; null for what does not outlive whoever fills it. */
function storeOf(machine: Machine, frame: Frame, written: Expression): string | null {
  // What a file puts there when it is loaded is there for everybody.
  if (frame.parent === null) return null;
  switch (written.kind) {
    case "cast":
      return storeOf(machine, frame, written.expression);
    case "name": {
      const declared =
        written.binding === null ? null : moduleOf(machine, frame.file).bindings[written.binding];
      if (!declared || written.binding === null) return null;
      if (declared.kind !== "import")
        return declared.scope === 0 ? `map ${frame.file}#${declared.name}` : null;
      const symbol = machine.program.symbolOf(frame.file, written.binding);
      if (symbol.kind !== "variable") return null;
      return `map ${symbol.file}#${moduleOf(machine, symbol.file).bindings[symbol.binding]!.name}`;
    }
    case "member": {
      if (written.object.kind === "this") return storeOfField(machine, frame, written.property);
      // `caches.customers`
      const owner = storeOf(machine, frame, written.object);
      return owner && `${owner}.${written.property}`;
    }
    default:
      return null;
  }
}

function storeOfField(machine: Machine, frame: Frame, property: string): string | null {
  const self = selfOf(frame);
  if (self.kind !== "instance" && self.kind !== "class") return null;
  const node = moduleOf(machine, self.file).classes[self.class]!;
  const field = node.fields.find(({ name }) => name === property);
  // One that is handed in is whoever's who made it.
  if (!field?.initializer) return null;
  const isShared = field.static || isMadeOnce(machine.program, self.file, self.class, node);
  return isShared ? `map ${self.file}#${self.class}.${property}` : null;
}

const madeOnce = new WeakMap<Program, Map<string, boolean>>();

/** Made where a file is loaded, or by somebody who makes one for the whole program: https://docs.nestjs.com/providers#scopes */
function isMadeOnce(program: Program, file: string, id: ClassId, node: ClassNode): boolean {
  let known = madeOnce.get(program);
  if (!known) madeOnce.set(program, (known = new Map()));
  const key = `${file}#${id}`;
  let is = known.get(key);
  if (is === undefined)
    known.set(key, (is = node.decorators.some(makesOne) || isMadeAtTop(program, file, id)));
  return is;
}

function makesOne(decorator: Expression): boolean {
  return (
    decorator.kind === "call" &&
    decorator.callee.kind === "name" &&
    /^(?:Injectable|Service|Singleton|singleton)$/.test(decorator.callee.name) &&
    decorator.arguments.length === 0
  );
}

function isMadeAtTop(program: Program, file: string, id: ClassId): boolean {
  for (const other of program.files) {
    const module = program.module(other);
    if (!module) continue;
    let isMade = false;
    const look = (expression: Expression): void => {
      if (
        expression.kind !== "new" ||
        expression.callee.kind !== "name" ||
        expression.callee.binding === null
      )
        return;
      const { binding } = expression.callee;
      const declared = module.bindings[binding]!;
      if (declared.kind === "class") isMade ||= other === file && declared.target === id;
      else if (declared.kind === "import") {
        const symbol = program.symbolOf(other, binding);
        isMade ||= symbol.kind === "class" && symbol.file === file && symbol.class === id;
      }
    };
    forEachExpressionIn(module.functions[0]?.body ?? [], look);
    if (isMade) return true;
  }
  return false;
}
