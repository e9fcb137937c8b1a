/** For programs that run the command inside their own process, as our tests do. */
export type { ExitStatus } from "./exit-status.js";
export type { Io, Output } from "./io.js";
export { nodeFileSystem } from "@tenant-audit/project";
export { run } from "./run.js";
