/** A shop's tables, and statements on them in few words. `story` is one test: the status of every table, by alias. */
import { expect, it } from "vitest";
import { bind } from "../bind.js";
import type { Binding, Status } from "../binding.js";
import type { ColumnFacts, Facts, TableFacts } from "../facts.js";
import { always } from "../predicate.js";
import type { Column, Operand, Predicate, Resource, Selection } from "../predicate.js";

/** organizations, projects in them, and what else a service has. `?` after a level: the key may be NULL. */
export const shop: Facts = factsOf({
  organizations: { root: "organization", columns: { id: "organizations", name: "" } },
  projects: {
    root: "project",
    keys: { organization_id: "organization" },
    columns: { id: "projects", organization_id: "organizations" },
  },
  rules: {
    keys: { organization_id: "organization?" },
    columns: { id: "rules", project_id: "projects", name: "" },
  },
  rule_steps: { columns: { id: "rule_steps", rule_id: "rules", text: "" }, parent: "rule_id" },
  step_uses: { columns: { id: "step_uses", rule_id: "rules", step_id: "rule_steps" } },
  settings: {
    keys: { organization_id: "organization", project_id: "project?" },
    columns: { id: "settings" },
  },
  alerts: {
    keys: { organization_id: "organization" },
    columns: { id: "alerts", rule_id: "rules", customer_id: "customers", country_id: "countries", title: "" },
  },
  alert_notes: { columns: { id: "alert_notes", alert_id: "alerts", text: "" } },
  customers: {
    keys: { organization_id: "organization" },
    columns: { id: "customers", country_id: "countries" },
  },
  orders: { columns: { id: "orders", customer_id: "customers" } },
  members: { keys: { organization_id: "organization" }, columns: { id: "members", user_id: "owner" } },
  sessions: { columns: { id: "sessions", user_id: "owner", token_hash: "secret" } },
  invitations: { keys: { organization_id: "organization" }, columns: { id: "invitations", token: "secret" } },
  countries: { isGlobal: true, columns: { id: "countries", name: "" } },
});

interface Described {
  readonly root?: string;
  readonly keys?: Record<string, string>;
  readonly isGlobal?: boolean;
  readonly parent?: string;
  /** A table's name: a reference to its `id`. */
  readonly columns: Record<string, string>;
}

function factsOf(tables: Record<string, Described>): Facts {
  const isGlobal = (name: string) => tables[name]?.isGlobal === true;
  const found = Object.entries(tables).map(
    ([name, { root, keys = {}, columns, parent = null }]): TableFacts => {
      const sorts: Record<string, string> = {
        ...Object.fromEntries(Object.keys(keys).map((key) => [key, ""])),
        ...columns,
      };
      const facts = Object.entries(sorts).map(([column, sort]): ColumnFacts => ({
        name: column,
        level: keys[column]?.replace("?", "") ?? (column === "id" ? (root ?? null) : null),
        reference: sort in tables && !isGlobal(sort) ? { table: sort, target: "id" } : null,
        isOwner: sort === "owner",
        isSecret: sort === "secret",
        names: null,
        isCredential: false,
        isName: false,
        isPrimaryKey: false,
      }));
      return {
        name,
        isTenantTable: !isGlobal(name),
        isUsersTable: false,
        names: [],
        hasSharedRows:
          Object.values(keys).length > 0 && Object.values(keys).every((level) => level.endsWith("?")),
        rootLevel: root ?? null,
        keys: Object.entries(keys).map(([column, level]) => ({
          column,
          level: level.replace("?", ""),
          nullable: level.endsWith("?"),
        })),
        parent,
        isHeld: false,
        findColumn: (spelling) => facts.find((column) => plain(column.name) === plain(spelling)) ?? null,
      };
    },
  );
  return { findTable: (name) => found.find((candidate) => candidate.name === name) ?? null };
}

function plain(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

export function story(name: string, selection: Selection, expected: Record<string, Status>): void {
  it(name, () => expect(statusesOf(bind(selection, shop))).toEqual(expected));
}

export function statusesOf(bindings: readonly Binding[]): Record<string, Status> {
  return Object.fromEntries(bindings.map((binding) => [binding.resource.alias, binding.status]));
}

export function select(
  resources: readonly Resource[],
  where: Predicate,
  outputs: Record<string, string> | null = null,
): Selection {
  return {
    site: "here",
    resources,
    where,
    nested: [],
    arms: [],
    outputs: outputs === null ? null : columnsOf(outputs),
  };
}

export function table(name: string, alias = name): Resource {
  return { table: name, alias, join: "from", on: always, query: null, outputs: null };
}

export function join(kind: Resource["join"], name: string, on: Predicate, alias = name): Resource {
  return { ...table(name, alias), join: kind, on };
}

export function derived(alias: string, query: Selection, outputs: Record<string, string>): Resource {
  return { table: null, alias, join: "from", on: always, query, outputs: columnsOf(outputs) };
}

function columnsOf(outputs: Record<string, string>): ReadonlyMap<string, Column> {
  return new Map(Object.entries(outputs).map(([name, text]) => [name, column(text)]));
}

function column(text: string): Column {
  const [first, second] = text.split(".");
  return second === undefined ? { table: null, name: first! } : { table: first!, name: second };
}

export function is(name: string, value = "value"): Predicate {
  return { kind: "eq", column: column(name), operand: operand(value) };
}

export function isIn(name: string, ...values: string[]): Predicate {
  return { kind: "in", column: column(name), operands: values.map(operand) };
}

function operand(text: string): Operand {
  return { value: text, origin: "unknown", absent: false, fallback: false, text, row: null };
}

export function isNull(name: string): Predicate {
  return { kind: "isNull", column: column(name) };
}

export function same(left: string, right: string): Predicate {
  return { kind: "eqColumn", left: column(left), right: column(right) };
}

export function exists(query: Selection): Predicate {
  return { kind: "exists", query };
}

export function isInQuery(name: string, query: Selection, output: string | null): Predicate {
  return { kind: "inQuery", column: column(name), query, output: output === null ? null : column(output) };
}

export const unknown: Predicate = { kind: "unknown", reason: "raw SQL" };
