import ts from "typescript";
import { describe, expect, test } from "vitest";
import { link } from "../../../link/link.js";
import { lower } from "../../../lower/lower.js";
import { readMikroOrm } from "./mikro-orm.js";

function read(files: Record<string, string>) {
  const modules = new Map(Object.entries(files).map(([file, text]) => [file, lower(ts, file, text)]));
  return readMikroOrm(link({ files: Object.keys(files), packages: [], aliases: [] }, modules));
}

const head = `import { Collection, Embeddable, Embedded, Entity, EntitySchema, Enum, ManyToMany, ManyToOne, OneToMany, OneToOne, PrimaryKey, Property,
  type Ref, type Rel, Unique, defineEntity, p } from "@mikro-orm/core";`;

function tableIn(text: string, name: string) {
  return read({ "src/entities.ts": `${head}\n${text}` })
    .flatMap(({ tables }) => tables)
    .find((table) => table.name === name);
}

const organization = `@Entity({ tableName: "organizations" }) class Organization { @PrimaryKey({ type: "uuid" }) id!: string;
  @OneToMany(() => Project, (project) => project.organization) projects = new Collection<Project>(this); }`;

describe("a class is an entity", () => {
  test("by its own name with underscores", () => {
    expect(tableIn("@Entity() class TeamMember {}", "team_member")).toMatchObject({
      aliases: ["TeamMember"],
      file: "src/entities.ts",
      line: 3,
    });
  });

  test("by the name and the schema it gives", () => {
    expect(
      tableIn('@Entity({ tableName: "members", schema: "team" }) class Member {}', "team.members"),
    ).toBeDefined();
  });

  test("with decorators of the package that has only those", () => {
    const text =
      'import { Entity, PrimaryKey } from "@mikro-orm/decorators/legacy"; @Entity() export class User { @PrimaryKey() id!: number }';
    expect(read({ "src/user.ts": text })[0]?.tables).toMatchObject([{ name: "user", primaryKey: ["id"] }]);
  });

  test("unless it is abstract, has no table, or is somebody else's", () => {
    const text = `${head} @Entity({ abstract: true }) abstract class Base {} @Entity({ expression: "select 1" }) class Sum {}`;
    const other = 'import { Entity } from "typeorm"; @Entity() export class User {}';
    expect(read({ "src/a.ts": text, "src/b.ts": other })).toEqual([]);
  });
});

describe("a property", () => {
  const columnsOf = (members: string) => tableIn(`@Entity() class T { ${members} }`, "t")?.columns;

  test.each([
    [
      "@Property() createdAt: Date",
      { name: "created_at", aliases: ["createdAt"], type: "Date", nullable: false },
    ],
    ['@Property({ fieldName: "made" }) createdAt: Date', { name: "made", aliases: ["createdAt"] }],
    ["@Property({ nullable: true }) note?: string", { name: "note", nullable: true }],
    ["@Property() note: string | null", { nullable: true, type: "string" }],
    ['@Property({ type: "json" }) data: object', { type: "json" }],
    ["@Property() open = true", { type: "boolean", defaulted: true }],
    ["@Enum(() => Role) role: Role", { name: "role", type: "enum" }],
    [
      '@PrimaryKey({ type: "uuid", defaultRaw: "gen_random_uuid()" }) id: string',
      { type: "uuid", defaulted: true },
    ],
  ])("%s", (member, expected) => {
    expect(columnsOf(member)).toMatchObject([expected]);
  });

  test("is no column where nothing stores it", () => {
    expect(columnsOf("@Property({ persist: false }) count: number; label: string")).toEqual([]);
  });
});

