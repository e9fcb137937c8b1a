/**
 * The one file that knows ts-morph, for the compiler it brings along. Imported only when there is something to parse:
 * loading it costs about as long as parsing eighty thousand lines. The scanned project's own TypeScript is never loaded.
 */
import type { Compiler } from "@tenant-audit/core";
import { ts } from "ts-morph";

// ts-morph declares its copy of the compiler as a namespace of its own; what lowering uses is the same in both.
export const compiler = ts as unknown as Compiler;
