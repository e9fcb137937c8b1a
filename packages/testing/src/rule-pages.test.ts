/** The pages of the rules: none is missing, all have the same headings, and their examples are linted or scanned for real. */
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as parser from "@typescript-eslint/parser";
import { type Report, type Rule, learnTenancy, link, noConfiguration, rules } from "@tenant-audit/core";
import { Linter } from "eslint";
import tenantIsolation from "eslint-plugin-tenant-isolation";
import { describe, expect, it } from "vitest";
import { fixtureDirectories, readFixture } from "./fixture.js";
import { temporaryProject } from "./temporary-project.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const read = (file: string): string => readFileSync(`${repository}/${file}`, "utf8");
const pages = "docs/rules";

const headings = [
  "## What it says",
  "## Why it matters",
  "## Examples",
  "### Incorrect",
  "### Correct",
  "## What it does not see",
  "## When it is wrong",
  "## Options",
  "## See also",
];

it("every rule has a page, and every page a rule", () => {
  const written = readdirSync(`${repository}/${pages}`).filter((file) => file !== "README.md");
  expect(written.sort()).toEqual(rules.map(({ id }) => `${id}.md`).sort());
});

describe.each(rules)("$id", (rule) => {
  const page = read(`${pages}/${rule.id}.md`);
  const examples = examplesIn(page);

  it("has a page that begins with its fault and where it stands", () => {
    expect(page.slice(0, page.indexOf("## What it says"))).toBe(headerOf(rule));
    expect(rule.url).toMatch(new RegExp(`/${pages}/${rule.id}\\.md$`));
  });

  it("has a page with the usual headings, and nothing left to fill in", () => {
    expect(page.match(/^##+ .*$/gm)).toEqual(headings);
    expect(page).not.toContain("TODO");
  });

  it("has examples of both kinds", () => {
    expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(["incorrect", "correct"]));
  });

  it.each(examples)("is $kind on line $line of its page", async ({ kind, language, code }) => {
    const found = rule.frontEnds.includes("editor") ? lint(code) : await scan(filesOf(language, code));
    if (kind === "correct") expect(found).toEqual([]);
    else expect(new Set(found)).toEqual(new Set([rule.id]));
  });

  it("stands in the list of rules", () => {
    expect(read(`${pages}/README.md`).replace(/ +/g, " ")).toContain(
      `| [${rule.id}](${rule.id}.md) | ${rule.fault} |`,
    );
  });

  it("has a fixture that wants it", () => {
    const wanting = fixtureDirectories()
      .flatMap((directory) => readFixture(directory).sources)
      .flatMap(({ wants }) => wants)
      .filter(({ expected }) => expected.kind === "finding" && expected.rule === rule.id);
    expect(wanting.length).toBeGreaterThan(0);
  });

  it("has a line in the changelog", () => {
    expect(read("CHANGELOG.md")).toContain(`\`${rule.id}\``);
  });
});

function headerOf({ id, fault, frontEnds, suggests }: Rule): string {
  return [
    `# ${id}`,
    `📝 ${fault}.`,
    frontEnds.includes("editor")
      ? "💼 This rule is enabled in the ✅ `recommended` config."
      : "🔎 This rule needs the whole project: it is judged by `tenant-audit scan`, and enabled in the `project` config.",
    suggests &&
      "💡 This rule is manually fixable by [editor suggestions](https://eslint.org/docs/latest/use/core-concepts#rule-suggestions).",
    "<!-- end auto-generated rule header -->\n\n",
  ]
    .filter((line) => line !== false)
    .join("\n\n");
}

interface Example {
  readonly language: string;
  readonly kind: string;
  readonly code: string;
  readonly line: number;
}

function examplesIn(page: string): readonly Example[] {
  return [...page.matchAll(/^```(ts|sql) (incorrect|correct)\n([^]*?)^```$/gm)].map(
    ({ 1: language = "", 2: kind = "", 3: code = "", index }) => ({
      language,
      kind,
      code,
      line: page.slice(0, index).split("\n").length,
    }),
  );
}

/** A migration is a schema of its own; code is a service on the schema of the pages. */
function filesOf(language: string, code: string): Readonly<Record<string, string>> {
  return language === "sql"
    ? { "migrations/1_schema.sql": code, "src/index.ts": "export {};\n" }
    : { ...service, "src/app.ts": code };
}

async function scan(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { stdout } = await temporaryProject(files).scan("--format", "json");
  return (JSON.parse(stdout) as Report).findings.map((finding) => finding.rule);
}

function lint(code: string): readonly string[] {
  const settings = { "tenant-isolation": { tenancy } };
  const config = [
    { files: ["**/*.ts"], languageOptions: { parser } },
    { ...tenantIsolation.configs.recommended, settings },
  ] as Linter.Config[];
  return new Linter()
    .verify(code, config, { filename: "example.ts" })
    .map(({ ruleId, message }) => ruleId?.replace("tenant-isolation/", "") ?? message);
}

const [, schema = ""] = /^```prisma\n([^]*?)^```$/m.exec(read(`${pages}/README.md`)) ?? [];

/** What the examples import, beside packages. */
const service = {
  "package.json": JSON.stringify({
    type: "module",
    dependencies: {
      "@fastify/jwt": "^10.0.0",
      "@prisma/client": "^6.0.0",
      fastify: "^5.0.0",
      kysely: "^0.28.0",
      zod: "^4.0.0",
    },
  }),
  "prisma/schema.prisma": schema,
  "src/database.ts": `
    import { PrismaClient } from "@prisma/client";
    import { Kysely, PostgresDialect } from "kysely";
    import { Pool } from "pg";
    export const prisma = new PrismaClient();
    export const db = new Kysely<any>({ dialect: new PostgresDialect({ pool: new Pool() }) });`,
  "src/authenticate.ts": `
    import type { FastifyRequest } from "fastify";
    import { findApiKey } from "./api-keys.js";
    export async function authenticate(request: FastifyRequest) {
      if (request.headers["x-api-key"]) request.apiKey = await findApiKey(request.headers["x-api-key"]);
      else await request.jwtVerify();
    }`,
};

const { tenancy } = learnTenancy(link({ files: [], packages: [], aliases: [] }, new Map()), {
  schemas: [{ kind: "prisma", file: "schema.prisma", text: schema }],
  migrations: [],
  sql: null,
  configuration: noConfiguration,
  tests: new Set(),
});
