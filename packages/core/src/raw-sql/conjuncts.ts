/**
 * Conditions that the program leaves out or exchanges (`${status ? sql`and status = ${status}` : sql``}`) become one parameter
 * each, which stands for the choice: a statement with ten of them is read once, and not a thousand times.
 */
import { always, never, type Predicate } from "../constraint/predicate.js";
import type { SqlParser } from "../sql/parser.js";
import { child, children, isNode, text as textIn, type Node } from "../sql/tree.js";
import { parse } from "./parse.js";
import type { Choice, Item, List, OpenSlot, Slot, SqlText } from "./text.js";
import { flatText } from "./variants.js";

export function withConditions(parser: SqlParser, text: SqlText): SqlText {
  return text.flatMap((piece): SqlText => {
    if (typeof piece === "string") return [piece];
    if (piece.kind === "choice") return ofChoice(parser, piece);
    if (piece.kind === "list") return ofList(parser, piece);
    return [piece];
  });
}

/** Options that begin with AND, or are empty; or that are conditions, each of them. */
function ofChoice(parser: SqlParser, choice: Choice): SqlText {
  const options = choice.options.map((option) => withConditions(parser, option));
  const { reason } = choice;
  const isBlank = options.map((option) =>
    option.every((piece) => typeof piece === "string" && piece.trim() === ""),
  );
  const led = options.map((option, index) => (isBlank[index] ? null : withoutAnd(option)));
  if (
    !isBlank.every(Boolean) &&
    led.every((option, index) => isBlank[index] || (option && holds(parser, option)))
  )
    return [" and ", { kind: "condition", options: led, neutral: always, reason }, " "];
  if (options.every((option) => holds(parser, option)))
    return [" ", { kind: "condition", options, neutral: always, reason }, " "];
  return [{ ...choice, options }];
}

function ofList(parser: SqlParser, list: List): SqlText {
  const items = list.items.map((item): Item => ({
    ...item,
    options: item.options.map((option) => option && withConditions(parser, option)),
  }));
  const neutral = neutralOf(list.separator);
  if (neutral === null) return [{ ...list, items }];
  return [
    {
      ...list,
      items: items.map((item): Item => {
        const { options, reason } = item;
        if (options.length === 1 || !options.every((option) => option === null || holds(parser, option)))
          return item;
        return { ...item, options: [[" ", { kind: "condition", options, neutral, reason }, " "]] };
      }),
    },
  ];
}

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
  const match = typeof first === "string" ? /^\s*and\b/i.exec(first) : null;
  return match ? [(first as string).slice(match[0].length), ...option.slice(index + 1)] : null;
}

/** It is a condition that holds together between two others. */
function holds(parser: SqlParser, option: SqlText): boolean {
  const flat = flatText(option);
  return flat !== null && partsOf(parser, flat.text) !== null;
}

/** The conditions that stand in a text with AND between them; null for a text that says something else. */
export function partsOf(parser: SqlParser, sql: string): readonly Node[] | null {
  const parsed = parse(parser, `select 1 where true and\n${sql}\nand true`);
  const select =
    parsed.ok && parsed.statements.length === 1 ? parsed.statements[0]!.node["SelectStmt"] : null;
  if (!isNode(select) || Object.keys(select).some((clause) => !known.has(clause))) return null;
  const junction = child(child(select, "whereClause"), "BoolExpr");
  return textIn(junction, "boolop") === "AND_EXPR" ? children(junction, "args").slice(1, -1) : null;
}

const known = new Set(["targetList", "whereClause", "limitOption", "op"]);

export function openIn(slots: readonly Slot[]): readonly OpenSlot[] {
  return slots.flatMap((slot) => (slot.kind === "open" ? [slot] : []));
}
