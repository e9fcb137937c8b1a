/** The values of a module's own names: evaluated on demand, once, in the module's own frame. */
import { unresolvedPackage, type Symbol, type TypeIn } from "../link/program.js";
import type { BindingId, Expression, Module, Pattern, Statement } from "../lower/module.js";
import { forEachExpressionIn } from "../lower/visit.js";
import { bind } from "./assignment.js";
import { evaluate } from "./evaluate.js";
import {
  budgetPerRoot,
  deepestBeginning,
  moduleFrame,
  moduleOf,
  startOf,
  type Declared,
  type Machine,
} from "./machine.js";
import { symbolicAt, typedFallback, valueOfType } from "./declared-types.js";
import { variableId } from "./channel.js";
import { noCells } from "./cells.js";
import { choiceOf } from "./choice.js";
import { noFacts } from "./facts.js";
import { frameOf, isNothing, unknown, type Site, type Value } from "./value.js";

export function moduleValue(machine: Machine, file: string, binding: BindingId): Value {
  const key = `${file}#${binding}`;
  const known = machine.moduleValues.get(key);
  if (known === "running") return unknown;
  if (known) return known;
  if (machine.depth > deepestBeginning) return unknown;
  machine.moduleValues.set(key, "running");
  const value = inFreshContext(machine, () => evaluateBinding(machine, file, binding), startOf(file));
  machine.moduleValues.set(key, value);
  return value;
}

/**
 * A module's own code does not depend on who asked first: neither its budget nor what was checked there counts. `owner`: whose
 * parameters are what they are there, where no function is walked for its own sake.
 */
export function inFreshContext<T>(machine: Machine, run: () => T, owner: string | null = null): T {
  const { budget, narrowed, facts, cells, ruledOut } = machine;
  const stack = machine.stack.splice(0);
  const calls = machine.calls.splice(0);
  const owners = machine.owners.splice(0, machine.owners.length, ...(owner === null ? [] : [owner]));
  machine.budget = budgetPerRoot;
  machine.ruledOut = false;
  machine.narrowed = new Set();
  machine.facts = noFacts;
  machine.cells = noCells;
  try {
    return run();
  } finally {
    machine.budget = budget;
    machine.ruledOut = ruledOut;
    machine.narrowed = narrowed;
    machine.facts = facts;
    machine.cells = cells;
    machine.calls.splice(0, machine.calls.length, ...calls);
    machine.owners.splice(0, machine.owners.length, ...owners);
    machine.stack.splice(0, machine.stack.length, ...stack);
  }
}

function evaluateBinding(machine: Machine, file: string, binding: BindingId): Value {
  const declared = moduleOf(machine, file).bindings[binding]!;
  if (declared.kind === "import") return valueOfSymbol(machine, machine.program.symbolOf(file, binding));
  if (declared.kind === "function" && declared.target !== null)
    return { kind: "function", file, function: declared.target, closure: null, self: null };
  if (declared.kind === "class" && declared.target !== null)
    return { kind: "class", file, class: declared.target };

  const site: Site = { file, start: 0, end: 0 };
  const declaration = declarationsOf(machine, file).get(binding);
  if (!declaration)
    return declared.type
      ? valueOfType(machine, { file, node: declared.type, parameters: new Map() }, site, declared.name)
      : unknown;

  const frame = moduleFrame(machine, file);
  const values: Value[] = [];
  if (declaration.initializer && declaration.pattern) {
    const initial = evaluate(machine, frame, declaration.initializer);
    // Not into the module's own frame: what stands there would hide later assignments.
    const taken = frameOf({ file, function: 0, parent: frame, self: null });
    bind(machine, taken, declaration.pattern, initial);
    values.push(taken.values.get(binding) ?? unknown);
  }
  for (const assigned of declaration.assigned) values.push(evaluate(machine, frame, assigned));
  const meaningful = values.filter((value) => !isNothing(value));
  const value = values.length === 0 ? unknown : choiceOf(meaningful.length > 0 ? meaningful : values, "");
  if (declaration.isFilledLater && isData(value))
    return {
      ...symbolicAt(site, declared.name, declaration.type),
      id: variableId(file, declared.name),
      absent: true,
    };
  return declaration.type ? typedFallback(machine, value, declaration.type, site, declared.name) : value;
}

/** What is kept there, and not what does something: whoever put it there says what it is. */
function isData(value: Value): boolean {
  switch (value.kind) {
    case "choice":
      return value.options.every(isData);
    case "array":
      return [...value.elements, ...(value.rest ? [value.rest] : [])].every(isData);
    case "object":
      return [...value.fields.values()].every((field) => isData(field.value));
    default:
      return ["unknown", "symbolic", "rows", "literal", "text"].includes(value.kind);
  }
}

