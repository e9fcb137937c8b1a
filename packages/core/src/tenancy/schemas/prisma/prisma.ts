/**
 * Prisma schemas as tables. The files of one schema folder belong together; several schemas in a repository are several
 * sources.
 */
import { rawTable, type ForeignKey, type RawTable, type SchemaSource, type SchemaText } from "../source.js";
import type { Relation, TableColumn, TenancyProblem } from "../../tenancy.js";
import {
  parsePrisma,
  type PrismaAttribute,
  type PrismaBlock,
  type PrismaField,
  type PrismaValue,
} from "./parse.js";

const prismaKind = "prisma schema";

export function readPrisma(files: readonly SchemaText[]): readonly SchemaSource[] {
  return schemaFolders(files).map(readSchema);
}

/**
 * A model may name one in another file of the same schema, which Prisma finds by folder. A folder inside a schema folder
 * belongs to it.
 */
function schemaFolders(files: readonly SchemaText[]): readonly (readonly SchemaText[])[] {
  const sorted = [...files].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  const folders = [...new Set(sorted.map((file) => folderOf(file.file)))];
  const outermost = (folder: string) =>
    folders.find((other) => other !== "" && folder.startsWith(`${other}/`)) ?? folder;
  const groups = new Map<string, SchemaText[]>();
  for (const file of sorted) {
    const folder = outermost(folderOf(file.file));
    groups.set(folder, [...(groups.get(folder) ?? []), file]);
  }
  return [...groups.values()];
}

function folderOf(file: string): string {
  return file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : "";
}

interface Located {
  readonly file: string;
  readonly block: PrismaBlock;
}

function readSchema(files: readonly SchemaText[]): SchemaSource {
  const problems: TenancyProblem[] = [];
  const located: Located[] = [];
  let dialect: string | null = null;
  for (const { file, text } of files) {
    const parsed = parsePrisma(text);
    dialect ??= parsed.provider;
    problems.push(...parsed.problems.map((problem) => ({ file, ...problem })));
    located.push(...parsed.blocks.map((block) => ({ file, block })));
  }

  const models = new Map<string, Located>();
  for (const model of located) {
    if (model.block.kind !== "model" && model.block.kind !== "view") continue;
    const first = models.get(model.block.name);
    if (first) {
      problems.push({
        file: model.file,
        line: model.block.line,
        message: `Model "${model.block.name}" is already defined at ${first.file}:${first.block.line}; only that one is read.`,
      });
    } else {
      models.set(model.block.name, model);
    }
  }

  return {
    kind: prismaKind,
    speaksFor: "both",
    complete: problems.length === 0,
    tables: [...models.values()].map((model) => tableOf(model, models, problems)),
    problems,
    dialect,
  };
}

function tableOf(
  { file, block }: Located,
  models: ReadonlyMap<string, Located>,
  problems: TenancyProblem[],
): RawTable {
  const scalars = block.fields.filter(
    (field) => !models.has(field.type) && !attributeOf(field.attributes, "relation"),
  );
  const columnOf = (field: string) => columnName(block, field);
  const relations: Relation[] = [];
  const foreignKeys: ForeignKey[] = [];

  for (const field of block.fields) {
    const target = models.get(field.type)?.block;
    if (!target) continue;
    const relation = relationOf(block, field, target);
    relations.push(relation);
    if (holdsForeignKey(field)) {
      if (relation.columns.length > 0 && relation.columns.length === relation.targets.length) {
        foreignKeys.push({ columns: relation.columns, table: relation.table, targets: relation.targets });
      } else {
        problems.push({
          file,
          line: field.line,
          message: `In "${block.kind} ${block.name}": the relation "${field.name}" names no fields to join on.`,
        });
      }
    }
  }

  const name = tableName(block);
  return rawTable({
    name,
    aliases: name === block.name ? [] : [block.name],
    columns: scalars.map((field) => columnFrom(field)),
    primaryKey: primaryKeyOf(block).map(columnOf),
    unique: uniqueSetsOf(block).map((set) => set.map(columnOf)),
    foreignKeys,
    relations,
    source: prismaKind,
    file,
    line: block.line,
  });
}

function tableName(block: PrismaBlock): string {
  const name = textArgument(attributeOf(block.attributes, "map")) ?? block.name;
  const schema = textArgument(attributeOf(block.attributes, "schema"));
  return schema === null || schema === "public" || schema === "dbo" ? name : `${schema}.${name}`;
}

