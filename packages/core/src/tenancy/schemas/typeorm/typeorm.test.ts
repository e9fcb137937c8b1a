import ts from "typescript";
import { describe, expect, test } from "vitest";
import { link } from "../../../link/link.js";
import { lower } from "../../../lower/lower.js";
import { readTypeorm } from "./typeorm.js";

function read(files: Record<string, string>) {
  const modules = new Map(Object.entries(files).map(([file, text]) => [file, lower(ts, file, text)]));
  return readTypeorm(link({ files: Object.keys(files), packages: [], aliases: [] }, modules));
}

const everything = [
  "BaseEntity, ChildEntity, Column, CreateDateColumn, DeleteDateColumn, Entity, EntitySchema, Generated, Index, JoinColumn",
  "JoinTable, ManyToMany, ManyToOne, OneToMany, OneToOne, PrimaryColumn, PrimaryGeneratedColumn, TableInheritance",
  "TreeChildren, TreeParent, Unique, UpdateDateColumn, VersionColumn, ViewColumn, ViewEntity",
].join(", ");

/** The tables of one file that imports everything from TypeORM. */
function tablesIn(text: string, others: Record<string, string> = {}) {
  const file = `import { ${everything} } from "typeorm";\n${text}`;
  return read({ "src/entities.ts": file, ...others }).flatMap(({ tables }) => tables);
}

function tableIn(text: string, name: string) {
  return tablesIn(text).find((table) => table.name === name);
}

const organization = `@Entity("organizations") export class Organization {
  @PrimaryGeneratedColumn("uuid") id: string;
  @OneToMany(() => Project, (project) => project.organization) projects: Project[];
}`;

describe("a class is an entity", () => {
  test.each([
    ["by the name it gives", '@Entity("projects") class Project {}', "projects"],
    ["by the name in its options", '@Entity({ name: "projects" }) class Project {}', "projects"],
    [
      "by a name that stands elsewhere",
      'const name = "projects"; @Entity({ name }) class Project {}',
      "projects",
    ],
    ["with a schema", '@Entity({ name: "projects", schema: "work" }) class Project {}', "work.projects"],
    [
      "in the schema that is meant without one",
      '@Entity("projects", { schema: "public" }) class Project {}',
      "projects",
    ],
    ["by the name of its class", "@Entity() class ProjectMember {}", "project_member"],
    ["by a class with capitals in a row", "@Entity() class APIKey {}", "api_key"],
  ])("%s", (_, text, name) => {
    expect(tablesIn(text).map((table) => table.name)).toEqual([name]);
  });

  test("under another name of the decorator, and through a file of the repository", () => {
    const [source] = read({
      "src/orm.ts": 'export { Entity as Table, Column } from "typeorm";',
      "src/project.ts":
        'import { Table, Column as Field } from "./orm.js"; @Table("projects") export class Project { @Field() name: string; }',
    });
    expect(source?.tables.map(({ name, columns }) => [name, columns.map((column) => column.name)])).toEqual([
      ["projects", ["name"]],
    ]);
  });

  test("that a fork of TypeORM under a scope decorates", () => {
    const text = 'import { Entity } from "@acme/typeorm"; @Entity("projects") export class Project {}';
    expect(read({ "src/project.ts": text })[0]?.tables.map(({ name }) => name)).toEqual(["projects"]);
  });

  test("which knows its class and its place", () => {
    const table = tableIn('\n@Entity("projects")\nclass Project {}', "projects");
    expect(table).toMatchObject({ aliases: ["Project"], file: "src/entities.ts", line: 3 });
  });

  test("unless the decorator is somebody else's", () => {
    const files = {
      "src/a.ts": 'import { Column } from "typeorm"; export const x = Column;',
      "src/b.ts":
        "function Entity(name: string) { return (it: unknown) => it; } @Entity('b') export class B {}",
      "src/c.ts": 'import { Entity } from "class-entities"; @Entity("c") export class C {}',
      "src/d.ts": 'import { Entity } from "@mikro-orm/core"; @Entity({ tableName: "d" }) export class D {}',
    };
    expect(read(files)).toEqual([]);
  });

  test("and a plain class with columns is none", () => {
    expect(tablesIn("export abstract class Base { @PrimaryColumn() id: string }")).toEqual([]);
  });
});

