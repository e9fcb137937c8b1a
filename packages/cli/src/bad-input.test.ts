/** The list of bad input: each item gets a clear sentence and the right status, and the rest is judged. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import {
  type CommandResult,
  type TemporaryProject,
  processorTime,
  temporaryProject,
} from "@tenant-audit/testing";
import { nodeFileSystem } from "tenant-audit";
import { describe, expect, it } from "vitest";

const service = {
  "src/database.ts": `
import type { Kysely } from "kysely";
export interface Database {
  organizations: { id: string; name: string };
  invoices: { id: string; organization_id: string; total: number };
}
export declare const db: Kysely<Database>;
`,
  "src/invoices.ts": `
import { db } from "./database.js";
export const listInvoices = () => db.selectFrom("invoices").selectAll().execute();
`,
};

interface JsonReport {
  readonly project: {
    readonly skipped: readonly { readonly file: string; readonly reason: string }[];
    readonly notJudged: readonly { readonly file: string; readonly reason: string }[];
    readonly notes: readonly {
      readonly file: string;
      readonly line: number | null;
      readonly message: string;
    }[];
  };
  readonly tenancy: {
    readonly tables: readonly { readonly name: string; readonly class: string; readonly source: string }[];
  };
  readonly findings: readonly { readonly file: string; readonly line: number }[];
}

async function scanned(project: TemporaryProject): Promise<CommandResult & { report: JsonReport }> {
  const result = await project.scan("--format", "json");
  return { ...result, report: JSON.parse(result.stdout) as JsonReport };
}

function withFiles(files: Readonly<Record<string, string | Uint8Array>>): TemporaryProject {
  return temporaryProject({ ...service, ...files });
}

function filesWithFindings({ findings }: JsonReport): readonly string[] {
  return findings.map(({ file }) => file);
}

describe("tsconfig.json", () => {
  it("may be missing", async () => {
    const { status, report } = await scanned(withFiles({}));
    expect(report.project.notes).toEqual([]);
    expect(filesWithFindings(report)).toEqual(["src/invoices.ts"]);
    expect(status).toBe(1);
  });

  it("may be malformed", async () => {
    const { status, report } = await scanned(withFiles({ "tsconfig.json": '{\n  "compilerOptions": {\n' }));
    expect(report.project.notes).toEqual([
      {
        file: "tsconfig.json",
        line: 3,
        message: "is malformed (close brace expected). What could be read of it was used.",
      },
    ]);
    expect(filesWithFindings(report)).toEqual(["src/invoices.ts"]);
    expect(status).toBe(1);
  });

  it("may extend a package that is not installed", async () => {
    const { status, report } = await scanned(
      withFiles({ "tsconfig.json": '{ "extends": "@tsconfig/node20/tsconfig.json" }' }),
    );
    expect(report.project.notes).toEqual([
      {
        file: "tsconfig.json",
        line: null,
        message:
          'extends "@tsconfig/node20/tsconfig.json", which is not in this repository. ' +
          "Paths and baseUrl from there, if it has any, are unknown.",
      },
    ]);
    expect(status).toBe(1);
  });
});

describe("a schema", () => {
  it("may be malformed", async () => {
    const { status, report } = await scanned(withFiles({ "prisma/schema.prisma": "model Broken {{{ id" }));
    expect(report.project.notes.map(({ file }) => file)).toContain("prisma/schema.prisma");
    expect(filesWithFindings(report)).toEqual(["src/invoices.ts"]);
    expect(status).toBe(1);
  });
});

describe("tenant-audit.config.json", () => {
  it("is named with its line when it is malformed", async () => {
    const { status, stdout, stderr } = await withFiles({
      "tenant-audit.config.json": '{\n  "skip": [,\n}',
    }).scan();
    expect(stderr).toMatch(/^tenant-audit: tenant-audit\.config\.json:2:\d+: .+\.\n$/);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  it("may not hold an option that does not exist", async () => {
    const { status, stderr } = await withFiles({ "tenant-audit.config.json": '{ "skipp": [] }' }).scan();
    expect(stderr).toContain('Did you mean "skip"?');
    expect(status).toBe(2);
  });

  it("has to exist when it is asked for", async () => {
    const { status, stderr } = await withFiles({}).scan("--config", "nowhere.json");
    expect(stderr).toContain("nowhere.json could not be read: it does not exist.");
    expect(status).toBe(2);
  });
});

describe("patterns with the backslashes of Windows", () => {
  it("are refused, with what to write instead", async () => {
    const { status, stderr } = await withFiles({
      "tenant-audit.config.json": JSON.stringify({ exclude: ["db\\old\\**"] }),
    }).scan();
    expect(stderr).toBe(
      'tenant-audit: tenant-audit.config.json: exclude has the pattern "db\\old\\**" with a backslash. ' +
        'Patterns take "/" between directories, on every system: write "db/old/**".\n',
    );
    expect(status).toBe(2);
  });

  it("are no backslashes that make a character an ordinary one", async () => {
    const { report } = await scanned(
      withFiles({
        "tenant-audit.config.json": JSON.stringify({ exclude: ["src/\\[id\\].ts"] }),
        "src/[id].ts": service["src/invoices.ts"],
      }),
    );
    expect(filesWithFindings(report)).toEqual(["src/invoices.ts"]);
  });
});

const firstMigration = `CREATE TABLE organizations (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE invoices (
  id uuid PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES organizations (id),
  total int NOT NULL
);
`;

describe("a migration", () => {
  const invoices = { name: "invoices", class: "tenant" };
  const tablesOf = ({ tenancy }: JsonReport) => tenancy.tables.map(({ name }) => name);

  it.each([
    ["UTF-16, little end first", (text: string) => Buffer.from(`\ufeff${text}`, "utf16le")],
    ["UTF-16, big end first", (text: string) => Buffer.from(`\ufeff${text}`, "utf16le").swap16()],
    ["UTF-8 with a mark", (text: string) => Buffer.from(`\ufeff${text}`)],
    ["UTF-8 with the line ends of Windows", (text: string) => Buffer.from(text.replaceAll("\n", "\r\n"))],
  ])("may be written in %s", async (_, encode) => {
    const { status, report } = await scanned(withFiles({ "migrations/1.sql": encode(firstMigration) }));
    expect(report.project).toMatchObject({ skipped: [], notes: [] });
    expect(report.tenancy.tables).toContainEqual(expect.objectContaining(invoices));
    expect(report.tenancy.tables.find(({ name }) => name === "invoices")?.source).toContain("sql migrations");
    expect(status).toBe(1);
  });

  it("that is binary is skipped, and the rest stands", async () => {
    const { status, report } = await scanned(
      withFiles({
        "migrations/1.sql": firstMigration,
        "migrations/2.sql": Uint8Array.of(0x50, 0x47, 0, 1),
      }),
    );
    expect(report.project.skipped).toEqual([{ file: "migrations/2.sql", reason: "is binary, not text" }]);
    expect(report.tenancy.tables).toContainEqual(expect.objectContaining(invoices));
    expect(status).toBe(2);
  });

  it("that is binary and a test's is nobody's loss", async () => {
    const { status, report } = await scanned(withFiles({ "test/dump.sql": Uint8Array.of(0x50, 0x47, 0, 1) }));
    expect(report.project.skipped).toEqual([]);
    expect(status).toBe(1);
  });

  it("with a syntax error is told with its line, and everything else is read", async () => {
    const { status, report } = await scanned(
      withFiles({
        "migrations/1.sql": firstMigration,
        "migrations/2.sql": "ALTER TABLE invoices ADD COLUMN paid boolean;\n\nCREATE TABLE broken id int);\n",
        "migrations/3.sql": "CREATE TABLE countries (code text PRIMARY KEY);\n",
      }),
    );
    expect(report.project.notes).toMatchObject([{ file: "migrations/2.sql", line: 3 }]);
    expect(report.project.notes[0]?.message).toBe(
      'A statement of this migration could not be read: syntax error at or near "id" (CREATE TABLE broken id int)).',
    );
    expect(report.project.skipped).toEqual([]);
    expect(tablesOf(report)).toEqual(expect.arrayContaining(["countries", "invoices", "organizations"]));
    expect(status).toBe(1);
  });

  it("that is empty is nothing to talk about", async () => {
    const { status, report } = await scanned(
      withFiles({ "migrations/1.sql": firstMigration, "migrations/2.sql": "" }),
    );
    expect(report.project).toMatchObject({ skipped: [], notes: [] });
    expect(status).toBe(1);
  });

  it("may be a dump of 20 MB", async () => {
    const rows = "7f0c1f9e-0000-4000-8000-000000000000\tan invoice\n".repeat(400_000);
    const dump = `${firstMigration}COPY public.invoices (id, name) FROM stdin;\n${rows}\\.\n\nCREATE TABLE countries (code text);\n`;
    expect(dump.length).toBeGreaterThan(19_000_000);
    const spent = processorTime();
    const { status, report } = await scanned(withFiles({ "db/structure.sql": dump }));
    expect(spent()).toBeLessThan(20_000);
    expect(report.project.skipped).toEqual([]);
    expect(tablesOf(report)).toEqual(expect.arrayContaining(["countries", "invoices", "organizations"]));
    expect(status).toBe(1);
  });

  it("may lie in a folder that is linked: the target is read under its own name", async () => {
    const project = withFiles({ "db/migrations/1.sql": firstMigration });
    symlinkSync("db/migrations", path.join(project.directory, "migrations"));
    const { status, report } = await scanned(project);
    expect(report.project.notes).toEqual([
      {
        file: "migrations",
        line: null,
        message: "is a symbolic link. Its target is read under its own name.",
      },
    ]);
    expect(report.tenancy.tables).toContainEqual(expect.objectContaining(invoices));
    expect(status).toBe(1);
  });

  it("may create a table that is there already", async () => {
    const { status, report } = await scanned(
      withFiles({
        "migrations/1.sql": firstMigration,
        "migrations/2.sql": "CREATE TABLE invoices (id uuid PRIMARY KEY);\n",
      }),
    );
    expect(report.project.notes).toMatchObject([{ file: "migrations/2.sql", line: 1 }]);
    expect(report.tenancy.tables).toContainEqual(expect.objectContaining(invoices));
    expect(status).toBe(1);
  });

  it("may have foreign keys in a circle", async () => {
    const { status, report } = await scanned(
      withFiles({
        "migrations/1.sql": `${firstMigration}
CREATE TABLE a (id int PRIMARY KEY, b_id int);
CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a (id));
ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id);
`,
      }),
    );
    expect(report.project.skipped).toEqual([]);
    expect(tablesOf(report)).toEqual(expect.arrayContaining(["a", "b", "invoices", "organizations"]));
    expect(status).toBe(1);
  });

  it("may drop what never was", async () => {
    const { status, report } = await scanned(
      withFiles({
        "migrations/1.sql": firstMigration,
        "migrations/2.sql": "-- tidy up\nDROP TABLE ghosts;\n",
      }),
    );
    expect(report.project.notes).toMatchObject([
      { file: "migrations/2.sql", line: 2, message: expect.stringContaining('"ghosts"') as string },
    ]);
    expect(status).toBe(1);
  });
});

describe("a file", () => {
  it("that does not parse is judged as far as the parser recovers", async () => {
    const { status, report } = await scanned(
      withFiles({
        "src/broken.ts":
          'import { db } from "./database.js";\nexport const all = () => db.selectFrom("invoices").selectAll().execute();\nconst = {{{;\n',
      }),
    );
    expect(filesWithFindings(report)).toEqual(["src/broken.ts", "src/invoices.ts"]);
    expect(report.project.skipped).toEqual([]);
    expect(report.project.notes).toMatchObject([{ file: "src/broken.ts", line: 3 }]);
    expect(report.project.notes[0]?.message).toMatch(
      /^does not parse: .+ What the parser recovered was judged\.$/,
    );
    expect(status).toBe(1);
  });

  it("that is empty is nothing to talk about", async () => {
    const { status, report } = await scanned(withFiles({ "src/empty.ts": "" }));
    expect(report.project).toMatchObject({ skipped: [], notes: [] });
    expect(status).toBe(1);
  });

  it.each([
    ["UTF-8", (text: string) => Buffer.from(`\ufeff${text}`, "utf8")],
    ["UTF-16, little end first", (text: string) => Buffer.from(`\ufeff${text}`, "utf16le")],
    ["UTF-16, big end first", (text: string) => Buffer.from(`\ufeff${text}`, "utf16le").swap16()],
  ])("may have a byte-order mark in %s", async (_, encode) => {
    const { report } = await scanned(withFiles({ "src/invoices.ts": encode(service["src/invoices.ts"]) }));
    expect(report.findings).toMatchObject([{ file: "src/invoices.ts", line: 3 }]);
    expect(report.project).toMatchObject({ skipped: [], notes: [] });
  });

  it("may be 2 MB long", async () => {
    const padding = `export const padding = "${"x".repeat(2 * 1024 * 1024)}";\n`;
    const { report } = await scanned(withFiles({ "src/invoices.ts": padding + service["src/invoices.ts"] }));
    expect(report.findings).toMatchObject([{ file: "src/invoices.ts", line: 4 }]);
    expect(report.project.skipped).toEqual([]);
  });

  it("may not be larger than 5 MB", async () => {
    const { status, report } = await scanned(
      withFiles({ "src/huge.ts": `// ${"x".repeat(5 * 1024 * 1024)}` }),
    );
    expect(report.project.skipped).toEqual([
      { file: "src/huge.ts", reason: "is larger than 5 MB, which no source file should be" },
    ]);
    expect(filesWithFindings(report)).toEqual(["src/invoices.ts"]);
    expect(status).toBe(2);
  });

  it.each([
    ["arrays", `export const deep = ${"[".repeat(5000)}${"]".repeat(5000)};`],
    ["calls", `export const deep = ${"f(".repeat(5000)}${")".repeat(5000)};`],
    ["blocks", `export function deep() ${"{".repeat(5000)}${"}".repeat(5000)}`],
    ["a chain", `export const deep = x${".where()".repeat(5000)};`],
    ["a sum", `export const deep = ${"a + ".repeat(5000)}a;`],
  ])("may be nested 5,000 deep in %s: judged, or listed with status 2", async (_, code) => {
    const { status, report } = await scanned(withFiles({ "src/deep.ts": code }));
    expect(filesWithFindings(report)).toEqual(["src/invoices.ts"]);
    if (report.project.skipped.length === 0) expect(status).toBe(1);
    else {
      expect(report.project.skipped).toMatchObject([{ file: "src/deep.ts" }]);
      expect(report.project.skipped[0]?.reason).toContain("nested too deep");
      expect(status).toBe(2);
    }
  });

  it("that is binary is skipped", async () => {
    const { status, report } = await scanned(
      withFiles({ "src/video.ts": Uint8Array.of(0x47, 0x40, 0, 0x10, 0) }),
    );
    expect(report.project.skipped).toEqual([{ file: "src/video.ts", reason: "is binary, not text" }]);
    expect(status).toBe(2);
  });

  it("that is not UTF-8 is judged, with a note", async () => {
    const code = Buffer.concat([
      Buffer.from(service["src/invoices.ts"]),
      Buffer.from("// caf\xe9\n", "latin1"),
    ]);
    const { report } = await scanned(withFiles({ "src/invoices.ts": code }));
    expect(report.findings).toMatchObject([{ file: "src/invoices.ts", line: 3 }]);
    expect(report.project.notes).toMatchObject([
      { file: "src/invoices.ts", message: expect.stringContaining("UTF-8") as string },
    ]);
  });

  it("that is skipped costs no status when the configuration lists it", async () => {
    const { status, report } = await scanned(
      withFiles({
        "src/video.ts": Uint8Array.of(0x47, 0x40, 0, 0x10, 0),
        "src/invoices.ts": "export {};\n",
        "tenant-audit.config.json": '{ "skip": ["src/video.ts"] }',
      }),
    );
    expect(report.project.skipped).toHaveLength(1);
    expect(status).toBe(0);
  });
});

describe("what cannot be read", () => {
  const denied = (): never => {
    throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
  };

  it("as a directory is listed, and the rest is judged", async () => {
    const { status, stdout } = await withFiles({ "src/private/secret.ts": "" }).run(
      ["scan", "--format", "json"],
      {
        fileSystem: {
          ...nodeFileSystem,
          list: (directory) => (directory.endsWith("private") ? denied() : nodeFileSystem.list(directory)),
        },
      },
    );
    const report = JSON.parse(stdout) as JsonReport;
    expect(report.project.skipped).toEqual([
      { file: "src/private/", reason: "could not be read: permission denied" },
    ]);
    expect(filesWithFindings(report)).toEqual(["src/invoices.ts"]);
    expect(status).toBe(2);
  });

  it("as a file is listed, and the rest is judged", async () => {
    const { status, stdout } = await withFiles({ "src/secret.ts": "" }).run(["scan", "--format", "json"], {
      fileSystem: {
        ...nodeFileSystem,
        read: (file, limit) => (file.endsWith("secret.ts") ? denied() : nodeFileSystem.read(file, limit)),
      },
    });
    const report = JSON.parse(stdout) as JsonReport;
    expect(report.project.skipped).toEqual([
      { file: "src/secret.ts", reason: "could not be read: permission denied" },
    ]);
    expect(filesWithFindings(report)).toEqual(["src/invoices.ts"]);
    expect(status).toBe(2);
  });

  it("as a whole is said", async () => {
    const project = withFiles({});
    const { status, stderr } = await project.run(["scan"], {
      fileSystem: { ...nodeFileSystem, list: denied },
    });
    expect(stderr).toBe(`tenant-audit: ${project.directory} could not be read: permission denied.\n`);
    expect(status).toBe(2);
  });

  // The superuser may read everything, so for it there is no such directory.
  it.skipIf(process.getuid?.() === 0)("on a real disk", async () => {
    const project = withFiles({ "src/private/secret.ts": "" });
    const locked = path.join(project.directory, "src/private");
    chmodSync(locked, 0);
    const { status, report } = await scanned(project);
    chmodSync(locked, 0o700);
    expect(report.project.skipped).toMatchObject([{ file: "src/private/" }]);
    expect(status).toBe(2);
  });
});

describe("symbolic links", () => {
  it("may loop", async () => {
    const project = withFiles({});
    symlinkSync("..", path.join(project.directory, "src/loop"));
    symlinkSync("self.ts", path.join(project.directory, "src/self.ts"));
    const { status, report } = await scanned(project);
    expect(filesWithFindings(report)).toEqual(["src/invoices.ts"]);
    expect(report.project.notes).toEqual([
      { file: "src/loop", line: null, message: "is a symbolic link. Its target is read under its own name." },
      {
        file: "src/self.ts",
        line: null,
        message: "was not followed: it is a symbolic link that leads back to itself.",
      },
    ]);
    expect(status).toBe(1);
  });

  it("are not followed out of the scanned directory", async () => {
    const outside = temporaryProject({ "secret.ts": service["src/invoices.ts"] });
    const project = withFiles({});
    symlinkSync(outside.directory, path.join(project.directory, "src/outside"));
    const { report } = await scanned(project);
    expect(filesWithFindings(report)).toEqual(["src/invoices.ts"]);
    expect(report.project.notes).toMatchObject([
      { file: "src/outside", message: expect.stringContaining("What lies there was not read.") as string },
    ]);
  });
});

describe("nothing to scan", () => {
  it.each([
    ["an empty directory", {}, "There is no TypeScript or JavaScript to read below "],
    ["no sources", { "README.md": "# Hello" }, "There is no TypeScript or JavaScript to read below "],
    ["only build output", { "package.json": "{}", "dist/index.js": "" }, "What is there was left out"],
  ])("because of %s is said, with status 2", async (_, files, sentence) => {
    const { status, stdout, stderr } = await temporaryProject(files).scan();
    expect(stderr).toContain(sentence);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  it("because the directory does not exist, or is none", async () => {
    const missing = await withFiles({}).scan("nowhere");
    expect(missing.stderr).toBe("tenant-audit: nowhere does not exist. Name the directory to scan.\n");
    expect(missing.status).toBe(2);
    const file = await withFiles({}).scan("src/database.ts");
    expect(file.stderr).toContain("src/database.ts is not a directory.");
    expect(file.status).toBe(2);
  });
});

it("names that try to command the terminal are spelled out", async () => {
  const name = "src/\u001b[2J\u202egnp.ts";
  const { stdout } = await withFiles({ [name]: service["src/invoices.ts"] }).scan("--verbose");
  expect(stdout).toContain("src/\\u{1b}[2J\\u{202e}gnp.ts");
  expect(stdout).not.toContain("\u001b");
});

// These two start a process of their own, on what `npm run build` made: they are about Node's streams and signals.
const command = path.resolve(import.meta.dirname, "../../../bin/tenant-audit.mjs");
const isBuilt = isRunnable();

function isRunnable(): boolean {
  try {
    execFileSync(process.execPath, [command, "--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!isBuilt)("the reader of a pipe", () => {
  it("may stop reading without a stack trace", async () => {
    const project = withFiles({ "src/more.ts": service["src/invoices.ts"].repeat(200) });
    const child = spawn(process.execPath, [command, "scan", "--format", "json"], { cwd: project.directory });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.destroy();
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect(stderr).toBe("");
    expect(status).toBe(1);
  });
});

it("a directory that is a link to a project is a project", async () => {
  const project = withFiles({});
  const elsewhere = temporaryProject();
  mkdirSync(path.join(elsewhere.directory, "links"));
  symlinkSync(project.directory, path.join(elsewhere.directory, "links/project"));
  const { status } = await elsewhere.scan("links/project");
  expect(status).toBe(1);
});
