import { describe, expect, it } from "vitest";
import { unmetWants } from "./compare.js";
import { fixtureDirectories, readFixture } from "./fixture.js";
import { scanFixture } from "./scan-fixture.js";

describe.each(fixtureDirectories().map(readFixture))("the fixture $name", ({ directory, sources }) => {
  const report = scanFixture(directory);

  it.each(sources)("$file", async (source) => {
    expect(unmetWants(source, await report)).toEqual([]);
  });
});
