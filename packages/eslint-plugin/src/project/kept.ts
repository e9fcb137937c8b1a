/** What was read from a project, kept for as long as nothing has changed that it was read from. */
import type { Look } from "./watch.js";

export interface Watching {
  readonly look: (milliseconds: number) => Look;
}

const secondsBetweenChecks = 1;
/** An editor asks with every key, and a look at all files of a large project takes longer: it is spread over several. */
const millisecondsOfLooking = 4;

/** One per process and kind of reading. `read` is handed what was read before, of which it may use what still holds. */
export function keptReadings<Reading extends Watching>(): (
  key: string,
  read: (before: Reading | null) => Reading,
) => Reading {
  const kept = new Map<string, { readonly reading: Reading; nextCheck: number }>();
  const failures = new Map<string, Error>();

  return (key, read) => {
    const known = kept.get(key);
    if (known && isAsItWas(known)) return known.reading;
    const failure = failures.get(key);
    if (failure) throw failure;
    try {
      const reading = read(known?.reading ?? null);
      kept.set(key, { reading, nextCheck: nextCheck() });
      return reading;
    } catch (error) {
      // A fault of ours; reading everything again for each file would not mend it.
      failures.set(key, error as Error);
      throw error;
    }
  };

  function isAsItWas(known: { readonly reading: Reading; nextCheck: number }): boolean {
    if (Date.now() < known.nextCheck) return true;
    const look = known.reading.look(millisecondsOfLooking);
    if (look === "same") known.nextCheck = nextCheck();
    return look !== "changed";
  }
}

function nextCheck(): number {
  return Date.now() + secondsBetweenChecks * 1000;
}
