/** The command line: what can be asked, and what becomes of a failure. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { isDate } from "@tenant-audit/core";
import { addExplain } from "./commands/explain.js";
import { addInit } from "./commands/init.js";
import { addTables } from "./commands/tables.js";
import { defaultDocument } from "./document.js";
import { type ExitStatus, exitStatus } from "./exit-status.js";
import type { Io } from "./io.js";
import { Refusal } from "./refusal.js";
import { type ScanOptions, failOnChoices, formats, scan } from "./scan.js";
import { version } from "./version.js";

/** `words` are what follows the command's name. Never throws. */
export async function run(words: readonly string[], io: Io): Promise<ExitStatus> {
  let status: ExitStatus = exitStatus.nothingToAnswerFor;
  const program = commandLine(io, (ended) => {
    status = ended;
  });
  try {
    await program.parseAsync(words, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitStatus.nothingToAnswerFor : exitStatus.couldNotDoTheJob;
    io.stderr.write(`tenant-audit: ${sentenceFor(error, words.includes("--verbose"))}\n`);
    return exitStatus.couldNotDoTheJob;
  }
}

function commandLine(io: Io, finish: (status: ExitStatus) => void): Command {
  const program = new Command("tenant-audit")
    .description("Finds every place where a service touches data, and says which are limited to one tenant.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .addHelpText("after", programHelp)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError("Run tenant-audit --help to see what can be asked.");

  // Commands inherit what was said about output and errors so far.
  addScan(program, io, finish);
  for (const add of [addInit, addTables, addExplain]) add({ program, io, finish });
  return program;
}

const programHelp = `
Start with:
  $ tenant-audit scan            what limits each access to one tenant, and what does not
  $ tenant-audit tables          what tenant-audit takes for a tenant, and which tables belong to one
  $ tenant-audit scan --help     each command explains itself`;

function addScan(program: Command, io: Io, finish: (status: ExitStatus) => void): void {
  program
    .command("scan")
    .summary("audit the projects below a directory")
    .description(
      "Audits the projects below a directory. Reads sources and schemas only: nothing needs to be installed, " +
        "nothing of the project is run, and nothing is sent anywhere.",
    )
    .argument("[dir]", "the directory to scan, also the root of a monorepo", ".")
    .addOption(
      new Option("--format <format>", "what goes to standard output").choices(formats).default("text"),
    )
    .addOption(
      new Option("--write [file]", `write the audit document (${defaultDocument})`).conflicts("check"),
    )
    .option("--check [file]", "fail when the audit document is stale, and say which paths differ")
    .addOption(
      new Option(
        "--fail-on <grade>",
        "the mildest new finding that makes the exit status 1 (the configuration's, else weak)",
      ).choices(failOnChoices),
    )
    .addOption(
      new Option("--as-of <date>", "the day on which exemptions must still hold (today)").argParser(dayFrom),
    )
    .option("--config <file>", "the configuration (the nearest tenant-audit.config.json, upwards from dir)")
    .option("--cache <dir>", "keep parsed files here, for a faster scan the next time (nothing is kept)")
    .addOption(new Option("--quiet", "findings only: no progress, no summary").conflicts("verbose"))
    .option("--verbose", "every finding, unclear path and file that was left out")
    .option("--color", "colors, whatever the terminal says")
    .option("--no-color", "no colors")
    .addHelpText("after", scanHelp)
    .showHelpAfterError("Run tenant-audit scan --help to see what can be asked.")
    .action(async (directory: string, options: ScanOptions) => finish(await scan(directory, options, io)));
}

function dayFrom(text: string): string {
  if (!isDate(text)) throw new InvalidArgumentError("It must be a day, as in 2027-01-31.");
  return text;
}

const scanHelp = `
Examples:
  $ tenant-audit scan                         what stands in this directory, for a person
  $ tenant-audit scan packages/api --verbose  everything about one package
  $ tenant-audit scan --write                 keep the audit as ${defaultDocument}
  $ tenant-audit scan --check --quiet         in CI: is the audit current, is anything new?
  $ tenant-audit scan --format json | jq '.findings[] | select(.grade == "leak")'

Grades, worst first:
  leak       another tenant's data can be read, written or deleted
  weak       something is in the way, but not enough to rely on
  integrity  the id of another tenant's row can be stored
  hygiene    an unvalidated value that is checked later

Exit status:
  0  nothing to answer for
  1  new findings at or above --fail-on, or a stale document under --check
  2  could not do the job: bad flags, a bad configuration, an unreadable project,
     or files that had to be skipped and are not listed under "skip" in the configuration

Results go to standard output, everything else to standard error.`;

function sentenceFor(error: unknown, isVerbose: boolean): string {
  if (error instanceof Refusal) return error.message;
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  return isVerbose
    ? stack
    : `something went wrong that never should: ${message}\n` +
        "This is a fault of tenant-audit, not of the scanned code. --verbose shows where; please report it.";
}
