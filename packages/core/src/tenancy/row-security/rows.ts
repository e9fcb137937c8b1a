/** Which of the rows that a condition joins belong to who asks. */
import { normalized } from "../names.js";
import type { Table } from "../tenancy.js";
import type { Question } from "./hold.js";

/** A row that a condition speaks of. The policy's own is the first. */
export interface Row {
  /** Null when no schema has it. */
  readonly table: Table | null;
  /** What the condition calls it. */
  readonly name: string;
}

/** Two values that must be equal: columns as `nodeOfColumn` has them, and what a setting or function names, after a `=`. */
export type Equality = readonly [string, string];

export function nodeOfColumn(row: number, column: string): string {
  return `${row}\n${normalized(column)}`;
}

/** Equal values, as one. */
interface Value {
  /** A setting or a function has it. */
  readonly isNamed: boolean;
  readonly rows: ReadonlySet<number>;
  /** It is the id of a tenant, or of a user, that who asks belongs to. */
  isTheirTenant: boolean;
  isTheirUser: boolean;
}

/** `ties`: what the row says of tenants is so of who asks; a row that they merely own may say anything. */
interface Held {
  readonly ties: boolean;
}

/** `open` when nothing ties the policy's row to who asks, `unclear` when something does that says neither tenant nor user. */
export function solve(
  { rows, equal }: { readonly rows: readonly Row[]; readonly equal: readonly Equality[] },
  question: Pick<Question, "tenancy" | "isHeldByItself">,
): "bound" | "open" | "unclear" {
  const values = valuesOf(equal);
  const held = new Map<number, Held>();
  const users = question.tenancy.users?.table ?? null;
  for (let isNew = true; isNew;) {
    isNew = false;
    for (const [at, row] of rows.entries()) {
      const table = row.table;
      if (!table || held.get(at)?.ties) continue;
      const found = findHold(at, table, rows, values, held, { users, question });
      if (!found || (held.has(at) && !found.ties)) continue;
      held.set(at, found);
      mark(at, table, found, values, users);
      isNew = true;
    }
    if (held.has(0)) return "bound";
  }
  return isTied(rows, values, held) ? "unclear" : "open";
}

function valuesOf(equal: readonly Equality[]): ReadonlyMap<string, Value> {
  const leaders = new Map<string, string>();
  const leaderOf = (node: string): string => {
    let at = node;
    for (let next = leaders.get(at); next !== undefined && next !== at; next = leaders.get(at)) at = next;
    leaders.set(node, at);
    return at;
  };
  for (const [left, right] of equal) leaders.set(leaderOf(left), leaderOf(right));
  const groups = new Map<string, string[]>();
  for (const node of leaders.keys()) {
    const leader = leaderOf(node);
    const group = groups.get(leader);
    if (group) group.push(node);
    else groups.set(leader, [node]);
  }
  const values = new Map<string, Value>();
  for (const nodes of groups.values()) {
    const value: Value = {
      isNamed: nodes.some((node) => node.startsWith("=")),
      rows: new Set(nodes.filter((node) => !node.startsWith("=")).map((node) => Number.parseInt(node, 10))),
      isTheirTenant: false,
      isTheirUser: false,
    };
    for (const node of nodes) values.set(node, value);
  }
  return values;
}

interface Around {
  readonly users: string | null;
  readonly question: Pick<Question, "isHeldByItself">;
}

function findHold(
  at: number,
  table: Table,
  rows: readonly Row[],
  values: ReadonlyMap<string, Value>,
  held: ReadonlyMap<number, Held>,
  { users, question }: Around,
): Held | null {
  const valueOf = (column: string) => values.get(nodeOfColumn(at, column));
  const byKey = table.keys.some(({ column }) => {
    const value = valueOf(column);
    return value !== undefined && (value.isNamed || value.isTheirTenant);
  });
  if (byKey) return { ties: true };
  if (at > 0 && question.isHeldByItself(table)) return { ties: true };
  for (const { column, table: parent, target } of table.via) {
    const value = valueOf(column);
    for (const other of value?.rows ?? []) {
      const isParent =
        rows[other]!.table?.name === parent && values.get(nodeOfColumn(other, target)) === value;
      const holder = isParent ? held.get(other) : undefined;
      if (holder) return holder;
    }
  }
  const owner = table.owners.find((column) => {
    const value = valueOf(column);
    return value !== undefined && (value.isNamed || value.isTheirUser);
  });
  if (owner !== undefined) return { ties: tiesToTenants(table, owner) };
  // `users.external_id = auth.uid()`: whatever it is that names them, the row is theirs.
  if (table.name === users && namedColumn(at, table, values)) return { ties: true };
  return null;
}

/** A row for each user, or for each user and tenant, says whom they belong to; the rows that they have made do not. */
function tiesToTenants(table: Table, owner: string): boolean {
  if (table.membership && normalized(table.membership.user) === normalized(owner)) return true;
  return [table.primaryKey, ...table.unique].some(
    (set) =>
      set.includes(owner) &&
      set.every((column) => column === owner || table.keys.some((key) => key.column === column)),
  );
}

function namedColumn(at: number, table: Table, values: ReadonlyMap<string, Value>): boolean {
  return table.columns.some(({ name }) => values.get(nodeOfColumn(at, name))?.isNamed === true);
}

function mark(
  at: number,
  table: Table,
  { ties }: Held,
  values: ReadonlyMap<string, Value>,
  users: string | null,
): void {
  if (ties) {
    for (const { column } of table.keys) {
      const value = values.get(nodeOfColumn(at, column));
      if (value) value.isTheirTenant = true;
    }
  }
  if (table.name !== users) return;
  for (const column of table.owners) {
    const value = values.get(nodeOfColumn(at, column));
    if (value) value.isTheirUser = true;
  }
}

/** Whether the policy's row has to do with who asks, through any rows between; a row of an unknown table may have. */
function isTied(
  rows: readonly Row[],
  values: ReadonlyMap<string, Value>,
  held: ReadonlyMap<number, Held>,
): boolean {
  const all = [...new Set(values.values())];
  const tied = new Set(held.keys());
  for (const value of all) if (value.isNamed) for (const row of value.rows) tied.add(row);
  for (let size = -1; size !== tied.size;) {
    size = tied.size;
    for (const value of all) {
      if (![...value.rows].some((row) => tied.has(row))) continue;
      for (const row of value.rows) tied.add(row);
    }
    if (tied.has(0)) return true;
  }
  return tied.has(0) || rows.some(({ table }) => table === null);
}
