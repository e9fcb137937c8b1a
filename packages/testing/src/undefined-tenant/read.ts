/** What the engine says of an expression that the real library was asked as well. */
import type { Report } from "@tenant-audit/core";
import { expect } from "vitest";
import { temporaryProject } from "../temporary-project.js";

/** The same text is run here and read by the engine. */
export function evaluated(expression: string, values: Readonly<Record<string, unknown>>): unknown {
  const run = new Function(...Object.keys(values), "organizationId", `return ${expression}`) as (
    ...given: readonly unknown[]
  ) => unknown;
  return run(...Object.values(values), undefined);
}

export async function verdictOn(
  expression: string,
  files: Readonly<Record<string, string>>,
  names = `{ ${expression.split(".")[0]} }`,
): Promise<string> {
  const project = temporaryProject({
    "package.json": `{ "name": "service" }`,
    ...files,
    "service.ts": `
      import ${names} from "./database.js";
      export function list(organizationId?: string) {
        return ${expression};
      }`,
  });
  const { stdout } = await project.scan("--format", "json", "--fail-on", "never");
  const { paths } = JSON.parse(stdout) as Report;
  expect(paths).toHaveLength(1);
  return paths[0]!.verdict;
}
