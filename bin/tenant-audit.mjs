#!/usr/bin/env node
// Runs the command line from a checkout; the published package has its own entry in packages/cli.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const entry = new URL("../packages/cli/dist/main.js", import.meta.url);

if (existsSync(entry)) {
  await import(entry.href);
} else {
  console.error(
    `tenant-audit is not built: ${fileURLToPath(entry)} is missing.\n` +
      `Build it in ${fileURLToPath(new URL("..", import.meta.url))} with: npm ci && npm run build`,
  );
  process.exitCode = 2;
}
