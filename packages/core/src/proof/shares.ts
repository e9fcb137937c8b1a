/** Shares: what is read by one was given away on purpose, to whoever is told of it. */
import type { Column, Predicate, Selection } from "../constraint/predicate.js";
import type { Fetched } from "./rows.js";

export function isShare({ access: { operation, detail } }: Fetched): boolean {
  return operation === "read" && detail.kind === "query" && isOfShares(detail.selection);
}

/** `from shares`, and what has a share: `left join shares … where shares.id is not null` */
export function isOfShares(selection: Selection): boolean {
  return (
    ofShared.test(selection.resources[0]?.table ?? "") ||
    termsOf(selection.where).some(
      (term) =>
        term.kind === "not" && term.term.kind === "isNull" && isColumnOfShare(term.term.column, selection),
    )
  );
}

const ofShared = /^(?:shares?|share_?links?|shared_?links?)$/i;

function isColumnOfShare({ table, name }: Column, { resources }: Selection): boolean {
  const [resource, ...others] = table === null ? resources : resources.filter(({ alias }) => alias === table);
  if (!resource || others.length > 0) return false;
  const inside = resource.outputs?.get(name);
  return resource.table !== null
    ? ofShared.test(resource.table)
    : resource.query !== null && inside !== undefined && isColumnOfShare(inside, resource.query);
}

function termsOf(filter: Predicate): readonly Predicate[] {
  return filter.kind === "and" ? filter.terms.flatMap(termsOf) : [filter];
}
