/** From a query's clauses to the selection that the constraint solver judges. */
import {
  always,
  asWritten,
  looseOf,
  type Column,
  type Predicate,
  type Resource,
  type RowsBeside,
  type Selection,
  type Written,
  type WrittenRow,
} from "../constraint/predicate.js";
import {
  exchangedIn,
  exchangedOn,
  exchangedRows,
  exchangedUnder,
  type Exchange,
} from "../constraint/operands.js";
import type { AccessDraft, Conflict } from "./library.js";
import { clausesOf, siteKey, type Clause, type QueryValue, type Step } from "./value.js";

export function selectionOf(query: QueryValue): Selection {
  return assemble(query, 0).selection;
}

/** One access for each table that the program may choose; nearly always one. */
export function accessesOf(
  query: QueryValue,
  stage: AccessDraft["stage"],
  end: number,
): readonly AccessDraft[] {
  const choices = clausesOf(query).map((clause) =>
    clause.kind === "resource" ? (clause.alternatives?.length ?? 0) : 0,
  );
  return Array.from({ length: 1 + Math.max(0, ...choices) }, (_, variant) =>
    accessOf(query, stage, end, variant),
  );
}

function accessOf(query: QueryValue, stage: AccessDraft["stage"], end: number, variant: number): AccessDraft {
  const parts = assemble(query, variant);
  return {
    site: { ...query.root, end: Math.max(end, query.root.end) },
    kind: "query",
    library: query.library,
    operation: query.operation,
    stage,
    ...(query.session && { session: query.session }),
    ...(query.client && { client: query.client }),
    detail: {
      kind: "query",
      selection: parts.selection,
      written: parts.written,
      updated: parts.updated,
      beside: parts.beside,
      target:
        query.operation === "insert" || query.operation === "upsert"
          ? (parts.selection.resources[0]?.table ?? null)
          : null,
      conflict: parts.conflict,
      unclear: parts.unclear,
      isOpenTable: clausesOf(query).some(
        (clause) => clause.kind === "unclear" && clause.isOpenTable === true,
      ),
    },
  };
}

/** What clauses demand, and whether they took back what stood before them. */
interface Folded extends Written {
  readonly isCleared: boolean;
}

interface Assembled {
  readonly selection: Selection;
  readonly written: readonly WrittenRow[] | null;
  readonly updated: readonly WrittenRow[];
  readonly beside: readonly RowsBeside[];
  readonly conflict: Conflict | null;
  readonly unclear: readonly string[];
}

