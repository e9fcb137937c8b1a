/** What is said of settings stands next to what PostgreSQL does with them: one connection of PGlite, as a role that owns nothing. */
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, expect, it } from "vitest";

let database: PGlite;

beforeAll(async () => {
  database = await PGlite.create();
  await database.exec(`
    CREATE TABLE invoices (tenant text NOT NULL);
    INSERT INTO invoices VALUES ('a'), ('b');
    CREATE TABLE notes (tenant text NOT NULL);
    INSERT INTO notes VALUES ('a'), ('b');
    ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
    ALTER TABLE invoices FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON invoices USING (
      tenant = nullif(current_setting('app.tenant', true), '') OR current_setting('app.bypass', true) = 'on'
    );
    CREATE ROLE owner; ALTER TABLE notes OWNER TO owner;
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON notes USING (tenant = nullif(current_setting('app.tenant', true), ''));
    CREATE ROLE service; GRANT ALL ON invoices, notes TO service;
    SET ROLE service;
  `);
}, 60_000);

afterAll(() => database.close());

async function tenants(table = "invoices"): Promise<string> {
  const { rows } = await database.query<{ tenant: string }>(`SELECT tenant FROM ${table} ORDER BY 1`);
  return rows.map(({ tenant }) => tenant).join("");
}

it("shows no row where nothing is set: what is outside of the wrapper returns nothing", async () => {
  expect(await tenants()).toBe("");
});

it("loses what is set for a transaction where none is open", async () => {
  await database.query("SELECT set_config('app.tenant', $1, true)", ["a"]);
  expect(await tenants()).toBe("");
});

it("keeps it to the end of the transaction, and no longer", async () => {
  await database.exec("BEGIN");
  await database.query("SELECT set_config('app.tenant', $1, true)", ["a"]);
  expect(await tenants()).toBe("a");
  await database.exec("COMMIT");
  expect(await tenants()).toBe("");
});

it("keeps what is set for the session for whoever comes next, also when it was set in a transaction", async () => {
  await database.exec("BEGIN");
  await database.query("SELECT set_config('app.tenant', $1, false)", ["b"]);
  await database.exec("COMMIT");
  expect(await tenants()).toBe("b");
  await database.exec("RESET app.tenant");
  expect(await tenants()).toBe("");
});

it("takes no parameter in SET", async () => {
  await expect(database.query("SET app.tenant = $1", ["a"])).rejects.toThrow(/syntax error/);
});

it("adds the policy to what the statement asks, whatever that is", async () => {
  await database.exec("BEGIN; SELECT set_config('app.tenant', 'a', true)");
  const { rows } = await database.query("SELECT * FROM invoices WHERE tenant = 'b'");
  expect(rows).toEqual([]);
  await expect(database.exec("INSERT INTO invoices VALUES ('b')")).rejects.toThrow(/row-level security/);
  await database.exec("ROLLBACK");
});

it("holds an arm that compares another setting with a word, unless somebody sets that", async () => {
  await database.exec("BEGIN; SELECT set_config('app.tenant', 'a', true)");
  expect(await tenants()).toBe("a");
  await database.exec("SELECT set_config('app.bypass', 'on', true)");
  expect(await tenants()).toBe("ab");
  await database.exec("ROLLBACK");
});

it("does not bind an owner where it is not forced", async () => {
  expect(await tenants("notes")).toBe("");
  await database.exec("RESET ROLE; SET ROLE owner");
  expect(await tenants("notes")).toBe("ab");
  await database.exec("RESET ROLE; SET ROLE service");
});
