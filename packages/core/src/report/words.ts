/** What verdicts, grades and table classes mean, in the words that every report uses. */
import type { Protection } from "../vocabulary.js";
import type { AccessPath, Grade, ReportedConstraint, ReportedTable, Verdict } from "./contract.js";

export const verdictMeanings: Readonly<Record<Verdict, string>> = {
  unscoped: "nothing limits it to one tenant",
  untrusted: "limited by an id from outside that nobody proved",
  optional: "the limit disappears when a value is missing",
  unclear: "could not be decided; the reason is given",
  exempt: "a written exemption vouches for it",
  scoped: "limited to one tenant",
  global: "touches only data that belongs to nobody, or to everybody",
};

export const protectionMeanings: Readonly<Record<Protection, string>> = {
  "code and database": "the code and row security each limit it by themselves",
  "code only": "row security would not hold it; the code does",
  "database only": "the code does not hold it; row security does",
  neither: "neither the code nor row security holds it",
};

export const protectionsStrongestFirst = Object.keys(protectionMeanings) as readonly Protection[];

export const gradeMeanings: Readonly<Record<Grade, string>> = {
  leak: "another tenant's data can be read, written or deleted",
  weak: "something is in the way, but not enough to rely on",
  integrity: "the id of another tenant's row can be stored",
  hygiene: "an unvalidated value that is checked later",
};

export const tableClassMeanings: Readonly<Record<ReportedTable["class"], string>> = {
  tenant: "names its tenant in a column",
  child: "reaches its tenant through a parent",
  root: "its rows are the tenants",
  global: "belongs to nobody, or to everybody",
  unclassified: "could not be placed",
};

/** `kysely read`, `ioredis cache get`: what is done, without the names of what it is done to. */
export function accessWords(path: AccessPath): string {
  const isTold = path.kind === "query" || path.kind === path.operation;
  return [path.library, ...(isTold ? [] : [path.kind]), path.operation].join(" ");
}

/** `predicate, from principal`, `predicate, from request, proof: comparison`. */
export function constraintWords({ kind, origin, proof }: ReportedConstraint): string {
  const proofWords = proof === "none" ? ", not proven" : proof === origin ? "" : `, proof: ${proof}`;
  return `${kind}, from ${origin}${proofWords}`;
}

export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${grouped(count)} ${count === 1 ? singular : plural}`;
}

/** 59678 as 59,678, on every machine. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
