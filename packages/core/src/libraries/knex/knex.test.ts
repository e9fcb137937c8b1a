import knexClient from "knex";
import { analyzedFiles } from "@tenant-audit/testing";
import { expect, test } from "vitest";

/** Compiles SQL, and never connects: no driver is there. */
const dialect = "pg";
const real = knexClient({ client: dialect });

const compiled = (query: { toSQL(): { readonly sql: string } }): string => query.toSQL().sql;

test("an undefined value throws, wherever it stands in a filter", () => {
  const absent = undefined as never;
  const throwing = [
    () => real("invoices").where({ organization_id: absent }),
    () => real("invoices").where("organization_id", absent),
    () => real("invoices").where("organization_id", "=", absent),
    () => real("invoices").where("id", 1).orWhere("organization_id", absent),
    () => real("invoices").whereNot({ organization_id: absent }),
    () => real("invoices").whereIn("organization_id", absent),
    () => real("invoices").whereIn("organization_id", [absent]),
    () => real("invoices").whereRaw("organization_id = ?", [absent]),
    () => real.raw("select * from invoices where organization_id = ?", [absent]),
  ];
  for (const query of throwing) expect(() => compiled(query())).toThrow(/Undefined binding/);
  expect(() => compiled(real("invoices").where(absent))).toThrow(/not permitted/);
  expect(() => compiled(real("invoices").modify(absent))).toThrow(TypeError);
});

test("what is empty demands nothing, and an empty list is in no row", () => {
  expect(compiled(real("invoices").where({}))).toBe('select * from "invoices"');
  expect(compiled(real("invoices").where("id", 1).orWhere({}))).toBe(
    'select * from "invoices" where "id" = ?',
  );
  expect(
    compiled(
      real("invoices")
        .where("id", 1)
        .orWhere(() => {}),
    ),
  ).toBe('select * from "invoices" where "id" = ?');
  const among = real("invoices").whereIn("organization_id", []).toSQL();
  expect([among.sql, among.bindings]).toEqual(['select * from "invoices" where 1 = ?', [0]]);
  const outside = real("invoices").whereNotIn("organization_id", []).toSQL();
  expect([outside.sql, outside.bindings]).toEqual(['select * from "invoices" where 1 = ?', [1]]);
});

test("null is looked for as null without an operator, and found nowhere with one", () => {
  expect(compiled(real("invoices").where({ organization_id: null }))).toContain('"organization_id" is null');
  expect(compiled(real("invoices").where("organization_id", null))).toContain('"organization_id" is null');
  const equal = real("invoices").where("organization_id", "=", null).toSQL();
  expect([equal.sql, equal.bindings]).toEqual([
    'select * from "invoices" where "organization_id" = ?',
    [null],
  ]);
});

test("filters stand side by side without brackets, groups and objects between them", () => {
  expect(compiled(real("t").where("a", 1).orWhere("b", 2).where("c", 3))).toContain(
    '"a" = ? or "b" = ? and "c" = ?',
  );
  expect(compiled(real("t").where("a", 1).whereRaw("b = 1 or c = 2"))).toContain(
    '"a" = ? and b = 1 or c = 2',
  );
  expect(compiled(real("t").where("a", 1).orWhere({ b: 2, c: 3 }))).toContain(
    '"a" = ? or ("b" = ? and "c" = ?)',
  );
  expect(
    compiled(
      real("t")
        .where("a", 1)
        .where((group) => void group.where("b", 2).orWhere("c", 3)),
    ),
  ).toContain('"a" = ? and ("b" = ? or "c" = ?)');
});

test("a query is changed in place, and its clone is another", () => {
  const query = real("invoices");
  void query.where("organization_id", 1);
  void query.clone().where("status", "open");
  expect(compiled(query)).toBe('select * from "invoices" where "organization_id" = ?');
  void query.clearWhere();
  expect(compiled(query)).toBe('select * from "invoices"');
});

