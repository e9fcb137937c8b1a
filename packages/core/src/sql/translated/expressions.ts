/**
 * Expressions of MySQL, SQLite and ClickHouse as PostgreSQL's nodes. What is not named here is not read: no guess at what it means. That goes
 * for what the grammar itself misunderstands as well: `a IS DISTINCT FROM b AND c`, `a = 1 XOR b = 2`.
 */
import { caseOf, identifier, isTree, listIn, treeIn, type Tree } from "../other-tree.js";
import type { Node } from "../tree.js";
import { call, junction, listOf, named, notRead, operation, partsOfName, type Translation } from "./nodes.js";
import { queryNode } from "./queries.js";

export function expression(translation: Translation, value: unknown): Node {
  const { kind, content } = caseOf(value);
  const of = (field: string): Node => expression(translation, content[field]);
  const own = (): Node => expression(translation, content);
  const negated = (node: Node): Node => (content["negated"] === true ? not(node) : node);
  switch (kind) {
    case "Identifier":
      return nameOrParameter(translation, content);
    case "CompoundIdentifier":
      return column(listIn(content, "value").flatMap((part) => identifier(part) ?? []));
    case "Value":
      return constant(translation, content);
    case "Prefixed":
      return of("value");
    case "Nested":
      return own();
    case "Tuple":
      return { RowExpr: { args: all(translation, listIn(content, "value")) } };
    case "IsNull":
    case "IsNotNull":
      return { NullTest: { arg: own(), nulltesttype: kind === "IsNull" ? "IS_NULL" : "IS_NOT_NULL" } };
    case "IsTrue":
    case "IsNotTrue":
    case "IsFalse":
    case "IsNotFalse":
    case "IsUnknown":
    case "IsNotUnknown":
      return { BooleanTest: { arg: own(), booltesttype: truthTests[kind] } };
    case "BinaryOp":
      return binary(translation, content);
    case "UnaryOp":
      return unary(translation, content);
    case "InList":
      return operation(
        "AEXPR_IN",
        content["negated"] === true ? "<>" : "=",
        of("expr"),
        listOf(all(translation, listIn(content, "list"))),
      );
    case "InSubquery":
      return negated(queryLink(translation, "ANY_SUBLINK", content["subquery"], of("expr")));
    case "Exists":
      return negated(queryLink(translation, "EXISTS_SUBLINK", content["subquery"]));
    case "Subquery":
      return queryLink(translation, "EXPR_SUBLINK", content);
    case "AnyOp":
    case "AllOp":
      return quantified(translation, kind, content);
    case "Between":
      return operation(
        content["negated"] === true ? "AEXPR_NOT_BETWEEN" : "AEXPR_BETWEEN",
        "BETWEEN",
        of("expr"),
        listOf([of("low"), of("high")]),
      );
    case "Like":
    case "ILike":
    case "RLike":
      return negated(operation("AEXPR_LIKE", "~~", of("expr"), of("pattern")));
    case "Case":
      return caseNode(translation, content);
    case "Collate":
      return { CollateClause: { arg: of("expr") } };
    case "Cast":
    case "Convert":
      return converted(translation, content);
    case "Function":
      return functionCall(translation, content);
    case "Interval":
      return call("interval", [of("value")]);
    case "Extract":
    case "Substring":
    case "Trim":
    case "Ceil":
    case "Floor":
    case "Position":
      return call(
        kind.toLowerCase(),
        operands.flatMap((field) => (isTree(content[field]) ? [of(field)] : [])),
      );
    case "MatchAgainst":
      return call("match", [
        ...listIn(content, "columns").map((name) => column(partsOfName(name) ?? [])),
        expression(translation, { Value: content["match_value"] }),
      ]);
    case "MemberOf":
      return call("member_of", [of("value"), of("array")]);
    // ClickHouse: what becomes of a list's elements, a part of a list or a map, a list.
    case "Lambda":
      return call("lambda", [of("body")]);
    case "CompoundFieldAccess":
      return call("subscript", [
        of("root"),
        ...listIn(content, "access_chain").flatMap((part) => indexIn(translation, part)),
      ]);
    case "Array":
      return call("array", all(translation, listIn(content, "elem")));
    case "TypedString":
      return expression(translation, { Value: content["value"] });
    default:
      return notRead(translation, `the expression "${kind}"`);
  }
}

/** In the order in which these functions are given them; a field that is not there is left out. */
const operands = ["expr", "in", "substring_from", "substring_for", "trim_what"] as const;

export function all(translation: Translation, values: readonly unknown[]): readonly Node[] {
  return values.map((value) => expression(translation, value));
}

