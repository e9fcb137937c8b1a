/**
 * A foreign id that is stored, and that leads nowhere: every reader of the row is limited by something else, and so is every query
 * that goes on from it. Then nothing of the other tenant comes out; what is stored is still wrong.
 */
import { bind } from "../constraint/bind.js";
import type { Binding, Evidence, Way } from "../constraint/binding.js";
import type { Facts } from "../constraint/facts.js";
import { valueOf } from "../proof/claims.js";
import type { Flows } from "../proof/flows.js";
import { findColumn, findTable, keyOf, namedBy, referenceOf } from "../tenancy/lookup.js";
import type { Table, TableColumn, Tenancy } from "../tenancy/tenancy.js";
import type { Access } from "../trace/library.js";
import type { Trace } from "../trace/trace.js";
import { siteKey } from "../trace/value.js";
import { beliefIn } from "./belief.js";
import { factsOf, isTenantTable } from "./facts.js";
import type { JudgedPath } from "./judge.js";
import { tablesNamedIn, type TablesNamed } from "./standings.js";
import { usesIn, type Uses, type UsesOf } from "./uses.js";
import type { Fault, ResourceVerdict } from "./verdict.js";

export function withIntegrity(
  paths: readonly JudgedPath[],
  trace: Trace,
  tenancy: Tenancy,
  flows: Flows,
  /** Files that no request reaches. */
  scripts: Pick<ReadonlySet<string>, "has">,
): readonly JudgedPath[] {
  let known: Known | null = null;
  const answers = new Map<TableColumn, boolean>();
  const isOnlyStored = ({ data, grade }: Fault): boolean => {
    if (data.kind !== "untrusted" || !data.isWritten || grade !== "leak") return false;
    const table = findTable(tenancy, data.table);
    const column = table && findColumn(table, data.column);
    if (!table || !column) return false;
    // A row that is put among another tenant's is theirs from then on, unless it has a key besides.
    if (!data.isReference && table.keys.every((key) => key.column === column.name)) return false;
    if (data.isReference && isOwnName(tenancy, table, column)) return true;
    let answer = answers.get(column);
    if (answer === undefined) {
      known ??= knownOf(paths, trace, tenancy, flows, scripts);
      answers.set(column, (answer = leadsNowhere(known, table, column)));
    }
    return answer;
  };
  const lowered = (fault: Fault): Fault => (isOnlyStored(fault) ? { ...fault, grade: "integrity" } : fault);
  return paths.map((path) => ({
    ...path,
    resources: path.resources.map((one): ResourceVerdict =>
      one.untrusted ? { ...one, untrusted: one.untrusted.map(lowered) } : one,
    ),
  }));
}

/**
 * `unique (organization_id, number)`, and no other key: the same number is something else with each tenant. In a row that says
 * whose it is, it names nothing of another's.
 */
function isOwnName(tenancy: Tenancy, table: Table, column: TableColumn): boolean {
  const reference = referenceOf(table, column.name) ?? namedBy(table, column.name);
  const named = reference && findTable(tenancy, reference.table);
  if (!named) return false;
  const isShared = (key: string): boolean =>
    table.keys.some(({ level }) => level === keyOf(named, key)?.level && key !== reference.target);
  const keys = [named.primaryKey, ...named.unique].filter((key) => key.includes(reference.target));
  return keys.length > 0 && keys.every((key) => key.some(isShared));
}

interface Known {
  readonly flows: Flows;
  readonly facts: Facts;
  readonly tenancy: Tenancy;
  readonly named: TablesNamed;
  readonly usesOf: UsesOf;
  readonly paths: ReadonlyMap<string, JudgedPath>;
  readonly scripts: Pick<ReadonlySet<string>, "has">;
}

