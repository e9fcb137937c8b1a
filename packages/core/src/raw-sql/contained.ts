/**
 * Whether a part of a statement is a condition that stays in its place, whatever words the program chooses for it: a table of
 * columns and a list of operators make a thousand conditions, of which nobody has to read one to know that a row that gets past
 * an AND has got past what stands before it as well. Only words count here, not what they mean: brackets that close, and none
 * of the words that begin something else.
 */
import { choicesIn } from "./variants.js";
import { withQuotes, type Piece, type SqlText } from "./text.js";

/** So many ways of writing it are looked at. */
const mostWays = 64;
/** Nobody writes a condition with more choices by hand, or a statement with more pieces. */
const mostChoices = 40;
const mostPieces = 2_000;

export function isContained(text: SqlText): boolean {
  const choices = choicesIn(text);
  if (choices.size > mostChoices) return false;
  const deciding = [...choices].filter(([key]) => !isIdle(text, key));
  let ways: readonly Chosen[] = [new Map()];
  for (const [key, { options }] of deciding) {
    ways = ways.flatMap((way) =>
      Array.from({ length: options }, (_, option) => new Map([...way, [key, option]])),
    );
    if (ways.length > mostWays) return false;
  }
  return ways.every((way) => {
    const scan = begin();
    return scanText(scan, text, way) && scan.depth === 0;
  });
}

type Chosen = ReadonlyMap<object, number>;

/** Of a larger statement it is not asked. */
export function isSmall(text: SqlText): boolean {
  const pending: Piece[] = [...text];
  for (let pieces = 0; pending.length > 0; pieces++) {
    if (pieces > mostPieces) return false;
    const piece = pending.pop()!;
    if (typeof piece === "string") continue;
    if (piece.kind === "choice") pending.push(...piece.options.flat());
    if (piece.kind === "list")
      pending.push(...piece.items.flatMap(({ options }) => options.flatMap((option) => option ?? [])));
  }
  return true;
}

/** Whichever of its options it is, wherever it stands, nothing begins or ends with it. */
function isIdle(text: SqlText, key: object): boolean {
  return optionsAt(text, key).every((option) => {
    const scan = begin();
    return scanText(scan, option, new Map()) && scan.depth === 0;
  });
}

function optionsAt(text: SqlText, key: object): readonly SqlText[] {
  return text.flatMap((piece): readonly SqlText[] => {
    if (typeof piece === "string") return [];
    const parts =
      piece.kind === "choice"
        ? [piece]
        : piece.kind === "list"
          ? piece.items.map(({ key: own, options }) => ({
              key: own,
              options: options.map((option) => option ?? []),
            }))
          : [];
    return parts.flatMap((part) => [
      ...(part.key === key ? part.options : []),
      ...part.options.flatMap((option) => optionsAt(option, key)),
    ]);
  });
}

/** What two texts that meet could become one word of. */
type Edge = "word" | "sign" | "quote" | "apart";

interface Scan {
  depth: number;
  /** What may stand at its end. */
  edges: ReadonlySet<Edge>;
}

function begin(): Scan {
  return { depth: 0, edges: new Set(["apart"]) };
}

/** Goes on with a text; false where it holds what has no place in a condition. Of what is not decided, each option by itself. */
function scanText(scan: Scan, text: SqlText, chosen: Chosen): boolean {
  return text.every((piece) => scanPiece(scan, piece, chosen));
}

function scanPiece(scan: Scan, piece: Piece, chosen: Chosen): boolean {
  if (typeof piece === "string") return scanWords(scan, withQuotes(piece, '"'));
  switch (piece.kind) {
    case "value":
      return scanWords(scan, "$1");
    case "choice":
      return scanOptions(scan, piece, chosen);
    case "list": {
      let isFirst = true;
      return piece.items.every((item) => {
        const isIn = (isFirst || scanText(scan, piece.separator, chosen)) && scanOptions(scan, item, chosen);
        isFirst = false;
        return isIn;
      });
    }
    // What a builder made may read tables, which nobody would see; of what is not known nothing is known.
    default:
      return false;
  }
}

function scanOptions(
  scan: Scan,
  { key, options }: { readonly key: object; readonly options: readonly (SqlText | null)[] },
  chosen: Chosen,
): boolean {
  const decided = options.length === 1 ? 0 : chosen.get(key);
  if (decided !== undefined) return scanText(scan, options[decided] ?? [], chosen);
  const { depth } = scan;
  const edges = new Set<Edge>();
  const isIn = options.every((option) => {
    const own: Scan = { depth, edges: scan.edges };
    const isFine = scanText(own, option ?? [], chosen) && own.depth === depth;
    for (const edge of own.edges) edges.add(edge);
    return isFine;
  });
  scan.edges = edges;
  return isIn;
}

/** A string, a name, a number or word, brackets, signs. Comments and what is left open match none of them. */
const token =
  /\s+|'(?:[^'\\]|'')*'|"(?:[^"]|"")*"|\$\d+|[\p{L}_][\p{L}\p{N}_$]*|\d+(?:\.\d+)?|[()[\],.:]|[-+*/<>=~!@#%^&|?]+/uy;

function scanWords(scan: Scan, text: string): boolean {
  token.lastIndex = 0;
  let isFirst = true;
  while (token.lastIndex < text.length) {
    const found = token.exec(text)?.[0];
    if (found === undefined) return false;
    if (isFirst && [...scan.edges].some((edge) => edge !== "apart" && edge === edgeOf(found[0]!)))
      return false;
    if (!scanWord(scan, found)) return false;
    isFirst = false;
    scan.edges = new Set([edgeOf(found.at(-1)!)]);
  }
  return true;
}

function scanWord(scan: Scan, word: string): boolean {
  if (/^\s/.test(word)) return true;
  if (word === "(" || word === "[") scan.depth += 1;
  if (word === ")" || word === "]") scan.depth -= 1;
  if (scan.depth < 0 || /--|\/\*|#/.test(word)) return false;
  if (scan.depth === 0 && (word === "," || /^(or|as)$/i.test(word))) return false;
  return !leading.has(word.toUpperCase());
}

function edgeOf(character: string): Edge {
  if (/[\p{L}\p{N}_$]/u.test(character)) return "word";
  // Two quotes that meet are one that stands in a text.
  if (/['"]/.test(character)) return "quote";
  return /[-+*/<>=~!@#%^&|?:]/.test(character) ? "sign" : "apart";
}

/** Words that begin another clause or a query, that take an AND of their own, or that bind what stands before them in another way. */
const leading = new Set(
  (
    "SELECT INSERT UPDATE DELETE MERGE VALUES TABLE FROM WHERE GROUP HAVING ORDER LIMIT OFFSET FETCH FOR WINDOW UNION " +
    "INTERSECT EXCEPT RETURNING ON USING JOIN LEFT RIGHT FULL INNER CROSS NATURAL LATERAL INTO SET BETWEEN CASE WHEN THEN ELSE " +
    "END XOR DIV"
  ).split(" "),
);
