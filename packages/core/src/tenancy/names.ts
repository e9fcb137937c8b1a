/**
 * How names of tables and columns are compared. The database says `alert_rules`, a Kysely plugin `alertRules`, Prisma
 * `AlertRule`, and a column that points there `alert_rule_id`, `alertRuleId` or `rule_id`: all of them are the same words.
 */

/** One spelling for all cases and separators: `alertRules`, `alert_rules` and `"Alert_Rules"` are `alertrules`. */
export function normalized(name: string): string {
  const known = normalizedNames.get(name);
  if (known !== undefined) return known;
  const spelled = name.replace(/["'`\s_-]/g, "").toLowerCase();
  return remember(normalizedNames, name, spelled);
}

/** `alertRuleIDs` and `alert_rule_ids` are both alert, rule, ids. */
export function wordsOf(name: string): readonly string[] {
  const known = splitNames.get(name);
  if (known) return known;
  // The second step parts `APIKey` before its last capital; the third takes that back for the plural `IDs`.
  const words = name
    .slice(0, longest)
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .replace(/\bI Ds\b/g, "IDs")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
  return remember(splitNames, name, words);
}

/** A word in the form that its singular and its plural share. It need not be English: `databases` and `database` give `databas`. */
export function stem(word: string): string {
  const irregular = irregulars.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length < 4) return word;
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (word.endsWith("ie")) return `${word.slice(0, -2)}y`;
  if (/(?:s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  if (/(?:s|x|z|ch|sh)e$/.test(word)) return word.slice(0, -1);
  if (/[^siu]s$/.test(word)) return word.slice(0, -1);
  return word;
}

/** For people: `companies` is a company, `databases` a database. */
export function singular(word: string): string {
  const irregular = irregulars.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length < 4) return word;
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (/(?:ss|us|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  if (/[^siu]s$/.test(word)) return word.slice(0, -1);
  return word;
}

export function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  if (/(?:s|x|z|ch|sh)$/.test(word)) return `${word}es`;
  return `${word}s`;
}

/** A table's name as the words a column would use for it, without the database schema. */
export function tableWords(table: string): readonly string[] {
  const known = stemmedTables.get(table);
  if (known) return known;
  return remember(stemmedTables, table, wordsOf(withoutSchema(table)).map(stem));
}

export function withoutSchema(table: string): string {
  return table.slice(table.lastIndexOf(".") + 1);
}

export interface IdName {
  /** What the id is of: `created_by_user_id` is created, by, user. */
  readonly words: readonly string[];
  /** `member_ids` */
  readonly list: boolean;
}

/** The words before `_id`, `Id`, `_uuid`, `_ids`; also of `created_by`, which is a user's id by custom. Null for every other column. */
export function findIdName(column: string): IdName | null {
  const words = wordsOf(column);
  const last = words.at(-1);
  if (last === undefined) return null;
  if (words.length > 1 && idWords.has(last)) return { words: words.slice(0, -1).map(stem), list: false };
  if (words.length > 1 && idListWords.has(last)) return { words: words.slice(0, -1).map(stem), list: true };
  if (words.length > 1 && last === "by") return { words: words.map(stem), list: false };
  // A bare `organization` may be a name that somebody typed, a bare `tenant` hardly.
  if (words.length === 1 && last === "tenant") return { words: [last], list: false };
  if (words.length === 1 && last.length > 4 && last.endsWith("id"))
    return { words: [stem(last.slice(0, -2))], list: false };
  return null;
}

/** How many steps of inserting, dropping, changing or swapping letters lead from one name to the other. */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1] ? 0 : 1;
      let best = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + same);
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        best = Math.min(best, before[column - 2]! + 1);
      }
      current.push(best);
    }
    before = previous;
    previous = current;
  }
  return previous[to.length]!;
}

/** The name somebody may have meant, for "Did you mean …?". */
export function findNearest(name: string, known: readonly string[]): string | null {
  const wanted = normalized(name);
  const same = known.find((candidate) => normalized(candidate) === wanted);
  if (same !== undefined) return same;
  const ranked = known
    .map((candidate) => ({ candidate, steps: nearness(name, candidate) }))
    .filter(
      ({ candidate, steps }) =>
        steps <= Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3)),
    )
    .sort((a, b) => a.steps - b.steps);
  return ranked[0]?.candidate ?? null;
}

function nearness(wanted: string, candidate: string): number {
  // An abbreviation is nearer than its letters say: `org_id` for `organization_id`.
  const [short, long] = [wordsOf(wanted), wordsOf(candidate)];
  const abbreviates =
    short.length === long.length && short.every((word, index) => long[index]!.startsWith(word));
  return abbreviates ? 1 : distance(normalized(wanted).slice(0, 64), normalized(candidate).slice(0, 64));
}

/** Longer than any database allows a name to be. */
const longest = 256;

const idWords = new Set(["id", "uuid", "guid", "uid"]);
const idListWords = new Set(["ids", "uuids", "guids"]);

const irregulars = new Map([
  ["people", "person"],
  ["children", "child"],
  ["men", "man"],
  ["women", "woman"],
  ["indices", "index"],
  ["analyses", "analysis"],
  ["alias", "alias"],
  ["canvas", "canvas"],
  ["atlas", "atlas"],
  ["bias", "bias"],
  ["news", "news"],
  ["orgs", "org"],
]);

const normalizedNames = new Map<string, string>();
const splitNames = new Map<string, readonly string[]>();
const stemmedTables = new Map<string, readonly string[]>();

/** Names come from the scanned code, so these memories are bounded. */
function remember<T>(memory: Map<string, T>, name: string, value: T): T {
  if (memory.size > 50_000) memory.clear();
  memory.set(name, value);
  return value;
}
