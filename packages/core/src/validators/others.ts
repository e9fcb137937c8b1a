/** Validators that take schema and value in one call: what goes in comes out. */
import type { LibraryModel } from "../trace/library.js";

interface Conveyor {
  readonly library: string;
  readonly packages: readonly string[];
  /** Functions by name, with the position of the value among their arguments. */
  readonly conveys: Readonly<Record<string, number>>;
}

const conveyors: readonly Conveyor[] = [
  // https://docs.superstructjs.org/api-reference/core
  { library: "superstruct", packages: ["superstruct"], conveys: { create: 0, mask: 0 } },
  // https://github.com/sinclairzx81/typebox#values
  {
    library: "typebox",
    packages: ["@sinclair/typebox", "typebox"],
    conveys: { Parse: 1, Decode: 1, Cast: 1, Clean: 1, Convert: 1, Default: 1 },
  },
  // https://github.com/typestack/class-transformer
  {
    library: "class-transformer",
    packages: ["class-transformer"],
    conveys: { plainToInstance: 1, plainToClass: 1, instanceToPlain: 0, classToPlain: 0 },
  },
];

export const others: readonly LibraryModel[] = conveyors.map(({ library, packages, conveys }) => ({
  name: library,
  packages,
  signs: [],
  callExternal(external, call) {
    const name = external.path.at(-1) ?? "";
    const position = Object.hasOwn(conveys, name) ? conveys[name] : undefined;
    return position === undefined ? null : (call.arguments[position] ?? null);
  },
}));

/** ArkType's schemas are functions, and give either what came in or errors (https://arktype.io/docs/intro/your-first-type). */
export const arktype: LibraryModel = {
  name: "arktype",
  packages: ["arktype"],
  signs: [],
  callExternal: (external) =>
    external.path.at(-1) === "type"
      ? { kind: "library", library: "arktype", type: "schema", data: null }
      : null,
  callValue: (_, call) => call.arguments[0] ?? null,
  callMethod(receiver, method, call) {
    if (method === "assert" || method === "from") return call.arguments[0] ?? null;
    return method === "allows" ? null : receiver;
  },
};
