import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RawTable } from "../schemas/source.js";
import { applyHistory } from "./catalog.js";
import {
  addColumn,
  addConstraint,
  createTable,
  dropColumn,
  dropConstraint,
  dropTable,
  foreignKey,
  migration,
  name,
  primaryKey,
  renameColumn,
  renameTable,
  unique,
  uniqueIndex,
  type AnyChange,
} from "./testing/changes.js";

const organizations = createTable("organizations", ["id uuid"], [primaryKey("id")]);
const projects = createTable(
  "projects",
  ["id uuid", "organization_id uuid", "slug text"],
  [primaryKey("id"), foreignKey("organization_id", "organizations")],
);

function after(...changes: AnyChange[]): readonly RawTable[] {
  return applyHistory([migration("1.sql", changes)]).tables;
}

function tableAfter(table: string, ...changes: AnyChange[]): RawTable {
  return after(...changes).find((one) => one.name === table)!;
}

function problemsAfter(...changes: AnyChange[]): readonly string[] {
  return applyHistory([migration("1.sql", changes)]).problems.map(
    ({ file, line, message }) => `${file}:${line} ${message}`,
  );
}

describe("what stands at the end of a history", () => {
  it("has the columns of every migration, in their order", () => {
    const { tables, problems, complete } = applyHistory([
      migration("1.sql", [createTable("users", ["id serial default", "name text null"])]),
      migration("2.sql", [addColumn("users", "email text"), dropColumn("users", "name")]),
    ]);
    expect(tables).toHaveLength(1);
    expect(tables[0]).toMatchObject({ name: "users", file: "1.sql", line: 1, source: "sql migrations" });
    expect(tables[0]!.columns).toEqual([
      { name: "id", aliases: [], type: "serial", nullable: false, defaulted: true },
      { name: "email", aliases: [], type: "text", nullable: false, defaulted: false },
    ]);
    expect([problems, complete]).toEqual([[], true]);
  });

  it("leaves the default schema out of a table's name and keeps every other", () => {
    const names = after(createTable("public.users", ["id uuid"]), createTable("auth.users", ["id uuid"]));
    expect(names.map((table) => table.name)).toEqual(["users", "auth.users"]);
  });

  it("makes and finds unqualified tables along the search path, in one file only", () => {
    const { tables, problems } = applyHistory([
      migration("1.sql", [
        createTable("shared", ["id uuid"]),
        { kind: "search-path", schemas: ["$user", "app", "public"] },
        createTable("users", ["id uuid"]),
        addColumn("shared", "note text"),
      ]),
      migration("2.sql", [createTable("users", ["id uuid"])]),
    ]);
    expect(tables.map((table) => table.name)).toEqual(["shared", "app.users", "users"]);
    expect(tables[0]!.columns.map((column) => column.name)).toEqual(["id", "note"]);
    expect(problems).toEqual([]);
  });

  it("has no null in a primary key", () => {
    const table = tableAfter("tags", createTable("tags", ["id uuid null"], [primaryKey("id")]));
    expect(table.columns[0]!.nullable).toBe(false);
  });

  it("changes what a statement says of a column and nothing else", () => {
    const table = tableAfter("tags", createTable("tags", ["label varchar null"]), {
      kind: "alter-column",
      table: name("tags"),
      column: "label",
      nullable: false,
      type: null,
      defaulted: null,
      name: "title",
    });
    expect(table.columns).toEqual([
      { name: "title", aliases: [], type: "varchar", nullable: false, defaulted: false },
    ]);
  });

  it("forgets temporary tables when the file ends", () => {
    const { tables } = applyHistory([
      migration("1.sql", [
        createTable("users", ["id uuid"]),
        createTable("users", ["copied uuid"], [], { temporary: true }),
        addColumn("users", "temporary text"),
      ]),
      migration("2.sql", [addColumn("users", "lasting text")]),
    ]);
    expect(tables.map((table) => table.columns.map((column) => column.name))).toEqual([["id", "lasting"]]);
  });

  it("cannot read the columns of a table that a query makes, unless they are named", () => {
    expect(tableAfter("copy", createTable("copy", [], [], { fromQuery: true })).readable).toBe(false);
    expect(tableAfter("copy", createTable("copy", ["id"], [], { fromQuery: true })).readable).toBe(true);
  });
});