test("what modify's callback gives back is not looked at", () => {
  const query = real("invoices").modify((one, status) => {
    void one.where("status", status);
    return real("customers") as never;
  }, "open");
  expect(compiled(query)).toBe('select * from "invoices" where "status" = ?');
});

test("an undefined value is not written", () => {
  const written = real("invoices").where("id", 1).update({ organization_id: undefined, status: "paid" });
  expect(compiled(written)).toBe('update "invoices" set "status" = ? where "id" = ?');
  expect(compiled(real("invoices").insert({ organization_id: undefined, status: "paid" }))).toContain(
    "values (DEFAULT, ?)",
  );
});

const migration = `
import type { Knex } from "knex";
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable("organizations", (table) => { table.uuid("id").primary(); table.text("name"); });
  await knex.schema.createTable("invoices", (table) => {
    table.uuid("id").primary();
    table.uuid("organization_id").notNullable().references("id").inTable("organizations");
    table.text("status");
    table.integer("total");
  });
  await knex.schema.createTable("customers", (table) => { table.uuid("id").primary(); table.text("name"); });
  await knex.schema.alterTable("customers", (table) => { table.uuid("organization_id").notNullable().references("organizations.id"); });
  await knex.schema.createTable("invoice_lines", (table) => {
    table.uuid("id").primary();
    table.uuid("invoice_id").references("id").inTable("invoices");
    table.integer("amount");
  });
  await knex.schema.createTable("countries", (table) => { table.text("code").primary(); });
}
`;

/** Says of every query on a line what is expected of it there: `// = scoped`, `// = unscoped`. */
function expectVerdicts(
  source: string,
  imports = 'import knex, { Knex } from "knex"; const db = knex({ client: "pg" });',
): void {
  const text = `${imports}\n${source}`;
  const files = new Map([
    ["migrations/001_tables.ts", migration],
    ["main.ts", text],
  ]);
  const report = analyzedFiles(files);
  const found = new Map<number, string[]>();
  for (const path of report.paths)
    if (path.file === "main.ts") found.set(path.line, [...(found.get(path.line) ?? []), path.verdict]);
  const lines = text
    .split("\n")
    .map((line, index) => ({ line: index + 1, wanted: /\/\/ = (.*)$/.exec(line)?.[1] }));
  const expected = lines.flatMap(({ line, wanted }) => (wanted ? [`${line}: ${wanted}`] : []));
  expect([...found].map(([line, verdicts]) => `${line}: ${verdicts.toSorted().join(" ")}`)).toEqual(expected);
}

test("the tables of a history of migrations are known", () => {
  expectVerdicts(`
export const invoices = async () => { await db("invoices"); }; // = unscoped
export const customers = async () => { await db("customers"); }; // = unscoped
export const lines = async () => { await db("invoice_lines"); }; // = unscoped
export const countries = async () => { await db("countries"); }; // = global
`);
});

test.each([
  ["a default import", 'import knex from "knex"; const db = knex({});'],
  ["a named import", 'import { knex } from "knex"; const db = knex({});'],
  ["a namespace", 'import * as knex from "knex"; const db = knex.default({});'],
  ["a call of require", 'const db = require("knex")({});'],
  ["a declared type", 'import type { Knex } from "knex"; declare const db: Knex;'],
  ["a transaction", 'import type { Knex } from "knex"; declare const db: Knex.Transaction;'],
  [
    "either of them",
    'import type { Knex } from "knex"; type Db = Knex | Knex.Transaction; declare const db: Db;',
  ],
  ["its name, and a table of the schema", 'import { db } from "./elsewhere.js";'],
])("a client is recognised by %s", (_, imports) => {
  expectVerdicts(
    `
export async function all() { await db("invoices").select("*"); } // = unscoped
export async function own(organizationId: string) { await db("invoices").where({ organization_id: organizationId }); } // = scoped
`,
    imports,
  );
});

