/** Every table under a predicate or selection, without recursion: for what stands too deep to be looked at. */
import type { Predicate, Resource, Selection } from "./predicate.js";

export function resourcesBelow(
  root: Predicate | Selection,
): readonly { readonly site: string; readonly resource: Resource }[] {
  const found: { site: string; resource: Resource }[] = [];
  const seen = new Set<Predicate | Selection>();
  const pending: (Predicate | Selection)[] = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if ("kind" in next) {
      pending.push(...partsOf(next));
    } else {
      pending.push(next.where, ...next.nested, ...next.arms);
      for (const resource of next.resources) {
        pending.push(resource.on);
        if (resource.query === null) found.push({ site: next.site, resource });
        else pending.push(resource.query);
      }
    }
  }
  return found;
}

function partsOf(predicate: Predicate): readonly (Predicate | Selection)[] {
  switch (predicate.kind) {
    case "and":
    case "or":
      return predicate.terms;
    case "choice":
      return predicate.arms;
    case "not":
      return [predicate.term];
    case "exists":
    case "inQuery":
      return [predicate.query];
    default:
      return [];
  }
}
