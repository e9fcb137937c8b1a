/** The entry points of a small program, as lines that a test can state. */
import { exampleTenancy } from "@tenant-audit/testing";
import ts from "typescript";
import { link } from "../../link/link.js";
import { lowerFile } from "../../lower/lower.js";
import type { EntryPoint, Role } from "../../trace/entry.js";
import { trace } from "../../trace/trace.js";
import type { FunctionValue } from "../../trace/value.js";
import { frameworks } from "../index.js";

export interface Entered {
  readonly name: string;
  readonly kind: string;
  /** As the code calls the function: `list`, `InvoicesController.list`, or the text of one that has no name. */
  readonly handler: string;
  /** The role of each parameter: `request.params`, `context user`, `job`. */
  readonly parameters: readonly string[];
  /** Function and when the rest runs: `authenticate next`. */
  readonly before: readonly string[];
  readonly isDetached: boolean;
  readonly entry: EntryPoint;
}

/** A string is `main.ts`. */
export function entered(files: string | Readonly<Record<string, string>>): readonly Entered[] {
  const texts = new Map(Object.entries(typeof files === "string" ? { "main.ts": files } : files));
  const modules = new Map([...texts].map(([file, text]) => [file, lowerFile(ts, file, text).module]));
  const program = link({ files: [...texts.keys()], packages: [], aliases: [] }, modules);
  const { entries } = trace({
    program,
    tenancy: exampleTenancy,
    models: frameworks,
    judged: new Set(texts.keys()),
  });
  const nameOf = (value: FunctionValue): string => {
    const module = modules.get(value.file)!;
    const { name, class: owner, start, end } = module.functions[value.function]!;
    if (name === null) return texts.get(value.file)!.slice(start, end);
    return owner === null ? name : `${module.classes[owner]!.name}.${name}`;
  };
  return entries.map((entry) => ({
    name: entry.name,
    kind: entry.kind,
    handler: nameOf(entry.handler),
    parameters: entry.parameters.map(roleText),
    before: entry.before().map((guard) => `${nameOf(guard.function)} ${guard.continues}`),
    isDetached: entry.isDetached,
    entry,
  }));
}

/** A request's name says what it is; of anything else, the kind is said where the name does not. */
function roleText({ kind, name }: Role): string {
  return name === kind || name.startsWith(`${kind}.`) ? name : `${kind} ${name}`.trim();
}
