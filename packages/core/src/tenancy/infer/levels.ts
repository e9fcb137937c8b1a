/**
 * Which tables hold the tenants, and which columns name them.
 *
 * A wrong root makes every query by its id look bound to a tenant, and leaks are missed; a missing root makes everything
 * look unbound. So a table must earn it: its name counts, the share of the schema that points at it, whether users are
 * members of it, and, below another root, whether tables depend on it alone.
 */
import { isGenericTenantWord, synonym, tenantNameOf, tenantWord } from "../lexicon.js";
import { findIdName, normalized, plural, singular, withoutSchema, wordsOf } from "../names.js";
import { isMembershipOf, type Link, type LinkedTable, type Schema } from "./references.js";
import type { TenantLevel } from "../tenancy.js";

export interface Level extends TenantLevel {
  /** Null when tenants live elsewhere (an identity service) and only columns name them. */
  readonly root: LinkedTable | null;
  /** The key columns of each table that has some, by the table's name. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

/** What the configuration has already decided. */
export interface LevelDecisions {
  /** Where given, these are the levels, and nothing is guessed. */
  readonly levels: readonly DecidedLevel[] | null;
  /** Names of tables that are roots, and of those that are none, whatever they look like. */
  readonly roots: ReadonlySet<string>;
  readonly others: ReadonlySet<string>;
}

export interface DecidedLevel {
  readonly name: string;
  readonly root: LinkedTable | null;
  readonly columns: readonly string[];
}

export function findLevels(schema: Schema, decisions: LevelDecisions): readonly Level[] {
  if (decisions.levels) return decidedLevels(decisions.levels, schema);
  const found: FoundRoot[] = [];
  for (const candidate of candidatesIn(schema, decisions)) {
    const reason = decisions.roots.has(candidate.name)
      ? "The configuration says so."
      : whyTenants(candidate, found, schema);
    if (reason !== null) found.push({ table: candidate, reason });
  }
  const roots = named(found);
  const levels = roots.map((root) => levelOf(root, roots, schema));
  return [...levels, ...levelsWithoutTable(levels, schema)];
}

function decidedLevels(decided: readonly DecidedLevel[], schema: Schema): readonly Level[] {
  const reason = "The configuration says so.";
  const roots = decided.flatMap(({ root, name }): Root[] => (root ? [{ name, table: root, reason }] : []));
  return decided.map(({ name, root, columns }) => {
    const wanted = new Set(columns.map(normalized));
    const linked = root ? levelOf({ name, table: root, reason }, roots, schema) : null;
    const keys = new Map<string, readonly string[]>();
    for (const table of schema.tables) {
      if (table.name === root?.name) continue;
      const named = table.columns
        .filter((column) =>
          [column.name, ...column.aliases].some((spelling) => wanted.has(normalized(spelling))),
        )
        .map((column) => column.name);
      const all = [...new Set([...named, ...(linked?.keys.get(table.name) ?? [])])];
      if (all.length > 0) keys.set(table.name, all);
    }
    return {
      name,
      table: root?.name ?? plural(name),
      columns: [...new Set([...columns, ...spellings(keys, schema)])],
      parent: linked?.parent ?? null,
      root,
      keys,
      confidence: "certain",
      reason,
    };
  });
}

interface FoundRoot {
  readonly table: LinkedTable;
  readonly reason: string;
}

interface Root extends FoundRoot {
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
  const weight = (table: LinkedTable) =>
    ({ tenant: 3, division: 2, party: 1, unremarkable: 0 })[tenantNameOf(table.name)];
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
    if (weight(table) > 0)
      for (const above of ranked) if (weight(above) > 0 && belongsTo(table, above)) visit(above);
    ordered.push(table);
  };
  ranked.forEach(visit);
  return ordered;
}

function belongsTo(table: LinkedTable, above: LinkedTable): boolean {
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
    if (name === "division" && (membership ? breadth >= 0.15 : breadth >= 0.3) && pointing.length >= 2)
      return sentence(evidence);
    if (name === "party" && first && (membership ? breadth >= 0.2 : breadth >= 0.5) && pointing.length >= 2)
      return sentence(evidence);
    if (name === "unremarkable" && first && membership && breadth >= 0.5 && pointing.length >= 4)
      return sentence(evidence);
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
        : breadth >= (membership ? 0.15 : 0.25) && share >= 0.15;
  if (alone.length < (name === "tenant" ? 1 : 2) || !enough) return null;
  return sentence([...evidence, `${alone.length} of them through nothing else`]);
}

function sentence(parts: readonly string[]): string {
  return `${parts.join("; ")}.`;
}

