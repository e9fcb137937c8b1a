import { type CommandResult, processorTime, temporaryProject } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";
import { shop, shopSchema } from "./testing/shop.js";

/** As on a terminal of that width. */
async function onTerminal(
  words: readonly string[],
  columns: number,
  environment: Record<string, string> = {},
): Promise<string> {
  let stdout = "";
  await shop().run(words, {
    environment,
    stdout: { isTerminal: true, columns, write: (text) => void (stdout += text) },
  });
  return stdout;
}

const withoutColors = { NO_COLOR: "1" };

describe("tables", () => {
  it("shows levels, then tables by class, then how many there are", async () => {
    const { status, stdout, stderr } = await shop().run(["tables"]);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toContain(`
Tenants and users
  organization · certain
    The rows of "organizations", named by "organizationId", "organization_id".
    2 of the 5 other tables point at it; "members" ties users to it.
  users · certain
    The rows of "users", owners by "user_id".
`);
    expect(stdout).toContain(`
root · 1 table: its rows are the tenants
  table          tenant key  confidence
  organizations  id          certain

tenant · 2 tables: names its tenant in a column
  table     tenant key       membership               confidence
  invoices  organization_id                           certain
  members   organization_id  user_id in organization  certain

child · 1 table: reaches its tenant through a parent
  table          through                confidence
  invoice_lines  invoice_id → invoices  certain

global · 2 tables: belongs to nobody, or to everybody
  table      confidence
  countries  likely
  users      likely

6 tables: 1 root, 2 tenant, 1 child, 2 global
`);
  });

  it("says the reason of each table when it is verbose", async () => {
    const { stdout } = await shop().run(["tables", "--verbose"]);
    expect(stdout).toContain(
      '  invoice_lines  invoice_id → invoices  certain\n    It has no tenant key of its own; "invoice_id" is a foreign key to "invoices".\n',
    );
  });

  it("shows the classes that were asked for", async () => {
    const { stdout } = await shop().run(["tables", "--class", "child,root"]);
    expect(stdout).toMatch(/^root · .*^child · /ms);
    expect(stdout).not.toMatch(/^(?:tenant|global) · /m);
    expect(stdout).toContain("\n2 tables: 1 root, 1 child\n");

    const none = await shop().run(["tables", "--class", "unclassified"]);
    expect(none.stdout).toContain('The rows of "organizations"');
    expect(none.stdout).toContain("\nNo table is of a class that was asked for.\n");
  });

  it("says once what holds for most tables, and of the others what differs", async () => {
    const project = shop();
    project.write(
      "src/index.ts",
      `import type { Kysely } from "kysely";
interface Database { receipts: { id: string; organization_id: string } }
export declare const db: Kysely<Database>;
`,
    );
    const { stdout } = await project.run(["tables"]);
    expect(stdout).toMatch(/^ {2}receipts .* kysely types$/m);
    expect(stdout).toMatch(/^ {2}invoices .*(?<!schema)$/m);
    expect(stdout).toContain("\nWhere nothing else is said, the source is prisma schema.\n");
  });

  it("names the column that may be null", async () => {
    const project = temporaryProject({
      "schema.prisma": shopSchema.replace(
        "organizationId String       @map",
        "organizationId String?      @map",
      ),
      "src/index.ts": "export {};\n",
    });
    const { stdout } = await project.run(["tables"]);
    expect(stdout).toMatch(/^ {2}members +organization_id\? /m);
    expect(stdout).toContain("A key with ? may be null: such a row belongs to no tenant of that level.");
  });

  it("takes what the configuration says", async () => {
    const project = shop();
    project.write("tenant-audit.config.json", '{ "tables": { "invoice_lines": { "class": "global" } } }');
    const { stdout } = await project.run(["tables", "--class", "global", "--verbose"]);
    expect(stdout).toMatch(/^ {2}invoice_lines +certain\n {4}The configuration says so\.$/m);
  });

  it("says it when there are no tenants, and when there is no table at all", async () => {
    const plain = temporaryProject({ "src/index.ts": "export {};\n" });
    const { status, stdout } = await plain.run(["tables"]);
    expect(stdout).toContain("No tenants were found.");
    expect(stdout).toContain("No tables were found.");
    expect(status).toBe(0);
  });
});

