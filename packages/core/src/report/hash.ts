/** Short names for things that must stay the same from run to run. */

/**
 * Eight characters from a text: 53 bits of cyrb53 (https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js,
 * public domain), written in base 36. Stable, fast and not secret; collisions are told apart by an ordinal.
 */
export function shortHash(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  const number = 4294967296 * (2097151 & low) + (high >>> 0);
  return number.toString(36).padStart(8, "0").slice(-8);
}
