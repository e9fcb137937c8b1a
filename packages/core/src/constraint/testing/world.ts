/** Small tables of every kind, what the solver is told about them, and what the rows and values of one case are. */
import type { ColumnFacts, Facts, TableFacts } from "../facts.js";
import type { Predicate } from "../predicate.js";

export interface World {
  readonly rows: Record<string, readonly Row[]>;
  readonly values: ReadonlyMap<string, Cell>;
  readonly picks: ReadonlyMap<Predicate, number>;
  /** The seed of the filters that we cannot read. */
  readonly whim: number;
}

export type Cell = number | null;

export interface Row {
  readonly table: string;
  readonly cells: Record<string, Cell>;
  readonly tenant: Cell;
}

interface TableShape {
  readonly root?: string;
  /** By column, the level; `?` where it may be NULL. */
  readonly keys?: Record<string, string>;
  readonly references?: Record<string, string>;
  readonly isGlobal?: boolean;
  readonly isShared?: boolean;
  readonly parent?: string;
}

export const schema: Record<string, TableShape> = {
  alerts: {
    keys: { organization_id: "organization", project_id: "project?" },
    references: {
      organization_id: "organizations",
      project_id: "projects",
      rule_id: "rules",
      country_id: "countries",
    },
  },
  rules: {
    keys: { organization_id: "organization?" },
    references: { organization_id: "organizations" },
    isShared: true,
  },
  notes: { references: { alert_id: "alerts", rule_id: "rules" } },
  tags: { references: { rule_id: "rules" }, isShared: true, parent: "rule_id" },
  projects: {
    root: "project",
    keys: { organization_id: "organization" },
    references: { organization_id: "organizations" },
  },
  organizations: { root: "organization" },
  countries: { isGlobal: true },
};

export const columns: Record<string, readonly string[]> = {
  alerts: ["organization_id", "id", "rule_id", "project_id", "user_id", "country_id"],
  rules: ["organization_id", "id", "name"],
  notes: ["id", "alert_id", "rule_id", "token"],
  tags: ["id", "rule_id", "name"],
  projects: ["id", "organization_id"],
  organizations: ["id"],
  countries: ["id"],
};

export const facts: Facts = { findTable: (name) => (name in schema ? tableFacts(name) : null) };

export function tableFacts(table: string): TableFacts {
  const shape = schema[table]!;
  const { root = null, keys = {}, references = {}, isGlobal = false, isShared = false } = shape;
  const columnFacts = (name: string): ColumnFacts => ({
    name,
    level: keys[name]?.replace("?", "") ?? (name === "id" ? root : null),
    reference:
      name === "id"
        ? { table, target: "id" }
        : references[name]
          ? { table: references[name], target: "id" }
          : null,
    isOwner: name === "user_id",
    isSecret: name === "token",
    names: null,
    isCredential: false,
    isName: false,
    isPrimaryKey: false,
  });
  return {
    name: table,
    isTenantTable: !isGlobal,
    isUsersTable: false,
    names: [],
    hasSharedRows: isShared,
    rootLevel: root,
    keys: Object.entries(keys).map(([column, level]) => ({
      column,
      level: level.replace("?", ""),
      nullable: level.endsWith("?"),
    })),
    parent: shape.parent ?? null,
    isHeld: false,
    findColumn: (name) => (columns[table]!.includes(name) ? columnFacts(name) : null),
  };
}
