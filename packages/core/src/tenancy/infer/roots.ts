/**
 * Which tables hold the tenants.
 *
 * A wrong root makes every query by its id look bound to a tenant, and leaks are missed; a missing root makes everything
 * look unbound. So a table must earn it: its name counts, the share of the schema that points at it, whether users are
 * members of it, and, below another root, whether tables depend on it alone.
 */
import { tenantNameOf, weightOf } from "../lexicon.js";
import { singular, withoutSchema, wordsOf } from "../names.js";
import type { LevelDecisions } from "./levels.js";
import { isMembershipOf } from "./memberships.js";
import type { LinkedTable, Schema } from "./references.js";

export function findRoots(schema: Schema, decisions: LevelDecisions): readonly Root[] {
  const candidates = candidatesIn(schema, decisions);
  const faint = candidates.filter((table) => !decisions.roots.has(table.name) && isFaint(table, schema));
  const found = rootsAmong(
    candidates.filter((table) => !faint.includes(table)),
    schema,
    decisions,
  );
  return named(found.length > 0 ? found : rootsAmong(faint, schema, decisions));
}

function rootsAmong(
  candidates: readonly LinkedTable[],
  schema: Schema,
  decisions: LevelDecisions,
): readonly FoundRoot[] {
  const found: FoundRoot[] = [];
  for (const candidate of candidates) {
    const reason = decisions.roots.has(candidate.name)
      ? "The configuration says so."
      : whyTenants(candidate, found, schema);
    if (reason !== null) found.push({ table: candidate, reason });
  }
  return found;
}

/** In a large schema, a name alone that next to nothing points at: the tenants of a billing system in one corner. */
function isFaint(table: LinkedTable, schema: Schema): boolean {
  const pointing = schema.pointingAt(table);
  return (
    pointing.length < 3 &&
    pointing.length / schema.tables.length < 0.05 &&
    !pointing.some((other) => isMembershipOf(other, table, schema.users))
  );
}

export interface FoundRoot {
  readonly table: LinkedTable;
  readonly reason: string;
}

export interface Root extends FoundRoot {
  /** The level's name. */
  readonly name: string;
}

/** Those above before those below them, likely ones before unlikely ones. */
function candidatesIn(schema: Schema, decisions: LevelDecisions): readonly LinkedTable[] {
  const candidates = schema.tables.filter(
    (table) =>
      decisions.roots.has(table.name) ||
      (!decisions.others.has(table.name) &&
        !schema.users.includes(table) &&
        schema.pointingAt(table).length > 0),
  );
  const weight = (table: LinkedTable) => weightOf(tenantNameOf(table.name));
  const mayBeAbove = new Set(
    candidates
      .filter(
        (table) =>
          weight(table) > 0 ||
          schema.pointingAt(table).some((other) => isMembershipOf(other, table, schema.users)),
      )
      .map(({ name }) => name),
  );
  const ranked = [...candidates].sort(
    (a, b) =>
      weight(b) - weight(a) ||
      schema.pointingAt(b).length - schema.pointingAt(a).length ||
      (a.name < b.name ? -1 : 1),
  );
  const ordered: LinkedTable[] = [];
  const visiting = new Set<string>();
  const visit = (table: LinkedTable) => {
    if (visiting.has(table.name)) return;
    visiting.add(table.name);
    for (const above of ranked) {
      if (!mayBeAbove.has(above.name) || !belongsTo(table, above)) continue;
      // Of two that belong to each other, the one whose name says more stands above.
      if (belongsTo(above, table) && weight(above) <= weight(table)) continue;
      visit(above);
    }
    ordered.push(table);
  };
  ranked.forEach(visit);
  return ordered;
}

export function belongsTo(table: LinkedTable, above: LinkedTable): boolean {
  return (
    table.name !== above.name &&
    table.links.some((link) => link.table === above.name && link.role === "belonging" && !link.list)
  );
}

