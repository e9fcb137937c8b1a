/** What an absent tenant does, asked of Kysely: the engine calls scoped exactly what reaches no row. */
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, type Statement, startDatabase } from "./database.js";
import { evaluated, verdictOn } from "./read.js";

let database: Database;
beforeAll(async () => {
  database = await startDatabase(`
    create table invoices (id text, organization_id text not null);
    insert into invoices values ('1', 'one'), ('2', 'two');
  `);
}, 60_000);
afterAll(() => database.postgres.close());

describe("Kysely, without a tenant", () => {
  it.each([
    `db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId)`,
    `db.selectFrom("invoices").selectAll().where("organization_id", "in", [organizationId])`,
    `db.selectFrom("invoices").selectAll().where((eb) => eb.and({ organization_id: organizationId }))`,
    `db.selectFrom("invoices").selectAll().where((eb) => eb.and([eb("organization_id", "=", organizationId)]))`,
    `db.selectFrom("invoices").selectAll().where((eb) => eb.and({}))`,
    `db.selectFrom("invoices").selectAll().where((eb) => eb.and([]))`,
    `db.selectFrom("invoices").selectAll().where((eb) => eb.or([]))`,
    `db.selectFrom("invoices").selectAll().$if(false, (query) => query.where("organization_id", "=", organizationId))`,
    `db.deleteFrom("invoices").where((eb) => eb.and({ organization_id: organizationId })).returningAll()`,
    `db.deleteFrom("invoices").where("organization_id", "=", organizationId).returningAll()`,
    `db.updateTable("invoices").set({ id: "3" }).where((eb) => eb.and([])).returningAll()`,
    `db.selectFrom("invoices").selectAll().$if(organizationId !== undefined, (query) => query.where("organization_id", "=", organizationId))`,
  ])("%s", async (expression) => {
    const { sql, parameters } = (evaluated(expression, { db: kysely }) as { compile(): Statement }).compile();
    const isScoped = (await database.rowsOf(sql, parameters)).length === 0;
    const verdict = await verdictOn(`${expression}.execute()`, {
      "database.ts": `
        import { Kysely } from "kysely";
        interface Database {
          organizations: { id: string };
          invoices: { id: string; organization_id: string };
        }
        export const db = new Kysely<Database>({} as never);`,
    });
    expect({ sql, isScoped: verdict === "scoped" }).toEqual({ sql, isScoped });
  });
});

const kysely = new Kysely<never>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});
