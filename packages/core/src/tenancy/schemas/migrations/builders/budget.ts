/** How much work following a migration may be, whatever its code looks like. */

export interface Budget {
  /** False when the work that is allowed is done. */
  spend(): boolean;
  /** For work that is done at once and looked at with the next step. */
  add(work: number): void;
  /** False when the code is too deep. Whoever enters leaves. */
  enter(): boolean;
  leave(): void;
  /** As `enter`, for calls within calls; each costs work as well. */
  enterCall(): boolean;
  leaveCall(): void;
  /** Something is left out. */
  exhaust(): void;
  /** Whether everything was followed to its end. */
  isWhole(): boolean;
}

const deepest = 450;
const deepestCall = 12;
const mostWork = 100_000;

export function newBudget(): Budget {
  let depth = 0;
  let calls = 0;
  let work = 0;
  let whole = true;

  function spend(): boolean {
    whole &&= ++work <= mostWork;
    return whole;
  }

  return {
    spend,
    add: (more) => {
      work += more;
    },
    enter: () => {
      whole &&= depth < deepest;
      if (whole) depth++;
      return whole;
    },
    leave: () => {
      depth--;
    },
    enterCall: () => {
      if (calls >= deepestCall) whole = false;
      if (!spend()) return false;
      calls++;
      return true;
    },
    leaveCall: () => {
      calls--;
    },
    exhaust: () => {
      whole = false;
    },
    isWhole: () => whole,
  };
}