describe("a column", () => {
  const columnsOf = (members: string) => tableIn(`@Entity("t") class T { ${members} }`, "t")?.columns;

  test.each([
    ["@Column() name: string", { name: "name", aliases: [], type: "string", nullable: false }],
    ["@Column() name: string | null", { type: "string", nullable: false }],
    ["@Column({ nullable: true }) name?: string", { type: "string", nullable: true }],
    ['@Column("uuid") ownerId: string', { name: "ownerId", type: "uuid" }],
    ['@Column({ name: "owner_id" }) ownerId: string', { name: "owner_id", aliases: ["ownerId"] }],
    ['@Column({ type: "varchar", length: 36 }) code: string', { type: "varchar(36)" }],
    ['@Column("text", { array: true }) tags: string[]', { type: "text[]" }],
    ["@Column({ type: Boolean }) open: boolean", { type: "Boolean" }],
    ["@Column({ default: true }) open: boolean", { defaulted: true }],
    ["@Column() @Generated() code: number", { defaulted: true }],
    ["@CreateDateColumn() createdAt: Date", { type: "timestamp", defaulted: true, nullable: false }],
    ["@UpdateDateColumn() updatedAt: Date", { type: "timestamp", defaulted: true }],
    ["@DeleteDateColumn() deletedAt: Date", { nullable: true }],
    ["@VersionColumn() version: number", { type: "integer" }],
    [
      '@Column({ type: "timestamp" }) @Column({ nullable: true }) editedAt: Date',
      { type: "Date", nullable: true },
    ],
    ['@PrimaryGeneratedColumn("uuid") id: string', { type: "uuid", defaulted: true, nullable: false }],
    ["@PrimaryGeneratedColumn() id: number", { type: "integer", defaulted: true }],
  ])("%s", (member, expected) => {
    expect(columnsOf(member)).toMatchObject([expected]);
  });

  test("is no property without a decorator, and none of another package", () => {
    expect(columnsOf("label: string; @Column() static x: string; method() {}")).toEqual([]);
    const text =
      'import { Column } from "exceljs"; import { Entity } from "typeorm"; @Entity("t") export class T { @Column() a: string }';
    expect(read({ "src/t.ts": text })[0]?.tables[0]?.columns).toEqual([]);
  });
});

describe("keys", () => {
  test("are all primary columns, and nothing of them is null", () => {
    const table = tableIn(
      '@Entity("t") class T { @PrimaryColumn() a: string; @PrimaryColumn({ name: "b_b" }) b: string; @Column() c: string }',
      "t",
    );
    expect(table?.primaryKey).toEqual(["a", "b_b"]);
  });

  test("are unique columns, sets, and indexes over all rows", () => {
    const table = tableIn(
      `@Entity("t") @Unique(["a", "b"]) @Unique("named", ["b", "c"]) @Index(["a", "c"], { unique: true })
       @Index(["c"]) @Index("partial", ["b"], { unique: true, where: "a is null" }) @Index((it: T) => [it.a, it.d], { unique: true })
       class T { @PrimaryColumn() id: string; @Column() a: string; @Column({ name: "b_b" }) b: string; @Column() c: string;
         @Column({ unique: true }) d: string; @Index({ unique: true }) @Column() e: string; @Index() @Column() f: string }`,
      "t",
    );
    expect(table?.unique).toEqual([["d"], ["e"], ["a", "b_b"], ["b_b", "c"], ["a", "c"], ["a", "d"]]);
  });
});

