/** What a query's client may add to it by itself, where nobody follows how. */
import type { Resource, Selection } from "../constraint/predicate.js";
import { selectionsIn } from "../constraint/selections.js";
import type { Access } from "../trace/library.js";
import { unclear, type ResourceVerdict } from "./verdict.js";

const mayBeAnother = "some client of this project adds the tenant by itself, and this may be that client";

/** The client leads nowhere, and the project has one that adds the tenant: this may be that one. */
export function whenAnotherClientScopes(verdict: ResourceVerdict): ResourceVerdict {
  return verdict.fault ? unclear(verdict.resource, mayBeAnother) : verdict;
}

/** Why the rows may be limited by what nobody wrote where the query stands; null where they are not. */
export function reasonOfClient(
  { client, library }: Access,
  scopingClients: ReadonlySet<string>,
): string | null {
  if (client?.kind === "limits") return client.reason;
  if (client?.kind !== "declared") return null;
  const { of = [library], reason = mayBeAnother } = client;
  return of.some((one) => scopingClients.has(one)) ? reason : null;
}

/** Which of a statement's tables the client may add it to: not to those that are looked up beside its own rows. */
export function limitedIn({ client }: Access, { nested }: Selection): (resource: Resource) => boolean {
  if (client?.kind !== "limits" || !client.onlyOwn || nested.length === 0) return () => true;
  const beside = new Set(nested.flatMap(selectionsIn).flatMap(({ resources }) => resources));
  return (resource) => !beside.has(resource);
}

/**
 * What the client adds may be the tenant that is missing, and makes an id of another's find nothing. Whoever writes the tenant's key
 * itself relies on nobody to add it: where that comes from outside, it is still told.
 */
export function whenClientLimits(verdict: ResourceVerdict, reason: string): ResourceVerdict {
  const faults = [...(verdict.fault ? [verdict.fault] : []), ...(verdict.untrusted ?? [])];
  const isLimited = faults.length > 0 && faults.every(({ rule }) => rule !== "no-untrusted-tenant");
  return isLimited ? unclear(verdict.resource, reason) : verdict;
}