export function valueOfSymbol(machine: Machine, symbol: Symbol): Value {
  switch (symbol.kind) {
    case "function":
      return { kind: "function", file: symbol.file, function: symbol.function, closure: null, self: null };
    case "class":
      return { kind: "class", file: symbol.file, class: symbol.class };
    case "variable": {
      const value = moduleValue(machine, symbol.file, symbol.binding);
      if (value.kind !== "unknown") return value;
      // Generated code that is kept in the repository, and put together where nobody follows.
      const { name } = moduleOf(machine, symbol.file).bindings[symbol.binding]!;
      const home = findHome(machine, [name]);
      return home === null ? value : { kind: "external", package: home, path: [name] };
    }
    case "module":
      return { kind: "module", file: symbol.file };
    case "external":
      return {
        kind: "external",
        package: machine.modelOfPackage.has(symbol.package)
          ? symbol.package
          : (findHome(machine, symbol.path) ?? symbol.package),
        path: symbol.path,
      };
    case "unresolved": {
      const home = findHome(machine, symbol.path);
      if (home !== null) return { kind: "external", package: home, path: symbol.path };
      return { kind: "external", package: unresolvedPackage, path: [symbol.specifier, ...symbol.path] };
    }
    case "type":
      return unknown;
  }
}

/** The package of the library that alone exports such a name, wherever the import seems to lead. */
export function findHome(machine: Machine, path: readonly string[]): string | null {
  return machine.modelOfExport.get(path[0] ?? "")?.packages[0] ?? null;
}

/** Every module-level variable's declaration and the values assigned to it anywhere in the file. */
function declarationsOf(machine: Machine, file: string): ReadonlyMap<BindingId, Declared> {
  let declarations = machine.declarations.get(file);
  if (!declarations) {
    declarations = collectDeclarations(file, moduleOf(machine, file));
    machine.declarations.set(file, declarations);
  }
  return declarations;
}

function collectDeclarations(file: string, module: Module): ReadonlyMap<BindingId, Declared> {
  const found = new Map<
    BindingId,
    {
      initializer: Expression | null;
      pattern: Pattern | null;
      type: TypeIn | null;
      assigned: Expression[];
      isFilledLater: boolean;
    }
  >();
  const entry = (binding: BindingId) => {
    let one = found.get(binding);
    if (!one) {
      one = { initializer: null, pattern: null, type: null, assigned: [], isFilledLater: false };
      found.set(binding, one);
    }
    return one;
  };
  const declare = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      for (const declaration of statement.kind === "variables" ? statement.declarations : []) {
        for (const binding of namesIn(declaration.pattern)) {
          const one = entry(binding);
          one.initializer = declaration.initializer;
          one.pattern = declaration.pattern;
          const type =
            declaration.pattern.kind === "binding"
              ? (declaration.type ?? module.bindings[binding]!.type)
              : null;
          one.type = type ? { file, node: type, parameters: new Map() } : null;
        }
      }
      for (const body of bodiesOf(statement)) declare(body);
    }
  };
  declare(module.functions[0]?.body ?? []);
  for (const [id, fn] of module.functions.entries()) {
    forEachExpressionIn(fn.body, (expression) => {
      if (
        expression.kind !== "assign" ||
        (expression.operator !== "=" && expression.operator !== "??=" && expression.operator !== "||=")
      )
        return;
      const target = expression.target;
      if (target.kind !== "binding" || module.bindings[target.binding]?.scope !== 0) return;
      const one = entry(target.binding);
      one.assigned.push(expression.value);
      one.isFilledLater ||= id > 0;
    });
  }
  return found;
}

function namesIn(pattern: Pattern): readonly BindingId[] {
  switch (pattern.kind) {
    case "binding":
      return [pattern.binding];
    case "default":
      return namesIn(pattern.pattern);
    case "object":
      return [
        ...pattern.properties.flatMap((property) => namesIn(property.value)),
        ...(pattern.rest ? namesIn(pattern.rest) : []),
      ];
    case "array":
      return [
        ...pattern.elements.flatMap((element) => (element ? namesIn(element) : [])),
        ...(pattern.rest ? namesIn(pattern.rest) : []),
      ];
    case "expression":
      return [];
  }
}

function bodiesOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case "if":
      return statement.else ? [statement.then, statement.else] : [statement.then];
    case "block":
    case "labeled":
      return [statement.body];
    case "try":
      return [statement.block, statement.handler ?? [], statement.finalizer ?? []];
    case "loop":
      return [statement.initializer ? [statement.initializer] : [], statement.body];
    case "switch":
      return statement.cases.map((one) => one.body);
    default:
      return [];
  }
}