function columnFrom(field: PrismaField): TableColumn {
  const name = textArgument(attributeOf(field.attributes, "map")) ?? field.name;
  const native = field.attributes.find((attribute) => attribute.name.startsWith("db."));
  const type = field.list ? `${field.type}[]` : field.type;
  return {
    name,
    aliases: name === field.name ? [] : [field.name],
    nullable: field.optional,
    type: native ? `${type} @${native.name}` : type,
    defaulted: field.attributes.some(
      ({ name: attribute }) => attribute === "default" || attribute === "updatedAt",
    ),
  };
}

/** A composite type's field (`address.street`) stays as it is written. */
function columnName(block: PrismaBlock, field: string): string {
  const found = block.fields.find((candidate) => candidate.name === field);
  return found ? columnFrom(found).name : field;
}

function relationOf(block: PrismaBlock, field: PrismaField, target: PrismaBlock): Relation {
  const own = joinOf(field);
  if (own) {
    return {
      field: field.name,
      table: tableName(target),
      list: field.list,
      columns: own.fields.map((name) => columnName(block, name)),
      targets: (own.references.length > 0 ? own.references : primaryKeyOf(target)).map((name) =>
        columnName(target, name),
      ),
    };
  }
  const other = oppositeOf(block, field, target);
  const join = other && joinOf(other);
  return {
    field: field.name,
    table: tableName(target),
    list: field.list,
    columns: join
      ? (join.references.length > 0 ? join.references : primaryKeyOf(block)).map((name) =>
          columnName(block, name),
        )
      : [],
    targets: join ? join.fields.map((name) => columnName(target, name)) : [],
  };
}

/** The field over there that holds the key of this relation. */
function oppositeOf(block: PrismaBlock, field: PrismaField, target: PrismaBlock): PrismaField | undefined {
  const name = relationName(field);
  return target.fields.find(
    (candidate) =>
      candidate.type === block.name &&
      candidate !== field &&
      joinOf(candidate) !== null &&
      relationName(candidate) === name,
  );
}

function holdsForeignKey(field: PrismaField): boolean {
  return !field.list && joinOf(field) !== null;
}

function joinOf(field: PrismaField): { fields: readonly string[]; references: readonly string[] } | null {
  const relation = attributeOf(field.attributes, "relation");
  const fields = argument(relation, "fields");
  if (!fields) return null;
  return { fields: namesIn(fields), references: namesIn(argument(relation, "references")) };
}

function relationName(field: PrismaField): string | null {
  const relation = attributeOf(field.attributes, "relation");
  const name = argument(relation, "name") ?? relation?.arguments.find((given) => given.name === null)?.value;
  return name?.kind === "text" ? name.text : null;
}

function primaryKeyOf(block: PrismaBlock): readonly string[] {
  const compound = attributeOf(block.attributes, "id");
  if (compound) return fieldsOf(compound);
  return block.fields.filter((field) => attributeOf(field.attributes, "id")).map((field) => field.name);
}

function uniqueSetsOf(block: PrismaBlock): readonly (readonly string[])[] {
  const single = block.fields
    .filter((field) => attributeOf(field.attributes, "unique"))
    .map((field) => [field.name]);
  const compound = block.attributes.filter(({ name }) => name === "unique").map(fieldsOf);
  return [...single, ...compound].filter((set) => set.length > 0);
}

function fieldsOf(attribute: PrismaAttribute): readonly string[] {
  return namesIn(
    argument(attribute, "fields") ?? attribute.arguments.find((given) => given.name === null)?.value,
  );
}

function namesIn(value: PrismaValue | undefined): readonly string[] {
  if (!value) return [];
  const values = value.kind === "list" ? value.values : [value];
  return values.flatMap((each) => (each.kind === "name" || each.kind === "call" ? [each.name] : []));
}

function attributeOf(attributes: readonly PrismaAttribute[], name: string): PrismaAttribute | undefined {
  return attributes.find((attribute) => attribute.name === name);
}

function argument(attribute: PrismaAttribute | undefined, name: string): PrismaValue | undefined {
  return attribute?.arguments.find((given) => given.name === name)?.value;
}

/** `@map("users")`, and `@@map(name: "users")`. */
function textArgument(attribute: PrismaAttribute | undefined): string | null {
  const value =
    argument(attribute, "name") ?? attribute?.arguments.find((given) => given.name === null)?.value;
  return value?.kind === "text" ? value.text : null;
}
