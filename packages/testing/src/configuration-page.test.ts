/** Every example of docs/configuration.md is a configuration that works, and every option is on the page. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseConfiguration, type Report } from "@tenant-audit/core";
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
/** The example that says what functions do. */
const declaring = fences("jsonc").find((example) => example.includes('"functions"'))!;
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
      properties: Record<string, unknown> & { functions: { items: { properties: object } } };
    };
    const used = new Set(
      fences("jsonc").flatMap((example) => [...example.matchAll(/"([$\w]+)":/g)].map((match) => match[1]!)),
    );
    const { functions } = schema.properties;
    const inner = ["table", "columns", "class", "key", "parent", ...Object.keys(functions.items.properties)];
    for (const option of [...Object.keys(schema.properties), ...inner]) expect(used).toContain(option);
  });

  it("judges calls of what is declared as the comments behind them say", async () => {
    const tried = project();
    const [source] = fences("ts declared") as [string];
    tried.write("src/server.ts", source);
    tried.write(usualName, declaring);
    const { stdout } = await tried.run(["scan", "--format", "json", "--fail-on", "never"]);
    const report = JSON.parse(stdout) as Report;
    const said = source.split("\n").flatMap((line, index) => {
      const verdict = / \/\/ (\w+)$/.exec(line)?.[1];
      return verdict === undefined ? [] : [{ line: index + 1, verdict }];
    });
    expect(report.paths.map(({ line, verdict }) => ({ line, verdict }))).toEqual(said);
    expect(report.project.notes).toEqual([]);
  });

  it("tells of what is declared and never called", async () => {
    const tried = project();
    tried.write(usualName, declaring);
    const { stdout } = await tried.run(["scan", "--format", "json"]);
    const { notes } = (JSON.parse(stdout) as Report).project;
    const [note] = fences("text note") as [string];
    expect(notes).toContainEqual({ file: usualName, line: 12, message: note.trim() });
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
