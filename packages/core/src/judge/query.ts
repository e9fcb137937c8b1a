/** Judging queries: what the solver found out about each table, turned into a verdict. */
import { bind } from "../constraint/bind.js";
import type { Binding, Evidence, Way } from "../constraint/binding.js";
import type { Facts } from "../constraint/facts.js";
import { bindWritten, type WrittenBinding } from "../constraint/inserts.js";
import type { Operand, Predicate, Selection } from "../constraint/predicate.js";
import type { ConstraintKind, Proof, Verdict } from "../vocabulary.js";
import { findTable } from "../tenancy/lookup.js";
import { normalized } from "../tenancy/names.js";
import type { Table, Tenancy } from "../tenancy/tenancy.js";
import type { Supply } from "../trace/callers.js";
import type { Access, Conflict, QueryRoot } from "../trace/library.js";
import { isTenantTable } from "./facts.js";
import type { Holdings } from "./holdings.js";
import type { FaultData, JudgedConstraint, ResourceVerdict, TrailStep } from "./verdict.js";

export interface QueryContext {
  readonly tenancy: Tenancy;
  readonly facts: Facts;
  readonly holdings: Holdings;
  readonly root: QueryRoot;
  /** What callers do about a parameter. */
  supplyOf(value: string): Supply | null;
  /** The verdict on another access: an id read from a row is worth as much as the row. */
  verdictOf(access: string): Verdict | null;
}

type QueryDetail = Access["detail"] & { kind: "query" };

/** One table of a selection, as the solver saw it. */
export function judgeBinding(
  context: QueryContext,
  binding: Binding,
  selection: Selection | null,
): ResourceVerdict {
  const written = binding.resource.table ?? "";
  const table = findTable(context.tenancy, written);
  if (!table) return unclear(written, `no schema here names the table "${written}"`);
  if (table.class === "unclassified")
    return unclear(table.name, `the tenancy model cannot place "${table.name}"`);
  if (!isTenantTable(table))
    return { resource: table.name, verdict: "global", constraint: null, unclear: null, fault: null };
  if (binding.ways.length === 0 && !binding.tooComplex)
    return clear(table, { kind: "predicate", key: "", origin: "constant", proof: "none" });

  const { operation, library } = context.root;
  const key = keyPhrase(context.tenancy, table);
  const shape = { operation, table: table.name, key: key.column, library };
  if (binding.tooComplex) return unclear(table.name, "the filter has too many alternatives to decide");

  const judged = binding.ways.map((way) => judgeWay(context, way));
  const open = judged.find((one) => one === null);
  if (open === undefined && judged.length > 0 && binding.status !== "none") {
    const first = judged[0]!;
    const fallback = binding.ways
      .flatMap((way) => way.slice(0, 1))
      .flatMap((evidence) => evidence.operands)
      .find((operand) => operand.fallback);
    if (fallback)
      return fault(
        table,
        "optional",
        "no-optional-tenant",
        "weak",
        { kind: "fallback", ...shape, value: fallback.text },
        first,
      );
    return clear(table, first);
  }
  const { sometimes } = binding;
  if (sometimes && ["tenant", "nobody", "parent"].includes(sometimes.status)) {
    const left = binding.evidence?.status === "reference" ? binding.evidence.column : null;
    const { grade, trail } = gradeOfAbsence(context, sometimes.reason, sometimes.evidence?.operands ?? []);
    return fault(
      table,
      "optional",
      "no-optional-tenant",
      grade,
      { kind: "optional", ...shape, when: sometimes.reason, left },
      sometimes.evidence ? asConstraint(sometimes.evidence, "given") : null,
      trail,
    );
  }
  const raw = selection ? rawMention(selection.where, table, key.column) : null;
  if (raw) return unclear(table.name, raw);
  if (binding.ambiguous.length > 0) {
    return unclear(table.name, `it is not known which table "${binding.ambiguous[0]}" belongs to`);
  }
  if (binding.status === "reference" && binding.evidence) {
    const column =
      binding.evidence.through.length === 0 ? binding.evidence.column : binding.evidence.through[0]!.column;
    return fault(
      table,
      "unscoped",
      "no-unscoped-query",
      "weak",
      { kind: "only-reference", ...shape, viaTable: key.viaTable, column },
      asConstraint(binding.evidence, "none"),
    );
  }
  return fault(
    table,
    "unscoped",
    "no-unscoped-query",
    "leak",
    {
      kind: "unscoped",
      ...shape,
      viaTable: key.viaTable,
      mention: selection ? mentionOf(selection.where, key.column) : null,
    },
    null,
  );
}

