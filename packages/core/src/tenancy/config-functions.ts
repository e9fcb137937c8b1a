/**
 * What a configuration says of functions of packages whose sources are absent: what each does, and what its parameters are.
 * They are read here and believed from then on; whether anybody calls them is found out where calls are followed.
 */
import type { Node } from "jsonc-parser";
import { joined, listed, nearest, type Check, type Shape } from "./config-shape.js";

export type DeclaredFunction =
  DeclaredDataLayer | DeclaredVerifier | DeclaredAuthenticator | DeclaredEntryPoint;

interface Declared {
  /** Where the configuration says so: `functions[0]`. */
  readonly path: string;
  /** The package that is imported. */
  readonly module: string;
  /** How it is reached from there: `find`, `rows.find`, `Store.find` of what `new Store()` makes, `createStore().find`. */
  readonly function: string;
}

/** What it is given decides whose data it works on. */
export interface DeclaredDataLayer extends Declared {
  readonly does: "data layer";
  readonly parameters: readonly string[];
  /** `organizationId`, or a field: `filter.organizationId`. Of several, each names a level. */
  readonly tenant: readonly string[];
}

/** It makes sure that something is the caller's. */
export interface DeclaredVerifier extends Declared {
  readonly does: "verifier";
  readonly parameters: readonly string[];
  readonly verifies: readonly string[];
  /** Who it is held against; empty where the function knows by itself who is asking. */
  readonly against: readonly string[];
  /** What it does where it is not so: `throws`, or it `answers` with something that counts as false. */
  readonly refuses: "throws" | "answers";
}

/** What it gives is what the service knows of who is asking. */
export interface DeclaredAuthenticator extends Declared {
  readonly does: "authenticator";
}

/** It calls a handler whenever something comes in. */
export interface DeclaredEntryPoint extends Declared {
  readonly does: "entry point";
  readonly parameters: readonly string[];
  readonly handler: string;
  /** What each parameter of the handler stands for. */
  readonly receives: readonly HandlerParameter[];
  /** Who sets it off. */
  readonly by: "request" | "service";
}

const handlerParameters = ["request", "principal", "nothing"] as const;
export type HandlerParameter = (typeof handlerParameters)[number];

/** The file's own form. */
export type WrittenFunction = { readonly module: string; readonly function: string } & {
  readonly does: DeclaredFunction["does"];
  readonly parameters?: readonly string[];
  readonly tenant?: string | readonly string[];
  readonly verifies?: string | readonly string[];
  readonly against?: string | readonly string[];
  readonly refuses?: DeclaredVerifier["refuses"];
  readonly handler?: string;
  readonly receives?: readonly HandlerParameter[];
  readonly by?: DeclaredEntryPoint["by"];
};

const text: Shape = { kind: "text" };
const oneOrMore: Shape = { kind: "either", one: text, other: { kind: "list", of: text, atLeast: 1 } };

/** What a function that does so has to say, and what it may. */
const optionsOf: Readonly<
  Record<WrittenFunction["does"], { needs: readonly string[]; has: readonly string[] }>
> = {
  "data layer": { needs: ["parameters", "tenant"], has: [] },
  verifier: { needs: ["parameters", "verifies", "refuses"], has: ["against"] },
  authenticator: { needs: [], has: [] },
  "entry point": { needs: ["parameters", "handler", "receives"], has: ["by"] },
};

export const functionsShape: Shape & { kind: "list"; of: Shape & { kind: "options" } } = {
  kind: "list",
  of: {
    kind: "options",
    options: {
      module: text,
      function: text,
      does: { kind: "choice", values: Object.keys(optionsOf) },
      parameters: { kind: "list", of: text, atLeast: 1 },
      tenant: oneOrMore,
      verifies: oneOrMore,
      against: oneOrMore,
      refuses: { kind: "choice", values: ["throws", "answers"] },
      handler: text,
      receives: { kind: "list", of: { kind: "choice", values: handlerParameters } },
      by: { kind: "choice", values: ["request", "service"] },
    },
    required: ["module", "function", "does"],
  },
};

