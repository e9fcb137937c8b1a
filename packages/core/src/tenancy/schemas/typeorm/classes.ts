/** Classes that are entities: `@Entity() class Project extends Base { … }`, with what they take over from those they extend. */
import type { Program } from "../../../link/program.js";
import type { Evaluator } from "../drizzle/evaluate.js";
import { propertyOf, textOf, type ClassValue, type Value } from "../drizzle/value.js";
import { lineOfClass, membersOfLine, writtenType, type ClassLine, type Member } from "../reading/classes.js";
import {
  alternativesOf,
  firstText,
  optionsIn,
  type Decoration,
  type DecoratorReader,
} from "../reading/decorators.js";
import type { EntityColumn, EntityRelation, ReadEntity, Target } from "../reading/entity.js";
import { findEmbedded, isUniqueIndex, propertiesIn, readColumn } from "./columns.js";
import type { NamingStrategy } from "./naming.js";
import { readRelation, readTreeRelation, type Targets } from "./relations.js";

export interface ClassReading extends Targets {
  readonly program: Program;
  readonly evaluator: Evaluator;
  readonly decorationsOf: DecoratorReader;
  naming(file: string): NamingStrategy;
}

export function keyOfClass(value: ClassValue): string {
  return `${value.file}#${value.class}`;
}

/** Null for a class that is no entity. */
export function readEntityClass(file: string, classId: number, reading: ClassReading): ReadEntity | null {
  const node = reading.program.module(file)?.classes[classId];
  if (!node || node.decorators.length === 0) return null;
  const own = reading.decorationsOf(file, node.decorators);
  const made = own.find(({ name }) => name === "Entity" || name === "ViewEntity" || name === "ChildEntity");
  if (!made) return null;

  const self: ClassValue = { kind: "class", file, class: classId, scope: null };
  const line = lineOfClass(self, reading.program, reading.evaluator);
  const naming = reading.naming(file);
  const className = node.name ?? "(unnamed)";
  const parts = readMembers(line, self, naming, reading);
  const options = optionsIn(made.arguments);
  const discriminator = own.find(({ name }) => name === "TableInheritance");
  const name = firstText(made.arguments.slice(0, 1)) ?? firstText([options.get("name") ?? noValue]);
  const schema = firstText([options.get("schema") ?? noValue]);
  const table = name ?? naming.table(className);
  const isView = made.name === "ViewEntity";
  return {
    tableOf: made.name === "ChildEntity" ? parentTable(line, reading) : null,
    entity: {
      key: keyOfClass(self),
      names: [className],
      table: schema === null || schema === "public" ? table : `${schema}.${table}`,
      file,
      start: node.start,
      readable: true,
      columns: [...parts.columns, ...(discriminator ? [discriminatorOf(discriminator, naming)] : [])],
      unique: uniqueOf(line, reading),
      relations: parts.relations,
      view: isView
        ? {
            reads: readsOf(options, made.arguments, reading),
            // Said in some way that is not read, it may be one.
            isMaterialized: options.has("materialized"),
          }
        : null,
      problems: [...parts.problems, ...beyondProblems(line, className)],
    },
  };
}

const noValue: Value = { kind: "unknown" };

interface Parts {
  readonly columns: readonly EntityColumn[];
  readonly relations: readonly EntityRelation[];
  readonly problems: readonly string[];
}

const deepestEmbedding = 4;
const mostMembers = 2_000;

function readMembers(
  line: ClassLine,
  self: ClassValue,
  naming: NamingStrategy,
  reading: ClassReading,
): Parts {
  const columns: EntityColumn[] = [];
  const relations: EntityRelation[] = [];
  const problems: string[] = [];
  const add = (from: ClassLine, prefixes: readonly string[], path: string, depth: number): void => {
    for (const member of membersOfLine(from, reading.program)) {
      if (columns.length + relations.length > mostMembers) return;
      const decorations = reading.decorationsOf(member.file, member.decorators, member.scope);
      if (decorations.length > 0) addMember(member, decorations, prefixes, path, depth);
    }
  };
  const addMember = (
    member: Member,
    decorations: readonly Decoration[],
    prefixes: readonly string[],
    path: string,
    depth: number,
  ): void => {
    const property = path + member.name;
    const relation =
      readRelation(property, decorations, reading) ??
      readTreeRelation(property, decorations, { kind: "entity", key: keyOfClass(self) });
    if (relation) {
      relations.push(relation);
      return;
    }
    const embedded = findEmbedded(decorations);
    const type = embedded && reading.evaluator.apply(embedded.type, []);
    if (embedded && type?.kind === "class" && depth > 0) {
      const inner = lineOfClass(type, reading.program, reading.evaluator);
      const more = embedded.prefix === false ? [] : [embedded.prefix ?? member.name];
      add(inner, [...prefixes, ...more], `${property}.`, depth - 1);
      return;
    }
    const place = { property: member.name, written: writtenType(member.type), naming, prefixes };
    const column = readColumn(decorations, place);
    if (column) columns.push({ ...column, property });
    else if (decorations.some(({ name }) => unreadRelations.has(name)))
      problems.push(
        `Where the relation "${property}" leads is decided when the program runs; it is not known.`,
      );
  };
  add(line, [], "", deepestEmbedding);
  return { columns, relations, problems };
}

