/** A file that is written whole or not at all, and only inside the directory it belongs to. */
import { lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { failureOf, isInside, isMissing } from "@tenant-audit/project";
import { Refusal } from "./refusal.js";

/** Undefined when there is none. `shown` is what messages call the file, `purpose` what it is there for, as a sentence. */
export function readIfThere(target: string, shown: string, purpose: string): string | undefined {
  try {
    return readFileSync(target, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Refusal(`${shown} could not be read: ${failureOf(error)}. ${purpose}`);
  }
}

export function writeWhole(target: string, shown: string, text: string): void {
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(temporary, text, { flag: "wx" });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new Refusal(`${shown} could not be written: ${failureOf(error)}.`);
  }
}

/**
 * Where a file really goes. A pull request from a stranger may hold a symbolic link in its place, and overwriting what that
 * points to is what the link would be for. A path that leads outside by its own letters was typed by the person at the terminal.
 * `directory` is called `what` in the message: "the working directory".
 */
export function findTarget(
  file: string,
  directory: string,
  { what, remedy }: { readonly what: string; readonly remedy: string },
): string {
  const target = path.resolve(directory, file);
  if (!isInside(directory, target)) return target;

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
  if (!isInside(realpathSync(directory), real))
    throw new Refusal(
      `${file} is not written: a symbolic link on the way leads out of ${what}, to ${real}. ${remedy}`,
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
