/** Entities that are classes: `@Entity() class Project { @ManyToOne(() => Organization) organization: Ref<Organization> }`. */
import type { Program, DeclaredType } from "../../../link/program.js";
import type { TypeNode } from "../../../lower/module.js";
import type { Evaluator } from "../drizzle/evaluate.js";
import { textOf, type ClassValue, type Value } from "../drizzle/value.js";
import {
  isNothing,
  lineOfClass,
  membersOfLine,
  typeOfInitializer,
  writtenType,
  type ClassLine,
  type Member,
} from "../reading/classes.js";
import {
  firstText,
  maySay,
  optionsIn,
  says,
  type Decoration,
  type DecoratorReader,
} from "../reading/decorators.js";
import type { Entity, EntityColumn, EntityRelation, Target } from "../reading/entity.js";
import type { MikroNaming } from "./naming.js";
import { columnOf, propertyNamed, relationOf, type Kind, type SaidProperty } from "./properties.js";

export interface MikroReading {
  readonly program: Program;
  readonly evaluator: Evaluator;
  readonly decorationsOf: DecoratorReader;
  naming(file: string): MikroNaming;
  targetOf(value: Value): Target | null;
}

export function keyOfClass({ file, class: id }: { readonly file: string; readonly class: number }): string {
  return `${file}#${id}`;
}

/** Null for a class that is no entity, or has no table. */
export function readMikroClass(file: string, classId: number, reading: MikroReading): Entity | null {
  const node = reading.program.module(file)?.classes[classId];
  if (!node || node.decorators.length === 0) return null;
  const own = reading.decorationsOf(file, node.decorators);
  const made = own.find(({ name }) => name === "Entity");
  const options = optionsIn(made?.arguments ?? []);
  if (!made || maySay(options, "abstract") || options.has("expression")) return null;

  const naming = reading.naming(file);
  const self: ClassValue = { kind: "class", file, class: classId, scope: null };
  const line = lineOfClass(self, reading.program, reading.evaluator);
  const className = node.name ?? "(unnamed)";
  const parts = readMembers(line, naming, reading, "", 4);
  return {
    key: keyOfClass(self),
    names: [className],
    table: tableName(options, className, naming),
    file,
    start: node.start,
    readable: true,
    columns: [...parts.columns, ...discriminator(options, naming, parts.columns)],
    unique: [...parts.unique, ...uniqueSets(own)],
    relations: parts.relations,
    view: null,
    problems: parts.problems,
  };
}

export function tableName(
  options: ReadonlyMap<string, Value>,
  className: string,
  naming: MikroNaming,
): string {
  const said = (name: string) => firstText([options.get(name) ?? { kind: "unknown" }]);
  const table = said("tableName") ?? said("collection") ?? naming.table(className);
  const schema = said("schema");
  return schema === null || schema === "public" || schema === "*" ? table : `${schema}.${table}`;
}

interface Parts {
  readonly columns: readonly EntityColumn[];
  readonly relations: readonly EntityRelation[];
  readonly unique: readonly (readonly string[])[];
  readonly problems: readonly string[];
}

/** Classes that are embedded in each other would never end. */
const mostMembers = 2_000;

function readMembers(
  line: ClassLine,
  naming: MikroNaming,
  reading: MikroReading,
  prefix: string,
  depth: number,
): Parts {
  const columns: EntityColumn[] = [];
  const relations: EntityRelation[] = [];
  const unique: (readonly string[])[] = [];
  const problems: string[] = [];
  for (const member of membersOfLine(line, reading.program)) {
    if (columns.length + relations.length > mostMembers) break;
    const decorations = reading.decorationsOf(member.file, member.decorators, member.scope);
    const said = readMember(member, decorations, reading);
    if (!said) continue;
    if (said.kind === "embedded") {
      const inner = embeddedIn(member, said, naming, reading, prefix, depth);
      columns.push(...inner.columns);
      relations.push(...inner.relations);
    } else if (said.kind === "property") {
      const column = columnOf(said, naming, prefix);
      const isUnique = decorations.some(({ name }) => name === "Unique");
      if (column) columns.push({ ...column, unique: column.unique || isUnique });
    } else {
      const relation = relationOf(said);
      if (relation) relations.push(relation);
      if (relation && decorations.some(({ name }) => name === "Unique")) unique.push([member.name]);
      if (!relation && !says(said.options, "persist", false))
        problems.push(`Where the relation "${member.name}" leads could not be read; it is not known.`);
    }
  }
  return { columns, relations, unique, problems };
}

const kinds: ReadonlyMap<string, Kind> = new Map([
  ["PrimaryKey", "property"],
  ["Property", "property"],
  ["Enum", "property"],
  ["Embedded", "embedded"],
  ["ManyToOne", "m:1"],
  ["OneToOne", "1:1"],
  ["OneToMany", "1:m"],
  ["ManyToMany", "m:n"],
]);

