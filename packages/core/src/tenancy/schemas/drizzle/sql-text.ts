/** The text of a `sql` template, with the names of columns and tables where the code puts them in. */
import { columnPlaceOf, tableOf, type Reading, type ReadTable } from "./reading.js";
import { chainOf, pathInDrizzle, textOf, type Value } from "./value.js";

const deepest = 20;
const longest = 4_000;

export function sqlText(value: Value, reading: Reading, depth = deepest): string {
  if (depth === 0) return "…";
  const column = columnPlaceOf(value, reading);
  if (column) return column.column;
  const table = tableOf(value, reading);
  if (table) return table.title;
  switch (value.kind) {
    case "literal":
      return typeof value.value === "string" ? `'${value.value.replaceAll("'", "''")}'` : String(value.value);
    case "template": {
      let text = value.texts[0] ?? "";
      for (const [index, part] of value.values.entries()) {
        if (text.length > longest) return `${text.slice(0, longest)}…`;
        text += sqlText(part, reading, depth - 1) + (value.texts[index + 1] ?? "");
      }
      return text;
    }
    case "call":
      return textOfCall(value, reading, depth);
    default:
      return "…";
  }
}

/** `sql.raw("…")`, `sql.identifier("…")`, and the operators that the library writes as SQL. */
function textOfCall(value: Value & { kind: "call" }, reading: Reading, depth: number): string {
  const { root, steps } = chainOf(value);
  const path = pathInDrizzle(root) ?? [];
  const given = steps.length === 1 ? (steps[0]?.arguments ?? []) : [];
  const last = path.at(-1) ?? "";
  if (last === "raw" || last === "identifier") return textOf(given[0]) ?? "…";
  const parts = () => given.map((each) => sqlText(each, reading, depth - 1));
  const operator = operators.get(last);
  if (operator !== undefined && given.length === 2) return parts().join(` ${operator} `);
  if ((last === "and" || last === "or") && given.length > 0) return `(${parts().join(` ${last} `)})`;
  return "…";
}

const operators = new Map([
  ["eq", "="],
  ["ne", "<>"],
  ["gt", ">"],
  ["gte", ">="],
  ["lt", "<"],
  ["lte", "<="],
]);

/** The tables that a template names. */
export function tablesInSql(value: Value, reading: Reading): readonly ReadTable[] {
  const found = new Set<ReadTable>();
  const waiting: Value[] = [value];
  for (let left = 10_000; left > 0 && waiting.length > 0; left--) {
    const next = waiting.pop()!;
    const table = tableOf(next, reading) ?? columnPlaceOf(next, reading)?.read;
    if (table) found.add(table);
    else if (next.kind === "template") waiting.push(...next.values);
    else if (next.kind === "call") waiting.push(next.callee, ...next.arguments);
    else if (next.kind === "member") waiting.push(next.object);
  }
  return [...found];
}
