/** An entity of an object-relational mapper, by the names of the code. */
import type { TableColumn } from "../../tenancy.js";

export interface Entity {
  /** What tells it from every other. */
  readonly key: string;
  /** What code calls it: its class, its model. */
  readonly names: readonly string[];
  readonly table: string;
  readonly file: string;
  readonly start: number;
  readonly readable: boolean;
  readonly columns: readonly EntityColumn[];
  /** Sets of properties or of columns. */
  readonly unique: readonly (readonly string[])[];
  readonly relations: readonly EntityRelation[];
  readonly view: { readonly reads: readonly Target[]; readonly isMaterialized?: boolean } | null;
  /** Sentences about what could not be read. */
  readonly problems: readonly string[];
}

export interface EntityColumn extends TableColumn {
  readonly property: string;
  readonly primary: boolean;
  readonly unique: boolean;
  /** The entity whose id it holds, and the property or column over there, where the code says so at the column. */
  readonly refers: { readonly target: Target; readonly column: string | null } | null;
}

export type Target =
  { readonly kind: "entity"; readonly key: string } | { readonly kind: "name"; readonly name: string };

export interface EntityRelation {
  readonly property: string;
  readonly target: Target;
  /** `holder`: this table has the column. `held`: the other one has. `linked`: a table between them has both. */
  readonly kind: "holder" | "held" | "linked";
  readonly list: boolean;
  /** Of a holder: its columns as far as the code names them. Of a held one: those over there. */
  readonly columns: readonly {
    readonly name: string | null;
    /** The property or column over there. */
    readonly referenced: string | null;
  }[];
  /** The property over there that means the same relation. */
  readonly inverse: string | null;
  readonly nullable: boolean;
  /** The mapper takes it for yes where nobody has said anything. */
  readonly isNullUnsaid?: true;
  readonly primary: boolean;
  readonly unique: boolean;
  /** Of a linked one that makes the table between them. */
  readonly link: Link | null;
}

export interface Link {
  readonly table: string | null;
  /** The entity that stands for the table between them. */
  readonly through: Target | null;
  readonly columns: readonly string[];
  readonly inverseColumns: readonly string[];
}

/** How a mapper calls what the code leaves out. */
export interface Naming {
  joinColumn(relation: EntityRelation, referenced: EntityColumn, target: Entity, from: Entity): string;
  /** What else code calls that column. */
  joinColumnAliases(relation: EntityRelation): readonly string[];
  linkTable(from: Entity, relation: EntityRelation, target: Entity): string;
  linkColumn(entity: Entity, referenced: EntityColumn, side: LinkSide): string;
}

export interface LinkSide {
  readonly isInverse: boolean;
  /** It connects rows of one table with each other. */
  readonly isSelf: boolean;
  readonly relation: EntityRelation;
}

/** Everything above its sources: `apps/api` of `apps/api/src/users/user.entity.ts`. */
export function packageOf(file: string): string {
  const source = /^(?:(.*?)\/)?(?:src|lib)\//.exec(file);
  return source ? (source[1] ?? "") : "";
}

export interface ReadEntity {
  readonly entity: Entity;
  /** The key of the entity whose table has these rows as well. */
  readonly tableOf: string | null;
}

/** Rows of a child entity stand in its parent's table, where they leave the columns of other children empty. */
export function withChildren(read: readonly ReadEntity[]): readonly Entity[] {
  const children = new Map<string, Entity[]>();
  for (const { entity, tableOf } of read) {
    const known = tableOf === null ? undefined : children.get(tableOf);
    if (known) known.push(entity);
    else if (tableOf !== null) children.set(tableOf, [entity]);
  }
  return read.flatMap(({ entity, tableOf }) =>
    tableOf === null ? [withRowsOf(entity, children.get(entity.key) ?? [])] : [],
  );
}

function withRowsOf(parent: Entity, children: readonly Entity[]): Entity {
  const columns = new Map(parent.columns.map((column) => [column.name, column]));
  const relations = new Map(parent.relations.map((relation) => [relation.property, relation]));
  for (const child of children) {
    for (const column of child.columns)
      if (!columns.has(column.name)) columns.set(column.name, { ...column, nullable: true, primary: false });
    for (const relation of child.relations)
      if (!relations.has(relation.property))
        relations.set(relation.property, { ...relation, nullable: true });
  }
  return {
    ...parent,
    names: [...parent.names, ...children.flatMap(({ names }) => names)],
    columns: [...columns.values()],
    unique: [...parent.unique, ...children.flatMap(({ unique }) => unique)],
    relations: [...relations.values()],
    problems: [...parent.problems, ...children.flatMap(({ problems }) => problems)],
  };
}
