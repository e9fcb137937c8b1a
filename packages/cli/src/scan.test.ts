import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { type TemporaryProject, temporaryProject } from "@tenant-audit/testing";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";

const database = `
import type { Kysely } from "kysely";
export interface Database {
  organizations: { id: string; name: string };
  invoices: { id: string; organization_id: string; total: number };
}
export declare const db: Kysely<Database>;
`;

const leakingService = `
import { db } from "./database.js";
export async function listInvoices() {
  return db.selectFrom("invoices").selectAll().execute();
}
`;

const scopedService = `
import { db } from "./database.js";
export async function listInvoices(organizationId: string) {
  return db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId).execute();
}
`;

const service = (code: string): TemporaryProject =>
  temporaryProject({ "src/database.ts": database, "src/invoices.ts": code });

interface JsonReport {
  readonly project: { readonly files: number };
  readonly paths: readonly { readonly id: string; readonly file: string; readonly verdict: string }[];
  readonly findings: readonly { readonly rule: string; readonly file: string; readonly line: number }[];
}

describe("the day on which exemptions must hold", () => {
  const exempt = () =>
    service(`
import { db } from "./database.js";
export async function listInvoices() {
  // tenant-audit: reviewed until 2026-11-01 -- goes away with the old importer
  return db.selectFrom("invoices").selectAll().execute();
}
`);
  const rulesOf = (stdout: string) => (JSON.parse(stdout) as JsonReport).findings.map(({ rule }) => rule);

  it("is today, the last one included", async () => {
    const project = exempt();
    const on = (today: string) => project.run(["scan", "--format", "json"], { today });
    expect(rulesOf((await on("2026-11-01")).stdout)).toEqual([]);
    expect(rulesOf((await on("2026-11-02")).stdout)).toEqual(["no-invalid-exemption", "no-unscoped-query"]);
  });

  it("is another one with --as-of", async () => {
    const project = exempt();
    expect((await project.scan("--as-of", "2026-11-01")).status).toBe(0);
    expect((await project.scan("--as-of", "2026-11-02")).status).toBe(1);
  });

  it.each(["tomorrow", "2026-02-30", "2026-1-1", ""])("is a day: %j is none", async (written) => {
    const { status, stdout, stderr } = await exempt().scan("--as-of", written);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("It must be a day, as in 2027-01-31.");
  });

  it("is said by explain, with the reason", async () => {
    const { stdout } = await exempt().run(["explain", "src/invoices.ts:5"]);
    expect(stdout).toContain(
      "reviewed, until 2026-11-01: goes away with the old importer (src/invoices.ts:4)",
    );
  });
});

describe("the exit status", () => {
  it("is 1 for a leak, and the leak is on standard output", async () => {
    const { status, stdout, stderr } = await service(leakingService).scan();
    expect(stdout).toContain("no-unscoped-query");
    expect(stdout).toContain("src/invoices.ts");
    expect(stderr).toBe("");
    expect(status).toBe(1);
  });

  it("is 0 when nothing is found", async () => {
    const { status, stdout } = await service(scopedService).scan();
    expect(stdout).toContain("No findings.");
    expect(status).toBe(0);
  });

  it("follows --fail-on, and without it the configuration", async () => {
    const project = service(leakingService);
    expect((await project.scan("--fail-on", "never")).status).toBe(0);
    expect((await project.scan("--fail-on", "leak")).status).toBe(1);
  });
});

