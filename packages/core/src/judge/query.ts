/** Judging queries: what the solver found out about each table, turned into a verdict. */
import { bind } from "../constraint/bind.js";
import type { Binding, Evidence, Sometimes, Way } from "../constraint/binding.js";
import type { Facts } from "../constraint/facts.js";
import type { Operand, Predicate, Selection } from "../constraint/predicate.js";
import { selectionsIn } from "../constraint/selections.js";
import { findTable } from "../tenancy/lookup.js";
import type { Table, Tenancy } from "../tenancy/tenancy.js";
import type { Supply } from "../trace/callers.js";
import type { QueryRoot } from "../trace/library.js";
import type { Within } from "../trace/session.js";
import type { Trace } from "../trace/trace.js";
import type { ConstraintKind, Proof, Verdict } from "../vocabulary.js";
import { valueOf } from "../proof/claims.js";
import type { Flow, Flows } from "../proof/flows.js";
import type { FindFetched } from "../proof/rows.js";
import type { TrailStep } from "../proof/trail.js";
import type { Access } from "../trace/library.js";
import type { Site } from "../trace/value.js";
import { findAddressed, isAnybodys, isCallers } from "./addressed.js";
import { beliefIn, isReachedByNobody, type Belief } from "./belief.js";
import { isOfExpired } from "./clock.js";
import { isTenantTable } from "./facts.js";
import type { Holdings } from "./holdings.js";
import type { IsMadeSecret } from "./made-secrets.js";
import { keyPhrase, mentionOf, rawMention } from "./phrases.js";
import type { Sent } from "./sent.js";
import type { FindDestination } from "./sent-together.js";
import { untrusted } from "./untrusted.js";
import {
  clear,
  fault,
  onlyByReference,
  unclear,
  type FaultData,
  type JudgedConstraint,
  type ResourceVerdict,
} from "./verdict.js";
import { shownOf, waysOf } from "./ways.js";

export interface QueryContext {
  /** Where values come from; null where only one file is seen. */
  readonly flows: Flows | null;
  readonly tenancy: Tenancy;
  readonly facts: Facts;
  /** The same, where the e-mail address in a row counts for whom it is of. */
  readonly addressed: Facts;
  readonly holdings: Holdings;
  /** The queries behind rows. */
  readonly findFetched: FindFetched;
  /** What stands there was made up at random to be given away. */
  readonly isMadeSecret: IsMadeSecret;
  /** What is sent out of the service for jobs; null where only one file is seen. */
  readonly sent: Sent | null;
  /** Where what a query loads for a job goes, by a row that another of the job's ids names. */
  findDestination: FindDestination;
  readonly root: QueryRoot;
  /** What was taken back of what is set on a connection, each time it was given back. */
  readonly releases: Trace["releases"];
  /** Tables that are reached in a schema or database of a tenant's somewhere. */
  readonly within: ReadonlyMap<string, Within>;
  /** Nothing of what it reads is given out: the code only decides by it what it does. */
  isOnlyAsked(this: void, flow?: Flow): boolean;
  /** Nobody is given what comes back. */
  isDropped(this: void): boolean;
  /** Libraries of which a client of the project adds the tenant by itself. */
  readonly scopingClients: ReadonlySet<string>;
  /** What callers do about a parameter. */
  supplyOf(value: string): Supply | null;
  /** The verdict on another access: an id read from a row is worth as much as the row. */
  verdictOf(access: string): Verdict | null;
}

