/**
 * Which members an object has of which nothing is known but its type. A type is what the code declares, or what a schema
 * lets through: `z.infer<typeof Invoice>`, or what the procedure's builder was told.
 */
import { typeFromNowhere, type DeclaredType, type ResolvedMember, type TypeIn } from "../link/program.js";
import type { TypeNode } from "../lower/module.js";
import { valueOfTypeof } from "./declared-types.js";
import type { Machine } from "./machine.js";
import type { SymbolicValue, Value } from "./value.js";

type Members = ReadonlyMap<string, ResolvedMember>;

/** Those that it may have when it is taken whole: of a union, what any of its arms has. Null where nobody says. */
export function membersOf(machine: Machine, { type, without }: SymbolicValue): Members | null {
  const given = without?.type ?? type;
  const members = given && membersOfAny(machine, machine.program.typeOf(given), 0);
  if (!members || !without) return members;
  return new Map([...members].filter(([name]) => !without.names.includes(name)));
}

/** Those that every value of the type has, or may have. */
export function membersOfType(machine: Machine, type: TypeIn | null): Members | null {
  return type && machine.program.membersOf(machine.program.typeOf(type), machine.described);
}

/** One of them, also of a type that may have others besides. */
export function memberOfType(machine: Machine, type: TypeIn | null, name: string): ResolvedMember | null {
  return type && machine.program.memberOf(machine.program.typeOf(type), name, machine.described);
}

function membersOfAny(machine: Machine, type: DeclaredType, depth: number): Members | null {
  if (depth > deepest) return null;
  const below = (one: DeclaredType): Members | null => membersOfAny(machine, one, depth + 1);
  switch (type.kind) {
    case "union":
      return combined(type.types.filter((one) => !isAbsence(one)).map(below), (found, arms) =>
        found.length < arms ? true : found.some(({ optional }) => optional),
      );
    case "intersection":
      return combined(type.types.map(below), (found) => found.every(({ optional }) => optional));
    case "external": {
      const described = machine.described(type);
      return described && below(machine.program.typeOf(described));
    }
    default:
      return machine.program.membersOf(type, machine.described);
  }
}

/** Types that refer to themselves. */
const deepest = 12;

function combined(
  parts: readonly (Members | null)[],
  isOptional: (found: readonly ResolvedMember[], parts: number) => boolean,
): Members | null {
  const known = parts.filter((part) => part !== null);
  if (known.length < parts.length) return null;
  const names = new Set(known.flatMap((part) => [...part.keys()]));
  return new Map(
    [...names].map((name) => {
      const found = known.flatMap((part) => part.get(name) ?? []);
      return [name, { ...found[0]!, optional: isOptional(found, parts.length) }] as const;
    }),
  );
}

function isAbsence(type: DeclaredType): boolean {
  return (
    type.kind === "node" &&
    type.in.node.kind === "keyword" &&
    ["undefined", "null", "void"].includes(type.in.node.name)
  );
}

/** What a type of a package stands for, where its model knows. */
export function describedBy(machine: Machine, type: DeclaredType & { kind: "external" }): TypeIn | null {
  const [given] = type.arguments;
  const model = machine.modelOfPackage.get(type.package);
  if (!given || !model) return null;
  if (model.transparentTypes?.includes(type.path.join("."))) return given;
  if (!model.inferringTypes?.includes(type.path.at(-1) ?? "")) return null;
  const named = machine.program.typeOf(given);
  if (named.kind !== "node" || named.in.node.kind !== "typeof") return null;
  const described = typeOfSchema(machine, valueOfTypeof(machine, named.in.file, named.in.node));
  return described && typeFromNowhere(described);
}

export function typeOfSchema(machine: Machine, schema: Value): TypeNode | null {
  return schema.kind === "library"
    ? (machine.modelOfName.get(schema.library)?.describes?.(schema) ?? null)
    : null;
}
