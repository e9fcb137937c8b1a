import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { noConfiguration, parseConfiguration } from "@tenant-audit/core";
import { type TemporaryProject, temporaryProject } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";

const service = {
  "schema.prisma": `
model Organization {
  id       String    @id
  invoices Invoice[]
  @@map("organizations")
}
model Invoice {
  id             String       @id
  organizationId String       @map("organization_id")
  organization   Organization @relation(fields: [organizationId], references: [id])
  notes          Note[]
  @@map("invoices")
}
model Note {
  id        String   @id
  invoiceId String?  @map("invoice_id")
  invoice   Invoice? @relation(fields: [invoiceId], references: [id])
  @@map("notes")
}
`,
  "src/notes.ts": `
import { PrismaClient } from "@prisma/client";
const prisma = new PrismaClient();
export const allNotes = () => prisma.note.findMany();
`,
};

const usualName = "tenant-audit.config.json";
const file = (project: TemporaryProject): string => path.join(project.directory, usualName);
const written = (project: TemporaryProject): string => readFileSync(file(project), "utf8");

/** As on a terminal, with that answer to every question. */
async function asked(project: TemporaryProject, words: readonly string[], answer: string) {
  const questions: string[] = [];
  const result = await project.run(words, {
    ask: async (question) => {
      questions.push(question);
      return answer;
    },
  });
  return { ...result, questions };
}

describe("init", () => {
  it("shows what was inferred and what it would write, asks, and writes", async () => {
    const project = temporaryProject(service);
    const { status, stdout, stderr, questions } = await asked(project, ["init"], "y");
    expect(stdout).toContain('organization · certain\n    The rows of "organizations"');
    expect(stdout).toContain("3 tables: 1 root, 1 tenant, 1 child · 1 doubtful");
    expect(stdout).toContain(`${usualName} would hold 1 suggestion:`);
    expect(questions).toEqual([`Write ${usualName}? [y/N] `]);
    expect(stderr).toBe(`Wrote ${usualName}.\n`);
    expect(status).toBe(0);
    expect(written(project)).toContain(
      '    // "notes": { "class": "child", "parent": { "table": "invoices", "column": "invoice_id" } },\n',
    );
    expect(readdirSync(project.directory).sort()).toEqual(["schema.prisma", "src", usualName]);
  });

  it.each(["n", "", "maybe"])("writes nothing when the answer is %j", async (answer) => {
    const project = temporaryProject(service);
    const { status, stderr } = await asked(project, ["init"], answer);
    expect(stderr).toBe("Nothing was written.\n");
    expect(status).toBe(0);
    expect(existsSync(file(project))).toBe(false);
  });

  it("writes without asking under --yes", async () => {
    const project = temporaryProject(service);
    const { status, questions } = await asked(project, ["init", "--yes"], "n");
    expect(questions).toEqual([]);
    expect(status).toBe(0);
    expect(existsSync(file(project))).toBe(true);
  });

  it("prints the file where nobody can be asked, and says how to write it", async () => {
    const project = temporaryProject(service);
    const { status, stdout, stderr } = await project.run(["init"]);
    expect(stderr).toBe(
      `Nothing was written, because nobody can be asked here. To write ${usualName}: tenant-audit init --yes\n`,
    );
    expect(status).toBe(0);
    expect(existsSync(file(project))).toBe(false);
    await project.run(["init", "--yes"]);
    expect(written(project)).toBe(stdout);
  });

  it("only prints under --print, also where there is a file", async () => {
    const project = temporaryProject({ ...service, [usualName]: "{}" });
    const { status, stdout, stderr } = await project.run(["init", "--print", "--yes"]);
    expect(parseConfiguration(stdout, usualName).errors).toEqual([]);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(written(project)).toBe("{}");
  });

  it("writes into the directory that was named", async () => {
    const project = temporaryProject({
      "api/schema.prisma": service["schema.prisma"],
      "api/src/index.ts": "export {};\n",
    });
    const { stderr } = await project.run(["init", "api", "--yes"]);
    expect(stderr).toBe(`Wrote api/${usualName}.\n`);
    expect(existsSync(path.join(project.directory, "api", usualName))).toBe(true);
    expect(existsSync(file(project))).toBe(false);
  });
});

