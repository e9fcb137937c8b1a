/**
 * What an exemption says, by its text alone:
 *
 *     tenant-audit: <kind> [<table>, …] [until <YYYY-MM-DD>] -- <reason>
 */
import { findNearest } from "../../tenancy/names.js";
import { isDate } from "./date.js";

export const exemptionKinds = [
  "platform-admin", // every request that reaches it is behind an administrator's guard
  "background-sweep", // no request reaches it
  "bootstrap", // establishes the tenant, keyed by a secret
  "public", // a public surface
  "script", // not part of the service
  "reviewed", // a person vouches
] as const;

export type ExemptionKind = (typeof exemptionKinds)[number];

export interface WrittenExemption {
  readonly kind: ExemptionKind;
  /** As they are written; empty for all. */
  readonly tables: readonly string[];
  /** The last day on which it holds; null for ever. */
  readonly until: string | null;
  readonly reason: string;
}

export type GrammarFault =
  | { readonly kind: "no-kind" }
  | { readonly kind: "unknown-kind"; readonly written: string; readonly nearest: ExemptionKind | null }
  | { readonly kind: "no-reason"; readonly of: ExemptionKind }
  | { readonly kind: "no-tables"; readonly of: ExemptionKind; readonly written: string }
  | { readonly kind: "no-date"; readonly written: string };

export type ReadExemption =
  | { readonly kind: "exemption"; readonly exemption: WrittenExemption }
  | { readonly kind: "fault"; readonly fault: GrammarFault };

/** Null for a comment that is none: one to ESLint, or prose that mentions us. */
export function readExemption(comment: string): ReadExemption | null {
  const text = inOneLine(comment);
  if (!text.startsWith(mark)) return null;
  const [head = "", ...rest] = text.slice(mark.length).split(/\s--+(?=\s|$)/);
  const [first, ...words] = head.split(/\s+/).filter((word) => word !== "");
  if (first === undefined) return refused({ kind: "no-kind" });
  const kind = exemptionKinds.find((known) => known === first);
  if (!kind) return refused({ kind: "unknown-kind", written: first, nearest: nearestKind(first) });
  const reason = rest.join(" --").trim();
  if (!/[\p{L}\p{N}]/u.test(reason)) return refused({ kind: "no-reason", of: kind });

  const untilAt = words.indexOf("until");
  const tables = tablesIn(untilAt < 0 ? words : words.slice(0, untilAt));
  if (!tables) return refused({ kind: "no-tables", of: kind, written: words.join(" ") });
  const until = untilAt < 0 ? null : words.slice(untilAt + 1).join(" ");
  if (until !== null && !isDate(until)) return refused({ kind: "no-date", written: until });
  return { kind: "exemption", exemption: { kind, tables, until, reason } };
}

const mark = "tenant-audit:";

/** A block comment may go over several lines, each with a star before it. */
function inOneLine(comment: string): string {
  const lines = comment.split(/[\n\r\u2028\u2029]+/).map((line) => line.trim().replace(/^\*\s*/, ""));
  return lines.join(" ").trim();
}

function refused(fault: GrammarFault): ReadExemption {
  return { kind: "fault", fault };
}

function nearestKind(written: string): ExemptionKind | null {
  const nearest = findNearest(written, exemptionKinds);
  return exemptionKinds.find((kind) => kind === nearest) ?? null;
}

/** Null when it is no list: names without commas are the beginning of a sentence that forgot its dashes. */
function tablesIn(words: readonly string[]): readonly string[] | null {
  if (words.length === 0) return [];
  const tables = words
    .join(" ")
    .split(",")
    .map((name) => name.trim());
  return tables.every((name) => /^[^\s,]+$/.test(name)) ? tables : null;
}
