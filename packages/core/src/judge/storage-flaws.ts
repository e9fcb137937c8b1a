/** What may go wrong with the key of a stored object although it names whose the object is. */
import { optionsOf } from "../trace/choice.js";
import type { Value } from "../trace/value.js";
import type { UntrustedFlow } from "./belief.js";
import { shownPart } from "./keys.js";
import { isFree, type KeyTie, type StoredKey } from "./storage-key.js";
import { isCheckedName } from "./storage-names.js";
import { beliefIn, flawed, type Asked } from "./storage-verdicts.js";
import type { ResourceVerdict } from "./verdict.js";

export function findFlaw(asked: Asked, key: StoredKey, tie: KeyTie): ResourceVerdict | null {
  const { detail } = asked;
  const parts = tie.kind === "tenant" ? key.parts.slice(0, Math.max(tie.at, 0)) : [];
  const before = parts.flatMap((part) => (typeof part === "string" ? [] : part));
  for (const part of before) {
    const flows = flowsOfAnyText(asked, part);
    if (flows) return flawed(asked, "weak", { kind: "late", part: shownPart(part) }, flows);
  }
  const climbing = findClimbing(asked, key, tie);
  if (climbing) return climbing;
  const last = key.parts.length - 1;
  if (detail.reaches === "beginning" && tie.at >= 0 && tie.at === last && !hasFixedLength(asked, tie))
    return flawed(asked, "weak", { kind: "unclosed", part: shownPart(tie.value) });
  return null;
}

export function findClimbing(asked: Asked, key: StoredKey, tie: KeyTie): ResourceVerdict | null {
  const { detail } = asked;
  if (detail.climbs === "no") return null;
  for (const part of key.parts.slice(tie.at + 1)) {
    if (typeof part === "string" || isCheckedName(part, asked.access.facts)) continue;
    const flows = flowsOfAnyText(asked, part);
    if (!flows) continue;
    const isCertain = detail.climbs === "yes";
    const flaw = { kind: "climbs", part: shownPart(part), isCertain } as const;
    return flawed(asked, isCertain ? "leak" : "weak", flaw, flows);
  }
  return null;
}

/** Where it may be any text that a request brings: how that comes here. */
function flowsOfAnyText(asked: Asked, part: Value): readonly UntrustedFlow[] | null {
  if (!asked.context.flows || !optionsOf(part).some((option) => isFree(option, asked.detail))) return null;
  const belief = beliefIn(asked, "reference", shownPart(part), part);
  return belief.kind === "untrusted" ? belief.flows : null;
}

/** No UUID is the beginning of another. */
function hasFixedLength({ context }: Asked, { kind, name }: KeyTie): boolean {
  if (kind !== "tenant") return false;
  const table = context.tenancy.levels.find((level) => level.name === name)?.table;
  const root = context.tenancy.tables.find((one) => one.name === table);
  const id = root?.columns.find((column) => root.primaryKey.includes(column.name));
  return /uuid|cuid|ulid|char\(\d+\)/i.test(id?.type ?? "");
}
