/** Every example of docs/exemptions.md is scanned, and says what the page says. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Report, exemptionKinds } from "@tenant-audit/core";
import { describe, expect, it } from "vitest";
import { temporaryProject } from "./temporary-project.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const page = readFileSync(path.join(repository, "docs/exemptions.md"), "utf8");

/** What stands between fences, in the order of the page. */
const fences = [...page.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, opening, text]) => ({
  opening,
  text: text!,
}));
const schema = fences.find(({ opening }) => opening === "ts schema")!.text;

async function scanned(code: string): Promise<Report> {
  const project = temporaryProject({
    "src/database.ts": `import type { Kysely } from "kysely";\n${schema}\nexport declare const db: Kysely<Database>;\n`,
    "src/example.ts": `import { db } from "./database.js";\n${code}`,
  });
  return JSON.parse((await project.scan("--format", "json")).stdout) as Report;
}

describe("docs/exemptions.md", () => {
  const exempt = fences.filter(({ opening }) => opening === "ts exempt");
  const wrong = fences.flatMap(({ opening, text }, index) =>
    opening === "ts wrong" ? [{ code: text, said: fences[index + 1]!.text }] : [],
  );

  it("has examples of both kinds", () => {
    expect([exempt.length, wrong.length].every((count) => count > 0)).toBe(true);
  });

  it.each(exempt)("exempts what its example says it does: $text", async ({ text }) => {
    const { paths, findings } = await scanned(text);
    expect(findings).toEqual([]);
    expect(new Set(paths.map(({ verdict }) => verdict))).toEqual(new Set(["exempt"]));
  });

  it.each(wrong)("shows what a scan says of its wrong example: $code", async ({ code, said }) => {
    const { findings } = await scanned(code);
    expect(findings.map(({ rule, message }) => `${rule}: ${message}\n`).join("")).toBe(said);
  });

  it("has a line for every kind", () => {
    const rows = [...page.matchAll(/^\| `([\w-]+)` /gm)].map(([, kind]) => kind);
    expect(rows).toEqual([...exemptionKinds]);
  });
});
