/** One property of an entity, however it is declared: by a decorator, by a builder, or by an object of options. */
import type { Program } from "../../../link/program.js";
import { unwrap } from "../../../link/declarations.js";
import { chainOf, textOf, type Value } from "../drizzle/value.js";
import { alternativesOf, firstText, maySay, optionsIn, says } from "../reading/decorators.js";
import type { EntityColumn, EntityRelation, Target } from "../reading/entity.js";
import type { MikroNaming } from "./naming.js";

export type Kind = "property" | "embedded" | "m:1" | "1:1" | "1:m" | "m:n";

export interface SaidProperty {
  readonly property: string;
  readonly kind: Kind;
  readonly options: ReadonlyMap<string, Value>;
  /** The type that stands where the options have none. */
  readonly type: string;
  /** What a relation leads to; null where that cannot be told. */
  readonly target: Target | null;
  /** The property over there that has the column: this side has none. */
  readonly mappedBy: string | null;
}

export function columnOf(said: SaidProperty, naming: MikroNaming, prefix: string): EntityColumn | null {
  const { property, options } = said;
  if (says(options, "persist", false) || options.has("formula")) return null;
  const primary = maySay(options, "primary");
  const written = textIn(options, "fieldName") ?? textIn(options, "name");
  return {
    property,
    name: written ?? prefix + naming.column(property),
    aliases: [],
    nullable: !primary && maySay(options, "nullable"),
    type: (textIn(options, "columnType") ?? typeIn(options) ?? said.type).slice(0, 80),
    defaulted: ["default", "defaultRaw", "onCreate", "generated", "autoincrement", "version"].some(
      (each) => options.has(each) && !says(options, each, false),
    ),
    primary,
    unique: maySay(options, "unique"),
    refers: null,
  };
}

export function relationOf(said: SaidProperty): EntityRelation | null {
  const { property, kind, options, target, mappedBy } = said;
  if (!target || says(options, "persist", false)) return null;
  const isHolder = kind === "m:1" || (kind === "1:1" && mappedBy === null);
  const isOwner = kind === "m:n" && mappedBy === null;
  const names = namesIn(options, "fieldName", "joinColumn", "fieldNames", "joinColumns", "name");
  const referenced = namesIn(options, "referenceColumnName", "referencedColumnNames");
  const pivot = options.get("pivotEntity");
  return {
    property,
    target,
    kind: isHolder ? "holder" : kind === "m:n" ? "linked" : "held",
    list: kind === "1:m" || kind === "m:n",
    columns: isHolder ? names.map((name, index) => ({ name, referenced: referenced[index] ?? null })) : [],
    inverse: mappedBy,
    nullable: maySay(options, "nullable"),
    primary: maySay(options, "primary"),
    unique: kind === "1:1",
    link:
      isOwner && !pivot
        ? {
            table: textIn(options, "pivotTable"),
            through: null,
            columns: namesIn(options, "joinColumn", "joinColumns"),
            inverseColumns: namesIn(options, "inverseJoinColumn", "inverseJoinColumns"),
          }
        : null,
  };
}

/** `p.uuid().primary()` as a kind with options: each step is one. */
export function fromBuilder(value: Value): {
  readonly kind: string;
  readonly given: readonly Value[];
  readonly options: ReadonlyMap<string, Value>;
} | null {
  const { root, steps } = chainOf(value);
  const [first, ...rest] = steps;
  if (root.kind !== "library" || !first || first.arguments === null) return null;
  const options = new Map<string, Value>(optionsIn(first.arguments));
  for (const { name, arguments: given } of rest)
    if (name !== null) options.set(name, given?.[0] ?? { kind: "literal", value: true });
  return { kind: first.name ?? root.path.at(-1) ?? "", given: first.arguments, options };
}

/** `author` of `mappedBy: "author"` and of `(book) => book.author`. */
export function propertyNamed(value: Value | undefined, program: Program): string | null {
  if (value?.kind !== "function") return textOf(value);
  const [statement] = program.module(value.file)?.functions[value.function]?.body ?? [];
  if (statement?.kind !== "return" || !statement.argument) return null;
  const returned = unwrap(statement.argument);
  return returned.kind === "member" ? returned.property : null;
}

function textIn(options: ReadonlyMap<string, Value>, name: string): string | null {
  const value = options.get(name);
  return value ? firstText([value]) : null;
}

function namesIn(options: ReadonlyMap<string, Value>, ...keys: readonly string[]): readonly string[] {
  for (const key of keys) {
    const value = options.get(key);
    const listed = value?.kind === "list" ? value.elements : value ? [value] : [];
    const names = listed.flatMap((each) => textOf(each) ?? []);
    if (names.length > 0) return names;
  }
  return [];
}

/** `type: "uuid"`, `type: String`, `type: types.datetime`, `type: JsonType`. */
function typeIn(options: ReadonlyMap<string, Value>): string | null {
  const written = options.get("type");
  for (const each of alternativesOf(written ? [written] : [])) {
    const name =
      textOf(each) ??
      (each.kind === "global" ? each.name : each.kind === "library" ? (each.path.at(-1) ?? null) : null);
    if (name !== null) return name.replace(/Type$/, "");
  }
  return options.has("items") ? "enum" : null;
}