describe("a relation to one", () => {
  const projectWith = (members: string) =>
    tableIn(`${organization} @Entity() class Project { @PrimaryColumn() id: string; ${members} }`, "project");

  test("has a column that no property declares", () => {
    const table = projectWith("@ManyToOne(() => Organization, (o) => o.projects) organization: Organization");
    expect(table?.columns).toMatchObject([
      { name: "id" },
      { name: "organizationId", nullable: true, type: "uuid" },
    ]);
    expect(table?.foreignKeys).toEqual([
      { columns: ["organizationId"], table: "organizations", targets: ["id"] },
    ]);
    expect(table?.relations).toEqual([
      {
        field: "organization",
        table: "organizations",
        list: false,
        columns: ["organizationId"],
        targets: ["id"],
      },
    ]);
  });

  test("is required when it says so", () => {
    const table = projectWith(
      "@ManyToOne(() => Organization, { nullable: false }) organization: Organization",
    );
    expect(table?.columns[1]).toMatchObject({ name: "organizationId", nullable: false });
  });

  test("shares the column that a property declares, as that one declares it", () => {
    const table = projectWith(
      `@Column({ name: "org_id" }) orgId: string;
       @ManyToOne((type) => Organization) @JoinColumn({ name: "org_id", referencedColumnName: "id" }) organization: Organization`,
    );
    expect(table?.columns).toMatchObject([
      { name: "id" },
      { name: "org_id", aliases: ["orgId"], nullable: false },
    ]);
    expect(table?.foreignKeys).toEqual([{ columns: ["org_id"], table: "organizations", targets: ["id"] }]);
  });

  test.each([
    ["an entity's name", '@ManyToOne("Organization") organization: Organization'],
    ["a function that gives its name", '@ManyToOne(() => "Organization") organization: Organization'],
    ["a cast", "@ManyToOne(() => Organization as any) organization: Organization"],
  ])("leads there by %s", (_, member) => {
    expect(projectWith(member)?.foreignKeys).toMatchObject([{ table: "organizations" }]);
  });

  test("holds several columns of a compound key", () => {
    const table = tableIn(
      `@Entity() class Seat { @PrimaryColumn() row: number; @PrimaryColumn() place: number }
       @Entity() class Ticket { @PrimaryColumn() id: string; @ManyToOne(() => Seat) seat: Seat }`,
      "ticket",
    );
    expect(table?.foreignKeys).toEqual([
      { columns: ["seatRow", "seatPlace"], table: "seat", targets: ["row", "place"] },
    ]);
  });

  test("of one with one is held where the column is joined, and is unique there", () => {
    const text = `@Entity() class User { @PrimaryColumn() id: string; @OneToOne(() => Profile, (p) => p.user) profile: Profile }
      @Entity() class Profile { @PrimaryColumn() id: string; @OneToOne(() => User) @JoinColumn() user: User }`;
    expect(tableIn(text, "profile")?.unique).toEqual([["userId"]]);
    expect(tableIn(text, "user")).toMatchObject({
      foreignKeys: [],
      relations: [{ field: "profile", table: "profile", list: false, columns: ["id"], targets: ["userId"] }],
    });
  });

  test("to an entity that is not here still has its column", () => {
    const text = `@Entity() class Project { @PrimaryColumn() id: string; @ManyToOne("Elsewhere") @JoinColumn({ name: "elsewhere_id" }) elsewhere: unknown }`;
    expect(tableIn(text, "project")).toMatchObject({
      columns: [{ name: "id" }, { name: "elsewhere_id" }],
      foreignKeys: [],
    });
  });

  test("that is computed is told", () => {
    const text = `import { target } from "./missing.js"; @Entity() class Project { @PrimaryColumn() id: string; @ManyToOne(target()) it: unknown }`;
    const [source] = read({ "src/p.ts": `import { ${everything} } from "typeorm"; ${text}` });
    expect(source?.complete).toBe(false);
    expect(source?.problems).toMatchObject([
      { message: 'Where the relation "it" leads is decided when the program runs; it is not known.' },
    ]);
  });
});

test("a relation to many knows the columns that are equal", () => {
  const text = `${organization} @Entity() class Project { @PrimaryColumn() id: string; @ManyToOne(() => Organization, (o) => o.projects) organization: Organization }`;
  expect(tableIn(text, "organizations")?.relations).toEqual([
    { field: "projects", table: "project", list: true, columns: ["id"], targets: ["organizationId"] },
  ]);
});

