/**
 * The tables that entities stand for. A mapper derives what code leaves out: the column of
 * `@ManyToOne(() => Organization) organization` is `organizationId` or `organization_id`.
 */
import type { Relation, TableColumn, TenancyProblem } from "../../tenancy.js";
import { packageOf, type Entity, type EntityColumn, type EntityRelation, type Naming } from "./entity.js";
import { idColumn, lineOf, type Assembled, type Find, type Joined, type Mapper } from "./assembled.js";
import { linkTablesOf } from "./link-tables.js";
import { rawTable, type ForeignKey, type RawTable, type SchemaSource } from "../source.js";

/** One source for each package that has entities. */
export function sourcesOf(entities: readonly Entity[], mapper: Mapper): readonly SchemaSource[] {
  const find = finderOf(entities);
  const assembled = new Map<string, Assembled>();
  for (const entity of entities) assembled.set(entity.key, assemble(entity, find, mapper));

  const sources = new Map<string, { tables: RawTable[]; problems: TenancyProblem[] }>();
  const known = new Set(entities.map(({ table }) => table));
  for (const each of assembled.values()) {
    const { entity } = each;
    const directory = packageOf(entity.file);
    const source = sources.get(directory) ?? { tables: [], problems: [] };
    sources.set(directory, source);
    source.tables.push(tableOf(each, assembled, find, mapper));
    for (const link of linkTablesOf(each, find, mapper, assembled)) {
      if (known.has(link.name)) continue;
      known.add(link.name);
      source.tables.push(link);
    }
    const line = lineOf(entity, mapper.program);
    for (const message of entity.problems) source.problems.push({ file: entity.file, line, message });
  }
  return Array.from(sources.values(), (source) => ({
    kind: mapper.kind,
    speaksFor: "both",
    ...source,
    complete: source.problems.length === 0,
  }));
}

function finderOf(entities: readonly Entity[]): Find {
  const byKey = new Map(entities.map((entity) => [entity.key, entity]));
  const byName = new Map<string, Entity[]>();
  for (const entity of entities)
    for (const name of new Set([...entity.names, entity.table]))
      byName.set(name, [...(byName.get(name) ?? []), entity]);
  return (target, from) => {
    if (target.kind === "entity") return byKey.get(target.key);
    const named = byName.get(target.name) ?? [];
    return named.find(({ file }) => packageOf(file) === packageOf(from.file)) ?? named[0];
  };
}

function assemble(entity: Entity, find: Find, { naming }: Mapper): Assembled {
  const columns = [...entity.columns];
  const joins: Joined[] = [];
  for (const relation of entity.relations) {
    if (relation.kind !== "holder") continue;
    const target = find(relation.target, entity);
    const added = joinColumns(relation, entity, target, find, naming(entity.file));
    for (const { column } of added) {
      const index = columns.findIndex(({ name }) => name === column.name);
      const before = columns[index];
      if (!before) columns.push(column);
      else if (column.primary && !before.primary)
        columns[index] = { ...before, primary: true, nullable: false };
    }
    if (!target) continue;
    joins.push({
      relation,
      columns: added.map(({ column }) => column.name),
      target,
      targets: added.map(({ target: name }) => name),
    });
  }
  return { entity, columns, joins };
}

function joinColumns(
  relation: EntityRelation,
  entity: Entity,
  target: Entity | undefined,
  find: Find,
  naming: Naming,
): readonly { column: EntityColumn; target: string }[] {
  const keys = target ? keyColumns(target, find, naming) : [];
  const wanted =
    relation.columns.length > 0 ? relation.columns : keys.map(() => ({ name: null, referenced: null }));
  const written = wanted.length > 0 ? wanted : [{ name: null, referenced: null }];
  return written.map(({ name, referenced }, index) => {
    const meant =
      target?.columns.find((column) => column.property === referenced || column.name === referenced) ??
      keys[index] ??
      idColumn;
    const to = target ?? entity;
    const own = name ?? naming.joinColumn(relation, meant, to, entity);
    const aliases = naming.joinColumnAliases(relation).filter((alias) => alias !== own);
    const isPrimary = relation.primary;
    const column: EntityColumn = {
      name: own,
      property: aliases[0] ?? own,
      aliases,
      nullable: relation.nullable && !isPrimary,
      type: meant.type,
      defaulted: false,
      primary: isPrimary,
      unique: relation.unique && written.length === 1,
      refers: null,
    };
    return { column, target: referenced !== null && meant === idColumn ? referenced : meant.name };
  });
}

/** The columns of a primary key, those of relations among them. Keys that contain each other end at what is known by then. */
function keyColumns(entity: Entity, find: Find, naming: Naming): readonly EntityColumn[] {
  const before = knownKeys.get(entity);
  if (before) return before;
  const own = entity.columns.filter(({ primary }) => primary);
  knownKeys.set(entity, own);
  const related = entity.relations
    .filter(({ kind, primary }) => kind === "holder" && primary)
    .flatMap((relation) =>
      joinColumns(relation, entity, find(relation.target, entity), find, naming).map(({ column }) => column),
    );
  const added = related.filter(({ name }) => !own.some((column) => column.name === name));
  const keys = [...own, ...added].slice(0, mostKeys);
  knownKeys.set(entity, keys);
  return keys;
}

