/** Values that a request brought and nobody made sure of: which rows they decide on, and where they are kept. */
import type { Binding, Evidence } from "../constraint/binding.js";
import type { TableFacts } from "../constraint/facts.js";
import { bindWritten, type WrittenColumn } from "../constraint/inserts.js";
import { valueOf, type Claim } from "../proof/claims.js";
import { isOfHost } from "../proof/goal.js";
import type { Lookup, Step } from "../proof/steps.js";
import { findTable, keyOf, namedBy, referenceOf, rootLevelOf } from "../tenancy/lookup.js";
import { findIdName } from "../tenancy/names.js";
import type { Table } from "../tenancy/tenancy.js";
import type { Access } from "../trace/library.js";
import { optionsOf } from "../trace/choice.js";
import type { Site, Value } from "../trace/value.js";
import { beliefOf, type UntrustedFlow } from "./belief.js";
import { isClock } from "./clock.js";
import { isTenantTable } from "./facts.js";
import type { QueryContext } from "./query.js";
import { rowsStored, type Found } from "./stored.js";
import { untrustedBy, type ByName, type Fault, type ResourceVerdict } from "./verdict.js";
import { shownOf, shownWritten, type Shown } from "./ways.js";

/** Rows that are chosen by such a value. */
export function untrusted(
  context: QueryContext,
  access: Access,
  table: Table,
  binding: Binding,
  flows: readonly UntrustedFlow[],
): ResourceVerdict {
  const evidence = binding.ways.map((way) => way[0]).find((one) => one !== undefined)!;
  const isReference = evidence.status === "reference" || evidence.status === "owner";
  const column = columnOf(evidence);
  const shown = shownOf(table.name, [evidence]);
  const faults = flows.map((flow) => {
    const isCheckedAfter = context.root.operation === "read" && context.flows!.isCheckedAfter(access, flow);
    const byName =
      isTenantByName(context, table, evidence) || isTenantByHost(context, table, access, flow)
        ? ("tenant" as const)
        : isByPublicName(context, table, evidence, () => context.flows!.isAnonymous(access, flow))
          ? ("row" as const)
          : isByLink(context, table, evidence, () => context.flows!.isAnonymous(access, flow))
            ? ("link" as const)
            : null;
    const isPublic =
      context.root.operation === "read" &&
      (context.flows!.isPublic(access, flow) ||
        areShared(context, access, table, binding, flow) ||
        areOfPublic(context, access, table, binding, flow));
    // Whose rows they are is asked to let somebody further; of which row it is, those who come another way may do more with it.
    const isOnlyAsked =
      context.root.operation === "read" && context.isOnlyAsked(isReference ? flow : undefined);
    const isOnlyTouched = context.root.operation === "update" && isTouch(access.detail);
    const isLess = isCheckedAfter || byName !== null || isPublic || isOnlyAsked;
    const vain =
      context.root.operation === "read" && !isLess ? context.flows!.findVainCheck(access, flow) : null;
    const use: Use = {
      column,
      isReference,
      isWritten: false,
      isCheckedAfter,
      isCheckedInPart: false,
      vain,
      byName,
      isPublic,
      isOnlyAsked,
      isOnlyTouched,
      shown,
    };
    return faultOf(context, access, table.name, use, flow);
  });
  return untrustedBy(table.name, isReference ? "reference" : "predicate", column, faults);
}

/**
 * `where slug = …` of the tenants' own table: by a name that is not its key, as where somebody signs in, or asks whether a
 * name is taken. Whoever asks learns of the tenant, and nothing that is the tenant's.
 */
function isTenantByName(
  { tenancy, root }: QueryContext,
  table: Table,
  { column, through }: Evidence,
): boolean {
  if (root.operation !== "read" || !rootLevelOf(tenancy, table)) return false;
  const named = through.length === 0 ? table : findTable(tenancy, through.at(-1)!.resource.table ?? "");
  return (
    named !== null &&
    rootLevelOf(tenancy, named) !== null &&
    !named.primaryKey.includes(column) &&
    keyOf(named, column) === null &&
    referenceOf(named, column) === null
  );
}

/**
 * The host that is asked says whose service it is, as every virtual host does; of that tenant itself, no more is told. Where
 * nobody asks who is asking, what the tenant shows there is meant for whoever comes.
 */
