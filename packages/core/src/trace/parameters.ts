/** What a parameter holds: what a call gives, its default, or a value known only as this parameter. */
import type { TypeIn } from "../link/program.js";
import type { Expression } from "../lower/module.js";
import { choiceOf, withAbsence } from "./choice.js";
import { specialize, typedFallback } from "./declared-types.js";
import { evaluate } from "./evaluate.js";
import { functionOf, moduleFrame, moduleOf, parameterName, type Machine } from "./machine.js";
import { inFreshContext } from "./modules.js";
import type { Frame, FunctionValue, Site, SymbolicValue, Value } from "./value.js";

export function withDefault(
  machine: Machine,
  frame: Frame,
  target: FunctionValue,
  index: number,
  given: Value | null,
): Value {
  const value = parameterValue(machine, target.file, target.function, index, given);
  const fallback = functionOf(machine, target).parameters[index]!.default;
  if (!fallback) return value;
  if (given !== null && !(value.kind === "literal" && value.value === undefined)) return value;
  const standard = evaluate(machine, frame, fallback);
  if (given !== null) return standard;
  return value.kind === "symbolic" ? choiceOf([value, standard], "the default") : value;
}

/** What a container makes for a parameter, where its decorator says what that is. */
function injectedInto(
  machine: Machine,
  file: string,
  decorators: readonly Expression[],
  site: Site,
): Value | null {
  for (const expression of decorators) {
    const decorator = inFreshContext(machine, () =>
      evaluate(machine, moduleFrame(machine, file), expression),
    );
    if (decorator.kind !== "library") continue;
    const injected = machine.modelOfName.get(decorator.library)?.injects?.(decorator);
    if (!injected) continue;
    const call = { site, arguments: injected.arguments, typeArguments: [], spread: false, written: [] };
    const model = machine.modelOfPackage.get(injected.made.package);
    const made = model?.construct?.(injected.made, call, machine.tracer);
    if (made) return made;
  }
  return null;
}

/** What a parameter holds: the argument given, refined by its declared type, or a value known only as this parameter. */
function parameterValue(
  machine: Machine,
  file: string,
  functionId: number,
  index: number,
  given: Value | null,
): Value {
  const module = moduleOf(machine, file);
  const parameter = module.functions[functionId]!.parameters[index]!;
  const inner = parameter.pattern.kind === "default" ? parameter.pattern.pattern : parameter.pattern;
  const name = inner.kind === "binding" ? module.bindings[inner.binding]!.name : "";
  const type = parameter.type ?? (inner.kind === "binding" ? module.bindings[inner.binding]!.type : null);
  const typeIn: TypeIn | null = type ? { file, node: type, parameters: new Map() } : null;
  const site: Site = { file, start: parameter.start, end: parameter.end };
  if (given) return typeIn ? typedFallback(machine, given, typeIn, site, name) : given;
  const injected = injectedInto(machine, file, parameter.decorators, site);
  if (injected) return injected;
  const symbol: SymbolicValue = {
    kind: "symbolic",
    id: `parameter:${file}#${functionId}.${parameterName(module, parameter, index)}`,
    origin: "parameter",
    text: name,
    absent: parameter.optional,
    type: typeIn,
    row: null,
  };
  const value = typeIn ? specialize(machine, symbol, typeIn, site) : symbol;
  return parameter.optional ? withAbsence(value) : value;
}
