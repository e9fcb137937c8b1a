/** The example that docs/architecture.md follows from a query to its proof is scanned, and comes out as the page says. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Report } from "@tenant-audit/core";
import { describe, expect, it } from "vitest";
import { temporaryProject } from "./temporary-project.js";

const page = readFileSync(fileURLToPath(new URL("../../../docs/architecture.md", import.meta.url)), "utf8");

const files = Object.fromEntries(
  [...page.matchAll(/^```ts file\n(\/\/ (.*)\n[^]*?)^```$/gm)].map(([, text = "", name = ""]) => [
    name,
    text,
  ]),
);
const fence = (opening: string): string =>
  new RegExp(`^\`\`\`${opening}\n([^]*?)^\`\`\`$`, "m").exec(page)![1]!;

function linesOf(trail: Report["findings"][number]["trail"]): string {
  return trail.map(({ file, line, note }) => `${file}:${line} ${note}\n`).join("");
}

const database = `
  import { Kysely } from "kysely";
  export interface Database {
    organizations: { id: string; name: string };
    users: { id: string; email: string };
    members: { organization_id: string; user_id: string; role: string };
    invoices: { id: string; organization_id: string; total: number };
  }
  export const db = new Kysely<Database>({} as never);`;

async function scanned(server: string): Promise<Report> {
  const project = temporaryProject({
    "package.json": JSON.stringify({
      type: "module",
      dependencies: { fastify: "^5.0.0", kysely: "^0.28.0" },
    }),
    ...files,
    "src/database.ts": database,
    "src/server.ts": server,
  });
  return JSON.parse((await project.scan("--format", "json")).stdout) as Report;
}

describe("docs/architecture.md", () => {
  const server = files["src/server.ts"]!;

  it("follows a query to the proof that the page names", async () => {
    const { paths, findings } = await scanned(server);
    expect(findings).toEqual([]);
    const [{ constraints } = { constraints: [] }] = paths.filter(({ file }) => file === "src/invoices.ts");
    expect(constraints).toMatchObject([{ resource: "invoices", ...JSON.parse(fence("json proof")) }]);
    expect(constraints.map(({ trail }) => linesOf(trail))).toEqual([fence("text trail of the proof")]);
  });

  it("has the trail that the page shows without the check", async () => {
    const { findings } = await scanned(server.replace(/^.*belongsTo\(.*\n/m, ""));
    expect(findings.map(({ trail }) => linesOf(trail))).toEqual([fence("text trail")]);
  });
});
