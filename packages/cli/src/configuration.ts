/** Which `tenant-audit.config.json` counts for a command: the one that was named, or the nearest. */
import path from "node:path";
import { noConfiguration } from "@tenant-audit/core";
import {
  type ProjectConfiguration,
  findConfiguration,
  findRepository,
  readConfiguration as read,
} from "@tenant-audit/project";
import type { Io } from "./io.js";
import { Refusal } from "./refusal.js";

/** Upwards from the scanned directory, and not out of its repository. */
export function readConfiguration(root: string, named: string | undefined, io: Io): ProjectConfiguration {
  const file =
    named === undefined
      ? findConfiguration(root, findRepository(root, io.fileSystem), io.fileSystem)
      : path.resolve(io.workingDirectory, named);
  const project = read(
    {
      file,
      shown: named ?? (path.relative(io.workingDirectory, file ?? "") || noConfiguration.file),
      remedy: "Name the configuration with --config, or leave the option out.",
    },
    root,
    io.fileSystem,
  );
  if (project.errors.length > 0) throw new Refusal(project.errors.join("\n"));
  return project;
}
