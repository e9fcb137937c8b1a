import { describe, expect, it } from "vitest";
import { sqlParser } from "@tenant-audit/sql";
import { readPostgres } from "./postgres.js";

/** The changes without their lines. */
const changes = (text: string) =>
  readPostgres(sqlParser, text).changes.map((change) => ({ ...change, line: 0 }));
const table = (name: string, schema: string | null = null) => ({ schema, name });
const column = (name: string, type: string, nullable = true, defaulted = false) => ({
  name,
  type,
  nullable,
  defaulted,
});
const created = {
  line: 0,
  kind: "create-table",
  ifNotExists: false,
  columns: [],
  constraints: [],
  inherits: [],
  partitionOf: null,
  like: [],
  fromQuery: false,
  temporary: false,
};

describe("creating a table", () => {
  it("reads columns with their types, and what fills them", () => {
    const text = `CREATE TABLE IF NOT EXISTS app."Order" (
      id bigserial PRIMARY KEY, owner uuid NOT NULL DEFAULT gen_random_uuid(), place int GENERATED ALWAYS AS IDENTITY,
      total numeric(10,2) GENERATED ALWAYS AS (1) STORED, tags varchar(48)[], note text DEFAULT NULL, seen timestamptz(3),
      mail citext DEFAULT 'x'::citext, flag boolean)`;
    expect(changes(text)).toEqual([
      {
        ...created,
        table: table("Order", "app"),
        ifNotExists: true,
        columns: [
          column("id", "bigserial", false, true),
          column("owner", "uuid", false, true),
          column("place", "integer", false, true),
          column("total", "numeric(10,2)", true, true),
          column("tags", "varchar(48)[]"),
          column("note", "text"),
          column("seen", "timestamptz(3)"),
          column("mail", "citext", true, true),
          column("flag", "boolean"),
        ],
        constraints: [{ kind: "primary-key", name: null, columns: ["id"] }],
      },
    ]);
  });

  it("reads constraints beside columns and below them", () => {
    const text = `CREATE TABLE a (b int REFERENCES x.c ON DELETE CASCADE, d int CONSTRAINT once UNIQUE, e int, CHECK (b > 0),
      CONSTRAINT pair PRIMARY KEY (b, e), FOREIGN KEY (b, e) REFERENCES f (g, h), EXCLUDE USING gist (e WITH =))`;
    expect(changes(text)).toEqual([
      {
        ...created,
        table: table("a"),
        columns: [column("b", "integer", false), column("d", "integer"), column("e", "integer", false)],
        constraints: [
          { kind: "foreign-key", name: null, columns: ["b"], table: table("c", "x"), targets: [] },
          { kind: "unique", name: "once", columns: ["d"] },
          { kind: "check", name: null },
          { kind: "primary-key", name: "pair", columns: ["b", "e"] },
          { kind: "foreign-key", name: null, columns: ["b", "e"], table: table("f"), targets: ["g", "h"] },
        ],
      },
    ]);
  });

  it("knows tables that take their columns or their rows from others", () => {
    const text = `CREATE TABLE a (LIKE b INCLUDING ALL); CREATE TABLE c () INHERITS (d, x.e);
      CREATE TABLE f PARTITION OF g FOR VALUES IN (1); CREATE TEMP TABLE h AS SELECT 1; SELECT * INTO i FROM a;`;
    expect(changes(text)).toEqual([
      { ...created, table: table("a"), like: [table("b")] },
      { ...created, table: table("c"), inherits: [table("d"), table("e", "x")] },
      { ...created, table: table("f"), partitionOf: table("g") },
      { ...created, table: table("h"), fromQuery: true, temporary: true },
      { ...created, table: table("i"), fromQuery: true },
    ]);
  });

  it("makes what stands inside CREATE SCHEMA in that schema", () => {
    const text = "CREATE SCHEMA s CREATE TABLE a (id int) CREATE VIEW v AS SELECT a.id FROM a";
    expect(changes(text)).toMatchObject([
      { kind: "create-table", table: table("a", "s") },
      { kind: "create-view", view: table("v", "s") },
    ]);
  });
});

