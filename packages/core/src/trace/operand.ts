/** What a filter or a written row can say of a value: its identity, where it came from, whether it may be missing. */
import type { Operand, OriginKind } from "../constraint/predicate.js";
import { isPerhapsAbsent } from "./choice.js";
import { isOfProcess } from "./names.js";
import { isUndefined, undefinedValue, type Value } from "./value.js";

/** What a filter can say of a value. */
export function operandOf(value: Value): Operand {
  return { ...described(value), source: value };
}

function described(value: Value): Operand {
  switch (value.kind) {
    case "symbolic":
      return {
        value: value.id,
        origin: value.origin,
        absent: value.absent,
        fallback: false,
        text: value.text,
        row: value.row,
      };
    case "literal":
      return {
        value: `literal:${typeof value.value}:${String(value.value)}`,
        origin: "constant",
        absent: value.value === undefined,
        fallback: false,
        text: value.value === undefined ? "undefined" : JSON.stringify(value.value),
        row: null,
      };
    case "choice": {
      const options = value.options.filter((option) => !isUndefined(option)).map(operandOf);
      const constants = options.filter((option) => option.origin === "constant");
      const others = options.filter((option) => option.origin !== "constant");
      const first = others[0] ?? constants[0];
      if (!first) return operandOf(undefinedValue);
      return {
        value: options
          .map((option) => option.value)
          .sort()
          .join("|"),
        origin: worstOrigin(options.map((option) => option.origin)),
        absent: value.options.some(isPerhapsAbsent),
        fallback: (constants.length > 0 && others.length > 0) || options.some((option) => option.fallback),
        text: first.text,
        row: options.length === 1 ? first.row : null,
      };
    }
    case "rows":
      return {
        value: `row:${value.access}`,
        origin: "row",
        absent: value.absent,
        fallback: false,
        text: value.text,
        row: null,
      };
    case "text": {
      const parts = value.parts.filter((part): part is Value => typeof part !== "string").map(operandOf);
      return {
        value: `text:${value.parts.map((part) => (typeof part === "string" ? part : operandOf(part).value)).join("")}`,
        origin: parts.length === 0 ? "constant" : worstOrigin(parts.map((part) => part.origin)),
        absent: false,
        fallback: false,
        text: parts[0]?.text ?? "text",
        row: null,
      };
    }
    case "instance":
      if (value.as) return described(value.as);
      return unknownOperand();
    case "external":
      return isOfProcess(value)
        ? { ...unknownOperand(), origin: "constant", text: value.path.join(".") }
        : unknownOperand();
    default:
      return unknownOperand();
  }
}

function unknownOperand(): Operand {
  return {
    value: `unknown:${(unknownOperands += 1)}`,
    origin: "unknown",
    absent: false,
    fallback: false,
    text: "a value",
    row: null,
  };
}

// Unknown values are never equal to each other; a counter keeps them apart. It never reaches a report.
let unknownOperands = 0;

const originsWorstFirst: readonly OriginKind[] = [
  "request",
  "unknown",
  "parameter",
  "job",
  "constant",
  "row",
  "principal",
];

function worstOrigin(origins: readonly OriginKind[]): OriginKind {
  return originsWorstFirst.find((origin) => origins.includes(origin)) ?? "unknown";
}

/** Of `in (…)` and `= any(…)`: each of the elements that are known one by one, and what stands for those that are not. */
export function operandsOf(list: Value): readonly Operand[] {
  if (list.kind !== "array") return [{ ...operandOf(list), isOneOfMany: true }];
  const rest: readonly Operand[] = list.rest ? [{ ...operandOf(asList(list.rest)), isOneOfMany: true }] : [];
  return [...list.elements.map(operandOf), ...rest];
}

/** `ids.map((id) => id.trim())`: any of them, so that what is known of one that was picked says nothing of it. */
function asList(element: Value): Value {
  if (element.kind === "choice") return { ...element, options: element.options.map(asList) };
  if (element.kind !== "symbolic" || element.id.startsWith("row:")) return element;
  const last = element.id.lastIndexOf("[]");
  return last < 0
    ? element
    : { ...element, id: element.id.slice(0, last) + element.id.slice(last + "[]".length) };
}
