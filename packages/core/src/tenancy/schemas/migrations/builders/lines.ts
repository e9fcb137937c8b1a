/** Which line of a migration is being followed. What a helper in another file does is told at the line that calls it. */
import type { Program } from "../../../../link/program.js";
import { positionOf } from "../../../../lower/positions.js";
import type { Frame } from "./value.js";

interface Place {
  readonly file: string;
  readonly start: number;
}

export interface Lines {
  /** Notes where the code is that is being followed. */
  at(frame: Frame, start: number): void;
  /** In the migration's own file, also for what a helper does elsewhere. */
  lineOf(place: Place): number;
  /** Goes back to the line of before. */
  comingBack<Result>(follow: () => Result): Result;
}

export function linesOf(program: Program, file: string): Lines {
  let line = 1;

  function lineOf(place: Place): number {
    const module = program.module(file);
    return place.file === file && module ? positionOf(module, place.start).line : line;
  }

  return {
    at: (frame, start) => {
      line = lineOf({ file: frame.file, start });
    },
    lineOf,
    comingBack: (follow) => {
      const before = line;
      const result = follow();
      line = before;
      return result;
    },
  };
}