function indexIn(translation: Translation, part: unknown): readonly Node[] {
  const index = treeIn(treeIn(treeIn({ part }, "part"), "Subscript"), "Index")["index"];
  return isTree(index) ? [expression(translation, index)] : [];
}

function not(node: Node): Node {
  return junction("NOT_EXPR", [node]);
}

function column(parts: readonly string[]): Node {
  return { ColumnRef: { fields: parts.map(named) } };
}

/** Our parameters (`$100001`) are names to these grammars. So are the variables of a session, of which nobody knows the value. */
function nameOrParameter(translation: Translation, content: Tree): Node {
  const name = identifier(content) ?? "";
  const number = content["quote_style"] === null ? /^\$(\d+)$/.exec(name)?.[1] : undefined;
  if (number !== undefined) return { ParamRef: { number: Number(number) } };
  if (name.startsWith("@")) return notRead(translation, `the variable "${name}"`);
  return column([name]);
}

function constant(translation: Translation, content: Tree): Node {
  const { kind, content: inner } = caseOf(content["value"]);
  const written = inner["value"];
  const first = Array.isArray(written) ? (written as readonly unknown[])[0] : written;
  switch (kind) {
    case "Number":
      return /^\d{1,9}$/.test(String(first))
        ? { A_Const: { ival: { ival: Number(first) } } }
        : { A_Const: { fval: { fval: String(first) } } };
    case "Boolean":
      return { A_Const: { boolval: first === true ? { boolval: true } : {} } };
    case "Null":
      return { A_Const: { isnull: true } };
    case "Placeholder": {
      const number = first === "?" ? translation.placeholderAt(treeIn(content, "span")) : numbered(first);
      return number === null
        ? notRead(translation, `the parameter "${String(first)}"`)
        : { ParamRef: { number } };
    }
    default:
      return typeof first === "string"
        ? { A_Const: { sval: { sval: first } } }
        : notRead(translation, `the value "${kind}"`);
  }
}

/** `?2` */
function numbered(placeholder: unknown): number | null {
  const number = typeof placeholder === "string" ? /^[?$](\d{1,6})$/.exec(placeholder)?.[1] : undefined;
  return number === undefined ? null : Number(number);
}

const truthTests = {
  IsTrue: "IS_TRUE",
  IsNotTrue: "IS_NOT_TRUE",
  IsFalse: "IS_FALSE",
  IsNotFalse: "IS_NOT_FALSE",
  IsUnknown: "IS_UNKNOWN",
  IsNotUnknown: "IS_NOT_UNKNOWN",
} as const;

const comparisons: Readonly<Record<string, string>> = {
  Eq: "=",
  NotEq: "<>",
  Lt: "<",
  LtEq: "<=",
  Gt: ">",
  GtEq: ">=",
  Plus: "+",
  Minus: "-",
  Multiply: "*",
  Divide: "/",
  Modulo: "%",
  MyIntegerDivide: "/",
  BitwiseAnd: "&",
  BitwiseOr: "|",
  Arrow: "->",
  LongArrow: "->>",
  // SQLite's full-text search.
  Match: "@@",
};

function binary(translation: Translation, content: Tree): Node {
  const operator = caseOf(content["op"]).kind;
  const left = expression(translation, content["left"]);
  const right = expression(translation, content["right"]);
  if (operator === "And" || operator === "Or")
    return joined(operator === "And" ? "AND_EXPR" : "OR_EXPR", left, right);
  if (operator === "Spaceship") return operation("AEXPR_NOT_DISTINCT", "=", left, right);
  // MySQL's `||` is an `or`, unless its server is told otherwise.
  if (operator === "StringConcat" && translation.dialect !== "mysql")
    return operation("AEXPR_OP", "||", left, right);
  const written = comparisons[operator];
  return written === undefined
    ? notRead(translation, `the operator "${operator}"`)
    : operation("AEXPR_OP", written, left, right);
}

/** `a or b or c` is one of three, as PostgreSQL has it. */
function joined(boolop: "AND_EXPR" | "OR_EXPR", left: Node, right: Node): Node {
  const before = left["BoolExpr"];
  const isSame = isTree(before) && before["boolop"] === boolop;
  return junction(boolop, [...(isSame ? (before["args"] as readonly Node[]) : [left]), right]);
}

function unary(translation: Translation, content: Tree): Node {
  const operator = caseOf(content["op"]).kind;
  const operand = expression(translation, content["expr"]);
  if (operator === "Not") return not(operand);
  if (operator === "Minus" || operator === "Plus")
    return operation("AEXPR_OP", operator === "Minus" ? "-" : "+", null, operand);
  return notRead(translation, `the operator "${operator}"`);
}

