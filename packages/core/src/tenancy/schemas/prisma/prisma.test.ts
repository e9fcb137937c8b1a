import { processorTime } from "@tenant-audit/testing";
import { describe, expect, test } from "vitest";
import { readPrisma } from "./prisma.js";

function read(text: string) {
  return readPrisma([{ file: "prisma/schema.prisma", text }])[0]!;
}

function tableIn(text: string, name: string) {
  return read(text).tables.find((table) => table.name === name)!;
}

describe("a Prisma schema", () => {
  test("models and views are tables, under the names of the database", () => {
    const source = read(`
      generator client { provider = "prisma-client-js" }
      datasource db {
        provider = "postgresql"
        url      = env("DATABASE_URL")
      }
      enum Role { ADMIN }
      model Invoice {
        id             String   @id @default(uuid()) @db.Uuid
        organizationId String   @map("organization_id") // the tenant
        note           String?
        tags           String[]
        role           Role     @default(ADMIN)
        updatedAt      DateTime @updatedAt @map("updated_at")
        @@map("invoices")
      }
      view Revenue {
        organizationId String @map("organization_id")
        total          Decimal
      }
    `);
    expect(source.problems).toEqual([]);
    expect(source.tables.map(({ name, aliases, line }) => ({ name, aliases, line }))).toEqual([
      { name: "invoices", aliases: ["Invoice"], line: 8 },
      { name: "Revenue", aliases: [], line: 17 },
    ]);
    expect(source.tables[0]!.columns).toEqual([
      { name: "id", aliases: [], nullable: false, type: "String @db.Uuid", defaulted: true },
      {
        name: "organization_id",
        aliases: ["organizationId"],
        nullable: false,
        type: "String",
        defaulted: false,
      },
      { name: "note", aliases: [], nullable: true, type: "String", defaulted: false },
      { name: "tags", aliases: [], nullable: false, type: "String[]", defaulted: false },
      { name: "role", aliases: [], nullable: false, type: "Role", defaulted: true },
      { name: "updated_at", aliases: ["updatedAt"], nullable: false, type: "DateTime", defaulted: true },
    ]);
  });

  test("keys are told by column, also compound, named and sorted ones", () => {
    const table = tableIn(
      `
      model Line {
        invoiceId String @map("invoice_id")
        position  Int
        code      String @unique(map: "line_code")
        @@id(name: "place", fields: [invoiceId, position])
        @@unique([code, position(sort: Desc)], name: "x", map: "y")
        @@index([code])
      }`,
      "Line",
    );
    expect(table.primaryKey).toEqual(["invoice_id", "position"]);
    expect(table.unique).toEqual([["code"], ["code", "position"]]);
  });

  test("a relation is known from both its ends, and the end that holds the column is a foreign key", () => {
    const text = `
      model Organization {
        id       String    @id
        projects Project[]
        @@map("organizations")
      }
      model Project {
        id           String       @id
        orgId        String       @map("org_id")
        organization Organization @relation(fields: [orgId], references: [id], onDelete: Cascade)
        @@map("projects")
      }`;
    expect(tableIn(text, "projects").foreignKeys).toEqual([
      { columns: ["org_id"], table: "organizations", targets: ["id"] },
    ]);
    expect(tableIn(text, "projects").columns.map(({ name }) => name)).toEqual(["id", "org_id"]);
    expect(tableIn(text, "organizations").foreignKeys).toEqual([]);
    expect(tableIn(text, "organizations").relations).toEqual([
      { field: "projects", table: "projects", list: true, columns: ["id"], targets: ["org_id"] },
    ]);
  });

  test("relations between the same two tables are told apart by name", () => {
    const text = `
      model User {
        id       String  @id
        written  Post[]  @relation("Author")
        reviewed Post[]  @relation(name: "Reviewer")
      }
      model Post {
        id         String @id
        authorId   String
        reviewerId String?
        author     User   @relation("Author", fields: [authorId], references: [id])
        reviewer   User?  @relation("Reviewer", fields: [reviewerId], references: [id])
      }`;
    const relations = tableIn(text, "User").relations;
    expect(relations.map(({ field, targets }) => [field, targets])).toEqual([
      ["written", ["authorId"]],
      ["reviewed", ["reviewerId"]],
    ]);
  });

  test("an implicit many-to-many relation has no columns", () => {
    const text = `
      model Post { id String @id
        tags Tag[]
      }
      model Tag {
        id    String @id
        posts Post[]
      }`;
    expect(tableIn(text, "Post").relations).toEqual([
      { field: "tags", table: "Tag", list: true, columns: [], targets: [] },
    ]);
  });

  test("a table in another database schema keeps its prefix, one in the default schema has none", () => {
    const text = `
      model Session {
        id String @id
        @@map("sessions")
        @@schema("auth")
      }
      model Post {
        id String @id
        @@schema("public")
      }`;
    expect(read(text).tables.map(({ name }) => name)).toEqual(["auth.sessions", "Post"]);
  });

  test("files of one folder are one schema, and a folder elsewhere is another", () => {
    const sources = readPrisma([
      { file: "apps/api/prisma/schema/user.prisma", text: "model User {\n id String @id\n posts Post[]\n}" },
      {
        file: "apps/api/prisma/schema.prisma",
        text: "model Post {\n id String @id\n userId String\n user User @relation(fields: [userId], references: [id])\n}",
      },
      { file: "apps/jobs/prisma/schema.prisma", text: "model Job {\n id String @id\n}" },
    ]);
    expect(sources.map((source) => source.tables.map(({ name }) => name))).toEqual([
      ["Post", "User"],
      ["Job"],
    ]);
    expect(sources[0]!.tables[0]!.foreignKeys).toEqual([
      { columns: ["userId"], table: "User", targets: ["id"] },
    ]);
  });

  test("comments, addresses in texts, and lines that go on are read", () => {
    const table = tableIn(
      `
      /// Documentation
      model Page { // a page
        id  String @id /* the
           key */
        url String @default("https://example.com/a//b(")
        a   String
        @@unique([
          a,
          url, // both
        ])
      }`,
      "Page",
    );
    expect(table.columns.map(({ name }) => name)).toEqual(["id", "url", "a"]);
    expect(table.unique).toEqual([["a", "url"]]);
  });
});

