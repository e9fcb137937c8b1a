/** What the commands have in common: how they are declared, and how they come by the tenancy model. */
import { type Command, InvalidArgumentError } from "commander";
import { jsonText, noConfiguration, schemaVersion } from "@tenant-audit/core";
import { type ProjectConfiguration, readConfiguration as readPlace } from "@tenant-audit/project";
import { readConfiguration } from "../configuration.js";
import type { ExitStatus } from "../exit-status.js";
import type { Io } from "../io.js";
import { type LoadedTenancy, loadTenancy } from "../load.js";
import { Refusal } from "../refusal.js";
import { progressOn } from "../terminal/progress.js";
import { version } from "../version.js";

/** Where a command is declared, and whom it tells how it ended. */
export interface CommandLine {
  readonly program: Command;
  readonly io: Io;
  finish(status: ExitStatus): void;
}

export interface SharedOptions {
  readonly config?: string;
  readonly color?: boolean;
}

/** The options that every command has, last, so that help lists them last. */
export function withSharedOptions(command: Command): Command {
  return withColors(
    command.option(
      "--config <file>",
      "the configuration (the nearest tenant-audit.config.json, upwards from dir)",
    ),
  );
}

export function withColors(command: Command): Command {
  return command
    .option("--color", "colors, whatever the terminal says")
    .option("--no-color", "no colors")
    .showHelpAfterError(`Run tenant-audit ${command.name()} --help to see what can be asked.`);
}

export interface Model extends LoadedTenancy {
  readonly project: ProjectConfiguration;
}

export async function readModel(root: string, options: SharedOptions, io: Io): Promise<Model> {
  return modelWith(readConfiguration(root, options.config, io), root, io);
}

/** What the repository says by itself. */
export async function readModelWithoutConfiguration(root: string, io: Io): Promise<Model> {
  const none = { file: null, shown: noConfiguration.file, remedy: "" };
  return modelWith(readPlace(none, root, io.fileSystem), root, io);
}

async function modelWith(project: ProjectConfiguration, root: string, io: Io): Promise<Model> {
  const progress = progressOn(io.stderr, true);
  let loaded: LoadedTenancy;
  try {
    loaded = await loadTenancy({ root, configuration: project, fileSystem: io.fileSystem, progress });
  } finally {
    progress.clear();
  }
  if (loaded.configurationErrors.length > 0)
    throw new Refusal(loaded.configurationErrors.map(({ message }) => message).join("\n"));
  return { ...loaded, project };
}

/** JSON in the frame that every report has. */
export function jsonDocument(content: object): string {
  const document = { schemaVersion, tool: { name: "tenant-audit", version }, ...content };
  return `${jsonText(JSON.stringify(document, null, 2))}\n`;
}

/** For options of several values: `--class tenant,child`. */
export function choicesFrom<Choice extends string>(
  allowed: readonly Choice[],
): (text: string) => readonly Choice[] {
  return (text) =>
    text.split(",").map((each) => {
      const choice = allowed.find((known) => known === each.trim());
      if (choice === undefined) throw new InvalidArgumentError(`Allowed choices are ${allowed.join(", ")}.`);
      return choice;
    });
}

/** The terminal's width; null for a pipe, which has none. */
export function columnsOf({ stdout }: Io): number | null {
  return stdout.isTerminal ? (stdout.columns ?? null) : null;
}
