/**
 * What ties the rows of an access to somebody: for each table, for each way in which a row can be reached, the values that
 * say whose it is. One of them has to be believed in each way.
 */
import { bind } from "../constraint/bind.js";
import type { Binding, Evidence, Way } from "../constraint/binding.js";
import type { Facts as SchemaFacts } from "../constraint/facts.js";
import { bindWritten } from "../constraint/inserts.js";
import type { Operand, Predicate, Resource, Selection } from "../constraint/predicate.js";
import type { Access } from "../trace/library.js";
import { withFacts, noFacts, type Facts } from "../trace/facts.js";
import { siteKey, unknown, type Value } from "../trace/value.js";

export interface Claim {
  /** `given`: it says nothing of whose the rows are, but what is known where the program comes this way. */
  readonly status: "tenant" | "nobody" | "parent" | "owner" | "secret" | "reference" | "given";
  readonly column: string;
  /** Each of them has to be proven. */
  readonly values: readonly Value[];
  /** Of a list that came in: a row that is there has one of them. */
  readonly isOneOfMany?: true;
  /** It says what a row is called, and is no id. What a tenant is called is none. */
  readonly isName?: boolean;
  readonly facts?: Facts;
}

export interface TableClaims {
  readonly table: string;
  /** Rows that come along with those that are looked for, by the fields under which they do; null for any other table. */
  readonly included: string | null;
  /** One of them that is found says nothing of the others that were asked for. */
  readonly isOfSeveral: boolean;
  /** Of an insert's own table: whose row is written. */
  readonly isWritten: boolean;
  /** Each row that is fetched is one of its rows, or leads to one; not so of one arm of a union. */
  readonly isAlone: boolean;
  /** Its rows are users', and no tenant's. */
  readonly isUsers: boolean;
  hasColumn(name: string): boolean;
  /** Of a column that each row has, and by which it is known. */
  isPrimaryKey(name: string): boolean;
  /** Whoever knows what is in the column is whom the row is of. */
  isCredential(name: string): boolean;
  /** Of a column that says whose the row is: without a value, it is nobody's. */
  isKey(name: string): boolean;
  /** Empty when no row can be reached at all. */
  readonly ways: readonly (readonly Claim[])[];
}

export type ClaimsOf = (access: Access) => readonly TableClaims[];

/** Remembers what it worked out: the solver is asked once for each access. */
export function claimsIn(schema: SchemaFacts): ClaimsOf {
  const known = new WeakMap<Access, readonly TableClaims[]>();
  return (access) => {
    let claims = known.get(access);
    if (!claims) known.set(access, (claims = read(access, schema)));
    return claims;
  };
}

function read(access: Access, schema: SchemaFacts): readonly TableClaims[] {
  const { detail } = access;
  if (detail.kind !== "query") return [];
  const sources = sourcesOf(detail.selection, siteKey(access.site));
  const find = ({ table }: { readonly table: string | null }) => schema.findTable(table ?? "");
  const isInsert = detail.target !== null && (access.operation === "insert" || detail.written !== null);
  const bindings = bind(detail.selection, schema)
    .filter((binding) => sources.has(binding.site))
    .filter((binding) => !(isInsert && binding.resource.table === detail.target));
  const ofTenants = bindings.filter(({ resource }) => find(resource)?.isTenantTable === true);
  const isNameIn =
    ({ resource }: Binding) =>
    ({ column, through }: Evidence): boolean =>
      find(through.at(-1)?.resource ?? resource)?.findColumn(column)?.isName === true;
  // Rows of nobody but a user are as good as what says which user.
  const ofUsers = bindings.filter(({ resource }) => find(resource)?.isUsersTable === true);
  const read = (ofTenants.length > 0 || isInsert ? ofTenants : ofUsers).map((binding): TableClaims => ({
    table: binding.resource.table ?? "",
    included: includedAs(binding.resource),
    isOfSeveral: [detail.selection.where, binding.resource.on].some(asksForSeveral),
    isWritten: false,
    isAlone: sources.get(binding.site) === true,
    isUsers: find(binding.resource)?.isUsersTable === true,
    isKey: (name) => isKeyOf(schema, binding.resource.table, name),
    isCredential: (name) => find(binding.resource)?.findColumn(name)?.isCredential === true,
    hasColumn: (name) => Boolean(find(binding.resource)?.findColumn(name)),
    isPrimaryKey: (name) => find(binding.resource)?.findColumn(name)?.isPrimaryKey === true,
    ways: binding.tooComplex
      ? [[]]
      : (waysApart(binding, isNameIn(binding)) ??
        binding.ways.map((way) => claimsOfWay(way, isNameIn(binding)))),
  }));
  const table = isInsert && detail.target !== null ? schema.findTable(detail.target) : null;
  if (!table?.isTenantTable) return read;
  const written = (detail.written ?? []).map((row): readonly Claim[] => {
    const binding = bindWritten(row, table);
    if (binding.status === "bootstrap") return [{ status: "nobody", column: "", values: [] }];
    const status = binding.status === "tenant" || binding.status === "owner" ? binding.status : "reference";
    return binding.evidence.map(({ column, operand }) => ({ status, column, values: [valueOf(operand)] }));
  });
  return [
    ...read,
    {
      table: table.name,
      included: null,
      isOfSeveral: false,
      isWritten: true,
      isAlone: true,
      isUsers: false,
      isKey: () => false,
      isCredential: () => false,
      hasColumn: (name) => table.findColumn(name) !== null,
      isPrimaryKey: (name) => table.findColumn(name)?.isPrimaryKey === true,
      ways: written,
    },
  ];
}

