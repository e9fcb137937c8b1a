/** The audit document's part about the model: the levels, whose rows each table holds, and what row security holds. */
import type { Report, ReportedRowSecurity, ReportedTable } from "./contract.js";
import { capitalized, foldedIfLong, table } from "./markdown-blocks.js";
import { groupBy } from "./order.js";
import { markdownCode, markdownProse } from "./sanitize.js";
import { counted, tableClassMeanings } from "./words.js";

type Tenancy = Report["tenancy"];

export function tenancySection(tenancy: Tenancy): string {
  return [
    "## Tenancy model",
    levelsTable(tenancy),
    usersSentence(tenancy),
    ...(tenancy.tables.length === 0 ? ["No tables were found."] : tablesByClass(tenancy)),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function levelsTable({ levels }: Tenancy): string {
  if (levels.length === 0) return "No tenant was found in the schema.";
  const rows = levels.map((level) => [
    markdownCode(level.name),
    markdownCode(level.table),
    level.columns.map(markdownCode).join(", "),
    level.parent === null ? "" : markdownCode(level.parent),
    level.confidence,
    markdownProse(level.reason),
  ]);
  return table(["level", "table", "named by", "below", "confidence", "why"], rows);
}

function usersSentence({ users, tables }: Tenancy): string {
  if (!users) return "";
  const where =
    users.table === null ? "Users are kept elsewhere" : `Users are rows of ${markdownCode(users.table)}`;
  const columns =
    users.columns.length === 0
      ? ""
      : ` and own rows elsewhere by ${users.columns.map(markdownCode).join(", ")}`;
  const memberships = tables.flatMap(({ name, membership }) =>
    membership
      ? [
          `${markdownCode(name)} (${[membership.user, ...membership.tenants.map(({ column }) => column)].map(markdownCode).join(" with ")})`,
        ]
      : [],
  );
  const ties = memberships.length === 0 ? "" : ` What ties them to tenants: ${memberships.join(", ")}.`;
  return `${where}${columns}.${ties}`;
}

const classes = ["root", "tenant", "child", "global", "unclassified"] as const;

function tablesByClass({ tables }: Tenancy): readonly string[] {
  const groups = groupBy(tables, (entry) => entry.class);
  return classes.flatMap((name) => {
    const ofClass = groups.get(name) ?? [];
    if (ofClass.length === 0) return [];
    const heading = `${capitalized(counted(ofClass.length, `${name} table`))} (${tableClassMeanings[name]}):`;
    const rows = ofClass.map((entry) => [
      markdownCode(entry.name),
      limitOf(entry),
      entry.confidence,
      markdownProse(entry.source),
      markdownProse(entry.reason),
    ]);
    return [
      heading,
      foldedIfLong(
        counted(ofClass.length, "table"),
        table(["table", "tenant key or parent", "confidence", "read from", "why"], rows),
        ofClass.length,
      ),
    ];
  });
}

function limitOf({ key, via }: ReportedTable): string {
  return via ? `${markdownCode(via.column)} to ${markdownCode(via.table)}` : key.map(markdownCode).join(", ");
}

const unknown =
  "Unknown: no migration that was read says anything of it. A database may enforce it all the same.";
const off = "No table has it. What limits a query to one tenant is the query alone.";

/** For the operator: which tables the database itself holds to one tenant, and how far. */
export function rowSecuritySection({ tables }: Tenancy): string {
  if (tables.length === 0) return "";
  const known = tables.filter((entry) => entry.rowSecurity !== null);
  const inUse = known.some(({ rowSecurity }) => rowSecurity!.enabled || rowSecurity!.policies.length > 0);
  if (known.length === 0 || !inUse) return `## Row security\n\n${known.length === 0 ? unknown : off}`;

  const rows = known
    .filter((entry) => entry.class !== "global" || entry.rowSecurity!.enabled)
    .map(({ name, rowSecurity }) => [markdownCode(name), ...rowSecurityCells(rowSecurity!)]);
  const silent = tables.length - known.length;
  return [
    "## Row security",
    "For a role that neither owns the tables nor may bypass row security. A verb is `bound` when the policies let it reach " +
      "one tenant's rows only, `denied` when none lets it reach any, `open` when it reaches other tenants' rows, `unclear` " +
      "when the policy does not say.",
    foldedIfLong(
      counted(rows.length, "table"),
      table(
        ["table", "state", "select", "insert", "update", "delete", "through", "policies", "faults"],
        rows,
      ),
      rows.length,
    ),
    silent === 0 ? "" : `Of ${counted(silent, "further table")} no migration that was read says anything.`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function rowSecurityCells(rowSecurity: ReportedRowSecurity): readonly string[] {
  const { enabled, forced, verbs, through, policies, faults } = rowSecurity;
  return [
    enabled ? (forced ? "on, forced" : "on, not forced") : "off",
    verbs.select,
    verbs.insert,
    verbs.update,
    verbs.delete,
    through.map(markdownCode).join(", "),
    policies.map((policy) => markdownCode(policy.name)).join(", "),
    faults.map((fault) => fault.replaceAll("-", " ")).join(", "),
  ];
}
