/** Relations between entities: `@ManyToOne(() => Organization, (o) => o.projects)` with its `@JoinColumn`, and those of an `EntitySchema`. */
import type { Program } from "../../../link/program.js";
import { unwrap } from "../../../link/declarations.js";
import type { Evaluator } from "../drizzle/evaluate.js";
import { propertyOf, textOf, type Value } from "../drizzle/value.js";
import {
  alternativesOf,
  firstText,
  maySay,
  optionsIn,
  says,
  type Decoration,
} from "../reading/decorators.js";
import type { EntityRelation, Link, Target } from "../reading/entity.js";
import { listIn } from "./columns.js";

export interface Targets {
  readonly program: Program;
  readonly evaluator: Evaluator;
  /** What tells an entity from others, by the class or the schema that declares it. */
  keyOf(value: Value): string | null;
}

/** Null for a property that is no relation, or leads nowhere that can be told. */
export function readRelation(
  property: string,
  decorations: readonly Decoration[],
  targets: Targets,
): EntityRelation | null {
  const made = decorations.find(({ name }) => relationNames.has(name));
  if (!made) return null;
  const target = targetIn(made.arguments, targets);
  if (!target) return null;
  const joinColumns = decorations.filter(({ name }) => name === "JoinColumn");
  const joinTable = decorations.find(({ name }) => name === "JoinTable");
  const functions = made.arguments.filter((each) => each.kind === "function");
  const [, ...texts] = made.arguments.map(textOf);
  return relationOf({
    property,
    target,
    kind: made.name,
    options: optionsIn(made.arguments),
    inverse: inverseOf(functions.at(-1), targets.program) ?? texts.find((text) => text !== null) ?? null,
    joinColumns: joinColumns.length > 0 ? joinColumns.flatMap((each) => joinsIn(each.arguments)) : null,
    link: joinTable ? linkIn(joinTable.arguments[0]) : null,
  });
}

/** `parent` and `children` of a tree are relations of an entity with itself. */
export function readTreeRelation(
  property: string,
  decorations: readonly Decoration[],
  self: Target,
): EntityRelation | null {
  const made = decorations.find(({ name }) => name === "TreeParent" || name === "TreeChildren");
  if (!made) return null;
  const joins = decorations.find(({ name }) => name === "JoinColumn");
  return relationOf({
    property,
    target: self,
    kind: made.name === "TreeParent" ? "ManyToOne" : "OneToMany",
    options: new Map(),
    inverse: null,
    joinColumns: joins ? joinsIn(joins.arguments) : null,
    link: null,
  });
}

const relationNames = new Set(["ManyToOne", "OneToOne", "OneToMany", "ManyToMany"]);

const schemaKinds = new Map([
  ["many-to-one", "ManyToOne"],
  ["one-to-one", "OneToOne"],
  ["one-to-many", "OneToMany"],
  ["many-to-many", "ManyToMany"],
]);

/** One of `relations: { project: { type: "many-to-one", target: "project", joinColumn: { … } } }`. */
export function readSchemaRelation(
  property: string,
  written: Value,
  targets: Targets,
): EntityRelation | null {
  const options = optionsIn([written]);
  const kind = schemaKinds.get(firstText([options.get("type") ?? written]) ?? "");
  const said = options.get("target");
  const target = said && targetIn([said], targets);
  if (kind === undefined || !target) return null;
  const joinTable = options.get("joinTable");
  const inverse = options.get("inverseSide");
  const joinColumn = options.get("joinColumn");
  return relationOf({
    property,
    target,
    kind,
    options,
    inverse: textOf(inverse) ?? inverseOf(inverse, targets.program),
    joinColumns: joinColumn && !says(options, "joinColumn", false) ? joinsIn([joinColumn]) : null,
    link: joinTable && !says(options, "joinTable", false) ? linkIn(joinTable) : null,
  });
}

interface Said {
  readonly property: string;
  readonly target: Target;
  readonly kind: string;
  readonly options: ReadonlyMap<string, Value>;
  readonly inverse: string | null;
  /** Null where the code says nothing of them. */
  readonly joinColumns: EntityRelation["columns"] | null;
  readonly link: Link | null;
}

function relationOf({ property, target, kind, options, inverse, joinColumns, link }: Said): EntityRelation {
  const isHolder = kind === "ManyToOne" || (kind === "OneToOne" && joinColumns !== null);
  const named = joinColumns?.filter(({ name, referenced }) => name !== null || referenced !== null) ?? [];
  return {
    property,
    target,
    kind: isHolder ? "holder" : kind === "ManyToMany" ? "linked" : "held",
    list: kind === "OneToMany" || kind === "ManyToMany",
    columns: isHolder ? named : [],
    inverse,
    nullable: !says(options, "nullable", false),
    primary: maySay(options, "primary"),
    unique: kind === "OneToOne",
    link,
  };
}

/** Also `() => Promise`-free forms: a class itself, an entity's name. */
function targetIn(given: readonly Value[], { evaluator, keyOf }: Targets): Target | null {
  for (const value of alternativesOf(given)) {
    const meant = value.kind === "function" ? evaluator.apply(value, []) : value;
    for (const each of alternativesOf([meant])) {
      const name = textOf(each);
      if (name !== null) return { kind: "name", name };
      const key = keyOf(each);
      if (key !== null) return { kind: "entity", key };
    }
  }
  return null;
}

/** `projects` of `(organization) => organization.projects`. */
function inverseOf(value: Value | undefined, program: Program): string | null {
  if (value?.kind !== "function") return null;
  const written = program.module(value.file)?.functions[value.function];
  const [statement] = written?.body ?? [];
  if (!written || written.parameters.length === 0 || statement?.kind !== "return" || !statement.argument)
    return null;
  const returned = unwrap(statement.argument);
  return returned.kind === "member" ? returned.property : null;
}

function joinsIn(given: readonly Value[]): EntityRelation["columns"] {
  const written = given.flatMap((each) => (each.kind === "list" ? each.elements : [each]));
  return written.flatMap((each) => {
    const options = optionsIn([each]);
    const [name, referenced] = [options.get("name"), options.get("referencedColumnName")];
    return [{ name: firstText(name ? [name] : []), referenced: firstText(referenced ? [referenced] : []) }];
  });
}

function linkIn(written: Value | undefined): Link {
  const namesIn = (...keys: readonly string[]) =>
    keys.flatMap((key) => listIn(written, key)).flatMap((each) => textOf(propertyOf(each, "name")) ?? []);
  const schema = textOf(propertyOf(written, "schema"));
  const name = textOf(propertyOf(written, "name"));
  return {
    table: name === null || schema === null || schema === "public" ? name : `${schema}.${name}`,
    through: null,
    columns: namesIn("joinColumn", "joinColumns"),
    inverseColumns: namesIn("inverseJoinColumn", "inverseJoinColumns"),
  };
}