describe("a relation to one", () => {
  const projectWith = (member: string) =>
    tableIn(`${organization} @Entity() class Project { @PrimaryKey() id!: string; ${member} }`, "project");

  test.each([
    ["by a function", "@ManyToOne(() => Organization) organization: Organization"],
    ["by options", "@ManyToOne({ entity: () => Organization }) organization: Organization"],
    ["by its type", "@ManyToOne() organization: Ref<Organization>"],
    ["by a type that may be null", "@ManyToOne() organization: Rel<Organization> | null"],
    ["by a name", '@ManyToOne("Organization") organization: Organization'],
  ])("leads there %s", (_, member) => {
    const table = projectWith(member);
    expect(table?.columns[1]).toMatchObject({
      name: "organization_id",
      aliases: ["organization"],
      type: "uuid",
    });
    expect(table?.foreignKeys).toEqual([
      { columns: ["organization_id"], table: "organizations", targets: ["id"] },
    ]);
  });

  test("is required unless it says otherwise", () => {
    expect(
      projectWith("@ManyToOne(() => Organization) organization: Organization")?.columns[1]?.nullable,
    ).toBe(false);
    expect(
      projectWith(
        '@ManyToOne(() => Organization, { nullable: true, fieldName: "org" }) organization?: Organization',
      )?.columns[1],
    ).toMatchObject({ name: "org", nullable: true });
  });

  test("may be part of the key", () => {
    const table = tableIn(
      `${organization} @Entity() class Project { @ManyToOne(() => Organization, { primary: true }) organization: Organization; @PrimaryKey() number: number }`,
      "project",
    );
    expect(table?.primaryKey).toEqual(["number", "organization_id"]);
  });

  test("that cannot be read is told", () => {
    const [source] = read({
      "src/a.ts": `${head} @Entity() class A { @PrimaryKey() id: string; @ManyToOne() other: unknown }`,
    });
    expect(source?.problems).toMatchObject([
      { message: 'Where the relation "other" leads could not be read; it is not known.' },
    ]);
  });

  test("of one with one is held by its owner", () => {
    const text = `@Entity() class User { @PrimaryKey() id: string; @OneToOne(() => Profile, (p) => p.user) profile: Profile }
      @Entity() class Profile { @PrimaryKey() id: string; @OneToOne(() => User, { owner: true }) user: User }`;
    expect(tableIn(text, "profile")).toMatchObject({
      unique: [["user_id"]],
      foreignKeys: [{ columns: ["user_id"], table: "user", targets: ["id"] }],
    });
    expect(tableIn(text, "user")).toMatchObject({ foreignKeys: [], columns: [{ name: "id" }] });
  });
});

test("a relation to many knows the columns that are equal", () => {
  const text = `${organization} @Entity() class Project { @PrimaryKey() id!: string; @ManyToOne() organization: Ref<Organization> }`;
  expect(tableIn(text, "organizations")?.relations).toEqual([
    { field: "projects", table: "project", list: true, columns: ["id"], targets: ["organization_id"] },
  ]);
});

test("a relation of many with many makes a table with both keys", () => {
  const text = `@Entity() class Note { @PrimaryKey() id: string; @ManyToMany() tags = new Collection<Tag>(this);
      @ManyToMany({ entity: () => Note, pivotTable: "linked", joinColumn: "from_id", inverseJoinColumn: "to_id" }) links = new Collection<Note>(this); }
    @Entity() class Tag { @PrimaryKey() id: string; @ManyToMany(() => Note, (note) => note.tags) notes = new Collection<Note>(this) }`;
  expect(tableIn(text, "note_tags")?.primaryKey).toEqual(["note_id", "tag_id"]);
  expect(tableIn(text, "linked")?.foreignKeys).toEqual([
    { columns: ["from_id"], table: "note", targets: ["id"] },
    { columns: ["to_id"], table: "note", targets: ["id"] },
  ]);
  expect(tableIn(text, "tag_notes")).toBeUndefined();
});

test("unique properties and sets are known", () => {
  const text = `@Entity() @Unique({ properties: ["a", "bB"] }) class T { @PrimaryKey() id: string; @Property({ unique: true }) a: string; @Unique() @Property() bB: string }`;
  expect(tableIn(text, "t")?.unique).toEqual([["a"], ["b_b"], ["a", "b_b"]]);
});

test("columns of an embedded class stand in the entity's table", () => {
  const text = `@Embeddable() class Address { @Property() street: string }
    @Entity() class Customer { @PrimaryKey() id: string; @Embedded(() => Address) home: Address;
      @Embedded(() => Address, { prefix: false }) own: Address; @Embedded(() => Address, { object: true }) kept: Address }`;
  expect(tableIn(text, "customer")?.columns).toMatchObject([
    { name: "id" },
    { name: "home_street", aliases: ["home.street"] },
    { name: "street" },
    { name: "kept", type: "json" },
  ]);
});

test("what a class takes over comes first, and children with a discriminator share a table", () => {
  const text = `abstract class Base { @PrimaryKey() id: string }
    @Entity({ discriminatorColumn: "kind" }) class Content extends Base { @Property() title: string }
    @Entity({ discriminatorValue: "photo" }) class Photo extends Content { @Property() size: number }`;
  expect(tableIn(text, "content")).toMatchObject({
    aliases: ["Content", "Photo"],
    columns: [{ name: "id" }, { name: "title" }, { name: "kind" }, { name: "size", nullable: true }],
  });
  expect(tableIn(text, "photo")).toBeUndefined();
});

