/**
 * `tenant-audit.config.json`: data, never code; comments are allowed. It is checked here, once, and believed from then
 * on. Whether the tables and columns it names exist can only be said beside the schemas, which `decisions.ts` does.
 */
import { getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import { findNearest } from "./names.js";

export const grades = ["leak", "weak", "integrity", "hygiene"] as const;
export const configurableClasses = ["root", "tenant", "child", "global"] as const;

export interface Configuration {
  /** What errors call it. */
  readonly file: string;
  /** Where given, these are all the levels there are; null leaves them to the inference. */
  readonly levels: Readonly<Record<string, LevelConfiguration>> | null;
  /** Says about single tables what the inference cannot know. */
  readonly tables: Readonly<Record<string, TableConfiguration>>;
  /** Globs of files that may be skipped without failing the scan. */
  readonly skip: readonly string[];
  /** Findings of this grade or a graver one fail the scan. */
  readonly failOn: (typeof grades)[number];
  /** Globs of the sources to judge; null means all that the projects contain. */
  readonly include: readonly string[] | null;
  /** Globs of sources to leave out. */
  readonly exclude: readonly string[];
  /** Globs of tests beside the usual ones: listed, not judged. */
  readonly tests: readonly string[];
}

export interface LevelConfiguration {
  /** Null when the tenants are kept elsewhere and only columns name them. */
  readonly table: string | null;
  readonly columns: readonly string[];
}

export interface TableConfiguration {
  readonly class: (typeof configurableClasses)[number] | null;
  readonly key: readonly string[] | null;
  readonly parent: { readonly table: string; readonly column: string } | null;
}

export interface ConfigurationError {
  /** `tables.invoice.key`; empty when the file as a whole cannot be read. */
  readonly path: string;
  /** A whole sentence, with the file's name; further lines help. */
  readonly message: string;
}

export const noConfiguration: Configuration = {
  file: "tenant-audit.config.json",
  levels: null,
  tables: {},
  skip: [],
  failOn: "weak",
  include: null,
  exclude: [],
  tests: [],
};

/** With an error in it, the configuration holds the defaults at that place. */
export function parseConfiguration(
  text: string,
  file: string,
): { configuration: Configuration; errors: readonly ConfigurationError[] } {
  const errors: ConfigurationError[] = [];
  const source = text.replace(/^\uFEFF/, "");
  const syntaxErrors: ParseError[] = [];
  const root = parseNested(source, syntaxErrors);
  if (root === "too deep") {
    const message = `${file}: is nested too deep to be read. A configuration has at most four levels.`;
    return { configuration: { ...noConfiguration, file }, errors: [{ path: "", message }] };
  }
  const [syntaxError] = syntaxErrors;
  if (syntaxError || !root) {
    const { line, column } = placeIn(source, syntaxError?.offset ?? 0);
    const what = root
      ? syntaxMessage(syntaxError!)
      : "is empty. Write {} for a configuration that changes nothing";
    return {
      configuration: { ...noConfiguration, file },
      errors: [{ path: "", message: root ? `${file}:${line}:${column}: ${what}.` : `${file}: ${what}.` }],
    };
  }

  const check: Check = {
    fail(node, path, message) {
      const { line } = placeIn(source, node.offset);
      errors.push({
        path,
        message: path === "" ? `${file}:${line}: ${message}` : `${file}:${line}: ${path} ${message}`,
      });
    },
  };
  checkShape(root, "", configurationShape, check);
  const read = errors.length === 0 ? (getNodeValue(root) as Written) : {};
  return { configuration: { ...configurationFrom(read), file }, errors };
}

function parseNested(source: string, errors: ParseError[]): Node | "too deep" | undefined {
  try {
    return parseTree(source, errors, { allowTrailingComma: true });
  } catch (error) {
    // The parser is recursive, and thousands of brackets exhaust its stack.
    if (error instanceof RangeError) return "too deep";
    throw error;
  }
}

/** The file's own form, in which nearly everything may be left out. */
interface Written {
  readonly levels?: Record<string, { table?: string; columns?: readonly string[] }>;
  readonly tables?: Record<
    string,
    {
      class?: TableConfiguration["class"];
      key?: string | readonly string[];
      parent?: TableConfiguration["parent"];
    }
  >;
  readonly skip?: readonly string[];
  readonly failOn?: Configuration["failOn"];
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly tests?: readonly string[];
}

function configurationFrom(written: Written): Omit<Configuration, "file"> {
  const { levels, tables, skip, failOn, include, exclude, tests } = written;
  return {
    levels: levels
      ? mapValues(levels, ({ table, columns }): LevelConfiguration => ({
          table: table ?? null,
          columns: columns ?? [],
        }))
      : null,
    tables: mapValues(tables ?? {}, ({ class: tableClass, key, parent }): TableConfiguration => ({
      class: tableClass ?? null,
      key: key === undefined ? null : typeof key === "string" ? [key] : key,
      parent: parent ?? null,
    })),
    skip: skip ?? noConfiguration.skip,
    failOn: failOn ?? noConfiguration.failOn,
    include: include ?? noConfiguration.include,
    exclude: exclude ?? noConfiguration.exclude,
    tests: tests ?? noConfiguration.tests,
  };
}

function mapValues<T, R>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => R,
): Readonly<Record<string, R>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

type Shape =
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

const text: Shape = { kind: "text" };
const texts: Shape = { kind: "list", of: text };

export const configurationShape: Shape & { kind: "options" } = {
  kind: "options",
  options: {
    $schema: text,
    levels: {
      kind: "record",
      of: { kind: "options", options: { table: text, columns: texts } },
    },
    tables: {
      kind: "record",
      of: {
        kind: "options",
        options: {
          class: { kind: "choice", values: configurableClasses },
          key: { kind: "either", one: text, other: { kind: "list", of: text, atLeast: 1 } },
          parent: { kind: "options", options: { table: text, column: text }, required: ["table", "column"] },
        },
      },
    },
    skip: texts,
    failOn: { kind: "choice", values: grades },
    include: { kind: "list", of: text, atLeast: 1 },
    exclude: texts,
    tests: texts,
  },
};

interface Check {
  fail(node: Node, path: string, message: string): void;
}

function checkShape(node: Node, path: string, shape: Shape, check: Check): void {
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

function joined(path: string, key: string): string {
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

function nearest(name: string, known: readonly string[]): string {
  const found = findNearest(name, known);
  return found === null ? "" : ` Did you mean "${found}"?`;
}

function listed(values: readonly string[]): string {
  return values.map((value) => `"${value}"`).join(", ");
}

function placeIn(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

function syntaxMessage(error: ParseError): string {
  const code = printParseErrorCode(error.error);
  return syntaxMessages[code] ?? `this is no valid JSON (${code})`;
}

const syntaxMessages: Readonly<Record<string, string>> = {
  PropertyNameExpected: "a name in double quotes is expected here",
  ValueExpected: "a value is expected here",
  ColonExpected: "a colon is expected here",
  CommaExpected: "a comma is expected here",
  CloseBraceExpected: "a closing brace is missing here",
  CloseBracketExpected: "a closing bracket is missing here",
  EndOfFileExpected: "the configuration ends before this point",
  UnexpectedEndOfString: "a closing quotation mark is missing here",
  UnexpectedEndOfComment: "this comment is not closed",
  InvalidSymbol: "this is no JSON value; texts need double quotes",
};
