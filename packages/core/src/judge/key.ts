/** Judging cache keys: who could be given what is kept under one. */
import type { Origin } from "../vocabulary.js";
import type { Table } from "../tenancy/tenancy.js";
import type { Access, KeyDetail } from "../trace/library.js";
import { isPerhapsAbsent, optionsOf } from "../trace/choice.js";
import { operandOf } from "../trace/operand.js";
import { isUndefined, type Value } from "../trace/value.js";
import { judgeAsked } from "./asked-of-cache.js";
import { isTenantTable } from "./facts.js";
import type { Held } from "./holdings.js";
import { isCheckedOnceGiven, judgeAsAsked } from "./kept-as-asked.js";
import { formsOf, patternsOf, shownKey, shownPart, type KeyForm } from "./keys.js";
import { findNaming, findNamingOfWords, levelNameOf, type Naming } from "./naming.js";
import type { QueryContext } from "./query.js";
import { isAlwaysPassed } from "./query.js";
import { unclear, worstOf } from "./verdict.js";
import { readPayload } from "./payload.js";
import type { FaultData, JudgedConstraint, ResourceVerdict } from "./verdict.js";

/**
 * The key alone decides where data of tenants is kept: the query that loaded it may be constrained as well as can be, and
 * still the next caller with the same key is given the rows. So the fault stands where something is put under the key;
 * whoever reads or deletes it shares the verdict.
 */
export function judgeKey(
  context: QueryContext,
  detail: KeyDetail,
  access: Access | null = null,
): ResourceVerdict {
  const forms = formsOf(detail);
  if (forms.length === 0) return unclear("", "the key is built where we cannot follow");
  return detail.stores === null
    ? judgeUse(context, access, detail, forms)
    : judgeEntry(context, access, detail, forms, context.holdings.heldIn(detail.stores));
}

// ------------------------------------------------------------------------------------- what is put under it

function judgeEntry(
  context: QueryContext,
  access: Access | null,
  detail: KeyDetail,
  forms: readonly KeyForm[],
  held: Held,
): ResourceVerdict {
  const resource = shownKey(forms[0]!);
  const rows = [...held.tables].filter(isTenantTable);
  if (rows.length === 0 && detail.isIncidental) return nobodys(resource);
  const named = readForms(context, detail, forms, rows);
  if (named.kind === "first" || (named.kind === "late" && rows.length === 0)) {
    const asked = { ...named, tables: rows, stored: detail.stores ? [detail.stores] : [] };
    return (
      (access && judgeAsked(context, access, detail, resource, asked)) ?? clear(resource, named.constraint)
    );
  }
  if (rows.length === 0) {
    return held.isComplete && [...held.tables].every((table) => table.class === "global")
      ? nobodys(resource)
      : unclear(resource, "what is kept under this key is not known");
  }
  // Whoever takes a message reads in it whose it is.
  const carried = detail.isMessage && detail.stores ? readPayload(context, detail.stores).tenant : null;
  if (carried) return clear(resource, carried);
  if (named.kind === "none" || named.kind === "opaque") {
    const asAsked = judgeAsAsked(context, access, detail, resource);
    if (asAsked) return asAsked;
  }
  if (named.kind === "opaque") return unclear(resource, named.reason);

  const tables = rows.map((table) => table.name).sort();
  const shape = {
    operation: context.root.operation,
    key: resource,
    tables,
    level: levelNameOf(context.tenancy, rows[0]),
    library: context.root.library,
  };
  switch (named.kind) {
    case "none":
      return fault(
        resource,
        "unscoped",
        access && isCheckedOnceGiven(context, access, detail) ? "weak" : "leak",
        { kind: "cache-key", ...shape, keptIn: keptIn(detail) },
      );
    case "late":
      return fault(resource, "unscoped", "weak", { kind: "cache-key-late", ...shape, part: named.part });
    case "sometimes":
      return fault(resource, "optional", isAlwaysPassed(context, named.value) ? "weak" : "leak", {
        kind: "cache-key-fallback",
        ...shape,
        value: named.text,
      });
  }
}

/** Where nobody writes a key: what a function is called with is one, and the name of a variable. */
function keptIn({ store, arePartsWhole }: KeyDetail): "key" | "arguments" | "variable" {
  if (store?.startsWith("variable ")) return "variable";
  return arePartsWhole ? "arguments" : "key";
}

// ------------------------------------------------------------------------------------- reading and deleting

