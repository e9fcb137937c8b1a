/** What MySQL and SQLite write in their own way, beside what PostgreSQL would write: both are read as the same. */
import { sqlParser } from "@tenant-audit/sql";
import { expect, it } from "vitest";
import type { Value } from "../trace/value.js";
import type { Dialect } from "./parse.js";
import { readText, type ReadText } from "./read.js";

const parameters = ["first", "second", "third"].map((text, index): Value => ({
  kind: "symbolic",
  id: `parameter:a#1.p${index}`,
  origin: "parameter",
  text,
  absent: false,
  type: null,
  row: null,
}));

function read(dialects: readonly Dialect[], sql: string): ReadText {
  const options = {
    grammar: { parser: sqlParser, dialects },
    siteOf: (number: number) => `here:${number}`,
    elementOf: () => null,
    rowsOf: () => [],
    isTenantKey: (column: string) => column === "organization_id",
    parameters,
  };
  return readText(options, sql, []);
}

it.each([
  [
    "select `i`.`id` from `invoices` i where `i`.`organization_id` = ?",
    "select i.id from invoices i where i.organization_id = $1",
  ],
  [
    "select id from invoices where id in (?, ?) and organization_id = ?",
    "select id from invoices where id in ($1, $2) and organization_id = $3",
  ],
  [
    "select id from invoices where organization_id = ? limit 5, 10",
    "select id from invoices where organization_id = $1 limit 10 offset 5",
  ],
  ['select id from invoices where name = "paid"', "select id from invoices where name = 'paid'"],
  [
    "select id from invoices where name = 'it\\'s' and organization_id = ?",
    "select id from invoices where name = 'it''s' and organization_id = $1",
  ],
  [
    "select id from invoices where organization_id = ? # or true\n and paid",
    "select id from invoices where organization_id = $1 and paid",
  ],
  [
    "select id from invoices where organization_id = ? /*! or true */",
    "select id from invoices where organization_id = $1 or true",
  ],
  [
    "select id from invoices where organization_id <=> ?",
    "select id from invoices where organization_id is not distinct from $1",
  ],
  [
    "select id from invoices where if(? is null, true, organization_id = ?)",
    "select id from invoices where case when $1 is null then true else organization_id = $2 end",
  ],
  [
    "select id from invoices where organization_id = ifnull(?, organization_id)",
    "select id from invoices where organization_id = coalesce($1, organization_id)",
  ],
  [
    "select id from invoices where cast(organization_id as char character set utf8mb4) = ?",
    "select id from invoices where organization_id::text = $1",
  ],
  [
    "select id from invoices where organization_id = (select organization_id from members where user_id = ?)",
    "select id from invoices where organization_id = (select organization_id from members where user_id = $1)",
  ],
  [
    "select i.id from invoices i straight_join members m on m.organization_id = i.organization_id where m.user_id = ?",
    "select i.id from invoices i join members m on m.organization_id = i.organization_id where m.user_id = $1",
  ],
  [
    "with recent as (select * from invoices where organization_id = ?) delete from lines where invoice_id in (select id from recent)",
    "with recent as (select * from invoices where organization_id = $1) delete from lines where invoice_id in (select id from recent)",
  ],
  [
    "(select id from invoices where organization_id = ?) union all (select id from archive limit 3)",
    "(select id from invoices where organization_id = $1) union all (select id from archive limit 3)",
  ],
  ["select 1 from dual", "select 1"],
  [
    "update invoices set paid = ? where organization_id = ? limit 1",
    "update invoices set paid = $1 where organization_id = $2",
  ],
  [
    "update invoices i join members m on m.organization_id = i.organization_id set i.paid = ? where m.user_id = ?",
    "update invoices i set paid = $1 from members m where m.organization_id = i.organization_id and m.user_id = $2",
  ],
  [
    "update members m join invoices i on m.organization_id = i.organization_id set i.paid = 1",
    "update invoices i set paid = 1 from members m where m.organization_id = i.organization_id",
  ],
  [
    "delete i from invoices i join members m on m.organization_id = i.organization_id where m.user_id = ?",
    "delete from invoices i using members m where m.organization_id = i.organization_id and m.user_id = $1",
  ],
  [
    "delete from i using invoices i join members m on m.organization_id = i.organization_id",
    "delete from invoices i using members m where m.organization_id = i.organization_id",
  ],
  [
    "insert into invoices set id = ?, organization_id = ?",
    "insert into invoices (id, organization_id) values ($1, $2)",
  ],
  [
    "insert ignore into invoices (id, organization_id) values (?, ?)",
    "insert into invoices (id, organization_id) values ($1, $2) on conflict do nothing",
  ],
  [
    "insert into invoices (id) select id from drafts where organization_id = ?",
    "insert into invoices (id) select id from drafts where organization_id = $1",
  ],
  ["truncate table invoices", "truncate invoices"],
  ["start transaction", "begin"],
  ["set foreign_key_checks = 0", "set work_mem = 0"],
])("reads MySQL's %s", (mysql, postgres) => {
  expect(read(["postgresql"], postgres).problems).toEqual([]);
  expect(read(["mysql"], mysql)).toEqual(read(["postgresql"], postgres));
});

