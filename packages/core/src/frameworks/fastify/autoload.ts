/**
 * @fastify/autoload: each file of a directory is a plugin, and the directories below it are their prefixes.
 * https://github.com/fastify/fastify-autoload
 */
import { findModule, segmentsIn } from "../../platform/program-files.js";
import type { Call, Tracer } from "../../trace/library.js";
import { isUndefined, type ObjectValue, type Value } from "../../trace/value.js";
import { conditionsAt } from "./conditions.js";
import { imported, noOptions, opened, registerOn } from "./plugins.js";
import { textsIn } from "./routes.js";
import { childScope } from "./scope.js";
import { serviceOf } from "./service.js";
import type { InstanceData } from "./values.js";

export interface Autoload {
  readonly instance: InstanceData;
  /** Segments of its path. */
  readonly directory: readonly string[];
  readonly options: ObjectValue;
  /** It is done on an application that the program makes. */
  readonly isAttached: boolean;
  /** Instances whose hooks the files of a directory share, by its path. */
  readonly hooked: Map<string, InstanceData>;
}

/** `fastify.register(autoload, { dir: path.join(import.meta.dirname, "routes") })` */
export function noteAutoload(instance: InstanceData, { arguments: args, site }: Call, tracer: Tracer): void {
  const [plugin, options] = args;
  if (plugin?.kind !== "external" || plugin.package !== "@fastify/autoload") return;
  const directory =
    options?.kind === "object" ? segmentsIn(tracer.memberOf(options, "dir"), site.file) : null;
  if (options?.kind !== "object" || !directory) return;
  const { autoloads } = serviceOf(tracer);
  const { scope } = instance;
  const key = `${site.file}:${site.start} ${scope.prefix} ${directory.join("/")}`;
  if (scope.isDetached && autoloads.get(key)?.isAttached) return;
  autoloads.set(key, {
    // fastify-cli starts a plugin that loads all others: then nobody is seen to make the application.
    instance: {
      ...instance,
      scope: { ...scope, isDetached: false },
      conditions: conditionsAt(site, instance, tracer),
    },
    directory,
    options,
    isAttached: !scope.isDetached,
    hooked: new Map(),
  });
}

/** A file is loaded for each directory that it stands in. */
export function loadFile(file: string, tracer: Tracer): void {
  const path = file.split("/");
  const directory = path.slice(0, -1);
  const name = path.at(-1)!;
  if (!script.test(name) || declaration.test(name) || autoHooks.test(name)) return;
  for (const autoload of serviceOf(tracer).autoloads.values()) {
    if (!isBelow(directory, autoload.directory)) continue;
    // Where there is an index, the files beside it are its own.
    if (!index.test(name) && findModule(directory, indexNames, tracer) !== null) continue;
    const plugin = defaultOf(file, tracer);
    const prefix = prefixOf(file, directory, autoload, tracer);
    const options = tracer.memberOf(autoload.options, "options");
    const given = options.kind === "object" ? options : noOptions;
    registerOn(instanceFor(directory, autoload, tracer), plugin, given, prefix, tracer);
  }
}

const script = /\.[cm]?[jt]s$/;
const declaration = /\.d\.[cm]?ts$/;
const index = /^index\.[cm]?[jt]s$/i;
const autoHooks = /^[_.]?auto_?hooks\.[cm]?[jt]s$/i;
const indexNames = ["index"];
const autoHooksNames = ["", "_", "."].flatMap((mark) => [`${mark}autohooks`, `${mark}auto_hooks`]);

function isBelow(directory: readonly string[], above: readonly string[]): boolean {
  return above.every((segment, at) => directory[at] === segment);
}

function defaultOf(file: string, tracer: Tracer): Value {
  return imported({ kind: "module", file }, tracer);
}

/** What the file says itself, or the directories that it stands in. */
function prefixOf(file: string, directory: readonly string[], autoload: Autoload, tracer: Tracer): string {
  const option = (name: string): Value => tracer.memberOf(autoload.options, name);
  const ofAll = option("options");
  const [given = ""] = ofAll.kind === "object" ? textsIn(tracer.memberOf(ofAll, "prefix")) : [];
  const [override] = exportedText(file, "prefixOverride", tracer);
  if (override !== undefined) return override;
  const [own] = exportedText(file, "autoPrefix", tracer);
  const below = directory.slice(autoload.directory.length);
  const named = isFalse(option("dirNameRoutePrefix")) ? "" : below.map((segment) => `/${segment}`).join("");
  const prefix = given.replace(/\/$/, "") + (own ?? named);
  const hasParams = option("routeParams");
  return hasParams.kind === "literal" && hasParams.value === true ? withParams(prefix) : prefix;
}

/** `/_organizationId` is `/:organizationId`; `/year-__month` is `/year-:month`. */
function withParams(prefix: string): string {
  return prefix.includes("__") ? prefix.replaceAll("__", ":") : prefix.replaceAll("/_", "/:");
}

function exportedText(file: string, name: string, tracer: Tracer): readonly string[] {
  const isExported = tracer.moduleOf(file)?.exports.some((one) => one.kind !== "star" && one.name === name);
  return isExported ? textsIn(tracer.exportOf(file, name)) : [];
}

function isFalse(value: Value): boolean {
  return value.kind === "literal" && value.value === false;
}

/** With `autoHooks`, files share the hooks that a file beside them adds; with `cascadeHooks`, also those of files above. */
function instanceFor(directory: readonly string[], autoload: Autoload, tracer: Tracer): InstanceData {
  const { instance, options, hooked } = autoload;
  const isOn = (name: string): boolean => {
    const value = tracer.memberOf(options, name);
    return !isUndefined(value) && !isFalse(value);
  };
  if (!isOn("autoHooks")) return instance;
  const key = directory.join("/");
  const known = hooked.get(key);
  if (known) return known;
  const own: InstanceData = { ...instance, scope: childScope(instance.scope, "") };
  hooked.set(key, own);
  const first =
    isOn("cascadeHooks") && !isOn("overwriteHooks") ? autoload.directory.length : directory.length;
  for (let depth = first; depth <= directory.length; depth++) {
    const file = findModule(directory.slice(0, depth), autoHooksNames, tracer);
    if (file !== null) registerOn(own, opened(defaultOf(file, tracer)), noOptions, "", tracer);
  }
  return own;
}