function isTenantByHost(
  { tenancy, root, flows }: QueryContext,
  table: Table,
  access: Access,
  flow: UntrustedFlow,
): boolean {
  const { why } = flow.outcome;
  if (root.operation !== "read") return false;
  return rootLevelOf(tenancy, table) === null
    ? isOfHost(why) && flows!.isAnonymous(access, flow)
    : /\bhost\b|hostname/i.test(`${why.text} ${why.from} ${why.path ?? ""}`);
}

/**
 * `where slug = …`, and nobody asks who is asking: a page, a form, a link that whoever has its name may see. By its id, which
 * nobody gives away on purpose, it is a row like any other.
 */
function isByPublicName(
  { tenancy, root, facts }: QueryContext,
  table: Table,
  { column, through }: Evidence,
  isAnonymous: () => boolean,
): boolean {
  const named = through.length === 0 ? table : findTable(tenancy, through.at(-1)!.resource.table ?? "");
  return (
    root.operation === "read" &&
    named !== null &&
    facts.findTable(named.name)?.findColumn(column)?.isName === true &&
    isAnonymous()
  );
}

/** The row of a link that somebody was given: its id was made up at random, and nobody asks who has it. */
function isByLink(
  { tenancy, isMadeSecret }: QueryContext,
  table: Table,
  { column, through }: Evidence,
  isAnonymous: () => boolean,
): boolean {
  const named = through.length === 0 ? table : findTable(tenancy, through.at(-1)!.resource.table ?? "");
  return named !== null && isMadeSecret(named, column) && isAnonymous();
}

/**
 * What a share names is as public as the share, which is read by another access that answers for itself. What else its tenant
 * has, nobody has shared.
 */
function areShared(
  { tenancy, flows }: QueryContext,
  access: Access,
  table: Table,
  { ways }: Binding,
  flow: UntrustedFlow,
): boolean {
  const isShared = ({ status, operands }: Evidence): boolean =>
    (status === "reference" || rootLevelOf(tenancy, table) !== null) &&
    flows!.areOfShare(access, flow, operands.map(valueOf));
  return ways.every((way) => way.some(isShared));
}

/**
 * `where: { id, formId }`, of a form that is public, or that the caller may see: whoever has the row's own id sees the row. What
 * else belongs to the form is not shown with it.
 */
function areOfPublic(
  { flows }: QueryContext,
  access: Access,
  table: Table,
  { ways }: Binding,
  flow: UntrustedFlow,
): boolean {
  const isItself = ({ column, through }: Evidence): boolean =>
    through.length === 0 && table.primaryKey.includes(column);
  const isOfPublic = ({ status, operands }: Evidence): boolean =>
    (status === "reference" || status === "tenant") &&
    flows!.areOfPublic(access, flow, operands.map(valueOf));
  // What a tenant shows leads to rows of theirs that it names, and not to those that anybody else does.
  const isNamedThere = ({ operands }: Evidence): boolean =>
    !flows!.areSent(access, flow, operands.map(valueOf));
  return ways.every((way) => {
    if (way.some(({ status }) => status === "nobody")) return true;
    const itself = way.find(isItself);
    const shown = way.find((one) => !isItself(one) && isOfPublic(one));
    return itself && shown && (shown.status === "reference" || isNamedThere(itself));
  });
}

/** A row that is overwritten because a new one wants its place. */
export function untrustedRows(
  context: QueryContext,
  access: Access,
  table: Table,
  { column, operand }: Pick<WrittenColumn, "column" | "operand">,
  flows: readonly UntrustedFlow[],
): ResourceVerdict {
  const shown = { ...shownWritten(table.name, { column, operand }), isWritten: false };
  const use: Use = {
    column,
    isReference: true,
    isWritten: false,
    ...nothingBesides,
    shown,
  };
  const faults = flows.map((flow) => faultOf(context, access, table.name, use, flow));
  return untrustedBy(table.name, "reference", column, faults);
}

function columnOf(evidence: Evidence): string {
  return evidence.through.length === 0 ? evidence.column : evidence.through[0]!.column;
}

