import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const packages = fileURLToPath(new URL("packages", import.meta.url));

// Tests run on the sources: a changed file is tested without a build in between.
const sources = {
  "@tenant-audit/core": `${packages}/core/src`,
  "@tenant-audit/project": `${packages}/project/src`,
  "@tenant-audit/sql": `${packages}/sql/src`,
  "@tenant-audit/testing": `${packages}/testing/src`,
  "eslint-plugin-tenant-isolation": `${packages}/eslint-plugin/src`,
  "tenant-audit": `${packages}/cli/src`,
};

// CI reads the numbers of passed and failed tests from this file, whatever the terminal shows.
const resultFile = process.env["TEST_RESULT_FILE"];

export default defineConfig({
  resolve: {
    alias: Object.entries(sources).map(([name, folder]) => ({
      find: new RegExp(`^${name}$`),
      replacement: `${folder}/index.ts`,
    })),
  },
  test: {
    include: ["packages/*/{src,lint}/**/*.test.ts"],
    // @typescript-eslint/rule-tester looks for describe, it and afterAll among the globals.
    globals: true,
    reporters: resultFile ? ["default", ["json", { outputFile: resultFile }]] : ["default"],
    testTimeout: 60_000,
  },
});
