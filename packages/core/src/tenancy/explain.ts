/**
 * Questions of a person about one table: which one is meant, how its rows reach their tenant, and what would have to be
 * written if the model has it wrong.
 */
import { findTable, rootLevelOf } from "./lookup.js";
import { findIdName, normalized, withoutSchema } from "./names.js";
import type { Table, Tenancy, TenantKey } from "./tenancy.js";

/** All that a name may mean: several where two schemas have a table of that name and the name leaves the schema out. */
export function tablesNamed(tenancy: Tenancy, name: string): readonly Table[] {
  const exact = tenancy.tables.filter((table) => table.name === name);
  if (exact.length > 0 && name.includes(".")) return exact;
  const wanted = normalized(name);
  const spelled = tenancy.tables.filter((table) =>
    [table.name, ...table.aliases].some(
      (spelling) => normalized(spelling) === wanted || normalized(withoutSchema(spelling)) === wanted,
    ),
  );
  return spelled.length > 0 ? spelled : exact;
}

export interface StepToTenant {
  readonly table: string;
  readonly column: string;
  readonly nullable: boolean;
  /** Null when no schema here has the table of these tenants. */
  readonly target: { readonly table: string; readonly column: string } | null;
  /** The level that the target's rows are tenants of; null on the way there. */
  readonly level: string | null;
}

/** From child to parent to tenant, and on to the highest level. Empty for a table that belongs to no tenant. */
export function wayToTenant(tenancy: Tenancy, from: Table): readonly StepToTenant[] {
  const steps: StepToTenant[] = [];
  const seen = new Set<string>();
  for (let at: Table | null = from; at && !seen.has(at.name);) {
    seen.add(at.name);
    const step = nextStep(tenancy, at);
    if (!step) break;
    steps.push(step);
    at = step.target && findTable(tenancy, step.target.table);
  }
  return steps;
}

function nextStep(tenancy: Tenancy, table: Table): StepToTenant | null {
  const [parent] = table.via;
  if (parent) {
    const target = { table: parent.table, column: parent.target };
    return {
      table: table.name,
      column: parent.column,
      nullable: isNullable(table, parent.column),
      target,
      level: null,
    };
  }
  const own = rootLevelOf(tenancy, table)?.name;
  const key = table.keys.find(({ level }) => level !== own);
  return key ? stepByKey(tenancy, table, key) : null;
}

function stepByKey(tenancy: Tenancy, table: Table, key: TenantKey): StepToTenant {
  const level = tenancy.levels.find(({ name }) => name === key.level);
  const root = level && tenancy.tables.find(({ name }) => name === level.table);
  const column =
    table.references.find((reference) => reference.column === key.column && reference.table === root?.name)
      ?.target ??
    root?.keys[0]?.column ??
    "id";
  return {
    table: table.name,
    column: key.column,
    nullable: key.nullable,
    target: root ? { table: root.name, column } : null,
    level: key.level,
  };
}

function isNullable(table: Table, column: string): boolean {
  return table.columns.find(({ name }) => name === column)?.nullable ?? false;
}

/** What stands under a table's name in the configuration. */
export interface TableEntry {
  readonly class: "tenant" | "child" | "global";
  readonly key?: string;
  readonly parent?: { readonly table: string; readonly column: string };
}

export interface Correction {
  /** When it is right, as the beginning of a sentence: "If its rows belong to nobody, or to everybody". */
  readonly when: string;
  readonly entry: TableEntry;
}

/** What one would write if the model is wrong about this table; every one of them is a valid configuration. */
export function correctionsOf(tenancy: Tenancy, table: Table): readonly Correction[] {
  const global: Correction = {
    when: "If its rows belong to nobody, or to everybody",
    entry: { class: "global" },
  };
  const parents = otherParents(tenancy, table);
  switch (table.class) {
    case "root":
      return [{ ...global, when: "If its rows are no tenants" }];
    case "tenant":
      return [global];
    case "child":
      return [...parents, global];
    case "global":
      return [...ownKey(tenancy, table), ...parents];
    case "unclassified":
      return [...ownKey(tenancy, table), ...parents, global];
  }
}

/** A column that looks like an id and refers to nothing may name the tenant; with several levels nobody could say which. */
function ownKey(tenancy: Tenancy, table: Table): readonly Correction[] {
  if (tenancy.levels.length !== 1) return [];
  const names = new Set(table.columns.map(({ name }) => normalized(name)));
  const column = table.columns.find(
    ({ name }) =>
      findIdName(name) !== null &&
      // Beside `subject_type`, `subject_id` is the id of a row in any table.
      !names.has(normalized(name).replace(/(?:uu)?id$/, "type")) &&
      !table.primaryKey.includes(name) &&
      !table.owners.includes(name) &&
      !table.references.some((reference) => reference.column === name),
  );
  if (!column) return [];
  return [
    {
      when: `If "${column.name}" names the ${tenancy.levels[0]!.name}`,
      entry: { class: "tenant", key: column.name },
    },
  ];
}

function otherParents(tenancy: Tenancy, table: Table): readonly Correction[] {
  const [current, ...others] = table.via;
  // Another way to a tenant is likelier than a column that says who did something here.
  const parent = [...others, ...table.references].find((reference) => {
    const target = findTable(tenancy, reference.table);
    return (
      target !== null &&
      target.name !== table.name &&
      target.class !== "global" &&
      target.class !== "unclassified" &&
      reference.column !== current?.column &&
      !target.via.some(({ table: above }) => above === table.name)
    );
  });
  if (!parent) return [];
  return [
    {
      when: `If its rows belong to those of "${parent.table}"`,
      entry: { class: "child", parent: { table: parent.table, column: parent.column } },
    },
  ];
}

/** `"countries": { "class": "global" }`, as it stands in the file. */
export function entryText(name: string, entry: object): string {
  return `${JSON.stringify(name)}: ${spaced(entry)}`;
}

/** JSON on one line, with the spaces that people write. */
export function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}
