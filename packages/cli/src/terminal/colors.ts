/** Whether a stream gets colours: the flag decides, then NO_COLOR and FORCE_COLOR, then whether a person is looking. */
import picocolors from "picocolors";
import type { Io, Output } from "../io.js";

export type Colors = ReturnType<typeof picocolors.createColors>;

// picocolors' own choice is made once per process and says yes whenever CI is set, also for a file.
export function colorsFor(output: Output, { environment }: Io, flag: boolean | undefined): Colors {
  return picocolors.createColors(flag ?? isColorful(output, environment));
}

function isColorful(output: Output, { NO_COLOR, FORCE_COLOR, TERM }: Io["environment"]): boolean {
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return output.isTerminal && TERM !== "dumb";
}
