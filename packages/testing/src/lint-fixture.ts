/** A fixture through one of the plugin's configurations, file by file, as an editor would. */
import path from "node:path";
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import tenantIsolation from "eslint-plugin-tenant-isolation";
import type { Reported } from "./compare.js";
import type { Fixture } from "./fixture.js";
import { scanDay } from "./scan-fixture.js";

export function lintFixture(
  { directory, sources }: Fixture,
  configuration: keyof typeof tenantIsolation.configs,
): readonly Reported[] {
  const linter = new Linter({ cwd: directory });
  const config = [
    {
      files: ["**/*.{js,jsx,mjs,cjs,ts,tsx,mts,cts}"],
      languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
    },
    tenantIsolation.configs[configuration],
    { settings: { "tenant-isolation": { root: directory, cache: false, asOf: scanDay } } },
  ] as Linter.Config[];
  const code = sources.filter(({ file }) => !file.endsWith(".sql"));
  return code.flatMap(({ file, text }) =>
    linter.verify(text, config, path.join(directory, file)).map((message): Reported => {
      if (message.ruleId === null) throw new Error(`${file}:${message.line}: ${message.message}`);
      return {
        file,
        line: message.line,
        column: message.column,
        endLine: message.endLine ?? message.line,
        endColumn: message.endColumn ?? message.column,
        rule: message.ruleId.replace("tenant-isolation/", ""),
        message: message.message,
        grade: null,
      };
    }),
  );
}
