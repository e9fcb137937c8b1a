/**
 * Ids that are made to be given away: where every row of a table is written with random bytes as its id, whoever has the id was
 * given it, as with a key. An id that is only unlikely to be met twice (a UUID, a counter) is none of these: people make those for
 * all of their rows, and hand them out with everything else.
 */
import { valueOf } from "../proof/claims.js";
import { findTable } from "../tenancy/lookup.js";
import { normalized } from "../tenancy/names.js";
import type { Table, Tenancy } from "../tenancy/tenancy.js";
import { optionsOf } from "../trace/choice.js";
import type { Access } from "../trace/library.js";
import type { Value } from "../trace/value.js";

export type IsMadeSecret = (table: Table, column: string) => boolean;

export function madeSecretsIn(accesses: readonly Access[], tenancy: Tenancy): IsMadeSecret {
  let inserts: ReadonlyMap<Table, readonly Access[]> | null = null;
  const answers = new Map<string, boolean>();
  return (table, column) => {
    const asked = `${table.name} ${normalized(column)}`;
    const known = answers.get(asked);
    if (known !== undefined) return known;
    inserts ??= insertsByTable(accesses, tenancy);
    const written = inserts.get(table) ?? [];
    const answer = written.length > 0 && written.every((access) => isWrittenAtRandom(access, column));
    answers.set(asked, answer);
    return answer;
  };
}

function insertsByTable(
  accesses: readonly Access[],
  tenancy: Tenancy,
): ReadonlyMap<Table, readonly Access[]> {
  const byTable = new Map<Table, Access[]>();
  for (const access of accesses) {
    const { detail, operation } = access;
    if (detail.kind !== "query" || detail.target === null) continue;
    if (operation !== "insert" && detail.written === null) continue;
    const table = findTable(tenancy, detail.target);
    if (table) byTable.set(table, [...(byTable.get(table) ?? []), access]);
  }
  return byTable;
}

function isWrittenAtRandom({ detail }: Access, column: string): boolean {
  if (detail.kind !== "query" || !detail.written || detail.written.length === 0) return false;
  return detail.written.every(({ columns }) => {
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