/**
 * The selections that rows are taken from, and whether from it alone: the statement's own or, where that reads nothing but
 * sub-queries, theirs. What a recursive query adds to its rows leads back to them.
 */
function sourcesOf(selection: Selection, own: string): ReadonlyMap<string, boolean> {
  const sources = new Map<string, boolean>();
  const add = (one: Selection, site: string, isAlone: boolean): void => {
    if (sources.has(site)) return;
    const derived = one.resources.flatMap(({ query }) => query ?? []);
    if (one.resources.length === 0 || derived.length < one.resources.length) sources.set(site, isAlone);
    else for (const query of derived) add(query, query.site, isAlone && derived.length === 1);
    if (site === own) return;
    for (const arm of one.arms) {
      const isRecursive = arm.resources.some(({ query }) => query?.site === one.site);
      if (!isRecursive && sources.has(site)) sources.set(site, false);
      add(arm, arm.site, false);
    }
  };
  add(selection, own, true);
  return sources;
}

/** `isName`: whether what is asked for is what a row is called. */
export function claimsOfWay(
  way: Way,
  isName: (evidence: Evidence) => boolean = () => false,
): readonly Claim[] {
  return way.map((evidence) => {
    const { status, column, operands } = evidence;
    return {
      status,
      column,
      values: operands.map(valueOf),
      ...(operands.some(({ isOneOfMany }) => isOneOfMany) && { isOneOfMany: true }),
      ...(isName(evidence) && { isName: true }),
    };
  });
}

/** Each way with what is known where the program comes that way; null where nothing more is known. */
export function waysApart(
  { apart }: Binding,
  isName?: (evidence: Evidence) => boolean,
): readonly (readonly Claim[])[] | null {
  if (apart.length === 0) return null;
  return apart.map(({ way, known }) => {
    // What the predicate carries for the tracer are the tracer's own facts.
    const facts = known.reduce<Facts>((all, one) => withFacts(all, (one as Facts).values()), noFacts);
    const given: Claim = { status: "given", column: "", values: [], facts };
    return [...claimsOfWay(way, isName), ...(facts.size > 0 ? [given] : [])];
  });
}

/** `Invoice.customer.notes`: a row comes back also where none of these is found. */
function includedAs({ join, alias }: Resource): string | null {
  const at = alias.indexOf(".");
  return join === "left" && at >= 0 ? alias.slice(at + 1) : null;
}

/** `id in (…)`: by a list that came in. */
function asksForSeveral(filter: Predicate): boolean {
  switch (filter.kind) {
    case "in":
      return filter.operands.some(({ origin }) => origin !== "constant");
    case "and":
    case "or":
      return filter.terms.some(asksForSeveral);
    case "choice":
      return filter.arms.some(asksForSeveral);
    default:
      return false;
  }
}

function isKeyOf(schema: SchemaFacts, table: string | null, name: string): boolean {
  const level = table === null ? null : schema.findTable(table)?.findColumn(name)?.level;
  return level !== null && level !== undefined;
}

export function valueOf(operand: Operand): Value {
  return (operand.source as Value | undefined) ?? unknown;
}
