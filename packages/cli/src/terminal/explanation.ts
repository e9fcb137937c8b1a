/** `tenant-audit explain <table>` for a person: what the model says of one table, why, and how to say otherwise. */
import {
  type Table,
  type Tenancy,
  type TenancyProblem,
  correctionsOf,
  entryText,
  jsonText,
  plainText,
  wayToTenant,
} from "@tenant-audit/core";
import type { Colors } from "./colors.js";
import { policyLines } from "./policy.js";
import { confidenceColor, quoted, rowSecurityWords } from "./tenancy.js";
import { wrapped } from "./wrap.js";

export interface ExplanationOptions {
  readonly colors: Colors;
  /** Of the prose. */
  readonly width: number;
  /** What the configuration says of this table, as it would stand there; null when it says nothing. */
  readonly configured: string | null;
}

type Lines = readonly string[];

export function explanation(table: Table, tenancy: Tenancy, options: ExplanationOptions): string {
  const { colors, width } = options;
  const sections: readonly (readonly [string, Lines])[] = [
    ["Way to the tenant", wayLines(table, tenancy)],
    ["Keys", keyLines(table, tenancy)],
    ["References", referenceLines(table)],
    ["Owners", ownerLines(table, tenancy)],
    ["Membership", membershipLines(table)],
    ["Row security", rowSecurityLines(table)],
    [
      "Reads from",
      table.view ? [table.view.reads.map(plainText).join(", ") || "nothing that could be read"] : [],
    ],
    ["Where it stands", placeLines(table)],
    ["Contradictions", problemsAbout(table, tenancy).map(problemWords)],
    ["Configuration", configurationLines(table, tenancy, options)],
  ];
  const confidence = confidenceColor(table.confidence, colors)(table.confidence);
  const heading = `${colors.bold(plainText(table.name))} ${colors.dim("·")} ${table.class}, ${confidence}`;
  return [
    [heading, wrapped(plainText(table.reason), width, "  ")].join("\n"),
    ...sections
      .filter(([, lines]) => lines.length > 0)
      .map(([title, lines]) => [colors.bold(title), ...lines.map((line) => block(line, width))].join("\n")),
  ].join("\n\n");
}

/** A line with its own indentation kept, which code has and prose has not. */
function block(line: string, width: number): string {
  const own = /^ */.exec(line)![0];
  return own === "" ? wrapped(line, width, "    ").replace(/^ {2}/, "") : `  ${line}`;
}

function wayLines(table: Table, tenancy: Tenancy): Lines {
  return wayToTenant(tenancy, table).map(({ table: from, column, nullable, target, level }) => {
    const end = target
      ? `${plainText(target.table)}.${plainText(target.column)}`
      : `the ${plainText(level ?? "tenant")}, which no table here holds`;
    const notes = [
      ...(level !== null && target ? [`the ${plainText(level)}`] : []),
      ...(nullable ? ["may be null"] : []),
    ];
    return `${plainText(from)}.${plainText(column)} → ${end}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`;
  });
}

function keyLines(table: Table, { levels }: Tenancy): Lines {
  return table.keys.map(({ column, level, nullable }) => {
    const isOwn = levels.some(({ name, table: root }) => name === level && root === table.name);
    const null_ = nullable ? "may be null: such a row belongs to no tenant of that level" : "never null";
    return `${plainText(column)} names the ${plainText(level)}${isOwn ? " itself" : ""}; ${null_}`;
  });
}

function referenceLines({ references }: Table): Lines {
  return references.map(({ column, table, target, source }) => {
    const how = source === "name" ? "by its name" : "by a foreign key";
    return `${plainText(column)} → ${plainText(table)}.${plainText(target)} (${how})`;
  });
}

function ownerLines({ owners, name }: Table, { users }: Tenancy): Lines {
  if (owners.length === 0) return [];
  if (users?.table === name) return [`${quoted(owners)} is the id of the user itself`];
  return [`${quoted(owners)} ${owners.length === 1 ? "holds" : "hold"} the id of the user who owns the row`];
}

function membershipLines({ membership }: Table): Lines {
  if (!membership) return [];
  const tenants = membership.tenants.map(
    ({ column, level }) => `the ${plainText(level)} in "${plainText(column)}"`,
  );
  return [`a row says that the user in "${plainText(membership.user)}" belongs to ${tenants.join(" and ")}`];
}

function rowSecurityLines({ rowSecurity, view }: Table): Lines {
  if (view) return [];
  const words = rowSecurityWords(rowSecurity);
  if (rowSecurity === null) return ["unknown: no migration that was read says anything of it"];
  const meaning = {
    off: "off",
    on: "on, though not for the table's owner (no FORCE)",
    forced: "on, also for the table's owner",
    unknown: "unknown",
  }[words];
  const isClosed = rowSecurity.enabled && rowSecurity.policies.length === 0;
  return [
    isClosed ? `${meaning}; without a policy nobody sees a row` : meaning,
    ...rowSecurity.policies.flatMap(policyLines),
  ];
}

function placeLines({ file, line, source, aliases }: Table): Lines {
  const place = file === null ? "in no file here" : `${plainText(file)}${line === null ? "" : `:${line}`}`;
  const also = aliases.length === 0 ? "" : `; also called ${quoted(aliases)}`;
  return [`${place} (${plainText(source)})${also}`];
}

/** By the place, or by the name, which every problem about a table quotes. */
export function problemsAbout(table: Table, { problems }: Tenancy): readonly TenancyProblem[] {
  const names = [table.name, ...table.aliases].map((name) => `"${name}"`);
  return problems.filter(
    ({ file, line, message }) =>
      (file !== null && line !== null && file === table.file && line === table.line) ||
      names.some((name) => message.includes(name)),
  );
}

function problemWords({ file, line, message }: TenancyProblem): string {
  const place = file === null ? "" : `${plainText(file)}${line === null ? "" : `:${line}`} `;
  return place + plainText(message);
}

function configurationLines(table: Table, tenancy: Tenancy, { configured }: ExplanationOptions): Lines {
  const says =
    configured === null
      ? "tenant-audit.config.json says nothing about it."
      : "tenant-audit.config.json says:";
  return [
    says,
    ...(configured === null ? [] : [`  ${jsonText(configured)}`]),
    ...correctionsOf(tenancy, table).flatMap(({ when, entry }) => [
      `${plainText(when)}, write:`,
      `  "tables": { ${jsonText(entryText(table.name, entry))} }`,
    ]),
  ];
}
