/** From what the trace wrote down to one verdict per access path. */
import { bind } from "../constraint/bind.js";
import type { Binding } from "../constraint/binding.js";
import type { Facts } from "../constraint/facts.js";
import type { Selection } from "../constraint/predicate.js";
import { selectionsIn } from "../constraint/selections.js";
import type { Protection, Verdict } from "../vocabulary.js";
import type { Tenancy } from "../tenancy/tenancy.js";
import { claimsIn } from "../proof/claims.js";
import type { Flows } from "../proof/flows.js";
import { rowsIn } from "../proof/rows.js";
import type { Access, QueryRoot } from "../trace/library.js";
import type { Trace } from "../trace/trace.js";
import { siteKey } from "../trace/value.js";
import { factsOf } from "./facts.js";
import { madeSecretsIn } from "./made-secrets.js";
import { holdingsOf } from "./holdings.js";
import { judgeKey } from "./key.js";
import { judgeCall } from "./call.js";
import { judgeJob, saidOnce } from "./job.js";
import { judgeBinding, type QueryContext } from "./query.js";
import { limitedIn, reasonOfClient, whenAnotherClientScopes, whenClientLimits } from "./clients.js";
import { unclear, worstOf } from "./verdict.js";
import { judgeUnread } from "./raw.js";
import { destinationsIn } from "./sent-together.js";
import { sentIn } from "./sent.js";
import { judgeSetting } from "./setting.js";
import { judgeStorage } from "./storage.js";
import { judgeStored } from "./untrusted.js";
import { judgeWritten } from "./writing.js";
import type { ResourceVerdict } from "./verdict.js";
import { withOtherWays } from "./ways.js";
import { judgedWithin, tablesWithin, withoutKept } from "./within.js";

export interface JudgedPath {
  readonly root: QueryRoot;
  readonly resources: readonly ResourceVerdict[];
  readonly verdict: Verdict;
  /** Why it may stay as it is, when something vouches for it. */
  readonly exemption: Exemption | null;
  /** Of paths to tables under row security; null where it can't be told. */
  readonly protection?: Protection | null;
}

export interface Exemption {
  readonly kind: string;
  readonly reason: string;
  readonly until: string | null;
  readonly file: string;
  readonly line: number;
}

/** One way in which a place is reached, and what the solver says of it then. */
interface Occurrence {
  readonly access: Access;
  readonly bindings: readonly Binding[];
  readonly selection: Selection | null;
  /** It is the access's own query, and not a sub-query of it. */
  readonly isOwn: boolean;
}

/** `scripts` are the files that no request reaches, and what each is: `migration`, `seed`, `script`. */
export function judge(
  trace: Trace,
  tenancy: Tenancy,
  scripts: ReadonlyMap<string, string>,
  flows: Flows | null,
): readonly JudgedPath[] {
  const facts = factsOf(tenancy);
  const addressed = factsOf(tenancy, { areAddressesOwners: true });
  const holdings = holdingsOf(trace.accesses, tenancy);
  const findFetched = flows?.prover.findFetched ?? rowsIn(trace, claimsIn(addressed));
  const isMadeSecret = madeSecretsIn(trace.accesses, tenancy);
  const occurrences = occurrencesOf(trace, facts);
  const within = tablesWithin(trace.accesses, tenancy);
  const sent = flows && sentIn(trace, flows, holdings);
  const findDestination = flows && sent ? destinationsIn(trace, flows, sent) : () => null;
  const judged = new Map<string, JudgedPath | "running">();

  const judgedAt = (key: string): JudgedPath | null => {
    const known = judged.get(key);
    if (known === "running") return null;
    if (known) return known;
    const root = trace.roots.get(key);
    if (!root) return null;
    judged.set(key, "running");
    const context: QueryContext = {
      flows,
      tenancy,
      facts,
      addressed,
      holdings,
      findFetched,
      isMadeSecret,
      sent,
      findDestination,
      root,
      releases: trace.releases,
      scopingClients: trace.scopingClients,
      within,
      isDropped: () => trace.isDropped(root.site),
      isOnlyAsked: (flow) => trace.isOnlyAskedFor(root.site, flow?.calls),
      supplyOf: (value) => trace.supplyOf(value),
      verdictOf: (access) => judgedAt(access)?.verdict ?? null,
    };
    const isDoubtful = root.isRecognized && trace.scopingClients.has(root.library);
    const found = resourcesOf(context, occurrences.get(key) ?? [], judgedAt);
    const resources = isDoubtful ? found.map(whenAnotherClientScopes) : found;
    const verdict = resources.length === 0 ? "global" : worstOf(resources).verdict;
    const path = exempted({ root, resources, verdict, exemption: null }, scripts.get(root.site.file));
    judged.set(key, path);
    return path;
  };

  // A map or a file in which nothing of tenants is kept is no way to their data.
  const isBeside = ({ root, resources, verdict }: JudgedPath): boolean =>
    (root.isPerhaps === true && resources.length === 0) ||
    (verdict === "global" &&
      (occurrences.get(siteKey(root.site)) ?? []).some(
        ({ access: { detail } }) => detail.kind === "key" && detail.isIncidental,
      ));
  return [...trace.roots.keys()].flatMap((key) => judgedAt(key) ?? []).filter((path) => !isBeside(path));
}