function judgeUse(
  context: QueryContext,
  access: Access | null,
  detail: KeyDetail,
  forms: readonly KeyForm[],
): ResourceVerdict {
  const resource = shownKey(forms[0]!);
  if (detail.isForgetting) {
    const named = readForms(context, detail, forms, []);
    return named.kind === "first" || named.kind === "late"
      ? clear(resource, named.constraint)
      : nobodys(resource);
  }
  const kept = patternsOf(detail).map((pattern) =>
    keptUnder(context, context.holdings.entriesUnder(pattern)),
  );
  const rows = kept.flatMap((one) => one.rows);
  if (rows.length === 0 && detail.isIncidental) return nobodys(resource);
  const named = readForms(context, detail, forms, rows);
  if (named.kind === "first" || named.kind === "late") {
    const asked = { ...named, tables: rows, stored: kept.flatMap((one) => one.stored) };
    return (
      (access && judgeAsked(context, access, detail, resource, asked)) ?? clear(resource, named.constraint)
    );
  }
  const verdicts = kept.flatMap(({ verdict }) => verdict ?? []);
  if (verdicts.length === 0) {
    const isMadeElsewhere = named.kind === "opaque" && forms.every(({ own }) => own.length === 1);
    return unclear(resource, isMadeElsewhere ? named.reason : "what is kept under this key is not known");
  }
  const worst = worstOf(verdicts);
  return worst.verdict === "scoped"
    ? unclear(resource, "nothing here says that this is the tenant's own entry")
    : { ...worst, resource, fault: null };
}

interface Kept {
  readonly rows: readonly Table[];
  readonly stored: readonly Value[];
  /** The worst of all that is put there; null when nothing is. */
  readonly verdict: ResourceVerdict | null;
}

/** The same for everybody who asks, and many may. */
const known = new WeakMap<readonly KeyDetail[], Kept>();

function keptUnder(context: QueryContext, entries: readonly KeyDetail[]): Kept {
  const before = known.get(entries);
  if (before) return before;
  const rows = entries.flatMap((entry) =>
    entry.stores ? [...context.holdings.heldIn(entry.stores).tables].filter(isTenantTable) : [],
  );
  const verdict = entries.length === 0 ? null : worstOf(entries.map((entry) => judgeKey(context, entry)));
  const stored = entries.flatMap((entry) => entry.stores ?? []);
  const kept = { rows: [...new Set(rows)], stored, verdict };
  known.set(entries, kept);
  return kept;
}

// ------------------------------------------------------------------------------------- what the key names

type Named =
  /** Nothing that a caller controls stands before it. */
  | { readonly kind: "first"; readonly constraint: JudgedConstraint; readonly value: Value }
  | {
      readonly kind: "late";
      readonly constraint: JudgedConstraint;
      readonly value: Value;
      readonly part: string;
    }
  | { readonly kind: "sometimes"; readonly text: string; readonly value: string }
  | { readonly kind: "opaque"; readonly reason: string }
  | { readonly kind: "none" };

function readForms(
  context: QueryContext,
  detail: KeyDetail,
  forms: readonly KeyForm[],
  rows: readonly Table[],
): Named {
  const read = forms.map((form) => readForm(context, detail, form, rows));
  const without = read.filter((one) => one.kind === "none");
  const withIt = read.find((one) => one.kind === "first" || one.kind === "late");
  // `organizationId ? "org:" + organizationId : "all"`
  if (without.length > 0 && withIt) {
    const reason = detail.key.kind === "choice" ? detail.key.reason : "";
    return { kind: "sometimes", text: reason === "" ? withIt.constraint.key : reason, value: "" };
  }
  const order = ["sometimes", "none", "opaque", "late", "first"];
  return read.reduce((worst, one) => (order.indexOf(one.kind) < order.indexOf(worst.kind) ? one : worst));
}

function readForm(context: QueryContext, detail: KeyDetail, form: KeyForm, rows: readonly Table[]): Named {
  let controlled: string | null = null;
  let opaque: Value | null = null;
  let isIdentified = false;
  const parts = [...form.prefix, ...form.own];
  for (const [index, part] of parts.entries()) {
    if (typeof part === "string") continue;
    const before = parts[index - 1];
    const read = readPart(context, part, typeof before === "string" ? before : "", rows);
    if (read.kind === "sometimes") return read;
    if (read.kind === "named") {
      const { constraint, value } = read;
      return controlled === null
        ? { kind: "first", constraint, value }
        : { kind: "late", constraint, value, part: controlled };
    }
    if (read.kind === "row") isIdentified = true;
    if (read.kind === "opaque") opaque = part;
    if (optionsOf(part).some((option) => isFree(option, detail))) controlled ??= shownPart(part);
  }
  if (opaque)
    return { kind: "opaque", reason: `what "${shownPart(opaque)}" stands for in the key is not known` };
  const [only, ...others] = form.own;
  const isWholly = only !== undefined && typeof only !== "string" && others.length === 0 && !isIdentified;
  return isWholly && mayBeAnything(only)
    ? { kind: "opaque", reason: "the key is made by whoever calls this" }
    : { kind: "none" };
}

/** What is called a key, or by nothing that says what it is, may have the tenant in it. */
function mayBeAnything(part: Value): boolean {
  const words = shownPart(part);
  return part.kind !== "symbolic" || /(?:key|hash|digest|name|path|url|id|\(\)|…)$/i.test(words);
}

