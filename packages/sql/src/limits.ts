/** What no grammar is given, because it would take it minutes, not milliseconds: nobody writes SQL like this by hand. */

export const tooMuch = "it is nested too deeply, or too large, to be read";

const largest = 16_000_000;
const longestOperator = 5_000;
const deepest = 200;

/** PostgreSQL's scanner takes a run of operator characters whole, cuts two off, and begins again: `/*` nested in `/*`. */
export function hasEndlessOperator(text: string): boolean {
  for (const run of text.matchAll(/[-+*/<>=~!@#%^&|`?]+/g)) {
    if (run[0].length > longestOperator) return true;
  }
  return false;
}

/** The other grammar gives up at a depth of fifty, but tries every way of reading a bracket on its way there. */
export function isDeeplyBracketed(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[()[\]{}]/g)) {
    depth = "([{".includes(bracket) ? depth + 1 : Math.max(depth - 1, 0);
    if (depth > deepest) return true;
  }
  return false;
}

export function isTooLarge(text: string): boolean {
  return text.length > largest;
}
