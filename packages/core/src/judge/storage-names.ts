/** Whether a part of a path is one name, that leads nowhere else: because of what it is, or because somebody has looked. */
import type { Fact, Facts } from "../trace/facts.js";
import { optionsOf } from "../trace/choice.js";
import type { SymbolicValue, Value } from "../trace/value.js";

export function isCheckedName(part: Value, facts: Facts): boolean {
  return optionsOf(part).every((option) => isOneName(option) || isLookedAt(option, facts, deepest));
}

/** What is left when everything else was replaced, or when it was taken apart, has no `/` in it as far as we see. */
function isOneName(value: Value): boolean {
  if (value.kind !== "symbolic") return value.kind === "literal";
  return (
    value.madeAs === "segment" ||
    /\.(?:split|replace|replaceAll)\([^)]*\)(?:\[\]|\.\w+\([^)]*\))*$/.test(value.id)
  );
}

/** `if (!full.startsWith(root)) throw …`, `if (name.includes("..")) throw …`: it was asked about, and the answer decided. */
function isLookedAt(part: Value, facts: Facts, depth: number): boolean {
  if (part.kind !== "symbolic") return false;
  for (const fact of facts.values()) if (speaksOf(fact, part.id, depth)) return true;
  return false;
}

/** What it is known to begin with. */
export function beginningsOf(value: SymbolicValue, facts: Facts): readonly Value[] {
  return [...facts.values()].flatMap((fact) => {
    if (fact.kind !== "present" || fact.value.kind !== "symbolic") return [];
    const [asked, beginning] = fact.value.from ?? [];
    const isAsked = /(?:^|\.)startsWith\(/.test(fact.value.text) && asked?.kind === "symbolic";
    return isAsked && asked.id === value.id && beginning ? [beginning] : [];
  });
}

function speaksOf(fact: Fact, id: string, depth: number): boolean {
  switch (fact.kind) {
    case "present":
    case "absent":
      return (
        fact.value.kind === "symbolic" &&
        !saysNothing.test(fact.value.text) &&
        (fact.value.from ?? []).some((one) => holds(one, id, depth))
      );
    // Whichever way it came here, it was asked about.
    case "either":
      return (
        depth > 0 && fact.arms.every((arm) => [...arm.values()].some((one) => speaksOf(one, id, depth - 1)))
      );
    // `path.resolve(root, name) === path.join(root, name)`
    case "equal":
      return holds(fact.left, id, depth) || holds(fact.right, id, depth);
    default:
      return false;
  }
}

function holds(value: Value, id: string, depth: number): boolean {
  if (value.kind === "symbolic")
    return value.id === id || (depth > 0 && (value.from ?? []).some((one) => holds(one, id, depth - 1)));
  if (value.kind === "text")
    return value.parts.some((one) => typeof one !== "string" && holds(one, id, depth));
  return value.kind === "choice" && value.options.some((one) => holds(one, id, depth));
}

const deepest = 3;

/** Of how it ends, or whether such a file is there, a path may have any name. */
const saysNothing = /(?:endsWith|exists|existsSync|stat|access|readFile|pathExists)\w*\(/i;