function knownOf(
  paths: readonly JudgedPath[],
  trace: Trace,
  tenancy: Tenancy,
  flows: Flows,
  scripts: Known["scripts"],
): Known {
  const named = tablesNamedIn(trace.accesses, tenancy);
  return {
    flows,
    facts: factsOf(tenancy),
    tenancy,
    named,
    usesOf: usesIn(trace, tenancy, named),
    paths: new Map(paths.map((path) => [siteKey(path.root.site), path])),
    scripts,
  };
}

function leadsNowhere(known: Known, table: Table, column: TableColumn): boolean {
  const uses = known.usesOf(table, column);
  if (uses.isOutOfSight) return false;
  const readers = [...uses.tables].flatMap((one) => [...known.named.of(one)]);
  return [...new Set([...readers, ...uses.queries])].every((access) => readsOwn(known, access, uses));
}

/** Whatever the query reaches is the tenant's own, also if what the column says is left out of account. */
function readsOwn(known: Known, access: Access, uses: Uses): boolean {
  const { detail } = access;
  if (detail.kind !== "query" || isOfOperators(known, access)) return true;
  const site = siteKey(access.site);
  const isInsert = detail.target !== null && (access.operation === "insert" || detail.written !== null);
  const isUse = uses.queries.has(access);
  return bind(detail.selection, known.facts).every((binding) => {
    const table = findTable(known.tenancy, binding.resource.table ?? "");
    if (!table || !isTenantTable(table)) return true;
    if (isInsert && binding.site === site && binding.resource.table === detail.target) return true;
    if (!isUse && !uses.tables.has(table)) return true;
    const rest = without(binding, (evidence) => isOf(known, evidence, binding, uses));
    if (rest !== binding) return isLimited(known, access, rest);
    // Whatever the column says, it reaches the same rows; what is asked by their values then is a use of its own.
    if (!isUse) return true;
    return (
      known.paths.get(binding.site)?.resources.find(({ resource }) => resource === table.name)?.verdict ===
        "scoped" || isLimited(known, access, rest)
    );
  });
}

/** Whoever runs a script is trusted with all tenants, and so are the administrators of the service. */
function isOfOperators({ paths, scripts }: Known, { site }: Access): boolean {
  return scripts.has(site.file) || paths.get(siteKey(site))?.exemption?.kind === "platform-admin";
}

function without(binding: Binding, isLeftOut: (evidence: Evidence) => boolean): Binding {
  const shortened = (way: Way): Way => (way.some(isLeftOut) ? way.filter((one) => !isLeftOut(one)) : way);
  const ways = binding.ways.map(shortened);
  const apart = binding.apart.map((one) => ({ ...one, way: shortened(one.way) }));
  const isSame =
    ways.every((way, index) => way === binding.ways[index]) &&
    apart.every(({ way }, index) => way === binding.apart[index]!.way);
  return isSame ? binding : { ...binding, ways, apart };
}

/** A value of the column says so, or the way from the table at hand to the one that is bound leads over the column. */
function isOf({ tenancy }: Known, evidence: Evidence, { resource }: Binding, uses: Uses): boolean {
  const isColumn = (written: string | null, name: string): boolean => {
    const table = written === null ? null : findTable(tenancy, written);
    return table !== null && uses.has(table, name);
  };
  let at = resource.table;
  for (const step of evidence.through) {
    if (isColumn(at, step.column) || isColumn(step.resource.table, step.target)) return true;
    at = step.resource.table;
  }
  return isColumn(at, evidence.column) || evidence.operands.some((one) => uses.isMadeOf(valueOf(one)));
}

/** As it would be judged by the rest alone. */
function isLimited({ flows }: Known, access: Access, binding: Binding): boolean {
  const belief = beliefIn(flows, access, binding, false);
  if (belief?.kind === "proven" || belief?.kind === "nothing") return true;
  const isByTenant = binding.ways.every(([first]) => first !== undefined && first.status !== "reference");
  return isByTenant && (belief?.kind === "given" || belief?.kind === "row");
}
