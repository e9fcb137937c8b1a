/**
 * A statement without the clauses that say nothing about rows: codecs, lifetimes, comments, character sets. The grammar does
 * not know all of them, and would refuse the whole statement for one.
 */
import type { OtherDialect } from "../../../../sql/parser.js";
import { closeOf, nameOf, partsOf, textOf, word, type Token } from "./tokens.js";

export function withoutCluster(tokens: readonly Token[]): readonly Token[] {
  const at = tokens.findIndex(({ key }, index) => key === "ON" && tokens[index + 1]?.key === "CLUSTER");
  return at < 0 ? tokens : [...tokens.slice(0, at), ...tokens.slice(at + 3)];
}

/** The columns and keys of `CREATE TABLE`; what stands behind them are the table's options. */
export function bodyOf(tokens: readonly Token[]): { readonly open: number; readonly close: number } | null {
  const open = tokens.findIndex(({ key }) => key === "(");
  const as = tokens.findIndex(({ key }) => key === "AS" || key === "LIKE");
  if (open < 0 || (as >= 0 && as < open)) return null;
  return { open, close: closeOf(tokens, open) };
}

export function reducedCreateTable(tokens: readonly Token[], dialect: OtherDialect): readonly Token[] {
  const statement = withoutCluster(tokens);
  const body = bodyOf(statement);
  if (!body) return statement;
  const parts = partsOf(statement.slice(body.open + 1, body.close - 1)).flatMap((part) =>
    dialect === "sqlite" ? constraintsOf(part) : [part],
  );
  const kept = parts.filter((part) => !isIdle(part, dialect)).map((part) => reducedPart(part, dialect));
  const query = statement.slice(body.close).findIndex(({ key }) => key === "AS" || key === "SELECT");
  return [
    ...statement.slice(0, body.open + 1),
    ...kept.flatMap((part, index) => (index === 0 ? part : [mark(","), ...part])),
    mark(")"),
    ...(query < 0 ? [] : statement.slice(body.close + query)),
  ];
}

/** SQLite needs no commas between the constraints of a table. */
function constraintsOf(part: readonly Token[]): readonly (readonly Token[])[] {
  if (!isConstraint(part[0]!.key)) return [part];
  const starts = [0];
  let depth = 0;
  part.forEach(({ key }, at) => {
    if (key === "(") depth++;
    if (key === ")") depth--;
    const isNamed = part[at - 2]?.key === "CONSTRAINT";
    if (depth === 0 && at > 0 && (key === "CONSTRAINT" || (key === "FOREIGN" && !isNamed))) starts.push(at);
  });
  return starts.map((start, index) => part.slice(start, starts[index + 1]));
}

/** ClickHouse's indexes, projections and checks are no keys. */
function isIdle(part: readonly Token[], dialect: OtherDialect): boolean {
  const first = part[0]!.key;
  if (dialect === "clickhouse")
    return /^(INDEX|PROJECTION|CONSTRAINT)$/.test(first) || (first === "PRIMARY" && part[1]?.key === "KEY");
  return /^(FULLTEXT|SPATIAL|CHECK)$/.test(first);
}

function reducedPart(part: readonly Token[], dialect: OtherDialect): readonly Token[] {
  if (dialect === "clickhouse") return reducedClickhouseColumn(part);
  return dialect === "sqlite" ? withoutConflicts(part) : withoutDecoration(part);
}

/** How many tokens a column's type takes from `start` on. */
function typeLength(tokens: readonly Token[], start: number): number {
  let at = start;
  if (!tokens[at] || tokens[at]!.kind === "mark" || optionWords.has(tokens[at]!.key)) return 0;
  at++;
  while (at < tokens.length) {
    if (tokens[at]!.key === "(") at = closeOf(tokens, at);
    else if (typeWords.has(tokens[at]!.key)) at++;
    else break;
  }
  return at - start;
}

