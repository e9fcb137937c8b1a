/** Every query of Kysely's that stands in a fixture is in the inventory, counted by looking at the text alone. */
import { expect, it } from "vitest";
import { fixtureDirectories, readFixture } from "./fixture.js";
import { scanFixture } from "./scan-fixture.js";

const beginning = /\b(?:selectFrom|insertInto|updateTable|deleteFrom|replaceInto|mergeInto)\(/g;
/** The names of methods that only look like it, and of a table that no schema has. */
const lookAlike = /look-alikes\./;
const unknownTable = /\("no_table_of_ours"\)/g;

it.each(fixtureDirectories().map(readFixture))(
  "no query of $name is lost",
  async ({ directory, sources }) => {
    const { paths } = await scanFixture(directory);
    for (const { file, text } of sources.filter(({ file }) => !lookAlike.test(file))) {
      const written = (text.match(beginning) ?? []).length - (text.match(unknownTable) ?? []).length;
      const found = paths.filter(
        (path) =>
          path.file === file &&
          path.library === "kysely" &&
          path.operation !== "raw" &&
          path.language !== "sql",
      );
      expect([file, found.length]).toEqual([file, written]);
    }
  },
);
