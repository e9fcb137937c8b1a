/**
 * Whose rows a table holds: of a tenant by its own column, of a tenant through another table's row, of a user, or of
 * nobody. Every class comes with the reason, so that a reviewer can check it against the schema.
 */
import { isOwnerName, isUserTable, tenantWord } from "../lexicon.js";
import type { Level } from "./levels.js";
import { findIdName, normalized } from "../names.js";
import { isMembershipOf, type Link, type LinkedTable, type Schema } from "./references.js";
import type { Confidence, Membership, Reference, Table, TableClass, TenantKey } from "../tenancy.js";

/** What the configuration has decided about one table; its columns and tables exist. */
export interface TableDecision {
  readonly class: TableClass | null;
  readonly keys: readonly TenantKey[] | null;
  readonly parent: Reference | null;
}

export function classifyTables(
  schema: Schema,
  levels: readonly Level[],
  decisions: ReadonlyMap<string, TableDecision>,
): readonly Table[] {
  const keys = new Map(
    schema.tables.map((table) => [table.name, keysOf(table, levels, decisions.get(table.name))]),
  );
  const roots = new Map(levels.flatMap((level) => (level.root ? [[level.root.name, level] as const] : [])));
  const anchored = (table: LinkedTable) => {
    const decided = decisions.get(table.name)?.class;
    if (decided) return decided === "tenant" || decided === "root";
    return roots.has(table.name) || keys.get(table.name)!.length > 0;
  };
  const parents = findParents(schema, anchored, decisions);

  return schema.tables.map((table): Table => {
    const own = keys.get(table.name)!;
    const via = parents.get(table.name) ?? [];
    const owners = ownersOf(table, schema);
    const facts: Facts = {
      table,
      level: roots.get(table.name) ?? null,
      keys: own,
      via,
      owners,
      levels,
      schema,
    };
    const decision = decisions.get(table.name);
    const {
      class: tableClass,
      reason,
      confidence,
    } = decision?.class || decision?.keys || decision?.parent ? decided(facts, decision) : inferred(facts);
    return {
      name: table.name,
      aliases: table.aliases,
      class: tableClass,
      keys: tableClass === "tenant" || tableClass === "root" ? own : [],
      via: tableClass === "child" ? via.map(referenceFrom) : [],
      owners,
      membership: membershipOf(facts),
      primaryKey: table.primaryKey,
      unique: table.unique,
      columns: table.columns,
      references: table.links.map(referenceFrom),
      relations: table.relations,
      rowSecurity: table.rowSecurity,
      view: table.view,
      source: table.source,
      confidence,
      reason,
      file: table.file,
      line: table.line,
    };
  });
}

interface Facts {
  readonly table: LinkedTable;
  /** The level of which it is the root. */
  readonly level: Level | null;
  readonly keys: readonly TenantKey[];
  readonly via: readonly Link[];
  readonly owners: readonly string[];
  readonly levels: readonly Level[];
  readonly schema: Schema;
}

interface Verdict {
  readonly class: TableClass;
  readonly confidence: Confidence;
  readonly reason: string;
}

function decided(facts: Facts, decision: TableDecision): Verdict {
  const implied = decision.keys ? "tenant" : decision.parent ? "child" : "unclassified";
  return {
    class: decision.class ?? (facts.level ? "root" : implied),
    confidence: "certain",
    reason: "The configuration says so.",
  };
}

function inferred(facts: Facts): Verdict {
  const { table, level, keys, via, owners, levels } = facts;
  if (level) {
    const reason = `Its rows are the tenants of level "${level.name}": ${level.reason}`;
    return { class: "root", confidence: level.confidence, reason };
  }
  if (!table.readable) return unclassified("Its columns could not be read.");
  if (keys.length > 0) {
    const confidence = leastOf(keys.map((key) => keyConfidence(key, facts)));
    return { class: "tenant", confidence, reason: keys.map((key) => keyReason(key, facts)).join(" ") };
  }
  if (via.length > 0)
    return { class: "child", confidence: childConfidence(via[0]!), reason: childReason(via) };
  if (levels.length === 0) {
    const user = owners.length > 0 ? ` A user owns them by ${quoted(owners)}.` : "";
    return unclassified(
      `No tenants were found in the schemas, so it cannot be said whose rows these are.${user}`,
    );
  }
  if (isUsers(facts)) return global("likely", "Its rows are the users, who belong to no tenant by a column.");
  if (owners.length > 0)
    return global(
      "likely",
      `Its rows belong to a user by ${quoted(owners)}, and no column leads to a tenant.`,
    );
  const hint = findTenantHint(table);
  if (hint !== null) return unclassified(`"${hint}" may name a tenant, but no schema has such tenants.`);
  const anything = findPolymorphic(table);
  if (anything !== null) return unclassified(`"${anything}" may be the id of a row in any table.`);
  return global("likely", "No column leads to a tenant or to a tenant's row.");
}

