/** From a query's clauses to the selection that the constraint solver judges. */
import {
  always,
  and,
  andAsWritten,
  armsAsWritten,
  never,
  or,
  type Column,
  type Predicate,
  type Resource,
  type Selection,
  type Written,
  type WrittenRow,
} from "../constraint/predicate.js";
import type { AccessDraft, Conflict } from "./library.js";
import { clausesOf, siteKey, type Clause, type QueryValue } from "./value.js";

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
    detail: {
      kind: "query",
      selection: parts.selection,
      written: parts.written,
      updated: parts.updated,
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
interface Folded {
  /** With an `or` between them, and no brackets around: what is said next goes with the last. */
  readonly arms: readonly Predicate[];
  readonly isCleared: boolean;
}

interface Assembled {
  readonly selection: Selection;
  readonly written: readonly WrittenRow[] | null;
  readonly updated: readonly WrittenRow[];
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
  let conflict: Assembled["conflict"] = null;

  // `reason` is that of the branch which the clauses stand in; null outside of branches.
  const fold = (clauses: readonly Clause[], reason: string | null): Folded => {
    let filters: Written[] = [];
    let isCleared = false;
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
        case "filter":
          filters.push(clause);
          break;
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
        case "conflict":
          conflict = { columns: clause.columns, updates: clause.updates, where: clause.where };
          break;
        case "unclear":
          unclear.push(clause.reason);
          break;
        case "choice": {
          const options = clause.arms.map((arm) => fold(arm, clause.reason));
          // Where an arm takes back what was said, the others still say it.
          const isReplaced = options.some((option) => option.isCleared);
          const before = isReplaced ? andAsWritten(filters) : always;
          const { reason, given } = clause;
          const chosen = options.map(({ arms: [first = always, ...others], isCleared: isNew }) =>
            isReplaced && !isNew ? [and([before, first]), ...others] : [first, ...others],
          );
          if (isReplaced) filters = [];
          const choose = (arms: readonly Predicate[]): Predicate => ({
            kind: "choice",
            arms,
            reason,
            ...(given && { given }),
          });
          const predicate = choose(chosen.map((arms) => (arms.length === 1 ? arms[0]! : or(arms))));
          const isLoose = chosen.some(({ length }) => length > 1);
          const loose = [
            choose(chosen.map(([first]) => first!)),
            ...chosen.flatMap((arms) => arms.slice(1, -1)),
            choose(chosen.map((arms) => (arms.length > 1 ? arms.at(-1)! : never))),
          ];
          if (chosen.some(([first, ...others]) => first!.kind !== "true" || others.length > 0))
            filters.push({ predicate, ...(isLoose && { loose }) });
          break;
        }
        case "begin":
        case "common-table":
          break;
      }
    }
    return { arms: armsAsWritten(filters), isCleared };
  };

  const { arms: conditions } = fold(clausesOf(query), null);
  const where = conditions.length === 1 ? conditions[0]! : or(conditions);
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
