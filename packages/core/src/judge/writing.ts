/** Judging what is written: the rows of an insert. */
import { bindWritten, type WrittenBinding, type WrittenColumn } from "../constraint/inserts.js";
import { valueOf, type Claim } from "../proof/claims.js";
import { findTable } from "../tenancy/lookup.js";
import type { Table } from "../tenancy/tenancy.js";
import type { Access } from "../trace/library.js";
import { beliefOf } from "./belief.js";
import { judgeConflict } from "./conflicts.js";
import { isTenantTable } from "./facts.js";
import { keyPhrase } from "./phrases.js";
import { isFromScopedRow, type QueryContext } from "./query.js";
import {
  clear,
  fault,
  onlyByReference,
  unclear,
  worstOf,
  type JudgedConstraint,
  type ResourceVerdict,
} from "./verdict.js";
import { shownWritten, waysOf } from "./ways.js";

type QueryDetail = Access["detail"] & { kind: "query" };

/** The table an insert or upsert writes. */
export function judgeWritten(
  context: QueryContext,
  access: Access,
  detail: QueryDetail,
): ResourceVerdict | null {
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
  const verdicts = rows.flatMap((row) => judgeRow(context, access, table, bindWritten(row, facts)) ?? []);
  if (verdicts.length === 0) return null;
  const worst = worstOf(verdicts);
  if (worst.verdict !== "scoped" || !detail.conflict?.updates) return worst;
  return judgeConflict(context, access, table, detail) ?? worst;
}

/** Null where each call was followed, and is judged for itself. */
function judgeRow(
  context: QueryContext,
  access: Access,
  table: Table,
  written: WrittenBinding,
): ResourceVerdict | null {
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
        ...believed(context, access, table, first),
      });
    case "owner":
      return clear(table, {
        kind: "owner",
        key: first?.column ?? "",
        ...believed(context, access, table, first),
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
      const belief = context.flows ? beliefOf(context.flows, access, [referencesIn(written)]) : null;
      if (belief?.kind === "nothing") return null;
      if (belief?.kind === "proven")
        return clear(table, {
          kind: "reference",
          key: first?.column ?? "",
          origin: belief.origin,
          proof: belief.proof,
          ...waysOf(context, access, belief.flows, shownWritten(table.name, first)),
        });
      const isProven = written.evidence.some((one) => isFromScopedRow(context, one.operand));
      const constraint: JudgedConstraint = {
        kind: isProven ? "row" : "reference",
        key: first?.column ?? "",
        origin: first?.operand.origin ?? "unknown",
        proof: isProven ? "scoped-row" : "none",
      };
      if (isProven) return clear(table, constraint);
      return onlyByReference(
        table,
        {
          operation: "insert",
          table: table.name,
          key: key.column,
          viaTable: key.viaTable,
          column: first?.column ?? "",
          isAddress: false,
          library,
        },
        constraint,
      );
    }
    case "unknown": {
      // What an object has that is written whole: the tenant, where that was made sure of before.
      const [brought] = written.brought.filter(({ level }) => level !== null);
      const constraint = believed(context, access, table, brought);
      if (brought && constraint.proof !== "given")
        return clear(table, { kind: "values", key: brought.column, ...constraint });
      return unclear(table.name, written.reason ?? "what it writes is built where we cannot follow");
    }
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

/** What is known of the value that says whose the row will be. What a request brings is judged as what is stored. */
function believed(
  context: QueryContext,
  access: Access,
  table: Table,
  written: WrittenColumn | undefined,
): Pick<JudgedConstraint, "origin" | "proof" | "trail" | "way" | "others"> {
  const taken = { origin: written?.operand.origin ?? "unknown", proof: "given" } as const;
  if (!context.flows || !written) return taken;
  const claim: Claim = { status: "tenant", column: written.column, values: [valueOf(written.operand)] };
  const belief = beliefOf(context.flows, access, [[claim]]);
  if (belief.kind !== "proven" && belief.kind !== "given") return taken;
  const ways = waysOf(context, access, belief.flows, shownWritten(table.name, written));
  return belief.kind === "proven"
    ? { origin: belief.origin, proof: belief.proof, ...ways }
    : { ...taken, ...ways };
}

function referencesIn({ evidence }: WrittenBinding): readonly Claim[] {
  return evidence.map(({ column, operand }) => ({
    status: "reference",
    column,
    values: [valueOf(operand)],
  }));
}
