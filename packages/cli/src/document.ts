/** The audit document on disk: written whole or not at all, and only where it was told. */
import { lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type DocumentChanges, documentChanges, documentMark } from "@tenant-audit/core";
import { failureOf, isInside, isMissing } from "@tenant-audit/project";
import { Refusal } from "./refusal.js";

export const defaultDocument = "docs/security/tenant-isolation-audit.md";

/** False when the document already said so. */
export function writeDocument(file: string, text: string, workingDirectory: string): boolean {
  const target = findTarget(file, workingDirectory);
  const before = readIfThere(target, file);
  if (before === text) return false;
  if (before !== undefined && before.trim() !== "" && !before.includes(documentMark))
    throw new Refusal(
      `${file} is not written: there is a file of that name, and it is no audit document. ` +
        "Name another file, or delete that one first.",
    );

  const temporary = `${target}.${process.pid}.tmp`;
  try {
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(temporary, text, { flag: "wx" });
    renameSync(temporary, target);
    return true;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new Refusal(`${file} could not be written: ${failureOf(error)}.`);
  }
}

export type DocumentState =
  | { readonly kind: "current" }
  | { readonly kind: "missing" }
  | { readonly kind: "stale"; readonly changes: DocumentChanges };

export function checkDocument(file: string, text: string, workingDirectory: string): DocumentState {
  // A checkout with Windows line ends says the same.
  const written = readIfThere(path.resolve(workingDirectory, file), file)?.replaceAll("\r\n", "\n");
  if (written === undefined) return { kind: "missing" };
  return written === text ? { kind: "current" } : { kind: "stale", changes: documentChanges(written, text) };
}

function readIfThere(target: string, file: string): string | undefined {
  try {
    return readFileSync(target, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Refusal(`${file} could not be read: ${failureOf(error)}. It is where the audit document goes.`);
  }
}

/**
 * A pull request from a stranger may hold a symbolic link where the document goes, and overwriting what that points to
 * is what the link would be for. A path that leads outside by its own letters was typed by the person at the terminal.
 */
function findTarget(file: string, workingDirectory: string): string {
  const target = path.resolve(workingDirectory, file);
  if (!isInside(workingDirectory, target)) return target;

  let existing = target;
  while (!isThere(existing)) existing = path.dirname(existing);
  let real;
  try {
    real = realpathSync(existing);
  } catch (error) {
    throw new Refusal(
      `${file} is not written: there is a symbolic link on the way, and ${failureOf(error)}.`,
    );
  }
  if (!isInside(realpathSync(workingDirectory), real))
    throw new Refusal(
      `${file} is not written: a symbolic link on the way leads out of the working directory, to ${real}. ` +
        "Remove the link, or name the real place with --write.",
    );
  return path.join(real, path.relative(existing, target));
}

/** A link counts, wherever it leads. */
function isThere(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw new Refusal(`${file} could not be looked at: ${failureOf(error)}.`);
  }
}
