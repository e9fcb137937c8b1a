/** One line that says what is being done, for a person at a terminal; nothing at all for a pipe. */
import { performance } from "node:perf_hooks";
import type { Output } from "../io.js";

export interface Progress {
  show(phase: string, done?: number, total?: number): void;
  clear(): void;
}

const silent: Progress = { show: () => {}, clear: () => {} };

export function progressOn(output: Output, isWanted: boolean): Progress {
  if (!isWanted || !output.isTerminal) return silent;
  let shownPhase = "";
  let shownAt = -Infinity;
  return {
    show(phase, done, total) {
      const now = performance.now();
      if (phase === shownPhase && now - shownAt < 80) return;
      shownPhase = phase;
      shownAt = now;
      const amount = done === undefined ? "" : total === undefined ? ` ${done}` : ` ${done}/${total}`;
      output.write(`\r\u001b[K${phase}${amount}…`);
    },
    clear() {
      if (shownPhase !== "") output.write("\r\u001b[K");
      shownPhase = "";
    },
  };
}
