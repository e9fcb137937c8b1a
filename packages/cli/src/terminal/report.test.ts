import { exampleReport } from "@tenant-audit/testing";
import type { Finding, Report } from "@tenant-audit/core";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { type TextOptions, textReport } from "./report.js";

const source = `import { db } from "./database.js";

export function listInvoices() {
  return db.selectFrom("invoices").selectAll().execute();
}
`;

const plain: TextOptions = {
  colors: picocolors.createColors(false),
  width: 80,
  isVerbose: false,
  isQuiet: false,
  directory: "shop",
  sourceOf: (file) => (file === "src/invoices.ts" ? source : undefined),
  unlistedSkips: 1,
};

const [finding] = exampleReport.findings as [Finding];

function withFindings(...findings: readonly Finding[]): Report {
  return { ...exampleReport, findings };
}

describe("the text report", () => {
  it("counts what holds the paths to tables under row security, where there are any", () => {
    expect(textReport(exampleReport, plain)).not.toContain("held by");
    const [first, second, third] = exampleReport.paths;
    const paths = [
      { ...first!, protection: "neither" as const },
      { ...second!, protection: "code and database" as const },
      { ...third!, protection: "neither" as const },
    ];
    expect(textReport({ ...exampleReport, paths }, plain)).toContain(`
  to tables under row security, held by
  code and database  1  the code and row security each limit it by themselves
  neither            2  neither the code nor row security holds it
`);
  });

  it("says what was found, worst first, and what to do next", () => {
    expect(textReport(exampleReport, plain)).toBe(`\
tenant-audit 0.1.0 · shop

  project  3 files, 1,240 lines
  tenants  organization (organization_id)
  tables   1 tenant, 1 child

  paths      4
  unscoped   1  ██████████  nothing limits it to one tenant
  unclear    1  ██████████  could not be decided; the reason is given
  exempt     1  ██████████  a written exemption vouches for it
  scoped     1  ██████████  limited to one tenant

1 finding: 1 leak

src/invoices.ts
  4:10  leak  no-unscoped-query
    This query reads "invoices" for every organization.
    3 │ export function listInvoices() {
    4 │   return db.selectFrom("invoices").selectAll().execute();
      │          ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    from src/routes.ts:12:3 called from GET /invoices

1 unclear path, because
  1  the table's name is made at run time

1 file or directory skipped
  src/locked.ts could not be read: permission denied

Left out on purpose
  1  declaration
  1  test

Notes
  tsconfig.json:3 is malformed (comma expected).

What to do next
  - The audit is incomplete. Make what was skipped readable, or list it under
    "skip" in tenant-audit.config.json.
  - Start with the findings of grade leak; each message says how to make it
    right.
  - An unclear path is not a pass: read those by hand. --verbose names them.
  - Keep the audit in the repository with --write, and check it in CI with
    --check.
`);
  });

  it("puts graver findings before milder ones, and new ones before known ones", () => {
    const text = textReport(
      withFindings(
        { ...finding, file: "a.ts", grade: "hygiene" },
        { ...finding, file: "b.ts", grade: "leak", baseline: "known" },
        { ...finding, file: "c.ts", grade: "weak" },
        { ...finding, file: "d.ts", grade: "leak" },
      ),
      plain,
    );
    expect(text.match(/^[a-d]\.ts$/gm)).toEqual(["d.ts", "c.ts", "a.ts", "b.ts"]);
    expect(text).toContain("no-unscoped-query (known)");
  });

  it("shows twenty findings and says how many there are, unless it is verbose", () => {
    const many = withFindings(
      ...Array.from({ length: 23 }, (_, index) => ({ ...finding, line: index + 10 })),
    );
    const count = (text: string): number => text.match(/leak {2}no-unscoped-query/g)?.length ?? 0;
    const short = textReport(many, plain);
    expect(count(short)).toBe(20);
    expect(short).toContain("… and 3 more in 1 file; --verbose shows all of them.");
    expect(count(textReport(many, { ...plain, isVerbose: true }))).toBe(23);
  });

  it("names what is unclear and left out when it is verbose", () => {
    const text = textReport(exampleReport, { ...plain, isVerbose: true });
    expect(text).toContain("src/reports.ts:2 report");
    expect(text).toContain("src/invoices.test.ts");
  });

  it("does not call it a pass when nothing was judged", () => {
    const empty = {
      ...exampleReport,
      paths: [],
      findings: [],
      summary: { paths: 0, byVerdict: {}, byGrade: {} },
    };
    const text = textReport(empty, plain);
    expect(text).not.toContain("No findings.");
    expect(text).toContain("Nothing was judged, which is no pass.");
  });

  it("keeps to the width of the terminal", () => {
    const message = "This query reads one table after another for every organization. ".repeat(4).trim();
    const text = textReport(withFindings({ ...finding, message }), { ...plain, width: 60 });
    const lines = text.split("\n").filter((line) => line.startsWith("    This") || line.includes("every"));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it("lets no scanned text reach the terminal as it is", () => {
    const evil = "\u001b[2J\u202e\nfake line";
    const text = textReport(
      {
        ...withFindings({
          ...finding,
          file: evil,
          message: evil,
          rule: evil,
          trail: [{ file: evil, line: 1, column: 1, endLine: 1, endColumn: 2, note: evil }],
        }),
        paths: exampleReport.paths.map((path) => ({ ...path, function: evil, unclear: evil })),
        project: {
          ...exampleReport.project,
          skipped: [{ file: evil, reason: evil }],
          notJudged: [{ file: evil, reason: evil }],
          notes: [{ file: evil, line: 1, message: evil }],
        },
        tenancy: {
          levels: [
            { name: evil, table: evil, columns: [evil], parent: evil, confidence: "likely", reason: evil },
          ],
          users: { table: evil, columns: [evil], confidence: "likely", reason: evil },
          tables: [],
        },
      },
      { ...plain, isVerbose: true, directory: evil, sourceOf: () => evil },
    );
    expect(text).not.toMatch(/[\u202e]/u);
    expect(text.includes("\u001b")).toBe(false);
    expect(text).not.toMatch(/^fake line/m);
  });
});
