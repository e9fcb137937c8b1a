/** The model that the plugin reads from a project around the linted file. */
import path from "node:path";
import { temporaryProject } from "@tenant-audit/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { analyzeFile } from "./analysis.js";
import { recommendedFor } from "./index.js";
import { modelOf } from "./project/model.js";
import { settingsFrom } from "./settings.js";

const prismaSchema = `
model Organization {
  id       String    @id
  invoices Invoice[]
}
model Invoice {
  id             String       @id
  organizationId String
  organization   Organization @relation(fields: [organizationId], references: [id])
}
`;
const kyselyTypes = `
export interface DB {
  organizations: { id: string };
  invoices: { id: string; organization_id: string };
}
`;
const kyselyClient = `
import { Kysely } from "kysely";
import type { DB } from "@/database/types";
export const db = new Kysely<DB>({ dialect: null as never });
`;
const leak = `
import { db } from "./anywhere.js";
export const all = () => db.selectFrom("invoices").selectAll().execute();
`;
const prismaLeak = `
import { PrismaClient } from "@prisma/client";
const prisma = new PrismaClient();
export const all = () => prisma.invoice.findMany();
`;

const sqlMigration = `
CREATE TABLE organizations (id uuid PRIMARY KEY);
CREATE TABLE invoices (
  id uuid PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES organizations (id)
);
`;

type Project = ReturnType<typeof temporaryProject>;

function faultsIn(project: Project, file: string, text = leak, settings: object = {}): readonly string[] {
  const { findings, errors } = analyzeFile(
    path.join(project.directory, file),
    text,
    settingsFrom({ "tenant-isolation": settings }, undefined, project.directory),
  );
  return [...errors, ...findings.map(({ finding }) => finding.rule)];
}

describe("the tenancy model", () => {
  it("is read from Prisma's schema, wherever in the repository it lies", () => {
    const project = temporaryProject({
      ".git/HEAD": "",
      "packages/database/prisma/schema.prisma": prismaSchema,
      "packages/api/package.json": "{}",
    });
    expect(faultsIn(project, "packages/api/src/invoices.ts", prismaLeak)).toEqual(["no-unscoped-query"]);
  });

  it("is read from Kysely's types, through path aliases and over the packages of a workspace", () => {
    const project = temporaryProject({
      "package.json": '{ "workspaces": ["packages/*"] }',
      "packages/database/package.json": '{ "name": "database" }',
      "packages/database/tsconfig.json":
        '{ "extends": "../../tsconfig.base.json", "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
      "packages/database/src/database/types.ts": kyselyTypes,
      "packages/database/src/client.ts": kyselyClient,
      "packages/api/package.json": "{}",
    });
    expect(faultsIn(project, "packages/api/src/invoices.ts")).toEqual(["no-unscoped-query"]);
  });

  it("has nothing in it from tests, ignored files and installed packages", () => {
    const database = `import { Kysely } from "kysely"; ${kyselyTypes} export const db: Kysely<DB> = null as never;`;
    const project = temporaryProject({
      "package.json": "{}",
      ".gitignore": "scratch/\n",
      "test/database.ts": database,
      "scratch/database.ts": database,
      "node_modules/other/index.ts": database,
    });
    expect(faultsIn(project, "src/invoices.ts")).toEqual([]);
  });

  it("is quiet where no schema says whose rows there are", () => {
    const project = temporaryProject({ "package.json": "{}" });
    expect(faultsIn(project, "src/invoices.ts")).toEqual([]);
  });

  it("is read from migrations in SQL", () => {
    const project = temporaryProject({
      "package.json": "{}",
      "migrations/1_init.sql": sqlMigration,
      "test/1_init.sql": "DROP TABLE invoices;",
    });
    expect(faultsIn(project, "src/invoices.ts")).toEqual(["no-unscoped-query"]);
  });

  it("may come with the settings instead", () => {
    const project = temporaryProject({
      "elsewhere/schema.prisma": prismaSchema,
      "elsewhere/package.json": "{}",
    });
    expect(faultsIn(project, "elsewhere/src/a.ts", prismaLeak, { root: "elsewhere" })).toEqual([
      "no-unscoped-query",
    ]);
  });
});

