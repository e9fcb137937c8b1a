/** What an editor can offer to insert: the missing predicate, when it can be added in one place. */
import type { JudgedPath } from "../judge/judge.js";
import type { Fault } from "../judge/verdict.js";

export interface SuggestedRepair {
  /** Offset into the file. */
  readonly at: number;
  /** The tenant key, as this library spells it; a variable that holds the tenant is called like it. */
  readonly column: string;
  /** The code, with `{value}` where the tenant stands. */
  readonly template: string;
}

export function findRepair({ root }: JudgedPath, { data }: Fault, column: string): SuggestedRepair | null {
  if (root.repair === null) return null;
  if (data.kind !== "unscoped" && data.kind !== "only-reference") return null;
  // Beside an `or` the comparison has to move, and through a parent it takes a join: both are for a person.
  if (data.viaTable !== null || (data.kind === "unscoped" && data.mention !== null)) return null;
  // Among several tables a bare column may mean any of them.
  if (root.tables.length !== 1) return null;
  const template = root.repair.template.replaceAll("{column}", column);
  return { at: root.repair.at, column, template };
}
