/** How a value that is believed comes to an access: one way told in full, the others by what is known of them. */
import type { Way } from "../constraint/binding.js";
import type { WrittenColumn } from "../constraint/inserts.js";
import type { Flow } from "../proof/flows.js";
import type { Tie, Use } from "../proof/steps.js";
import type { Access } from "../trace/library.js";
import type { Site } from "../trace/value.js";
import type { QueryContext } from "./query.js";
import type { JudgedConstraint, KnownWay } from "./verdict.js";

/** What the value does at the access. */
export type Shown = Omit<Use, "operation" | "library">;

/** The first flow is the one that decides; where several are as good, one that an entry point begins says more. */
export function waysOf(
  context: QueryContext,
  access: Access,
  flows: readonly Flow[],
  use: Shown,
): Pick<JudgedConstraint, "trail" | "way" | "others"> {
  const [first] = flows;
  if (!context.flows || !first) return {};
  const deciding = wayOf(first);
  const [told = first] = flows
    .filter((flow) => flow.entry !== null && isAsGood(wayOf(flow), deciding))
    .sort((one, other) => byPlace(one.entry!.site, other.entry!.site));
  const { operation, library } = context.root;
  return {
    trail: context.flows.trailOf(told, access, { kind: "access", operation, library, ...use }),
    way: wayOf(told),
    others: distinctWays(flows.filter((flow) => flow !== told).map(wayOf)),
  };
}

/** The same access may be met in several contexts, each with ways of its own. */
export function withOtherWays(told: JudgedConstraint, others: readonly JudgedConstraint[]): JudgedConstraint {
  const further = others.flatMap(({ way, others: ways = [] }) => [...(way ? [way] : []), ...ways]);
  return further.length === 0
    ? told
    : {
        ...told,
        others: distinctWays([...(told.others ?? []), ...further].filter((way) => !isSame(way, told.way))),
      };
}

function distinctWays(ways: readonly KnownWay[]): readonly KnownWay[] {
  const known = new Map(ways.map((way) => [`${way.entry ?? ""} ${way.origin} ${way.proof}`, way]));
  return [...known].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, way]) => way);
}

function isAsGood(one: KnownWay, other: KnownWay): boolean {
  return one.origin === other.origin && one.proof === other.proof;
}

function isSame(one: KnownWay, other: KnownWay | undefined): boolean {
  return other !== undefined && one.entry === other.entry && isAsGood(one, other);
}

function byPlace(one: Site, other: Site): number {
  return one.file === other.file ? one.start - other.start : one.file < other.file ? -1 : 1;
}

function wayOf({ entry, outcome }: Flow): KnownWay {
  const { origin, proof } =
    outcome.kind === "proven" ? outcome : ({ origin: "unknown", proof: "none" } as const);
  return { entry: entry?.name ?? null, origin, proof };
}

/** Of more columns than this, nobody sees which it is. */
const mostTies = 3;

/** Everything in the way ties the row to somebody, and any of it may be what proves it. */
export function shownOf(table: string, way: Way): Shown {
  const ties = way.map(({ column, through, operands }): Tie => ({
    column,
    through: through.map(({ resource }) => resource.table ?? resource.alias),
    value: operands[0]?.text ?? null,
  }));
  const distinct = new Map(ties.map((tie) => [`${tie.through.at(-1)} ${tie.column}`, tie]));
  return { table, limit: "bound", ties: [...distinct.values()].slice(0, mostTies), isWritten: false };
}

export function shownWritten(
  table: string,
  written: Pick<WrittenColumn, "column" | "operand"> | undefined,
): Shown {
  const ties = written ? [{ column: written.column, through: [], value: written.operand.text }] : [];
  return { table, limit: "bound", ties, isWritten: true };
}
