/** Every example of docs/configuration.md is a configuration that works, and every option is on the page. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseConfiguration } from "@tenant-audit/core";
import { describe, expect, it } from "vitest";
import { temporaryProject } from "./temporary-project.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const read = (file: string): string => readFileSync(path.join(repository, file), "utf8");

const page = read("docs/configuration.md");
const usualName = "tenant-audit.config.json";

/** The text between fences of that kind. */
function fences(kind: string): readonly string[] {
  return [...page.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)]
    .filter(([, opening]) => opening === kind)
    .map(([, , text]) => text!);
}

const [database] = fences("ts") as [string];
const project = () =>
  temporaryProject({
    "src/database.ts": `import type { Kysely } from "kysely";\n${database}\nexport declare const db: Kysely<Database>;\n`,
  });

describe("docs/configuration.md", () => {
  it.each(fences("jsonc").map((example, index) => [index + 1, example] as const))(
    "has example %i, which every command takes",
    async (_, example) => {
      expect(parseConfiguration(example, usualName).errors).toEqual([]);
      const tried = project();
      tried.write(usualName, example);
      expect(await tried.run(["tables"])).toMatchObject({ status: 0, stderr: "" });
    },
  );

  it("shows the errors that its wrong example gives", async () => {
    const tried = project();
    const [wrong] = fences("jsonc wrong") as [string];
    const [shown] = fences("text") as [string];
    tried.write(usualName, wrong);
    expect(await tried.run(["tables"])).toEqual({ status: 2, stdout: "", stderr: `tenant-audit: ${shown}` });
  });

  it("has an example of every option", () => {
    const schema = JSON.parse(read("packages/core/schema/tenant-audit.config.schema.json")) as {
      properties: Record<string, unknown>;
    };
    const used = new Set(
      fences("jsonc").flatMap((example) => [...example.matchAll(/"([$\w]+)":/g)].map((match) => match[1]!)),
    );
    for (const option of [...Object.keys(schema.properties), "table", "columns", "class", "key", "parent"])
      expect(used).toContain(option);
  });

  it("places the tables as its examples say", async () => {
    const tried = project();
    tried.write(
      usualName,
      fences("jsonc").find((example) => example.includes('"currencies"'))!,
    );
    const { stdout } = await tried.run(["tables"]);
    expect(stdout).toMatch(/^child · 1 table: .*\n.*\n {2}invoice_lines +invoice → invoices/m);
    expect(stdout).toMatch(/^ {2}currencies +certain/m);
    expect(stdout).toMatch(/^ {2}invoices +account +certain/m);
  });
});