function unclassified(reason: string): Verdict {
  return { class: "unclassified", confidence: "doubtful", reason };
}

function global(confidence: Confidence, reason: string): Verdict {
  return { class: "global", confidence, reason };
}

function keyConfidence(key: TenantKey, { table, levels }: Facts): Confidence {
  const level = levels.find(({ name }) => name === key.level)!;
  const link = table.links.find(
    (candidate) => candidate.column === key.column && candidate.table === level.table,
  );
  return link?.source === "foreign key" || level.confidence === "certain" ? "certain" : "likely";
}

function childConfidence(link: Link): Confidence {
  if (link.nullable) return "doubtful";
  return link.source === "foreign key" ? "certain" : "likely";
}

function leastOf(all: readonly Confidence[]): Confidence {
  const order: readonly Confidence[] = ["doubtful", "likely", "certain"];
  return order.find((confidence) => all.includes(confidence)) ?? "certain";
}

/** The users' column first found, and every tenant that the same row names. */
function membershipOf({ table, levels, schema }: Facts): Membership | null {
  const user = table.links.find(
    (link) =>
      link.role === "belonging" && !link.list && schema.users.some((users) => users.name === link.table),
  );
  if (!user) return null;
  const tenants = levels.flatMap((level) =>
    level.root && isMembershipOf(table, level.root, schema.users)
      ? (level.keys.get(table.name) ?? []).slice(0, 1).map((column) => ({ column, level: level.name }))
      : [],
  );
  return tenants.length > 0 ? { user: user.column, tenants } : null;
}

function keyReason(key: TenantKey, { table, levels }: Facts): string {
  const level = levels.find(({ name }) => name === key.level)!;
  const link = table.links.find(
    (candidate) => candidate.column === key.column && candidate.table === level.table,
  );
  const spelling = normalized(key.column);
  const using = [...level.keys.values()].filter((columns) =>
    columns.some((column) => normalized(column) === spelling),
  ).length;
  const how =
    link?.source === "foreign key"
      ? `is a foreign key to "${level.table}"`
      : level.root
        ? `names a row of "${level.table}"`
        : `names the ${level.name}`;
  const optional = key.nullable ? "; it may be null" : "";
  return `"${key.column}" ${how} (${using} of the ${level.keys.size} tables with a key of this level use that column)${optional}.`;
}

