/**
 * Ids that are made to be given away: where every row of a table is written with random bytes as its id, whoever has the id was
 * given it, as with a key. An id that is only unlikely to be met twice (a UUID, a counter) is none of these: people make those for
 * all of their rows, and hand them out with everything else.
 */
import type { WrittenRow } from "../constraint/predicate.js";
import { valueOf } from "../proof/claims.js";
import { findTable } from "../tenancy/lookup.js";
import { normalized } from "../tenancy/names.js";
import type { Table, Tenancy } from "../tenancy/tenancy.js";
import { optionsOf } from "../trace/choice.js";
import type { Access } from "../trace/library.js";
import type { Value } from "../trace/value.js";

export type IsMadeSecret = (table: Table, column: string) => boolean;

export function madeSecretsIn(accesses: readonly Access[], tenancy: Tenancy): IsMadeSecret {
  let inserts: ReadonlyMap<Table, readonly Insert[]> | null = null;
  const answers = new Map<string, boolean>();
  return (table, column) => {
    const asked = `${table.name} ${normalized(column)}`;
    const known = answers.get(asked);
    if (known !== undefined) return known;
    inserts ??= insertsByTable(accesses, tenancy);
    const written = inserts.get(table) ?? [];
    const answer = written.length > 0 && written.every((rows) => areWrittenAtRandom(rows, column));
    answers.set(asked, answer);
    return answer;
  };
}

/** The rows that one statement adds to a table; none where nobody sees what it adds. */
type Insert = readonly WrittenRow[];

function insertsByTable(
  accesses: readonly Access[],
  tenancy: Tenancy,
): ReadonlyMap<Table, readonly Insert[]> {
  const byTable = new Map<Table, Insert[]>();
  const add = (name: string, rows: Insert): void => {
    const table = findTable(tenancy, name);
    if (table) byTable.set(table, [...(byTable.get(table) ?? []), rows]);
  };
  for (const { detail, operation } of accesses) {
    if (detail.kind !== "query") continue;
    const { target, written, beside } = detail;
    if (target !== null && (operation === "insert" || written !== null)) add(target, written ?? []);
    for (const { table, rows, isNew } of beside) if (isNew) add(table, rows);
  }
  return byTable;
}

function areWrittenAtRandom(rows: Insert, column: string): boolean {
  if (rows.length === 0) return false;
  return rows.every(({ columns }) => {
    const found = [...columns].find(([name]) => normalized(name) === normalized(column))?.[1];
    return (
      found !== undefined && !found.sometimes && !found.overwritable && isAtRandom(valueOf(found.operand))
    );
  });
}

/** `randomBytes(16).toString("base64url")` */
function isAtRandom(value: Value): boolean {
  return optionsOf(value).every(
    (one) => one.kind === "symbolic" && one.origin === "constant" && /^randomBytes\(\)/.test(one.text),
  );
}