describe("keys", () => {
  it("are dropped by the names that PostgreSQL gives them", () => {
    const table = tableAfter(
      "projects",
      organizations,
      projects,
      addConstraint("projects", unique("organization_id", "slug")),
      dropConstraint("projects", "projects_pkey"),
      dropConstraint("projects", "projects_organization_id_fkey"),
      dropConstraint("projects", "projects_organization_id_slug_key"),
    );
    expect(table).toMatchObject({ primaryKey: [], foreignKeys: [], unique: [] });
  });

  it("take the next name when theirs is taken", () => {
    const table = tableAfter(
      "projects",
      organizations,
      createTable("accounts", ["id uuid"], [primaryKey("id")]),
      projects,
      addConstraint("projects", foreignKey("organization_id", "accounts", "id")),
      dropConstraint("projects", "projects_organization_id_fkey"),
    );
    expect(table.foreignKeys).toEqual([{ columns: ["organization_id"], table: "accounts", targets: ["id"] }]);
    expect(
      problemsAfter(organizations, projects, dropConstraint("projects", "projects_organization_id_fkey1")),
    ).toEqual([
      '1.sql:3 Migration drops constraint "projects_organization_id_fkey1" of table "projects", which no migration before it created.',
    ]);
  });

  it("keep their names when their table gets another", () => {
    const table = tableAfter(
      "teams",
      organizations,
      renameTable("organizations", "teams"),
      dropConstraint("teams", "organizations_pkey"),
    );
    expect(table.primaryKey).toEqual([]);
  });

  it("point at the primary key when they name no column", () => {
    expect(tableAfter("projects", organizations, projects).foreignKeys).toEqual([
      { columns: ["organization_id"], table: "organizations", targets: ["id"] },
    ]);
  });

  it("follow the new names of tables and columns elsewhere", () => {
    const table = tableAfter(
      "projects",
      organizations,
      projects,
      renameTable("organizations", "teams"),
      renameColumn("teams", "id", "team_id"),
      renameColumn("projects", "organization_id", "team_id"),
    );
    expect(table.foreignKeys).toEqual([{ columns: ["team_id"], table: "teams", targets: ["team_id"] }]);
  });

  it("go with a column that is in them, and leave those that are not", () => {
    const table = tableAfter(
      "projects",
      organizations,
      projects,
      addConstraint("projects", unique("organization_id", "slug")),
      uniqueIndex("by_slug", "projects", ["slug"]),
      dropColumn("projects", "organization_id"),
    );
    expect(table).toMatchObject({ primaryKey: ["id"], unique: [["slug"]], foreignKeys: [] });
  });

  it("go with the table that they point at", () => {
    expect(tableAfter("projects", organizations, projects, dropTable("organizations")).foreignKeys).toEqual(
      [],
    );
  });

  it("find a table that is made later", () => {
    const { tables, problems } = applyHistory([migration("1.sql", [projects, organizations])]);
    expect(tables[0]!.foreignKeys).toEqual([
      { columns: ["organization_id"], table: "organizations", targets: ["id"] },
    ]);
    expect(problems).toEqual([]);
  });

  it("name a table of a schema that belongs to somebody else", () => {
    const { tables, problems, complete } = applyHistory([
      migration("1.sql", [createTable("profiles", ["id uuid"], [foreignKey("id", "auth.users", "id")])]),
    ]);
    expect(tables[0]!.foreignKeys).toEqual([{ columns: ["id"], table: "auth.users", targets: ["id"] }]);
    expect([problems, complete]).toEqual([[], true]);
  });

  it("are told of when they name a column that is not there", () => {
    expect(
      problemsAfter(
        organizations,
        createTable("notes", ["id uuid"], [foreignKey("team_id", "organizations")]),
      ),
    ).toEqual([
      '1.sql:2 Migration puts column "team_id" into a foreign key of table "notes", which has no such column.',
    ]);
  });
});

describe("unique sets", () => {
  it("are those of whole indexes on columns", () => {
    const table = tableAfter(
      "projects",
      organizations,
      projects,
      uniqueIndex("whole", "projects", ["organization_id", "slug"]),
      uniqueIndex("partial", "projects", ["slug"], { partial: true }),
      uniqueIndex("expression", "projects", ["organization_id", null]),
      uniqueIndex("plain", "projects", ["organization_id"], { unique: false }),
    );
    expect(table.unique).toEqual([["organization_id", "slug"]]);
  });

  it("go with their index, by its present name", () => {
    const table = tableAfter(
      "projects",
      organizations,
      projects,
      uniqueIndex("by_slug", "projects", ["slug"]),
      { kind: "rename-index", name: "by_slug", to: "projects_by_slug" },
      { kind: "drop-index", name: "projects_by_slug", ifExists: false },
    );
    expect(table.unique).toEqual([]);
  });

  it("are those of constraints too, whose index can be renamed by itself", () => {
    const table = tableAfter(
      "tags",
      createTable("tags", ["id uuid", "label text"], [primaryKey("id"), unique("label")]),
      { kind: "rename-index", name: "tags_label_key", to: "by_label" },
      dropConstraint("tags", "by_label"),
    );
    expect(table).toMatchObject({ primaryKey: ["id"], unique: [] });
  });

  it("become a primary key that uses their index", () => {
    const table = tableAfter(
      "tags",
      createTable("tags", ["id uuid"]),
      uniqueIndex("tags_by_id", "tags", ["id"]),
      addConstraint("tags", { kind: "using-index", name: null, index: "tags_by_id", primary: true }),
    );
    expect(table).toMatchObject({ primaryKey: ["id"], unique: [] });
  });
});

