import { analyzed } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";

/** The paths that a route's call of `find` makes: one where `find` reaches a store, with a tenant that anybody chose. */
function pathsOf(imports: string, find: string): readonly string[] {
  const { paths } = analyzed(`
import Fastify from "fastify";
${imports}

${find}

const app = Fastify();
app.get("/rows", async (request) => find(request.query.organizationId));`);
  return paths.map(({ kind, verdict, resources }) => `${kind} ${verdict} ${resources.join(", ")}`);
}

describe("a client of a store is reached", () => {
  it.each([
    [
      "SQL Server's",
      `import sql from "mssql";\nconst pool = new sql.ConnectionPool({});`,
      `pool.request().query("SELECT * FROM entries WHERE a = " + id)`,
    ],
    [
      "MongoDB, by its collection",
      `import { MongoClient } from "mongodb";\nconst client = new MongoClient("mongodb://localhost");`,
      `client.db("main").collection("entries").find({ organizationId: id }).toArray()`,
    ],
    [
      "Elasticsearch",
      `import { Client } from "@elastic/elasticsearch";\nconst client = new Client({});`,
      `client.search({ index: "entries", query: { term: { id } } })`,
    ],
  ])("%s", (_, imports, asking) => {
    expect(
      pathsOf(
        imports,
        `async function find(organizationId) {\n  const id = organizationId;\n  return ${asking};\n}`,
      ),
    ).toEqual(["call untrusted find"]);
  });

  it("by the type that a parameter says", () => {
    expect(
      pathsOf(
        `import type { Client } from "cassandra-driver";\nimport { pool } from "elsewhere";`,
        `function ask(pool: Client, organizationId: string) {
  return pool.execute("SELECT ?", [organizationId]);
}
const find = (organizationId: string) => ask(pool, organizationId);`,
      ),
    ).toEqual(["call untrusted ask"]);
  });

  it("by a client that is taken from a pool, and given back", () => {
    expect(
      pathsOf(
        `import oracle from "oracledb";\nconst pool = oracle.createPool({});`,
        `async function find(organizationId: string) {
  const client = await pool.getConnection();
  try {
    return await client.query("SELECT ?", [organizationId]);
  } finally {
    client.release();
  }
}`,
      ),
    ).toEqual(["call untrusted find"]);
  });
});

describe("no client of a store is", () => {
  it.each([
    [
      "a pool of something else",
      `import { Pool } from "workers";\nconst pool = new Pool();`,
      "pool.query(organizationId)",
    ],
    [
      "a class of one's own",
      `class Pool { query(id) { return id; } }\nconst pool = new Pool();`,
      "pool.query(organizationId)",
    ],
    ["a Map", `const pool = new Map();`, "pool.get(organizationId)"],
    [
      "only a type of the package",
      `import type { QueryResult } from "mongodb";\nconst empty: QueryResult = { rows: [] };`,
      "[empty, organizationId]",
    ],
    [
      "a pool that is not asked",
      `import oracle from "oracledb";\nconst pool = oracle.createPool({});`,
      `pool.on("error", () => organizationId)`,
    ],
  ])("%s", (_, imports, asking) => {
    expect(pathsOf(imports, `function find(organizationId) {\n  return ${asking};\n}`)).toEqual([]);
  });
});
