/** What a configuration may look like, and sentences for where it looks otherwise. It knows JSON, and no option by name. */
import type { Node } from "jsonc-parser";
import { findNearest } from "./names.js";

export type Shape =
  | { readonly kind: "text" }
  | { readonly kind: "choice"; readonly values: readonly string[] }
  | { readonly kind: "list"; readonly of: Shape; readonly atLeast?: number }
  | { readonly kind: "either"; readonly one: Shape; readonly other: Shape }
  | { readonly kind: "record"; readonly of: Shape }
  | {
      readonly kind: "options";
      readonly options: Readonly<Record<string, Shape>>;
      readonly required?: readonly string[];
    };

export interface Check {
  /** Told every value that has a name, before it is checked. */
  visit(node: Node, path: string): void;
  fail(node: Node, path: string, message: string): void;
}

export function checkShape(node: Node, path: string, shape: Shape, check: Check): void {
  check.visit(node, path);
  switch (shape.kind) {
    case "text":
      if (node.type !== "string")
        check.fail(node, path, `must be a text in quotes, but it is ${described(node)}.`);
      else if ((node.value as string).trim() === "") check.fail(node, path, "must not be empty.");
      return;
    case "choice":
      if (node.type !== "string" || !shape.values.includes(node.value as string)) {
        const suggestion = node.type === "string" ? nearest(node.value as string, shape.values) : "";
        check.fail(node, path, `is ${described(node)}. Allowed: ${listed(shape.values)}.${suggestion}`);
      }
      return;
    case "list":
      if (node.type !== "array") {
        check.fail(node, path, `must be a list like ["…"], but it is ${described(node)}.`);
        return;
      }
      if ((node.children?.length ?? 0) < (shape.atLeast ?? 0))
        check.fail(node, path, "must not be an empty list. Leave the option out instead.");
      node.children?.forEach((child, index) => checkShape(child, `${path}[${index}]`, shape.of, check));
      return;
    case "either":
      if (node.type === "array") checkShape(node, path, shape.other, check);
      else if (node.type === "string") checkShape(node, path, shape.one, check);
      else
        check.fail(node, path, `must be a text in quotes or a list of such, but it is ${described(node)}.`);
      return;
    case "record":
      for (const { key, keyNode, value } of membersOf(node, path, check)) {
        if (key.trim() === "") check.fail(keyNode, path, "has an entry without a name.");
        else if (key === "__proto__") check.fail(keyNode, joined(path, key), "cannot be a name here.");
        else checkShape(value, joined(path, key), shape.of, check);
      }
      return;
    case "options":
      checkOptions(node, path, shape, check);
  }
}

function checkOptions(node: Node, path: string, shape: Shape & { kind: "options" }, check: Check): void {
  const members = membersOf(node, path, check);
  const known = Object.keys(shape.options);
  for (const { key, keyNode, value } of members) {
    const option = Object.hasOwn(shape.options, key) ? shape.options[key] : undefined;
    if (option) checkShape(value, joined(path, key), option, check);
    else {
      const shown = known.filter((name) => name !== "$schema");
      check.fail(
        keyNode,
        joined(path, key),
        `is no option.${nearest(key, shown)}\nOptions${path === "" ? "" : ` of ${path}`}: ${shown.join(", ")}.`,
      );
    }
  }
  if (node.type !== "object") return;
  for (const name of shape.required ?? []) {
    if (!members.some(({ key }) => key === name)) check.fail(node, path, `needs "${name}".`);
  }
}

interface Member {
  readonly key: string;
  readonly keyNode: Node;
  readonly value: Node;
}

function membersOf(node: Node, path: string, check: Check): readonly Member[] {
  if (node.type !== "object") {
    check.fail(
      node,
      path,
      `${path === "" ? "The configuration must" : "must"} be an object like { … }, but it is ${described(node)}.`,
    );
    return [];
  }
  const members: Member[] = [];
  for (const property of node.children ?? []) {
    const [keyNode, value] = property.children ?? [];
    if (!keyNode || !value) continue;
    const key = String(keyNode.value);
    if (members.some((member) => member.key === key))
      check.fail(keyNode, joined(path, key), "stands here twice. Keep one of the two.");
    else members.push({ key, keyNode, value });
  }
  return members;
}

/** `tables.invoices`; a name with other characters stands in quotes. */
export function joined(path: string, key: string): string {
  const step = /^[\w$.-]+$/.test(key) ? key : JSON.stringify(key);
  return path === "" ? step : `${path}.${step}`;
}

function described(node: Node): string {
  switch (node.type) {
    case "string":
      return JSON.stringify(node.value);
    case "array":
      return "a list";
    case "object":
      return "an object";
    default:
      return `${String(node.value)}`;
  }
}

/** ` Did you mean "…"?`, or nothing. */
export function nearest(name: string, known: readonly string[]): string {
  const found = findNearest(name, known);
  return found === null ? "" : ` Did you mean "${found}"?`;
}

export function listed(values: readonly string[]): string {
  return values.map((value) => `"${value}"`).join(", ");
}

/** `3:5` of an offset. */
export function placesIn(source: string): (offset: number) => string {
  const starts = [
    0,
    ...Array.from(source.matchAll(/\r\n|\n|\r/g), ({ 0: end, index }) => index + end.length),
  ];
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return `${low + 1}:${offset - starts[low]! + 1}`;
  };
}
