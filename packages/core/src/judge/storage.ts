/**
 * Judging stored objects and files. There is no row to ask whose it is: the key alone says it, so it has to name the tenant, by a
 * value that can be believed, before anything that a caller may choose; or a row that is the tenant's; or something that only
 * whoever was given it can name.
 */
import type { Claim } from "../proof/claims.js";
import type { Flow } from "../proof/flows.js";
import type { Access, StorageDetail } from "../trace/library.js";
import { optionsOf } from "../trace/choice.js";
import { noFacts, type Facts } from "../trace/facts.js";
import { isUndefined, unknown, type Value } from "../trace/value.js";
import type { ConstraintKind, Origin, Proof } from "../vocabulary.js";
import { beliefOf, type Belief, type UntrustedFlow } from "./belief.js";
import { isTenantTable } from "./facts.js";
import { shownKey, shownPart } from "./keys.js";
import { levelNameOf } from "./naming.js";
import { isAlwaysPassed, type QueryContext } from "./query.js";
import { isFree, storedKeysOf, type KeyTie, type StoredKey } from "./storage-key.js";
import { beginningsOf, isCheckedName } from "./storage-names.js";
import { faultOf, nothingBesides, partOf } from "./untrusted.js";
import { unclear, untrustedBy, worstOf, type ResourceVerdict, type StorageFlaw } from "./verdict.js";
import { waysOf, type Shown } from "./ways.js";

/** What is asked about, with all that it is asked by. */
interface Asked {
  readonly context: QueryContext;
  readonly access: Access;
  readonly detail: StorageDetail;
  /** The key, for people. */
  readonly resource: string;
  /** What is known where the key is put together as at hand. */
  readonly known: Facts;
}

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
  if (named && isShared && !isOnlyRead(asked) && verdicts.every(({ verdict }) => verdict !== "untrusted"))
    return [fallback(asked, named)];
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

/** What may still go wrong with a key that names whose it is. */
function findFlaw(asked: Asked, key: StoredKey, tie: KeyTie): ResourceVerdict | null {
  const { detail } = asked;
  const parts = tie.kind === "tenant" ? key.parts.slice(0, Math.max(tie.at, 0)) : [];
  const before = parts.flatMap((part) => (typeof part === "string" ? [] : part));
  for (const part of before) {
    const flows = flowsOfAnyText(asked, part);
    if (flows) return flawed(asked, "weak", { kind: "late", part: shownPart(part) }, flows);
  }
  const climbing = findClimbing(asked, key, tie);
  if (climbing) return climbing;
  const last = key.parts.length - 1;
  if (detail.reaches === "beginning" && tie.at >= 0 && tie.at === last && !hasFixedLength(asked, tie))
    return flawed(asked, "weak", { kind: "unclosed", part: shownPart(tie.value) });
  return null;
}

function findClimbing(asked: Asked, key: StoredKey, tie: KeyTie): ResourceVerdict | null {
  const { detail } = asked;
  if (detail.climbs === "no") return null;
  for (const part of key.parts.slice(tie.at + 1)) {
    if (typeof part === "string" || isCheckedName(part, asked.access.facts)) continue;
    const flows = flowsOfAnyText(asked, part);
    if (!flows) continue;
    const isCertain = detail.climbs === "yes";
    const flaw = { kind: "climbs", part: shownPart(part), isCertain } as const;
    return flawed(asked, isCertain ? "leak" : "weak", flaw, flows);
  }
  return null;
}

/** Where it may be any text that a request brings: how that comes here. */
function flowsOfAnyText(asked: Asked, part: Value): readonly UntrustedFlow[] | null {
  if (!asked.context.flows || !optionsOf(part).some((option) => isFree(option, asked.detail))) return null;
  const belief = beliefIn(asked, "reference", shownPart(part), part);
  return belief.kind === "untrusted" ? belief.flows : null;
}

