/**
 * Models of packages whose sources are absent, as the configuration describes them: one for each package, which knows those of
 * its functions that are declared, by how they are reached, and nothing else of it.
 */
import { callDeclared } from "./calls.js";
import type { DeclaredFunction } from "../tenancy/config-functions.js";
import type { Call, LibraryModel, Tracer } from "../trace/library.js";
import type { LibraryValue, Value } from "../trace/value.js";

/** What the program was seen to do with what is declared. */
export interface Uses {
  /** Declarations that some call means. */
  readonly met: Set<DeclaredFunction>;
  /** By package, how its other functions were reached: what may have been meant. */
  readonly reached: Map<string, Set<string>>;
}

/** `known`: packages that have a model already. */
export function declaredModels(
  functions: readonly DeclaredFunction[],
  known: ReadonlySet<string>,
): { readonly models: readonly LibraryModel[]; readonly uses: Uses } {
  const uses: Uses = { met: new Set(), reached: new Map() };
  const modules = [...new Set(functions.map(({ module }) => module))].filter((module) => !known.has(module));
  const models = modules.map((module) =>
    modelOf(
      module,
      functions.filter((one) => one.module === module),
      uses,
    ),
  );
  return { models, uses };
}

function modelOf(
  module: string,
  functions: readonly DeclaredFunction[],
  { met, reached }: Uses,
): LibraryModel {
  const library = `declared ${module}`;
  const find = (way: string): DeclaredFunction | undefined =>
    functions.find((one) => one.function === way || one.function === withoutDefault(way));
  const leadsFurther = (way: string): boolean =>
    functions.some(
      (one) => one.function.startsWith(`${way}.`) || one.function.startsWith(`${withoutDefault(way)}.`),
    );
  const part = (way: string): LibraryValue | null =>
    find(way) || leadsFurther(way) ? { kind: "library", library, type: way, data: null } : null;

  const called = (way: string, call: Call, tracer: Tracer): Value | null => {
    const declared = find(way);
    if (declared) {
      met.add(declared);
      return callDeclared(declared, call, tracer);
    }
    const made = part(`${way}()`);
    if (!made) noteReached(way);
    else for (const argument of call.arguments) tracer.escape(argument, call.site);
    return made;
  };
  const noteReached = (way: string): void => {
    const known = reached.get(module);
    if (known) known.add(way);
    else reached.set(module, new Set([way]));
  };
  return {
    name: library,
    packages: [module],
    typed: ({ path }) => (leadsFurther(path.join(".")) ? part(path.join(".")) : null),
    construct({ path }, call, tracer) {
      const way = path.join(".");
      if (!leadsFurther(way)) return null;
      for (const argument of call.arguments) tracer.escape(argument, call.site);
      return part(way);
    },
    callExternal: ({ path }, call, tracer) => called(path.join("."), call, tracer),
    callMethod: (receiver, method, call, tracer) =>
      receiver.kind === "library" ? called(`${receiver.type}.${method}`, call, tracer) : null,
    callValue: ({ type }, call, tracer) => called(type, call, tracer),
    member: (receiver, property) =>
      receiver.kind === "library" ? part(`${receiver.type}.${property}`) : null,
  };
}

/** `import rows from "@acme/rows"` is reached as `default`. */
function withoutDefault(way: string): string {
  return way.replace(/^default\./, "");
}
