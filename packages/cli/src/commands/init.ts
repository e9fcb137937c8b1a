/** `tenant-audit init`: shows what the repository says by itself, and writes a configuration that asks for the rest. */
import path from "node:path";
import { configurationText, counted, noConfiguration, plainText, suggestionsFor } from "@tenant-audit/core";
import { type FileSystem, findConfiguration, findRepository } from "@tenant-audit/project";
import { directoryTo, shownDirectory } from "../directory.js";
import { type ExitStatus, exitStatus } from "../exit-status.js";
import type { Io } from "../io.js";
import { Refusal } from "../refusal.js";
import { colorsFor } from "../terminal/colors.js";
import {
  type TenancyTextOptions,
  commonOf,
  levelsSection,
  problemsSection,
  skippedSection,
  summarySection,
} from "../terminal/tenancy.js";
import { findTarget, readIfThere, writeWhole } from "../whole-file.js";
import {
  type CommandLine,
  type Model,
  columnsOf,
  readModelWithoutConfiguration,
  withColors,
} from "./command.js";

const usualName = noConfiguration.file;
const publishedSchema = "@tenant-audit/core/schema/tenant-audit.config.schema.json";

interface InitOptions {
  readonly yes?: true;
  readonly force?: true;
  readonly print?: true;
  readonly color?: boolean;
}

export function addInit({ program, io, finish }: CommandLine): void {
  const command = program
    .command("init")
    .summary(`begin a ${usualName}`)
    .description(
      `Reads the repository, shows what it says about tenants by itself, and writes ${usualName} with what only a person ` +
        "can say: doubtful tables and levels, as suggestions that are commented out. As it is written, the file changes nothing.",
    )
    .argument("[dir]", "the directory to read, and to write the file into", ".")
    .option("--yes", "write without asking")
    .option("--force", "write over a file that is there")
    .option("--print", "print the file, and write nothing");
  withColors(command)
    .addHelpText("after", help)
    .action(async (directory: string, options: InitOptions) => finish(await init(directory, options, io)));
}

const help = `
Examples:
  $ tenant-audit init                show, ask, write
  $ tenant-audit init --yes          write without asking, as in a script
  $ tenant-audit init --print        see the file, and write nothing
  $ tenant-audit init --yes --force  write over the file that is there

Without a terminal nobody can be asked: the file is printed, and only --yes writes it.
A file that is there is never written over without --force.

Exit status:
  0  the file was written or printed, or you said no
  2  could not do the job: a file is there, bad flags, an unreadable project

Results go to standard output, everything else to standard error.`;

async function init(directory: string, options: InitOptions, io: Io): Promise<ExitStatus> {
  const root = directoryTo("read", directory, io);
  const shown = path.relative(io.workingDirectory, path.join(root, usualName));
  const target = findTarget(usualName, root, { what: "the directory", remedy: "Remove the link." });
  const existing = readIfThere(target, shown, "It is where the configuration goes.");

  const model = await readModelWithoutConfiguration(root, io);
  const suggestions = suggestionsFor(model.tenancy);
  const text = configurationText(suggestions, schemaFor(root, io.fileSystem));
  const say = (sentence: string): void => io.stderr.write(`${sentence}\n`);

  if (options.print) {
    io.stdout.write(text);
    return exitStatus.nothingToAnswerFor;
  }
  if (existing === text) {
    say(`${shown} is there already, and says the same.`);
    return exitStatus.nothingToAnswerFor;
  }
  if (existing !== undefined && !options.force)
    throw new Refusal(
      `${shown} is there already, and is not written over.\n${differenceBetween(existing, text)}\n` +
        "--force writes over it, --print shows the whole file.",
    );
  if (!options.yes && io.ask === undefined) {
    io.stdout.write(text);
    say(`Nothing was written, because nobody can be asked here. To write ${shown}: tenant-audit init --yes`);
    return exitStatus.nothingToAnswerFor;
  }

  io.stdout.write(
    inferredText(model, shownDirectory(root, io), {
      colors: colorsFor(io.stdout, io, options.color),
      columns: columnsOf(io),
      isVerbose: false,
      common: commonOf([]),
    }),
  );
  io.stdout.write(`\n${plannedText(shown, text, existing, suggestions.length)}\n`);
  const above = findConfigurationAbove(root, io.fileSystem);
  if (above !== null)
    say(
      `${path.relative(io.workingDirectory, above)} counts for this directory today; a file here takes its place.`,
    );

  const isWanted = options.yes ?? isYes(await io.ask!(`Write ${shown}? [y/N] `));
  if (!isWanted) {
    say("Nothing was written.");
    return exitStatus.nothingToAnswerFor;
  }
  writeWhole(target, shown, text);
  say(`Wrote ${shown}.`);
  return exitStatus.nothingToAnswerFor;
}

/** In the installed package, wherever that was put; else where the package is published. */
function schemaFor(root: string, fileSystem: FileSystem): string {
  const last = findRepository(root, fileSystem) ?? root;
  for (let directory = root; ; directory = path.dirname(directory)) {
    const file = path.join(directory, "node_modules", publishedSchema);
    if (isFile(file, fileSystem)) {
      const relative = path.relative(root, file).split(path.sep).join("/");
      return relative.startsWith(".") ? relative : `./${relative}`;
    }
    if (directory === last || directory === path.dirname(directory))
      return `https://unpkg.com/${publishedSchema}`;
  }
}

function isFile(file: string, fileSystem: FileSystem): boolean {
  try {
    return fileSystem.kindOf(file) === "file";
  } catch {
    return false;
  }
}

function findConfigurationAbove(root: string, fileSystem: FileSystem): string | null {
  const last = findRepository(root, fileSystem);
  return last === root || last === null ? null : findConfiguration(path.dirname(root), last, fileSystem);
}

function inferredText({ tenancy, skipped }: Model, directory: string, options: TenancyTextOptions): string {
  const { colors } = options;
  const sections = [
    [`${colors.bold("What the repository says by itself")} ${colors.dim("·")} ${plainText(directory)}`],
    levelsSection(tenancy, options),
    [...summarySection(tenancy.tables, options), colors.dim("tenant-audit tables shows each of them.")],
    problemsSection(tenancy, options),
    skippedSection(skipped, options),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function plannedText(shown: string, text: string, existing: string | undefined, suggestions: number): string {
  const what = suggestions === 0 ? "nothing but its frame" : counted(suggestions, "suggestion");
  const lines = existing === undefined ? indented(text) : differenceBetween(existing, text);
  const how = existing === undefined ? "would hold" : "would change; it would hold";
  return `${shown} ${how} ${what}:\n\n${lines}\n`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ").trimEnd();
}

/** Which lines would go and which would come; where they stand hardly matters in a file of this size. */
function differenceBetween(before: string, after: string): string {
  const [old, now] = [before, after].map((text) => text.split(/\r?\n/).filter((line) => line.trim() !== ""));
  const gone = old!.filter((line) => !now!.includes(line)).map((line) => `  - ${plainText(line)}`);
  const come = now!.filter((line) => !old!.includes(line)).map((line) => `  + ${plainText(line)}`);
  return [...gone, ...come].join("\n") || "  Only white space would change.";
}

function isYes(answer: string): boolean {
  return /^\s*y(es)?\s*$/i.test(answer);
}
