import { temporaryProject } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";

interface JsonReport {
  readonly project: {
    readonly files: number;
    readonly notJudged: readonly { readonly file: string; readonly reason: string }[];
  };
}

async function notJudged(
  configuration: object,
  files: readonly string[],
  words: readonly string[] = [],
  where = "tenant-audit.config.json",
): Promise<Readonly<Record<string, string>>> {
  const project = temporaryProject({ [where]: JSON.stringify(configuration) });
  for (const file of files) project.write(file, "export {};\n");
  const { stdout, stderr } = await project.scan(...words, "--format", "json");
  expect(stderr).toBe("");
  const report = JSON.parse(stdout) as JsonReport;
  return Object.fromEntries(report.project.notJudged.map(({ file, reason }) => [file, reason]));
}

describe("patterns of the configuration", () => {
  it("exclude files, by directory, by name and with braces", async () => {
    const files = ["src/a.ts", "src/legacy/b.ts", "src/c.job.ts", "src/x/d.ts", "src/y/e.ts"];
    expect(await notJudged({ exclude: ["src/legacy", "*.job.ts", "src/{x,y}/**"] }, files)).toEqual({
      "src/legacy/b.ts": "excluded by the configuration",
      "src/c.job.ts": "excluded by the configuration",
      "src/x/d.ts": "excluded by the configuration",
      "src/y/e.ts": "excluded by the configuration",
    });
  });

  it("include nothing but what they name", async () => {
    expect(await notJudged({ include: ["api/**"] }, ["api/a.ts", "web/b.ts"])).toEqual({
      "web/b.ts": "not included by the configuration",
    });
  });

  it("name tests beside the usual ones", async () => {
    expect(await notJudged({ tests: ["**/testing/**"] }, ["src/a.ts", "src/testing/b.ts"])).toEqual({
      "src/testing/b.ts": "test",
    });
  });

  it("take a file in that its name would leave out", async () => {
    const files = ["src/generated/queries.ts", "src/generated/types.ts"];
    expect(await notJudged({ exclude: ["!src/generated/queries.ts"] }, files)).toEqual({
      "src/generated/types.ts": "generated code",
    });
  });

  it("are relative to the configuration, which may lie above the scanned directory", async () => {
    const files = ["api/src/a.ts", "api/src/legacy/b.ts", "legacy/c.ts"];
    expect(await notJudged({ exclude: ["/api/src/legacy"] }, files, ["api"])).toEqual({
      "src/legacy/b.ts": "excluded by the configuration",
    });
  });

  it("come from the file that --config names", async () => {
    const words = ["--config", "ci/audit.json"];
    expect(
      await notJudged({ exclude: ["src/b.ts"] }, ["src/a.ts", "src/b.ts"], words, "ci/audit.json"),
    ).toEqual({
      "src/b.ts": "excluded by the configuration",
    });
  });
});

it("the configuration is not looked for above the repository", async () => {
  const project = temporaryProject({
    "tenant-audit.config.json": "{ malformed",
    "repository/.git/HEAD": "",
    "repository/a.ts": "export {};\n",
  });
  expect((await project.scan("repository")).status).toBe(0);
});