describe("a relation of many with many", () => {
  test("makes a table with both keys", () => {
    const text = `@Entity() class Question { @PrimaryColumn() id: string; @ManyToMany(() => Category) @JoinTable() categories: Category[] }
      @Entity() class Category { @PrimaryColumn() id: string; @ManyToMany(() => Question, (q) => q.categories) questions: Question[] }`;
    expect(tablesIn(text).map(({ name }) => name)).toEqual([
      "question",
      "question_categories_category",
      "category",
    ]);
    expect(tableIn(text, "question_categories_category")).toMatchObject({
      columns: [
        { name: "questionId", nullable: false },
        { name: "categoryId", nullable: false },
      ],
      primaryKey: ["questionId", "categoryId"],
      foreignKeys: [
        { columns: ["questionId"], table: "question", targets: ["id"] },
        { columns: ["categoryId"], table: "category", targets: ["id"] },
      ],
    });
  });

  test("as it is named", () => {
    const text = `@Entity() class Tag { @PrimaryColumn() id: string }
      @Entity() class Note { @PrimaryColumn() id: string;
        @ManyToMany(() => Tag) @JoinTable({ name: "tagged", joinColumn: { name: "note_id" }, inverseJoinColumn: { name: "tag_id" } }) tags: Tag[] }`;
    expect(tableIn(text, "tagged")?.primaryKey).toEqual(["note_id", "tag_id"]);
  });

  test("of one entity with itself counts its columns", () => {
    const text =
      "@Entity() class User { @PrimaryColumn() id: string; @ManyToMany(() => User) @JoinTable() friends: User[] }";
    expect(tableIn(text, "user_friends_user")?.primaryKey).toEqual(["userId_1", "userId_2"]);
  });
});

describe("what a class takes over", () => {
  test("are the columns and relations of those it extends", () => {
    const text = `${organization}
      abstract class Base extends BaseEntity { @PrimaryGeneratedColumn("uuid") id: string; @CreateDateColumn() createdAt: Date }
      abstract class Owned extends Base { @ManyToOne(() => Organization) organization: Organization }
      @Entity() class Project extends Owned { @Column() name: string }`;
    const table = tableIn(text, "project");
    expect(table?.columns.map(({ name }) => name)).toEqual(["id", "createdAt", "name", "organizationId"]);
    expect(table?.primaryKey).toEqual(["id"]);
  });

  test("come from a class that a function makes as well", () => {
    const text = `function dated<T extends new (...args: any[]) => object>(base: T) { class Dated extends base { @CreateDateColumn() createdAt: Date } return Dated; }
      class Base { @PrimaryColumn() id: string }
      class DatedBase extends dated(Base) {}
      @Entity() class Project extends DatedBase { @Column() name: string }`;
    expect(tableIn(text, "project")?.columns.map(({ name }) => name)).toEqual(["id", "createdAt", "name"]);
  });

  test("is told where it is not in the repository", () => {
    const text = `import { Owned } from "@acme/entities"; import { Entity } from "typeorm"; @Entity() export class Project extends Owned {}`;
    const [source] = read({ "src/p.ts": text });
    expect(source?.problems).toMatchObject([
      {
        file: "src/p.ts",
        message:
          'The columns that "Project" takes over from a class that is not in this repository could not be read; entity "Project" may have more columns.',
      },
    ]);
  });

  test("stands in the parent's table where rows of several classes share it", () => {
    const text = `@Entity() @TableInheritance({ column: { type: "varchar", name: "kind" } }) class Content { @PrimaryColumn() id: string }
      @ChildEntity() class Photo extends Content { @Column() size: string }
      @ChildEntity() class Question extends Content { @Column() answers: number }`;
    const tables = tablesIn(text);
    expect(tables.map(({ name, aliases }) => [name, aliases])).toEqual([
      ["content", ["Content", "Photo", "Question"]],
    ]);
    expect(tables[0]?.columns).toMatchObject([
      { name: "id", nullable: false },
      { name: "kind", nullable: false },
      { name: "size", nullable: true },
      { name: "answers", nullable: true },
    ]);
  });
});