function queryLink(translation: Translation, subLinkType: string, query: unknown, tested?: Node): Node {
  return {
    SubLink: {
      subLinkType,
      ...(tested && { testexpr: tested }),
      subselect: queryNode(translation, query),
    },
  };
}

/** `a = ANY (select …)`: these dialects take no list there. */
function quantified(translation: Translation, kind: "AnyOp" | "AllOp", content: Tree): Node {
  const operator = comparisons[caseOf(content["compare_op"]).kind];
  const right = caseOf(content["right"]);
  if (operator === undefined || right.kind !== "Subquery") return notRead(translation, "ANY without a query");
  const tested = expression(translation, content["left"]);
  const { SubLink: link } = queryLink(
    translation,
    kind === "AnyOp" ? "ANY_SUBLINK" : "ALL_SUBLINK",
    right.content,
    tested,
  ) as { readonly SubLink: Node };
  return { SubLink: { ...link, operName: [named(operator)] } };
}

function caseNode(translation: Translation, content: Tree): Node {
  const operand = content["operand"];
  const otherwise = content["else_result"];
  return {
    CaseExpr: {
      ...(isTree(operand) && { arg: expression(translation, operand) }),
      args: listIn(content, "conditions").map((each) => {
        const one = isTree(each) ? each : {};
        return caseWhen(expression(translation, one["condition"]), expression(translation, one["result"]));
      }),
      ...(isTree(otherwise) && { defresult: expression(translation, otherwise) }),
    },
  };
}

function caseWhen(expr: Node, result: Node): Node {
  return { CaseWhen: { expr, result } };
}

/** As text a value is still the value; many texts are one number. */
function converted(translation: Translation, content: Tree): Node {
  const arg = expression(translation, content["expr"]);
  const type = caseOf(content["data_type"]);
  const isText = textTypes.has(type.kind) && !isTree(type.content["IntegerLength"]);
  return isText ? { TypeCast: { arg } } : call("cast", [arg]);
}

const textTypes = new Set(["Char", "Character", "Varchar", "Text", "Nvarchar"]);

function functionCall(translation: Translation, content: Tree): Node {
  const name = (partsOfName(content["name"]) ?? []).join(".").toLowerCase();
  const args = argumentsOf(translation, content["args"]);
  const [first, second, third] = args;
  switch (name) {
    case "":
      return notRead(translation, "a function without a name");
    case "if":
    case "iif":
      return first && second && third
        ? { CaseExpr: { args: [caseWhen(first, second)], defresult: third } }
        : call(name, args);
    case "ifnull":
    case "coalesce":
      return { CoalesceExpr: { args } };
    // `VALUES(name)`: what the new row has in the column.
    case "values": {
      const fields = first?.["ColumnRef"];
      const names = isTree(fields) ? listIn(fields, "fields") : [];
      return { ColumnRef: { fields: [named("excluded"), ...names] } };
    }
    default: {
      const over = caseOf(content["over"]).content;
      const sorted = [...listIn(over, "partition_by"), ...sortedBy(over)];
      return call(name, [...args, ...all(translation, sorted)]);
    }
  }
}

function argumentsOf(translation: Translation, args: unknown): readonly Node[] {
  const { kind, content } = caseOf(args);
  if (kind === "Subquery") return [queryLink(translation, "EXPR_SUBLINK", content)];
  const own = listIn(content, "args").flatMap((arg) => {
    const { kind: sort, content: given } = caseOf(arg);
    const inner = sort === "Unnamed" ? caseOf(given) : { kind: "", content: {} };
    if (inner.kind === "Expr") return [expression(translation, given["Expr"])];
    // `count(*)`
    if (given["value"] === "Wildcard" || inner.kind === "QualifiedWildcard") return [];
    return [notRead(translation, `the argument "${sort}"`)];
  });
  const clauses = listIn(content, "clauses").flatMap((clause) => {
    const { kind: sort, content: inner } = caseOf(clause);
    if (sort === "Separator") return [];
    if (sort !== "OrderBy") return [notRead(translation, `the clause "${sort}"`)];
    return all(translation, sortedBy({ order_by: inner["value"] }));
  });
  return [...own, ...clauses];
}

/** `order_by: [{ expr, options }]` */
export function sortedBy(tree: Tree): readonly unknown[] {
  return listIn(tree, "order_by").flatMap((each) => (isTree(each) ? [each["expr"]] : []));
}
