/** From a column as the query names it to a column of a place, through aliases, scopes and derived tables. */
import type { Place, PlacedColumn, Scope, Visible } from "./formula.js";
import type { Column, Resource } from "./predicate.js";

/** Numbers columns, and remembers those of derived tables until their sources can be found. */
export interface Names {
  columns: number;
  readonly derived: PlacedColumn[];
}

/** Null when it names nothing, or nobody can tell what; the scope then remembers the name as ambiguous. */
export function findPlacedColumn(visible: Visible, column: Column, names: Names): PlacedColumn | null {
  const place =
    column.table === null ? findPlaceWith(visible, column.name) : findPlaceNamed(visible, column.table);
  return place === null ? null : placedColumn(place, column.name, names);
}

/** A derived table's column is a column of the query behind it, in each of its arms. */
export function linkDerivedColumns(names: Names): void {
  for (let column = names.derived.pop(); column !== undefined; column = names.derived.pop()) {
    for (const { scope } of column.place.rows?.terms ?? []) {
      const output = findOutput(column.place.resource, scope, column.name);
      const source = output === null ? null : findPlacedColumn(scope, output, names);
      if (source !== null) column.sources.set(scope, source);
    }
  }
}

function findPlaceNamed(visible: Visible, alias: string): Place | null {
  for (let level: Visible | null = visible; level !== null; level = level.outer) {
    const exact = level.places.find((place) => place.resource.alias === alias);
    const found =
      exact ?? level.places.find((place) => normalised(place.resource.alias) === normalised(alias));
    if (found !== undefined) return found;
  }
  return null;
}

/** SQL looks in the inner query first, and refuses a name that two tables have. */
function findPlaceWith(visible: Visible, name: string): Place | null {
  for (let level: Visible | null = visible; level !== null; level = level.outer) {
    const seen = placesSeenIn(level);
    const having = seen.filter((place) => hasColumn(place, name) === "yes");
    if (having.length > 0) return having.find((place) => place.resource.join === "from") ?? having[0]!;
    if (seen.every((place) => hasColumn(place, name) === "no")) continue;
    if (seen.length === 1) return seen[0]!;
    break;
  }
  // A schema can be behind the code, so the only table there is has the column whatever the schema says.
  const seen = placesSeenIn(visible);
  if (seen.length === 1) return seen[0]!;
  visible.ambiguous.add(name);
  return null;
}

function placesSeenIn({ places, last }: Visible): readonly Place[] {
  return places.filter((place) => place.index <= last);
}

function hasColumn(place: Place, name: string): "yes" | "no" | "unknown" {
  const { query, outputs } = place.resource;
  if (query === null) {
    if (place.table === null) return "unknown";
    return place.table.findColumn(name) === null ? "no" : "yes";
  }
  if (outputs === null) return "unknown";
  if (findByName(outputs, name) !== null) return "yes";
  return outputs.has("*") ? "unknown" : "no";
}

function placedColumn(place: Place, name: string, names: Names): PlacedColumn {
  const facts = place.table?.findColumn(name) ?? null;
  const canonical = facts?.name ?? name;
  const existing = place.columns.get(normalised(canonical));
  if (existing !== undefined) return existing;
  const column = { id: names.columns++, place, name: canonical, facts, sources: new Map(), isJoined: false };
  place.columns.set(normalised(canonical), column);
  if (place.resource.query !== null) names.derived.push(column);
  return column;
}

/**
 * The arms of a union share columns by position. We know them by name, so a name counts in another arm only when it
 * stands at the same place there.
 */
function findOutput(derived: Resource, scope: Scope, name: string): Column | null {
  const { query, outputs } = derived;
  if (scope.selection === query || outputs === null)
    return outputs === null ? null : outputNamed(outputs, name);
  const arm = scope.selection.outputs;
  if (arm === null || positionOf(arm, name) !== positionOf(outputs, name)) return null;
  return outputNamed(arm, name);
}

function outputNamed(outputs: ReadonlyMap<string, Column>, name: string): Column | null {
  const named = findByName(outputs, name);
  if (named !== null) return named;
  const star = outputs.get("*");
  return star === undefined ? null : { table: star.table, name };
}

function positionOf(outputs: ReadonlyMap<string, Column>, name: string): number {
  return [...outputs.keys()].findIndex((output) => normalised(output) === normalised(name));
}

function findByName(outputs: ReadonlyMap<string, Column>, name: string): Column | null {
  const exact = outputs.get(name);
  if (exact !== undefined) return exact;
  for (const [output, column] of outputs) {
    if (output !== "*" && normalised(output) === normalised(name)) return column;
  }
  return null;
}

/** `organizationId`, `organization_id` and `ORGANIZATION_ID` are one name. */
function normalised(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}
