/**
 * `tenant-audit.config.json`: data, never code; comments are allowed. It is checked here, once, and believed from then
 * on. Whether the tables and columns it names exist can only be said beside the schemas, which `decisions.ts` does.
 */
import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from "jsonc-parser";
import {
  checkFunctions,
  functionFrom,
  functionsShape,
  type DeclaredFunction,
  type WrittenFunction,
} from "./config-functions.js";
import { checkShape, placesIn, type Check, type Shape } from "./config-shape.js";

export const grades = ["leak", "weak", "integrity", "hygiene"] as const;
export const configurableClasses = ["root", "tenant", "child", "global"] as const;

export interface Configuration {
  /** What errors call it. */
  readonly file: string;
  /** Where it says what it says of the model, `3:5`, by the path in it: `tables.invoices.key`. */
  readonly places: Readonly<Record<string, string>>;
  /** Where given, these are all the levels there are; null leaves them to the inference. */
  readonly levels: Readonly<Record<string, LevelConfiguration>> | null;
  /** The table of users and the columns that hold the id of a row's owner; null leaves both to the inference. */
  readonly users: LevelConfiguration | null;
  /** Says about single tables what the inference cannot know. */
  readonly tables: Readonly<Record<string, TableConfiguration>>;
  /** What functions do that are not here to be read. */
  readonly functions: readonly DeclaredFunction[];
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
  /** Null when the tenants, or users, are kept elsewhere and only columns name them. */
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
  places: {},
  levels: null,
  users: null,
  tables: {},
  functions: [],
  skip: [],
  failOn: "weak",
  include: null,
  exclude: [],
  tests: [],
};

/** `tenant-audit.config.json:3:5`: the nearest place above the path, where nothing is written there itself. */
export function placeOfOption({ file, places }: Configuration, path: string): string {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(at.lastIndexOf("."), at.lastIndexOf("["), 0))) {
    if (Object.hasOwn(places, at)) return `${file}:${places[at]}`;
  }
  return file;
}

/** With an error in it, the configuration holds the defaults at that place. */
export function parseConfiguration(
  text: string,
  file: string,
): { configuration: Configuration; errors: readonly ConfigurationError[] } {
  const errors: ConfigurationError[] = [];
  const source = text.replace(/^\uFEFF/, "");
  const syntaxErrors: ParseError[] = [];
  const placeAt = placesIn(source);
  const root = parseNested(source, syntaxErrors);
  if (root === "too deep") {
    const message = `${file}: is nested too deep to be read. A configuration has at most four levels.`;
    return { configuration: { ...noConfiguration, file }, errors: [{ path: "", message }] };
  }
  const [syntaxError] = syntaxErrors;
  if (syntaxError || !root) {
    const what = root
      ? syntaxMessage(syntaxError!)
      : "is empty. Write {} for a configuration that changes nothing";
    return {
      configuration: { ...noConfiguration, file },
      errors: [
        {
          path: "",
          message: root ? `${file}:${placeAt(syntaxError?.offset ?? 0)}: ${what}.` : `${file}: ${what}.`,
        },
      ],
    };
  }

  const places: Record<string, string> = {};
  const check: Check = {
    visit(node, path) {
      // The name before the value is where a person looks.
      const { offset } = node.parent?.type === "property" ? node.parent : node;
      if (/^(?:(?:levels|tables|users)\.|functions\[)/.test(path)) places[path] = placeAt(offset);
    },
    fail(node, path, message) {
      const subject = path === "" ? "" : `${path} `;
      errors.push({ path, message: `${file}:${placeAt(node.offset)}: ${subject}${message}` });
    },
  };
  checkShape(root, "", configurationShape, check);
  const functions = findNodeAtLocation(root, ["functions"]);
  if (errors.length === 0 && functions) checkFunctions(functions, "functions", check);
  if (errors.length > 0) return { configuration: { ...noConfiguration, file }, errors };
  return { configuration: { ...configurationFrom(getNodeValue(root) as Written), file, places }, errors };
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

interface WrittenLevel {
  readonly table?: string;
  readonly columns?: readonly string[];
}

/** The file's own form, in which nearly everything may be left out. */
interface Written {
  readonly levels?: Record<string, WrittenLevel>;
  readonly users?: WrittenLevel;
  readonly tables?: Record<
    string,
    {
      class?: TableConfiguration["class"];
      key?: string | readonly string[];
      parent?: TableConfiguration["parent"];
    }
  >;
  readonly functions?: readonly WrittenFunction[];
  readonly skip?: readonly string[];
  readonly failOn?: Configuration["failOn"];
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly tests?: readonly string[];
}

function configurationFrom(written: Written): Omit<Configuration, "file" | "places"> {
  const { levels, users, tables, functions, skip, failOn, include, exclude, tests } = written;
  return {
    levels: levels ? mapValues(levels, levelFrom) : null,
    users: users ? levelFrom(users) : null,
    tables: mapValues(tables ?? {}, ({ class: tableClass, key, parent }): TableConfiguration => ({
      class: tableClass ?? null,
      key: key === undefined ? null : typeof key === "string" ? [key] : key,
      parent: parent ?? null,
    })),
    functions: (functions ?? []).map(functionFrom),
    skip: skip ?? noConfiguration.skip,
    failOn: failOn ?? noConfiguration.failOn,
    include: include ?? noConfiguration.include,
    exclude: exclude ?? noConfiguration.exclude,
    tests: tests ?? noConfiguration.tests,
  };
}

function levelFrom({ table, columns }: WrittenLevel): LevelConfiguration {
  return { table: table ?? null, columns: columns ?? [] };
}

function mapValues<T, R>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => R,
): Readonly<Record<string, R>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

const text: Shape = { kind: "text" };
const texts: Shape = { kind: "list", of: text };
const level: Shape = { kind: "options", options: { table: text, columns: texts } };

export const configurationShape: Shape & { kind: "options" } = {
  kind: "options",
  options: {
    $schema: text,
    levels: { kind: "record", of: level },
    users: level,
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
    functions: functionsShape,
    skip: texts,
    failOn: { kind: "choice", values: grades },
    include: { kind: "list", of: text, atLeast: 1 },
    exclude: texts,
    tests: texts,
  },
};

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
