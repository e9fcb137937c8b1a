import { exampleReport } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";
import type { AccessPath, Report, ReportedRowSecurity, ReportedTable } from "./contract.js";
import { documentChanges, markdownReport } from "./markdown.js";

const [unscopedPath] = exampleReport.paths as [AccessPath];

function withPaths(...paths: readonly AccessPath[]): Report {
  return { ...exampleReport, paths, summary: { ...exampleReport.summary, paths: paths.length } };
}

/** The lines of the section under a heading, without empty ones. */
function section(document: string, heading: string): readonly string[] {
  const [, after = ""] = document.split(`\n## ${heading}\n`);
  return after
    .split(/\n## /)[0]!
    .split("\n")
    .filter((line) => line !== "");
}

describe("the audit document", () => {
  const document = markdownReport(exampleReport);

  it("begins with what was found and how much of it", () => {
    const rows = section(document, "Summary");
    expect(rows).toContain("| unscoped | 1 | nothing limits it to one tenant |");
    expect(rows).toContain("| global | 0 | touches only data that belongs to nobody, or to everybody |");
    expect(rows).toContain("| all | 4 |  |");
    expect(rows).toContain("| leak | 1 | another tenant's data can be read, written or deleted |");
  });

  it("puts the findings first, each with its place, path and trail", () => {
    expect(document.indexOf("## Findings")).toBeLessThan(document.indexOf("## Inventory"));
    expect(section(document, "Findings")).toEqual([
      "### Leak: another tenant's data can be read, written or deleted (1)",
      "- **no-unscoped-query** at `src/invoices.ts:4`<br>",
      '  This query reads "invoices" for every organization.',
      "  - Path `aaaa1111` in `listInvoices`: kysely read `invoices`",
      "  - Reached from `GET /invoices`",
      "  1. `src/routes.ts:12` called from GET /invoices",
    ]);
  });

  it("shows the tenancy model it judged by", () => {
    const rows = section(document, "Tenancy model");
    expect(rows).toContain(
      "| `organization` | `organizations` | `organization_id` |  | certain | 2 of the 3 other tables point at it. |",
    );
    expect(rows).toContain("Users are rows of `users` and own rows elsewhere by `user_id`.");
    expect(rows).toContain("1 child table (reaches its tenant through a parent):");
    expect(rows).toContain(
      "| `invoice_lines` | `invoice_id` to `invoices` | likely | kysely types | reaches invoices by invoice_id |",
    );
  });

  it("says that row security is unknown where no migration was read", () => {
    expect(section(document, "Row security")).toEqual([
      "Unknown: no migration that was read says anything of it. A database may enforce it all the same.",
    ]);
  });

  it("says of each path to a table under row security what holds it, and of no other", () => {
    expect(document).not.toContain("held by");
    const held: AccessPath = { ...unscopedPath, id: "bbbb2222", protection: "database only" };
    const rows = markdownReport(withPaths(held, unscopedPath)).split("\n");
    expect(rows).toContain("| database only | 1 | the code does not hold it; row security does |");
    expect(rows).toContain("| path | verdict | access | function | limited by | held by | reached from |");
    const cells = (id: string) => rows.find((row) => row.startsWith(`| \`${id}\``))!.split(" | ");
    expect(cells("bbbb2222")[5]).toBe("database only");
    expect(cells("aaaa1111")[5]).toBe("");
  });

  it("shows what row security holds, table by table", () => {
    const [invoices, lines] = exampleReport.tenancy.tables as [ReportedTable, ReportedTable];
    const rowSecurity: ReportedRowSecurity = {
      enabled: true,
      forced: false,
      policies: [
        {
          name: "own rows",
          permissive: true,
          verbs: ["select"],
          roles: ["public"],
          file: "migrations/2.sql",
          line: 3,
        },
      ],
      verbs: { select: "bound", insert: "denied", update: "denied", delete: "denied" },
      through: ["app.organization_id"],
      faults: ["not-forced"],
    };
    const text = markdownReport({
      ...exampleReport,
      tenancy: { ...exampleReport.tenancy, tables: [{ ...invoices, rowSecurity }, lines] },
    });
    expect(section(text, "Row security")).toContain(
      "| `invoices` | on, not forced | bound | denied | denied | denied | `app.organization_id` | `own rows` | not forced |",
    );
    expect(section(text, "Row security").at(-1)).toBe(
      "Of 1 further table no migration that was read says anything.",
    );
  });

  it("lists every path with its verdict, constraint, function and entry points", () => {
    expect(section(document, "Inventory")).toEqual([
      "### `src/invoices.ts`",
      "| path | verdict | access | function | limited by | reached from |",
      "| --- | --- | --- | --- | --- | --- |",
      "| `aaaa1111` | unscoped | kysely read `invoices` | `listInvoices` | nothing | `GET /invoices` |",
      "| `bbbb2222` | scoped | kysely read `invoices` | `listOwnInvoices` | `invoices.organization_id` predicate, from principal |  |",
      "### `src/reports.ts`",
      "| path | verdict | access | function | limited by | reached from |",
      "| --- | --- | --- | --- | --- | --- |",
      "| `cccc3333` | unclear | kysely raw | `report` | nothing |  |",
      "| `dddd4444` | exempt | kysely read `invoices` | `countEverything` | nothing |  |",
    ]);
  });

  it("says why paths are unclear, and what exemptions vouch for", () => {
    expect(section(document, "Why paths are unclear")).toContain(
      "| the table's name is made at run time | 1 | `cccc3333` |",
    );
    expect(section(document, "Exemptions")).toContain(
      "| platform-admin | counts invoices for the operator's dashboard | 2027-01-31 | `src/reports.ts` in `countEverything` | `dddd4444` |",
    );
  });

  it("lists an exemption once, with all its paths", () => {
    const exempt = exampleReport.paths.find((path) => path.exemption !== null)!;
    const document = markdownReport(
      withPaths(
        exempt,
        { ...exempt, id: "eeee5555", function: "countEverything.<function 1>" },
        { ...exempt, id: "ffff6666", exemption: { ...exempt.exemption!, line: 90 } },
      ),
    );
    const [, , ...rows] = section(document, "Exemptions");
    expect(rows.map((row) => row.split(" | ").at(-1))).toEqual(["`dddd4444` `eeee5555` |", "`ffff6666` |"]);
  });

  it("says that it is incomplete when something was skipped", () => {
    expect(section(document, "What was not judged")).toEqual([
      "**This audit is incomplete.** These should have been judged and could not be read:",
      "- `src/locked.ts`: could not be read: permission denied",
      "Left out by kind: declaration, test. The JSON report names every file.",
    ]);
  });

  it("names a file that a comment took out of the audit", () => {
    const notJudged = [
      ...exampleReport.project.notJudged,
      { file: "src/queries.ts", reason: "generated code" },
    ];
    const document = markdownReport({ ...exampleReport, project: { ...exampleReport.project, notJudged } });
    expect(section(document, "What was not judged")).toContain("- `src/queries.ts`: generated code");
  });

  it("folds a long inventory away, file by file", () => {
    const paths = Array.from({ length: 30 }, (_, index) => ({ ...unscopedPath, id: `id${index}` }));
    const folded = markdownReport(withPaths(...paths));
    expect(folded).toContain(
      "<details>\n<summary><code>src/invoices.ts</code>: 30 unscoped</summary>\n\n| path |",
    );
  });

  it("stays the same when paths move and unrelated files come and go", () => {
    const moved = {
      ...withPaths(
        ...exampleReport.paths.map((path) => ({ ...path, line: path.line + 7, endLine: path.endLine + 7 })),
      ),
      project: {
        ...exampleReport.project,
        files: 90,
        lines: 9000,
        notJudged: [...exampleReport.project.notJudged, { file: "src/new.test.ts", reason: "test" }],
      },
    };
    expect(markdownReport(moved)).toBe(document);
  });
});

describe("names from the scanned code stay names", () => {
  it.each([
    ["a cell's end and a new row", "x |\n| `zzzz9999` | scoped |"],
    ["the end of the document's fold", "</details><script>alert(1)</script>"],
    ["a code span's end and a link", "`](https://evil.example)`[click"],
    ["a heading", "\n\n# Everything is scoped"],
  ])("%s", (_, name) => {
    const document = markdownReport(
      withPaths({ ...unscopedPath, function: name, entryPoints: [name], file: name }),
    );
    expect(section(document, "Inventory").filter((line) => line.startsWith("| `"))).toHaveLength(1);
    expect(document).not.toContain("<script>");
    expect(document).not.toContain("](https");
    expect(document).not.toMatch(/^# Everything/m);
    expect(documentChanges(document, document)).toEqual({ appeared: [], disappeared: [], changed: [] });
  });
});

describe("what changed between two documents", () => {
  it("names the paths that came, went and changed", () => {
    const [first, second, third, fourth] = exampleReport.paths as [
      AccessPath,
      AccessPath,
      AccessPath,
      AccessPath,
    ];
    const before = markdownReport(withPaths(first, second, third));
    const after = markdownReport(withPaths(first, { ...third, verdict: "unscoped" }, fourth));
    expect(documentChanges(before, after)).toEqual({
      appeared: ["dddd4444"],
      disappeared: ["bbbb2222"],
      changed: ["cccc3333"],
    });
  });

  it("calls every path new when the old document is no audit", () => {
    expect(documentChanges("hello", markdownReport(withPaths(unscopedPath))).appeared).toEqual(["aaaa1111"]);
  });
});
