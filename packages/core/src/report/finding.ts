/** One fault on one path as a finding: its place, its sentence, its trail. */
import type { JudgedPath } from "../judge/judge.js";
import { findNamingOfWords, levelNameOf } from "../judge/naming.js";
import { keyPhrase } from "../judge/phrases.js";
import type { Fault } from "../judge/verdict.js";
import type { Use } from "../proof/steps.js";
import type { TrailStep as Step } from "../proof/trail.js";
import { findColumn, findTable, keyOf } from "../tenancy/lookup.js";
import type { Tenancy } from "../tenancy/tenancy.js";
import type { Access, Advice, LibraryModel } from "../trace/library.js";
import type { Site } from "../trace/value.js";
import type { AccessPath, Finding, Range, Siblings, TrailStep } from "./contract.js";
import { shortHash } from "./hash.js";
import { messageOf, siblingsSentence } from "./messages.js";
import { classOf, type SiblingsIn } from "./siblings.js";
import { isNameless, noteOf } from "./trail.js";

/** What it takes to put a trail into words. */
export interface Words {
  readonly tenancy: Tenancy;
  readonly libraries: readonly LibraryModel[];
  /** The shortest way to a path that we see, with this at its end; empty where nothing was followed. */
  trailTo(path: JudgedPath, end: Use, access?: Access): readonly Step[];
  rangeOf(site: Site): Range;
  nameOf(fn: string): string;
}

export interface Wording extends Words {
  readonly siblings: SiblingsIn;
}

export function findingOf(
  wording: Wording,
  judged: JudgedPath,
  path: AccessPath,
  resource: string,
  fault: Fault,
): Finding {
  const { tenancy } = wording;
  const { isSql } = judged.root;
  const data = isSql ? fault.data : spelledData(wording, fault.data);
  const advice = isSql ? adviceInSql : wording.libraries.find((one) => one.name === data.library)?.advice;
  const column = "key" in data ? data.key : "";
  const table = findTable(tenancy, resource);
  const siblings =
    table && fault.grade !== "hygiene"
      ? wording.siblings.findSiblings(path, resource, keyPhrase(tenancy, table).column, fault)
      : null;
  const place = wording.rangeOf(fault.at ?? judged.root.call);
  const message = messageOf(data, {
    level: levelOf(tenancy, resource, fault.data),
    filter: (advice?.filter ?? "a filter on {column}").replaceAll("{column}", column),
    value: (advice?.value ?? '"{column}"').replaceAll("{column}", column),
  });
  return {
    rule: fault.rule,
    grade: fault.grade,
    fingerprint: shortHash(
      [
        path.id,
        fault.rule,
        resource,
        ...(fault.entry === undefined ? [] : [fault.entry, textIn(fault.data)]),
      ].join("\n"),
    ),
    path: path.id,
    ...place,
    message:
      siblings && table
        ? `${message} ${sentenceAbout(wording, siblings, resource, data, path, place.file === path.file)}`
        : message,
    trail: reportedTrail(wording, wholeTrail(wording, judged, fault)),
    siblings,
    baseline: "new",
  };
}

/** Whatever library runs it. */
const adviceInSql: Advice = { filter: '"{column} = …" to its WHERE', value: '"{column}"' };

export function textIn(data: Fault["data"]): string {
  return data.kind === "untrusted" ? data.value : "";
}

export function reportedTrail(wording: Words, trail: readonly Step[]): readonly TrailStep[] {
  const words = {
    nameOf: (fn: string) => wording.nameOf(fn),
    spell: (library: string, table: string, column: string) => spell(wording, library, table, column),
  };
  return (
    trail
      // A callback runs where it stands, and who calls it says nothing.
      .filter(({ said }) => said.kind !== "call" || !isNameless(wording.nameOf(said.callee)))
      .map(({ site, said }) => ({ ...wording.rangeOf(site), note: noteOf(said, words) }))
  );
}