test("names stay as the code writes them where the strategy says so", () => {
  const tables = read({
    "src/config.ts":
      'import { defineConfig, EntityCaseNamingStrategy } from "@mikro-orm/postgresql"; export default defineConfig({ namingStrategy: EntityCaseNamingStrategy });',
    "src/a.ts": `${head} @Entity() class TeamMember { @PrimaryKey() id: string; @Property() joinedAt: Date; @ManyToOne() boss: Ref<TeamMember> }`,
  })[0]?.tables;
  expect(tables).toMatchObject([
    { name: "TeamMember", columns: [{ name: "id" }, { name: "joinedAt" }, { name: "boss" }] },
  ]);
});

describe("an entity that is a value", () => {
  test("is built of properties", () => {
    const text = `
      const Base = defineEntity({ name: "Base", abstract: true, properties: { id: p.uuid().primary().onCreate(() => "") } });
      export const Organization = defineEntity({ name: "Organization", tableName: "organizations", extends: Base, properties: { projects: () => p.oneToMany(Project).mappedBy("organization") } });
      export const Project = defineEntity({ name: "Project", extends: Base, uniques: [{ properties: ["organization", "slug"] }], properties: (p) => ({
        slug: p.string(), dueAt: p.datetime().nullable(), organization: () => p.manyToOne(Organization), parent: () => p.manyToOne(Project).nullable() }) });`;
    expect(tableIn(text, "project")).toMatchObject({
      primaryKey: ["id"],
      unique: [["organization_id", "slug"]],
      columns: [
        { name: "id", type: "uuid", defaulted: true },
        { name: "slug", type: "string", nullable: false },
        { name: "due_at", type: "datetime", nullable: true },
        { name: "organization_id", nullable: false },
        { name: "parent_id", nullable: true },
      ],
      foreignKeys: [
        { columns: ["organization_id"], table: "organizations", targets: ["id"] },
        { columns: ["parent_id"], table: "project", targets: ["id"] },
      ],
    });
    expect(tableIn(text, "organizations")?.relations).toEqual([
      { field: "projects", table: "project", list: true, columns: ["id"], targets: ["organization_id"] },
    ]);
  });

  test("may stand behind a class", () => {
    const text = `const TeamSchema = defineEntity({ name: "Team", properties: { id: p.integer().primary() } });
      class Team extends TeamSchema.class {} TeamSchema.setClass(Team);
      class Seat { id: number } 
      const SeatSchema = defineEntity({ class: Seat, tableName: "seats", properties: { id: p.integer().primary(), team: () => p.manyToOne(Team) } });
      const TicketSchema = defineEntity({ name: "Ticket", properties: { id: p.integer().primary(), seat: () => p.manyToOne(Seat) } });`;
    expect(tableIn(text, "seats")?.foreignKeys).toEqual([
      { columns: ["team_id"], table: "team", targets: ["id"] },
    ]);
    expect(tableIn(text, "ticket")?.foreignKeys).toEqual([
      { columns: ["seat_id"], table: "seats", targets: ["id"] },
    ]);
  });

  test("may be a schema of options", () => {
    const text = `export const Team = new EntitySchema({ name: "Team", tableName: "teams", properties: { id: { type: "uuid", primary: true } } });
      export const Project = new EntitySchema({ name: "Project", properties: { id: { type: "number", primary: true }, team: { kind: "m:1", entity: () => Team, nullable: true } } });`;
    expect(tableIn(text, "project")).toMatchObject({
      columns: [{ name: "id" }, { name: "team_id", nullable: true }],
      foreignKeys: [{ columns: ["team_id"], table: "teams", targets: ["id"] }],
    });
  });

  test("is none when the function is somebody else's", () => {
    const text =
      'import { Entity } from "@mikro-orm/core"; import { defineEntity } from "./own.js"; defineEntity({ name: "A", properties: {} });';
    expect(read({ "src/own.ts": "export function defineEntity(it: object) {}", "src/a.ts": text })).toEqual(
      [],
    );
  });

  test("is told where its properties are computed", () => {
    const [source] = read({
      "src/a.ts": `${head} import { properties } from "./missing.js"; defineEntity({ name: "A", properties });`,
    });
    expect(source?.tables).toMatchObject([{ name: "a", readable: false }]);
    expect(source?.complete).toBe(false);
  });
});
