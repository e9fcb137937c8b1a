import { describe, expect, it } from "vitest";
import { differences, differencesOfAny, unmetWants } from "./compare.js";
import { fixtureDirectories, readFixture } from "./fixture.js";
import { lintFixture } from "./lint-fixture.js";
import { scanFixture } from "./scan-fixture.js";

describe.each(fixtureDirectories().map(readFixture))("the fixture $name", (fixture) => {
  const report = scanFixture(fixture.directory);
  const linted = lintFixture(fixture, "recommended");

  it.each(fixture.sources)("$file, by a scan", async (source) => {
    expect(unmetWants(source, await report)).toEqual([]);
  });

  it.each(fixture.sources)("$file, in the editor", (source) => {
    expect(unmetWants(source, { findings: linted, paths: null })).toEqual([]);
  });

  it("says all that a scan says, with the whole project in the editor", async () => {
    const code = new Set(fixture.sources.map(({ file }) => file).filter((file) => !file.endsWith(".sql")));
    // ESLint has no place for a note.
    const scan = (await report).findings.filter(({ file, grade }) => code.has(file) && grade !== "hygiene");
    expect(differencesOfAny({ scan, lint: lintFixture(fixture, "project") })).toEqual([]);
    // The largest fixture has more than seventy files, and each of them is asked about.
  }, 120_000);

  it("says the same in both, with one file in the editor", async () => {
    const scan = (await report).findings.filter(({ grade }) => grade !== "hygiene");
    expect(differences(fixture.sources, { scan, lint: linted })).toEqual([]);
  });
});