/** A fault about the shape of a query says nothing of the way there, which whoever reads it wants to know as well. */
function wholeTrail(wording: Words, judged: JudgedPath, { data, trail, access }: Fault): readonly Step[] {
  if (trail.some(({ said }) => said.kind === "access") || data.kind === "unvalidated") return trail;
  const way = wording.trailTo(judged, endOf(judged, data), access);
  if (trail.at(-1)?.said.kind === "vain") return [...way, ...trail];
  if (trail.length > 0) return [...trail, ...way.slice(-1)];
  // The access alone is where the finding stands.
  return way.length < 2 ? [] : way;
}

function endOf({ root }: JudgedPath, data: Fault["data"]): Use {
  const isInsert = root.operation === "insert";
  const table = "table" in data ? data.table : "";
  const use = { operation: root.operation, table, library: data.library };
  const tied = (column: string): Use["ties"] => [{ column, through: [], value: null }];
  switch (data.kind) {
    case "only-reference":
      return { ...use, limit: "id", ties: tied(data.column), isWritten: isInsert };
    case "optional":
    case "fallback":
      return { ...use, limit: "sometimes", ties: tied(data.key), isWritten: isInsert };
    case "storage-key":
      return { ...use, table: data.key, limit: "none", ties: [], isWritten: false, isStored: true };
    default:
      return { ...use, limit: "none", ties: [], isWritten: data.kind === "unwritten" };
  }
}

/** Where the tenant key stands: in the table, or in the parent that has it. */
function keyTable(data: Fault["data"] & { readonly table: string }): string {
  return ("viaTable" in data ? data.viaTable : null) ?? data.table;
}

/** Columns as the code calls them. */
function spelledData(wording: Words, data: Fault["data"]): Fault["data"] {
  if (!("table" in data)) return data;
  const spelled = (column: string): string => spell(wording, data.library, data.table, column);
  return {
    ...data,
    ...("key" in data && { key: spell(wording, data.library, keyTable(data), data.key) }),
    ...("column" in data && { column: spelled(data.column) }),
    ...("columns" in data && { columns: data.columns.map(spelled) }),
    ...("left" in data && { left: data.left === null ? null : spelled(data.left) }),
  } as Fault["data"];
}

export function spell({ tenancy, libraries }: Words, library: string, table: string, column: string): string {
  if (!libraries.find((one) => one.name === library)?.advice?.usesAliases) return column;
  const known = findTable(tenancy, table);
  const own = known && findColumn(known, column);
  // Of a table that it was joined with.
  const tables = own ? [] : tenancy.tables;
  return own?.aliases[0] ?? tables.flatMap((one) => findColumn(one, column)?.aliases ?? [])[0] ?? column;
}

/** What whoever owns it is called: by the key in question, else by the table; of a data layer, by what it is given. */
function levelOf(tenancy: Tenancy, resource: string, data: Fault["data"]): string {
  const table = findTable(tenancy, resource);
  const column = "column" in data ? data.column : "key" in data ? data.key : "";
  if (table) return keyOf(table, column)?.level ?? levelNameOf(tenancy, table);
  const naming = findNamingOfWords(tenancy, column);
  return naming?.kind === "tenant" ? naming.level : levelNameOf(tenancy, undefined);
}

function sentenceAbout(
  wording: Wording,
  siblings: Siblings,
  resource: string,
  data: Fault["data"],
  path: AccessPath,
  isHere: boolean,
): string {
  const { tenancy } = wording;
  const table = findTable(tenancy, resource)!;
  const operation = "operation" in data ? data.operation : "insert";
  const { column, viaTable } = keyPhrase(tenancy, table);
  const key = spell(wording, data.library, viaTable ?? table.name, column);
  const where = { class: classOf(path), file: isHere ? "this file" : path.file, project: null };
  return siblingsSentence(siblings, {
    where: where[siblings.within],
    table: table.name,
    key,
    operation,
    isProven: data.kind === "untrusted",
  });
}
