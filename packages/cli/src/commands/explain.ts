/** `tenant-audit explain`: everything that is known about one table, or about one access path, and why. */
import { Option } from "commander";
import {
  type Configuration,
  type Table,
  type Tenancy,
  correctionsOf,
  entryText,
  findNearest,
  normalized,
  plainText,
  reportedTenancy,
  tablesNamed,
  wayToTenant,
} from "@tenant-audit/core";
import { directoryTo } from "../directory.js";
import { type ExitStatus, exitStatus } from "../exit-status.js";
import type { Io } from "../io.js";
import { Refusal } from "../refusal.js";
import { colorsFor } from "../terminal/colors.js";
import { explanation, problemsAbout } from "../terminal/explanation.js";
import { findingExplanation, pathExplanation } from "../terminal/path.js";
import { proseWidthOf } from "../terminal/tenancy.js";
import { type FoundPaths, findPlace, isIdLike, pathsAt, pathsById } from "./access-paths.js";
import {
  type CommandLine,
  type SharedOptions,
  columnsOf,
  jsonDocument,
  readModel,
  withSharedOptions,
} from "./command.js";

const formats = ["text", "json"] as const;

interface ExplainOptions extends SharedOptions {
  readonly format: (typeof formats)[number];
}

export function addExplain({ program, io, finish }: CommandLine): void {
  const command = program
    .command("explain")
    .summary("say what is known about a table, an access to data or a finding, and why")
    .description(
      "Says what the tenancy model knows about a table: its class and why, the way to its tenant, keys, " +
        "references, owners, row security, where it stands, and what to write when the model is wrong. " +
        "Of a place in the code, or of a path or finding by its id, it says what is accessed there, the verdict, and " +
        "the way from where a request comes in to the access, step by step, with the code.",
    )
    .argument(
      "<subject>",
      "a table as the database or the code spells it, a file:line, or the id of a path or finding",
    )
    .argument("[dir]", "the directory to read, also the root of a monorepo", ".")
    .addOption(
      new Option("--format <format>", "what goes to standard output").choices(formats).default("text"),
    );
  withSharedOptions(command)
    .addHelpText("after", help)
    .action(async (subject: string, directory: string, options: ExplainOptions) =>
      finish(await explain(subject, directory, options, io)),
    );
}

const help = `
Examples:
  $ tenant-audit explain invoices                  a table of this directory
  $ tenant-audit explain billing.users             one of two tables of that name
  $ tenant-audit explain InvoiceLine packages/api  as the code spells it, in one package
  $ tenant-audit explain src/invoices.ts:12        the access to data at that line, or in that function
  $ tenant-audit explain invoices --format json | jq '.tables[].wayToTenant'

Exit status:
  0  the table or access was explained
  2  could not do the job: no such table or access, bad flags, a bad configuration, an unreadable project

Results go to standard output, everything else to standard error.`;

async function explain(
  subject: string,
  directory: string,
  options: ExplainOptions,
  io: Io,
): Promise<ExitStatus> {
  const root = directoryTo("read", directory, io);
  const place = findPlace(subject);
  if (place) {
    write(await pathsAt(place, root, options, io), options, io);
    return exitStatus.nothingToAnswerFor;
  }

  const { tenancy, project } = await readModel(root, options, io);
  const tables = tablesNamed(tenancy, subject);
  if (tables.length === 0) {
    const found = isIdLike(subject) ? await pathsById(subject, root, options, io) : null;
    if (!found) throw new Refusal(noSuchTable(subject, tenancy));
    write(found, options, io);
    return exitStatus.nothingToAnswerFor;
  }
  const configuration = project.configuration;
  io.stdout.write(
    options.format === "json"
      ? jsonDocument({ tables: tables.map((table) => explained(table, tenancy, configuration)) })
      : textOf(tables, tenancy, configuration, options, io),
  );
  return exitStatus.nothingToAnswerFor;
}

/** Access paths with what was found on them. */
function write({ paths, findings, sourceOf }: FoundPaths, { format, color }: ExplainOptions, io: Io): void {
  if (format === "json") {
    io.stdout.write(jsonDocument({ paths, findings }));
    return;
  }
  const width = proseWidthOf({ columns: columnsOf(io) });
  const colors = colorsFor(io.stdout, io, color);
  const texts = [
    ...paths.map((path) =>
      pathExplanation(
        path,
        findings.filter((finding) => finding.path === path.id),
        { colors, width, sourceOf },
      ),
    ),
    ...findings
      .filter((finding) => finding.path === null)
      .map((finding) => findingExplanation(finding, { colors, width, sourceOf })),
  ];
  io.stdout.write(`${texts.join("\n\n\n")}\n`);
}

function noSuchTable(name: string, { tables }: Tenancy): string {
  if (tables.length === 0)
    return `There is no table "${plainText(name)}": no schema was found here. Name the directory that holds it.`;
  const nearest = findNearest(
    name,
    tables.flatMap((table) => [table.name, ...table.aliases]),
  );
  const suggestion =
    nearest === null ? "tenant-audit tables shows all of them." : `Did you mean "${plainText(nearest)}"?`;
  return `There is no table "${plainText(name)}". ${suggestion}`;
}

function textOf(
  tables: readonly Table[],
  tenancy: Tenancy,
  configuration: Configuration,
  { color }: ExplainOptions,
  io: Io,
): string {
  const width = proseWidthOf({ columns: columnsOf(io) });
  const colors = colorsFor(io.stdout, io, color);
  const texts = tables.map((table) =>
    explanation(table, tenancy, { colors, width, configured: configuredEntry(table, configuration) }),
  );
  return `${texts.join("\n\n\n")}\n`;
}

/** The table as the scan reports it, and what only a single table is worth. */
function explained(table: Table, tenancy: Tenancy, configuration: Configuration): object {
  const [reported] = reportedTenancy({ ...tenancy, tables: [table] }).tables;
  return {
    ...reported,
    confidence: table.confidence,
    file: table.file,
    line: table.line,
    aliases: table.aliases,
    keys: table.keys,
    wayToTenant: wayToTenant(tenancy, table),
    references: table.references,
    owners: table.owners,
    membership: table.membership,
    problems: problemsAbout(table, tenancy),
    configured: configuredEntry(table, configuration) !== null,
    corrections: correctionsOf(tenancy, table),
  };
}

/** As it stands in the configuration, or would: comments and line breaks aside. */
function configuredEntry(table: Table, { tables }: Configuration): string | null {
  const names = [table.name, ...table.aliases].map(normalized);
  const found = Object.entries(tables).find(([name]) => names.includes(normalized(name)));
  if (!found) return null;
  const [name, { class: tableClass, key, parent }] = found;
  return entryText(name, {
    class: tableClass ?? undefined,
    key: key?.length === 1 ? key[0] : (key ?? undefined),
    parent: parent ?? undefined,
  });
}