/**
 * Whether the tenant is really left out somewhere. When the condition is about the tenant's value itself, its callers
 * decide: if each of them that exists passes it, and nobody else can call, the constraint vanishes only in theory.
 */
function gradeOfAbsence(
  context: QueryContext,
  reason: string,
  operands: readonly Operand[],
): { grade: "leak" | "weak"; trail: readonly TrailStep[] } {
  const own = operands.find((operand) => operand.text === reason);
  const supply = own ? context.supplyOf(own.value) : null;
  if (!own || !supply) return { grade: "leak", trail: [] };
  const trail = supply.omitted.map((site) => ({ site, note: `called here without "${own.text}"` }));
  return { grade: isAlwaysPassed(context, own.value) ? "weak" : "leak", trail };
}

export function isAlwaysPassed(context: QueryContext, value: string): boolean {
  const supply = context.supplyOf(value);
  return supply !== null && supply.omitted.length === 0 && supply.supplied.length > 0 && supply.isClosed;
}

/** The constraint that one way in gives, or null when it gives none that can be believed. */
function judgeWay(context: QueryContext, way: Way): JudgedConstraint | null {
  for (const evidence of way) {
    if (evidence.status !== "reference")
      return asConstraint(evidence, evidence.status === "secret" ? "secret" : "given");
  }
  // Only ids: as good as the rows they were read from.
  for (const evidence of way) {
    if (
      evidence.operands.length > 0 &&
      evidence.operands.every((operand) => isFromScopedRow(context, operand))
    ) {
      return { kind: "row", key: evidence.column, origin: "row", proof: "scoped-row" };
    }
  }
  return null;
}

function isFromScopedRow(context: QueryContext, operand: Operand): boolean {
  return operand.row !== null && context.verdictOf(operand.row.access) === "scoped";
}

function asConstraint(evidence: Evidence, proof: Proof): JudgedConstraint {
  const kinds: Record<Evidence["status"], ConstraintKind> = {
    tenant: "predicate",
    nobody: "predicate",
    parent: "join",
    owner: "owner",
    secret: "secret",
    reference: "reference",
  };
  const kind = evidence.through.length > 0 && evidence.status === "tenant" ? "join" : kinds[evidence.status];
  return { kind, key: evidence.column, origin: evidence.operands[0]?.origin ?? "unknown", proof };
}

// -------------------------------------------------------------------------------------------------- writing

/** The table an insert or upsert writes. */
export function judgeWritten(context: QueryContext, detail: QueryDetail): ResourceVerdict | null {
  if (!detail.target) return null;
  const table = findTable(context.tenancy, detail.target);
  if (!table) return unclear(detail.target, `no schema here names the table "${detail.target}"`);
  if (table.class === "unclassified")
    return unclear(table.name, `the tenancy model cannot place "${table.name}"`);
  if (!isTenantTable(table))
    return { resource: table.name, verdict: "global", constraint: null, unclear: null, fault: null };
  const facts = context.facts.findTable(detail.target)!;
  const rows = detail.written ?? [];
  if (rows.length === 0) return unclear(table.name, "what it writes is built where we cannot follow");
  const verdicts = rows.map((row) => judgeRow(context, table, bindWritten(row, facts)));
  const worst = worstOf(verdicts);
  if (worst.verdict !== "scoped" || !detail.conflict?.updates) return worst;
  return judgeConflict(context, table, detail.conflict) ?? worst;
}