describe("a table that is made anew under its old name", () => {
  const rebuild = [
    createTable("new_organizations", ["id text", "name text"], [primaryKey("id")]),
    dropTable("organizations"),
    renameTable("new_organizations", "organizations"),
  ];

  it("keeps the foreign keys that point at it in SQLite", () => {
    const { tables } = applyHistory([migration("1.sql", [organizations, projects, ...rebuild], "sqlite")]);
    expect(tables.map((table) => [table.name, table.foreignKeys])).toEqual([
      ["projects", [{ columns: ["organization_id"], table: "organizations", targets: ["id"] }]],
      ["organizations", []],
    ]);
  });

  it("loses them in PostgreSQL", () => {
    expect(tableAfter("projects", organizations, projects, ...rebuild).foreignKeys).toEqual([]);
  });

  it("is found in whatever case it is written, where the database finds it so", () => {
    const changes = [createTable("Users", ["Id int"]), addColumn("users", "name text")];
    const columnsIn = (dialect: "mysql" | "postgresql") =>
      applyHistory([migration("1.sql", changes, dialect)]).tables[0]!.columns.length;
    expect([columnsIn("mysql"), columnsIn("postgresql")]).toEqual([2, 1]);
  });
});

describe("tables of tables", () => {
  const events = createTable(
    "events",
    ["id uuid", "organization_id uuid"],
    [primaryKey("id"), foreignKey("organization_id", "organizations")],
  );

  it("give a partition their columns and keys, and its own row security stays its own", () => {
    const partition = tableAfter(
      "events_2024",
      organizations,
      events,
      createTable("events_2024", [], [], { partitionOf: name("events") }),
      addColumn("events", "kind text"),
      { kind: "row-security", table: name("events"), enabled: true, forced: null },
    );
    expect(partition).toMatchObject({
      partitionOf: "events",
      primaryKey: ["id"],
      foreignKeys: [{ columns: ["organization_id"], table: "organizations", targets: ["id"] }],
      rowSecurity: { enabled: false },
    });
    expect(partition.columns.map((column) => column.name)).toEqual(["id", "organization_id", "kind"]);
  });

  it("give a partition no key of a column that it dropped after it was taken out", () => {
    const partition = tableAfter(
      "events_2024",
      organizations,
      events,
      createTable("events_2024", [], [], { partitionOf: name("events") }),
      dropColumn("events_2024", "id"),
      renameColumn("events_2024", "organization_id", "organization"),
    );
    expect(partition.columns.map((column) => column.name)).toEqual(["organization"]);
    expect(partition).toMatchObject({ primaryKey: [], unique: [], foreignKeys: [] });
  });

  it("give an heir their columns and no keys", () => {
    const heir = tableAfter(
      "logins",
      organizations,
      events,
      createTable("logins", ["ip inet"], [], { inherits: [name("events")] }),
    );
    expect(heir.columns.map((column) => column.name)).toEqual(["id", "organization_id", "ip"]);
    expect(heir).toMatchObject({ partitionOf: null, primaryKey: [], foreignKeys: [] });
  });

  it("lend their columns to a table that is like them, once", () => {
    const copy = tableAfter(
      "archive",
      organizations,
      events,
      createTable("archive", [], [], { like: [name("events")] }),
      addColumn("events", "kind text"),
    );
    expect(copy.columns.map((column) => column.name)).toEqual(["id", "organization_id"]);
  });

  it("go with all of their partitions", () => {
    const tables = after(
      organizations,
      events,
      createTable("events_2024", ["id uuid", "organization_id uuid"]),
      { kind: "attach-partition", table: name("events"), partition: name("events_2024") },
      dropTable("events"),
    );
    expect(tables.map((table) => table.name)).toEqual(["organizations"]);
  });

  it("never go round", () => {
    const attach = (table: string, partition: string): AnyChange => ({
      kind: "attach-partition",
      table: name(table),
      partition: name(partition),
    });
    expect(
      after(
        createTable("one", ["id uuid"]),
        createTable("other", ["id uuid"]),
        attach("one", "other"),
        attach("other", "one"),
        attach("one", "one"),
        addColumn("one", "note text"),
      ).map((table) => table.columns.length),
    ).toEqual([2, 2]);
  });
});

