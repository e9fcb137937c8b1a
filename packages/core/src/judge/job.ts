/** Judging jobs: whether what is enqueued says whose it is. */
import type { Access } from "../trace/library.js";
import type { Fault, ResourceVerdict } from "./verdict.js";
import { findAddressee, hasAddress } from "./addressee.js";
import { judgeConsumer } from "./consumer.js";
import { levelNameOf } from "./naming.js";
import { readPayload } from "./payload.js";
import type { QueryContext } from "./query.js";
import { isAlwaysPassed } from "./query.js";
import { unclear } from "./verdict.js";

type JobDetail = Access["detail"] & { kind: "job" };

export function judgeJob(
  context: QueryContext,
  access: Access,
  { queue, payload: value }: JobDetail,
): ResourceVerdict {
  const resource = queue ?? "";
  const payload = readPayload(context, value);
  if (context.root.kind === "job-consumer") return judgeConsumer(context, access, queue, payload);
  if (payload.tenant)
    return { resource, verdict: "scoped", constraint: payload.tenant, unclear: null, fault: null };
  if (payload.touched.length > 0 && payload.open === null) {
    const constraint = findAddressee(context, queue, [{ payload, value }]);
    if (constraint) return { resource, verdict: "scoped", constraint, unclear: null, fault: null };
    if (!context.flows && payload.ids.length === 0 && hasAddress(value))
      return unclear(resource, "this file does not show whether its consumer only sends what it holds");
    const { sometimes, isOnlyIds } = payload;
    // As with a query by id alone: whoever loads the row can still take the tenant from it.
    const isWeak = isOnlyIds || (sometimes !== null && isAlwaysPassed(context, sometimes.value));
    const fault: Fault = {
      rule: "no-unscoped-job",
      grade: isWeak ? "weak" : "leak",
      data: {
        kind: "job",
        queue,
        level: levelNameOf(context.tenancy, payload.tables[0]),
        fields: payload.touched,
        when: sometimes?.field ?? null,
        library: context.root.library,
      },
      trail: [],
    };
    return { resource, verdict: sometimes ? "optional" : "unscoped", constraint: null, unclear: null, fault };
  }
  const reason = payload.open ?? payload.unread;
  if (reason !== null) return unclear(resource, reason);
  return payload.user
    ? { resource, verdict: "scoped", constraint: payload.user, unclear: null, fault: null }
    : { resource, verdict: "global", constraint: null, unclear: null, fault: null };
}

/** A job that goes into one of many queues is one job: what it lacks is said of the first of them. */
export function saidOnce(verdicts: readonly ResourceVerdict[]): readonly ResourceVerdict[] {
  const said = new Set<string>();
  return verdicts.map((verdict) => {
    if (verdict.fault?.data.kind !== "job") return verdict;
    const { rule, grade, data } = verdict.fault;
    const fault = JSON.stringify([rule, grade, { ...data, queue: null }]);
    if (said.has(fault)) return { ...verdict, fault: null };
    said.add(fault);
    return verdict;
  });
}
