import { analyzed } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";

/** The paths of a route that asks for the rows of whom anybody names, without a parser. */
function pathsOf(imports: string, find: string): readonly string[] {
  const { paths } = analyzed(`
import Fastify from "fastify";
${imports}

${find}

const app = Fastify();
app.get("/rows", async (request) => find(request.query.organizationId));`);
  return paths.map(({ kind, verdict, resources }) => `${kind} ${verdict} ${resources.join(", ")}`);
}

const drivers: readonly (readonly [string, string, string])[] = [
  [
    "pg",
    `import { Pool } from "pg";\nconst pool = new Pool();`,
    `pool.query("SELECT * FROM entries WHERE a = $1", [id])`,
  ],
  [
    "mysql2",
    `import mysql from "mysql2/promise";\nconst pool = mysql.createPool({});`,
    `pool.execute("SELECT * FROM entries WHERE a = ?", [id])`,
  ],
  ["Vercel's tag", `import { sql } from "@vercel/postgres";`, "sql`SELECT * FROM entries WHERE a = ${id}`"],
  [
    "Neon's tag",
    `import { neon } from "@neondatabase/serverless";\nconst sql = neon("");`,
    "await sql`SELECT * FROM entries WHERE a = ${id}`",
  ],
  [
    "postgres.js",
    `import postgres from "postgres";\nconst sql = postgres();`,
    `await sql.unsafe("SELECT * FROM entries WHERE a = $1", [id])`,
  ],
  [
    "pg-promise",
    `import pgPromise from "pg-promise";\nconst db = pgPromise()("");`,
    `db.any("SELECT * FROM entries WHERE a = $<id>", { id })`,
  ],
  [
    "better-sqlite3",
    `import Database from "better-sqlite3";\nconst db = new Database("a.db");`,
    `db.prepare("SELECT * FROM entries WHERE a = ?").all(id)`,
  ],
  [
    "libsql",
    `import { createClient } from "@libsql/client";\nconst client = createClient({ url: "" });`,
    `client.execute({ sql: "SELECT * FROM entries WHERE a = ?", args: [id] })`,
  ],
  [
    "ClickHouse",
    `import { createClient } from "@clickhouse/client";\nconst client = createClient({});`,
    `client.query({ query: "SELECT * FROM entries WHERE a = {id: String}", query_params: { id } })`,
  ],
];

describe("a driver whose SQL nobody reads here is a path, and what asks it a data layer", () => {
  it.each(drivers)("%s", (_, imports, asking) => {
    const find = `async function find(organizationId) {\n  const id = organizationId;\n  return ${asking};\n}`;
    expect(pathsOf(imports, find)).toEqual(["query unclear ", "call untrusted find"]);
  });
});

describe("what looks like a driver and is none has no paths", () => {
  it.each([
    [
      "a pool of something else",
      `import { Pool } from "workers";\nconst pool = new Pool();`,
      `pool.query("SELECT 1", [id])`,
    ],
    [
      "a tag of one's own",
      `const sql = (texts, ...values) => texts.join("?");`,
      "sql`SELECT * FROM entries WHERE a = ${id}`",
    ],
    ["a Map", `const all = new Map();`, `all.get("SELECT * FROM entries WHERE a = " + id)`],
    ["a list", `const db = { all: () => [], run: () => {} };`, `db.all("SELECT * FROM entries", id)`],
    [
      "a database that is only closed",
      `import Database from "better-sqlite3";\nconst db = new Database("a.db");`,
      `db.close(id)`,
    ],
  ])("%s", (_, imports, asking) => {
    const find = `async function find(organizationId) {\n  const id = organizationId;\n  return ${asking};\n}`;
    expect(pathsOf(imports, find)).toEqual([]);
  });
});
