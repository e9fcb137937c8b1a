import { describe, expect, it } from "vitest";
import { differences, unmetWants } from "./compare.js";
import { fixtureDirectories, readFixture } from "./fixture.js";
import { lintFixture } from "./lint-fixture.js";
import { scanFixture } from "./scan-fixture.js";

describe.each(fixtureDirectories().map(readFixture))("the fixture $name", (fixture) => {
  const report = scanFixture(fixture.directory);
  const linted = lintFixture(fixture);

  it.each(fixture.sources)("$file, by a scan", async (source) => {
    expect(unmetWants(source, await report)).toEqual([]);
  });

  it.each(fixture.sources)("$file, in the editor", (source) => {
    expect(unmetWants(source, { findings: linted, paths: null })).toEqual([]);
  });

  it("says the same in both", async () => {
    expect(differences(fixture.sources, { scan: (await report).findings, lint: linted })).toEqual([]);
  });
});
