import type { RowSecurity, Table, Tenancy } from "@tenant-audit/core";
import { exampleTenancy } from "@tenant-audit/testing";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { explanation } from "./explanation.js";

const options = { colors: picocolors.createColors(false), width: 100, configured: null };
const [invoices] = exampleTenancy.tables.filter(({ name }) => name === "invoices") as [Table];

const text = (changes: Partial<Table>, problems: Tenancy["problems"] = []): string =>
  explanation({ ...invoices, ...changes }, { ...exampleTenancy, problems }, options);

const policy: RowSecurity["policies"][number] = {
  name: "own rows",
  permissive: true,
  verbs: ["select", "insert", "update", "delete"],
  roles: ["public"],
  using: {
    kind: "equals",
    left: { kind: "column", table: null, column: "organization_id" },
    right: {
      kind: "setting",
      name: "app.organization",
      missingOk: true,
      emptyIsNull: true,
      fallback: false,
      cast: "uuid",
    },
  },
  check: null,
  file: "migrations/2.sql",
  line: 7,
};

describe("row security", () => {
  it("is told with its policies and where they stand", () => {
    const rowSecurity = { enabled: true, forced: true, policies: [policy] };
    expect(text({ rowSecurity })).toContain(`
Row security
  on, also for the table's owner
  policy "own rows" (for all, to public) migrations/2.sql:7
    rows seen: organization_id = setting app.organization
    rows written: the same
`);
  });

  it("that its owner escapes, or that lets nobody in, is called so", () => {
    expect(text({ rowSecurity: { enabled: true, forced: false, policies: [policy] } })).toContain(
      "\n  on, though not for the table's owner (no FORCE)\n",
    );
    expect(text({ rowSecurity: { enabled: true, forced: true, policies: [] } })).toContain(
      "\n  on, also for the table's owner; without a policy nobody sees a row\n",
    );
    expect(text({ rowSecurity: { enabled: false, forced: false, policies: [policy] } })).toContain(
      "\n  off\n",
    );
    expect(text({ rowSecurity: null })).toContain(
      "\n  unknown: no migration that was read says anything of it\n",
    );
  });

  it("with a condition nested without end is cut where nobody could read it", () => {
    let using = policy.using!;
    for (let depth = 0; depth < 5000; depth++)
      using = { kind: "and", terms: [using, { kind: "constant", value: true }] };
    const rowSecurity = { enabled: true, forced: true, policies: [{ ...policy, using }] };
    expect(text({ rowSecurity }).length).toBeLessThan(2000);
  });
});

it("names the sources that contradict each other about the table, and no others", () => {
  const shown = text({}, [
    { file: "types.ts", line: 3, message: 'Table "invoices" in the types contradicts the migrations.' },
    { file: "types.ts", line: 9, message: 'Table "invoices_archive" does not exist.' },
  ]);
  expect(shown).toContain(
    '\nContradictions\n  types.ts:3 Table "invoices" in the types contradicts the migrations.\n',
  );
  expect(shown).not.toContain("invoices_archive");
});