it.each([
  [
    "insert or ignore into invoices (id) values (?1)",
    "insert into invoices (id) values ($1) on conflict do nothing",
  ],
  [
    "insert into invoices (id, paid) values (?, 1) on conflict (id) do update set paid = excluded.paid where invoices.organization_id = ? returning id",
    "insert into invoices (id, paid) values ($1, 1) on conflict (id) do update set paid = excluded.paid where invoices.organization_id = $2 returning id",
  ],
  [
    'select "id" || name from main.invoices where "organization_id" = ?2',
    'select "id" || name from invoices where "organization_id" = $2',
  ],
  ["select name from sqlite_master", "select name from pg_catalog.pg_class"],
])("reads SQLite's %s", (sqlite, postgres) => {
  expect(read(["postgresql"], postgres).problems).toEqual([]);
  expect(read(["sqlite"], sqlite)).toEqual(read(["postgresql"], postgres));
});

it.each([
  ["insert into invoices (id, paid) values (?, 1) on duplicate key update paid = values(paid)"],
  ["replace into invoices (id, paid) values (?, 1)"],
])("knows that any unique key may be in the way: %s", (sql) => {
  const [statement] = read(["mysql"], sql).statements;
  expect([statement?.operation, statement?.conflict?.columns]).toEqual(["upsert", null]);
});

it.each([
  ["select id from invoices where organization_id = ? || paid", 'the operator "StringConcat"'],
  ["select id from invoices where organization_id = ? && paid", 'the operator "&&"'],
  ["select id from invoices where organization_id = ? xor paid", 'the operator "Xor"'],
  ["select id from invoices where organization_id = @organization", 'the variable "@organization"'],
  ["select id into @id from invoices where organization_id = ?", '"into"'],
  [
    "update invoices i left join members m on m.organization_id = i.organization_id set i.paid = 1",
    "a statement that writes, on tables that are joined in this way",
  ],
  [
    "update invoices i join members m on m.id = i.id set i.paid = 1, m.name = 'x'",
    "which of several tables it writes",
  ],
  ["update invoices i join members m on m.id = i.id set paid = 1", "which of several tables it writes"],
  [
    "delete i, m from invoices i join members m on m.id = i.id where i.organization_id = ?",
    "which of several tables it writes",
  ],
  ["call paid(?)", 'the statement "Call"'],
  ["execute paid", 'the statement "Execute"'],
])("says what of MySQL's it does not read: %s", (sql, what) => {
  expect(read(["mysql"], sql).problems).toEqual([`${what}, in MySQL, is not read`]);
});

it("asks the grammars in their order", () => {
  const sql = "select `id` from invoices where organization_id = $1";
  expect(read(["postgresql", "mysql"], sql).problems).toEqual([]);
  expect(read(["postgresql"], sql).problems).toEqual([
    `PostgreSQL's grammar refuses it: syntax error at or near "from"`,
  ]);
  expect(read(["mysql", "postgresql"], "select from where").problems[0]).toContain(
    "MySQL's grammar refuses it",
  );
});
