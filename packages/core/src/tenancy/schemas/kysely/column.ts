/**
 * A column as its type describes it. Kysely wraps it: `Generated<string>` may be left out of an insert, `ColumnType<S, I, U>`
 * reads as S. kysely-codegen declares these wrappers itself, so they are known by name.
 */
import type { DeclaredType, Program, ResolvedMember, TypeIn } from "../../../link/program.js";
import type { TypeNode } from "../../../lower/module.js";
import type { TableColumn } from "../../tenancy.js";

export function readColumn(
  column: ResolvedMember,
  program: Program,
): Pick<TableColumn, "nullable" | "type" | "defaulted"> {
  if (!column.type) return { nullable: true, type: "unknown", defaulted: false };
  return {
    nullable: column.optional || admits("null", column.type, program, deepest),
    type: shortened(written(column.type.node)),
    defaulted: isDefaulted(column.type, program, deepest),
  };
}

const deepest = 12;

/** Whether what is read from the column may be null. */
function admits(absence: "null" | "undefined", type: TypeIn, program: Program, depth: number): boolean {
  if (depth === 0) return false;
  const { node } = type;
  switch (node.kind) {
    case "literal":
      return absence === "null" && node.value === null;
    case "keyword":
      return node.name === absence;
    case "union":
      return node.types.some((each) => admits(absence, { ...type, node: each }, program, depth - 1));
    case "reference": {
      const [read] = node.arguments;
      if (read && wrappers.has(lastName(node.name)))
        return admits(absence, { ...type, node: read }, program, depth - 1);
      return declaredAdmits(absence, program.typeOf(type), type, program, depth - 1);
    }
    case "indexed":
      return declaredAdmits(absence, program.typeOf(type), type, program, depth - 1);
    default:
      return false;
  }
}

function declaredAdmits(
  absence: "null" | "undefined",
  declared: DeclaredType,
  from: TypeIn,
  program: Program,
  depth: number,
): boolean {
  if (depth === 0) return false;
  switch (declared.kind) {
    case "union":
      return declared.types.some((each) => declaredAdmits(absence, each, from, program, depth - 1));
    case "external": {
      const [read] = declared.arguments;
      return (
        read !== undefined &&
        wrappers.has(declared.path.at(-1) ?? "") &&
        admits(absence, read, program, depth - 1)
      );
    }
    case "node":
      return declared.in.node !== from.node && admits(absence, declared.in, program, depth - 1);
    default:
      return false;
  }
}

const wrappers = new Set(["Generated", "GeneratedAlways", "ColumnType", "JSONColumnType", "Selectable"]);
const generated = new Set(["Generated", "GeneratedAlways"]);

function isDefaulted(type: TypeIn, program: Program, depth: number): boolean {
  if (depth === 0) return false;
  const { node } = type;
  if (node.kind === "union")
    return node.types.some((each) => isDefaulted({ ...type, node: each }, program, depth - 1));
  if (node.kind !== "reference") return false;
  const name = lastName(node.name);
  if (generated.has(name)) return true;
  if (name === "ColumnType") return insertMayBeLeftOut(node.arguments[1], type, program, depth);
  const declared = program.typeOf(type);
  if (declared.kind === "node")
    return declared.in.node !== node && isDefaulted(declared.in, program, depth - 1);
  if (declared.kind !== "external") return false;
  const path = declared.path.at(-1) ?? "";
  if (path === "ColumnType") {
    const insert = declared.arguments[1];
    return insert !== undefined && insertMayBeLeftOut(insert.node, insert, program, depth);
  }
  return generated.has(path);
}

function insertMayBeLeftOut(
  insert: TypeNode | undefined,
  type: TypeIn,
  program: Program,
  depth: number,
): boolean {
  if (!insert) return false;
  const never = insert.kind === "keyword" && insert.name === "never";
  return never || admits("undefined", { ...type, node: insert }, program, depth - 1);
}

function lastName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

function written(node: TypeNode): string {
  switch (node.kind) {
    case "reference":
      return node.arguments.length > 0
        ? `${node.name}<${node.arguments.map(written).join(", ")}>`
        : node.name;
    case "keyword":
      return node.name;
    case "literal":
      return JSON.stringify(node.value);
    case "union":
      return node.types.map(written).join(" | ");
    case "intersection":
      return node.types.map(written).join(" & ");
    case "array":
      return node.element.kind === "union" ? `(${written(node.element)})[]` : `${written(node.element)}[]`;
    case "tuple":
      return `[${node.elements.map(written).join(", ")}]`;
    case "object":
      return "{ … }";
    case "function":
      return "function";
    case "typeof":
      return `typeof ${node.name}`;
    case "keyof":
      return `keyof ${written(node.type)}`;
    case "indexed":
      return `${written(node.object)}[${written(node.index)}]`;
    case "unknown":
      return "unknown";
  }
}

function shortened(type: string): string {
  return type.length > 80 ? `${type.slice(0, 79)}…` : type;
}