const unreadRelations = new Set(["ManyToOne", "OneToOne", "OneToMany", "ManyToMany"]);

/** `@Unique(["a", "b"])` and unique indexes over several properties, of the class and of those it extends. */
function uniqueOf({ classes }: ClassLine, reading: ClassReading): readonly (readonly string[])[] {
  return classes.flatMap(({ value, node }) =>
    reading.decorationsOf(value.file, node.decorators, value.scope).flatMap((decoration) => {
      const { name, arguments: given } = decoration;
      if (name !== "Unique" && !(name === "Index" && isUniqueIndex(decoration))) return [];
      const properties = propertiesIn(given) ?? propertiesNamed(given, reading);
      return properties ? [properties] : [];
    }),
  );
}

/** `["a", "b"]` of `(it) => [it.a, it.b]`. */
function propertiesNamed(given: readonly Value[], { program }: ClassReading): readonly string[] | null {
  const fn = given.find((each) => each.kind === "function");
  if (fn?.kind !== "function") return null;
  const [statement] = program.module(fn.file)?.functions[fn.function]?.body ?? [];
  if (statement?.kind !== "return" || statement.argument?.kind !== "array") return null;
  const names = statement.argument.elements.map((each) => (each.kind === "member" ? each.property : null));
  return names.every((name) => name !== null) ? names : null;
}

/** The nearest class above whose table has the rows of this one as well. */
function parentTable({ classes }: ClassLine, reading: ClassReading): string | null {
  for (const { value, node } of classes.slice(1)) {
    const own = reading.decorationsOf(value.file, node.decorators, value.scope);
    if (own.some(({ name }) => name === "Entity")) return keyOfClass(value);
  }
  return null;
}

function discriminatorOf(decoration: Decoration, naming: NamingStrategy): EntityColumn {
  const column = optionsIn(decoration.arguments).get("column");
  const name = textOf(column) ?? textOf(propertyOf(column, "name")) ?? "type";
  return {
    property: name,
    name: naming.column(name, name, []),
    aliases: [],
    nullable: false,
    type: textOf(propertyOf(column, "type")) ?? "varchar",
    defaulted: false,
    primary: false,
    unique: false,
    refers: null,
  };
}

/** What a view reads from: what it depends on, and the tables that its statement names. */
function readsOf(
  options: ReadonlyMap<string, Value>,
  given: readonly Value[],
  { keyOf }: ClassReading,
): readonly Target[] {
  const depends = options.get("dependsOn");
  const listed = depends?.kind === "list" ? depends.elements : [];
  const targets = alternativesOf(listed).flatMap((each): readonly Target[] => {
    const [key, name] = [keyOf(each), textOf(each)];
    if (key !== null) return [{ kind: "entity", key }];
    return name === null ? [] : [{ kind: "name", name }];
  });
  const statement = firstText([options.get("expression") ?? given[0] ?? noValue]) ?? "";
  const tables = [...statement.slice(0, 20_000).matchAll(/\b(?:from|join)\s+["`]?([\w.]{1,128})/gi)];
  return [...targets, ...tables.map(([, name]): Target => ({ kind: "name", name: name! }))];
}

function beyondProblems({ classes, beyond }: ClassLine, className: string): readonly string[] {
  if (!beyond || (beyond.kind === "library" && isBare(beyond.path))) return [];
  const last = classes.at(-1)?.node.name ?? className;
  return [
    `The columns that "${last}" takes over from a class that is not in this repository could not be read; entity "${className}" may have more columns.`,
  ];
}

/** TypeORM's own base classes have no columns. */
function isBare(path: readonly string[]): boolean {
  return /^(?:BaseEntity|EventEmitter|AggregateRoot|Object)$/.test(path.at(-1) ?? "");
}
