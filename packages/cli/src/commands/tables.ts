/** `tenant-audit tables`: the tenancy model, as a table for people and as JSON for everything else. */
import { Option } from "commander";
import { type Table, type TableClass, markdownTenancy, plainText, reportedTenancy } from "@tenant-audit/core";
import { directoryTo, shownDirectory } from "../directory.js";
import { type ExitStatus, exitStatus } from "../exit-status.js";
import type { Io } from "../io.js";
import { colorsFor } from "../terminal/colors.js";
import {
  type TenancyTextOptions,
  byClass,
  commonOf,
  levelsSection,
  problemsSection,
  skippedSection,
  summarySection,
  tableClasses,
  tablesSection,
} from "../terminal/tenancy.js";
import {
  type CommandLine,
  type Model,
  type SharedOptions,
  choicesFrom,
  columnsOf,
  jsonDocument,
  readModel,
  withSharedOptions,
} from "./command.js";

const formats = ["text", "json", "markdown"] as const;

interface TablesOptions extends SharedOptions {
  readonly format: (typeof formats)[number];
  readonly class?: readonly TableClass[];
  readonly verbose?: true;
}

export function addTables({ program, io, finish }: CommandLine): void {
  const command = program
    .command("tables")
    .summary("show which tables belong to a tenant, and how that is known")
    .description(
      "Shows the tenancy model: which tables belong to a tenant, by which column or through which parent, " +
        "how sure that is, and which schemas said so. Nothing is judged, so it is quick.",
    )
    .argument("[dir]", "the directory to read, also the root of a monorepo", ".")
    .addOption(
      new Option("--format <format>", "what goes to standard output").choices(formats).default("text"),
    )
    .addOption(
      new Option("--class <classes>", `only tables of these classes: ${tableClasses.join(", ")}`).argParser(
        choicesFrom(tableClasses),
      ),
    )
    .option("--verbose", "with the reason for each table");
  withSharedOptions(command)
    .addHelpText("after", help)
    .action(async (directory: string, options: TablesOptions) =>
      finish(await tables(directory, options, io)),
    );
}

const help = `
Examples:
  $ tenant-audit tables                        the model of this directory
  $ tenant-audit tables packages/api --verbose with the reason for each table
  $ tenant-audit tables --class unclassified   what nobody could place yet
  $ tenant-audit tables --format json | jq '.tenancy.tables[] | select(.class == "child")'

Classes:
  root          its rows are the tenants
  tenant        names its tenant in a column
  child         reaches its tenant through a parent
  global        belongs to nobody, or to everybody
  unclassified  could not be placed: say it in tenant-audit.config.json

Confidence:
  certain   the schema or the configuration says so
  likely    names say so, and nothing speaks against it
  doubtful  a person should look

Exit status:
  0  the model was shown
  2  could not do the job: bad flags, a bad configuration, an unreadable project

Results go to standard output, everything else to standard error.`;

async function tables(directory: string, options: TablesOptions, io: Io): Promise<ExitStatus> {
  const root = directoryTo("read", directory, io);
  const model = await readModel(root, options, io);
  const { tenancy, skipped } = model;
  const { problems } = tenancy;
  const wanted = options.class ?? tableClasses;
  const shown = tenancy.tables.filter((table) => wanted.includes(table.class));
  const reported = reportedTenancy({ ...tenancy, tables: shown });
  const print: Record<TablesOptions["format"], () => string> = {
    json: () => jsonDocument({ tenancy: reported, problems, skipped }),
    markdown: () => markdownTenancy(reported, problems),
    text: () =>
      textOf(model, shown, shownDirectory(root, io), {
        colors: colorsFor(io.stdout, io, options.color),
        columns: columnsOf(io),
        isVerbose: options.verbose === true,
        common: commonOf(shown),
      }),
  };
  io.stdout.write(print[options.format]());
  return exitStatus.nothingToAnswerFor;
}

function textOf(
  { tenancy, skipped }: Model,
  shown: readonly Table[],
  directory: string,
  options: TenancyTextOptions,
): string {
  const { colors } = options;
  const sections = [
    [`${colors.bold("Tenancy model")} ${colors.dim("·")} ${plainText(directory)}`],
    levelsSection(tenancy, options),
    ...byClass(shown).map((group) => tablesSection(group.tableClass, group.tables, options)),
    problemsSection(tenancy, options),
    skippedSection(skipped, options),
    shown.length === 0 && tenancy.tables.length > 0
      ? ["No table is of a class that was asked for."]
      : summarySection(shown, options),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}
