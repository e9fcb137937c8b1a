/** The audit document on disk: written whole or not at all, and only where it was told. */
import path from "node:path";
import { type DocumentChanges, documentChanges, documentMark } from "@tenant-audit/core";
import { Refusal } from "./refusal.js";
import { findTarget, readIfThere, writeWhole } from "./whole-file.js";

export const defaultDocument = "docs/security/tenant-isolation-audit.md";
const purpose = "It is where the audit document goes.";

/** False when the document already said so. */
export function writeDocument(file: string, text: string, workingDirectory: string): boolean {
  const target = findTarget(file, workingDirectory, {
    what: "the working directory",
    remedy: "Remove the link, or name the real place with --write.",
  });
  const before = readIfThere(target, file, purpose);
  if (before === text) return false;
  if (before !== undefined && before.trim() !== "" && !before.includes(documentMark))
    throw new Refusal(
      `${file} is not written: there is a file of that name, and it is no audit document. ` +
        "Name another file, or delete that one first.",
    );

  writeWhole(target, file, text);
  return true;
}

export type DocumentState =
  | { readonly kind: "current" }
  | { readonly kind: "missing" }
  | { readonly kind: "stale"; readonly changes: DocumentChanges };

export function checkDocument(file: string, text: string, workingDirectory: string): DocumentState {
  // A checkout with Windows line ends says the same.
  const written = readIfThere(path.resolve(workingDirectory, file), file, purpose)?.replaceAll("\r\n", "\n");
  if (written === undefined) return { kind: "missing" };
  return written === text ? { kind: "current" } : { kind: "stale", changes: documentChanges(written, text) };
}