describe("the configuration", () => {
  const files = { "package.json": "{}", "schema.prisma": prismaSchema };

  it("is the nearest tenant-audit.config.json", () => {
    const project = temporaryProject({
      ...files,
      "tenant-audit.config.json": '{ "tables": { "Invoice": { "class": "global" } } }',
    });
    expect(faultsIn(project, "src/a.ts", prismaLeak)).toEqual([]);
  });

  it("that is wrong is said in the file that is open, in the words of a scan", async () => {
    const project = temporaryProject({
      ...files,
      "tenant-audit.config.json": '{ "tables": { "Invoces": { "class": "global" } } }',
      "src/a.ts": prismaLeak,
    });
    const [sentence, ...more] = faultsIn(project, "src/a.ts", prismaLeak);
    expect(more).toEqual([]);
    expect(sentence).toContain('Did you mean "Invoice"?');
    expect((await project.scan()).stderr).toContain(sentence);
  });

  it("takes a file in that its name would leave out, as a scan does", () => {
    const project = temporaryProject({
      ...files,
      "tenant-audit.config.json": '{ "exclude": ["!src/generated/queries.ts"] }',
    });
    expect(faultsIn(project, "src/generated/queries.ts", prismaLeak)).toEqual(["no-unscoped-query"]);
    expect(faultsIn(project, "src/generated/types.ts", prismaLeak)).toEqual([]);
  });

  it("leaves files out, as a scan does", () => {
    const project = temporaryProject({
      ...files,
      "tenant-audit.config.json": '{ "exclude": ["src/{old,older}/**"], "tests": ["checks/**"] }',
    });
    expect(faultsIn(project, "src/older/a.ts", prismaLeak)).toEqual([]);
    expect(faultsIn(project, "checks/a.ts", prismaLeak)).toEqual([]);
    expect(faultsIn(project, "src/a.ts", prismaLeak)).toEqual(["no-unscoped-query"]);
  });
});

describe("a file that is not judged", () => {
  const project = temporaryProject({ "package.json": "{}", "schema.prisma": prismaSchema });

  it.each([
    "src/a.test.ts",
    "src/__tests__/a.ts",
    "src/a.d.ts",
    "src/generated/a.ts",
    "src/a.vue",
    "src/a.svelte",
  ])("%s", (file) => {
    expect(faultsIn(project, file, prismaLeak)).toEqual([]);
  });

  it("is generated, by its first lines", () => {
    expect(faultsIn(project, "src/a.ts", `// Code generated by x. DO NOT EDIT.\n${prismaLeak}`)).toEqual([]);
  });
});

describe("a schema that changes", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is noticed within a second", () => {
    const project = temporaryProject({ "package.json": "{}", "schema.prisma": prismaSchema });
    expect(faultsIn(project, "src/a.ts", prismaLeak)).toEqual(["no-unscoped-query"]);
    project.write(
      "schema.prisma",
      prismaSchema.replaceAll("rganizationId", "wnerName").replaceAll("Organization", "Country"),
    );
    vi.advanceTimersByTime(1100);
    expect(faultsIn(project, "src/a.ts", prismaLeak)).toEqual([]);
  });

  const later = (): void => void vi.advanceTimersByTime(1100);
  const types = `import type { Kysely } from "kysely"; ${kyselyTypes} export declare const db: Kysely<DB>;`;

  it("is noticed when a new source file declares it", () => {
    const project = temporaryProject({ "package.json": "{}", "src/empty.ts": "" });
    expect(faultsIn(project, "src/a.ts")).toEqual([]);
    project.write("src/database/types.ts", types);
    later();
    expect(faultsIn(project, "src/a.ts")).toEqual(["no-unscoped-query"]);
  });

  it("is noticed when a file begins to declare it", () => {
    const project = temporaryProject({ "package.json": "{}", "src/types.ts": "" });
    expect(faultsIn(project, "src/a.ts")).toEqual([]);
    project.write("src/types.ts", types);
    later();
    expect(faultsIn(project, "src/a.ts")).toEqual(["no-unscoped-query"]);
  });

  it("is noticed when a migration is added or changed", () => {
    const project = temporaryProject({ "package.json": "{}", "migrations/1.sql": sqlMigration });
    expect(faultsIn(project, "src/a.ts")).toEqual(["no-unscoped-query"]);
    project.write("migrations/2.sql", "DROP TABLE invoices;");
    later();
    expect(faultsIn(project, "src/a.ts")).toEqual([]);
    project.write("migrations/2.sql", "CREATE TABLE countries (id int);");
    later();
    expect(faultsIn(project, "src/a.ts")).toEqual(["no-unscoped-query"]);
  });

  it("is noticed when .gitignore begins to leave it out", () => {
    const project = temporaryProject({ "package.json": "{}", "db/schema.prisma": prismaSchema });
    expect(faultsIn(project, "src/a.ts", prismaLeak)).toEqual(["no-unscoped-query"]);
    project.write(".gitignore", "db\n");
    later();
    expect(faultsIn(project, "src/a.ts", prismaLeak)).toEqual([]);
  });

  it("is not read again because a file was saved that says nothing of it", () => {
    const project = temporaryProject({ "package.json": "{}", "schema.prisma": prismaSchema, "src/b.ts": "" });
    const model = modelOf(project.directory, null);
    project.write("src/b.ts", "export const b = 1;");
    project.write("README.md", "# Read me");
    later();
    expect(modelOf(project.directory, null)).toBe(model);
  });

  it("changes the settings of recommendedFor, so that ESLint's cache is not believed", () => {
    const project = temporaryProject({ "package.json": "{}", "schema.prisma": prismaSchema });
    const before = recommendedFor(project.directory).settings;
    expect(recommendedFor(project.directory).settings).toEqual(before);
    project.write("schema.prisma", `${prismaSchema}\nmodel Country {\n  code String @id\n}\n`);
    vi.advanceTimersByTime(1100);
    expect(recommendedFor(project.directory).settings).not.toEqual(before);
  });
});
