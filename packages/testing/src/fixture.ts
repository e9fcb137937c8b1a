/** A fixture is a small program: a directory below `fixtures/` with a package.json, and with want comments in its sources and SQL. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Want, wantsIn } from "./want.js";

export interface Fixture {
  /** Absolute. */
  readonly directory: string;
  /** As a person calls it: `kysely`, `projects/path-aliases`. */
  readonly name: string;
  readonly sources: readonly FixtureSource[];
}

export interface FixtureSource {
  /** Relative to the fixture, with `/`. */
  readonly file: string;
  readonly text: string;
  readonly wants: readonly Want[];
}

const fixturesDirectory = fileURLToPath(new URL("../../../fixtures", import.meta.url));

/** The outermost ones: a workspace has packages of its own. */
export function fixtureDirectories(directory: string = fixturesDirectory): readonly string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  if (entries.some(({ name }) => name === "package.json")) return [directory];
  return entries
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => fixtureDirectories(path.join(directory, name)))
    .sort();
}

export function readFixture(directory: string): Fixture {
  const sources = readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(?:[cm]?[jt]sx?|sql)$/.test(file))
    .map((file) => file.split(path.sep).join("/"))
    .sort()
    .map((file) => {
      const text = readFileSync(path.join(directory, file), "utf8");
      return { file, text, wants: wantsIn(file, text) };
    });
  const name = path.relative(fixturesDirectory, directory).split(path.sep).join("/");
  return { directory, name, sources };
}
