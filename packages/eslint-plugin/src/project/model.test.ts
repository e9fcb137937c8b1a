/** The plugin lowers only the files that may declare tables, and must arrive at the model of a scan, which lowers all. */
import { findConfiguration, nodeFileSystem } from "@tenant-audit/project";
import { reportedTenancy } from "@tenant-audit/core";
import { fixtureDirectories, readFixture, scanFixture } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";
import { modelOf } from "./model.js";

describe("the plugin's model is a scan's", () => {
  it.each(fixtureDirectories().map((directory) => [readFixture(directory).name, directory] as const))(
    "%s",
    async (_, directory) => {
      const { tenancy } = modelOf(directory, findConfiguration(directory, directory, nodeFileSystem));
      const written = JSON.parse(JSON.stringify(reportedTenancy(tenancy))) as unknown;
      expect(written).toEqual((await scanFixture(directory)).tenancy);
    },
  );
});