describe("a Prisma schema that is not quite one", () => {
  test("an empty file, and one that is only a byte-order mark, have no tables and no problems", () => {
    expect(read("")).toMatchObject({ tables: [], problems: [] });
    expect(read("\uFEFF")).toMatchObject({ tables: [], problems: [] });
  });

  test("a byte-order mark and Windows line ends change nothing", () => {
    const table = tableIn("\uFEFFmodel Post {\r\n  id String @id\r\n}\r\n", "Post");
    expect(table).toMatchObject({ primaryKey: ["id"], line: 1 });
  });

  test("a field that makes no sense costs that field", () => {
    const source = read(
      "model Post {\n  id String @id\n  ??? what\n  title String\n}\nmodel Tag {\n  id String @id\n}",
    );
    expect(source.tables.map(({ columns }) => columns.length)).toEqual([2, 1]);
    expect(source.problems).toEqual([
      { file: "prisma/schema.prisma", line: 3, message: 'In "model Post": cannot read "??? what".' },
    ]);
  });

  test("a missing brace or parenthesis does not swallow the next model", () => {
    const source = read(
      "model Post {\n  id String @id @default(uuid(\n  title String\nmodel Tag {\n  id String @id\n}",
    );
    expect(source.tables.map(({ name }) => name)).toEqual(["Post", "Tag"]);
    expect(source.problems.length).toBeGreaterThan(0);
  });

  test("blocks and attributes of other versions do not stop the models", () => {
    const source = read(
      'policy Everyone {\n  allow = "all"\n}\nmodel Post {\n  id String @id @omit @shiny.new(level: { deep: [1, "a"] })\n  place Unsupported("point")?\n  @@fulltext([id])\n  @@allow("read", true)\n}',
    );
    expect(source.tables[0]!.columns.map(({ name, nullable }) => [name, nullable])).toEqual([
      ["id", false],
      ["place", true],
    ]);
    expect(source.problems).toEqual([]);
  });

  test("of two models with one name the first is read, and both places are told", () => {
    const source = read("model Post {\n  id String @id\n}\nmodel Post {\n  key String @id\n}");
    expect(source.tables).toHaveLength(1);
    expect(source.problems[0]!.message).toBe(
      'Model "Post" is already defined at prisma/schema.prisma:1; only that one is read.',
    );
  });

  test("a relation without the fields it joins on is told", () => {
    const source = read(
      "model User {\n  id String @id\n}\nmodel Post {\n  id String @id\n  user User @relation(fields: [], references: [])\n}",
    );
    expect(source.problems[0]!.message).toBe(
      'In "model Post": the relation "user" names no fields to join on.',
    );
  });
});

describe("a hostile Prisma schema", () => {
  test.each([
    ["thousands of open parentheses", `model Post {\n  id String @default(${"a(".repeat(50_000)}\n}`],
    ["comments that never end", `model Post {\n  id String @id\n}\n${"/*".repeat(100_000)}`],
    ["a name without end", `model Post {\n  ${"A".repeat(100_000)} String\n}`],
    ["quotation marks without end", `model Post {\n  id String @default(${'"'.repeat(100_001)})\n}`],
    ["blocks that are never closed", "model A {\n".repeat(5_000)],
  ])("of %s is read in time", (_, text) => {
    const spent = processorTime();
    expect(() => read(text)).not.toThrow();
    expect(spent()).toBeLessThan(2000);
  });
});
