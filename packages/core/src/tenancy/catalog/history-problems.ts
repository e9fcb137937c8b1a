/** What does not fit together in a history, in sentences. A fault that repeats itself is told a few times and then counted. */
import type { TenancyProblem } from "../tenancy.js";
import type { TableName } from "./changes.js";
import { writtenName } from "./standing.js";

export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface HistoryProblems {
  /** Problems of one kind are told three times. */
  tell(kind: string, place: Place, message: string): void;
  /** A statement means a table that no migration made; `action` as in "adds a column to". */
  missing(place: Place, table: TableName, action: string): void;
  isMissed(table: TableName): boolean;
  /** Whether tables were missed, other than those that belong to somebody else. */
  isPartial(): boolean;
  all(): readonly TenancyProblem[];
}

interface Missing {
  readonly table: TableName;
  readonly place: Place;
  readonly action: string;
}

const toldOfAKind = 3;

/** `isForeign`: of a table that somebody else makes, so that nobody misses its migration. */
export function historyProblems(isForeign: (table: TableName) => boolean): HistoryProblems {
  const told: TenancyProblem[] = [];
  const counts = new Map<string, { count: number; last: Place }>();
  const missing = new Map<string, Missing>();
  const missed = () => [...missing.values()].filter(({ table }) => !isForeign(table));
  return {
    tell(kind, place, message) {
      const count = (counts.get(kind)?.count ?? 0) + 1;
      counts.set(kind, { count, last: place });
      if (count <= toldOfAKind) told.push({ file: place.file, line: place.line, message });
    },
    missing(place, table, action) {
      const name = writtenName(table);
      if (!missing.has(name)) missing.set(name, { table, place, action });
    },
    isMissed: (table) => missing.has(writtenName(table)),
    isPartial: () => missed().length > 0,
    all() {
      const counted = [...counts].flatMap(([kind, { count, last }]) =>
        count > toldOfAKind
          ? [
              {
                file: last.file,
                line: last.line,
                message: `${count - toldOfAKind} more migration statements ${kind}; this is the last of them.`,
              },
            ]
          : [],
      );
      return [...missingTables(missed()), ...told, ...counted];
    },
  };
}

/** A history that was squashed or begins in the middle would otherwise be complained of table by table. */
function missingTables(missing: readonly Missing[]): readonly TenancyProblem[] {
  const first = missing[0];
  if (!first) return [];
  const names = missing.map(({ table }) => writtenName(table));
  const message =
    names.length === 1
      ? `Migration ${first.action} table "${names[0]}", which no migration before it created.`
      : `Migrations change ${names.length} tables that none of them created (${listed(names)}). Either the history begins earlier than the files that are here, or a statement that is not followed creates them.`;
  return [{ file: first.place.file, line: first.place.line, message }];
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(", ")} and ${rest} more`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}` : shown.join();
}
