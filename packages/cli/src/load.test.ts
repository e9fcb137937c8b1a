/** What is read before anything is judged. */
import type { SqlParser } from "@tenant-audit/core";
import { nodeFileSystem, readConfiguration } from "@tenant-audit/project";
import { temporaryProject } from "@tenant-audit/testing";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { load, loadTenancy } from "./load.js";

const parsed = vi.hoisted((): string[] => []);

vi.mock("@tenant-audit/sql", () => {
  const parse = (text: string): { ok: true; statements: [] } => {
    parsed.push(text);
    return { ok: true, statements: [] };
  };
  return { sqlParser: { postgres: parse, other: parse } satisfies SqlParser };
});

function optionsFor(files: Readonly<Record<string, string>>): Parameters<typeof load>[0] {
  const root = temporaryProject(files).directory;
  return {
    root,
    configuration: readConfiguration({ file: null, shown: "", remedy: "" }, root, nodeFileSystem),
    fileSystem: nodeFileSystem,
    progress: { show: (phase) => void phases.push(phase), clear: () => {} },
  };
}

const phases: string[] = [];

beforeEach(() => {
  parsed.length = 0;
  phases.length = 0;
});

describe("SQL", () => {
  it("that changes a schema is parsed, and the progress says so", async () => {
    await load(optionsFor({ "a.ts": "", "migrations/1.sql": "CREATE TABLE a (id int)" }));
    expect(new Set(parsed)).toEqual(new Set(["CREATE TABLE a (id int)"]));
    expect(phases).toContain("Reading migrations");
  });

  it("asks nothing of a grammar, which would have to be loaded, where there is none", async () => {
    await load(optionsFor({ "a.ts": "", "prisma/schema.prisma": "model User {\n  id String @id\n}\n" }));
    await load(optionsFor({ "a.ts": "", "report.sql": "SELECT created_at FROM invoices;" }));
    expect(parsed).toEqual([]);
  });
});

it("the model can be had without a verdict", async () => {
  const { tenancy, program, configurationErrors } = await loadTenancy(
    optionsFor({ "a.ts": "", "schema.prisma": "model Country {\n  code String @id\n}\n" }),
  );
  expect(tenancy.tables.map(({ name }) => name)).toEqual(["Country"]);
  expect(program.files).toEqual(["a.ts"]);
  expect(configurationErrors).toEqual([]);
});

it("the model of schemas can be had without any source", async () => {
  const { tenancy } = await loadTenancy(
    optionsFor({ "schema.prisma": "model Country {\n  code String @id\n}\n" }),
  );
  expect(tenancy.tables.map(({ name }) => name)).toEqual(["Country"]);
});