describe("altering a table", () => {
  const altered = {
    line: 0,
    kind: "alter-column",
    table: table("a"),
    nullable: null,
    type: null,
    defaulted: null,
    name: null,
  };

  it("reads every change of one statement", () => {
    const text = `ALTER TABLE ONLY a ADD COLUMN IF NOT EXISTS b int NOT NULL UNIQUE, ALTER c DROP NOT NULL, ALTER c SET NOT NULL,
      ALTER c TYPE varchar(9), ALTER c SET DEFAULT 1, ALTER c DROP DEFAULT, ALTER c ADD GENERATED ALWAYS AS IDENTITY,
      DROP COLUMN IF EXISTS d CASCADE, DROP CONSTRAINT IF EXISTS e, OWNER TO postgres`;
    expect(changes(text)).toEqual([
      {
        line: 0,
        kind: "add-column",
        table: table("a"),
        column: column("b", "integer", false),
        ifNotExists: true,
      },
      {
        line: 0,
        kind: "add-constraint",
        table: table("a"),
        constraint: { kind: "unique", name: null, columns: ["b"] },
      },
      { ...altered, column: "c", nullable: true },
      { ...altered, column: "c", nullable: false },
      { ...altered, column: "c", type: "varchar(9)" },
      { ...altered, column: "c", defaulted: true },
      { ...altered, column: "c", defaulted: false },
      { ...altered, column: "c", defaulted: true },
      { line: 0, kind: "drop-column", table: table("a"), column: "d", ifExists: true },
      { line: 0, kind: "drop-constraint", table: table("a"), name: "e", ifExists: true },
    ]);
  });

  it("takes what is dropped from a table that may be missing for what may be missing", () => {
    expect(changes("ALTER TABLE IF EXISTS ONLY a DROP CONSTRAINT b, DROP c")).toMatchObject([
      { kind: "drop-constraint", ifExists: true },
      { kind: "drop-column", ifExists: true },
    ]);
  });

  it("reads constraints that are added, also from an index and not yet validated", () => {
    const text = `ALTER TABLE a ADD CONSTRAINT k UNIQUE USING INDEX i, ADD PRIMARY KEY USING INDEX j,
      ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c (id) NOT VALID, VALIDATE CONSTRAINT f`;
    expect(changes(text).map((change) => change.kind === "add-constraint" && change.constraint)).toEqual([
      { kind: "using-index", name: "k", index: "i", primary: false },
      { kind: "using-index", name: null, index: "j", primary: true },
      { kind: "foreign-key", name: "f", columns: ["b"], table: table("c"), targets: ["id"] },
    ]);
  });

  it("reads row security", () => {
    const text = `ALTER TABLE a ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      ALTER TABLE a DISABLE ROW LEVEL SECURITY; ALTER TABLE a NO FORCE ROW LEVEL SECURITY;`;
    const security = { line: 0, kind: "row-security", table: table("a"), enabled: null, forced: null };
    expect(changes(text)).toEqual([
      { ...security, enabled: true },
      { ...security, forced: true },
      { ...security, enabled: false },
      { ...security, forced: false },
    ]);
  });

  it("reads new names, schemas and partitions", () => {
    const text = `ALTER TABLE IF EXISTS a RENAME TO b; ALTER TABLE b RENAME c TO d; ALTER TABLE b RENAME CONSTRAINT e TO f;
      ALTER INDEX g RENAME TO h; ALTER TABLE b SET SCHEMA s; ALTER TABLE ONLY s.b ATTACH PARTITION s.p DEFAULT;
      ALTER TYPE t RENAME ATTRIBUTE x TO y; ALTER INDEX h ATTACH PARTITION i; ALTER SEQUENCE q RENAME TO r;`;
    expect(changes(text)).toEqual([
      { line: 0, kind: "rename-table", table: table("a"), to: "b", ifExists: true },
      { line: 0, kind: "rename-column", table: table("b"), column: "c", to: "d" },
      { line: 0, kind: "rename-constraint", table: table("b"), name: "e", to: "f" },
      { line: 0, kind: "rename-index", name: "g", to: "h" },
      { line: 0, kind: "move-table", table: table("b"), schema: "s" },
      { line: 0, kind: "attach-partition", table: table("b", "s"), partition: table("p", "s") },
    ]);
  });
});