describe("a terminal", () => {
  it("that is narrow gets one table after another", async () => {
    const stdout = await onTerminal(["tables", "--class", "tenant,child"], 50, withoutColors);
    expect(stdout).toContain(`
  members
    organization_id · membership user_id in
    organization · certain
`);
    expect(stdout).toContain("\n  invoice_lines\n    invoice_id → invoices · certain\n");
    const lines = stdout.split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it("has colors, and has none under NO_COLOR", async () => {
    expect(await onTerminal(["tables"], 100)).toContain("\u001b[");
    expect(await onTerminal(["tables"], 100, withoutColors)).not.toContain("\u001b");
  });

  it("has long names over several lines, and a pipe has them whole on one", async () => {
    const name = "a_name_that_somebody_generated_".repeat(5);
    const project = temporaryProject({
      "schema.prisma": shopSchema.replaceAll("invoice_lines", name),
      "src/index.ts": "export {};\n",
    });
    let stdout = "";
    await project.run(["tables"], {
      environment: withoutColors,
      stdout: { isTerminal: true, columns: 90, write: (text) => void (stdout += text) },
    });
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(stdout.replace(/\s/g, "")).toContain("a_name_that_somebody");
    expect((await project.run(["tables"])).stdout).toContain(`  ${name}  invoice_id → invoices`);
  });
});

describe("other formats", () => {
  it("are JSON in the shape of the scan's report", async () => {
    const project = shop();
    const scanned = JSON.parse((await project.scan("--format", "json")).stdout) as { tenancy: object };
    const { stdout } = await project.run(["tables", "--format", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, tenancy: scanned.tenancy, problems: [] });
  });

  it("are Markdown", async () => {
    const { stdout } = await shop().run(["tables", "--format", "markdown"]);
    expect(stdout).toMatch(/^## Tenancy model\n/);
    expect(stdout).toMatch(/^\| `invoice_lines` \| `invoice_id` to `invoices` \|/m);
  });
});

describe("a schema of 1,000 tables", () => {
  const statements = Array.from({ length: 1000 }, (_, index) => {
    const things = index - (index % 2);
    return index % 2 === 0
      ? `CREATE TABLE things_${things} (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations (id), name text);
         CREATE INDEX ON things_${things} (organization_id);`
      : `CREATE TABLE parts_${things} (id uuid PRIMARY KEY, thing_id uuid NOT NULL REFERENCES things_${things} (id));
         ALTER TABLE parts_${things} ADD COLUMN quantity int;`;
  });
  const migrations = Array.from(
    { length: 20 },
    (_, index) =>
      [
        `migrations/${index + 1}_more.sql`,
        [
          ...(index === 0 ? ["CREATE TABLE organizations (id uuid PRIMARY KEY);"] : []),
          ...statements.slice(index * 50, index * 50 + 50),
        ].join("\n"),
      ] as const,
  );

  it("takes less than two seconds", async () => {
    const project = temporaryProject(Object.fromEntries(migrations));
    const spent = processorTime();
    const { stdout } = await project.run(["tables", "--format", "json"]);
    expect(spent()).toBeLessThan(2000);
    const { tenancy, problems } = JSON.parse(stdout) as {
      tenancy: { tables: { class: string }[] };
      problems: unknown[];
    };
    expect(problems).toEqual([]);
    const count = (name: string) => tenancy.tables.filter((table) => table.class === name).length;
    expect([count("root"), count("tenant"), count("child")]).toEqual([1, 500, 500]);
  });
});

describe("what cannot be done", () => {
  const failed = ({ status, stdout, stderr }: CommandResult): string => {
    expect(stdout).toBe("");
    expect(status).toBe(2);
    return stderr;
  };

  it("is a class that does not exist", async () => {
    const stderr = failed(await shop().run(["tables", "--class", "child,parents"]));
    expect(stderr).toContain("Allowed choices are root, tenant, child, global, unclassified.");
    expect(stderr).toContain("Run tenant-audit tables --help");
  });

  it("is a directory that does not exist", async () => {
    expect(failed(await shop().run(["tables", "nowhere"]))).toBe(
      "tenant-audit: nowhere does not exist. Name the directory to read.\n",
    );
  });

  it("is a configuration that speaks of what is not there", async () => {
    const project = shop();
    project.write("tenant-audit.config.json", '{ "tables": { "invoce_lines": { "class": "global" } } }');
    expect(failed(await project.run(["tables"]))).toContain('Did you mean "invoice_lines"?');
  });
});

it("--help teaches", async () => {
  const { stdout, status } = await shop().run(["tables", "--help"]);
  expect(stdout).toContain("$ tenant-audit tables --class unclassified");
  expect(stdout).toMatch(/^Exit status:\n {2}0 .*\n {2}2 /m);
  expect(status).toBe(0);
});

it("names cannot say anything of their own", async () => {
  const evil = "invoices\\u001b[2J\\u202e\\n# heading | `x` <b>";
  const database = `
import type { Kysely } from "kysely";
export interface Database {
  organizations: { id: string };
  "${evil}": { id: string; organization_id: string };
}
export declare const db: Kysely<Database>;
`;
  const project = temporaryProject({ "src/database.ts": database });
  for (const words of [
    ["tables"],
    ["tables", "--verbose"],
    ["tables", "--format", "markdown"],
    ["tables", "--format", "json"],
  ]) {
    const { stdout } = await project.run(words);
    expect(stdout).toContain("invoices");
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toContain("\u202e");
    expect(stdout).not.toMatch(/^# heading/m);
  }
});