describe("what does not fit together", () => {
  it("is told in a sentence with its place", () => {
    expect(problemsAfter(organizations, dropTable("users"))).toEqual([
      '1.sql:2 Migration drops table "users", which no migration before it created.',
    ]);
    expect(problemsAfter(organizations, organizations)).toEqual([
      '1.sql:2 Migration creates table "organizations", but a table of that name already stands (1.sql:1). The first is taken.',
    ]);
    expect(problemsAfter(organizations, addColumn("organizations", "id uuid"))).toEqual([
      '1.sql:2 Migration adds column "id" to table "organizations", which already has it.',
    ]);
    expect(problemsAfter(organizations, dropColumn("organizations", "name"))).toEqual([
      '1.sql:2 Migration drops column "name" of table "organizations", which has no such column.',
    ]);
    expect(problemsAfter(addColumn("organizations", "name text"), organizations)).toEqual([
      '1.sql:1 Migration changes table "organizations" before another one creates it (1.sql:2).',
    ]);
  });

  it("is expected where the statement says so", () => {
    expect(
      problemsAfter(
        organizations,
        { ...organizations, ifNotExists: true },
        addColumn("organizations", "id uuid", true),
        dropColumn("organizations", "name", true),
        dropConstraint("organizations", "by_name", true),
        dropTable("users", true),
        { kind: "drop-index", name: "by_name", ifExists: true },
        { kind: "drop-view", view: name("names"), ifExists: true },
      ),
    ).toEqual([]);
  });

  it("is told once for a history that begins in the middle", () => {
    const { problems, complete } = applyHistory([
      migration("7.sql", [addColumn("users", "name text"), dropColumn("teams", "owner"), organizations]),
      migration("8.sql", [addColumn("users", "email text")]),
    ]);
    expect(problems).toEqual([
      {
        file: "7.sql",
        line: 2,
        message:
          'Migrations change 2 tables that none of them created ("teams" and "users"). Either the history begins earlier than the files that are here, or a statement that is not followed creates them.',
      },
    ]);
    expect(complete).toBe(false);
  });

  it("is no matter of order in a folder of schema files", () => {
    const { tables, problems } = applyHistory(
      [
        migration("constraints.sql", [addConstraint("organizations", unique("name"))]),
        migration("organizations.sql", [createTable("organizations", ["id uuid", "name text"])]),
      ],
      { ordered: false },
    );
    expect(tables[0]!.unique).toEqual([["name"]]);
    expect(problems).toEqual([]);
  });

  it("is counted when it repeats itself", () => {
    const twice = [1, 2, 3, 4, 5].map(() => addColumn("organizations", "id uuid"));
    expect(problemsAfter(organizations, ...twice).at(-1)).toBe(
      "1.sql:6 2 more migration statements add a column that is already there; this is the last of them.",
    );
  });
});

describe("any history", () => {
  const tableNames = fc.constantFrom("a", "b", "c");
  const columnNames = fc.constantFrom("id", "x", "y");
  const changes: fc.Arbitrary<AnyChange> = fc.oneof(
    fc
      .tuple(tableNames, tableNames, columnNames)
      .map(([table, other, from]) =>
        createTable(table, ["id uuid", "x uuid", "y uuid"], [primaryKey("id"), foreignKey(from, other, "x")]),
      ),
    tableNames.map((table) => dropTable(table)),
    fc.tuple(tableNames, tableNames).map(([table, to]) => renameTable(table, to)),
    fc.tuple(tableNames, columnNames).map(([table, column]) => dropColumn(table, column)),
    fc.tuple(tableNames, columnNames, columnNames).map(([table, from, to]) => renameColumn(table, from, to)),
    fc.tuple(tableNames, columnNames).map(([table, column]) => addColumn(table, `${column} uuid`)),
    fc.tuple(tableNames, columnNames).map(([table, column]) => uniqueIndex(`by_${column}`, table, [column])),
    fc.tuple(tableNames, tableNames).map(([table, partition]): AnyChange => ({
      kind: "attach-partition",
      table: name(table),
      partition: name(partition),
    })),
  );
  const dialects = fc.constantFrom("postgresql" as const, "sqlite" as const, "mysql" as const);

  it("leaves no key that names a table or column that is not there", () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 30 }), dialects, (history, dialect) => {
        const { tables } = applyHistory([migration("1.sql", history, dialect)]);
        const columnsOf = new Map(tables.map((table) => [table.name, table.columns.map((one) => one.name)]));
        const made = new Set(["a", "b", "c"].filter((one) => columnsOf.has(one)));
        for (const table of tables) {
          const own = columnsOf.get(table.name)!;
          for (const set of [
            table.primaryKey,
            ...table.unique,
            ...table.foreignKeys.map((key) => key.columns),
          ])
            expect(own).toEqual(expect.arrayContaining([...set]));
          for (const key of table.foreignKeys.filter((one) => made.has(one.table)))
            expect(columnsOf.get(key.table)).toEqual(expect.arrayContaining([...key.targets]));
        }
      }),
    );
  });
});