/** The type of a column of that name, among the words of the statement that defines it. */
export function typeText(tokens: readonly Token[], column: string): string {
  const at = tokens.findLastIndex(
    (token, index) =>
      token.kind !== "string" && nameOf(token) === column && typeLength(tokens, index + 1) > 0,
  );
  return at < 0 ? "" : textOf(tokens.slice(at + 1, at + 1 + typeLength(tokens, at + 1)));
}

/** The types of all columns of a table, by name. */
export function typesIn(parts: readonly (readonly Token[])[]): ReadonlyMap<string, string> {
  return new Map(parts.map((part) => [nameOf(part[0]!), textOf(part.slice(1, 1 + typeLength(part, 1)))]));
}

const typeWords: ReadonlySet<string> = new Set(
  "UNSIGNED SIGNED ZEROFILL PRECISION VARYING BIG INT WITHOUT WITH TIME ZONE".split(" "),
);

const optionWords: ReadonlySet<string> = new Set(
  "NOT NULL DEFAULT PRIMARY UNIQUE REFERENCES CHECK COLLATE CONSTRAINT GENERATED AS CODEC TTL COMMENT MATERIALIZED ALIAS EPHEMERAL AFTER FIRST REMOVE RESET SETTINGS".split(
    " ",
  ),
);

/**
 * Its name, and whether there is a null or a default. The grammar knows few of ClickHouse's types, and none of those that
 * take calls (`SimpleAggregateFunction(…)`), so it is shown a plain one; the real one is taken from the words.
 */
function reducedClickhouseColumn(part: readonly Token[]): readonly Token[] {
  const end = 1 + typeLength(part, 1);
  const options = outside(part.slice(end)).map(({ key }) => key);
  const isFilled = options.some((key) => /^(DEFAULT|MATERIALIZED|ALIAS|EPHEMERAL)$/.test(key));
  const isNull = options[0] === "NULL";
  return [
    ...part.slice(0, 1),
    ...(end > 1 ? [word("String")] : []),
    ...(isNull ? [word("NULL")] : []),
    ...(isFilled ? [word("DEFAULT"), word("0")] : []),
  ];
}

function outside(tokens: readonly Token[]): readonly Token[] {
  let depth = 0;
  return tokens.filter(({ key }) => {
    if (key === ")") depth--;
    const isOutside = depth === 0;
    if (key === "(") depth++;
    return isOutside;
  });
}

function withoutConflicts(part: readonly Token[]): readonly Token[] {
  return leftOut(part, (at) => (part[at]!.key === "ON" && part[at + 1]?.key === "CONFLICT" ? 3 : 0));
}

const decorations: Readonly<Record<string, number>> = {
  COMMENT: 2,
  CHARSET: 2,
  COLLATE: 2,
  COLUMN_FORMAT: 2,
  STORAGE: 2,
  KEY_BLOCK_SIZE: 2,
  INVISIBLE: 1,
  VISIBLE: 1,
};

/** What MySQL says of columns and keys that concerns neither their values nor their rows. */
function withoutDecoration(part: readonly Token[]): readonly Token[] {
  return leftOut(part, (at) => {
    const { key } = part[at]!;
    if (at === 0) return 0;
    if (key === "CHARACTER" && part[at + 1]?.key === "SET") return 3;
    if (key === "USING" && /^(BTREE|HASH)$/.test(part[at + 1]?.key ?? "")) return 2;
    if (
      key === "ON" &&
      part[at + 1]?.key === "UPDATE" &&
      /^(CURRENT_TIMESTAMP|NOW)$/.test(part[at + 2]?.key ?? "")
    )
      return part[at + 3]?.key === "(" ? closeOf(part, at + 3) - at : 3;
    return decorations[key] ?? 0;
  });
}

function leftOut(tokens: readonly Token[], countAt: (at: number) => number): readonly Token[] {
  const kept: Token[] = [];
  for (let at = 0; at < tokens.length;) {
    const count = countAt(at);
    if (count === 0) kept.push(tokens[at]!);
    at += count || 1;
  }
  return kept;
}

