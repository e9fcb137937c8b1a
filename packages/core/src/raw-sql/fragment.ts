/** A part of a statement that a builder makes: what it demands, which column it is, and what it reads. */
import { isTenantKey } from "../tenancy/lookup.js";
import {
  and,
  looseOf,
  or,
  type Column,
  type Predicate,
  type Resource,
  type Selection,
} from "../constraint/predicate.js";
import { selectionsIn, selectionsUnder } from "../constraint/selections.js";
import { child, children, isNode, text, type Node } from "../sql/tree.js";
import type { Tracer } from "../trace/library.js";
import { siteKey, type Site, type Value } from "../trace/value.js";
import { conditionOf } from "./conditions.js";
import { grammarOf, parse } from "./parse.js";
import { newReading } from "./read.js";
import { openProblem, scopeIn, unread, type Derived, type Reading, type Scope } from "./reading.js";
import { queryOf } from "./select.js";
import { sourcesOf } from "./sources.js";
import { nestedIn } from "./sub-queries.js";
import { termOf } from "./terms.js";
import { quotedPart, shownText, type Slot, type SqlText } from "./text.js";
import { variantsOf, type Variants } from "./variants.js";

export interface Fragment {
  readonly predicate: Predicate;
  /** `a or b`, written without brackets: what stands before it goes with the first, what stands behind it with the last. */
  readonly loose: readonly Predicate[] | null;
  readonly column: Column | null;
  readonly nested: readonly Selection[];
}

export interface FragmentText {
  readonly library: string;
  readonly site: Site;
  readonly text: SqlText;
  /** Named queries in sight. */
  readonly commonTables: ReadonlyMap<string, Selection>;
}

/** An expression: a condition, a column, something to select. */
export function readExpression(tracer: Tracer, fragment: FragmentText): Fragment {
  return begun(tracer, fragment, ofVariants(tracer, fragment, expressionIn, unreadFragment));
}

/** What stands in a FROM, with its alias where it has one. */
export function readSource(
  tracer: Tracer,
  fragment: FragmentText,
  alias: string | null,
): readonly Resource[] | null {
  const variants = variantsOf([...fragment.text, ...(alias === null ? [] : [` as ${quotedPart(alias)}`])]);
  if (variants?.kind !== "text" || !tracer.sql) return null;
  const select = selectIn(tracer, "select 1 from ", variants.text, "");
  if (!select) return null;
  const { reading, scope } = within(tracer, fragment, variants.slots);
  const resources = sourcesOf(reading, scope, children(select, "fromClause"));
  if (reading.problems.size > 0) return null;
  const queries = resources.flatMap(({ query, on }) => [...(query ? [query] : []), ...selectionsUnder(on)]);
  begin(tracer, fragment, queries);
  return resources;
}

/** A whole query: what `with` is given. */
export function readQuery(tracer: Tracer, fragment: FragmentText): Selection | null {
  const variants = variantsOf(fragment.text);
  if (variants?.kind !== "text" || !tracer.sql) return null;
  const select = selectIn(tracer, "", variants.text, "");
  if (!select) return null;
  const { reading, scope } = within(tracer, fragment, variants.slots);
  const { selection } = queryOf(reading, scope, select);
  if (reading.problems.size > 0) return null;
  begin(tracer, fragment, [selection]);
  return selection;
}

function unreadFragment(fragment: FragmentText): Fragment {
  return {
    predicate: unread("raw SQL", shownText(fragment.text)),
    loose: null,
    column: null,
    nested: [],
  };
}

type Read = (tracer: Tracer, fragment: FragmentText, sql: string, slots: readonly Slot[]) => Fragment;

function ofVariants(
  tracer: Tracer,
  fragment: FragmentText,
  read: Read,
  otherwise: (fragment: FragmentText) => Fragment,
): Fragment {
  const variants = variantsOf(fragment.text);
  if (!variants || !tracer.sql) return otherwise(fragment);
  const of = (one: Variants): Fragment => {
    if (one.kind === "text") return read(tracer, fragment, one.text, one.slots);
    const all = one.variants.map(of);
    return {
      predicate: { kind: "choice", arms: all.map((each) => each.predicate), reason: one.reason },
      // Whatever stands before or behind it may go with one of these alone.
      loose: looseOf(all, (arms) => ({ kind: "choice", arms, reason: one.reason })),
      column: null,
      nested: all.flatMap((each) => each.nested),
    };
  };
  return of(variants);
}

