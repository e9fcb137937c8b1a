/** Everything that ties a place to a tenant, given what is known: by its own columns, or by way of other places. */
import { strengthOf, type Evidence, type Step, type Way } from "./binding.js";
import type { ColumnFacts, Facts, TableFacts } from "./facts.js";
import type { Place, PlacedColumn } from "./formula.js";
import type { Known } from "./known.js";
import type { Operand } from "./predicate.js";

/** Strongest first; of equal strength, the one with the shortest way. What several columns are bound to counts once. */
export function evidenceOf(place: Place, known: Known, facts: Facts): Way {
  const evidence = [...nobodysEvidence(place, known), ...belowNobodys(place, known)];
  for (const visit of placesTiedTo(place, known, facts)) {
    for (const own of [
      ...ownEvidence(visit.place, known, facts),
      ...namesEvidence(visit.place, known),
      ...principalsOf(visit.place, known, facts),
    ]) {
      const through = [...visit.path, ...own.through];
      const status = through.length > 0 && own.status === "tenant" ? "parent" : own.status;
      evidence.push({ ...own, status, through });
    }
  }
  evidence.sort((a, b) => strengthOf(b.status) - strengthOf(a.status) || a.through.length - b.through.length);
  return evidence.filter(
    ({ operands }, index) => evidence.findIndex((other) => other.operands === operands) === index,
  );
}

function ownEvidence(place: Place, known: Known, facts: Facts): readonly Evidence[] {
  return [...place.columns.values()].flatMap((column) => {
    const status = sortOf(column, facts);
    const level = column.facts?.level ?? null;
    const { operands: lists } = known.groupOf(column);
    const isTelling = (list: readonly Operand[]): boolean => {
      if (status === null) return meansTenant(column, list);
      return status !== "reference" || !list.some(isEmptyText);
    };
    return lists.filter(isTelling).map((operands) => ({
      status: status ?? ("reference" as const),
      column: column.name,
      level,
      operands,
      through: [],
    }));
  });
}

/** No row is called so: those that refer to it are those of all tenants that refer to none. */
function isEmptyText({ value }: Operand): boolean {
  return value === "literal:string:";
}

/**
 * `team_id = ? or organization_id = ?`, of one value: as a name of the tenant's it is asked for both ways, so whose rows come is
 * for the value to say, as with an id.
 */
export function meansTenant({ place }: PlacedColumn, operands: readonly Operand[]): boolean {
  return operands.length > 0 && operands.every(({ value }) => place.keyValues.has(value));
}

/** `where domain = … and slug = …`: together they name one row, as its id does. */
function namesEvidence({ table, columns }: Place, known: Known): readonly Evidence[] {
  return (table?.names ?? []).flatMap((names) => {
    const groups = names.map((name) =>
      [...columns.values()]
        .filter((column) => column.facts?.name === name)
        .flatMap((column) => known.groupOf(column).operands)
        .at(0),
    );
    const operands = groups.flatMap((group) => group ?? []);
    return groups.includes(undefined)
      ? []
      : [{ status: "reference" as const, column: names[0]!, level: null, operands, through: [] }];
  });
}

function sortOf(column: PlacedColumn, facts: Facts): Evidence["status"] | null {
  if (column.facts === null) return null;
  if (column.facts.level !== null) return "tenant";
  if (column.facts.isOwner) return "owner";
  if (column.facts.isSecret) return "secret";
  return findReferredTable(column, facts) === null ? null : "reference";
}

/** The table whose row the column names, if such rows belong to tenants: a row of everybody says nothing. */
function findReferredTable({ facts: column }: PlacedColumn, facts: Facts): TableFacts | null {
  const referred =
    column === null || column.reference === null ? null : facts.findTable(column.reference.table);
  return referred?.isTenantTable === true ? referred : null;
}

/**
 * Rows of the user whom a secret names: `sessions.token = ? and members.user_id = sessions.user_id`. Only a secret is
 * enough for that: another user who shares some row with us is in other tenants as well.
 */
function principalsOf(place: Place, known: Known, facts: Facts): readonly Evidence[] {
  return ownersEqualTo(place, known).flatMap(({ column, other }) => {
    const secrets = ownEvidence(other.place, known, facts).filter((evidence) => evidence.status === "secret");
    return secrets.map((secret) => ({ ...secret, through: [stepTo(column, other)] }));
  });
}

function ownersEqualTo(place: Place, known: Known): readonly Tie[] {
  return tiesOf(place, known).filter(
    ({ column, other }) => column.facts?.isOwner === true && other.facts?.isOwner === true,
  );
}

/** A row whose keys are all NULL, and a row of a child table whose parent's are. */
function nobodysEvidence(place: Place, known: Known): Evidence[] {
  const path: Step[] = [];
  const seen = new Set<Place>();
  for (let at: Place | null = place; at !== null && !seen.has(at);) {
    if (belongsToNobody(at, known)) {
      const key = at.table!.keys[0]!;
      return [{ status: "nobody", column: key.column, level: key.level, operands: [], through: path }];
    }
    seen.add(at);
    const tie = findTieToParent(at, known);
    if (tie !== null) path.push(stepTo(tie.column, tie.other));
    at = tie?.other.place ?? null;
  }
  return [];
}

