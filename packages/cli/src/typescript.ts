/**
 * The one file that knows ts-morph, for the compiler it brings along. Loaded only when there is something to parse: that
 * costs about as long as parsing eighty thousand lines. The scanned project's own TypeScript is never loaded.
 */
import { createRequire } from "node:module";
import type { Compiler } from "@tenant-audit/core";

const require = createRequire(import.meta.url);
let loaded: Compiler | null = null;

export function compiler(): Compiler {
  loaded ??= (require("ts-morph") as { readonly ts: Compiler }).ts;
  return loaded;
}

/** Names the compiler to a cache, without loading it. */
export function compilerName(): string {
  const { name, version } = require("ts-morph/package.json") as {
    readonly name: string;
    readonly version: string;
  };
  return `${name} ${version}`;
}