function judgeRow(context: QueryContext, table: Table, written: WrittenBinding): ResourceVerdict {
  const { library } = context.root;
  const key = keyPhrase(context.tenancy, table);
  const [first] = written.evidence;
  switch (written.status) {
    case "tenant":
      if (first?.operand.absent) {
        return fault(
          table,
          "optional",
          "no-optional-tenant",
          "weak",
          {
            kind: "optional",
            operation: "insert",
            table: table.name,
            key: first.column,
            when: first.operand.text,
            left: null,
            library,
          },
          null,
        );
      }
      if (first?.operand.fallback) {
        return fault(
          table,
          "optional",
          "no-optional-tenant",
          "weak",
          {
            kind: "fallback",
            operation: "insert",
            table: table.name,
            key: first.column,
            value: first.operand.text,
            library,
          },
          null,
        );
      }
      return clear(table, {
        kind: "values",
        key: first?.column ?? key.column,
        origin: first?.operand.origin ?? "unknown",
        proof: "given",
      });
    case "owner":
      return clear(table, {
        kind: "owner",
        key: first?.column ?? "",
        origin: first?.operand.origin ?? "unknown",
        proof: "given",
      });
    case "bootstrap":
      return clear(table, {
        kind: "values",
        key: table.primaryKey[0] ?? "id",
        origin: "constant",
        proof: "given",
      });
    case "reference": {
      // A child belongs to whatever row it points at; an id that was read from a scoped row is as good as that row.
      const isProven = written.evidence.some((one) => isFromScopedRow(context, one.operand));
      const constraint: JudgedConstraint = {
        kind: isProven ? "row" : "reference",
        key: first?.column ?? "",
        origin: first?.operand.origin ?? "unknown",
        proof: isProven ? "scoped-row" : "none",
      };
      if (isProven) return clear(table, constraint);
      return fault(
        table,
        "unscoped",
        "no-unscoped-query",
        "weak",
        {
          kind: "only-reference",
          operation: "insert",
          table: table.name,
          key: key.column,
          viaTable: key.viaTable,
          column: first?.column ?? "",
          library,
        },
        constraint,
      );
    }
    case "unknown":
      return unclear(table.name, written.reason ?? "what it writes is built where we cannot follow");
    case "none": {
      const [maybe] = written.sometimes;
      if (maybe)
        return fault(
          table,
          "optional",
          "no-optional-tenant",
          "leak",
          {
            kind: "optional",
            operation: "insert",
            table: table.name,
            key: maybe.column,
            when: maybe.operand.text,
            left: null,
            library,
          },
          null,
        );
      return fault(
        table,
        "unscoped",
        "no-unscoped-query",
        "leak",
        { kind: "unwritten", table: table.name, key: key.column, why: written.reason, library },
        null,
      );
    }
  }
}

/** An upsert overwrites the row that is in the way: that must be the tenant's own. */
function judgeConflict(context: QueryContext, table: Table, conflict: Conflict): ResourceVerdict | null {
  const { columns } = conflict;
  if (columns === null || overwritesOwnRowsOnly(context, table, conflict)) return null;
  const names = columns.map(normalized);
  const telling = [
    ...table.keys.map((key) => key.column),
    ...table.references.map((one) => one.column),
    ...table.owners,
    ...(table.class === "root" ? table.primaryKey : []),
  ];
  if (telling.some((column) => names.includes(normalized(column)))) return null;
  const key = keyPhrase(context.tenancy, table);
  return fault(
    table,
    "unscoped",
    "no-unscoped-query",
    "weak",
    { kind: "conflict", table: table.name, key: key.column, columns, library: context.root.library },
    null,
  );
}

function overwritesOwnRowsOnly(context: QueryContext, table: Table, conflict: Conflict): boolean {
  const alias = table.name.split(".").at(-1)!;
  const rows: Selection = {
    site: "conflict",
    resources: [{ table: table.name, alias, join: "from", on: { kind: "true" }, query: null, outputs: null }],
    where: conflict.where,
    nested: [],
    arms: [],
    outputs: null,
  };
  return bind(rows, context.facts).every(
    (binding) => binding.status === "tenant" || binding.status === "owner",
  );
}

// -------------------------------------------------------------------------------------------------- helpers

