/** Judging who takes jobs out of a queue: whether what was put in says, and can be believed to say, whose they are. */
import { channelId, taken } from "../trace/channel.js";
import type { Access } from "../trace/library.js";
import type { Claim } from "../proof/claims.js";
import { findAddressee } from "./addressee.js";
import { beliefOf } from "./belief.js";
import { readPayload, type Payload } from "./payload.js";
import type { QueryContext } from "./query.js";
import { unclear, untrustedBy, type JudgedConstraint, type ResourceVerdict } from "./verdict.js";

/** `declared`: the payload as the consumer's own types say it. */
export function judgeConsumer(
  context: QueryContext,
  access: Access,
  queue: string | null,
  declared: Payload,
): ResourceVerdict {
  const resource = queue ?? "";
  const { flows } = context;
  if (!flows)
    return declared.tenant
      ? scoped(resource, declared.tenant)
      : unclear(resource, "nothing here says what its producers put into its payload");
  if (queue === null) return unclear(resource, "which queue its jobs come from is not followed");
  const channel = channelId("job", queue);
  const { producers } = flows.channels.channel(channel);
  if (producers.length === 0)
    return unclear(resource, `nobody is seen to put anything into the queue "${queue}"`);
  const put = producers.map((one) => {
    const value = one.payload ?? flows.channels.valueIn(one, "data");
    return { value, payload: readPayload(context, value) };
  });
  const payloads = put.map(({ payload }) => payload);
  const claimsAt = (paths: readonly string[], status: Claim["status"]): readonly (readonly Claim[])[] =>
    [...new Set(paths)].map((path) => {
      const value = taken(path === "" ? `${channel}.data` : `${channel}.data.${path}`, `job.data.${path}`);
      return [{ status, column: path, values: [value] }];
    });

  const tenants = payloads.flatMap(({ tenantAt }) => tenantAt ?? []);
  if (tenants.length === payloads.length) {
    const belief = beliefOf(flows, access, claimsAt(tenants, "tenant"));
    const key = tenants[0]!;
    switch (belief.kind) {
      case "untrusted":
        // Told where the value enters, by the paths that it decides about.
        return untrustedBy(resource, "payload", key, []);
      case "unknown":
        return unclear(resource, `it cannot be told whose its jobs are: ${belief.reason}`);
      default:
        return scoped(resource, {
          kind: "payload",
          key,
          origin: "job",
          proof: belief.kind === "proven" ? "producers" : "given",
        });
    }
  }
  const addressee = payloads.some(({ touched }) => touched.length > 0)
    ? findAddressee(context, queue, put)
    : null;
  return addressee
    ? scoped(resource, addressee)
    : judgeWithoutTenant(context, access, resource, payloads, claimsAt);
}

/** Ids alone are as good as those who put them there. */
function judgeWithoutTenant(
  context: QueryContext,
  access: Access,
  resource: string,
  payloads: readonly Payload[],
  claimsAt: (paths: readonly string[], status: Claim["status"]) => readonly (readonly Claim[])[],
): ResourceVerdict {
  const touched = payloads.flatMap((payload) => payload.touched);
  const unread = payloads.flatMap(({ open, unread: reason }) => open ?? reason ?? []);
  if (touched.length > 0) {
    const belief = beliefOf(context.flows!, access, claimsAt(touched, "reference"));
    return belief.kind === "proven"
      ? scoped(resource, { kind: "payload", key: touched[0]!, origin: "job", proof: "producers" })
      : unclear(resource, `nothing in its payload names the tenant of "${touched[0]}"`);
  }
  if (unread[0] !== undefined)
    return unclear(resource, `not all of its producers are followed: ${unread[0]}`);
  const user = payloads.find((payload) => payload.user)?.user;
  return user
    ? scoped(resource, user)
    : { resource, verdict: "global", constraint: null, unclear: null, fault: null };
}

function scoped(resource: string, constraint: JudgedConstraint): ResourceVerdict {
  return { resource, verdict: "scoped", constraint, unclear: null, fault: null };
}