test.each([
  ["a translation", 'import { t } from "./translations.js"; export const title = () => t("invoices");'],
  [
    "a function of that name and another table",
    'import { db } from "./elsewhere.js"; export const urn = () => db("urns");',
  ],
  [
    "a collection of documents",
    'import { collection } from "./documents.js"; export const all = () => collection("invoices").where("a", "==", 1);',
  ],
  ["a map", 'const db = new Map<string, number>(); export const one = () => db.get("invoices");'],
])("%s is none", (_, source) => {
  expectVerdicts(source, "");
});

test("a query may begin with any of its words", () => {
  expectVerdicts(`
export async function begun(id: string) {
  await db.select("*").from("invoices").where("organization_id", id); // = scoped
  await db.from("invoices").where("organization_id", id); // = scoped
  await db.table("invoices").first(); // = unscoped
  await db.insert({ organization_id: id }).into("invoices"); // = scoped
  await db.from({ i: "invoices" }).where("i.organization_id", id); // = scoped
  await db("invoices as i").where("i.organization_id", id); // = scoped
  await db.queryBuilder().from("invoices"); // = unscoped
  await db.withSchema("billing").from("invoices").where({ organization_id: id }); // = scoped
  await db("invoices").withSchema("billing").where({ organization_id: id }); // = scoped
  await db.batchInsert("invoices", [{ organization_id: id }], 100); // = scoped
  await db.schema.hasTable("invoices");
  await db.select(db.raw("1"));
  await db.select({ one: 1 });
}
`);
});

test("each form of a filter", () => {
  expectVerdicts(`
export async function filtered(id: string, other: string, ids: string[]) {
  await db("invoices").where("organization_id", "=", id); // = scoped
  await db("invoices").where("organization_id", "<>", id); // = unscoped
  await db("invoices").where("organization_id", "like", id); // = unscoped
  await db("invoices").where("organization_id", "in", ids); // = scoped
  await db("invoices").whereIn("organization_id", ids); // = scoped
  await db("invoices").whereNotIn("organization_id", ids); // = unscoped
  await db("invoices").whereIn(["organization_id", "id"], [[id, other]]); // = scoped
  await db("invoices").whereIn(["status", "id"], [[id, other]]); // = unscoped
  await db("invoices").whereNot({ organization_id: id }); // = unscoped
  await db("invoices").whereNotNull("organization_id"); // = unscoped
  await db("invoices").whereBetween("organization_id", [id, other]); // = unscoped
  await db("invoices").andWhere({ organization_id: id, status: other }); // = scoped
  await db("invoices").where("status", other).orWhere("organization_id", id); // = unscoped
  await db("invoices").orWhere("organization_id", id); // = scoped
  await db("invoices").where("status", other).orWhere("total", 1).where("organization_id", id); // = unscoped
  await db("invoices").where("organization_id", id).where((q) => q.where("status", other).orWhere("total", 1)); // = scoped
  await db("invoices").where("organization_id", id).orWhere((q) => {}); // = scoped
  await db("invoices").where("organization_id", id).orWhere({}); // = scoped
  await db("invoices").where("organization_id", id).orWhereNull("status"); // = unscoped
  await db("invoices").where({}); // = unscoped
  await db("invoices").where(true); // = unscoped
  await db("invoices").where("organization_id", id).clearWhere(); // = unscoped
  await db("invoices").where("organization_id", id).clear("where"); // = unscoped
  await db("invoices").having("organization_id", "=", id).groupBy("organization_id"); // = unscoped
}
`);
});

