/** What a function says in terms of its parameters, said in terms of what a call passed for them. */
import { innermostFunctionAt } from "../link/places.js";
import { broughtBy } from "./brought.js";
import { callId, functionOf, keyOfFunction, moduleOf, parameterName, type Machine } from "./machine.js";
import { elementAt, memberByKey, memberOf, undeclaredMember } from "./members.js";
import { withoutFields } from "./objects.js";
import { bare } from "./facts.js";
import { authenticating } from "./names.js";
import { rewriting, type Rewriting } from "./rewrite.js";
import {
  undefinedValue,
  unknown,
  type FunctionValue,
  type Site,
  type SymbolicValue,
  type Value,
} from "./value.js";

/** What was passed, and what was found in it, step by step. */
interface Passed {
  readonly value: Value;
  readonly steps: Map<string, Passed>;
}

/** `args` is null where they are not known one by one: then parameters stay what they are. */
export function substitution(
  machine: Machine,
  target: Pick<FunctionValue, "file" | "function">,
  args: readonly Value[] | null,
  site: Site,
  /** The calls that led to the call, where it was met in a function that was followed. */
  around = "",
): Rewriting {
  const prefix = `parameter:${keyOfFunction(target.file, target.function)}.`;
  const module = moduleOf(machine, target.file);
  const { parameters, name } = functionOf(machine, target);
  const indexOf = new Map(
    parameters.map((parameter, index) => [parameterName(module, parameter, index), index] as const),
  );
  const call = around === "" ? callId(machine, site) : `${around}/${callId(machine, site)}`;
  const within = (context: string | undefined): string =>
    context === undefined || context === "" ? call : `${call}/${context}`;

  // Many paths begin alike, and what stands at the end of a beginning may be much to put together.
  const known = new Map<string, Value | null>();
  const argument = (path: string): Value | null => {
    let given = known.get(path);
    if (given === undefined) known.set(path, (given = argumentAt(stepsOf(path))));
    return given;
  };
  const argumentAt = ([head, ...steps]: readonly string[]): Value | null => {
    const index = indexOf.get(head!);
    if (index === undefined || args === null) return null;
    let at = passed[index] ?? (passed[index] = { value: passedAt(args, index), steps: new Map() });
    for (const step of steps) {
      let next = at.steps.get(step);
      if (!next)
        at.steps.set(step, (next = { value: stepInto(machine, at.value, step, site), steps: new Map() }));
      at = next;
    }
    return at.value.kind === "unknown" ? null : at.value;
  };
  const passed: Passed[] = [];
  const passedAt = (all: readonly Value[], index: number): Value =>
    parameters[index]!.rest
      ? { kind: "array", elements: all.slice(index), rest: null }
      : (all[index] ?? undefinedValue);

  const passedFor = ({ brought, without }: SymbolicValue, path: string): Value | null => {
    const end = path.lastIndexOf(".");
    const whole = brought && end > 0 ? argument(path.slice(0, end)) : null;
    if (whole) return broughtBy(machine, whole, path.slice(end + 1));
    const given = argument(path);
    return given && without && path.endsWith(".*") ? withoutFields(given, without.names) : given;
  };

  // Who they are is said of whoever showed a credential, also where nobody can follow how it is found out.
  const isAuthenticating = name !== null && args !== null && authenticating.test(`${name}(`);
  const withGiven = (one: SymbolicValue): SymbolicValue => {
    if (!isAuthenticating || !one.id.startsWith("value:")) return one;
    const { implies, from = [] } = one;
    return {
      ...one,
      from: [...from.map(terms.value), ...args.map((arg) => bare(arg))],
      ...(implies && {
        implies: { whenTrue: terms.facts(implies.whenTrue), whenFalse: terms.facts(implies.whenFalse) },
      }),
    };
  };

  // Who found out who is asking says more than who called that.
  const saidBy = ({ text }: SymbolicValue): string =>
    !isAuthenticating && authenticating.test(text) ? text : `${name ?? "call"}()`;

  // What is begun at this call is not what is begun at another.
  const cells = new Map<object, object>();
  const cellFor = (cell: object): object => {
    let own = cells.get(cell);
    if (!own) cells.set(cell, (own = {}));
    return own;
  };

  const terms = rewriting({
    symbol: (one) => {
      if (one.id.startsWith(prefix)) return passedFor(one, one.id.slice(prefix.length));
      if (one.id.startsWith("row:"))
        return {
          ...one,
          id: withinCall(one.id, within),
          row: one.row && { ...one.row, context: within(one.row.context) },
        };
      // What it gives at this call is not what it gives at another.
      return (one.id.startsWith("value:") || one.id.startsWith("computed:")) && !isMadeOnce(machine, one.id)
        ? { ...withGiven(one), id: `${one.id}@${call}`, text: saidBy(one) }
        : one.implies || one.from
          ? { ...one }
          : null;
    },
    rows: (one) => ({ ...one, context: within(one.context) }),
    query: (one) => (one.cell ? { ...one, cell: cellFor(one.cell) } : one),
    place: (one) => ({ ...one, context: within(one.context) }),
  });
  return terms;
}

/** `value:FILE:OFFSET.path`: made where the file is loaded, so the same at every call. */
function isMadeOnce(machine: Machine, id: string): boolean {
  const place = /^(?:value|computed):(.*?:\d+)(?=[.@[(]|$)/s.exec(id)?.[1];
  if (place === undefined) return false;
  let isOnce = machine.madeOnce.get(place);
  if (isOnce === undefined) {
    const at = place.lastIndexOf(":");
    const module = machine.program.module(place.slice(0, at));
    isOnce = module !== undefined && innermostFunctionAt(module, Number(place.slice(at + 1)))?.id === 0;
    machine.madeOnce.set(place, isOnce);
  }
  return isOnce;
}

/** `row:FILE:OFFSET@CONTEXT.path` */
function withinCall(id: string, within: (context: string) => string): string {
  const match = /^(row:.*?:\d+@)([\d/]*)(.*)$/s.exec(id);
  return match ? `${match[1]}${within(match[2]!)}${match[3]}` : id;
}

/** The steps of a value's path: `params.id`, `ids[]`, `param(id).name`. */
export function stepsOf(path: string): readonly string[] {
  // Most paths are plain, and this is asked of each of them over and over.
  if (!path.includes("[]")) return path.split(".").filter((step) => step !== "");
  return path.split(".").flatMap((step) => {
    const lists = /(?:\[\])*$/.exec(step)![0].length / 2;
    const name = step.slice(0, step.length - lists * 2);
    return [...(name === "" ? [] : [name]), ...Array.from({ length: lists }, () => "[]")];
  });
}

function stepInto(machine: Machine, value: Value, step: string, site: Site): Value {
  // What is left of an object when some of its properties are taken: `const { id, ...others } = given`.
  if (step === "*") return value;
  // Whoever reads on reads with `?.`, or not at all.
  if (value.kind === "literal" && (value.value === undefined || value.value === null)) return undefinedValue;
  if (step === "[]") return memberByKey(machine, value, unknown, site);
  if (/^\d+$/.test(step) && value.kind !== "object") return elementAt(machine, value, Number(step), site);
  // A filter is said without brackets: `ids.channelId`, of each that is in there.
  if (value.kind === "array" && step !== "length" && /^\w+$/.test(step))
    return memberOf(machine, memberByKey(machine, value, unknown, site), step, site);
  const declared = memberOf(machine, value, step, site);
  return declared.kind === "unknown" ? (undeclaredMember(machine, value, step, site) ?? declared) : declared;
}
