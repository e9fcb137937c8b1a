/** Models that are classes with decorators of sequelize-typescript: `@Table class Project extends Model { @Column name: string }`. */
import type { Program } from "../../../link/program.js";
import type { Evaluator } from "../drizzle/evaluate.js";
import { textOf, type ClassValue, type Value } from "../drizzle/value.js";
import { lineOfClass, membersOfLine, writtenType, type Member } from "../reading/classes.js";
import {
  alternativesOf,
  optionsIn,
  says,
  type Decoration,
  type DecoratorReader,
} from "../reading/decorators.js";
import type { EntityColumn, Target } from "../reading/entity.js";
import { associationOf, isUnderscored, type Association, type Model } from "./associations.js";
import { readAttribute, typeText } from "./attributes.js";
import { impliedColumns, tableNameOf, uniqueIndexes, type Options } from "./options.js";

export interface ModelReading {
  readonly program: Program;
  readonly evaluator: Evaluator;
  readonly decorationsOf: DecoratorReader;
  commonOptions(file: string): Value;
  targetOf(value: Value): Target | null;
}

export interface ReadModel {
  readonly model: Model;
  readonly associations: readonly Association[];
}

export function keyOfClass(value: ClassValue): string {
  return `${value.file}#${value.class}`;
}

/** Null for a class that is no model. */
export function readModelClass(file: string, classId: number, reading: ModelReading): ReadModel | null {
  const node = reading.program.module(file)?.classes[classId];
  if (!node || node.decorators.length === 0) return null;
  const own = reading.decorationsOf(file, node.decorators);
  const made = own.find(({ name }) => name === "Table");
  if (!made) return null;

  const self: ClassValue = { kind: "class", file, class: classId, scope: null };
  const line = lineOfClass(self, reading.program, reading.evaluator);
  const options = optionsIn([...made.arguments, reading.commonOptions(file)]);
  const className = node.name ?? "(unnamed)";
  const model = textOf(options.get("modelName")) ?? className;
  const columns: EntityColumn[] = [];
  const associations: Association[] = [];
  const from: Target = { kind: "entity", key: keyOfClass(self) };
  for (const member of membersOfLine(line, reading.program)) {
    const decorations = reading.decorationsOf(member.file, member.decorators, member.scope);
    const column = readMember(member, decorations, options, reading);
    if (column) columns.push(column);
    else associations.push(...readAssociation(member, decorations, from, reading));
  }
  const keyed = associations.map((each) => withForeignKey(each, columns));
  const beyond = line.beyond?.kind === "library" ? line.beyond.path.at(-1) : undefined;
  return {
    associations: keyed,
    model: {
      key: keyOfClass(self),
      names: [...new Set([model, className])],
      table: tableNameOf(model, options),
      file,
      start: node.start,
      readable: true,
      columns: [...columns, ...impliedColumns(columns, withOwnTimestamps(options, columns))],
      unique: uniqueIndexes(options),
      relations: [],
      view: null,
      problems:
        beyond === "Model" || line.beyond === null
          ? []
          : [
              `The columns that model "${className}" takes over from a class that is not in this repository could not be read.`,
            ],
      underscored: isUnderscored(options),
    },
  };
}

const columnNames = new Set(["Column", "CreatedAt", "UpdatedAt", "DeletedAt", "PrimaryKey"]);
const timestamps = new Set(["CreatedAt", "UpdatedAt", "DeletedAt"]);

function readMember(
  member: Member,
  decorations: readonly Decoration[],
  options: Options,
  reading: ModelReading,
): EntityColumn | null {
  const made = decorations.filter(({ name }) => columnNames.has(name));
  if (made.length === 0) return null;
  const said = (name: string) => decorations.find((each) => each.name === name);
  const given = made.flatMap(({ arguments: each }) => each);
  const attribute = given.find((each) => each.kind === "object") ?? given[0] ?? nothing;
  const column = readAttribute(member.name, attribute, options, reading.targetOf);
  if (!column) return null;
  const typed = column.type === "unknown" ? typeText(given[0]) : column.type;
  const isTimestamp = made.some(({ name }) => timestamps.has(name));
  const foreign = said("ForeignKey");
  const target = foreign?.arguments[0] && reading.targetOf(foreign.arguments[0]);
  const primary = column.primary || said("PrimaryKey") !== undefined;
  const allowNull = said("AllowNull");
  const forbids = allowNull?.arguments[0]?.kind === "literal" && allowNull.arguments[0].value === false;
  const isFilled = isTimestamp && !said("DeletedAt");
  const { isNullUnsaid, ...plain } = column;
  return {
    ...plain,
    ...(isNullUnsaid && !allowNull && { isNullUnsaid }),
    type: typed !== "unknown" ? typed : isTimestamp ? "date" : writtenType(member.type),
    nullable: column.nullable && !primary && !forbids && !isFilled,
    defaulted:
      column.defaulted || said("Default") !== undefined || said("AutoIncrement") !== undefined || isFilled,
    primary,
    unique: column.unique || said("Unique")?.arguments.length === 0,
    refers: column.refers ?? (target ? { target, column: null } : null),
  };
}

const nothing: Value = { kind: "unknown" };

/** Timestamps under names of the class's own replace the ordinary ones. */
function withOwnTimestamps(options: Options, columns: readonly EntityColumn[]): Options {
  const implied = new Map(options);
  const isOwn = columns.some(
    ({ property, type }) => type === "date" && /^(?:created|updated|deleted)/i.test(property),
  );
  if (isOwn && !implied.has("timestamps") && !says(implied, "timestamps", true))
    for (const each of ["createdAt", "updatedAt"])
      if (!implied.has(each) && columns.some(({ property }) => property.slice(0, 7) === each.slice(0, 7)))
        implied.set(each, { kind: "literal", value: false });
  return implied;
}

const methods = new Map([
  ["BelongsTo", "belongsTo"],
  ["HasOne", "hasOne"],
  ["HasMany", "hasMany"],
  ["BelongsToMany", "belongsToMany"],
]);

function readAssociation(
  member: Member,
  decorations: readonly Decoration[],
  from: Target,
  { targetOf }: ModelReading,
): readonly Association[] {
  return decorations.flatMap(({ name, arguments: given }) => {
    const method = methods.get(name);
    const to = given[0] && targetOf(given[0]);
    if (method === undefined || !to) return [];
    const read = associationOf(
      method,
      from,
      to,
      given.find((each) => each.kind === "object"),
      targetOf,
    );
    const rest = given.slice(1);
    const texts = rest.flatMap((each) => textOf(each) ?? []);
    const through = method === "belongsToMany" ? rest[0] : undefined;
    const isNamed = through !== undefined && textOf(through) !== null;
    const keys = isNamed ? texts.slice(1) : texts;
    return [
      {
        ...read,
        as: member.name,
        foreignKey: read.foreignKey ?? keys[0] ?? null,
        otherKey: read.otherKey ?? keys[1] ?? null,
        through: through
          ? {
              table: textOf(through),
              target: isNamed ? null : targetOf(alternativesOf([through])[0] ?? through),
            }
          : read.through,
      },
    ];
  });
}

/** `@BelongsTo(() => Team)` without a key goes by the property that is marked with `@ForeignKey(() => Team)`. */
function withForeignKey(each: Association, columns: readonly EntityColumn[]): Association {
  if (each.method !== "belongsTo" || each.foreignKey !== null || each.to.kind !== "entity") return each;
  const { key } = each.to;
  const column = columns.find(({ refers }) => refers?.target.kind === "entity" && refers.target.key === key);
  return { ...each, foreignKey: column?.property ?? null };
}