describe("dropping, indexes and the search path", () => {
  it("reads lists of what is dropped", () => {
    expect(
      changes("DROP TABLE IF EXISTS a, s.b CASCADE; DROP MATERIALIZED VIEW v; DROP INDEX s.i; DROP TYPE t;"),
    ).toEqual([
      { line: 0, kind: "drop-table", table: table("a"), ifExists: true },
      { line: 0, kind: "drop-table", table: table("b", "s"), ifExists: true },
      { line: 0, kind: "drop-view", view: table("v"), ifExists: false },
      { line: 0, kind: "drop-index", name: "i", ifExists: false },
    ]);
  });

  it("says so when a whole schema goes", () => {
    expect(readPostgres(sqlParser, "DROP SCHEMA IF EXISTS app CASCADE").unread).toEqual([
      {
        line: 1,
        kind: "dynamic",
        reason: 'it drops the schema "app" with all that is in it',
        text: "DROP SCHEMA IF EXISTS app CASCADE",
      },
    ]);
  });

  it("reads indexes: expressions, and those over some rows only", () => {
    const text = `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON s.a (b, lower(c)) INCLUDE (d) WHERE e; CREATE INDEX ON a (b);`;
    const index = { line: 0, kind: "create-index" };
    expect(changes(text)).toEqual([
      { ...index, table: table("a", "s"), name: "i", columns: ["b", null], unique: true, partial: true },
      { ...index, table: table("a"), name: null, columns: ["b"], unique: false, partial: false },
    ]);
  });

  it.each([
    [`SET search_path TO app, "$user", public`, ["app", "public"]],
    ["SELECT pg_catalog.set_config('search_path', '', false)", []],
    ["SET search_path = ''", []],
    ["RESET search_path", ["public"]],
  ])("follows the search path: %s", (text, schemas) => {
    expect(changes(text)).toEqual([{ line: 0, kind: "search-path", schemas }]);
  });

  it("keeps silent about everything else", () => {
    const text = `COMMENT ON TABLE a IS 'x'; GRANT ALL ON a TO b; CREATE TYPE t AS ENUM ('x'); CREATE EXTENSION citext; SET lock_timeout = 0;
      CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f(); CREATE SEQUENCE s; TRUNCATE a; SELECT 1; BEGIN; COMMIT;
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;`;
    expect(readPostgres(sqlParser, text)).toMatchObject({ changes: [], unread: [] });
  });
});

describe("views", () => {
  const view = {
    line: 0,
    kind: "create-view",
    view: table("v"),
    materialized: false,
    securityInvoker: false,
  };
  const from = (name: string, of: string) => ({ table: table(name), column: of });

  it("know what they read, and which columns they repeat", () => {
    const text = `CREATE OR REPLACE VIEW v WITH (security_invoker = on) AS
      SELECT x.id, x.org AS tenant, count(*), b.n::text, 'k' FROM a x JOIN b ON b.a = x.id`;
    expect(changes(text)).toEqual([
      {
        ...view,
        securityInvoker: true,
        reads: [table("a"), table("b")],
        columns: [
          { name: "id", from: from("a", "id") },
          { name: "tenant", from: from("a", "org") },
          { name: "count", from: null },
          { name: "n", from: null },
          { name: "?column?", from: null },
        ],
      },
    ]);
  });

  it("take a bare column from the only table, and from none of several", () => {
    expect(changes("CREATE VIEW v (k) AS SELECT id FROM a")).toMatchObject([
      { columns: [{ name: "k", from: from("a", "id") }] },
    ]);
    expect(changes("CREATE VIEW v AS SELECT id FROM a, b")).toMatchObject([
      { columns: [{ name: "id", from: null }] },
    ]);
  });

  it("read through sub-queries and named queries", () => {
    const text = `CREATE MATERIALIZED VIEW v AS WITH n AS (SELECT * FROM a) SELECT n.id FROM n WHERE id IN (SELECT b.id FROM s.b)`;
    expect(changes(text)).toEqual([
      {
        ...view,
        materialized: true,
        reads: [table("b", "s"), table("a")],
        columns: [{ name: "id", from: null }],
      },
    ]);
  });

  it("read the table that a named query hides behind its name", () => {
    const reads = (text: string) =>
      changes(text).flatMap((change) => (change.kind === "create-view" ? change.reads : []));
    expect(reads("CREATE VIEW v AS WITH a AS (SELECT * FROM a WHERE b) SELECT * FROM a")).toEqual([
      table("a"),
    ]);
    expect(
      reads("CREATE VIEW v AS WITH RECURSIVE r AS (SELECT 1 UNION SELECT * FROM r) SELECT * FROM r"),
    ).toEqual([]);
  });

  it("cannot know the columns of a star, and nothing is repeated by a union", () => {
    expect(changes("CREATE VIEW v AS SELECT a.* FROM a")).toMatchObject([{ columns: null }]);
    expect(changes("CREATE VIEW v AS SELECT id FROM a UNION ALL SELECT id FROM b")).toMatchObject([
      { reads: [table("a"), table("b")], columns: [{ name: "id", from: null }] },
    ]);
  });
});

