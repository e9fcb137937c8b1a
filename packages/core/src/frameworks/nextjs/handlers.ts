/** Who handles what a file exports. */
import { optionsOf } from "../../trace/choice.js";
import type { EntryKind, Role } from "../../trace/entry.js";
import type { Tracer } from "../../trace/library.js";
import type { FunctionValue, Site, Value } from "../../trace/value.js";

export interface Exported {
  readonly file: string;
  /** The name of the export. */
  readonly export: string;
  readonly name: string;
  readonly kind: EntryKind;
  parametersOf(handler: FunctionValue): readonly Role[];
}

export function enterExport(exported: Exported, tracer: Tracer): void {
  const { file, name, kind } = exported;
  const site = siteOf(file, exported.export, tracer);
  for (const handler of handlersIn(tracer.exportOf(file, exported.export))) {
    const parameters = exported.parametersOf(handler);
    const before = () => [];
    tracer.escape(handler, site);
    tracer.enter({ name, kind, framework: "nextjs", site, handler, parameters, before, isDetached: false });
  }
}

/** What a wrapper that we do not see was given is what it calls. */
function handlersIn(value: Value): readonly FunctionValue[] {
  return optionsOf(value).flatMap((option) => {
    if (option.kind === "function") return [option];
    if (option.kind !== "symbolic") return [];
    return (option.from ?? []).flatMap((given) => (given.kind === "function" ? [given] : []));
  });
}

/** The declaration of what is exported; the file's beginning, where it stands in another one. */
function siteOf(file: string, name: string, tracer: Tracer): Site {
  const module = tracer.moduleOf(file);
  const found = module?.exports.find((one) => one.kind === "local" && one.name === name);
  const binding = found?.kind === "local" ? found.binding : null;
  for (const statement of module?.functions[0]?.body ?? []) {
    const declared =
      statement.kind === "function" && statement.binding === binding
        ? module?.functions[statement.function]
        : statement.kind === "variables"
          ? statement.declarations.find(
              ({ pattern }) => pattern.kind === "binding" && pattern.binding === binding,
            )
          : undefined;
    if (declared) return { file, start: declared.start, end: declared.end };
  }
  return { file, start: 0, end: 0 };
}
