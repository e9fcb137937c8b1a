/**
 * A schema or a database for each tenant: what is reached there is the tenant's whose it is, whatever columns its tables have. So
 * the value that chooses it is asked for what the value of a tenant key is asked for.
 */
import { findTable } from "../tenancy/lookup.js";
import { normalized, wordsOf } from "../tenancy/names.js";
import type { Tenancy } from "../tenancy/tenancy.js";
import { operandOf } from "../trace/operand.js";
import type { Access } from "../trace/library.js";
import { variablesIn, type Within } from "../trace/session.js";
import { withinOf } from "../trace/settings.js";
import type { Origin, Proof } from "../vocabulary.js";
import { beliefOf } from "./belief.js";
import { findNamingOfWords } from "./naming.js";
import type { QueryContext } from "./query.js";
import { faultOf, nothingBesides } from "./untrusted.js";
import { unclear, untrustedBy, type ResourceVerdict } from "./verdict.js";
import { waysOf, type Shown } from "./ways.js";

/** What is said of a table where its schema or database is chosen; what was said of it where nothing chooses. */
export function judgedWithin(
  context: QueryContext,
  access: Access,
  verdicts: readonly ResourceVerdict[],
  elsewhere: ReadonlyMap<string, Within>,
): readonly ResourceVerdict[] {
  const chosen = withinOf(access.session, access.facts);
  if (!chosen && elsewhere.size === 0) return verdicts;
  return verdicts.flatMap((one): readonly ResourceVerdict[] => {
    if (one.resource === "") return [one];
    if (!isUndecided(context.tenancy, one))
      return chosen?.isSpliced ? sentOr(context, access, chosen, one) : [one];
    const said = chosen ? judgeChoice(context, access, one.resource, chosen) : null;
    if (said) return said;
    const other = elsewhere.get(normalized(one.resource));
    return other && one.fault === null ? [unclear(one.resource, besides(one.resource, other))] : [one];
  });
}

/** Whatever its columns hold: who sends a part of the text says which rows those are. */
function sentOr(
  context: QueryContext,
  access: Access,
  chosen: Within,
  verdict: ResourceVerdict,
): readonly ResourceVerdict[] {
  const said = judgeChoice(context, access, verdict.resource, chosen);
  return said?.some((one) => one.verdict === "untrusted") ? said : [verdict];
}

/** Nothing in the table itself says whose its rows are. */
function isUndecided(tenancy: Tenancy, { resource, verdict, fault }: ResourceVerdict): boolean {
  if (verdict === "unclear")
    return (findTable(tenancy, resource)?.class ?? "unclassified") === "unclassified";
  return verdict === "global" || fault?.rule === "no-unscoped-query";
}

/** What chooses, as the code calls it. */
function textOf({ value }: Within): string {
  return operandOf(variablesIn(value)[0] ?? value).text;
}

function besides(resource: string, chosen: Within): string {
  return `"${resource}" is elsewhere reached in a ${chosen.kind} that "${textOf(chosen)}" chooses, and here in whichever the connection has`;
}

/** Null where what chooses is no tenant's: an address from the configuration. Empty where nothing comes this way. */
function judgeChoice(
  context: QueryContext,
  access: Access,
  resource: string,
  chosen: Within,
): readonly ResourceVerdict[] | null {
  const { kind, value } = chosen;
  const values = variablesIn(value);
  const text = textOf(chosen);
  const isNamed = isOfTenant(context.tenancy, chosen);
  const shown: Shown = {
    table: resource,
    limit: "bound",
    ties: [{ column: kind, through: [], value: text }],
    isWritten: false,
  };
  const scoped = (origin: Origin, proof: Proof, ways = {}): readonly ResourceVerdict[] => [
    {
      resource,
      verdict: "scoped",
      constraint: { kind, key: text, origin, proof, ...ways },
      unclear: null,
      fault: null,
    },
  ];
  if (!context.flows) return isNamed ? scoped(operandOf(value).origin, "given") : null;
  const belief = beliefOf(context.flows, access, [[{ status: "tenant", column: kind, values }]]);
  switch (belief.kind) {
    case "nothing":
      return [];
    case "proven":
      if (belief.origin === "constant" || (belief.proof === "none" && !isNamed)) return null;
      return scoped(belief.origin, belief.proof, waysOf(context, access, belief.flows, shown));
    case "untrusted": {
      const use = { column: kind, isReference: false, isWritten: false, ...nothingBesides, shown };
      const faults = belief.flows.map((flow) => faultOf(context, access, resource, use, flow));
      return [untrustedBy(resource, kind, text, faults)];
    }
    case "row":
      return isNamed ? scoped("row", "given") : null;
    case "given":
      return isNamed ? scoped("unknown", "given", waysOf(context, access, belief.flows, shown)) : null;
    case "unknown":
      return isNamed
        ? [
            unclear(
              resource,
              `it is reached in a ${kind} that "${text}" chooses, and it cannot be told whose that is: ${belief.reason}`,
            ),
          ]
        : null;
  }
}

const namingWords = new Set(["tenant", "organization", "org", "workspace", "company", "customer"]);

function isOfTenant(tenancy: Tenancy, { value }: Within): boolean {
  return variablesIn(value).some((one) => {
    const { text } = operandOf(one);
    return (
      wordsOf(text).some((word) => namingWords.has(word)) ||
      findNamingOfWords(tenancy, text)?.kind === "tenant"
    );
  });
}

/** Tables that are somewhere reached in a schema or database of a tenant's, by their names. */
export function tablesWithin(accesses: readonly Access[], tenancy: Tenancy): ReadonlyMap<string, Within> {
  const found = new Map<string, Within>();
  for (const { session, facts, detail } of accesses) {
    if (detail.kind !== "query" || !session) continue;
    const chosen = withinOf(session, facts);
    if (!chosen || !isOfTenant(tenancy, chosen)) continue;
    for (const { table } of detail.selection.resources)
      if (table !== null) found.set(normalized(table), chosen);
  }
  return found;
}

/** A client that was kept for later is the one that was made for this tenant: what made it is there beside it. */
export function withoutKept(accesses: readonly Access[]): readonly Access[] {
  const isChosen = ({ session, facts }: Access): boolean => withinOf(session, facts) !== null;
  return accesses.some(isChosen)
    ? accesses.filter((one) => isChosen(one) || (one.session !== undefined && one.session.kind !== "unknown"))
    : accesses;
}