/** One table of a selection, as the solver saw it. */
export function judgeBinding(
  context: QueryContext,
  binding: Binding,
  selection: Selection | null,
  access: Access,
): ResourceVerdict | null {
  const written = binding.resource.table ?? "";
  const table = findTable(context.tenancy, written);
  if (!table) return unclear(written, `no schema here names the table "${written}"`);
  if (table.class === "unclassified")
    return unclear(table.name, `the tenancy model cannot place "${table.name}"`);
  if (!isTenantTable(table))
    return { resource: table.name, verdict: "global", constraint: null, unclear: null, fault: null };
  if (binding.ways.length === 0 && !binding.tooComplex) return clear(table, nobodys);

  const { operation, library } = context.root;
  const key = keyPhrase(context.tenancy, table);
  const shape = { operation, table: table.name, key: key.column, library };
  if (binding.tooComplex) return unclear(table.name, "the filter has too many alternatives to decide");

  const { sometimes } = binding;
  const isSometimes = sometimes !== null && ["tenant", "nobody", "parent"].includes(sometimes.status);
  const belief = context.flows ? believed(context, access, binding, isSometimes, selection) : null;
  if (belief?.kind === "nothing") return null;
  const isProven = belief?.kind === "proven";
  const addressed =
    context.flows && selection && !isProven
      ? findAddressed(context.flows, context, access, binding, selection)
      : null;
  if (addressed && isCallers(addressed.belief))
    return clear(table, {
      ...asConstraint(addressed.evidence, addressed.belief.proof),
      origin: addressed.belief.origin,
      ...waysOf(context, access, addressed.belief.flows, shownOf(table.name, [addressed.evidence])),
    });
  if (belief?.kind === "untrusted") return untrusted(context, access, table, binding, belief.flows);
  // A worker that stays with the row that its job names; the query that read it answers for which row that is.
  const behind = belief?.kind === "unknown" && belief.isTaken ? findRowBehind(context, binding) : null;
  if (behind) return clear(table, { kind: "row", key: behind.column, origin: "row", proof: "given" });
  if (belief?.kind === "unknown" && binding.status !== "reference")
    return {
      ...unclear(table.name, `it cannot be told whose it is: ${belief.reason}`),
      constraint: constraintOf(binding),
    };
  const judged = binding.ways.map((way, index) => {
    const constraint = judgeWay(context, way, belief);
    const isFirst = index === binding.ways.findIndex((one) => one.length > 0);
    const isShown = isFirst && constraint && (belief?.kind === "proven" || belief?.kind === "given");
    return isShown
      ? { ...constraint, ...waysOf(context, access, belief.flows, shownOf(table.name, way)) }
      : constraint;
  });
  // Where nothing ties the rows, nobody comes who may not.
  const first = judged.find((one) => one !== null);
  const isOpen = belief?.kind !== "proven" && (judged.includes(null) || binding.status === "none");
  if (first && !isOpen) {
    const fallback = binding.ways
      .flatMap((way) => way.slice(0, 1))
      // Nobody's secret is a constant: such a lookup finds nothing.
      .filter((evidence) => evidence.status !== "secret")
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
  if (sometimes && isSometimes) {
    const left = binding.evidence?.status === "reference" ? binding.evidence.column : null;
    const isTold = binding.apart.length > 0;
    const { grade, trail } = gradeOfAbsence(context, sometimes, isTold);
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
  const raw = conditionsAround(binding, selection)
    .map((condition) => rawMention(condition, table, key.column))
    .find((found) => found !== null);
  if (raw) return unclear(table.name, raw);
  if (binding.ambiguous.length > 0) {
    return unclear(table.name, `it is not known which table "${binding.ambiguous[0]}" belongs to`);
  }
  if (binding.status === "reference" && binding.evidence) {
    const column =
      binding.evidence.through.length === 0 ? binding.evidence.column : binding.evidence.through[0]!.column;
    const { operands } = binding.evidence;
    const isTaken = belief
      ? belief.isTaken
      : operands.length > 0 && operands.every(({ origin }) => origin === "job");
    const job = { ...shape, viaTable: key.viaTable, column, goesTo: null };
    // The service itself read it from a row and put it there; the query that read it answers for which row that is.
    if (isTaken && belief?.kind === "row") {
      const destination = context.findDestination(access);
      const [to] = (destination && context.holdings.tablesOf(destination.access)) ?? [];
      if (destination && to && isTenantTable(to))
        return unverifiedJob(
          table,
          { ...job, goesTo: { table: to.name, value: destination.value } },
          binding.evidence,
        );
      return clear(table, { kind: "row", key: binding.evidence.column, origin: "row", proof: "given" });
    }
    // A column of a row that somebody else read is not what the job says.
    if (isTaken && operands.some(({ row }) => row === null))
      return unverifiedJob(table, job, binding.evidence);
    const constraint = asConstraint(binding.evidence, "none");
    // What comes along with the rows is mended where they are.
    const isFirst = selection?.resources[0] === binding.resource;
    const vain = isFirst ? findVainCheck(context, access, belief) : null;
    return onlyByReference(
      table,
      { ...shape, viaTable: key.viaTable, column, isAddress: false },
      belief?.kind === "row" ? { ...constraint, origin: "row" } : constraint,
      vain,
    );
  }
  if (context.flows && isReachedByNobody(context.flows, access))
    return clear(table, { ...nobodys, trail: [{ site: access.site, said: { kind: "unreached" } }] });
  if (addressed && isAnybodys(addressed.belief))
    return onlyByReference(
      table,
      { ...shape, viaTable: key.viaTable, column: addressed.evidence.column, isAddress: true },
      asConstraint(addressed.evidence, "none"),
    );
  const shown = shownBy(context, selection);
  return fault(
    table,
    "unscoped",
    "no-unscoped-query",
    shown === "rows" ? "leak" : "weak",
    {
      kind: "unscoped",
      ...shape,
      viaTable: key.viaTable,
      shown,
      mention: selection ? mentionOf(selection.where, key.column) : null,
    },
    null,
  );
}

/** No row can be reached at all. */
const nobodys: JudgedConstraint = { kind: "predicate", key: "", origin: "constant", proof: "none" };

function shownBy(
  { root, isOnlyAsked, isDropped }: QueryContext,
  selection: Selection | null,
): (FaultData & { kind: "unscoped" })["shown"] {
  if (root.operation === "read") return isOnlyAsked() ? "nothing" : "rows";
  return root.operation === "delete" && selection && isOfExpired(selection) && isDropped()
    ? "expired"
    : "rows";
}

/** Where the tenant cannot be believed in any case, it may be on each of the ways that the program tells apart. */
function believed(
  { flows, facts }: QueryContext,
  access: Access,
  binding: Binding,
  isOptional: boolean,
  selection: Selection | null,
): Belief | null {
  const belief = beliefIn(flows!, access, binding, isOptional);
  if (belief?.kind !== "untrusted" || selection === null) return belief;
  const { resource, site } = binding;
  const told = bind(selection, facts, true).find((one) => one.resource === resource && one.site === site);
  if (!told || told.apart.length <= binding.apart.length) return belief;
  const better = beliefIn(flows!, access, told, isOptional);
  return better?.kind === "proven" || better?.kind === "nothing" ? better : belief;
}

/** A check of the rows that never says no. */
function findVainCheck({ flows, root }: QueryContext, access: Access, belief: Belief | null): Site | null {
  if (!flows || root.operation !== "read" || (belief?.kind !== "unknown" && belief?.kind !== "row"))
    return null;
  for (const flow of belief.flows) {
    if (flow.outcome.kind === "proven") continue;
    const vain = flows.findVainCheck(access, flow);
    if (vain && !flows.isCheckedAfter(access, flow)) return vain;
  }
  return null;
}

/** What the statement says of the table's rows: where it stands, how that is joined, and around it. */
function conditionsAround({ resource }: Binding, selection: Selection | null): readonly Predicate[] {
  if (!selection) return [];
  const own = selectionsIn(selection).find(({ resources }) => resources.includes(resource));
  return [...(own ? [own.where, ...own.resources.map(({ on }) => on)] : []), selection.where];
}

/** A job's id alone decides, and those who put it there do not make up for it. */
function unverifiedJob(
  table: Table,
  data: Omit<FaultData & { kind: "unverified-job" }, "kind" | "value">,
  evidence: Evidence,
): ResourceVerdict {
  const value = evidence.operands[0]?.text ?? "";
  return fault(
    table,
    "unscoped",
    "no-unverified-job",
    "weak",
    { kind: "unverified-job", ...data, value },
    asConstraint(evidence, "none"),
  );
}

/**
 * Whether the tenant is really left out somewhere. When the condition is about the tenant's value itself, its callers
 * decide: if each of them that exists passes it, and nobody else can call, the constraint vanishes only in theory.
 */
function gradeOfAbsence(
  context: QueryContext,
  { reason, evidence }: Sometimes,
  /** What is known where it is left out. */
  isTold: boolean,
): { grade: "leak" | "weak"; trail: readonly TrailStep[] } {
  const own = evidence?.operands.find((operand) => operand.text === reason);
  const supply = own ? context.supplyOf(own.value) : null;
  // One of several that met somewhere, of which one is nothing: nobody is seen to leave it out.
  if (own && !supply && !isTold && valueOf(own).kind === "choice") return { grade: "weak", trail: [] };
  if (!own || !supply) return { grade: "leak", trail: [] };
  const trail = supply.omitted.map((site): TrailStep => ({
    site,
    said: { kind: "called-without", value: own.text },
  }));
  return { grade: isAlwaysPassed(context, own.value) ? "weak" : "leak", trail };
}

export function isAlwaysPassed(context: QueryContext, value: string): boolean {
  const supply = context.supplyOf(value);
  return supply !== null && supply.omitted.length === 0 && supply.supplied.length > 0 && supply.isClosed;
}

/** The constraint that one way in gives, or null when it gives none that can be believed. */
function judgeWay(context: QueryContext, way: Way, belief: Belief | null): JudgedConstraint | null {
  if (belief?.kind === "proven" && way[0])
    return { ...asConstraint(way[0], belief.proof), origin: belief.origin };
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

/** What ties each way is a column of a row that another query has read, and is blamed for reading. */
function findRowBehind(context: QueryContext, { ways }: Binding): Evidence | null {
  const isOfRow = ({ operands }: Evidence): boolean =>
    operands.length > 0 &&
    operands.every(({ row }) => row !== null && context.verdictOf(row.access) === "unscoped");
  const found = ways.map((way) => way.find(isOfRow) ?? null);
  return found.every((one) => one !== null) ? (found[0] ?? null) : null;
}

/** What ties it, although nobody knows what that is worth. */
function constraintOf(binding: Binding): JudgedConstraint | null {
  const evidence = binding.ways.map((way) => way[0]).find((one) => one !== undefined);
  return evidence ? asConstraint(evidence, "none") : null;
}

export function isFromScopedRow(context: QueryContext, operand: Operand): boolean {
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