test("a class inside an entity has its columns there", () => {
  const text = `class Address { @Column() street: string; @Column({ name: "zip" }) code: string }
    @Entity() class Customer { @PrimaryColumn() id: string; @Column(() => Address) address: Address; @Column(() => Address, { prefix: false }) other: Address }`;
  expect(tableIn(text, "customer")?.columns).toMatchObject([
    { name: "id" },
    { name: "addressStreet", aliases: ["address.street"] },
    { name: "addressZip", aliases: ["address.code"] },
    { name: "street" },
    { name: "zip" },
  ]);
});

test("a tree has a column for the parent", () => {
  const text =
    "@Entity() class Folder { @PrimaryColumn() id: string; @TreeParent() parent: Folder; @TreeChildren() children: Folder[] }";
  expect(tableIn(text, "folder")?.foreignKeys).toEqual([
    { columns: ["parentId"], table: "folder", targets: ["id"] },
  ]);
});

test("a view reads from what it depends on and what its statement names", () => {
  const text = `@Entity() class Invoice { @PrimaryColumn() id: string }
    @ViewEntity({ name: "totals", dependsOn: [Invoice], expression: "select * from payments p join \\"orders\\" o on true" })
    class Totals { @ViewColumn() total: number }`;
  expect(tableIn(text, "totals")).toMatchObject({
    columns: [{ name: "total" }],
    view: { reads: ["invoice", "payments", "orders"], securityInvoker: false },
  });
});

test("the strategy with underscores names columns, and leaves written names alone", () => {
  const text = `${organization} @Entity() class Project { @PrimaryColumn() id: string; @Column() createdBy: string; @Column({ name: "Title" }) title: string;
      @ManyToOne(() => Organization) ownerOrganization: Organization; @ManyToMany(() => Project) @JoinTable() relatedProjects: Project[] }`;
  const tables = tablesIn(text, {
    "src/data-source.ts":
      'import { DataSource } from "typeorm"; import { SnakeNamingStrategy } from "typeorm-naming-strategies"; export const db = new DataSource({ namingStrategy: new SnakeNamingStrategy() });',
  });
  const project = tables.find(({ name }) => name === "project");
  expect(project?.columns).toMatchObject([
    { name: "id" },
    { name: "created_by", aliases: ["createdBy"] },
    { name: "Title", aliases: ["title"] },
    { name: "owner_organization_id" },
  ]);
  expect(tables.find(({ name }) => name === "project_related_projects_project")?.primaryKey).toEqual([
    "project_id_1",
    "project_id_2",
  ]);
});

describe("decorators of the repository", () => {
  const library = 'import { Column, ManyToOne, Entity, PrimaryColumn } from "typeorm";';

  test("that give a decorator are read", () => {
    const text = `${library}
      import { applyDecorators } from "@nestjs/common";
      const dateColumn = (options: object = {}) => Column({ type: "timestamptz", ...options });
      function Owner() { return applyDecorators(Column({ name: "owner_id", type: "uuid" })); }
      @Entity("t") class T { @PrimaryColumn() id: string; @dateColumn({ nullable: true }) seenAt: Date; @Owner() owner: string }`;
    expect(read({ "src/t.ts": text })[0]?.tables[0]?.columns).toMatchObject([
      { name: "id" },
      { name: "seenAt", type: "timestamptz", nullable: true },
      { name: "owner_id", type: "uuid" },
    ]);
  });

  test("that apply one in a function of their own are read with what they are given", () => {
    const text = `${library}
      function Field(typeOrOptions?: unknown, options?: object): PropertyDecorator {
        if (typeof typeOrOptions === "object") options = typeOrOptions;
        return (target, key) => { if (isEnabled()) { Column({ ...options })(target, key); } };
      }
      declare function isEnabled(): boolean;
      @Entity("t") class T { @PrimaryColumn() id: string; @Field({ nullable: true, name: "a_a" }) a: string; @Field() b: string }`;
    expect(read({ "src/t.ts": text })[0]?.tables[0]?.columns).toMatchObject([
      { name: "id" },
      { name: "a_a", nullable: true },
      { name: "b", nullable: false },
    ]);
  });

  test("that call themselves end", () => {
    const text = `${library} function Field() { return Field(); } @Entity("t") class T { @PrimaryColumn() id: string; @Field() a: string }`;
    expect(read({ "src/t.ts": text })[0]?.tables[0]?.columns).toHaveLength(1);
  });
});