function childReason(via: readonly Link[]): string {
  const [first, ...others] = via as readonly [Link, ...Link[]];
  const how = first.source === "foreign key" ? "is a foreign key to" : "by its name holds the id of a row in";
  const optional = first.nullable ? ", though it may be null" : "";
  const also =
    others.length > 0
      ? `; ${quoted(others.map((link) => link.column))} ${others.length === 1 ? "leads" : "lead"} to a tenant as well`
      : "";
  return `It has no tenant key of its own; "${first.column}" ${how} "${first.table}"${optional}${also}.`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

function isUsers({ table, schema }: Facts): boolean {
  return schema.users.includes(table) || isUserTable(table.name);
}

function findTenantHint(table: LinkedTable): string | null {
  const hint = table.columns.find((column) => {
    if (table.links.some((link) => link.column === column.name)) return false;
    return [column.name, ...column.aliases].some((name) => {
      const id = findIdName(name);
      return id !== null && id.words.length === 1 && tenantWord(id.words[0]!) !== "unremarkable";
    });
  });
  return hint?.name ?? null;
}

function findPolymorphic(table: LinkedTable): string | null {
  const names = new Set(table.columns.map((column) => normalized(column.name)));
  const column = table.columns.find(({ name }) => {
    const id = findIdName(name);
    return (
      id !== null &&
      !id.list &&
      !table.links.some((link) => link.column === name) &&
      names.has(normalized(name).replace(/(?:uu)?id$/, "type"))
    );
  });
  return column?.name ?? null;
}

/** Of a root its own id stands first: it names the tenant as well as any column elsewhere. */
function keysOf(
  table: LinkedTable,
  levels: readonly Level[],
  decision: TableDecision | undefined,
): readonly TenantKey[] {
  const nullable = (name: string) => table.columns.find((column) => column.name === name)?.nullable ?? false;
  const own = levels
    .filter((level) => level.root?.name === table.name)
    .map((level): TenantKey => ({
      column: table.primaryKey.length === 1 ? table.primaryKey[0]! : "id",
      level: level.name,
      nullable: false,
    }));
  const given =
    decision?.keys ??
    levels.flatMap((level) =>
      (level.keys.get(table.name) ?? []).map((column): TenantKey => ({
        column,
        level: level.name,
        nullable: nullable(column),
      })),
    );
  return [...own, ...given];
}

function ownersOf(table: LinkedTable, schema: Schema): readonly string[] {
  if (schema.users.includes(table)) return table.primaryKey.length === 1 ? table.primaryKey : ["id"];
  const linked = table.links
    .filter(
      (link) =>
        link.role === "belonging" && !link.list && schema.users.some((user) => user.name === link.table),
    )
    .map((link) => link.column);
  if (schema.users.length > 0) return linked;
  // Users who live in an identity service still own their rows by `user_id`.
  return table.columns
    .filter((column) =>
      [column.name, ...column.aliases].some((name) => {
        const id = findIdName(name);
        return (
          id !== null && !id.list && id.words.length === 1 && id.words[0] === "user" && isOwnerName(id.words)
        );
      }),
    )
    .map((column) => column.name);
}

/** Breadth first from the tables with a key, over references that are never null; then over those that may be. */
function findParents(
  schema: Schema,
  anchored: (table: LinkedTable) => boolean,
  decisions: ReadonlyMap<string, TableDecision>,
): ReadonlyMap<string, readonly Link[]> {
  const steps = new Map<string, number>();
  for (const table of schema.tables) if (anchored(table)) steps.set(table.name, 0);

  const undecided = schema.tables.filter((table) => {
    const decision = decisions.get(table.name);
    if (decision?.class && decision.class !== "child") return false;
    return !steps.has(table.name) && !schema.users.includes(table);
  });
  const spread = (usable: (link: Link) => boolean) => {
    for (let step = 1, found = true; found; step++) {
      const next = undecided.filter((table) => {
        if (steps.has(table.name)) return false;
        const parent = decisions.get(table.name)?.parent;
        return parent
          ? steps.has(parent.table)
          : table.links.some((link) => usable(link) && steps.has(link.table) && link.table !== table.name);
      });
      next.forEach((table) => steps.set(table.name, step));
      found = next.length > 0;
    }
  };
  const leads = (link: Link) => !link.list && (link.role === "belonging" || link.role === "role");
  spread((link) => leads(link) && !link.nullable);
  spread(leads);

  // Nearer to a key, else earlier in the schema: of tables that point at each other only one is the parent.
  const place = new Map(schema.tables.map((table, index) => [table.name, index]));
  const isNearer = (one: string, other: string) =>
    compare([steps.get(one)!, place.get(one)!], [steps.get(other)!, place.get(other)!]) < 0;
  const isOwner = (link: Link) => schema.users.some((user) => user.name === link.table);
  const parents = new Map<string, readonly Link[]>();
  for (const table of undecided) {
    const given = decisions.get(table.name)?.parent;
    if (given) {
      parents.set(table.name, [{ ...given, nullable: false, list: false, role: "belonging" }]);
      continue;
    }
    if (!steps.has(table.name)) continue;
    const links = table.links.filter(
      (link) =>
        leads(link) && link.table !== table.name && steps.has(link.table) && isNearer(link.table, table.name),
    );
    const rank = (link: Link) =>
      [
        link.nullable,
        isOwner(link),
        link.role !== "belonging",
        steps.get(link.table)!,
        link.source !== "foreign key",
      ].map(Number);
    parents.set(
      table.name,
      [...links].sort((a, b) => compare(rank(a), rank(b))),
    );
  }
  return parents;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : a[index]! - b[index]!;
}

function referenceFrom({ column, table, target, source }: Link): Reference {
  return { column, table, target, source };
}
