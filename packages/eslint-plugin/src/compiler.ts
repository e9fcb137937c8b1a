/** The plugin's own parser, whatever ESLint and the project parse with. Loaded for the first file that needs it. */
import { createRequire } from "node:module";
import type { Compiler } from "@tenant-audit/core";

const require = createRequire(import.meta.url);
let loaded: Compiler | null = null;

/** Why this one: docs/decisions/0006-the-plugins-parser.md. */
export function compiler(): Compiler {
  // Not `import`: rules are synchronous, and loading takes longer than judging a hundred files without an access.
  return (loaded ??= require("@typescript/typescript6") as Compiler);
}

/** Names the compiler to a cache, without loading it. */
export function compilerName(): string {
  const { name, version } = require("@typescript/typescript6/package.json") as {
    readonly name: string;
    readonly version: string;
  };
  return `${name} ${version}`;
}