describe("blocks of code", () => {
  const block = (body: string) => readPostgres(sqlParser, `DO $$ ${body} $$;`);
  const summary = (body: string) => {
    const read = block(body);
    return [read.changes.map((change) => change.kind), read.unread.map((statement) => statement.kind)];
  };

  it.each([
    ["a type", "BEGIN CREATE TYPE t AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END"],
    ["rows", "DECLARE r record; BEGIN FOR r IN SELECT * FROM a LOOP UPDATE a SET b = 1; END LOOP; END"],
    ["triggers", "BEGIN CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f(); END"],
  ])("say nothing when they are about %s", (_, body) => {
    expect(summary(body)).toEqual([[], []]);
  });

  it("are read where nothing decides", () => {
    expect(
      summary(
        "BEGIN ALTER TABLE a ADD CONSTRAINT k UNIQUE (b); EXCEPTION WHEN others THEN DROP TABLE a; END",
      ),
    ).toEqual([["add-constraint"], []]);
    expect(summary("BEGIN EXECUTE 'ALTER TABLE a ADD COLUMN b text DEFAULT ''x'''; END")).toEqual([
      ["add-column"],
      [],
    ]);
  });

  it("are read where only the lack of what they make decides", () => {
    const guard = "IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'a') THEN";
    expect(
      block(`BEGIN ${guard} ALTER TABLE a ADD COLUMN b int; END IF; DROP TABLE c; END`).changes,
    ).toMatchObject([{ kind: "add-column", ifNotExists: true }, { kind: "drop-table" }]);
  });

  it("are read where what they drop decides", () => {
    const guard = "IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'a') THEN";
    expect(block(`BEGIN ${guard} ALTER TABLE a DROP COLUMN b; END IF; END`).changes).toMatchObject([
      { kind: "drop-column", column: "b", ifExists: true },
    ]);
  });

  it.each([
    [
      "a new name under a guard",
      "BEGIN IF EXISTS (SELECT 1 FROM pg_class) THEN ALTER TABLE a RENAME b TO c; END IF; END",
    ],
    [
      "more than the guard",
      "BEGIN IF NOT EXISTS (SELECT 1 FROM pg_class) AND x() THEN DROP TABLE a; END IF; END",
    ],
    ["rows", "BEGIN IF EXISTS (SELECT 1 FROM settings) THEN DROP TABLE a; END IF; END"],
    [
      "the other case",
      "BEGIN IF NOT EXISTS (SELECT 1 FROM pg_class) THEN NULL; ELSE DROP TABLE a; END IF; END",
    ],
    [
      "a loop",
      "DECLARE t text; BEGIN FOR t IN SELECT 'a' LOOP EXECUTE format('DROP TABLE %I', t); END LOOP; END",
    ],
    ["a computed text", "BEGIN EXECUTE 'DROP TABLE ' || current_user; END"],
  ])("are noted where something else decides: %s", (_, body) => {
    expect(summary(body)).toEqual([[], ["dynamic"]]);
  });

  it("are left alone when what they compute is about rows", () => {
    const run =
      "EXECUTE format('UPDATE %I SET a = 1', t); EXECUTE format('CREATE TRIGGER t BEFORE UPDATE ON %I', t);";
    expect(summary(`DECLARE t text; BEGIN FOR t IN SELECT 'a' LOOP ${run} END LOOP; END`)).toEqual([[], []]);
  });

  it("are left alone when the tables are a function's own for the session", () => {
    const text = `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS
      $$ BEGIN CREATE TEMP TABLE own (a int); DROP TABLE IF EXISTS own; END $$`;
    expect(readPostgres(sqlParser, text).unread).toEqual([]);
  });

  it("are noted as functions when they alter tables for whoever calls them", () => {
    const text =
      "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE a ADD b int; END $$";
    expect(readPostgres(sqlParser, text).unread).toMatchObject([{ kind: "code" }]);
  });
});
