/** The directory that a command is about. */
import path from "node:path";
import { failureOf } from "@tenant-audit/project";
import type { Io } from "./io.js";
import { Refusal } from "./refusal.js";

/** Absolute. `verb` is what is going to be done with it: `scan`. */
export function directoryTo(verb: string, directory: string, { workingDirectory, fileSystem }: Io): string {
  const root = path.resolve(workingDirectory, directory);
  let kind;
  try {
    kind = fileSystem.kindOf(root);
  } catch (error) {
    throw new Refusal(`${directory} could not be read: ${failureOf(error)}.`);
  }
  if (kind === null) throw new Refusal(`${directory} does not exist. Name the directory to ${verb}.`);
  if (kind !== "directory")
    throw new Refusal(
      `${directory} is not a directory. Name the directory that it lies in: ${verb} reads whole projects.`,
    );
  return root;
}

/** What the person calls it. */
export function shownDirectory(root: string, { workingDirectory }: Io): string {
  return path.relative(workingDirectory, root) || path.basename(root);
}
