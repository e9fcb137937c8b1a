/**
 * Which members an object has of which nothing is known but its type. A type is what the code declares, or what a schema
 * lets through: `z.infer<typeof Invoice>`, or what the procedure's builder was told.
 */
import { typeFromNowhere, type DeclaredType, type ResolvedMember, type TypeIn } from "../link/program.js";
import type { TypeNode } from "../lower/module.js";
import { valueOfTypeof } from "./declared-types.js";
import { wordIn, type Facts } from "./facts.js";
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
function membersOfType(machine: Machine, type: TypeIn | null): Members | null {
  return type && machine.program.membersOf(machine.program.typeOf(type), machine.described);
}

/** One of an object's: of those that are one of several shapes, what the shapes that are left say of it. */
export function memberOfShape(
  machine: Machine,
  { type, id }: SymbolicValue,
  name: string,
): ResolvedMember | null {
  const declared = type && describedType(machine, machine.program.typeOf(type));
  if (!declared || declared.kind !== "union") return membersOfType(machine, type)?.get(name) ?? null;
  const shapes = declared.types
    .filter((one) => !isAbsence(one))
    .map((one) => machine.program.membersOf(one, machine.described));
  if (shapes.some((one) => one === null)) return null;
  const isLeft = isLeftAfter(machine.facts, id);
  const found = shapes.filter((one) => one !== null && isLeft(one)).flatMap((one) => one?.get(name) ?? []);
  const [first, ...others] = found;
  if (!first) return null;
  // Where a shape has none of that name, the program has asked which it is, or TypeScript would not let it go on.
  const optional = found.some((one) => one.optional);
  const isOneType = others.every((one) => one.type?.node === first.type?.node);
  return { ...first, optional, type: isOneType ? first.type : oneOfWords(machine, found) };
}

/** `z.infer<typeof Filter>` is what the schema lets through. */
function describedType(machine: Machine, type: DeclaredType): DeclaredType {
  const described = type.kind === "external" ? machine.described(type) : null;
  return described ? machine.program.typeOf(described) : type;
}

/** What says in a word, in each of several shapes, which it is: all of the words. */
function oneOfWords(machine: Machine, members: readonly ResolvedMember[]): TypeIn | null {
  const words = new Map<string | number | boolean | null, TypeNode>();
  const pending = members.map(({ type }) => type && machine.program.typeOf(type));
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    if (type?.kind === "union") pending.push(...type.types);
    else if (type?.kind === "node" && type.in.node.kind === "literal")
      words.set(type.in.node.value, type.in.node);
    else return null;
  }
  return typeFromNowhere({ start: 0, end: 0, kind: "union", types: [...words.values()] });
}

/** `if (asked.kind === "own")`: of the shapes that say their kind in a word, those that are left after what was compared. */
function isLeftAfter(facts: Facts, id: string): (shape: Members) => boolean {
  const said = [...facts.values()].flatMap((fact) => {
    if (fact.kind !== "equal" && fact.kind !== "different") return [];
    const { word, subject } = wordIn(fact) ?? {};
    return word && subject?.kind === "symbolic" && subject.id.startsWith(`${id}.`)
      ? [{ name: subject.id.slice(id.length + 1), word: word.value, isSame: fact.kind === "equal" }]
      : [];
  });
  return (shape) =>
    said.every(({ name, word, isSame }) => {
      const node = shape.get(name)?.type?.node;
      return node?.kind !== "literal" || (node.value === word) === isSame;
    });
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
