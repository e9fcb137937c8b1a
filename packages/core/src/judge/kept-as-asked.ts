/**
 * Whether an entry is what its key says: where everything that decided which rows were fetched stands in the key, whoever names
 * the same key would have fetched the same rows. Then the cache gives away nothing that the queries behind it do not, and those
 * answer for it. What a hit skips must not matter: a tenant that limits the query and is not in the key, a check in the loader.
 */
import type { Claim } from "../proof/claims.js";
import type { Fetched, FindFetched } from "../proof/rows.js";
import { rowsOf } from "../proof/same.js";
import { optionsOf } from "../trace/choice.js";
import { keyOfValue } from "../trace/facts.js";
import type { Access, KeyDetail } from "../trace/library.js";
import { isUndefined, siteKey, type Value } from "../trace/value.js";
import { keyOfRoot } from "../trace/roots.js";
import { beliefOf } from "./belief.js";
import { isOwnOfJavaScript, partsOf } from "./holdings.js";
import type { QueryContext } from "./query.js";
import { unclear, type ResourceVerdict } from "./verdict.js";

/** As good as the queries behind it; null where it is not what its key says. */
export function judgeAsAsked(
  context: QueryContext,
  access: Access | null,
  detail: KeyDetail,
  resource: string,
): ResourceVerdict | null {
  const { findFetched } = context;
  const fetched = detail.stores ? fetchedIn(findFetched, detail.stores, access) : null;
  if (!fetched || fetched.length === 0) return null;
  const said = {
    ...saidIn([detail.key, detail.field, detail.prefix]),
    areWhole: detail.arePartsWhole === true,
  };
  const isDecided = (one: Said): boolean =>
    fetched.every((rows) => isDecidedBy(findFetched, rows, one, deepest));
  const isRead = access !== null && detail.isReadThrough === true && isProvenAt(context, access, fetched);
  if (!isDecided(said) && !(isRead && isDecided({ ...said, areRowsSaid: true }))) return null;
  if (access && !isRead && !isBelievedOutside(context, access, fetched)) return null;
  const verdicts = fetched.map((one) => context.verdictOf(siteKey(one.access.site)));
  const worst = order.find((verdict) => verdicts.includes(verdict));
  if (!worst) return unclear(resource, "what is kept under this key is not known");
  return worst === "unclear"
    ? unclear(resource, "what is kept is what a query gives that is unclear itself")
    : {
        resource,
        verdict: worst,
        constraint: worst === "scoped" ? byReference(fetched) : null,
        unclear: null,
        fault: null,
      };
}

const order = ["unscoped", "untrusted", "optional", "unclear", "exempt", "scoped", "global"] as const;

/** How many rows may lead to the rows. */
const deepest = 4;

/** The queries behind what is stored; null where something else is in it, too. */
export function fetchedIn(
  findFetched: FindFetched,
  stored: Value,
  access: Access | null,
): readonly Fetched[] | null {
  const found: Fetched[] = [];
  const seen = new Set<Value>();
  const pending = [stored];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    const rows = rowsOf(one);
    const behind = rows ? findFetched(rows.access, rows.context ?? "") : [];
    if (rows && behind.length === 0) return null;
    // A loader that is handed over was met by itself as well, where its parameters are anybody's.
    const own = behind.filter(({ of }) => access && of === keyOfRoot(access.root));
    found.push(...(own.length > 0 ? own : behind));
    const parts = rows ? [] : partsOf(one);
    if (parts === null && !isOwnOfJavaScript(one)) continue;
    pending.push(...(parts ?? []));
  }
  return found;
}

/** What stands in a key. */
interface Said {
  readonly names: ReadonlySet<string>;
  readonly values: ReadonlySet<Value>;
  /** An id that was read from a row is said by itself: whoever asks the cache had to be believed with it. */
  readonly areRowsSaid: boolean;
  /** What is in them is said as well: `input.organizationId` by `input`. */
  readonly areWhole: boolean;
}

/** In each way to its rows something is asked for, and all that is asked for is in the key. */
function isDecidedBy(findFetched: FindFetched, { tables }: Fetched, said: Said, depth: number): boolean {
  return (
    tables.length > 0 &&
    tables.every(({ ways }) =>
      ways.every((way) => {
        const asked = way.filter(({ status }) => status !== "given");
        return (
          asked.length > 0 &&
          asked.every(({ values }) => values.every((value) => isSaid(findFetched, value, said, depth)))
        );
      }),
    )
  );
}

