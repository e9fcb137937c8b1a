/** What is read of a long migration stands next to what PostgreSQL itself makes of it. */
import { PGlite } from "@electric-sql/pglite";
import { sqlParser } from "@tenant-audit/sql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyHistory } from "../../catalog/catalog.js";
import type { RawTable } from "../source.js";
import { readSqlMigration } from "./sql.js";

const migration = `
CREATE TABLE organizations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, slug text UNIQUE);
CREATE TABLE IF NOT EXISTS organizations (id int);
CREATE TABLE users (id serial PRIMARY KEY, email varchar(255) NOT NULL, note text DEFAULT NULL);
CREATE TABLE members (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  user_id int CONSTRAINT members_user REFERENCES users (id),
  role text DEFAULT 'reader' NOT NULL,
  CONSTRAINT members_key PRIMARY KEY (organization_id, user_id),
  CHECK (role <> '')
);
CREATE TABLE projects (
  id bigint GENERATED ALWAYS AS IDENTITY,
  organization_id uuid,
  title text,
  upper_title text GENERATED ALWAYS AS (upper(title)) STORED,
  FOREIGN KEY (organization_id) REFERENCES organizations (id),
  UNIQUE (organization_id, title)
);
ALTER TABLE projects ADD PRIMARY KEY (id);
ALTER TABLE projects ALTER COLUMN organization_id SET NOT NULL, ALTER title DROP NOT NULL, ADD COLUMN IF NOT EXISTS archived boolean NOT NULL DEFAULT false;
ALTER TABLE projects ADD COLUMN IF NOT EXISTS archived text;
ALTER TABLE projects ADD COLUMN owner_id int REFERENCES users, ADD COLUMN code text;
CREATE UNIQUE INDEX projects_code ON projects (code);
ALTER TABLE projects ADD CONSTRAINT projects_code_key UNIQUE USING INDEX projects_code;
CREATE UNIQUE INDEX projects_live ON projects (title) WHERE NOT archived;
CREATE UNIQUE INDEX projects_lower ON projects (lower(title));
CREATE UNIQUE INDEX users_email ON users (email);
CREATE INDEX ON projects (owner_id);
CREATE TABLE tasks (id int NOT NULL, project bigint NOT NULL, weight numeric(10,2), parent int);
CREATE UNIQUE INDEX tasks_id ON tasks (id);
ALTER TABLE tasks ADD CONSTRAINT tasks_key PRIMARY KEY USING INDEX tasks_id;
ALTER TABLE tasks ADD CONSTRAINT tasks_project FOREIGN KEY (project) REFERENCES projects NOT VALID;
ALTER TABLE tasks ADD FOREIGN KEY (parent) REFERENCES tasks (id);
ALTER TABLE tasks VALIDATE CONSTRAINT tasks_project;
ALTER TABLE tasks RENAME COLUMN project TO project_id;
ALTER TABLE tasks RENAME CONSTRAINT tasks_project TO tasks_project_key;
ALTER TABLE tasks ALTER weight TYPE text USING weight::text, ALTER weight SET DEFAULT '1';
ALTER TABLE tasks RENAME TO work_items;
ALTER TABLE work_items DROP CONSTRAINT tasks_parent_fkey, DROP COLUMN IF EXISTS missing;
CREATE SCHEMA audit CREATE TABLE entries (id int PRIMARY KEY, project_id bigint NOT NULL);
ALTER TABLE audit.entries ADD FOREIGN KEY (project_id) REFERENCES projects;
CREATE TABLE notes (LIKE work_items INCLUDING DEFAULTS, body text);
CREATE TABLE base (created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE child (id int PRIMARY KEY) INHERITS (base);
CREATE TABLE logs (organization_id uuid NOT NULL, at date NOT NULL, line text) PARTITION BY RANGE (at);
CREATE TABLE logs_2026 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE logs_2027 (organization_id uuid NOT NULL, at date NOT NULL, line text);
ALTER TABLE logs ATTACH PARTITION logs_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
CREATE TABLE moved (id int PRIMARY KEY, ref int REFERENCES users ON DELETE SET NULL);
ALTER TABLE moved SET SCHEMA audit;
SET search_path TO audit, public;
CREATE TABLE found (id int PRIMARY KEY, moved int REFERENCES moved (id), by int REFERENCES users);
SET search_path TO public;
CREATE VIEW live_projects AS SELECT p.id, p.organization_id AS tenant FROM projects p WHERE NOT p.archived;
CREATE MATERIALIZED VIEW counted AS SELECT organization_id, count(*) AS n FROM projects GROUP BY 1;
CREATE VIEW going AS SELECT 1 AS one;
DROP VIEW going;
CREATE TABLE gone (id int); CREATE TABLE gone_too (id int, gone_id int);
DROP TABLE gone, gone_too;
DROP TABLE IF EXISTS never_was CASCADE;
ALTER TABLE users DROP COLUMN note, ADD COLUMN "Display Name" text, ALTER email DROP NOT NULL;
DROP INDEX users_email;
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'users_name') THEN
    ALTER TABLE users ADD CONSTRAINT users_name UNIQUE ("Display Name");
  END IF;
END $$;
ALTER TABLE members ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE projects ENABLE ROW LEVEL SECURITY;
CREATE INDEX going_soon ON work_items (weight);
ALTER INDEX going_soon RENAME TO going_now;
DROP INDEX going_now;
ALTER TABLE projects ALTER COLUMN archived DROP DEFAULT;
ALTER TABLE projects RENAME code TO "Code";
COMMENT ON TABLE users IS 'People; all of them';
INSERT INTO users (email) VALUES ('a;b');
`;