/**
 * A script works on all tenants on purpose, and whoever runs it is trusted with all of them. Nor does it need to be known
 * whose rows they are: a filter that nobody can read may limit them or not.
 */
function exempted(path: JudgedPath, script: string | undefined): JudgedPath {
  if (script === undefined || path.verdict === "scoped" || path.verdict === "global") return path;
  const reason = `a ${script}: nothing that serves requests imports this file`;
  return {
    ...path,
    resources: path.resources.map((one) => ({ ...one, fault: null, untrusted: [] })),
    verdict: "exempt",
    exemption: { kind: "script", reason, until: null, file: path.root.site.file, line: 1 },
  };
}

function occurrencesOf(trace: Trace, facts: Facts): ReadonlyMap<string, readonly Occurrence[]> {
  const found = new Map<string, Occurrence[]>();
  const add = (key: string, occurrence: Occurrence): void => {
    const list = found.get(key);
    if (list) list.push(occurrence);
    else found.set(key, [occurrence]);
  };
  for (const access of trace.accesses) {
    const own = siteKey(access.site);
    if (access.detail.kind !== "query") {
      add(own, { access, bindings: [], selection: null, isOwn: true });
      continue;
    }
    // Of several at one place, the outermost: relation filters stand where their operation stands.
    const selections = new Map(
      selectionsIn(access.detail.selection)
        .toReversed()
        .map((selection) => [selection.site, selection] as const),
    );
    const bindings = new Map<string, Binding[]>([[own, []]]);
    for (const binding of bind(access.detail.selection, facts)) {
      const list = bindings.get(binding.site);
      if (list) list.push(binding);
      else bindings.set(binding.site, [binding]);
    }
    for (const [key, list] of bindings)
      add(key, { access, bindings: list, selection: selections.get(key) ?? null, isOwn: key === own });
  }
  return found;
}

function resourcesOf(
  context: QueryContext,
  all: readonly Occurrence[],
  judgedAt: (key: string) => JudgedPath | null,
): readonly ResourceVerdict[] {
  // What is seen to run says more than a query on its way; a query on its way says more than nothing.
  const made = new Set(withoutKept(all.map(({ access }) => access)));
  const known = all.filter(({ access }) => made.has(access));
  const seen =
    certain(known.filter((one) => one.access.stage === "run")) ??
    certain(known.filter((one) => one.access.stage === "ruled-out")) ??
    known;
  if (seen.length === 0)
    return context.root.tables.map((table) =>
      unclear(table, "it is part of a query that is put together where we cannot follow"),
    );

  const byResource = new Map<string, ResourceVerdict[]>();
  const add = (verdict: ResourceVerdict): void => {
    const list = byResource.get(verdict.resource);
    if (list) list.push(verdict);
    else byResource.set(verdict.resource, [verdict]);
  };
  for (const occurrence of seen)
    for (const verdict of judgeOccurrence(context, occurrence, judgedAt))
      add(verdict.fault ? { ...verdict, fault: { access: occurrence.access, ...verdict.fault } } : verdict);
  return saidOnce([...byResource.values()].map(withAllFaults));
}

