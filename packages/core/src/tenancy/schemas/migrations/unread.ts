/** What of a history could not be read, told a few times and then counted. */
import type { MigrationFile } from "../../catalog/catalog.js";
import type { UnreadStatement } from "../../catalog/changes.js";
import type { TenancyProblem } from "../../tenancy.js";

interface UnreadIn {
  readonly file: string;
  readonly statement: UnreadStatement;
}

const filesTold = 3;

export function unreadProblems(files: readonly MigrationFile[]): readonly TenancyProblem[] {
  const unread = files.flatMap(({ file, text }) =>
    text.unread.filter(isPartOfSchema).map((statement): UnreadIn => ({ file, statement })),
  );
  const ofKind = (kind: UnreadStatement["kind"]) => unread.filter(({ statement }) => statement.kind === kind);
  return [
    ...syntaxProblems(ofKind("syntax")),
    ...summary(ofKind("dynamic"), "decide only when they run what they do to the schema"),
    ...summary(ofKind("code"), "hold code of their own, which is not run here"),
  ];
}

const withoutTables =
  /^(select|insert|update|delete|replace|merge|with|values|copy|grant|revoke|set|reset|begin|start|commit|end|rollback|savepoint|analyze|vacuum|explain|show|use|lock|unlock|truncate|optimize|pragma|refresh)\b/i;

/** A query that no grammar reads (its parameters, say) leaves the schema as it is. */
export function isPartOfSchema({ kind, text }: UnreadStatement): boolean {
  return kind !== "syntax" || !withoutTables.test(text);
}

/** One for each file, for the first files. */
function syntaxProblems(unread: readonly UnreadIn[]): readonly TenancyProblem[] {
  const byFile = new Map<string, UnreadIn[]>();
  for (const one of unread) {
    const known = byFile.get(one.file);
    if (known) known.push(one);
    else byFile.set(one.file, [one]);
  }
  const told = [...byFile.values()].slice(0, filesTold).map((found): TenancyProblem => {
    const { file, statement } = found[0]!;
    const others =
      found.length > 1 ? ` The same goes for ${statements(found.length - 1, "more")} of this file.` : "";
    return {
      file,
      line: statement.line,
      message: `A statement of this migration could not be read: ${statement.reason} (${statement.text}).${others}`,
    };
  });
  const rest = [...byFile.values()].slice(filesTold);
  if (rest.length === 0) return told;
  const { file, statement } = rest[0]![0]!;
  const count = rest.reduce((sum, found) => sum + found.length, 0);
  return [
    ...told,
    {
      file,
      line: statement.line,
      message: `${statements(count, "more")} in ${rest.length} further migration ${rest.length === 1 ? "file" : "files"} could not be read.`,
    },
  ];
}

function summary(unread: readonly UnreadIn[], what: string): readonly TenancyProblem[] {
  const first = unread[0];
  if (!first) return [];
  const { file, statement } = first;
  const message =
    unread.length === 1
      ? `A migration statement was not followed: ${statement.reason} (${statement.text}).`
      : `${unread.length} migration statements ${what}; the first of them is here: ${statement.reason} (${statement.text}).`;
  return [{ file, line: statement.line, message }];
}

function statements(count: number, more: string): string {
  return `${count} ${more} ${count === 1 ? "statement" : "statements"}`;
}
