/** The queries behind rows, said in the terms of the function that holds the rows. */
import type { Access } from "../trace/library.js";
import type { CallerRecord } from "../trace/machine.js";
import { keyOfValue, type Facts } from "../trace/facts.js";
import type { Rewriting } from "../trace/rewrite.js";
import { keyOfRoot } from "../trace/roots.js";
import type { Trace } from "../trace/trace.js";
import { callKey, siteKey } from "../trace/value.js";
import type { Claim, ClaimsOf, TableClaims } from "./claims.js";
import type { Lookup } from "./steps.js";

/** One way in which the rows were fetched. */
export interface Fetched {
  readonly access: Access;
  readonly tables: readonly TableClaims[];
  /** Where none of them is a tenant's: those that are users'. */
  readonly users: readonly TableClaims[];
  /** What held when they were fetched. */
  readonly facts: Facts;
  /** The function whose parameters it speaks of. */
  readonly of: string;
}

/** By which columns the rows of a table were looked for; of the statement's first where it is nobody's. */
export function lookupOf({ access }: Fetched, table: TableClaims | undefined): Lookup {
  const { detail, library } = access;
  const named = detail.kind === "query" ? (detail.target ?? detail.selection.resources[0]?.table) : null;
  const columns = (table?.ways ?? []).flatMap((way) => way.map((claim) => claim.column));
  return {
    table: table?.table ?? named ?? "",
    columns: [...new Set(columns)].filter((column) => column !== ""),
    library,
  };
}

export type FindFetched = (access: string, context: string) => readonly Fetched[];

export function rowsIn(trace: Trace, claimsOf: ClaimsOf): FindFetched {
  const accesses = new Map<string, Access[]>();
  for (const access of trace.accesses) {
    const key = `${siteKey(access.site)}@${access.context}`;
    const known = accesses.get(key);
    if (known) known.push(access);
    else accesses.set(key, [access]);
  }
  const calls = callsByName(trace);
  const known = new Map<string, readonly Fetched[]>();

  const find: FindFetched = (access, context) => {
    const key = `${access}@${context}`;
    let found = known.get(key);
    if (!found) {
      known.set(key, []);
      known.set(key, (found = distinct(look(access, context))));
    }
    return found;
  };
  const look: FindFetched = (access, context) => {
    const here = accesses.get(`${access}@${context}`);
    if (here)
      return here.map((one) => ({
        access: one,
        tables: claimsOf(one).filter(({ isUsers }) => !isUsers),
        users: claimsOf(one).filter(({ isUsers }) => isUsers),
        facts: one.facts,
        of: keyOfRoot(one.root),
      }));
    if (context === "") return [];
    const names = context.split("/");
    // What stands in a callback was met only below the call that was given it.
    for (const [index, name] of names.entries()) {
      const met = calls.get(`${name} ${names.slice(0, index).join("/")}`) ?? [];
      const behind = met.length > 0 ? find(access, names.slice(index + 1).join("/")) : [];
      if (behind.length === 0) continue;
      // `handler(request, response)` in a wrapper calls whatever was wrapped.
      const leading = met.filter(({ callee }) => behind.some((fetched) => fetched.of === callee));
      return (leading.length > 0 ? leading : met).flatMap(({ callee, record }) => {
        const terms = trace.asSeenBy(callee, record);
        return behind
          .filter((fetched) => leading.length === 0 || fetched.of === callee)
          .map((fetched) => ({ ...inTermsOf(terms, fetched), of: keyOfRoot(record.root) }));
      });
    }
    return [];
  };
  return find;
}

/** Of many ways to one place, most say the same. */
function distinct(fetched: readonly Fetched[]): readonly Fetched[] {
  if (fetched.length < 2) return fetched;
  const known = new Map<string, Fetched>();
  for (const one of fetched) {
    const key = keyOfFetched(one);
    if (!known.has(key)) known.set(key, one);
  }
  return [...known.values()];
}

function keyOfFetched({ access, tables, users, facts, of }: Fetched): string {
  const asked = [...tables, ...users].flatMap(({ table, included, ways }) => [
    `${table} ${included ?? ""}`,
    ...ways.map((way) => way.map(keyOfClaim).join(",")),
  ]);
  return [siteKey(access.site), access.context, of, ...asked, ...facts.keys()].join("\n");
}

/** A value that has no name is like no other. */
function keyOfClaim({ status, column, values, facts }: Claim): string {
  const named = values.map((value) => keyOfValue(value) ?? `unnamed ${(unnamed += 1)}`);
  return [status, column, ...named, ...(facts?.keys() ?? [])].join(" ");
}

let unnamed = 0;

/** The same rows, as whoever holds them calls what they were fetched by. */
export function inTermsOf(terms: Rewriting, { access, tables, users, facts, of }: Fetched): Fetched {
  const rewritten = (table: TableClaims): TableClaims => ({
    ...table,
    ways: table.ways.map((way) =>
      way.map((claim) => ({
        ...claim,
        values: claim.values.map((value) => terms.value(value)),
        ...(claim.facts && { facts: terms.facts(claim.facts) }),
      })),
    ),
  });
  return {
    access,
    of,
    tables: tables.map(rewritten),
    users: users.map(rewritten),
    facts: terms.facts(facts),
  };
}

interface NamedCall {
  readonly callee: string;
  readonly record: CallerRecord;
}

/** By their names in contexts, and the calls that led to where each was met. */
function callsByName(trace: Trace): ReadonlyMap<string, readonly NamedCall[]> {
  const calls = new Map<string, NamedCall[]>();
  for (const [callee, records] of trace.callers) {
    for (const record of records) {
      const name = trace.callNames.get(callKey(record.site));
      if (name === undefined) continue;
      const key = `${name} ${record.context}`;
      const known = calls.get(key);
      if (known) known.push({ callee, record });
      else calls.set(key, [{ callee, record }]);
    }
  }
  return calls;
}