describe("formats", () => {
  it("gives JSON on standard output, with nothing else beside it", async () => {
    const { stdout } = await service(leakingService).scan("--format", "json");
    const report = JSON.parse(stdout) as JsonReport;
    expect(report.findings).toMatchObject([{ rule: "no-unscoped-query", file: "src/invoices.ts", line: 4 }]);
    expect(report.paths).toMatchObject([{ file: "src/invoices.ts", verdict: "unscoped" }]);
  });

  it("gives JSON as the published schema says", async () => {
    const { stdout } = await service(
      leakingService + scopedService.replace(/^import.*$/m, "").replace("list", "own"),
    ).scan("--format", "json");
    const schema = new URL("../../core/schema/report.schema.json", import.meta.url);
    const validate = new Ajv({ allowUnionTypes: true }).compile(
      JSON.parse(readFileSync(schema, "utf8")) as object,
    );
    const report = JSON.parse(stdout) as JsonReport;
    expect(report.paths.map(({ verdict }) => verdict)).toEqual(["unscoped", "scoped"]);
    validate(report);
    expect(validate.errors).toBeNull();
  });

  it("gives the same bytes again", async () => {
    const project = service(leakingService);
    const formats = ["text", "json", "markdown"];
    const first = await Promise.all(formats.map((format) => project.scan("--format", format)));
    const second = await Promise.all(formats.map((format) => project.scan("--format", format)));
    expect(second).toEqual(first);
  });

  it("gives the audit document as Markdown", async () => {
    const { stdout } = await service(leakingService).scan("--format", "markdown");
    expect(stdout).toMatch(/^# Tenant isolation audit\n/);
    expect(stdout).toContain("### `src/invoices.ts`");
  });

  it("shows the code of a finding, and no colors in a pipe", async () => {
    const { stdout } = await service(leakingService).scan();
    expect(stdout).toContain('4 │   return db.selectFrom("invoices").selectAll().execute();');
    expect(stdout).not.toContain("\u001b");
  });

  it("prints findings alone when asked to be quiet", async () => {
    expect((await service(scopedService).scan("--quiet")).stdout).toBe("");
    expect((await service(leakingService).scan("--quiet")).stdout).toMatch(/^1 finding: 1 leak\n/);
  });
});

describe("colors", () => {
  const colors = async (
    words: readonly string[],
    environment: Record<string, string>,
    isTerminal: boolean,
  ) => {
    let stdout = "";
    const output = { isTerminal, columns: 80, write: (text: string) => void (stdout += text) };
    await service(leakingService).run(["scan", ...words], { environment, stdout: output });
    return stdout.includes("\u001b[");
  };

  it.each([
    ["a terminal", [], {}, true, true],
    ["a pipe", [], {}, false, false],
    ["a pipe in CI", [], { CI: "true" }, false, false],
    ["a terminal under NO_COLOR", [], { NO_COLOR: "1" }, true, false],
    ["a pipe under FORCE_COLOR", [], { FORCE_COLOR: "1" }, false, true],
    ["a terminal under FORCE_COLOR=0", [], { FORCE_COLOR: "0" }, true, false],
    ["a dumb terminal", [], { TERM: "dumb" }, true, false],
    ["--color, whatever NO_COLOR says", ["--color"], { NO_COLOR: "1" }, false, true],
    ["--no-color, whatever FORCE_COLOR says", ["--no-color"], { FORCE_COLOR: "1" }, true, false],
  ] as const)("%s", async (_, words, environment, isTerminal, expected) => {
    expect(await colors(words, environment, isTerminal)).toBe(expected);
  });
});

describe("progress", () => {
  it("is one line on a terminal, taken away at the end", async () => {
    let stderr = "";
    const output = { isTerminal: true, columns: 80, write: (text: string) => void (stderr += text) };
    await service(leakingService).run(["scan"], { stderr: output });
    expect(stderr).toContain("Finding files");
    expect(stderr).toContain("Parsing 1/2");
    expect(stderr).not.toContain("\n");
    expect(stderr.endsWith("\r\u001b[K")).toBe(true);
  });
});

describe("flags", () => {
  it.each([
    [["scan", "--nope"], "unknown option '--nope'"],
    [["scan", "--format", "yaml"], "Allowed choices are text, json, markdown."],
    [["scan", "--fail-on", "everything"], "Allowed choices are leak, weak, integrity, hygiene, never."],
    [["scan", "--write", "--check"], "cannot be used with"],
    [["scan", "a", "b"], "too many arguments"],
    [["scna"], "(Did you mean scan?)"],
    [[], "Usage: tenant-audit"],
  ])("%j is answered with a sentence and status 2", async (words, sentence) => {
    const { status, stdout, stderr } = await temporaryProject().run(words);
    expect(stderr).toContain(sentence);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  it("--help teaches, on standard output", async () => {
    const { status, stdout } = await temporaryProject().scan("--help");
    expect(stdout).toContain("$ tenant-audit scan --check --quiet");
    expect(stdout).toContain("could not do the job");
    expect(status).toBe(0);
  });

  it("--version prints the version of the package", async () => {
    const { status, stdout } = await temporaryProject().run(["--version"]);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(status).toBe(0);
  });
});

const usualPlace = "docs/security/tenant-isolation-audit.md";

describe("the audit document", () => {
  const documentOf = (project: TemporaryProject, file = usualPlace): string =>
    readFileSync(path.join(project.directory, file), "utf8");

  it("is written, is current, and then is stale, by the ids of the paths that differ", async () => {
    const project = service(scopedService);
    const written = await project.scan("--write");
    expect(written.stderr).toBe(`Wrote ${usualPlace}.\n`);
    expect((await project.scan("--write")).stderr).toBe(`${usualPlace} was up to date.\n`);
    const current = await project.scan("--check");
    expect(current.stderr).toBe(`${usualPlace} is up to date.\n`);
    expect(current.status).toBe(0);

    project.write("src/more.ts", scopedService.replace("listInvoices", "moreInvoices"));
    const report = JSON.parse((await project.scan("--format", "json")).stdout) as JsonReport;
    const added = report.paths.find(({ file }) => file === "src/more.ts");
    const stale = await project.scan("--check");
    expect(stale.stderr).toBe(
      `${usualPlace} is stale.\n  1 new paths: ${added?.id}\nWrite it with: tenant-audit scan --write\n`,
    );
    expect(stale.status).toBe(1);
  });

  it("is the same as --format markdown", async () => {
    const project = service(leakingService);
    const { stdout } = await project.scan("--write", "--format", "markdown");
    expect(documentOf(project)).toBe(stdout);
  });

  it("is resolved from the working directory, not from the scanned one", async () => {
    const project = temporaryProject({ "api/src/database.ts": database });
    await project.scan("api", "--write");
    expect(existsSync(path.join(project.directory, usualPlace))).toBe(true);
    expect(existsSync(path.join(project.directory, "api", usualPlace))).toBe(false);
  });

  it("goes where --write says", async () => {
    const project = service(scopedService);
    await project.scan("--write", "AUDIT.md");
    expect(documentOf(project, "AUDIT.md")).toMatch(/^# Tenant isolation audit/);
    expect((await project.scan("--check", "AUDIT.md")).status).toBe(0);
  });

  it("never takes the place of a file that is something else", async () => {
    const project = service(leakingService);
    project.write("README.md", "# Invoices\n");
    const { status, stderr } = await project.scan("--write", "README.md");
    expect(stderr).toContain("README.md is not written: there is a file of that name");
    expect(status).toBe(2);
    expect(readFileSync(path.join(project.directory, "README.md"), "utf8")).toBe("# Invoices\n");
  });

  it("is stale when it does not exist", async () => {
    const { status, stderr } = await service(scopedService).scan("--check");
    expect(stderr).toBe(`${usualPlace} does not exist. Write it with: tenant-audit scan --write\n`);
    expect(status).toBe(1);
  });

  it("is current with the line ends of Windows", async () => {
    const project = service(scopedService);
    await project.scan("--write");
    project.write(usualPlace, documentOf(project).replaceAll("\n", "\r\n"));
    expect((await project.scan("--check")).status).toBe(0);
  });

  it("is not mistaken for the directory to scan", async () => {
    const { status, stderr } = await service(scopedService).scan("--write", "src");
    expect(stderr).toContain("To scan that directory, name it first: tenant-audit scan src --write");
    expect(status).toBe(2);
  });

  it.each([
    ["the file", "docs/security/tenant-isolation-audit.md"],
    ["a directory on the way", "docs"],
  ])("does not follow %s out of the working directory", async (_, link) => {
    const outside = temporaryProject({ "victim.md": "precious" });
    const project = service(scopedService);
    mkdirSync(path.dirname(path.join(project.directory, link)), { recursive: true });
    symlinkSync(
      link.endsWith(".md") ? path.join(outside.directory, "victim.md") : outside.directory,
      path.join(project.directory, link),
    );
    const { status, stderr } = await project.scan("--write");
    expect(stderr).toContain("leads out of the working directory");
    expect(status).toBe(2);
    expect(readFileSync(path.join(outside.directory, "victim.md"), "utf8")).toBe("precious");
    expect(existsSync(path.join(outside.directory, "security"))).toBe(false);
  });

  it("may lie behind a link that stays inside", async () => {
    const project = temporaryProject({ "src/database.ts": database, "notes/keep.md": "" });
    symlinkSync("notes", path.join(project.directory, "docs"));
    expect((await project.scan("--write")).status).toBe(0);
    expect(documentOf(project, "notes/security/tenant-isolation-audit.md")).toMatch(/^# Tenant/);
  });

  it("is left as it was when it cannot be written", async () => {
    const project = service(scopedService);
    project.write("docs", "a file where a directory should be");
    const { status, stderr } = await project.scan("--write");
    expect(stderr).toContain(`${usualPlace} could not be read: a part of its path is no directory.`);
    expect(status).toBe(2);
    rmSync(path.join(project.directory, "docs"));
  });
});

describe("with a cache", () => {
  const scanned = (project: TemporaryProject) => project.scan("--format", "json", "--cache", "kept/here");
  const entriesOf = ({ directory }: TemporaryProject): readonly string[] =>
    readdirSync(path.join(directory, "kept/here")).map((name) => path.join(directory, "kept/here", name));

  it("says the same, cold, warm and from a spoiled one", async () => {
    const project = service(leakingService);
    project.write("src/broken.ts", "export const a = ;");
    const without = await project.scan("--format", "json");
    expect(existsSync(path.join(project.directory, "kept"))).toBe(false);
    expect(await scanned(project)).toEqual(without);
    expect(entriesOf(project)).toHaveLength(JSON.parse(without.stdout).project.files);
    expect(await scanned(project)).toEqual(without);
    for (const entry of entriesOf(project)) writeFileSync(entry, `{"spoiled":true}`);
    expect(await scanned(project)).toEqual(without);
  });

  it("sees what changed since", async () => {
    const project = service(scopedService);
    const before = await scanned(project);
    project.write(
      "src/more.ts",
      `import { db } from "./database.js";\nexport const all = () => db.selectFrom("invoices").execute();`,
    );
    expect(JSON.parse(before.stdout).findings).toEqual([]);
    expect(JSON.parse((await scanned(project)).stdout).findings).toMatchObject([{ file: "src/more.ts" }]);
  });

  it("refuses a file in its place", async () => {
    const project = service(scopedService);
    project.write("notes.txt", "mine");
    const { status, stderr } = await project.scan("--cache", "notes.txt");
    expect(stderr).toContain("notes.txt is no directory");
    expect(status).toBe(2);
  });
});
