/**
 * Rows that a job names by two ids, of which one says where the other goes: the hook, and the invoice that is posted to it. Each
 * may be a tenant's own, and the two another's.
 */
import type { Operand, Predicate, Selection } from "../constraint/predicate.js";
import { selectionsIn } from "../constraint/selections.js";
import type { Flows } from "../proof/flows.js";
import { valueOf } from "../proof/claims.js";
import { channelOf } from "../trace/channel.js";
import type { Facts } from "../trace/facts.js";
import type { Access } from "../trace/library.js";
import type { Trace } from "../trace/trace.js";
import { siteKey, type Value } from "../trace/value.js";
import type { Sent } from "./sent.js";
import { takenIn } from "./taken.js";

/** The row that says where it goes. */
export interface Destination {
  /** The query that loads it. */
  readonly access: string;
  /** As the code calls what names it: `job.data.hookId`. */
  readonly value: string;
}

/** Null where what a query loads goes nowhere, or where it goes is seen to be of the same tenant. */
export type FindDestination = (access: Access) => Destination | null;

/** An id as the job has it. */
interface Taken {
  readonly channel: string;
  readonly path: string;
  readonly text: string;
}

export function destinationsIn(trace: Trace, flows: Flows, sent: Sent): FindDestination {
  const asTaken = takenIn(trace, flows);
  const operandsAt = remembered(
    (key: string): readonly { readonly access: Access; readonly operand: Operand }[] =>
      trace.accesses.flatMap((access) =>
        siteKey(access.site) === key && access.detail.kind === "query"
          ? operandsOf(access.detail.selection).map((operand) => ({ access, operand }))
          : [],
      ),
  );
  const idsAt = remembered((key: string): readonly Taken[] =>
    operandsAt(key).flatMap(({ access: { root, facts }, operand }) =>
      asTaken({ root, values: [valueOf(operand)], facts }).flatMap(({ values: [value] }) => {
        const at = value?.kind === "symbolic" ? channelOf(value.id) : null;
        return value?.kind === "symbolic" && at ? { ...at, text: value.text } : [];
      }),
    ),
  );
  /** One is looked for with what the other holds, or both with the same. */
  const isTied = (one: string, other: string): boolean => {
    const [first, second] = [operandsAt(one), operandsAt(other)];
    const values = new Set(first.map(({ operand }) => operand.value));
    return (
      first.some(({ operand }) => rowsIn([valueOf(operand)]).has(other)) ||
      second.some(
        ({ operand }) =>
          rowsIn([valueOf(operand)]).has(one) || (operand.origin !== "constant" && values.has(operand.value)),
      )
    );
  };
  /** Somebody puts two ids in that were read apart. */
  const isPutApart = (first: Taken, second: Taken): boolean =>
    flows.channels.channel(first.channel).producers.some((delivery) => {
      const [one, other] = [first, second].map(({ path }) =>
        [...rowsIn([flows.channels.valueIn(delivery, path)])].at(0),
      );
      if (one === undefined || other === undefined || one === other) return false;
      return !isTied(one, other) && !areCompared(delivery.facts, one, other);
    });

  const find = (key: string): Destination | null => {
    for (const own of idsAt(key))
      for (const { destination, content, facts } of sent.sentFor(own.channel)) {
        const to = rowsIn([destination]);
        if (to.has(key) || !rowsIn([content]).has(key)) continue;
        for (const access of to) {
          if (isTied(access, key) || areCompared(facts, access, key)) continue;
          const other = idsAt(access).find(
            ({ channel, path }) => channel === own.channel && path !== own.path,
          );
          if (other && isPutApart(other, own)) return { access, value: other.text };
        }
      }
    return null;
  };
  const known = remembered(find);
  return (access) => (trace.sendings.length === 0 ? null : known(siteKey(access.site)));
}

function areCompared(facts: Facts, one: string, other: string): boolean {
  return [...facts.values()].some((fact) => {
    if (fact.kind !== "equal") return false;
    const [left, right] = [rowsIn([fact.left]), rowsIn([fact.right])];
    return (left.has(one) && right.has(other)) || (left.has(other) && right.has(one));
  });
}

/** What columns are compared with, anywhere in a query. */
function operandsOf(selection: Selection): readonly Operand[] {
  const found: Operand[] = [];
  const pending: Predicate[] = selectionsIn(selection).flatMap(({ where, resources }) => [
    where,
    ...resources.map(({ on }) => on),
  ]);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === "eq") found.push(next.operand);
    else if (next.kind === "in") found.push(...next.operands);
    else if (next.kind === "and" || next.kind === "or") pending.push(...next.terms);
    else if (next.kind === "choice") pending.push(...next.arms);
  }
  return found;
}

/** Values share their parts, so that there may be more of them than anybody could look into. */
const mostValues = 2_000;

/** The queries whose rows are in a value, or what it was made of. */
function rowsIn(values: readonly Value[]): ReadonlySet<string> {
  const rows = new Set<string>();
  const seen = new Set<Value>(values);
  for (const value of seen) {
    if (seen.size > mostValues) break;
    if (value.kind === "rows") rows.add(value.access);
    if (value.kind === "symbolic" && value.row) rows.add(value.row.access);
    for (const part of partsOf(value)) seen.add(part);
  }
  return rows;
}

function partsOf(value: Value): readonly Value[] {
  switch (value.kind) {
    case "symbolic":
      return value.from ?? [];
    case "object":
      return [...[...value.fields.values()].map((field) => field.value), ...(value.others ?? [])];
    case "array":
      return [...value.elements, ...(value.rest ? [value.rest] : [])];
    case "text":
      return value.parts.filter((part): part is Value => typeof part !== "string");
    case "choice":
      return value.options;
    default:
      return [];
  }
}

function remembered<T>(answer: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    if (!known.has(key)) known.set(key, answer(key));
    return known.get(key)!;
  };
}
