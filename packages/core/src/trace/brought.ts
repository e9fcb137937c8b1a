/** Properties that nobody names, of objects that are taken whole: `data: request.body` writes whatever is in it. */
import type { TypeIn } from "../link/program.js";
import { choiceOf, optionsOf } from "./choice.js";
import type { Machine } from "./machine.js";
import { memberOf } from "./members.js";
import { memberOfType, membersOf } from "./shapes.js";
import { undefinedValue, unknown, type SymbolicValue, type Value } from "./value.js";

export function broughtBy(machine: Machine, whole: Value, property: string): Value {
  switch (whole.kind) {
    case "choice":
      return choiceOf(
        whole.options.map((option) => broughtBy(machine, option, property)),
        whole.reason,
        whole.given,
      );
    case "object": {
      const isNamed = whole.fields.has(property) || !whole.open;
      if (isNamed) return memberOf(machine, whole, property, nowhere);
      const others = (whole.others ?? []).map((other) => broughtBy(machine, other, property));
      return others.length === 0 ? unknown : choiceOf(others, property);
    }
    case "instance":
      return whole.as ? ofSymbolic(machine, whole.as, property) : unknown;
    case "symbolic":
      return ofSymbolic(machine, whole, property);
    default:
      return unknown;
  }
}

function ofSymbolic(machine: Machine, whole: SymbolicValue, property: string): Value {
  const type = whole.without?.type ?? whole.type;
  const members = membersOf(machine, whole);
  const isTaken = whole.without?.names.includes(property) === true;
  if (isTaken || (members && !members.has(property))) return undefinedValue;
  const isDeclared = members !== null || memberOfType(machine, type, property) !== null;
  if (!isDeclared && (whole.isShaped || (type && !isAnything(machine, type)))) return unknown;
  // Whoever sets it decides what it is.
  if (machine.stores.some(({ target }) => target === `${whole.id}.${property}`)) return unknown;
  const member = memberOf(machine, whole, property, whole.site ?? nowhere);
  const brought = isDeclared ? "declared" : "perhaps";
  return choiceOf(
    optionsOf(member).map((one) => (one.kind === "symbolic" ? { ...one, brought } : one)),
    property,
  );
}

/** `any`, `unknown`, `Record<string, unknown>`: a type that says nothing of what is in it. */
function isAnything(machine: Machine, type: TypeIn): boolean {
  const declared = machine.program.typeOf(type);
  if (declared.kind !== "node") return false;
  const { node } = declared.in;
  return node.kind === "keyword"
    ? ["any", "unknown", "object"].includes(node.name)
    : node.kind === "reference" && node.binding === null && node.name === "Record";
}

const nowhere = { file: "", start: 0, end: 0 };
