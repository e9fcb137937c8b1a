/**
 * What is wrong with tables themselves: they can't be placed, or row security does not hold them to one tenant. Facts in,
 * faults out; a fault stands in the schema, where its table or policy is written.
 */
import { judgeRowSecurity, usesRowSecurity } from "../tenancy/row-security/judge.js";
import type { RowSecurityFault, RowSecurityJudgement } from "../tenancy/row-security/judgement.js";
import type { Table, Tenancy } from "../tenancy/tenancy.js";
import type { Site } from "../trace/value.js";
import type { Grade } from "../vocabulary.js";
import type { OutsideUse } from "./outside.js";
import type { RuleId } from "./rules.js";

export interface TableFault {
  readonly rule: RuleId;
  readonly grade: Grade;
  /** What it is known by, wherever it stands: the tables, and which of their faults. */
  readonly identity: string;
  readonly place: SchemaPlace;
  readonly data: TableFaultData;
  readonly trail: readonly (SchemaPlace & { readonly step: TableStep })[];
  /** Queries that show it. */
  readonly queries: readonly Site[];
}

export interface SchemaPlace {
  readonly file: string;
  readonly line: number;
}

export type TableStep =
  | { readonly kind: "table"; readonly table: string }
  | { readonly kind: "policy"; readonly table: string; readonly policy: string };

export type TableFaultData =
  | { readonly kind: "unclassified"; readonly table: string; readonly reason: string }
  | { readonly kind: "row-security"; readonly table: string; readonly fault: RowSecurityFault }
  /** Policies bind everybody but the owner of these tables. */
  | { readonly kind: "not-forced"; readonly tables: readonly string[] }
  /** Queries of the table run where nothing has set what its policies read. */
  | { readonly kind: "outside"; readonly table: string; readonly setting: string; readonly count: number };

export function judgeTables(tenancy: Tenancy, outside: readonly OutsideUse[]): readonly TableFault[] {
  return [
    ...tenancy.tables.flatMap((table) => unclassified(table, tenancy)),
    ...(usesRowSecurity(tenancy) ? rowSecurityFaults(tenancy) : []),
    ...outside.flatMap(usedOutside),
  ];
}

/** Where no tenants were found at all, one note about the schema says more than a finding for each table. */
function unclassified(table: Table, { levels }: Tenancy): readonly TableFault[] {
  if (table.class !== "unclassified" || levels.length === 0) return [];
  return [
    {
      rule: "no-unclassified-table",
      grade: "weak",
      identity: table.name,
      place: placeOf(table),
      data: { kind: "unclassified", table: table.name, reason: table.reason },
      trail: [],
      queries: [],
    },
  ];
}

function rowSecurityFaults(tenancy: Tenancy): readonly TableFault[] {
  const judged = tenancy.tables.flatMap((table) => {
    const judgement = judgeRowSecurity(table, tenancy);
    return judgement ? [{ table, judgement }] : [];
  });
  const unforced = judged.filter(({ judgement }) => has(judgement, "not-forced")).map(({ table }) => table);
  return [
    ...judged.flatMap(({ table, judgement }) =>
      judgement.faults.filter(({ kind }) => kind !== "not-forced").map((fault) => faultOf(table, fault)),
    ),
    ...(unforced.length > 0 ? [notForced(unforced)] : []),
  ];
}

function faultOf(table: Table, fault: RowSecurityFault): TableFault {
  const own = placeMade(table);
  const place = fault.file !== null && fault.line !== null ? { file: fault.file, line: fault.line } : own;
  const detail = "view" in fault ? fault.view : "partition" in fault ? fault.partition : (fault.policy ?? "");
  return {
    rule: "require-row-security",
    grade: gradeOf(fault),
    identity: `${table.name}\n${fault.kind}\n${detail}`,
    place,
    data: { kind: "row-security", table: table.name, fault },
    trail:
      fault.policy === null
        ? []
        : [
            { ...own, step: { kind: "table", table: table.name } },
            { ...place, step: { kind: "policy", table: table.name, policy: fault.policy } },
          ],
    queries: [],
  };
}

/** Row security is seldom the only wall, so nothing here is a leak by itself. */
function gradeOf({ kind }: RowSecurityFault): Grade {
  return kind === "empty-setting" || kind === "unclear-verbs" ? "hygiene" : "weak";
}

/** It concerns who connects, and not one table: said once. Policies for named roles are not meant for the owner. */
function notForced(tables: readonly Table[]): TableFault {
  const forEverybody = tables.some((table) =>
    table.rowSecurity!.policies.some(({ roles }) => roles.includes("public")),
  );
  return {
    rule: "require-row-security",
    grade: forEverybody ? "weak" : "hygiene",
    identity: "not-forced",
    place: placeMade(tables[0]!),
    data: { kind: "not-forced", tables: tables.map(({ name }) => name) },
    trail: tables.map((table) => ({ ...placeMade(table), step: { kind: "table", table: table.name } })),
    queries: [],
  };
}

/** No leak, for no rows come back; but whoever wrote the query wanted some. */
function usedOutside({ table, setting, sites }: OutsideUse): readonly TableFault[] {
  return [
    {
      rule: "require-row-security",
      grade: "hygiene",
      identity: `${table.name}\noutside\n${setting}`,
      place: placeMade(table),
      data: { kind: "outside", table: table.name, setting, count: sites.length },
      trail: [],
      queries: sites,
    },
  ];
}

function has({ faults }: RowSecurityJudgement, kind: RowSecurityFault["kind"]): boolean {
  return faults.some((fault) => fault.kind === kind);
}

/** Row security is a matter of migrations, also of a table that the code declares. */
function placeMade(table: Table): SchemaPlace {
  return table.madeAt ?? placeOf(table);
}

/** Every reader says where its tables stand; one without a place can only be the configuration's. */
function placeOf({ file, line }: Table): SchemaPlace {
  return { file: file ?? "tenant-audit.config.json", line: line ?? 1 };
}
