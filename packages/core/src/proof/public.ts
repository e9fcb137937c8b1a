/** Marks by which rows say that they are for everybody: who put them there meant them to be seen. */
import type { Operand, Predicate } from "../constraint/predicate.js";
import { withFacts, type Fact, type Facts } from "../trace/facts.js";
import { isUndefined, type SymbolicValue, type Value } from "../trace/value.js";
import { pathOf } from "./same.js";

/** Whether a mark is one of what is at hand. */
export type IsMeant = (this: void, mark: SymbolicValue) => boolean;

/** What holds where it is not marked as public. */
export function withoutPublic(facts: Facts, isMeant: IsMeant): Facts {
  let left = facts;
  for (const [key, fact] of facts) {
    if (fact.kind !== "either") continue;
    const arms = fact.arms
      .filter((arm) => !saysPublic(arm, isMeant))
      .map((arm) => withoutPublic(arm, isMeant));
    if (
      arms.length === 0 ||
      (arms.length === fact.arms.length && arms.every((arm, at) => arm === fact.arms[at]))
    )
      continue;
    const others = new Map([...left].filter(([one]) => one !== key));
    const [only, ...further] = arms;
    left = withFacts(others, further.length === 0 ? only!.values() : [{ kind: "either", arms }]);
  }
  return left;
}

/** `where published = true` */
export function asksForPublic(filter: Predicate): boolean {
  if (filter.kind === "and") return filter.terms.some(asksForPublic);
  return (
    filter.kind === "eq" &&
    filter.operand.origin === "constant" &&
    ofPublic.test(filter.column.name) &&
    isYes(filter.operand)
  );
}

function isYes({ text }: Operand): boolean {
  return !/^["'`]?(?:false|0|null|private|draft|internal|disabled|hidden|none|no)\b/i.test(text);
}

/** `PublicPage`, `published_forms` */
export function isTableOfPublic(name: string): boolean {
  return ofPublished.test(name);
}

/** `if (page.visibility !== "public") return null` */
export function saysPublic(facts: Facts, isMeant: IsMeant): boolean {
  for (const fact of facts.values()) if (isOfPublic(fact, isMeant)) return true;
  return false;
}

function isOfPublic(fact: Fact, isMeant: IsMeant): boolean {
  switch (fact.kind) {
    case "present":
      return isMark(fact.value, flags, isMeant);
    case "equal": {
      const [column, other] =
        fact.left.kind === "literal" ? [fact.right, fact.left] : [fact.left, fact.right];
      return (
        other.kind === "literal" &&
        (other.value === true || publicWords.test(String(other.value))) &&
        isMark(column, ofPublic, isMeant)
      );
    }
    case "either":
      return fact.arms.every((arm) => saysPublic(arm, isMeant));
    default:
      return false;
  }
}

function isMark(value: Value, names: RegExp, isMeant: IsMeant): boolean {
  if (value.kind === "choice") {
    const marks = value.options.flatMap((one) => (isUndefined(one) ? [] : isMark(one, names, isMeant)));
    return marks.length > 0 && marks.every(Boolean);
  }
  if (value.kind !== "symbolic") return false;
  if (value.row !== null) return names.test(value.row.column) && isMeant(value);
  const path = pathBelow(value);
  const last = path.at(-1) ?? "";
  const isNamed =
    path.length === 1 && !value.id.startsWith("row:")
      ? names.test(last)
      : // What is in a column: `settings.publicShare.isEnabled`.
        path.some((name) => ofPublic.test(name)) && switches.test(last);
  return isNamed && isMeant(value);
}

/** `row:FILE:OFFSET@CONTEXT.path`, `value:FILE:OFFSET[].path` */
function pathBelow(mark: SymbolicValue): readonly string[] {
  if (mark.id.startsWith("row:")) return mark.id.slice(mark.id.indexOf("@")).split(".").slice(1);
  return mark.id.startsWith("value:") ? pathOf(mark).filter((step) => step !== "[]") : [];
}

const ofPublic = /(?:^|_|[a-z])(?:public|publish|visib|shar(?:ed|ing)|listed)/i;
/** What says so by being there. */
const flags = /^(?:is_?)?(?:public|published|shared)(?:_?(?:at|on|enabled))?$/i;
const switches = /(?:public|published|shared|visible|enabled|active|allowed|on)$/i;
const ofPublished = /^(?:[Pp]ublic|[Pp]ublished)(?=[_A-Z])/;
const publicWords = /^(?:public|published|shared|anyone|everyone|world|unlisted|listed|live)$/i;
