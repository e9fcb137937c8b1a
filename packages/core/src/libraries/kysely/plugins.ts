/**
 * Plugins (https://kysely.dev/docs/plugins) are handed every statement before it runs and give back another one, so that one of
 * them may add the tenant's filter to it. What it adds is not followed; whether it can add anything is.
 */
import { optionsOf } from "../../trace/choice.js";
import type { Tracer } from "../../trace/library.js";
import { isUndefined, type ClientNote, type ObjectValue, type Value } from "../../trace/value.js";
import { dataOf, library, valueOf } from "./values.js";

/** Those of Kysely's own that leave it as it is which rows a statement reaches. */
const harmless = new Set([
  "CamelCasePlugin",
  "DeduplicateJoinsPlugin",
  "HandleEmptyInListsPlugin",
  "ImmediateValuePlugin",
  "NoopPlugin",
  "ParseJSONResultsPlugin",
  "SafeNullComparisonPlugin",
]);

export function pluginNamed(name: string): Value | null {
  return harmless.has(name) ? harmlessPlugin : null;
}

/** What a client does that has been given these, beside what it did before; the first that may add a filter is told. */
export function withPlugins(
  tracer: Tracer,
  before: ClientNote | undefined,
  plugins: Value | undefined,
): ClientNote | undefined {
  if (before?.kind === "limits" || plugins === undefined) return before;
  const limiting = pluginsIn(plugins).find((plugin) => mayLimit(tracer, plugin));
  if (!limiting) return before;
  tracer.noteScopingClient(library);
  const name = nameOf(tracer, limiting);
  const reason = `a plugin may limit it: ${name ?? "it is not known which"}`;
  const known = notes.get(reason) ?? { kind: "limits", reason };
  notes.set(reason, known);
  return known;
}

/** One object for each, so that two ways to the same client are one value. */
const notes = new Map<string, ClientNote>();

const harmlessPlugin = valueOf({ type: "plugin" });
/** Stands for the statement that a plugin is handed. */
const node = valueOf({ type: "node" });

/** `new Kysely({ plugins })` */
export function pluginsOf(options: Value | undefined): Value | undefined {
  return options?.kind === "object" ? options.fields.get("plugins")?.value : undefined;
}

function pluginsIn(value: Value): readonly Value[] {
  if (value.kind === "array")
    return [...value.elements, ...(value.rest ? [value.rest] : [])].flatMap(pluginsIn);
  return value.kind === "choice" ? value.options.flatMap(pluginsIn) : isUndefined(value) ? [] : [value];
}

function mayLimit(tracer: Tracer, plugin: Value): boolean {
  if (dataOf(plugin)?.type === "plugin") return false;
  const transform = tracer.memberOf(plugin, "transformQuery");
  if (transform.kind !== "function") {
    const inherited = plugin.kind === "instance" ? tracer.libraryValueOf(plugin) : null;
    return inherited === null || dataOf(inherited)?.type !== "plugin";
  }
  const given: ObjectValue = {
    kind: "object",
    fields: new Map([["node", { value: node, sometimes: false, overwritable: false }]]),
    open: true,
  };
  return optionsOf(tracer.invoke(transform, [given])).some((result) => result !== node);
}

function nameOf(tracer: Tracer, plugin: Value): string | null {
  switch (plugin.kind) {
    case "instance":
      return tracer.moduleOf(plugin.file)?.classes[plugin.class]?.name ?? null;
    case "external":
      return plugin.path.findLast((part) => part !== "()") ?? null;
    case "symbolic":
      return plugin.text;
    default:
      return null;
  }
}