/** What the shape cannot say: which options belong together, and that names are names of parameters. */
export function checkFunctions(list: Node, path: string, check: Check): void {
  const known = new Set<string>();
  list.children?.forEach((node, index) => {
    const at = `${path}[${index}]`;
    const members = new Map(
      (node.children ?? []).map(({ children: [key, value] = [] }) => [String(key!.value), value!]),
    );
    const written = (name: string): unknown => members.get(name)?.value;
    checkOptions(node, at, members, written("does") as WrittenFunction["does"], check);

    const name = String(written("function"));
    if (!functionPath.test(name))
      check.fail(
        members.get("function")!,
        `${at}.function`,
        `is ${JSON.stringify(name)}, which is no way to reach a function. Write it as it is called: "find", "rows.find", "Store.find" for a method of what new Store() makes, "createStore().find" for one of what that gives.`,
      );
    const module = String(written("module"));
    if (/^[./]|\/\//.test(module))
      check.fail(
        members.get("module")!,
        `${at}.module`,
        `is ${JSON.stringify(module)}, which is a file. Only functions of packages can be declared; sources of this repository are read.`,
      );
    const id = `${module} ${name}`;
    if (known.has(id))
      check.fail(node, at, `says again what "${name}" of "${module}" does. Keep one of the two.`);
    known.add(id);
    checkNames(at, members, check);
  });
}

const functionPath =
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\(\))?(?:\.[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\(\))?)*(?<!\))$/u;

function checkOptions(
  node: Node,
  at: string,
  members: ReadonlyMap<string, Node>,
  does: WrittenFunction["does"],
  check: Check,
): void {
  const { needs, has } = optionsOf[does];
  const missing = needs.filter((name) => !members.has(name));
  const described = `${/^[aeiou]/.test(does) ? "an" : "a"} ${does}`;
  if (missing.length > 0) check.fail(node, at, `is ${described}, and needs ${listed(missing)} as well.`);
  for (const [name, value] of members) {
    if (["module", "function", "does", ...needs, ...has].includes(name)) continue;
    const owner = Object.entries(optionsOf).find(([, options]) =>
      [...options.needs, ...options.has].includes(name),
    )![0];
    check.fail(
      value.parent ?? value,
      joined(at, name),
      `says nothing of ${described}: it belongs to ${/^[aeiou]/.test(owner) ? "an" : "a"} ${owner}. Leave it out, or say "does": "${owner}".`,
    );
  }
}

/** `tenant: "filter.projectId"`, where `filter` is a parameter. */
function checkNames(at: string, members: ReadonlyMap<string, Node>, check: Check): void {
  const parameters = (members.get("parameters")?.children ?? []).map(({ value }) => String(value));
  if (parameters.length === 0) return;
  for (const option of ["tenant", "verifies", "against", "handler"]) {
    const value = members.get(option);
    for (const node of value?.type === "array" ? (value.children ?? []) : value ? [value] : []) {
      const [name] = String(node.value).split(".") as [string];
      if (parameters.includes(name)) continue;
      check.fail(
        node,
        joined(at, option),
        `is ${JSON.stringify(node.value)}, but no parameter is called so.${nearest(name, parameters)}\nParameters: ${parameters.join(", ")}.`,
      );
    }
  }
}

export function functionFrom(written: WrittenFunction, index: number): DeclaredFunction {
  const { module, function: name, parameters = [] } = written;
  const declared = { path: `functions[${index}]`, module, function: name };
  switch (written.does) {
    case "data layer":
      return { ...declared, does: written.does, parameters, tenant: asList(written.tenant) };
    case "verifier":
      return {
        ...declared,
        does: written.does,
        parameters,
        verifies: asList(written.verifies),
        against: asList(written.against),
        refuses: written.refuses ?? "answers",
      };
    case "authenticator":
      return { ...declared, does: written.does };
    case "entry point":
      return {
        ...declared,
        does: written.does,
        parameters,
        handler: written.handler ?? "",
        receives: written.receives ?? [],
        by: written.by ?? "request",
      };
  }
}

function asList(written: string | readonly string[] | undefined): readonly string[] {
  return written === undefined ? [] : typeof written === "string" ? [written] : written;
}
