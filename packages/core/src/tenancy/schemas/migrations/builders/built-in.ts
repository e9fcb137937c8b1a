/** The few methods of JavaScript's own that migrations use to say something for several tables at once. */
import { joined, literal, unknown, type Value } from "./value.js";

type Apply = (fn: Value, given: readonly Value[]) => Value;

/** Lists that double themselves would never end. */
export const mostElements = 5_000;

/** Undefined for what is none of them. */
export function callBuiltIn(
  of: Value,
  name: string,
  given: readonly Value[],
  apply: Apply,
): Value | undefined {
  if (of.kind === "list") return ofList(of, name, given, apply);
  if (of.kind === "literal" && typeof of.value === "string") return ofText(of.value, name);
  if (of.kind !== "library" || of.package !== "" || of.path.length !== 1) return undefined;
  if (of.path[0] === "Object") return ofObject(name, given[0]);
  return of.path[0] === "Promise" ? (given[0] ?? unknown) : undefined;
}

function ofList(
  list: Value & { kind: "list" },
  name: string,
  given: readonly Value[],
  apply: Apply,
): Value | undefined {
  const [first = unknown] = given;
  const elements = [...list.elements];
  switch (name) {
    case "push":
      if (elements.length + given.length <= mostElements) for (const each of given) list.elements.push(each);
      return unknown;
    case "forEach":
    case "map": {
      const made = elements.map((each, index) => apply(first, [each, literal(index)]));
      return { kind: "list", elements: made };
    }
    case "reduce":
      return elements.reduce((before, each) => apply(first, [before, each]), given[1] ?? unknown);
    case "concat": {
      const more = given.flatMap((each) => (each.kind === "list" ? each.elements : [each]));
      if (elements.length + more.length > mostElements) return unknown;
      return { kind: "list", elements: [...elements, ...more] };
    }
    case "join": {
      const between = first.kind === "literal" ? String(first.value) : ",";
      const texts = elements.map((_, index) => (index === 0 ? "" : between));
      return joined([...texts, ""], elements);
    }
    case "entries":
      return {
        kind: "list",
        elements: elements.map((each, index) => ({ kind: "list", elements: [literal(index), each] })),
      };
    default:
      return undefined;
  }
}

function ofText(text: string, name: string): Value | undefined {
  if (name === "trim") return literal(text.trim());
  if (name === "toLowerCase") return literal(text.toLowerCase());
  if (name === "toUpperCase") return literal(text.toUpperCase());
  return name === "toString" ? literal(text) : undefined;
}

function ofObject(name: string, of: Value | undefined): Value | undefined {
  if (name === "freeze") return of;
  if (of?.kind !== "object" || of.open) return unknown;
  const entries = [...of.properties];
  if (name === "keys") return { kind: "list", elements: entries.map(([key]) => literal(key)) };
  if (name === "values") return { kind: "list", elements: entries.map(([, value]) => value) };
  if (name !== "entries") return undefined;
  const pairs = entries.map(([key, value]): Value => ({ kind: "list", elements: [literal(key), value] }));
  return { kind: "list", elements: pairs };
}
