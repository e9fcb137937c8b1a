/**
 * Judging stored objects and files. There is no row to ask whose it is: the key alone says it, so it has to name the tenant, by a
 * value that can be believed, before anything that a caller may choose; or a row that is the tenant's; or something that only
 * whoever was given it can name.
 */
import { noFacts } from "../trace/facts.js";
import type { Access, StorageDetail } from "../trace/library.js";
import { unknown } from "../trace/value.js";
import { isTenantTable } from "./facts.js";
import { shownKey, shownPart } from "./keys.js";
import type { QueryContext } from "./query.js";
import { findClimbing, findFlaw } from "./storage-flaws.js";
import { storedKeysOf, type KeyTie, type StoredKey } from "./storage-key.js";
import { beginningsOf } from "./storage-names.js";
import {
  beliefIn,
  believe,
  everybodys,
  fallback,
  flawed,
  scoped,
  scopedBy,
  untrusted,
  type Asked,
} from "./storage-verdicts.js";
import { partOf } from "./untrusted.js";
import { unclear, worstOf, type ResourceVerdict } from "./verdict.js";

/** None for a file that has nothing to do with tenants, and where each call was followed and is judged for itself. */
export function judgeStorage(
  context: QueryContext,
  access: Access,
  detail: StorageDetail,
): readonly ResourceVerdict[] {
  const keys = storedKeysOf(context, detail);
  const resource = keys[0] ? shownKey({ prefix: [], own: keys[0].parts }) : "";
  const asked: Asked = { context, access, detail, resource, known: noFacts };
  const verdicts = keys.flatMap((key) => judgeKey({ ...asked, known: key.known }, key) ?? []);
  const isNamed = (key: StoredKey): boolean => key.ties.some(isOfSomebody);
  // `organizationId ? `${organizationId}/logo` : "logo"`
  const named = keys.find(isNamed)?.ties.find(isOfSomebody);
  const isShared = keys.some((key) => key.ties.length === 0 && key.opaque === null);
  const isHeld = verdicts.some(({ verdict }) => verdict === "scoped");
  if (named && isShared && isHeld && !isOnlyRead(asked)) {
    if (verdicts.every(({ verdict }) => verdict !== "untrusted")) return [fallback(asked, named)];
  }
  return verdicts.length > 0 ? [worstWithFaults(verdicts)] : [];
}

function worstWithFaults(verdicts: readonly ResourceVerdict[]): ResourceVerdict {
  const untrusted = verdicts.flatMap((one) => one.untrusted ?? []);
  return untrusted.length > 0 ? { ...worstOf(verdicts), untrusted } : worstOf(verdicts);
}

/** What stands in for the tenant's own may be everybody's: a logo, a template. */
function isOnlyRead({ context }: Asked): boolean {
  return context.root.operation === "get";
}

function isOfSomebody({ kind }: KeyTie): boolean {
  return kind === "tenant" || kind === "owner";
}

function judgeKey(asked: Asked, key: StoredKey): ResourceVerdict | null {
  const { context, resource } = asked;
  const named = key.ties.filter(isOfSomebody);
  if (named.length > 0) return judgeNamed(asked, key, named);
  const secret = key.ties.find(({ kind }) => kind === "secret");
  if (secret) return context.root.isPerhaps ? null : scoped(asked, secret, "secret", "unknown", "secret");
  const isNew = context.root.operation === "put" && (key.hasClock || asked.detail.isNew === true);
  // Where nothing is overwritten, what somebody sends for a part of the name chooses nothing.
  const references = key.ties.filter(({ kind }) => kind === "row" || (kind === "sent" && !isNew));
  if (references.length > 0) return judgeReferences(asked, key, references);
  if (key.opaque && !isNew)
    return context.root.isPerhaps
      ? null
      : unclear(resource, `what "${shownPart(key.opaque)}" stands for in the key is not known`);
  return judgeNameless(asked, key, isNew);
}

// ------------------------------------------------------------------------------------- a key that names somebody

function judgeNamed(asked: Asked, key: StoredKey, named: readonly KeyTie[]): ResourceVerdict | null {
  const { resource } = asked;
  const [first] = named;
  if (!first) return null;
  if (first.isSometimes && !isOnlyRead(asked)) return fallback(asked, first);
  const belief = believe(asked, first);
  if (belief.kind === "nothing") return null;
  if (belief.kind === "untrusted" || belief.kind === "unknown") {
    const later = key.ties.filter(({ kind, at }) => at > first.at && kind !== "sent" && kind !== "secret");
    const proven = later.find((tie) => believe(asked, tie).kind === "proven");
    if (proven && first.kind === "tenant" && belief.kind === "untrusted")
      return flawed(asked, "weak", { kind: "late", part: shownPart(first.value) }, belief.flows);
    if (proven) return scopedBy(asked, proven, believe(asked, proven));
    if (belief.kind === "untrusted") return untrusted(asked, first, belief.flows);
    return unclear(resource, `it cannot be told whose it is: ${belief.reason}`);
  }
  return findFlaw(asked, key, first) ?? scopedBy(asked, first, belief);
}

// ------------------------------------------------------------------------------------- a key that names a row, or what was sent

