/**
 * Conditions that the program leaves out or exchanges (`${status ? sql`and status = ${status}` : sql``}`) become one parameter
 * each, which stands for the choice: a statement with ten of them is read once, and not a thousand times.
 */
import { always, never, type Predicate } from "../constraint/predicate.js";
import { child, children, isNode, text as textIn, type Node } from "../sql/tree.js";
import { parse, type Grammar } from "./parse.js";
import { isContained } from "./contained.js";
import { unread } from "./reading.js";
import type { Choice, Item, List, OpenSlot, Slot, SqlText } from "./text.js";
import { flatText } from "./variants.js";

/** `isLoose`: also conditions of which it is not read what they say, only that they are some. */
export function withConditions(grammar: Grammar, text: SqlText, isLoose = false): SqlText {
  return text.flatMap((piece): SqlText => {
    if (typeof piece === "string") return [piece];
    if (piece.kind === "choice") return ofChoice(grammar, piece, isLoose);
    if (piece.kind === "list") return ofList(grammar, piece, isLoose);
    return [piece];
  });
}

/** Options that begin with AND, or are empty; or that are conditions, each of them. */
function ofChoice(grammar: Grammar, choice: Choice, isLoose: boolean): SqlText {
  const options = choice.options.map((option) => withConditions(grammar, option, isLoose));
  const { reason } = choice;
  const isBlank = options.map((option) =>
    option.every((piece) => typeof piece === "string" && piece.trim() === ""),
  );
  const written = (index: number): SqlText | null => (isLoose ? choice.options[index]! : null);
  const led = isBlank.every(Boolean)
    ? null
    : eachOf(options, (option, index) => {
        const behind = isBlank[index] ? [] : withoutAnd(option);
        const own = written(index);
        return isBlank[index] || !behind ? behind : asCondition(grammar, behind, own && withoutAnd(own));
      });
  if (led) {
    const chosen = led.map((option, index) => (isBlank[index] ? null : option));
    return [" and ", { kind: "condition", options: chosen, neutral: always, reason }, " "];
  }
  const whole = eachOf(options, (option, index) => asCondition(grammar, option, written(index)));
  if (whole) return [" ", { kind: "condition", options: whole, neutral: always, reason }, " "];
  return [{ ...choice, options }];
}

/** Null as soon as there is none of one of them: the others need not be asked. */
function eachOf(
  options: readonly SqlText[],
  of: (option: SqlText, index: number) => SqlText | null,
): readonly SqlText[] | null {
  const found: SqlText[] = [];
  for (const [index, option] of options.entries()) {
    const one = of(option, index);
    if (one === null) return null;
    found.push(one);
  }
  return found;
}

function ofList(grammar: Grammar, list: List, isLoose: boolean): SqlText {
  const inside = (option: SqlText): SqlText => withConditions(grammar, option, isLoose);
  const plain = textOfList(list);
  if (plain) return inside(plain);
  const items = list.items.map((item): Item => ({
    ...item,
    options: item.options.map((option) => option && inside(option)),
  }));
  const neutral = neutralOf(list.separator);
  if (neutral === null) return [{ ...list, items }];
  return [
    {
      ...list,
      items: items.map((item, at): Item => {
        const { options, reason } = item;
        if (options.length === 1) return item;
        const conditions = options.map((option, index) =>
          option === null
            ? null
            : asCondition(grammar, option, isLoose ? list.items[at]!.options[index]! : null),
        );
        if (!conditions.every((option, index) => option !== null || options[index] === null)) return item;
        return {
          ...item,
          options: [[" ", { kind: "condition", options: conditions, neutral, reason }, " "]],
        };
      }),
    },
  ];
}

/** Of a list in which nothing is left out: one text behind the other. */
function textOfList({ items, separator }: List): SqlText | null {
  if (items.length === 0) return null;
  const written = items.map(({ key, options, reason }): SqlText | null => {
    const kept = options.filter((option) => option !== null);
    if (kept.length < options.length) return null;
    return kept.length === 1 ? kept[0]! : [{ kind: "choice", key, options: kept, reason }];
  });
  return written.every((one) => one !== null)
    ? written.flatMap((one, index) => [...(index > 0 ? separator : []), ...one])
    : null;
}

/** A condition that holds together between two others; null for what is none, or may be none. `written`: as it may be written. */
function asCondition(grammar: Grammar, option: SqlText, written: SqlText | null): SqlText | null {
  const flat = flatText(option);
  if (flat && partsOf(grammar, flat.text) !== null) return option;
  const isBlank = !written || written.every((piece) => typeof piece === "string" && piece.trim() === "");
  return !isBlank && isContained(written) ? [unknownCondition] : null;
}

const unknownCondition: Slot = {
  kind: "expression",
  predicate: unread("a condition whose words the program chooses"),
  nested: [],
};

/** What a condition says that is left out of the list. */
function neutralOf(separator: SqlText): Predicate | null {
  const [only, ...others] = separator;
  if (typeof only !== "string" || others.length > 0) return null;
  if (/^\s*and\s*$/i.test(only)) return always;
  return /^\s*or\s*$/i.test(only) ? never : null;
}

function withoutAnd(option: SqlText): SqlText | null {
  const index = option.findIndex((piece) => typeof piece !== "string" || piece.trim() !== "");
  const first = option[index];
  const plain = typeof first === "object" && first.kind === "list" ? textOfList(first) : null;
  if (plain) return withoutAnd([...plain, ...option.slice(index + 1)]);
  const match = typeof first === "string" ? /^\s*and\b/i.exec(first) : null;
  return match ? [(first as string).slice(match[0].length), ...option.slice(index + 1)] : null;
}

/** The conditions that stand in a text with AND between them; null for a text that says something else. */
export function partsOf(grammar: Grammar, sql: string): readonly Node[] | null {
  const parsed = parse(grammar, `select 1 where true and\n${sql}\nand true`);
  const select = parsed.ok && parsed.statements.length === 1 ? parsed.statements[0]!["SelectStmt"] : null;
  if (!isNode(select) || Object.keys(select).some((clause) => !known.has(clause))) return null;
  const junction = child(child(select, "whereClause"), "BoolExpr");
  return textIn(junction, "boolop") === "AND_EXPR" ? children(junction, "args").slice(1, -1) : null;
}

const known = new Set(["targetList", "whereClause", "limitOption", "op"]);

export function openIn(slots: readonly Slot[]): readonly OpenSlot[] {
  return slots.flatMap((slot) => (slot.kind === "open" ? [slot] : []));
}
