/**
 * What whoever runs the program says, as the environment and the arguments of the process do: an environment that was checked by
 * a schema, arguments that were taken apart, what is typed in at a terminal. For those who use the service, it is a
 * constant.
 */
import { optionsOf } from "../trace/choice.js";
import type { Call, LibraryModel, Tracer } from "../trace/library.js";
import { isOfProcess } from "../trace/names.js";
import { isUndefined, type Value } from "../trace/value.js";

/**
 * `own`: of the process itself, whatever it is given. `given`: its first argument, where it has one; `args` and `input`: what
 * that has under this name.
 */
type Source = "own" | "given" | "args" | "input";

function named(source: Source, ...names: readonly string[]): ReadonlyMap<string, Source> {
  return new Map(names.map((name) => [name, source]));
}

/** What Node.js itself has goes by two names. */
function both(name: string, exports: ReadonlyMap<string, Source>) {
  return [
    [name, exports],
    [`node:${name}`, exports],
  ] as const;
}

/** By package, the exports that ask for it. */
const sources: ReadonlyMap<string, ReadonlyMap<string, Source>> = new Map([
  // https://env.t3.gg/docs/customization: what `runtimeEnv` names, each by itself.
  ["@t3-oss/env-core", named("own", "createEnv")],
  ["@t3-oss/env-nextjs", named("own", "createEnv")],
  ["@t3-oss/env-nuxt", named("own", "createEnv")],
  ["envalid", named("given", "cleanEnv")],
  ["znv", named("given", "parseEnv")],
  // https://nodejs.org/api/util.html#utilparseargsconfig
  ...both("util", named("args", "parseArgs")),
  ["minimist", named("given", "default")],
  ["mri", named("given", "default")],
  ["yargs-parser", named("given", "default")],
  ["@clack/prompts", named("own", "text", "select", "multiselect", "confirm", "password", "group")],
  ["@inquirer/prompts", named("own", "input", "select", "confirm", "password", "number", "search")],
  ["prompts", named("own", "default")],
  ...both("readline", named("input", "createInterface")),
  ...both("readline/promises", named("input", "createInterface")),
]);

export const operators: LibraryModel = {
  name: "operators",
  packages: [...sources.keys()],
  signs: [],
  callExternal(external, call, tracer) {
    const name = external.path.at(-1) ?? "default";
    const source = sources.get(external.package)?.get(name);
    if (!source || !isSaidThere(source, call, tracer)) return null;
    for (const argument of call.arguments) tracer.escape(argument, call.site);
    return { ...tracer.symbolic(call.site, `${name}()`), origin: "constant" };
  },
};

/** `parseArgs({ args: process.argv.slice(2) })`; what the program puts together itself may be anybody's. */
function isSaidThere(source: Source, { arguments: [first] }: Call, tracer: Tracer): boolean {
  if (source === "own") return true;
  if (first === undefined) return true;
  const said = source === "args" || source === "input" ? tracer.memberOf(first, source) : first;
  const named = optionsOf(said).filter((one) => !isUndefined(one));
  return source === "input" ? named.length > 0 && named.every(isSaid) : named.every(isOfProcess);
}

/** Also what was made of it: an argument that was taken apart, a file that one of them names. */
function isSaid(value: Value): boolean {
  return (
    isOfProcess(value) ||
    (value.kind === "symbolic" && value.origin === "constant" && value.id.startsWith("value:"))
  );
}