/**
 * A row that may be a tenant's own, below one that is nobody's: a price of a plan that everybody has. Which row that is says
 * only where it belongs.
 */
function belowNobodys(place: Place, known: Known): readonly Evidence[] {
  if (place.table?.hasSharedRows !== true || place.table.keys.length === 0) return [];
  return tiesOf(place, known).flatMap(({ column, other }) =>
    column.facts !== null &&
    other.facts !== null &&
    !isRowItself(column) &&
    isRowItself(other) &&
    namesSameRow(column.facts, other.facts) &&
    nobodysEvidence(other.place, known).length > 0
      ? [{ status: "reference", column: column.name, level: null, operands: [], through: [] } as const]
      : [],
  );
}

/**
 * One NULL key among several only means that the row is not tied at that level. Where every row has to have a value, none is
 * without one, and no row is nobody's.
 */
function belongsToNobody(place: Place, known: Known): boolean {
  const keys = place.table?.keys ?? [];
  if (keys.length === 0) return false;
  const areNull = keys.filter(({ column }) => isKnownNull(place, column, known));
  return areNull.length === keys.length || areNull.some(({ nullable }) => !nullable);
}

function isKnownNull(place: Place, name: string, known: Known): boolean {
  return [...place.columns.values()].some((column) => column.name === name && known.groupOf(column).isNull);
}

function findTieToParent(place: Place, known: Known): Tie | null {
  const parent = place.table?.parent ?? null;
  const ties = tiesOf(place, known).filter(
    ({ column, other }) =>
      column.name === parent &&
      other.facts !== null &&
      isRowItself(other) &&
      namesSameRow(column.facts!, other.facts),
  );
  return ties.find(({ other }) => belongsToNobody(other.place, known)) ?? ties[0] ?? null;
}

interface Visit {
  readonly place: Place;
  readonly path: readonly Step[];
  /** The row has to belong to a tenant; that it may belong to nobody is not good enough. */
  readonly needsTenant: boolean;
}

/** Breadth first, so that the shortest way to a place is the one we show. */
function placesTiedTo(start: Place, known: Known, facts: Facts): readonly Visit[] {
  const visits: Visit[] = [{ place: start, path: [], needsTenant: false }];
  const seen = new Set([visitKey(visits[0]!)]);
  const reached = new Map<Place, Visit>([[start, visits[0]!]]);
  for (const visit of visits) {
    for (const tie of tiesOf(visit.place, known)) {
      const needsTenant = carriesOver(tie, visit.needsTenant, facts);
      if (needsTenant === null) continue;
      const next = {
        place: tie.other.place,
        path: [...visit.path, stepTo(tie.column, tie.other)],
        needsTenant,
      };
      if (seen.has(visitKey(next))) continue;
      seen.add(visitKey(next));
      visits.push(next);
      if (!reached.has(next.place)) reached.set(next.place, next);
    }
  }
  return [...reached.values()];
}

function visitKey(visit: Visit): string {
  return `${visit.place.id}${visit.needsTenant ? " of a tenant" : ""}`;
}

interface Tie {
  readonly column: PlacedColumn;
  readonly other: PlacedColumn;
}

function tiesOf(place: Place, known: Known): readonly Tie[] {
  return [...place.columns.values()].flatMap((column) =>
    known
      .groupOf(column)
      .columns.filter((other) => other.place !== place)
      .map((other) => ({ column, other })),
  );
}

/**
 * Whether the tenant of the row that `other` stands in is the tenant of the row that `column` stands in: null if not,
 * else whether the other row has to belong to a tenant for that.
 *
 * Rows refer only to rows of their own tenant or of nobody. So a row that refers to ours is of our tenant unless ours is
 * nobody's, and a row of nobody says nothing about those that refer to it, unless they are nobody's with it.
 */
function carriesOver({ column, other }: Tie, needsTenant: boolean, facts: Facts): boolean | null {
  const [here, there] = [column.facts, other.facts];
  if (here === null || there === null) return null;
  // Both keys have a value, so both rows have a tenant, and it is the same.
  if (here.level !== null && here.level === there.level) return false;

  const referred = namesSameRow(here, there) ? findReferredTable(column, facts) : null;
  if (referred === null) return null;

  const isOwnRow = isRowItself(column);
  const isOtherRow = isRowItself(other);
  if (isOwnRow && isOtherRow) return needsTenant;
  // A row without a key of its own is its parent's, and nobody's where that is.
  if (isOtherRow) return column.name === column.place.table?.parent ? needsTenant : true;
  if (isOwnRow) return needsTenant && referred.hasSharedRows ? null : false;
  return referred.hasSharedRows ? null : false;
}

function namesSameRow({ reference: here }: ColumnFacts, { reference: there }: ColumnFacts): boolean {
  return here !== null && there !== null && here.table === there.table && here.target === there.target;
}

/** A primary key, which names the row it stands in. */
function isRowItself({ place, facts, name }: PlacedColumn): boolean {
  return facts?.reference?.table === place.table?.name && facts?.reference?.target === name;
}

function stepTo(column: PlacedColumn, other: PlacedColumn): Step {
  const { resource, scope } = other.place;
  return { column: column.name, resource, site: scope.selection.site, target: other.name };
}