function mark(text: string): Token {
  return { kind: "mark", text, key: text, line: 0, spaced: true };
}

/** One operation of `ALTER TABLE` as the operations that the grammar reads; none when it changes no column and no key. */
export function reducedOperations(
  operation: readonly Token[],
  dialect: OtherDialect,
): readonly (readonly Token[])[] {
  const first = operation[0]!.key;
  if (!/^(ADD|DROP|MODIFY|CHANGE|ALTER|RENAME)$/.test(first)) return [];
  const second = operation[1]?.key ?? "";
  if (
    dialect === "clickhouse" &&
    /^(INDEX|PROJECTION|CONSTRAINT|PARTITION|PART|STATISTICS|DETACHED)$/.test(second)
  )
    return [];
  if (/^(PARTITION|FULLTEXT|SPATIAL|CHECK)$/.test(second)) return [];
  if (first === "MODIFY" && /^(SETTING|TTL|ORDER|QUERY|COMMENT|SAMPLE|REFRESH)$/.test(second)) return [];
  if (first === "ALTER" && dialect === "sqlite") return redefinition(operation);
  if (first === "DROP" && second === "KEY") return [[operation[0]!, word("INDEX"), ...operation.slice(2)]];
  if (first === "ADD") return reducedAddition(operation, dialect);
  if (first === "MODIFY" || first === "CHANGE") {
    const at = nameAt(operation, first === "CHANGE" ? 1 : 0);
    if (typeLength(operation, at + 1) === 0) return [];
    const column = reducedPart(withoutPosition(operation.slice(at)), dialect);
    const before = operation.slice(0, at).filter(({ key }) => key !== "IF" && key !== "EXISTS");
    return [[...before, ...column]];
  }
  return [operation];
}

/** libSQL's `ALTER COLUMN a TO b int NOT NULL`, which is MySQL's `CHANGE`. */
function redefinition(operation: readonly Token[]): readonly (readonly Token[])[] {
  const at = operation.findIndex(({ key }) => key === "TO");
  if (at < 0) return [operation];
  return [[word("CHANGE"), operation[at - 1]!, ...withoutConflicts(operation.slice(at + 1))]];
}

/** `ADD (a int, b int)`, `ADD COLUMN IF NOT EXISTS a int AFTER b`. */
function reducedAddition(operation: readonly Token[], dialect: OtherDialect): readonly (readonly Token[])[] {
  const head = operation.slice(0, operation[1]?.key === "COLUMN" ? 2 : 1);
  if (operation[head.length]?.key === "(") {
    const parts = partsOf(operation.slice(head.length + 1, closeOf(operation, head.length) - 1));
    return parts.map((part) => [...head, ...reducedPart(part, dialect)]);
  }
  const at = nameAt(operation, 0);
  if (isConstraint(operation[at]?.key ?? ""))
    return [[operation[0]!, ...withoutDecoration(operation.slice(at))]];
  return [[operation[0]!, word("COLUMN"), ...reducedPart(withoutPosition(operation.slice(at)), dialect)]];
}

function isConstraint(key: string): boolean {
  return /^(CONSTRAINT|PRIMARY|UNIQUE|FOREIGN|KEY|INDEX|CHECK)$/.test(key);
}

/** Where the column's name stands, behind `COLUMN` and `IF NOT EXISTS` and `names` further names. */
function nameAt(operation: readonly Token[], names: number): number {
  let at = 1;
  if (operation[at]?.key === "COLUMN") at++;
  while (/^(IF|NOT|EXISTS)$/.test(operation[at]?.key ?? "")) at++;
  return at + names;
}

/** `FIRST`, `AFTER other`. */
function withoutPosition(tokens: readonly Token[]): readonly Token[] {
  if (tokens.at(-1)?.key === "FIRST" && tokens.length > 2) return tokens.slice(0, -1);
  return tokens.at(-2)?.key === "AFTER" ? tokens.slice(0, -2) : tokens;
}