describe("a schema that is a value", () => {
  test("has columns, relations and keys", () => {
    const text = `
      const base = { id: { type: String, length: 21, primary: true }, created: { type: "timestamp", createDate: true } };
      export const Project = new EntitySchema<object>({
        name: "project", columns: { ...base, ownerId: { type: String, nullable: true }, slug: { type: String, name: "url_slug" } },
        indices: [{ name: "slug_index", columns: ["ownerId", "slug"], unique: true }, { columns: ["slug"] }],
        relations: {
          owner: { type: "many-to-one", target: "user", joinColumn: { name: "ownerId", foreignKeyConstraintName: "fk" } },
          team: { type: "many-to-one", target: "user", nullable: false, joinColumn: true },
          members: { type: "one-to-many", target: "user", inverseSide: "project" },
        },
      });
      export const User = new EntitySchema({ name: "user", tableName: "users", columns: { id: { type: String, primary: true } } });`;
    expect(tableIn(text, "project")).toMatchObject({
      columns: [
        { name: "id", type: "String(21)", nullable: false },
        { name: "created", defaulted: true },
        { name: "ownerId", nullable: true },
        { name: "url_slug", aliases: ["slug"] },
        { name: "teamId", nullable: false },
      ],
      primaryKey: ["id"],
      unique: [["ownerId", "url_slug"]],
      foreignKeys: [
        { columns: ["ownerId"], table: "users", targets: ["id"] },
        { columns: ["teamId"], table: "users", targets: ["id"] },
      ],
    });
    expect(tableIn(text, "users")?.aliases).toEqual(["user"]);
  });

  test("is told where its columns are computed", () => {
    const text = `import { columns } from "./missing.js"; export const A = new EntitySchema({ name: "a", columns });`;
    const [source] = read({ "src/a.ts": `import { EntitySchema } from "typeorm"; ${text}` });
    expect(source?.tables).toMatchObject([{ name: "a", readable: false }]);
    expect(source?.problems).toMatchObject([
      {
        message: 'The columns of entity "a" could not be read: they are computed when the program runs.',
      },
    ]);
  });

  test("is one of TypeORM's only", () => {
    const text =
      'import { EntitySchema } from "./own.js"; import "typeorm"; new EntitySchema({ name: "a", columns: {} });';
    expect(
      read({ "src/own.ts": "export class EntitySchema { constructor(it: object) {} }", "src/a.ts": text }),
    ).toEqual([]);
  });
});

test("each package is a source of its own", () => {
  const entity = (name: string) => `import { Entity } from "typeorm"; @Entity() export class ${name} {}`;
  const sources = read({ "apps/a/src/user.ts": entity("User"), "apps/b/src/order.ts": entity("Order") });
  expect(sources.map(({ tables }) => tables.map(({ name }) => name))).toEqual([["user"], ["order"]]);
  expect(sources[0]).toMatchObject({ kind: "typeorm entities", speaksFor: "both", complete: true });
});

test("tests are left out", () => {
  const text = 'import { Entity } from "typeorm"; @Entity() export class User {}';
  const modules = new Map([["src/user.test.ts", lower(ts, "src/user.test.ts", text)]]);
  const program = link({ files: ["src/user.test.ts"], packages: [], aliases: [] }, modules);
  expect(readTypeorm(program, (file) => !file.includes(".test."))).toEqual([]);
});

test("classes that extend each other in a circle end", () => {
  expect(
    tablesIn("@Entity() class A extends B { @PrimaryColumn() id: string } class B extends A {}"),
  ).toHaveLength(1);
});

test("keys that contain each other end", () => {
  const names = Array.from({ length: 12 }, (_, index) => `A${index}`);
  const classes = names.map(
    (name) =>
      `@Entity() class ${name} { ${names.map((other) => `@ManyToOne(() => ${other}, { primary: true }) to${other}: ${other};`).join(" ")} }`,
  );
  expect(tablesIn(classes.join("\n"))).toHaveLength(12);
});
