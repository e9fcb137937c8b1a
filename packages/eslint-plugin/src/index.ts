/** eslint-plugin-tenant-isolation: underlines data access that is not limited to one tenant. */
import { createRequire } from "node:module";
import { type Rule, rules } from "@tenant-audit/core";
import type { TSESLint } from "@typescript-eslint/utils";
import { findConfiguration, nodeFileSystem } from "@tenant-audit/project";
import { hashOf, modelOf } from "./project/model.js";
import { editorRules, eslintRules } from "./rules.js";
import { settingsName } from "./settings.js";

const { name, version } = createRequire(import.meta.url)("../package.json") as {
  readonly name: string;
  readonly version: string;
};

const namespace = "tenant-isolation";

const recommended = configuration("recommended", editorRules);

/** Sees the whole project, and says what a scan says. Not to be used with ESLint's `--cache`, which looks at one file at a time. */
const project: TSESLint.FlatConfig.Config = {
  ...configuration("project", rules),
  settings: { [settingsName]: { project: true } },
};

function configuration(called: string, judged: readonly Rule[]): TSESLint.FlatConfig.Config {
  return {
    name: `${namespace}/${called}`,
    plugins: {
      get [namespace]() {
        return plugin;
      },
    },
    rules: Object.fromEntries(judged.map(({ id, severity }) => [`${namespace}/${id}`, severity])),
  };
}

const plugin = {
  meta: { name, version, namespace },
  rules: eslintRules,
  configs: { recommended, project },
};

export default plugin;

/**
 * `recommended`, tied to the project in `directory`. The hash of its tenancy model stands among the settings, so that
 * ESLint's `--cache` forgets what it knows when a schema has changed.
 */
export function recommendedFor(directory: string): TSESLint.FlatConfig.Config {
  const config = findConfiguration(directory, directory, nodeFileSystem);
  const model = hashOf(modelOf(directory, config).tenancy);
  return { ...recommended, settings: { [settingsName]: { root: directory, model } } };
}