function isBelow(table: LinkedTable, root: LinkedTable, schema: Schema): boolean {
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

function levelOf({ name, table: root, reason }: Root, roots: readonly Root[], schema: Schema): Level {
  const keys = new Map<string, readonly string[]>();
  const generic = roots.every((other) => other.table === root || isBelow(other.table, root, schema));
  for (const table of schema.tables) {
    const columns = keyColumnsOf(table, root, generic);
    if (columns.length > 0) keys.set(table.name, columns);
  }
  const above = roots.filter(
    (other) =>
      other.table !== root && isBelow(root, other.table, schema) && !isBelow(other.table, root, schema),
  );
  // The nearest: the one that is itself below the others.
  const parent =
    above.find((one) => above.every((other) => other === one || isBelow(one.table, other.table, schema))) ??
    above[0];
  return {
    name,
    table: root.name,
    columns: spellings(keys, schema),
    parent: parent?.name ?? null,
    root,
    keys,
    confidence: tenantNameOf(root.name) === "tenant" ? "certain" : "likely",
    reason,
  };
}

/** The columns by which a table's rows belong to a root. */
function keyColumnsOf(table: LinkedTable, root: LinkedTable, generic: boolean): readonly string[] {
  const links = table.links.filter(
    (link) => link.table === root.name && !link.list && table.name !== root.name,
  );
  const belonging = links.filter((link) => link.role === "belonging");
  if (belonging.length > 0) return belonging.map((link) => link.column);
  const only = links.filter(
    (link) => link.role === "role" && link.source === "foreign key" && !link.nullable,
  );
  if (only.length === 1) return [only[0]!.column];
  if (!generic || table.name === root.name) return [];
  return table.columns
    .filter(
      (column) =>
        [column.name, ...column.aliases].some((name) => saysTenant(name)) && !linkOf(table, column.name),
    )
    .map((column) => column.name);
}

function saysTenant(column: string): boolean {
  const id = findIdName(column);
  return id !== null && !id.list && id.words.length === 1 && isGenericTenantWord(id.words[0]!);
}

function linkOf(table: LinkedTable, column: string): Link | undefined {
  return table.links.find((link) => link.column === column);
}

/** Tenants that no table here holds: `organization_id` everywhere, and the organizations in an identity service. */
function levelsWithoutTable(levels: readonly Level[], schema: Schema): readonly Level[] {
  const found = new Map<string, Map<string, string[]>>();
  const keyed = new Map(
    levels.flatMap((level) =>
      [...level.keys].map(([table, columns]) => [`${level.name} ${table}`, columns] as const),
    ),
  );
  const isKey = (table: string, column: string) =>
    levels.some((level) => keyed.get(`${level.name} ${table}`)?.includes(column));
  for (const table of schema.tables) {
    for (const column of table.columns) {
      if (linkOf(table, column.name) || isKey(table.name, column.name)) continue;
      const word = [column.name, ...column.aliases]
        .map(findIdName)
        .find((id) => id !== null && !id.list && id.words.length === 1)?.words[0];
      if (word === undefined || tenantWord(word) === "unremarkable") continue;
      const tables = found.get(synonym(word)) ?? new Map<string, string[]>();
      tables.set(table.name, [...(tables.get(table.name) ?? []), column.name]);
      found.set(synonym(word), tables);
    }
  }

  const result: Level[] = [];
  const ranked = [...found].sort(
    ([a, one], [b, other]) => rank(b) - rank(a) || other.size - one.size || (a < b ? -1 : 1),
  );
  for (const [word, keys] of ranked) {
    const breadth = keys.size / schema.tables.length;
    const enough =
      levels.length + result.length > 0
        ? tenantWord(word) === "tenant" && keys.size >= 3 && breadth >= 0.25
        : tenantWord(word) === "tenant" || (keys.size >= 2 && breadth >= 0.5);
    if (!enough) continue;
    result.push({
      name: word,
      table: plural(word),
      columns: spellings(keys, schema),
      parent: null,
      root: null,
      keys,
      confidence: "doubtful",
      reason: `${keys.size} of ${schema.tables.length} tables have such a column; the tenants themselves are in no schema here.`,
    });
  }
  return result;
}

function rank(word: string): number {
  return { tenant: 3, division: 2, party: 1, unremarkable: 0 }[tenantWord(word)];
}

function spellings(keys: ReadonlyMap<string, readonly string[]>, schema: Schema): readonly string[] {
  const counts = new Map<string, number>();
  for (const [name, columns] of keys) {
    const table = schema.byName.get(name)!;
    for (const column of table.columns) {
      if (!columns.includes(column.name)) continue;
      for (const spelling of [column.name, ...column.aliases])
        counts.set(spelling, (counts.get(spelling) ?? 0) + 1);
    }
  }
  return [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).map(([name]) => name);
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