function clear(table: Table, constraint: JudgedConstraint): ResourceVerdict {
  return { resource: table.name, verdict: "scoped", constraint, unclear: null, fault: null };
}

export function unclear(resource: string, reason: string): ResourceVerdict {
  return { resource, verdict: "unclear", constraint: null, unclear: reason, fault: null };
}

function fault(
  table: Table,
  verdict: Verdict,
  rule: string,
  grade: "leak" | "weak",
  data: FaultData,
  constraint: JudgedConstraint | null,
  trail: readonly TrailStep[] = [],
): ResourceVerdict {
  return { resource: table.name, verdict, constraint, unclear: null, fault: { rule, grade, data, trail } };
}

/** The column that would make it right, and the parent's table when it stands there. */
function keyPhrase(
  tenancy: Tenancy,
  table: Table,
): { readonly column: string; readonly viaTable: string | null } {
  const [key] = table.keys;
  if (key) return { column: key.column, viaTable: null };
  if (table.class === "root") return { column: table.primaryKey[0] ?? "id", viaTable: null };
  const seen = new Set<string>([table.name]);
  for (let at: Table | null = table; at;) {
    const parentName: string | undefined = at.via[0]?.table;
    const parent: Table | null = parentName && !seen.has(parentName) ? findTable(tenancy, parentName) : null;
    if (!parent) break;
    seen.add(parent.name);
    const column =
      parent.keys[0]?.column ?? (parent.class === "root" ? (parent.primaryKey[0] ?? "id") : null);
    if (column) return { column, viaTable: parent.name };
    at = parent;
  }
  return { column: tenancy.levels[0]?.columns[0] ?? "the tenant", viaTable: null };
}

/** How the filter speaks of the tenant key although it does not bind it, which is worth saying to whoever wrote it. */
function mentionOf(predicate: Predicate, key: string): "or" | "not" | null {
  switch (predicate.kind) {
    case "and":
      return predicate.terms.map((term) => mentionOf(term, key)).find((found) => found !== null) ?? null;
    case "or":
      return predicate.terms.some((term) => comparesKey(term, key)) ? "or" : null;
    case "not":
      return comparesKey(predicate.term, key) ? "not" : null;
    default:
      return null;
  }
}

function comparesKey(predicate: Predicate, key: string): boolean {
  switch (predicate.kind) {
    case "and":
    case "or":
      return predicate.terms.some((term) => comparesKey(term, key));
    case "eq":
    case "in":
      return normalized(predicate.column.name) === normalized(key);
    default:
      return false;
  }
}

/** Raw SQL that names the tenant key may well bind it; we have not read it, so we say that. */
function rawMention(predicate: Predicate, table: Table, key: string): string | null {
  switch (predicate.kind) {
    case "and":
    case "or": {
      for (const term of predicate.terms) {
        const found = rawMention(term, table, key);
        if (found) return found;
      }
      return null;
    }
    case "choice":
      return predicate.arms.map((arm) => rawMention(arm, table, key)).find((found) => found !== null) ?? null;
    case "unknown": {
      if (predicate.raw === undefined)
        return predicate.reason.includes("built elsewhere") ? `its filter is ${predicate.reason}` : null;
      const words = new Set(predicate.raw.split(/[^\w$]+/).map(normalized));
      const names = [
        key,
        ...table.keys.map((one) => one.column),
        ...table.references.map((one) => one.column),
        ...table.primaryKey,
        ...(table.primaryKey.length === 0 ? ["id"] : []),
      ];
      return names.some((name) => words.has(normalized(name)))
        ? "its filter is raw SQL, which is not read yet"
        : null;
    }
    default:
      return null;
  }
}

const worstFirst: readonly Verdict[] = [
  "unscoped",
  "untrusted",
  "optional",
  "unclear",
  "exempt",
  "scoped",
  "global",
];

export function worstOf(verdicts: readonly ResourceVerdict[]): ResourceVerdict {
  const rank = (one: ResourceVerdict): number =>
    worstFirst.indexOf(one.verdict) * 2 + (one.fault?.grade === "leak" ? 0 : 1);
  return verdicts.reduce((worst, one) => (rank(one) < rank(worst) ? one : worst));
}