function isFree(value: Value, detail: KeyDetail): boolean {
  const { origin, value: id } = operandOf(value);
  return callers.has(origin) && !detail.bounded.includes(id) && !isNamespace(value);
}

const callers: ReadonlySet<Origin> = new Set<Origin>(["parameter", "request", "job"]);

/** `${this.prefix}:…`: chosen when the program is set up. */
function isNamespace(part: Value): boolean {
  return /(?:prefix|namespace|version|env|environment)$/i.test(shownPart(part));
}

type Part =
  | { readonly kind: "named"; readonly constraint: JudgedConstraint; readonly value: Value }
  | { readonly kind: "sometimes"; readonly text: string; readonly value: string }
  | { readonly kind: "row" | "opaque" | "other" };

function readPart(context: QueryContext, part: Value, before: string, rows: readonly Table[]): Part {
  const options = optionsOf(part).filter((option) => !isUndefined(option));
  const namings = options.map((option) => ({ option, naming: namingOf(context, option, before) }));
  const sure = namings.filter(({ naming }) => naming !== null && isEnough(naming, rows));
  const [first] = sure;
  if (first) {
    const isVanishing = options.some(isConstant) || (isPerhapsAbsent(part) && !isFromRow(first.option));
    if (isVanishing)
      return { kind: "sometimes", text: shownPart(first.option), value: operandOf(first.option).value };
    // `${organizationId ?? userId}` is whoever's it is.
    if (namings.every((one) => sure.includes(one) || one.naming?.kind === "user"))
      return {
        kind: "named",
        constraint: constraintOf(context, first.option, first.naming!),
        value: first.option,
      };
  }
  if (namings.some(({ naming }) => naming?.kind === "row")) return { kind: "row" };
  return { kind: options.length > 0 && options.every(isOpaque) ? "opaque" : "other" };
}

/** A user's own rows may be kept under the user, and what a secret opens under the secret. */
function isEnough(naming: Naming, rows: readonly Table[]): boolean {
  switch (naming.kind) {
    case "tenant":
    case "secret":
      return true;
    case "user":
      return rows.some((table) => table.owners.length > 0);
    case "row":
      return false;
  }
}

export function namingOf(context: QueryContext, value: Value, before: string): Naming | null {
  switch (value.kind) {
    case "array": {
      const parts = [...value.elements, ...(value.rest ? [value.rest] : [])];
      const namings = parts.map((part) => namingOf(context, part, before));
      return namings.every((naming) => naming?.kind === "tenant") ? (namings[0] ?? null) : null;
    }
    case "text":
      return (
        value.parts
          .map((part) => (typeof part === "string" ? null : namingOf(context, part, "")))
          .find((naming) => naming !== null) ?? null
      );
    default: {
      const own = findNaming(context, value);
      // `org:${id}`: the word before says what sort of id it is.
      const isNameless = value.kind !== "symbolic" || /(?:^|\.)(?:id|uuid|slug)$/i.test(value.text);
      const word = /([\w-]+)[^\w]*$/.exec(before)?.[1];
      return own ?? (isNameless && word ? findNamingOfWords(context.tenancy, `${word}.id`) : null);
    }
  }
}

function constraintOf(context: QueryContext, value: Value, naming: Naming): JudgedConstraint {
  const operand = operandOf(value);
  const isProven = operand.row !== null && context.verdictOf(operand.row.access) === "scoped";
  return {
    kind: naming.kind === "user" ? "owner" : naming.kind === "secret" ? "secret" : "key",
    key: naming.kind === "tenant" ? naming.level : shownPart(value),
    origin: operand.origin,
    proof: naming.kind === "secret" ? "secret" : isProven ? "scoped-row" : "given",
  };
}

function isConstant(value: Value): boolean {
  return value.kind === "literal";
}

function isFromRow(value: Value): boolean {
  return value.kind === "symbolic" && value.row !== null;
}

/** The result of a call that we do not follow: a hash may well have the tenant in it. */
export function isOpaque(value: Value): boolean {
  return (
    value.kind === "unknown" ||
    value.kind === "object" ||
    (value.kind === "symbolic" &&
      value.origin === "unknown" &&
      /\(\)$|^a computed value$|^$/.test(value.text))
  );
}

// ------------------------------------------------------------------------------------- helpers

function nobodys(resource: string): ResourceVerdict {
  return { resource, verdict: "global", constraint: null, unclear: null, fault: null };
}

function clear(resource: string, constraint: JudgedConstraint): ResourceVerdict {
  return { resource, verdict: "scoped", constraint, unclear: null, fault: null };
}

function fault(
  resource: string,
  verdict: "unscoped" | "optional",
  grade: "leak" | "weak",
  data: FaultData,
): ResourceVerdict {
  const rule = "no-unscoped-cache-key";
  return { resource, verdict, constraint: null, unclear: null, fault: { rule, grade, data, trail: [] } };
}
