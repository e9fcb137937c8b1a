/**
 * Statements into which names are put that nobody knows here, and which reach no rows whatever those are:
 * `create index by_${column} on ${schema}.${table} (…)`.
 */
import { child, children, isNode, kindOf, type Node } from "../sql/tree.js";
import { definesTables } from "./functions.js";
import { parse, type Grammar } from "./parse.js";
import type { Piece, SqlText } from "./text.js";
import { variantsOf, type Variants } from "./variants.js";

/** Stands for a name that the program puts in. */
const someName = "some_name";

export function isDefinition(grammar: Grammar, text: SqlText): boolean {
  const [first] = text;
  if (typeof first !== "string" || !beginning.test(first)) return false;
  const variants = variantsOf(text.map(withName));
  return variants !== null && textsOf(variants).every((sql) => defines(grammar, sql));
}

const beginning = /^\s*(?:create|alter|select)\s+\w/i;

function withName(piece: Piece): Piece {
  if (typeof piece === "string") return piece;
  const within = (option: SqlText): SqlText => option.map(withName);
  switch (piece.kind) {
    case "open":
      return piece.isSpliced ? someName : piece;
    case "choice":
      return { ...piece, options: piece.options.map(within) };
    case "list":
      return {
        ...piece,
        items: piece.items.map((item) => ({
          ...item,
          options: item.options.map((option) => option && within(option)),
        })),
      };
    default:
      return piece;
  }
}

function textsOf(variants: Variants): readonly string[] {
  // What is no name, and is not known, may be anything.
  if (variants.kind === "text")
    return variants.slots.some(({ kind }) => kind === "open") ? [""] : [variants.text];
  return variants.variants.flatMap(textsOf);
}

function defines(grammar: Grammar, sql: string): boolean {
  const parsed = parse(grammar, sql);
  return parsed.ok && parsed.statements.length > 0 && parsed.statements.every(isDefining);
}

const kinds = new Set([
  "IndexStmt",
  "CreateStmt",
  "CreateSchemaStmt",
  "CreateExtensionStmt",
  "AlterTableStmt",
]);

function isDefining(statement: Node): boolean {
  const kind = kindOf(statement);
  if (kind !== "SelectStmt") return kinds.has(kind);
  const select = child(statement, kind);
  const targets = children(select, "targetList").map((each) => child(child(each, "ResTarget"), "val"));
  return (
    Object.keys(select).every((clause) => bare.has(clause)) &&
    targets.every((target) => definesTables(child(target, "FuncCall")) && !isWrittenIn(target))
  );
}

/** Of a SELECT of nothing but what functions give. */
const bare = new Set(["targetList", "limitOption", "op"]);

/** What does not stand between quotes may be an expression there. */
function isWrittenIn(node: Node): boolean {
  return Object.entries(node).some(([key, value]) => {
    if (key === "A_Const") return false;
    if (typeof value === "string") return value.includes(someName);
    return (Array.isArray(value) ? (value as readonly unknown[]) : [value]).some(
      (inner) => isNode(inner) && isWrittenIn(inner),
    );
  });
}
