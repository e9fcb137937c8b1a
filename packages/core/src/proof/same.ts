/** Which value is meant: the same one under another name, the row that a column is of, the parts of what a call was given. */
import { keyOfValue } from "../trace/facts.js";
import { stepsOf } from "../trace/substitution.js";
import type { RowsValue, SymbolicValue, Value } from "../trace/value.js";

export function rowsOf(value: Value): RowsValue | null {
  if (value.kind === "rows") return value.many ? { ...value, many: false } : value;
  if (value.kind !== "symbolic" || !value.id.startsWith("row:")) return null;
  const match = /^row:(.*?:\d+)@([\d/]*)(?:\.|$)/s.exec(value.id);
  return match
    ? { kind: "rows", access: match[1]!, context: match[2]!, many: false, absent: false, text: "" }
    : null;
}

/** `team.users.length`, `team.users[0].role`: lists of rows that came along, and are not empty where this is there. */
export function listsIn(value: Value): readonly string[] {
  const rows = rowsOf(value);
  if (!rows || value.kind !== "symbolic") return [];
  const names = value.id.slice(keyOfRows(rows).length + 1).split(".");
  return names.flatMap((name, index) =>
    name.endsWith("[]") || /^(?:length|\d+)$/.test(names[index + 1] ?? "")
      ? [
          names
            .slice(0, index + 1)
            .join(".")
            .replaceAll("[]", ""),
        ]
      : [],
  );
}

export function keyOfRows(rows: RowsValue): string {
  return `row:${rows.access}@${rows.context ?? ""}`;
}

/** Whether what is said of `said` is said of the value. */
export function isSame(value: Value, said: Value, isOfEach: boolean): boolean {
  if (said.kind === "choice") return said.options.some((option) => isSame(value, option, isOfEach));
  if (said.kind === "array") {
    const parts = [...said.elements, ...(said.rest ? [said.rest] : [])];
    return value.kind !== "rows" && parts.length === 1 && isSame(value, parts[0]!, isOfEach);
  }
  if (value.kind === "rows")
    return (
      said.kind === "symbolic" &&
      said.id.startsWith(`${keyOfRows(value)}.`) &&
      isIdentifying(said.id.slice(said.id.lastIndexOf(".") + 1))
    );
  const [key, other] = [keyOfValue(value), keyOfValue(said)];
  if (key === null || other === null) return false;
  return isPartOf(key, other) || (isOfEach && withoutBrackets(key) === withoutBrackets(other));
}

/** `items[].id` of each of `items`: all that is left of a list is its elements. */
function withoutBrackets(key: string): string {
  return key.replace(/\[\]|\.\d+(?=\.|$)/g, "");
}

/** The text itself, or what it was split into: what the whole is equal to, nobody but that is named in it. */
function isPartOf(key: string, whole: string): boolean {
  return key === whole || key.startsWith(`${whole}.split(`);
}

/** Columns that name whose row it is; a status or a kind may be anybody's. */
function isIdentifying(name: string): boolean {
  return /(?:^|_|[a-z])(?:id|ids|uuid|slug|key|owner|email|tenant|org|organization|workspace|team|account|project|company)(?:\[\])?$/i.test(
    name,
  );
}

export function isAbout(element: Value, value: Value): boolean {
  if (element.kind === "object")
    return [...element.fields.values()].some((field) => isAbout(field.value, value));
  const [one, other] = [keyOfValue(element), keyOfValue(value)];
  if (one === null || other === null) return false;
  const options = one.split("|").map((option) => option.replace(/\[\]$/, ""));
  return options.some(
    (option) => option === other.replace(/\[\]$/, "") || isPartOf(other, option) || isFieldOf(other, option),
  );
}

/** `events[].projectId`, which a request's own words write without brackets. */
function isFieldOf(key: string, list: string): boolean {
  return key.startsWith(`${list}[].`) || key.startsWith(`${list}.`);
}

export function elementsOf(list: Value): Value {
  switch (list.kind) {
    case "array":
      return list.rest !== null && list.elements.length === 0 ? list.rest : list;
    case "rows":
      return { ...list, many: false };
    case "symbolic":
      return { ...list, id: `${list.id}[]` };
    default:
      return list;
  }
}

const knownParts = new WeakMap<readonly Value[], readonly Value[]>();

/** What a call was given, without repetition. */
export function partsOf(given: readonly Value[]): readonly Value[] {
  let parts = knownParts.get(given);
  if (!parts) {
    const symbols = given.flatMap((one) => partsIn(one, 3)).filter((part) => part.kind === "symbolic");
    parts = [...new Map(symbols.map((part) => [part.id, part])).values()].slice(0, mostParts);
    knownParts.set(given, parts);
  }
  return parts;
}

/** Of more than this, which of them decides is anybody's guess. */
const mostParts = 16;

function partsIn(value: Value, depth: number): readonly Value[] {
  if (depth === 0) return [value];
  switch (value.kind) {
    case "text":
      return value.parts.flatMap((part) => (typeof part === "string" ? [] : partsIn(part, depth - 1)));
    case "object":
      return [...value.fields.values()].flatMap((field) => partsIn(field.value, depth - 1));
    case "array":
      return value.elements.flatMap((one) => partsIn(one, depth - 1));
    case "choice":
      return value.options.flatMap((one) => partsIn(one, depth));
    default:
      return [value];
  }
}

/** What of a call's answer it is, without the calls through which it was handed on: `value:FILE:OFFSET@CALLS.user@CALLS.id`. */
export function pathOf({ id }: SymbolicValue): readonly string[] {
  return stepsOf(id.replace(/^value:.*?:\d+(?=[.@[(]|$)/s, "").replace(/@[\d/]*/g, ""));
}