/** Ids of tenants and of tenants' rows that are written: whoever reads the row later takes them as the tenant's own. */
export function judgeStored(
  context: QueryContext,
  access: Access,
  detail: Access["detail"] & { kind: "query" },
): readonly ResourceVerdict[] {
  if (!context.flows) return [];
  const verdicts: ResourceVerdict[] = [];
  const seen = new Set<string>();
  for (const { table: name, row, found } of rowsStored(detail)) {
    const table = name === null ? null : findTable(context.tenancy, name);
    const facts = name === null ? null : context.facts.findTable(name);
    if (!table || !facts || !isTenantTable(table)) continue;
    const { evidence, sometimes, references, brought } = bindWritten(row, facts);
    const keys = [...evidence, ...sometimes].filter((one) => one.level !== null);
    for (const one of [...keys, ...references, ...brought]) {
      const use = `${table.name} ${one.column} ${one.operand.value}`;
      if (seen.has(use)) continue;
      seen.add(use);
      if (found && isKept(found, facts, one)) continue;
      const verdict = judgeColumn(context, access, table, one);
      if (verdict) verdicts.push(verdict);
    }
  }
  return verdicts;
}

/**
 * A row that is found by a value, and has the same value written into it, stays what it was; so does one that is found as a row
 * that was read before, and has that row's own value written back.
 */
function isKept({ where, alias }: Found, table: TableFacts, written: WrittenColumn): boolean {
  const terms = where.kind === "and" ? where.terms : [where];
  const before = rowsNamedBy(valueOf(written.operand), table, written.column);
  return terms.some((term) => {
    if (term.kind !== "eq") return false;
    if (term.column.table !== null && term.column.table !== alias) return false;
    const column = table.findColumn(term.column.name);
    if (column?.name === written.column && term.operand.value === written.operand.value) return true;
    const isRow = column?.reference?.table === table.name && column.reference.target === column.name;
    return isRow && before !== null && before === rowsNamedBy(valueOf(term.operand), table, column.name);
  });
}

/** The rows of which it is this column; null where it may be something else, or of others. */
function rowsNamedBy(value: Value, table: TableFacts, column: string): string | null {
  const rows = optionsOf(value)
    .filter((option) => option.kind !== "literal")
    .map((option) => {
      const row = option.kind === "symbolic" ? option.row : null;
      return row && table.findColumn(row.column)?.name === column
        ? `${row.access}@${row.context ?? ""}`
        : null;
    });
  const [first] = rows;
  return first && rows.every((row) => row === first) ? first : null;
}

function judgeColumn(
  context: QueryContext,
  access: Access,
  table: Table,
  written: WrittenColumn,
): ResourceVerdict | null {
  const isReference = written.level === null;
  if (isReference) {
    const referred = written.refersTo === null ? null : findTable(context.tenancy, written.refersTo);
    if (!referred || !isTenantTable(referred)) return null;
    if (isTiedByDatabase(table, written.column, referred)) return null;
  }
  const claim = {
    status: isReference ? ("reference" as const) : ("tenant" as const),
    column: written.column,
    values: [valueOf(written.operand)],
  };
  const belief = beliefOf(context.flows!, access, [[claim]]);
  if (belief.kind !== "untrusted") return null;
  const use: Use = {
    column: written.column,
    isReference,
    isWritten: true,
    ...nothingBesides,
    isCheckedInPart: isReference && isCheckedInPart(context, access, table, claim),
    shown: shownWritten(table.name, written),
  };
  const faults = belief.flows.map((flow) => {
    const byName = isReadByLink(context, access, flow) ? "link" : null;
    return faultOf(context, access, table.name, { ...use, byName }, flow);
  });
  return untrustedBy(table.name, "values", written.column, faults);
}

/** `domain.split("/")[0]` was looked up, and the whole is stored: of what is called by a name, and by no id. */
function isCheckedInPart({ flows }: QueryContext, access: Access, table: Table, claim: Claim): boolean {
  if (!namedBy(table, claim.column) || findIdName(claim.column)) return false;
  const parts = claim.values.map(partOf);
  return beliefOf(flows!, access, [[{ ...claim, values: parts }]]).kind === "proven";
}

/** `key.split("/")[0]` */
export function partOf(value: Value): Value {
  switch (value.kind) {
    case "symbolic":
      return { ...value, id: `${value.id}.split(_)[]` };
    case "choice":
      return { ...value, options: value.options.map(partOf) };
    default:
      return value;
  }
}

/**
 * `foreign key (rule_id, organization_id) references rules (id, organization_id)`: the database refuses the row of another
 * tenant, whoever names it.
 */
