/** From SQL as a program puts it together to what it does, whatever the program chooses. */
import { withConditions } from "./conjuncts.js";
import { isSmall } from "./contained.js";
import { isDefinition } from "./definitions.js";
import { keyOfStatements, oneOf } from "./merge.js";
import { nothing, readText, unknownParts, type ReadingOptions, type ReadText } from "./read.js";
import { openAnywhere, type SqlText } from "./text.js";
import { choicesIn, variantsOf, type Chosen, type Met, type Variants } from "./variants.js";

/** Null where there are too many alternatives. */
export function readSql(options: ReadingOptions, text: SqlText): ReadText | null {
  const open = openAnywhere(text);
  if (open.length > 0) return { ...unknownParts(open), isDefinition: isDefinition(options.grammar, text) };
  const read = readChosen(options, withConditions(options.grammar, text));
  const exact = read?.isMisplaced ? readChosen(options, text) : read;
  if (exact || !isSmall(text)) return exact;
  // There are too many to read each: what can be told without that.
  const loose = readChosen(options, withConditions(options.grammar, text, true));
  return loose?.isMisplaced ? null : loose;
}

/** So many choices are looked at one by one. */
const mostChoices = 40;

function readChosen(options: ReadingOptions, text: SqlText): ReadText | null {
  const choices = choicesIn(text);
  const decided = choices.size > 2 && choices.size <= mostChoices ? idleIn(options, text, choices) : none;
  const variants = variantsOf(text, decided);
  return variants && readVariants(options, variants);
}

const none: Chosen = new Map();

/** Choices that change nothing of what is read: of an order, a limit, what is selected. They count as decided. */
function idleIn(options: ReadingOptions, text: SqlText, choices: ReadonlyMap<object, Met>): Chosen {
  const first = [...choices.keys()].map((key) => [key, 0] as const);
  const base = readOne(options, text, new Map(first));
  if (base === null) return none;
  const isIdle = ([key, met]: readonly [object, Met]): boolean =>
    Array.from({ length: met.options - 1 }, (_, index) => index + 1).every(
      (option) => readOne(options, text, new Map([...first, ...met.under, [key, option]])) === base,
    );
  const idle = new Set([...choices].filter(isIdle).map(([key]) => key));
  // One that leads to another that is not idle is decided no more than that.
  for (const [key, { under }] of choices)
    if (!idle.has(key)) for (const outer of under.keys()) idle.delete(outer);
  return new Map([...idle].map((key) => [key, 0]));
}

/** What a statement does, told so that the same is the same. */
function readOne(options: ReadingOptions, text: SqlText, chosen: Chosen): string | null {
  const variants = variantsOf(text, chosen);
  if (variants?.kind !== "text") return null;
  const read = readText(options, variants.text, variants.slots);
  return read.problems.length > 0 || read.isMisplaced ? null : keyOfStatements(read.statements);
}

function readVariants(options: ReadingOptions, variants: Variants): ReadText {
  if (variants.kind === "text") return readText(options, variants.text, variants.slots);
  const all = variants.variants.map((one) => readVariants(options, one));
  // What no database would run reaches nothing.
  const running = all.filter((one) => !one.isRefused);
  const read = running.length > 0 ? running : all;
  return {
    ...nothing,
    statements: oneOf(
      read.map((one) => one.statements),
      variants.reason,
    ),
    problems: [...new Set(read.flatMap((one) => one.problems))],
    open: read.flatMap((one) => one.open),
    isRefused: running.length === 0,
    isMisplaced: all.some((one) => one.isMisplaced),
  };
}