/** What both sides say of a table, in words that compare. */
interface Seen {
  readonly columns: readonly string[];
  readonly primaryKey: readonly string[];
  readonly unique: readonly string[];
  readonly foreignKeys: readonly string[];
  readonly partitionOf: string | null;
  readonly isView: boolean;
  readonly security: string;
}

const database = new PGlite();
let standing: Record<string, Seen>;
let read: Record<string, Seen>;

beforeAll(async () => {
  await database.exec(migration);
  standing = await seenByPostgres();
  read = seenByReader();
}, 60_000);
afterAll(() => database.close());

describe("a migration, applied", () => {
  it("leaves the tables that PostgreSQL has", () => {
    expect(Object.keys(read).sort()).toEqual(Object.keys(standing).sort());
    expect(Object.keys(standing).length).toBe(16);
  });

  it.each(["columns", "primaryKey", "unique", "foreignKeys", "partitionOf", "isView", "security"] as const)(
    "leaves the same %s",
    (part) => {
      const of = (tables: Record<string, Seen>) =>
        Object.fromEntries(Object.entries(tables).map(([name, seen]) => [name, seen[part]]));
      expect(of(read)).toEqual(of(standing));
    },
  );
});

function seenByReader(): Record<string, Seen> {
  const text = readSqlMigration(sqlParser, migration);
  expect(text.unread).toEqual([]);
  const history = applyHistory([{ file: "1.sql", kind: "sql", text }]);
  expect(history.problems).toEqual([]);
  return Object.fromEntries(history.tables.map((table) => [table.name, seenIn(table)]));
}

function seenIn(table: RawTable): Seen {
  const isView = table.view !== null;
  return {
    // A view's columns are never NOT NULL for PostgreSQL, whatever they repeat.
    columns: table.columns.map(({ name, nullable, defaulted }) =>
      isView ? name : `${name}${nullable ? "" : " not null"}${defaulted ? " default" : ""}`,
    ),
    primaryKey: table.primaryKey,
    unique: table.unique
      .map((columns) => [...columns].sort().join())
      .filter((columns) => columns !== [...table.primaryKey].sort().join())
      .sort(),
    // A view repeats the keys of the columns that it repeats; PostgreSQL gives it none.
    foreignKeys: (isView ? [] : table.foreignKeys)
      .map((key) => `${key.columns.join()} -> ${key.table}(${key.targets.join()})`)
      .sort(),
    partitionOf: table.partitionOf,
    isView,
    security: `${table.rowSecurity?.enabled ?? false} ${table.rowSecurity?.forced ?? false}`,
  };
}

async function seenByPostgres(): Promise<Record<string, Seen>> {
  const named = "CASE WHEN n.nspname = 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END";
  const { rows } = await database.query<Seen & { readonly name: string }>(`
    SELECT ${named} AS name, c.relkind IN ('v', 'm') AS "isView",
      c.relrowsecurity || ' ' || c.relforcerowsecurity AS security,
      (SELECT parent.relname FROM pg_inherits i JOIN pg_class parent ON parent.oid = i.inhparent
        WHERE i.inhrelid = c.oid AND c.relispartition) AS "partitionOf",
      (SELECT json_agg(a.attname || CASE WHEN c.relkind IN ('v', 'm') THEN '' ELSE
          CASE WHEN a.attnotnull THEN ' not null' ELSE '' END ||
          CASE WHEN a.atthasdef OR a.attidentity <> '' THEN ' default' ELSE '' END END ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
      coalesce((SELECT json_agg(a.attname ORDER BY place) FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k (num, place)
        JOIN pg_attribute a ON a.attnum = num WHERE a.attrelid = c.oid AND i.indrelid = c.oid AND i.indisprimary), '[]') AS "primaryKey",
      coalesce((SELECT json_agg((SELECT string_agg(a.attname, ',' ORDER BY a.attname) FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey)))
        FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND NOT i.indisprimary AND i.indpred IS NULL
          AND i.indexprs IS NULL), '[]') AS unique,
      coalesce((SELECT json_agg(
          (SELECT string_agg(a.attname, ',' ORDER BY p) FROM unnest(f.conkey) WITH ORDINALITY AS k (num, p)
            JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = num) || ' -> ' ||
          (SELECT CASE WHEN o.nspname = 'public' THEN t.relname ELSE o.nspname || '.' || t.relname END
            FROM pg_class t JOIN pg_namespace o ON o.oid = t.relnamespace WHERE t.oid = f.confrelid) || '(' ||
          (SELECT string_agg(a.attname, ',' ORDER BY p) FROM unnest(f.confkey) WITH ORDINALITY AS k (num, p)
            JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = num) || ')')
        FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f'), '[]') AS "foreignKeys"
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'audit') AND c.relkind IN ('r', 'p', 'v', 'm')`);
  return Object.fromEntries(
    rows.map(({ name, ...seen }) => [
      name,
      { ...seen, unique: [...seen.unique].sort(), foreignKeys: [...seen.foreignKeys].sort() },
    ]),
  );
}