function isTiedByDatabase(table: Table, column: string, referred: Table): boolean {
  const isKey = (one: string): boolean => one !== column && keyOf(table, one) !== null;
  return (
    table.relations.some(
      (one) =>
        !one.list && one.table === referred.name && one.columns.includes(column) && one.columns.some(isKey),
    ) ||
    table.references.some(
      (one) =>
        one.source === "foreign key" &&
        one.table === referred.name &&
        isKey(one.column) &&
        keyOf(referred, one.target) !== null &&
        !referred.primaryKey.includes(one.target),
    )
  );
}

interface Use {
  readonly column: string;
  readonly isReference: boolean;
  readonly isWritten: boolean;
  readonly isCheckedAfter: boolean;
  readonly isCheckedInPart: boolean;
  /** Where a promise is asked about the row, and nobody waits for what it says. */
  readonly vain: Site | null;
  readonly byName: ByName;
  readonly isPublic: boolean;
  readonly isOnlyAsked: boolean;
  /** Nothing but the time is written there. */
  readonly isOnlyTouched: boolean;
  readonly shown: Shown;
}

/** Of what is written or passed on, nothing makes it any better. */
export const nothingBesides = {
  isCheckedAfter: false,
  isCheckedInPart: false,
  vain: null,
  byName: null,
  isPublic: false,
  isOnlyAsked: false,
  isOnlyTouched: false,
} as const;

/** `table`: or what else it decides about, by its name. */
export function faultOf(
  context: QueryContext,
  access: Access,
  table: string,
  use: Use,
  flow: UntrustedFlow,
): Fault {
  const { why } = flow.outcome;
  const entry = flow.entry?.name ?? "";
  const { operation, library } = context.root;
  const sent: Step = { site: why.site, said: { kind: "sent", value: why.text, from: why.from } };
  const beside = context.flows!.findCheckBeside(access, flow, why.text);
  const outcome = { ...flow.outcome, steps: [sent, ...(beside ? [beside] : []), ...flow.outcome.steps] };
  const {
    column,
    isWritten,
    isReference,
    isCheckedAfter,
    isCheckedInPart,
    vain,
    byName,
    isPublic,
    isOnlyAsked,
    isOnlyTouched,
  } = use;
  const isLess =
    isCheckedAfter || isCheckedInPart || byName !== null || isPublic || isOnlyAsked || isOnlyTouched;
  const end = { kind: "access", operation, library, ...use.shown } as const;
  const way = context.flows!.trailOf({ ...flow, outcome }, access, end);
  const trail = vain ? [...way, { site: vain, said: { kind: "vain" } as const }] : way;
  return {
    rule: use.isReference ? "no-untrusted-reference" : "no-untrusted-tenant",
    grade: why.kind === "nobody" || isLess ? "weak" : "leak",
    at: why.site,
    entry,
    trail,
    data: {
      kind: "untrusted",
      operation,
      table,
      column,
      isReference,
      isWritten,
      isCheckedAfter,
      isCheckedInPart,
      isCheckedInVain: vain !== null,
      byName,
      isPublic,
      isOnlyAsked,
      isOnlyTouched,
      value: why.text,
      from: why.from,
      through: lookupBehind(flow)?.table ?? null,
      entry,
      isNobodys: why.kind === "nobody",
      ...(context.root.kind === "storage" && { isStored: true }),
      library,
    },
  };
}

/** `data: { lastSeenAt: new Date() }`: whoever asks for another's row only makes it look as if somebody had been there. */
function isTouch(detail: Access["detail"]): boolean {
  return (
    detail.kind === "query" &&
    detail.updated.length > 0 &&
    detail.beside.length === 0 &&
    detail.updated.every(
      ({ columns, open }) =>
        open === null &&
        columns.size > 0 &&
        [...columns.values()].every(({ operand }) => isClock(valueOf(operand))),
    )
  );
}

/** How the row was fetched that it names, closest to where it came in. */
function lookupBehind({ outcome }: UntrustedFlow): Lookup | null {
  for (const { said } of outcome.steps) if (said.kind === "fetched") return said;
  return null;
}

/** What is written was read from the row of such a link. */
function isReadByLink(
  { tenancy, isMadeSecret, flows }: QueryContext,
  access: Access,
  flow: UntrustedFlow,
): boolean {
  const lookup = lookupBehind(flow);
  const table = lookup && findTable(tenancy, lookup.table);
  return (
    lookup !== null &&
    table !== null &&
    lookup.columns.length > 0 &&
    lookup.columns.every((column) => isMadeSecret(table, column)) &&
    flows!.isAnonymous(access, flow)
  );
}