test("joins", () => {
  expectVerdicts(`
export async function joined(id: string) {
  await db("invoices as i").join("invoice_lines as l", "l.invoice_id", "i.id").where("i.organization_id", id); // = scoped
  await db("invoices as i").join("customers as c", "c.organization_id", "=", "i.organization_id").where("i.organization_id", id); // = scoped
  await db("invoices as i").join("customers as c", { "c.organization_id": "i.organization_id" }).where("i.organization_id", id); // = scoped
  await db("invoices as i").join("customers as c", "c.name", "i.status").where("i.organization_id", id); // = unscoped
  await db("invoices as i").leftJoin("customers as c", function () { this.on("c.name", "i.status").andOnVal("c.organization_id", id); }).where("i.organization_id", id); // = scoped
  await db("invoices as i").leftJoin("customers as c", function () { this.on("c.name", "i.status"); this.onIn("c.organization_id", [id]); }).where("i.organization_id", id); // = scoped
  await db("invoices as i").leftJoin("customers as c", (j) => { j.on("c.organization_id", "i.organization_id").orOn("c.name", "i.status"); }).where("i.organization_id", id); // = unscoped
}
`);
});

test("a query that is given to others is what they made of it", () => {
  expectVerdicts(`
export async function changed(id: string, status?: string, own?: string) {
  const one = db("invoices"); // = scoped
  one.where("organization_id", id);
  if (status) one.where("status", status);
  await one;

  const two = db("invoices"); // = optional
  if (own) two.where("organization_id", own);
  await two;

  const three = db("invoices"); // = scoped
  limit(three, id);
  await three;

  const four = db("invoices").where("organization_id", id); // = unscoped
  widen(four);
  await four;

  const five = db("invoices"); // = unscoped
  five.clone().where("organization_id", id);
  await five;

  const six = db("invoices"); // = scoped
  const same = six;
  same.where("organization_id", id);
  await six;

  const seven = db("invoices"); // = optional
  [id].filter(Boolean).forEach((each) => seven.where("organization_id", each));
  await seven;

  const eight = status ? db("invoices") : db("customers"); // = scoped scoped
  eight.where("organization_id", id);
  await eight;
}
function limit(query: Knex.QueryBuilder, id: string) { query.where("organization_id", id); }
function widen(query: Knex.QueryBuilder) { query.orWhere("status", "public"); }
export async function modified(id: string) {
  await db("invoices").modify((query) => { query.where("organization_id", id); }); // = scoped
  await db("invoices").modify(within, id); // = scoped
  await db("invoices").modify(function () { this.where("organization_id", id); }); // = scoped
}
const within = (query, id) => { query.where("organization_id", id); };
const begun = () => db("invoices"); // = unscoped
export async function twice(id: string) {
  const own = begun();
  own.where("organization_id", id);
  await own;
  await begun();
}
`);
});

test("what is written", () => {
  expectVerdicts(`
export async function written(id: string, given: { status: string }) {
  await db("invoices").insert({ organization_id: id, status: "open" }); // = scoped
  await db("invoices").insert([{ organization_id: id }, { status: "open" }]); // = unscoped
  await db("invoices").where({ organization_id: id }).update({ status: "paid" }); // = scoped
  await db("invoices").update("status", "paid").where("organization_id", id); // = scoped
  await db("invoices").update({ organization_id: id }); // = unscoped
  await db("invoices").del().where("organization_id", id); // = scoped
  await db("invoices").where(given).delete(); // = unscoped
  await db("invoices").where("organization_id", id).increment("total", 1); // = scoped
  await db("invoices").decrement({ total: 1 }); // = unscoped
  await db("invoices").truncate(); // = unscoped
  await db("invoices").insert({ organization_id: id, id: "1" }).onConflict(["organization_id", "id"]).merge(); // = scoped
  await db("invoices").insert({ organization_id: id, id: "1" }).onConflict("id").ignore(); // = scoped
  await db.transaction(async (trx) => {
    await trx("invoices").where("organization_id", id).del(); // = scoped
    await trx("invoices").where("status", "open").del(); // = unscoped
  });
  const trx = await db.transaction();
  await db("invoices").transacting(trx).where("status", "open"); // = unscoped
  await trx("invoices").where("organization_id", id); // = scoped
  const provider = db.transactionProvider();
  const later = await provider();
  await later("invoices"); // = unscoped
}
`);
});
