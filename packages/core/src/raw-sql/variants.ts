/** From SQL as a program puts it together to the texts that it can become. */
import type { Item, Piece, Slot, SqlText } from "./text.js";

/** The texts, in a tree of the choices that lead to them. */
export type Variants =
  | { readonly kind: "text"; readonly text: string; readonly slots: readonly Slot[] }
  | { readonly kind: "choice"; readonly reason: string; readonly variants: readonly Variants[] };

/** Parameters that a text numbers itself (`$1`) are far below. */
export const firstParameter = 100_001;

/** So many texts are read of one statement. */
const mostTexts = 64;
/** Templates that are built up in a loop may hold themselves. */
const mostPieces = 20_000;

/** What is still to be written, the next first. */
interface Pending {
  readonly piece: Piece | Items;
  readonly next: Pending | null;
}

/** The rest of a list. */
interface Items {
  readonly kind: "items";
  readonly items: readonly Item[];
  readonly index: number;
  readonly isFirst: boolean;
  readonly separator: SqlText;
}

interface Draft {
  readonly parts: readonly string[];
  readonly slots: readonly Slot[];
  readonly chosen: Chosen;
}

interface Budget {
  texts: number;
  pieces: number;
}

export type Chosen = ReadonlyMap<object, number>;

/** Null where there are too many. `chosen`: what is decided already. */
export function variantsOf(text: SqlText, chosen: Chosen = new Map()): Variants | null {
  const budget: Budget = { texts: mostTexts, pieces: mostPieces };
  return expand(budget, before(text, null), { parts: [], slots: [], chosen }, 0);
}

/** A text in which nothing is chosen; null for any other. */
export function flatText(text: SqlText): (Variants & { readonly kind: "text" }) | null {
  const variants = text.some(isChosen) ? null : variantsOf(text);
  return variants?.kind === "text" ? variants : null;
}

function isChosen(piece: Piece): boolean {
  if (typeof piece === "string") return false;
  if (piece.kind === "choice") return true;
  return (
    piece.kind === "list" &&
    piece.items.some(({ options }) => options.length !== 1 || options[0]?.some(isChosen) !== false)
  );
}

/** Where a choice is met: how many options it has, and what has to be chosen to come to it. */
export interface Met {
  readonly options: number;
  readonly under: Chosen;
}

/** The choices in a text, each once. */
export function choicesIn(text: SqlText): ReadonlyMap<object, Met> {
  const found = new Map<object, Met>();
  const pending: { readonly text: SqlText; readonly under: Chosen }[] = [{ text, under: new Map() }];
  const add = (key: object, options: readonly (SqlText | null)[], under: Chosen): void => {
    if (options.length > 1 && !found.has(key)) found.set(key, { options: options.length, under });
    options.forEach((option, index) => {
      if (option)
        pending.push({ text: option, under: options.length > 1 ? new Map([...under, [key, index]]) : under });
    });
  };
  for (let next = pending.pop(), steps = 0; next !== undefined; next = pending.pop()) {
    if ((steps += 1) > mostPieces) break;
    for (const piece of next.text) {
      if (typeof piece === "string") continue;
      if (piece.kind === "choice") add(piece.key, piece.options, next.under);
      else if (piece.kind === "list") for (const item of piece.items) add(item.key, item.options, next.under);
    }
  }
  return found;
}

function before(text: readonly Pending["piece"][], next: Pending | null): Pending | null {
  return text.reduceRight<Pending | null>((rest, piece) => ({ piece, next: rest }), next);
}

function expand(budget: Budget, pending: Pending | null, draft: Draft, depth: number): Variants | null {
  const parts = [...draft.parts];
  const slots = [...draft.slots];
  let at = pending;
  while (at !== null) {
    if ((budget.pieces -= 1) < 0 || depth > mostTexts) return null;
    const { piece, next } = at;
    at = next;
    if (typeof piece === "string") {
      parts.push(piece);
      continue;
    }
    if (piece.kind === "open" && piece.otherwise !== undefined) {
      parts.push(piece.otherwise);
      continue;
    }
    switch (piece.kind) {
      case "choice": {
        const known = draft.chosen.get(piece.key);
        if (known === undefined || known >= piece.options.length)
          return branch(
            budget,
            piece,
            (option) => before(piece.options[option]!, next),
            {
              parts,
              slots,
              chosen: draft.chosen,
            },
            depth,
          );
        at = before(piece.options[known]!, next);
        break;
      }
      case "list":
        at = before(
          [{ kind: "items", items: piece.items, index: 0, isFirst: true, separator: piece.separator }],
          next,
        );
        break;
      case "items": {
        const item = piece.items[piece.index];
        if (!item) {
          // Nobody knows what is in it, and it is not empty: no database would take that.
          if (piece.items.length === 0) at = before([{ kind: "value", value: { kind: "unknown" } }], next);
          break;
        }
        const chosen = item.options.length === 1 ? 0 : draft.chosen.get(item.key);
        const continued = (option: number): Pending | null => {
          const written = item.options[option] ?? null;
          const rest: Items = {
            ...piece,
            index: piece.index + 1,
            isFirst: piece.isFirst && written === null,
          };
          return before(
            [...(written && !piece.isFirst ? piece.separator : []), ...(written ?? []), rest],
            next,
          );
        };
        if (chosen === undefined || chosen >= item.options.length)
          return branch(budget, item, continued, { parts, slots, chosen: draft.chosen }, depth);
        at = continued(chosen);
        break;
      }
      case "query":
        parts.push(`(select $${firstParameter + slots.length})`);
        slots.push(piece);
        break;
      default:
        parts.push(`$${firstParameter + slots.length}`);
        slots.push(piece);
    }
  }
  if ((budget.texts -= 1) < 0) return null;
  return { kind: "text", text: parts.join(""), slots };
}

function branch(
  budget: Budget,
  choice: { readonly key: object; readonly options: readonly unknown[]; readonly reason: string },
  continued: (option: number) => Pending | null,
  draft: Draft,
  depth: number,
): Variants | null {
  const variants: Variants[] = [];
  for (const option of choice.options.keys()) {
    const chosen = new Map([...draft.chosen, [choice.key, option]]);
    const variant = expand(budget, continued(option), { ...draft, chosen }, depth + 1);
    if (variant === null) return null;
    variants.push(variant);
  }
  return { kind: "choice", reason: choice.reason, variants };
}
