/** How V8 is to run a scan. Imported before everything else, so that it holds for all that comes. */
import { setFlagsFromString } from "node:v8";

// V8 compiles for speed what has run a few thousand times, on other threads. A scan is over before that pays: it takes a third
// of the CPU's time, and most of what comes out is never used. So it waits for longer. A flag that V8 does not know would be
// told on stderr, and these change their names, so only versions are told of which it is known.
const flags: Readonly<Record<string, string>> = {
  11: "--interrupt-budget=800000",
  12: "--invocation-count-for-turbofan=12000",
  13: "--invocation-count-for-turbofan=12000",
};
const flag = flags[process.versions.v8.split(".")[0]!];
if (flag !== undefined) setFlagsFromString(flag);