/** Between two others it shows whether it holds together. */
function expressionIn(tracer: Tracer, fragment: FragmentText, sql: string, slots: readonly Slot[]): Fragment {
  const open = slots.find((slot) => slot.kind === "open");
  if (open?.kind === "open") {
    tracer.needsArgument(open.value);
    return {
      ...unreadFragment(fragment),
      predicate: unread(`built elsewhere: ${openProblem(open.value, open.isSpliced)}`),
    };
  }
  const { reading, scope } = within(tracer, fragment, slots);
  const select = selectIn(tracer, "select 1 where true and\n", sql, "\nand true");
  const nested = (): readonly Selection[] => [...scope.nested];
  if (!select || !isNode(select["whereClause"])) return selectedIn(tracer, fragment, sql, slots);
  const junction = child(select["whereClause"], "BoolExpr");
  const args = children(junction, "args");
  if (text(junction, "boolop") === "OR_EXPR") {
    const loose = args.map((each) => conditionOf(reading, scope, each));
    return checked(fragment, reading, { predicate: or(loose), loose, column: null, nested: nested() });
  }
  const own = args.slice(1, -1);
  const [only] = own;
  const found = own.length === 1 && only ? termOf(reading, scope, only) : null;
  const predicate = and(own.map((each) => conditionOf(reading, scope, each)));
  const column = found?.kind === "column" ? found.column : null;
  return checked(fragment, reading, { predicate, loose: null, column, nested: nested() });
}

/** What is no condition, but can be selected or ordered by: `count(*) over ()`, `total desc nulls last`. */
function selectedIn(tracer: Tracer, fragment: FragmentText, sql: string, slots: readonly Slot[]): Fragment {
  const select = selectIn(tracer, "select ", sql, "") ?? selectIn(tracer, "select 1 order by ", sql, "");
  if (!select) return unreadFragment(fragment);
  const { reading, scope } = within(tracer, fragment, slots);
  const nested = nestedIn(reading, scope, select["targetList"], select["sortClause"]);
  return checked(fragment, reading, { ...unreadFragment(fragment), nested });
}

function checked(fragment: FragmentText, { problems }: Reading, read: Fragment): Fragment {
  const [problem] = problems;
  if (problem === undefined) return read;
  return { ...read, predicate: unread(`built elsewhere: ${problem}`), loose: null };
}

function within(
  tracer: Tracer,
  { site, commonTables }: FragmentText,
  slots: readonly Slot[],
): { readonly reading: Reading; readonly scope: Scope } {
  const options = {
    grammar: grammarOf(tracer.sql!, tracer.tenancy.dialects),
    siteOf: () => siteKey(site),
    elementOf: (value: Value) => tracer.elementOf(value),
    rowsOf: () => [],
    isTenantKey: (column: string) => isTenantKey(tracer.tenancy, column),
    parameters: [],
  };
  const tables = new Map(
    [...commonTables].map(([name, selection]): [string, Derived] => [name, { selection, given: new Map() }]),
  );
  return { reading: newReading(options, slots), scope: scopeIn(null, tables) };
}

function selectIn(tracer: Tracer, before: string, sql: string, after: string): Node | null {
  const parsed = parse(grammarOf(tracer.sql!, tracer.tenancy.dialects), `${before}${sql}${after}`);
  if (!parsed.ok || parsed.statements.length !== 1) return null;
  const select = parsed.statements[0]!["SelectStmt"];
  return isNode(select) ? select : null;
}

function begun(tracer: Tracer, fragment: FragmentText, read: Fragment): Fragment {
  begin(tracer, fragment, [...read.nested, ...selectionsUnder(read.predicate)]);
  return read;
}

/** Queries inside of it are a path of their own, which stands where the SQL stands. */
function begin(tracer: Tracer, { library, site }: FragmentText, queries: readonly Selection[]): void {
  const own = queries.flatMap(selectionsIn).filter((one) => one.site === siteKey(site));
  const tables = own.flatMap(({ resources }) => resources.flatMap(({ table }) => table ?? []));
  if (tables.length === 0) return;
  tracer.begin({
    site,
    kind: "query",
    library,
    operation: "read",
    tables,
    repair: null,
    isOnPool: false,
    isSql: true,
  });
}