function isSaid(findFetched: FindFetched, value: Value, said: Said, depth: number): boolean {
  if (depth === 0) return false;
  if (said.values.has(value) && !rowsOf(value)) return true;
  const options = optionsOf(value).filter((option) => !isUndefined(option));
  if (options.length !== 1 || options[0] !== value)
    return options.length > 0 && options.every((one) => isSaid(findFetched, one, said, depth - 1));
  if (value.kind === "literal" || (value.kind === "symbolic" && value.origin === "constant")) return true;
  const rows = rowsOf(value);
  const name = keyOfValue(value) ?? "";
  const isInside = said.areWhole && [...said.names].some((one) => name.startsWith(`${one}.`));
  const isNamed = said.values.has(value) || said.names.has(name) || isInside;
  if (isNamed && (!rows || said.areRowsSaid)) return true;
  // What was read from a row is what the key says only if the row is: its own query may ask for more.
  if (rows) {
    const behind = findFetched(rows.access, rows.context ?? "");
    return behind.length > 0 && behind.every((one) => isDecidedBy(findFetched, one, said, depth - 1));
  }
  return false;
}

/** All that stands in the key, also what it is a digest of. */
function saidIn(parts: readonly (Value | null)[]): Said {
  const names = new Set<string>();
  const values = new Set<Value>();
  const pending = parts.flatMap((part) => part ?? []);
  for (let left = mostParts; pending.length > 0 && left > 0; left -= 1) {
    const one = pending.pop()!;
    values.add(one);
    const name = keyOfValue(one);
    if (name !== null) names.add(name);
    if (one.kind === "symbolic" && one.madeAs === "digest") pending.push(...(one.from ?? []));
    pending.push(...(partsOf(one) ?? []));
  }
  return { names, values, areRowsSaid: false, areWhole: false };
}

const mostParts = 200;

/** Whoever asks the cache could have asked for the rows as well. */
function isProvenAt({ flows }: QueryContext, access: Access, fetched: readonly Fetched[]): boolean {
  if (!flows) return false;
  const { kind } = beliefOf(flows, access, fetched.flatMap(ownWays).map(withoutGiven));
  return kind === "proven";
}

/** What comes back is looked at before anybody is given it, whether it was kept or loaded. */
export function isCheckedOnceGiven(context: QueryContext, access: Access, detail: KeyDetail): boolean {
  const { flows } = context;
  if (!detail.stores || !detail.isReadThrough) return false;
  const fetched = fetchedIn(context.findFetched, detail.stores, access);
  if (!flows || !fetched || fetched.length === 0) return false;
  return fetched.every(({ access, tables }) => {
    const belief = beliefOf(flows, access, ownWays({ tables }));
    const isKey = (column: string): boolean => tables.some((table) => table.isKey(column));
    return (
      belief.kind !== "nothing" && belief.flows.every((flow) => flows.isComparedAfter(access, flow, isKey))
    );
  });
}

/** What was made sure of on the way to the rows has to hold for whoever asks the cache. */
function isBelievedOutside({ flows }: QueryContext, access: Access, fetched: readonly Fetched[]): boolean {
  if (!flows) return true;
  const outside = beliefOf(flows, access, fetched.flatMap(ownWays).map(withoutGiven));
  if (outside.kind === "proven" || outside.kind === "given" || outside.kind === "nothing") return true;
  // Where it is not believed there either, the query says so itself.
  return fetched.some((one) => beliefOf(flows, one.access, ownWays(one)).kind === outside.kind);
}

function ownWays({ tables }: Pick<Fetched, "tables">): readonly (readonly Claim[])[] {
  return tables.flatMap(({ ways }) => ways);
}

function withoutGiven(way: readonly Claim[]): readonly Claim[] {
  return way.filter(({ status }) => status !== "given");
}

function byReference(fetched: readonly Fetched[]): ResourceVerdict["constraint"] {
  const [claim] = fetched.flatMap(ownWays).flat();
  return { kind: "reference", key: claim?.column ?? "", origin: "unknown", proof: "given" };
}