function judgeReferences(
  asked: Asked,
  key: StoredKey,
  references: readonly KeyTie[],
): ResourceVerdict | null {
  const { context, resource } = asked;
  const isFile = context.root.isPerhaps === true;
  const first = references.find(({ kind }) => kind === "row") ?? references[0];
  if (!first) return null;
  if (!context.flows) return isFile ? null : unclear(resource, "whoever calls this says which object it is");
  const beliefs = references.map((tie) => ({ tie, belief: believe(asked, tie) }));
  const proven = beliefs.find(({ belief }) => belief.kind === "proven" && belief.proof !== "none");
  if (proven) {
    const flaw = findClimbing(asked, key, proven.tie);
    return flaw ?? scopedBy(asked, proven.tie, proven.belief);
  }
  const untrustedOnes = beliefs.flatMap(({ tie, belief }) =>
    belief.kind === "untrusted" ? [{ tie, flows: belief.flows }] : [],
  );
  const [worst] = untrustedOnes;
  const doubtful = beliefs.find(({ belief }) => belief.kind === "untrusted" || belief.kind === "unknown");
  const beginning = doubtful ? findBeginning(asked, key, doubtful.tie) : null;
  if (beginning) return beginning;
  if (worst && beliefs.every(({ belief }) => belief.kind !== "row"))
    return untrusted(asked, worst.tie, worst.flows);
  // Whatever fetched the row answers for it.
  const row =
    beliefs.find(({ belief }) => belief.kind === "row") ??
    beliefs.find(({ tie, belief }) => tie.kind === "row" && belief.kind === "given");
  if (row) return scopedBy(asked, row.tie, row.belief);
  if (beliefs.every(({ belief }) => belief.kind === "nothing")) return null;
  if (beliefs.every(({ belief }) => belief.kind === "proven" || belief.kind === "nothing"))
    return judgeNameless(asked, key, false);
  if (isFile) return null;
  const unknownOne = beliefs.find(({ belief }) => belief.kind === "unknown")?.belief;
  return unclear(
    resource,
    unknownOne?.kind === "unknown"
      ? `it cannot be told whose it is: ${unknownOne.reason}`
      : "the key is made by whoever calls this",
  );
}

/**
 * `if (!key.startsWith(`${organizationId}/`)) throw …`, `const [organizationId] = key.split("/")` with a check of that: the whole
 * was sent, and it was made sure that it begins with what is believed.
 */
function findBeginning(asked: Asked, key: StoredKey, { value, at }: KeyTie): ResourceVerdict | null {
  const { context, access, detail } = asked;
  const isFirst = key.parts.slice(0, at).every((part) => typeof part === "string");
  if (value.kind !== "symbolic" || !isFirst || detail.climbs !== "no") return null;
  for (const beginning of beginningsOf(value, access.facts))
    for (const { ties } of storedKeysOf(context, detail, beginning)) {
      const named = ties.find((tie) => tie.at >= 0 && isOfSomebody(tie));
      const belief = named && believe(asked, named);
      if (named && belief?.kind === "proven") return scopedBy(asked, named, belief);
    }
  const segment: KeyTie = {
    kind: "tenant",
    name: shownPart(value),
    value: partOf(value),
    at,
    isSometimes: false,
  };
  const belief = believe(asked, segment);
  return belief.kind === "proven" && belief.proof !== "none" ? scopedBy(asked, segment, belief) : null;
}

// ------------------------------------------------------------------------------------- a key that names nobody

function judgeNameless(asked: Asked, key: StoredKey, isNew: boolean): ResourceVerdict | null {
  const { context, access, detail, resource } = asked;
  // What everybody can say is read by whoever says it, also where nobody overwrites it.
  const grade = isNew && key.parts.some((part) => typeof part !== "string") ? "weak" : "leak";
  if (detail.stores !== null) {
    const held = context.holdings.heldIn(detail.stores);
    const rows = [...held.tables].filter(isTenantTable);
    if (rows.length > 0) {
      const tables = rows.map(({ name }) => name).sort();
      return flawed(asked, grade, { kind: "nameless", tables });
    }
    if (context.root.isPerhaps) return null;
    if (held.isComplete) return everybodys(resource);
    const sent = context.flows && beliefIn(asked, "reference", "", detail.stores);
    if (sent?.kind === "untrusted" && detail.stores !== unknown)
      return flawed(asked, grade, { kind: "nameless", tables: [] }, sent.flows);
    return unclear(resource, "what is stored under this key is not known");
  }
  if (context.root.isPerhaps) return null;
  if (detail.reaches === "one") return everybodys(resource);
  const beginning = key.parts.every((part) => typeof part === "string") ? key.parts.join("") : null;
  return beginning === "" || (beginning !== null && isAboveTenants(context, access, beginning))
    ? flawed(asked, "leak", { kind: "everything" })
    : unclear(resource, "what is kept below is not known");
}

/** What is put there names tenants further on. */
function isAboveTenants(context: QueryContext, { library }: Access, beginning: string): boolean {
  return context.holdings.stored.some((other) =>
    storedKeysOf(context, other).some(
      ({ parts: [first], ties }) =>
        library !== "" && typeof first === "string" && first.startsWith(beginning) && ties.some(isOfSomebody),
    ),
  );
}