function assemble(query: QueryValue, variant: number): Assembled {
  const resources: Resource[] = [];
  const nested: Selection[] = [];
  const arms: Selection[] = [];
  const outputs = new Map<string, Column>();
  const unclear: string[] = [];
  let written: WrittenRow[] | null = null;
  const updated: WrittenRow[] = [];
  const beside: RowsBeside[] = [];
  let conflict: Assembled["conflict"] = null;

  // `reason` is that of the branch which the clauses stand in; null outside of branches.
  // `isBehind`: conditions stand before them.
  const fold = (clauses: readonly Clause[], reason: string | null, isBehind: boolean): Folded => {
    let filters: Written[] = [];
    let isCleared = false;
    const isFirst = (): boolean => filters.length === 0 && (isCleared || !isBehind);
    for (const clause of clauses) {
      switch (clause.kind) {
        case "resource": {
          const { resource } = clause;
          const chosen = (variant > 0 ? clause.alternatives?.[variant - 1] : undefined) ?? resource;
          if (reason === null) {
            resources.push(chosen);
            break;
          }
          // Joined on some paths only, it still binds its own rows wherever they come back, as in a left join; the
          // other tables it binds on those paths alone.
          const isInner = chosen.join === "inner" || chosen.join === "cross";
          resources.push(isInner ? { ...chosen, join: "left" } : chosen);
          if (chosen.on.kind !== "true")
            filters.push({ predicate: { kind: "choice", arms: [chosen.on, always], reason } });
          break;
        }
        case "filter": {
          const { predicate, loose, isAlternative } = clause;
          const isOr = isAlternative && !isFirst();
          filters.push(isOr ? { predicate, loose: [always, ...(loose ?? [predicate])] } : clause);
          break;
        }
        case "clear-filters":
          filters = [];
          isCleared = true;
          break;
        case "nested":
          nested.push(clause.selection);
          break;
        case "arm":
          arms.push(clause.selection);
          break;
        case "output":
          outputs.set(clause.name, clause.column);
          break;
        case "written":
          written = [...(written ?? []), ...clause.rows];
          break;
        case "updated":
          updated.push(...clause.rows);
          break;
        case "beside":
          beside.push(clause.written);
          break;
        case "conflict":
          conflict = { columns: clause.columns, updates: clause.updates, where: clause.where };
          break;
        case "unclear":
          unclear.push(clause.reason);
          break;
        case "choice": {
          const options = clause.arms.map((arm) => fold(arm, clause.reason, !isFirst()));
          // Where an arm takes back what was said, the others still say it.
          const isReplaced = options.some((option) => option.isCleared);
          const before = filters;
          const arms = options.map((option) =>
            isReplaced && !option.isCleared ? asWritten([...before, option]) : option,
          );
          if (isReplaced) filters = [];
          if (arms.some(({ predicate }) => predicate.kind !== "true")) {
            const { given } = clause;
            const choose = (all: readonly Predicate[]): Predicate => ({
              kind: "choice",
              arms: all,
              reason: clause.reason,
              ...(given && { given }),
            });
            const predicate = choose(arms.map((arm) => arm.predicate));
            filters.push({ predicate, loose: looseOf(arms, choose) });
          }
          break;
        }
        case "begin":
        case "common-table":
          break;
      }
    }
    return { ...asWritten(filters), isCleared };
  };

  const { predicate: where } = fold(clausesOf(query), null, false);
  return {
    selection: {
      site: siteKey(query.root),
      resources: uniqueResources(resources),
      where,
      nested,
      arms,
      outputs: outputs.size > 0 ? outputs : null,
    },
    written,
    updated,
    beside,
    conflict,
    unclear,
  };
}

/** Both arms of a branch may join the same table in the same way; it still stands in the query once. */
function uniqueResources(resources: readonly Resource[]): readonly Resource[] {
  const seen = new Map<string, Resource>();
  for (const resource of resources) if (!seen.has(resource.alias)) seen.set(resource.alias, resource);
  return [...seen.values()];
}

/** The same query with other values in it. */
export function withOperands(query: QueryValue, exchange: Exchange): QueryValue {
  const head = clausesOf(query)
    .map((clause) => exchangedClause(clause, exchange))
    .reduce<Step | null>(
      (previous, clause) => ({ previous, length: (previous?.length ?? 0) + 1, clause }),
      null,
    );
  return { ...query, head: head ?? query.head };
}

function exchangedClause(clause: Clause, exchange: Exchange): Clause {
  switch (clause.kind) {
    case "resource":
      return { ...clause, resource: exchangedOn(clause.resource, exchange) };
    case "filter":
      return {
        ...clause,
        predicate: exchangedUnder(clause.predicate, exchange),
        ...(clause.loose && { loose: clause.loose.map((arm) => exchangedUnder(arm, exchange)) }),
      };
    case "nested":
    case "arm":
    case "common-table":
      return { ...clause, selection: exchangedIn(clause.selection, exchange) };
    case "written":
    case "updated":
      return { ...clause, rows: exchangedRows(clause.rows, exchange) };
    case "beside": {
      const { written } = clause;
      return { ...clause, written: { ...written, rows: exchangedRows(written.rows, exchange) } };
    }
    case "conflict":
      return { ...clause, where: exchangedUnder(clause.where, exchange) };
    case "choice":
      return {
        ...clause,
        arms: clause.arms.map((arm) => arm.map((inner) => exchangedClause(inner, exchange))),
      };
    default:
      return clause;
  }
}