/** No UUID is the beginning of another. */
function hasFixedLength({ context }: Asked, { kind, name }: KeyTie): boolean {
  if (kind !== "tenant") return false;
  const table = context.tenancy.levels.find((level) => level.name === name)?.table;
  const root = context.tenancy.tables.find((one) => one.name === table);
  const id = root?.columns.find((column) => root.primaryKey.includes(column.name));
  return /uuid|cuid|ulid|char\(\d+\)/i.test(id?.type ?? "");
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

// ------------------------------------------------------------------------------------- helpers

const statuses = {
  tenant: "tenant",
  owner: "owner",
  row: "reference",
  sent: "reference",
  secret: "secret",
} as const satisfies Record<KeyTie["kind"], Claim["status"]>;

function believe(asked: Asked, { kind, name, value }: KeyTie): Belief {
  if (asked.context.flows) return beliefIn(asked, statuses[kind], name, value);
  return { kind: "given", flows: [] };
}

function beliefIn(
  { context, access, known }: Asked,
  status: Claim["status"],
  column: string,
  value: Value,
): Belief {
  const given: Claim = { status: "given", column: "", values: [], facts: known };
  const claim: Claim = { status, column, values: [value] };
  return beliefOf(context.flows!, access, [[claim, ...(known.size > 0 ? [given] : [])]]);
}

const constraints = {
  tenant: "key",
  owner: "owner",
  row: "row",
  sent: "reference",
  secret: "secret",
} as const satisfies Record<KeyTie["kind"], ConstraintKind>;

function scopedBy(asked: Asked, tie: KeyTie, belief: Belief): ResourceVerdict {
  const isPrincipals = belief.kind === "proven" && belief.proof === "principal";
  const kind = tie.kind === "sent" ? (isPrincipals ? "owner" : "row") : constraints[tie.kind];
  return belief.kind === "proven"
    ? scoped(asked, tie, kind, belief.origin, belief.proof, belief.flows)
    : scoped(asked, tie, kind, "unknown", "given", belief.kind === "given" ? belief.flows : []);
}

function scoped(
  asked: Asked,
  tie: KeyTie,
  kind: ConstraintKind,
  origin: Origin,
  proof: Proof,
  flows: readonly Flow[] = [],
): ResourceVerdict {
  const { context, access, resource } = asked;
  const ways = waysOf(context, access, flows, useOf(asked, tie));
  const constraint = { kind, key: tie.name, origin, proof, ...ways };
  return { resource, verdict: "scoped", constraint, unclear: null, fault: null };
}

function everybodys(resource: string): ResourceVerdict {
  return { resource, verdict: "global", constraint: null, unclear: null, fault: null };
}

function useOf({ resource }: Asked, { name, value }: Pick<KeyTie, "name" | "value">): Shown {
  return {
    table: resource,
    limit: "bound",
    ties: [{ column: name, through: [], value: shownPart(value) }],
    isWritten: false,
    isStored: true,
  };
}

function untrusted(asked: Asked, tie: KeyTie, flows: readonly UntrustedFlow[]): ResourceVerdict {
  const faults = flows
    .map((flow) => enteringFault(asked, tie, flow))
    // Where it was read from a row, the query that fetched the row answers for whose that is.
    .filter(({ data }) => data.kind !== "untrusted" || data.through === null);
  return untrustedBy(asked.resource, constraints[tie.kind], tie.name, faults);
}

function enteringFault(asked: Asked, tie: Pick<KeyTie, "kind" | "name" | "value">, flow: UntrustedFlow) {
  const { context, access, resource } = asked;
  const isReference = tie.kind !== "tenant";
  const use = { column: tie.name, isReference, isWritten: false, ...nothingBesides };
  return faultOf(context, access, resource, { ...use, shown: useOf(asked, tie) }, flow);
}

/** Where a part of it comes from a request, the finding shows how. */
function flawed(
  asked: Asked,
  grade: "leak" | "weak",
  flaw: StorageFlaw,
  flows: readonly UntrustedFlow[] = [],
): ResourceVerdict {
  const { context, detail, resource } = asked;
  const [flow] = flows;
  const name = "part" in flaw ? flaw.part : "";
  const trail = flow ? enteringFault(asked, { kind: "sent", name, value: detail.key }, flow).trail : [];
  const fault = {
    rule: "no-unscoped-storage-key",
    grade,
    data: {
      kind: "storage-key",
      operation: context.root.operation,
      key: resource,
      isFile: context.root.isPerhaps === true,
      level: levelNameOf(context.tenancy, undefined),
      flaw,
      library: context.root.library,
    },
    trail,
  } as const;
  const verdict = flaw.kind === "fallback" ? "optional" : "unscoped";
  return { resource, verdict, constraint: null, unclear: null, fault };
}

function fallback(asked: Asked, { value }: KeyTie): ResourceVerdict {
  const [option = value] = optionsOf(value).filter((one) => !isUndefined(one) && one.kind !== "literal");
  const isPassed = option.kind === "symbolic" && isAlwaysPassed(asked.context, option.id);
  return flawed(asked, isPassed ? "weak" : "leak", { kind: "fallback", value: shownPart(option) });
}