function whyTenants(table: LinkedTable, roots: readonly FoundRoot[], schema: Schema): string | null {
  const name = tenantNameOf(table.name);
  const pointing = schema.pointingAt(table);
  const membership = pointing.find((other) => isMembershipOf(other, table, schema.users));
  const others = schema.tables.length - 1 - schema.users.length - roots.length;
  const breadth = pointing.length / Math.max(1, others);
  const above = roots.filter((root) => isBelow(table, root.table, schema));
  const evidence = [
    `${pointing.length} of the ${schema.tables.length - 1} other tables point at it`,
    ...(membership ? [`"${membership.name}" ties users to it`] : []),
  ];

  if (above.length === 0) {
    const first = roots.length === 0;
    if (name === "tenant") return sentence(evidence);
    if (name === "business" && breadth >= (membership ? 0.1 : 0.2)) return sentence(evidence);
    if (name === "division" && (membership ? breadth >= 0.15 : breadth >= 0.3) && pointing.length >= 2)
      return sentence(evidence);
    if (name === "party" && first && (membership ? breadth >= 0.2 : breadth >= 0.5) && pointing.length >= 2)
      return sentence(evidence);
    const isWide = breadth >= 0.5 ? pointing.length >= 4 : breadth >= 0.2 && pointing.length >= 8;
    if (name === "unremarkable" && first && membership && isWide) return sentence(evidence);
    return null;
  }

  // Below another root, a table is a wall of its own only if rows hang on it that nothing else ties to the tenant.
  const rooted = new Set(above.map((root) => root.table.name));
  const alone = pointing.filter(
    (other) =>
      !isMembershipOf(other, table, schema.users) &&
      !other.links.some((link) => rooted.has(link.table) && link.role === "belonging"),
  );
  const share = alone.length / pointing.length;
  const enough =
    name === "unremarkable"
      ? membership !== undefined && breadth >= 0.5 && share >= 0.5
      : name === "party"
        ? membership !== undefined && breadth >= 0.25 && share >= 0.2
        : (breadth >= (membership ? 0.15 : 0.25) && share >= 0.15) ||
          (alone.length >= 4 && reach(table, rooted, schema) / Math.max(1, others) >= 0.3);
  if (alone.length < (name === "tenant" ? 1 : 2) || !enough) return null;
  return sentence([...evidence, `${alone.length} of them through nothing else`]);
}

/** How many tables belong to this one, directly or through others, and to nothing above it by a column of their own. */
function reach(table: LinkedTable, rooted: ReadonlySet<string>, schema: Schema): number {
  const found = new Set<string>();
  const waiting = [table];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const other of schema.pointingAt(next)) {
      if (other === table || rooted.has(other.name) || found.has(other.name)) continue;
      if (other.links.some((link) => rooted.has(link.table) && link.role === "belonging")) continue;
      found.add(other.name);
      waiting.push(other);
    }
  }
  return found.size;
}

function sentence(parts: readonly string[]): string {
  return `${parts.join("; ")}.`;
}

export function isBelow(table: LinkedTable, root: LinkedTable, schema: Schema): boolean {
  const seen = new Set<string>();
  const waiting = [table];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const link of next.links) {
      if (link.role !== "belonging" || link.list || seen.has(link.table) || link.nullable) continue;
      if (link.table === root.name) return true;
      seen.add(link.table);
      const target = schema.byName.get(link.table);
      if (target) waiting.push(target);
    }
  }
  return belongsTo(table, root);
}

/** `Organization`, `app.organizations` and `organizations` are the level `organization`. Of two such tables one is told apart by its schema. */
function named(roots: readonly FoundRoot[]): readonly Root[] {
  const nameOf = (table: string) => {
    const words = wordsOf(table);
    return [...words.slice(0, -1), singular(words.at(-1) ?? table)].join("_");
  };
  const names = new Set<string>();
  const plainFirst = [...roots].sort(
    (a, b) => Number(a.table.name.includes(".")) - Number(b.table.name.includes(".")),
  );
  const byTable = new Map(
    plainFirst.map(({ table }) => {
      const choices = [nameOf(withoutSchema(table.name)), nameOf(table.name), table.name];
      const name = choices.find((choice) => !names.has(choice)) ?? table.name;
      names.add(name);
      return [table.name, name];
    }),
  );
  return roots.map((root) => ({ ...root, name: byTable.get(root.table.name)! }));
}