/** The worst of them decides; what each found to enter from outside is reported for itself. */
function withAllFaults(verdicts: readonly ResourceVerdict[]): ResourceVerdict {
  const untrusted = verdicts.flatMap((one) => one.untrusted ?? []);
  const worst = worstOf(verdicts);
  if (untrusted.length > 0) return { ...worst, untrusted };
  const others = verdicts.flatMap((one) => (one !== worst && one.constraint ? [one.constraint] : []));
  return worst.verdict === "scoped" && worst.constraint
    ? { ...worst, constraint: withOtherWays(worst.constraint, others) }
    : worst;
}

/**
 * The occurrences that say most; null when there are none. Where some caller names the table or queue, hands in the connection, or
 * says what the SQL is, the function by itself, which cannot, says nothing more.
 */
function certain(occurrences: readonly Occurrence[]): readonly Occurrence[] | null {
  const named = occurrences.filter(
    ({ access: { detail, isOnOpenSession } }) =>
      isOnOpenSession !== true &&
      !(detail.kind === "query" && detail.isOpenTable) &&
      !(detail.kind === "raw" && detail.isOpen) &&
      !(detail.kind === "job" && detail.queue === null),
  );
  return named.length > 0 ? named : occurrences.length > 0 ? occurrences : null;
}

function judgeOccurrence(
  context: QueryContext,
  occurrence: Occurrence,
  judgedAt: (key: string) => JudgedPath | null,
): readonly ResourceVerdict[] {
  const { access, bindings, selection, isOwn } = occurrence;
  const { detail } = access;
  switch (detail.kind) {
    case "raw":
      return [judgeUnread(context, access, detail)].filter((verdict) => verdict !== null);
    case "key":
      return [
        detail.isAnsweredFor ? withoutFault(judgeKey(context, detail)) : judgeKey(context, detail, access),
      ];
    case "storage":
      return judgeStorage(context, access, detail);
    case "job":
      return [judgeJob(context, access, detail)];
    case "setting":
      return judgeSetting(context, access, detail);
    case "call":
      return judgeCall(context, access, detail);
    case "query": {
      const stored = isOwn && context.flows ? judgeStored(context, access, detail) : [];
      const row = isOwn ? judgeWritten(context, access, detail) : null;
      // Where an id is known to come from outside, that nobody knows whose row it names goes without saying.
      const isTold = stored.some(({ resource }) => resource === row?.resource);
      const written = isTold && row?.fault?.data.kind === "only-reference" ? null : row;
      const limiting = reasonOfClient(access, context.scopingClients);
      const limited = (verdict: ResourceVerdict): ResourceVerdict =>
        limiting === null ? verdict : whenClientLimits(verdict, limiting);
      const isLimited = limitedIn(access, detail.selection);
      const verdicts = bindings
        // An insert's own table has no rows to choose from; what it writes is judged instead.
        .filter(
          (binding) =>
            !(
              isOwn &&
              detail.target !== null &&
              binding.resource.table === detail.target &&
              (context.root.operation === "insert" || detail.written !== null)
            ),
        )
        .flatMap((binding) => {
          const verdict = judgeBinding(context, binding, selection, access);
          return verdict ? [isLimited(binding.resource) ? limited(verdict) : verdict] : [];
        });
      const reasons = isOwn ? detail.unclear.map((reason) => unclear("", reason)) : [];
      const tables = judgedWithin(
        context,
        access,
        [...(written ? [limited(written)] : []), ...verdicts],
        context.within,
      );
      const all = [...tables, ...stored, ...reasons];
      if (all.length === 0 && selection) return fromSources(selection, judgedAt);
      return access.stage === "escaped" || access.stage === "built" ? all.map(whenNotRun) : all;
    }
  }
}

/** It reads from sub-queries alone: as good as they are. They are paths of their own, so nothing is reported twice. */
function fromSources(
  selection: Selection,
  judgedAt: (key: string) => JudgedPath | null,
): readonly ResourceVerdict[] {
  return selection.resources.flatMap((resource) => {
    if (!resource.query) return [];
    const source = judgedAt(resource.query.site);
    if (!source) return [unclear(resource.alias, "its source could not be judged")];
    return source.resources.map((one) => ({ ...one, fault: null, ...(one.untrusted && { untrusted: [] }) }));
  });
}

function withoutFault(verdict: ResourceVerdict): ResourceVerdict {
  return { ...verdict, fault: null };
}

/** Whoever gets it may still add what is missing. */
function whenNotRun(verdict: ResourceVerdict): ResourceVerdict {
  return verdict.fault ? unclear(verdict.resource, "nothing that we can follow runs this query") : verdict;
}
