#!/usr/bin/env node
import "./engine.js";
import { processIo } from "./io.js";
import { run } from "./run.js";

// Not process.exit(): it would cut off what is still on its way into a pipe. And no handler for SIGINT: the analysis
// does not pause for one, while Node's own behaviour ends it at once; the document is renamed into place, so it is whole.
process.exitCode = await run(process.argv.slice(2), processIo());