describe("what it writes", () => {
  it("is a valid configuration, and changes nothing", async () => {
    const project = temporaryProject(service);
    const before = await project.scan("--format", "json");
    await project.run(["init", "--yes"]);
    expect(parseConfiguration(written(project), usualName)).toEqual({
      configuration: noConfiguration,
      errors: [],
    });
    expect(await project.scan("--format", "json")).toEqual(before);
    expect(before.stdout).toContain('"notes"');
  });

  it("names the schema of the installed package, wherever that is", async () => {
    const place = "node_modules/@tenant-audit/core/schema/tenant-audit.config.schema.json";
    const project = temporaryProject({
      [place]: "{}",
      ".git/HEAD": "",
      "api/src/index.ts": "export {};\n",
      "src/index.ts": "export {};\n",
    });
    expect((await project.run(["init", "--print"])).stdout).toContain(`"$schema": "./${place}",`);
    expect((await project.run(["init", "api", "--print"])).stdout).toContain(`"$schema": "../${place}",`);
  });

  it("names the published schema where nothing is installed", async () => {
    const published = JSON.parse(
      readFileSync(new URL("../../../core/schema/tenant-audit.config.schema.json", import.meta.url), "utf8"),
    ) as { $id: string };
    const { stdout } = await temporaryProject(service).run(["init", "--print"]);
    expect(stdout).toContain(`"$schema": "${published.$id}",`);
  });
});

describe("a file that is there", () => {
  it("is never written over without being told, and the difference is shown", async () => {
    const project = temporaryProject({ ...service, [usualName]: '{\n  "failOn": "leak"\n}\n' });
    const { status, stdout, stderr, questions } = await asked(project, ["init", "--yes"], "y");
    expect(stderr).toContain(`${usualName} is there already, and is not written over.`);
    expect(stderr).toContain('  -   "failOn": "leak"\n');
    expect(stderr).toContain('  +     // "notes": { "class": "global" },\n');
    expect(stderr).toContain("--force writes over it");
    expect(questions).toEqual([]);
    expect(stdout).toBe("");
    expect(status).toBe(2);
    expect(written(project)).toBe('{\n  "failOn": "leak"\n}\n');
  });

  it("is written over with --force", async () => {
    const project = temporaryProject({ ...service, [usualName]: '{ "failOn": "leak" }' });
    const { status, stdout } = await project.run(["init", "--yes", "--force"]);
    expect(stdout).toContain('  - { "failOn": "leak" }\n');
    expect(status).toBe(0);
    expect(written(project)).not.toContain("failOn");
  });

  it("is left alone when it says the same", async () => {
    const project = temporaryProject(service);
    await project.run(["init", "--yes"]);
    const { status, stderr } = await project.run(["init", "--yes"]);
    expect(stderr).toBe(`${usualName} is there already, and says the same.\n`);
    expect(status).toBe(0);
  });

  it("above the directory is named, because it no longer counts then", async () => {
    const project = temporaryProject({
      ".git/HEAD": "",
      [usualName]: "{}",
      "api/src/index.ts": "export {};\n",
    });
    const { stderr } = await project.run(["init", "api", "--yes"]);
    expect(stderr).toContain(
      `${usualName} counts for this directory today; a file here takes its place.\nWrote api/${usualName}.\n`,
    );
  });
});

it.each([["dangling"], ["a file"]])(
  "does not write through a link out of the directory (%s)",
  async (what) => {
    const outside = temporaryProject(what === "a file" ? { "victim.json": "precious" } : {});
    const project = temporaryProject(service);
    mkdirSync(path.join(project.directory, "src"), { recursive: true });
    symlinkSync(path.join(outside.directory, "victim.json"), file(project));
    const { status } = await project.run(["init", "--yes", "--force"]);
    expect(status).toBe(2);
    if (what === "a file")
      expect(readFileSync(path.join(outside.directory, "victim.json"), "utf8")).toBe("precious");
    else expect(existsSync(path.join(outside.directory, "victim.json"))).toBe(false);
  },
);

it("--help teaches", async () => {
  const { stdout, status } = await temporaryProject().run(["init", "--help"]);
  expect(stdout).toContain("$ tenant-audit init --yes");
  expect(stdout).toContain("Exit status:");
  expect(status).toBe(0);
});