const knownKeys = new WeakMap<Entity, readonly EntityColumn[]>();
/** As many columns as databases allow in one key. */
const mostKeys = 32;

function tableOf(
  { entity, columns, joins }: Assembled,
  all: ReadonlyMap<string, Assembled>,
  find: Find,
  { kind, program }: Mapper,
): RawTable {
  const named = columnNames(columns, joins);
  const primaryKey = columns.filter(({ primary }) => primary).map(({ name }) => name);
  const views = entity.view?.reads.flatMap((target) =>
    target.kind === "name"
      ? [find(target, entity)?.table ?? target.name]
      : (find(target, entity)?.table ?? []),
  );
  return rawTable({
    name: entity.table,
    source: kind,
    aliases: [...new Set(entity.names)].filter((name) => name !== entity.table),
    columns: columns.map(plainColumn),
    readable: entity.readable,
    primaryKey,
    unique: distinctSets([
      ...columns.filter(({ unique, primary }) => unique && !primary).map(({ name }) => [name]),
      ...entity.unique.map((set) => set.flatMap(named)),
    ]),
    foreignKeys: foreignKeysOf(columns, joins, entity, find),
    relations: entity.relations.flatMap((relation) => relationOf(relation, entity, joins, all, find) ?? []),
    view: views
      ? { reads: views, securityInvoker: false, ...(entity.view?.isMaterialized && { isMaterialized: true }) }
      : null,
    file: entity.file,
    line: lineOf(entity, program),
  });
}

function plainColumn({
  name,
  aliases,
  property,
  nullable,
  isNullUnsaid,
  type,
  defaulted,
  primary,
}: EntityColumn): TableColumn {
  const others = [...new Set([property, ...aliases])].filter((alias) => alias !== name);
  const isNullable = nullable && !primary;
  return {
    name,
    aliases: others,
    nullable: isNullable,
    ...(isNullable && isNullUnsaid && { isNullUnsaid }),
    type,
    defaulted,
  };
}

function columnNames(
  columns: readonly EntityColumn[],
  joins: readonly Joined[],
): (name: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  for (const { relation, columns: joined } of joins) known.set(relation.property, joined);
  for (const { name, property } of columns) known.set(name, [name]).set(property, [name]);
  return (name) => known.get(name) ?? [name];
}

function foreignKeysOf(
  columns: readonly EntityColumn[],
  joins: readonly Joined[],
  entity: Entity,
  find: Find,
): readonly ForeignKey[] {
  const keys = joins.map(({ columns: own, target, targets }) => ({
    columns: own,
    table: target.table,
    targets,
  }));
  for (const { name, refers } of columns) {
    const target = refers && find(refers.target, entity);
    if (!refers || !target || keys.some((key) => key.columns.join() === name)) continue;
    const key = target.columns.find(({ primary }) => primary)?.name ?? "id";
    const meant = target.columns.find(
      (each) => each.property === refers.column || each.name === refers.column,
    );
    keys.push({ columns: [name], table: target.table, targets: [meant?.name ?? refers.column ?? key] });
  }
  return keys;
}

function relationOf(
  relation: EntityRelation,
  entity: Entity,
  joins: readonly Joined[],
  all: ReadonlyMap<string, Assembled>,
  find: Find,
): Relation | null {
  const target = find(relation.target, entity);
  if (!target) return null;
  const { property: field, list } = relation;
  const own = joins.find((join) => join.relation === relation);
  if (own) return { field, table: target.table, list, columns: own.columns, targets: own.targets };
  const back = relation.kind === "held" ? findBack(relation, entity, all.get(target.key)) : undefined;
  return { field, table: target.table, list, columns: back?.targets ?? [], targets: back?.columns ?? [] };
}

/** The relation over there that means the same. */
function findBack(
  { inverse, columns }: EntityRelation,
  entity: Entity,
  target: Assembled | undefined,
): { readonly columns: readonly string[]; readonly targets: readonly string[] } | undefined {
  const pointing = target?.joins.filter((join) => join.target === entity) ?? [];
  const named = columns.flatMap(({ name }) => name ?? []);
  const byColumns = pointing.find((join) => named.length > 0 && join.columns.join() === named.join());
  const byProperty = pointing.find(({ relation }) => relation.property === inverse);
  return byProperty ?? byColumns ?? (inverse === null && pointing.length === 1 ? pointing[0] : undefined);
}

function distinctSets(sets: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [
    ...new Map(sets.filter((set) => set.length > 0).map((set) => [[...set].sort().join(), set])).values(),
  ];
}