function readMember(
  member: Member,
  decorations: readonly Decoration[],
  reading: MikroReading,
): SaidProperty | null {
  const made = decorations.find(({ name }) => kinds.has(name));
  const kind = made && kinds.get(made.name);
  if (!made || !kind) return null;
  const given = new Map(optionsIn(made.arguments));
  if (made.name === "PrimaryKey") given.set("primary", { kind: "literal", value: true });
  if (made.name === "Enum" && !given.has("type")) given.set("type", { kind: "literal", value: "enum" });
  if (!given.has("nullable") && member.type?.kind === "union" && member.type.types.some(isNothing))
    given.set("nullable", { kind: "literal", value: true });
  if (member.initializer && !given.has("default") && kind === "property")
    given.set("default", { kind: "unknown" });
  const functions = made.arguments.filter((each) => each.kind === "function" || textOf(each) !== null);
  const inverse =
    given.get("mappedBy") ?? (maySay(given, "owner") || kind === "m:1" ? undefined : functions[1]);
  return {
    property: member.name,
    kind,
    options: given,
    type: member.type ? writtenType(member.type) : typeOfInitializer(member.initializer),
    target: kind === "property" ? null : (targetIn(made, given, reading) ?? typedTarget(member, reading)),
    mappedBy: propertyNamed(inverse, reading.program),
  };
}

function targetIn(
  made: Decoration,
  options: ReadonlyMap<string, Value>,
  { targetOf }: MikroReading,
): Target | null {
  const [first] = made.arguments;
  const entity = options.get("entity");
  return (first && first.kind !== "object" ? targetOf(first) : null) ?? (entity ? targetOf(entity) : null);
}

/** `Ref<Organization>`, `Collection<Project>`: the type says what the decorator leaves out. */
function typedTarget({ type, file, initializer }: Member, { program }: MikroReading): Target | null {
  const parameters = new Map();
  const made = initializer?.kind === "new" ? initializer.typeArguments[0] : undefined;
  for (const node of [type, made]) {
    const found =
      node && classIn(program.typeOf({ file, node: node satisfies TypeNode, parameters }), program, 4);
    if (found) return found;
  }
  return null;
}

function classIn(type: DeclaredType, program: Program, depth: number): Target | null {
  if (depth === 0) return null;
  switch (type.kind) {
    case "class":
      return { kind: "entity", key: keyOfClass(type) };
    case "external":
      return type.arguments[0] ? classIn(program.typeOf(type.arguments[0]), program, depth - 1) : null;
    case "union":
    case "intersection":
      return (
        type.types.map((each) => classIn(each, program, depth - 1)).find((each) => each !== null) ?? null
      );
    default:
      return null;
  }
}

/** Columns of an embedded class stand in the entity's own table, unless they are kept as one object. */
function embeddedIn(
  member: Member,
  { options, target, property }: SaidProperty,
  naming: MikroNaming,
  reading: MikroReading,
  prefix: string,
  depth: number,
): Parts {
  const none = { relations: [], unique: [], problems: [] };
  const [file, id] = target?.kind === "entity" ? target.key.split("#") : [];
  if (
    depth === 0 ||
    maySay(options, "object") ||
    file === undefined ||
    id === undefined ||
    maySay(options, "array")
  ) {
    const said: SaidProperty = {
      property,
      kind: "property",
      options,
      type: "json",
      target: null,
      mappedBy: null,
    };
    const column = columnOf(said, naming, prefix);
    return { ...none, columns: column ? [{ ...column, type: "json" }] : [] };
  }
  const line = lineOfClass(
    { kind: "class", file, class: Number(id), scope: null },
    reading.program,
    reading.evaluator,
  );
  const written = textOf(options.get("prefix"));
  const more = says(options, "prefix", false) ? "" : (written ?? `${naming.column(member.name)}_`);
  const inner = readMembers(line, naming, reading, prefix + more, depth - 1);
  const isNullable = maySay(options, "nullable");
  return {
    ...none,
    relations: inner.relations,
    columns: inner.columns.map((column) => ({
      ...column,
      property: `${member.name}.${column.property}`,
      nullable: column.nullable || isNullable,
    })),
  };
}

function uniqueSets(decorations: readonly Decoration[]): readonly (readonly string[])[] {
  return decorations.flatMap(({ name, arguments: given }) => {
    const listed = name === "Unique" ? optionsIn(given).get("properties") : undefined;
    const one = textOf(listed);
    if (one !== null) return [[one]];
    const names = listed?.kind === "list" ? listed.elements.map(textOf) : [];
    return names.length > 0 && names.every((each) => each !== null) ? [names] : [];
  });
}

function discriminator(
  options: ReadonlyMap<string, Value>,
  naming: MikroNaming,
  known: readonly EntityColumn[],
): readonly EntityColumn[] {
  const property = textOf(options.get("discriminatorColumn"));
  if (property === null || known.some((column) => column.property === property)) return [];
  const said: SaidProperty = {
    property,
    kind: "property",
    options: new Map(),
    type: "enum",
    target: null,
    mappedBy: null,
  };
  const column = columnOf(said, naming, "");
  return column ? [column] : [];
}
