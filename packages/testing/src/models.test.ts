/**
 * The tenancy models of real projects against what a person read from their schemas (docs/tenancy-models.md). The projects
 * are not in this repository: each is a folder of TENANT_AUDIT_CORPORA (`../corpora` beside the checkout if it is not set)
 * that is called as its fence in the document.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { labelsIn, tablesThatDiffer, type ReportedModel } from "./labelled-models.js";
import { temporaryProject } from "./temporary-project.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const corpora = path.resolve(repository, process.env["TENANT_AUDIT_CORPORA"] ?? "../corpora");
const labelled = labelsIn(readFileSync(path.join(repository, "docs/tenancy-models.md"), "utf8"));

describe("the tables of real projects are what a person reads from the schema", () => {
  for (const { project, tables, exceptions } of labelled) {
    const directory = path.join(corpora, project);
    if (!existsSync(directory)) {
      it.skip(`${project} is not in ${path.relative(repository, corpora)}`, () => {});
      continue;
    }
    it(`${project}: ${tables.size} tables`, async () => {
      const { stdout } = await temporaryProject({}).run(["tables", directory, "--format", "json"]);
      const { tenancy } = JSON.parse(stdout) as { tenancy: ReportedModel };
      const differing = tablesThatDiffer(tables, tenancy);
      expect(differing.filter(({ table }) => !exceptions.has(table))).toEqual([]);
      expect(differing.map(({ table }) => table).sort()).toEqual([...exceptions].sort());
    });
  }
});

describe("labels and a model", () => {
  const [{ tables }] = labelsIn(
    "```tables shop\nroot: organizations\ntenant by organization_id?: invoices\nchild through invoice_id to invoices: lines\n```\n",
  ) as [(typeof labelled)[number]];
  const organizations = { name: "organizations", class: "root", key: ["id"], via: null };
  const invoices = { name: "Invoices", class: "tenant", key: ["organizationId"], via: null };
  const lines = { name: "lines", class: "child", key: [], via: { column: "invoice_id", table: "invoices" } };

  it("agree in any spelling", () => {
    expect(tablesThatDiffer(tables, { tables: [organizations, invoices, lines] })).toEqual([]);
  });

  it("differ by class, by key, by parent and by a table that is not there", () => {
    const wrong = [
      { ...organizations, class: "global", key: [] },
      { ...invoices, key: ["organizationId", "projectId"] },
    ];
    expect(tablesThatDiffer(tables, { tables: wrong })).toEqual([
      { table: "organizations", wanted: "root", inferred: "global" },
      {
        table: "invoices",
        wanted: "tenant by organizationid",
        inferred: "tenant by organizationid, projectid",
      },
      { table: "lines", wanted: "child through invoiceid to invoices", inferred: "not in the model" },
    ]);
  });
});
