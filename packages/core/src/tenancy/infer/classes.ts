/**
 * Whose rows a table holds: of a tenant by its own column, of a tenant through another table's row, of a user, or of
 * nobody. Every class comes with the reason, so that a reviewer can check it against the schema.
 */
import { isOwnerName, isSequenceWord, isUserTable, tenantWord } from "../lexicon.js";
import type { Level } from "./levels.js";
import { findIdName, normalized } from "../names.js";
import { findParents } from "./parents.js";
import { childReason, keyReason, quoted } from "./reasons.js";
import { membershipOf } from "./memberships.js";
import type { Link, LinkedTable, Schema } from "./references.js";
import type { Confidence, Reference, Table, TableClass, TenantKey } from "../tenancy.js";
import { isOneOf } from "./users.js";

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
  const belongs = (name: string) => {
    const table = schema.byName.get(name);
    return table !== undefined && (anchored(table) || parents.has(name));
  };

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
      sourcesOfView: sourcesOfView(table, schema),
      belongs,
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
      membership: membershipOf(table, own, levels, schema),
      primaryKey: table.primaryKey,
      unique: table.unique,
      columns: table.columns,
      references: table.links.map(referenceFrom),
      named: table.named,
      relations: table.relations,
      rowSecurity: table.rowSecurity,
      view: table.view,
      partitionOf: table.partitionOf,
      source: table.source,
      confidence,
      reason,
      file: table.file,
      line: table.line,
      madeAt: table.madeAt,
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
  /** The tables that a view reads from, through other views; none for a table. */
  readonly sourcesOfView: readonly string[];
  /** Whether a table's rows belong to tenants. */
  belongs(table: string): boolean;
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
    return {
      class: "tenant",
      confidence,
      reason: keys.map((key) => keyReason(key, table, levels)).join(" "),
    };
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
  const shown = facts.sourcesOfView.find(facts.belongs);
  if (shown !== undefined)
    return unclassified(
      `It is a view over "${shown}", whose rows belong to tenants, and shows no column that says to which.`,
    );
  const several = table.links.find((link) => link.list && levels.some((each) => each.table === link.table));
  if (several)
    return unclassified(
      `"${several.column}" holds the ids of several rows of "${several.table}", so a row may belong to several tenants.`,
    );
  const meant = findAmbiguous(facts);
  if (meant !== null)
    return unclassified(
      `"${meant.column}" may be the id of a row in ${meant.tables.map((name) => `"${name}"`).join(" or ")}, which belong to tenants.`,
    );
  const owner = findSequence(facts);
  if (owner !== null)
    return unclassified(
      `"${owner.column}" of "${owner.table}" picks the last of its rows, so they may belong to a tenant as well; no column here says so.`,
    );
  return global("likely", "No column leads to a tenant or to a tenant's row.");
}

/** `run_id`, where there are task runs and session runs. */
function findAmbiguous({ table, schema, belongs }: Facts): { column: string; tables: string[] } | null {
  for (const column of table.columns) {
    if (table.links.some((link) => link.column === column.name)) continue;
    const tables = schema
      .candidatesFor(table, column)
      .map(({ name }) => name)
      .filter(belongs);
    if (tables.length > 1) return { column: column.name, tables: tables.slice(0, 3) };
  }
  return null;
}

/**
 * `results.last_session_id`: of a sequence of sessions that all belong to that result. A default or a current one may be
 * shared by everybody.
 */
function findSequence({ table, schema, belongs }: Facts): { table: string; column: string } | null {
  for (const other of schema.pickersOf(table)) {
    const link = other.links.find(
      (candidate) => candidate.table === table.name && picksLast(candidate, other),
    );
    if (link && belongs(other.name)) return { table: other.name, column: link.column };
  }
  return null;
}

function picksLast(link: Link, table: LinkedTable): boolean {
  const column = table.columns.find(({ name }) => name === link.column);
  return [link.column, ...(column?.aliases ?? [])].some((name) => {
    const id = findIdName(name);
    return id !== null && isSequenceWord(id.words[0]!);
  });
}

function sourcesOfView(table: LinkedTable, schema: Schema): readonly string[] {
  const found = new Set<string>();
  const waiting: LinkedTable[] = [table];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const name of next.view?.reads ?? []) {
      const read = schema.find(name);
      if (!read || found.has(read.name)) continue;
      found.add(read.name);
      waiting.push(read);
    }
  }
  return [...found];
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
  if (link.source === "holder") return "likely";
  return link.source === "foreign key" ? "certain" : "likely";
}

function leastOf(all: readonly Confidence[]): Confidence {
  const order: readonly Confidence[] = ["doubtful", "likely", "certain"];
  return order.find((confidence) => all.includes(confidence)) ?? "certain";
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
  const columnOf = (name: string) => table.columns.find((column) => column.name === name);
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
        nullable: columnOf(column)?.nullable ?? false,
        ...(columnOf(column)?.isNullUnsaid && { isNullUnsaid: true }),
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
  const { ownerColumns } = schema;
  if (ownerColumns)
    return table.columns.filter((column) => isOneOf(ownerColumns, column)).map(({ name }) => name);
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

function referenceFrom({ column, table, target, source }: Link): Reference {
  return { column, table, target, source };
}
