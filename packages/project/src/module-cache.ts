/**
 * Lowered modules on disk, so that a file which did not change is not parsed again. An entry is believed when its name, its
 * hash and its shape are right, and is otherwise the same as none: what is wrong with a cache must not become a wrong audit.
 *
 * Whoever may write here can make an entry that is all three and lies. That is whoever may write into `node_modules` too.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { type Module, isModule, moduleVersion } from "@tenant-audit/core";
import { nameOf } from "./paths.js";

export interface ModuleCache {
  find(file: string, text: string): Module | null;
  keep(file: string, text: string, module: Module): void;
}

const { version } = createRequire(import.meta.url)("../package.json") as { readonly version: string };

/** `parser` names what the modules are parsed with, and its version. The directory is made when there is something to keep. */
export function moduleCacheIn(directory: string, parser: string): ModuleCache {
  const made = `${version} ${moduleVersion} ${parser}`;
  let isThere: boolean | null = null;
  return {
    find(file, text) {
      const key = keyOf(made, file, text);
      const module = moduleIn(path.join(directory, key), key);
      return module?.length === text.length ? module : null;
    },
    keep(file, text, module) {
      isThere ??= prepare(directory);
      if (isThere) isThere = write(path.join(directory, keyOf(made, file, text)), module);
    },
  };
}

/** A module depends on the text and on what its name ends in, which says whether it is JSX, or declarations alone. */
function keyOf(made: string, file: string, text: string): string {
  return hashOf(`${made}\n${nameOf(file)}\n${text}`);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function moduleIn(entry: string, key: string): Module | null {
  let content: string;
  try {
    content = readFileSync(entry, "utf8");
  } catch {
    return null;
  }
  const firstLine = content.indexOf("\n");
  const json = content.slice(firstLine + 1);
  if (firstLine < 0 || content.slice(0, firstLine) !== hashOf(key + json)) return null;
  try {
    const value: unknown = JSON.parse(json);
    return isModule(value) ? value : null;
  } catch {
    return null;
  }
}

/** False when it could not be written: a cache that is read-only or full is none, and no reason to fail. */
function write(entry: string, module: Module): boolean {
  const json = JSON.stringify(module);
  const temporary = `${entry}.${randomUUID()}`;
  try {
    writeFileSync(temporary, `${hashOf(path.basename(entry) + json)}\n${json}`, { flag: "wx" });
    renameSync(temporary, entry);
    return true;
  } catch {
    rmSync(temporary, { force: true });
    return false;
  }
}

const daysToKeep = 30;

/** Makes the directory, and throws away what is so old that it is probably of no text any more. */
function prepare(directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true });
    const oldest = Date.now() - daysToKeep * 24 * 60 * 60 * 1000;
    for (const name of readdirSync(directory)) {
      const entry = path.join(directory, name);
      if (isEntry.test(name) && statSync(entry).mtimeMs < oldest) rmSync(entry, { force: true });
    }
    return true;
  } catch {
    return false;
  }
}

/** Nothing else in the directory is ours to delete. */
const isEntry = /^[0-9a-f]{64}(?:\.[0-9a-f-]{36})?$/;
