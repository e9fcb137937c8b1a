/**
 * What is read of a statement against what PostgreSQL does with it: random statements over rows of two tenants. Whatever the
 * solver says of a table, given what was read, has to be true of each of its rows that come back.
 *
 * Of faults put into the reader one at a time these cases catch: `or` taken for `and`; `not` ignored, also before `in` and `any`;
 * `<>` taken for `=`; a left, right or full join taken for another; the inner of two nested joins taken for one of its own; a
 * filter that a missing value switches off taken for one that holds; `is not null` taken for `is null`; an arm of a union left
 * out. A hundred thousand others catch `is not distinct from` taken for `=` as well.
 */
import { PGlite } from "@electric-sql/pglite";
import { sqlParser } from "@tenant-audit/sql";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bind } from "../constraint/bind.js";
import type { Binding, Evidence } from "../constraint/binding.js";
import type { ColumnFacts, Facts, TableFacts } from "../constraint/facts.js";
import type { Value } from "../trace/value.js";
import { grammarOf, type Grammar } from "./parse.js";
import { readText } from "./read.js";

const asked = process.env["PROPERTY_RUNS"];
const runs = Number(asked ?? 3_000);
const parameters = asked === undefined ? { numRuns: runs, seed: 1 } : { numRuns: runs };

const postgres = new PGlite();
beforeAll(() => postgres.exec(schema));
afterAll(() => postgres.close());

/** `tenant` is for us to look at: no statement speaks of it. */
const schema = `
  create table organizations (id text, name text, tenant text);
  insert into organizations values ('a', 'one', 'a'), ('b', 'two', 'b');
  create table customers (id text, organization_id text, name text, tenant text);
  insert into customers values ('c1', 'a', 'one', 'a'), ('c2', 'b', 'two', 'b'), ('c3', 'b', 'one', 'b');
  create table invoices (id text, organization_id text, customer_id text, name text, tenant text);
  insert into invoices values ('i1', 'a', 'c1', 'one', 'a'), ('i2', 'b', 'c2', 'two', 'b'), ('i3', 'b', 'c3', 'one', 'b'), ('i4', 'a', null, 'two', 'a');
  create table lines (id text, invoice_id text, name text, tenant text);
  insert into lines values ('l1', 'i1', 'one', 'a'), ('l2', 'i2', 'one', 'b'), ('l3', 'i3', 'two', 'b');
  create table templates (id text, organization_id text, name text, tenant text);
  insert into templates values ('t1', null, 'one', null), ('t2', 'a', 'two', 'a'), ('t3', 'b', 'one', 'b');
  create table countries (id text, name text, tenant text);
  insert into countries values ('a', 'one', null), ('b', 'two', null);`;

const tables: Readonly<Record<string, readonly string[]>> = {
  organizations: ["id", "name"],
  customers: ["organization_id", "id", "name"],
  invoices: ["organization_id", "id", "customer_id", "name"],
  lines: ["invoice_id", "id", "name"],
  templates: ["organization_id", "id", "name"],
  countries: ["id", "name"],
};

const references: Readonly<Record<string, string>> = {
  organization_id: "organizations",
  customer_id: "customers",
  invoice_id: "invoices",
};

const facts: Facts = {
  findTable: (name) => (tables[name] ? tableFacts(name, tables[name]) : null),
};

function tableFacts(name: string, columns: readonly string[]): TableFacts {
  const isTenantTable = name !== "countries";
  const keys = columns.includes("organization_id")
    ? [{ column: "organization_id", level: "organization", nullable: name === "templates" }]
    : [];
  return {
    name,
    isTenantTable,
    hasSharedRows: name === "templates",
    rootLevel: name === "organizations" ? "organization" : null,
    keys,
    parent: name === "lines" ? "invoice_id" : null,
    isHeld: false,
    isUsersTable: false,
    names: [],
    findColumn: (column): ColumnFacts | null => {
      if (!columns.includes(column)) return null;
      const isKey = column === "organization_id" || (name === "organizations" && column === "id");
      const referred = column === "id" && isTenantTable ? name : references[column];
      return {
        name: column,
        level: isKey ? "organization" : null,
        reference: referred === undefined ? null : { table: referred, target: "id" },
        isOwner: false,
        isName: false,
        isPrimaryKey: false,
        isSecret: false,
        names: null,
        isCredential: false,
      };
    },
  };
}

/** `$1` to `$4`. */
const given: readonly (string | null | readonly string[])[] = ["a", "b", null, ["a"]];
const values = given.map((_, index): Value => ({
  kind: "symbolic",
  id: `parameter:a#1.p${index}`,
  origin: "parameter",
  text: `p${index}`,
  absent: false,
  type: null,
  row: null,
}));

it(
  "never binds a table of which PostgreSQL gives a row of another tenant",
  { timeout: 3_600_000 },
  async () => {
    const told = { run: 0, bound: 0, rows: 0 };
    const property = fc.asyncProperty(tapes, async (tape) => {
      const { sql, aliases } = statementFrom(tape);
      const rows = await rowsOf(sql);
      if (rows === null) return;
      told.run++;
      const read = readText(options, sql, []);
      if (read.problems[0] === "its joins are nested in a way that is not read") return;
      expect([sql, read.problems]).toEqual([sql, []]);
      for (const binding of bind(read.statements[0]!.selection, facts)) {
        const { alias } = binding.resource;
        if (!aliases.includes(alias) || !["tenant", "parent", "nobody"].includes(binding.status)) continue;
        told.bound++;
        for (const row of rows) {
          // The NULLs of an outer join are no row.
          if (row[`${alias}_id`] === null) continue;
          told.rows++;
          const tenant = row[`${alias}_tenant`] ?? null;
          if (!isAsSaid(binding, tenant)) throw new Error(storyOf(sql, binding, tenant));
        }
      }
    });
    await fc.assert(property, parameters);

    // Otherwise the statements are too poor to prove anything.
    expect(told.run).toBeGreaterThan(runs / 2);
    expect(told.bound).toBeGreaterThan(runs / 6);
    expect(told.rows).toBeGreaterThan(runs / 6);
  },
);

/** What MySQL writes in another way, or not at all. */
const foreign = /any\(|unnest|::|full join|distinct from/;

it("reads what PostgreSQL and MySQL write alike as the same", () => {
  const told = { alike: 0, foreign: 0 };
  const property = fc.property(tapes, (tape) => {
    const { sql } = statementFrom(tape);
    if (foreign.test(sql)) return;
    const [one, other] = (["postgresql", "mysql"] as const).map((dialect) => {
      const grammar: Grammar = { parser: sqlParser, dialects: [dialect] };
      return { sql, read: readText({ ...options, grammar }, sql, []) };
    });
    if (other!.read.problems.some((problem) => /MySQL/.test(problem))) told.foreign++;
    else {
      told.alike++;
      expect(other).toEqual(one);
    }
  });
  fc.assert(property, parameters);
  expect(told.alike).toBeGreaterThan(told.foreign * 10);
  expect(told.alike).toBeGreaterThan(runs / 10);
});

const tapes = fc.noBias(fc.array(fc.nat(9_999), { minLength: 40, maxLength: 160 }));

const options = {
  grammar: grammarOf(sqlParser, []),
  siteOf: () => "here:0",
  elementOf: () => null,
  rowsOf: () => [],
  isTenantKey: () => true,
  parameters: values,
};

const literals = ["'a'::text", "'b'::text", "null::text", "'{a}'::text[]"];

async function rowsOf(sql: string): Promise<readonly Record<string, string | null>[] | null> {
  try {
    // Not as parameters: PostgreSQL wants each of them to be used.
    const written = sql.replace(/\$(\d)/g, (_, place: string) => literals[Number(place) - 1]!);
    return (await postgres.query<Record<string, string | null>>(written)).rows;
  } catch (refused) {
    // A name that two tables have, and the like.
    if (refused instanceof Error) return null;
    throw refused;
  }
}

function isAsSaid({ ways }: Binding, tenant: string | null): boolean {
  return ways.some((way) =>
    way.every(
      (evidence) => !["tenant", "parent", "nobody"].includes(evidence.status) || allows(evidence, tenant),
    ),
  );
}

function allows({ status, operands }: Evidence, tenant: string | null): boolean {
  if (status === "nobody") return tenant === null;
  return operands.some((operand) => {
    const source = operand.source as Value;
    if (source.kind === "literal") return source.value === tenant;
    const place = source.kind === "symbolic" ? /p(\d)$/.exec(source.id)?.[1] : undefined;
    const value = place === undefined ? undefined : given[Number(place)];
    // A computed value may be anything.
    if (value === undefined) return true;
    return Array.isArray(value) ? value.includes(tenant) : value === tenant;
  });
}

function storyOf(sql: string, { resource, status, ways }: Binding, tenant: string | null): string {
  const said = ways.map((way) => way.map((one) => `${one.status} ${one.column}`).join(" and ")).join(", or ");
  return `${resource.alias} (${status}: ${said}) has a row of ${tenant}:\n${sql}`;
}

// ------------------------------------------------------------------------------------------------- random statements

interface Source {
  readonly alias: string;
  readonly columns: readonly string[];
}

/** A tape of numbers decides everything, so that a failing case can be made smaller; zeros give the plainest. */
function statementFrom(tape: readonly number[]): {
  readonly sql: string;
  readonly aliases: readonly string[];
} {
  let position = 0;
  let names = 0;
  const draw = (bound: number): number => (tape[position++] ?? 0) % bound;
  const pick = <T>(list: readonly T[]): T => list[draw(list.length)]!;
  const chance = (percent: number): boolean => draw(100) >= 100 - percent;
  const aliases: string[] = [];
  const named: string[] = [];
  const namedSources: Source[] = [];

  function table(isTop: boolean): { readonly text: string; readonly source: Source } {
    const name = pick([
      "invoices",
      "customers",
      "invoices",
      "lines",
      "templates",
      "organizations",
      "countries",
    ]);
    const alias = `r${names++}`;
    if (isTop) aliases.push(alias);
    return { text: `${name} ${pick(["", "as "])}${alias}`, source: { alias, columns: tables[name]! } };
  }

  function source(isTop: boolean, depth: number): { readonly text: string; readonly source: Source } {
    const alias = `d${names++}`;
    if (depth > 0 && chance(25)) {
      const inner = table(false);
      const column = column1(inner.source);
      const where = chance(60) ? ` where ${condition(1, depth - 1, [inner.source])}` : "";
      const arm = chance(50) ? table(false) : null;
      const union = arm
        ? ` union all select ${column1(arm.source)}, ${column1(arm.source)} from ${arm.text}`
        : "";
      const text = `(select ${column} as o1, ${column1(inner.source)} as o2 from ${inner.text}${where}${union}) ${alias}`;
      return { text, source: { alias, columns: ["o1", "o2"] } };
    }
    if (chance(6)) return { text: `unnest($4::text[]) as ${alias}(o1)`, source: { alias, columns: ["o1"] } };
    if (chance(6))
      return {
        text: `(values ($1, 'one'), ('a', 'two')) as ${alias}(o1, o2)`,
        source: { alias, columns: ["o1", "o2"] },
      };
    const common = namedSources.length > 0 && chance(45) ? pick(namedSources) : null;
    if (common) return { text: `${common.alias} as ${alias}`, source: { ...common, alias } };
    return table(isTop);
  }

  function column1({ alias, columns }: Source): string {
    const column = chance(40) ? columns[0]! : pick(columns);
    return chance(15) ? column : `${alias}.${column}`;
  }

  function from(
    isTop: boolean,
    depth: number,
  ): { readonly text: string; readonly sources: readonly Source[] } {
    const first = source(isTop, depth);
    const sources = [first.source];
    let text = first.text;
    for (let joins = pick([0, 1, 1, 2]); joins > 0; joins--) {
      const nested = chance(10);
      const next = source(isTop, depth);
      if (chance(15)) {
        text += `, ${next.text}`;
        sources.push(next.source);
        continue;
      }
      const kind = pick(["join", "inner join", "left join", "join", "left join", "right join", "full join"]);
      if (nested && kind !== "right join" && kind !== "full join") {
        const inner = source(isTop, depth);
        const innerKind = pick(["join", "left join"]);
        const innerOn = tie(next.source, [inner.source]);
        text += ` ${kind} (${next.text} ${innerKind} ${inner.text} on ${innerOn}) on ${tie(next.source, sources)}`;
        sources.push(next.source, inner.source);
        continue;
      }
      sources.push(next.source);
      // PostgreSQL takes no other conditions for a full join.
      const more =
        kind !== "full join" && chance(40)
          ? ` ${pick(["and", "and", "or"])} ${condition(1, 0, sources)}`
          : "";
      text += ` ${kind} ${next.text} on ${tie(next.source, sources.slice(0, -1))}${more}`;
    }
    return { text, sources };
  }

  function tie(one: Source, others: readonly Source[]): string {
    const other = pick(others);
    const shared = one.columns.filter((column) => other.columns.includes(column) && column.endsWith("_id"));
    if (shared.length > 0 && chance(60)) return `${one.alias}.${shared[0]!} = ${other.alias}.${shared[0]!}`;
    const down = one.columns.find((column) => column.endsWith("_id"));
    if (down !== undefined && chance(50))
      return `${other.alias}.${other.columns.includes("id") ? "id" : other.columns[0]!} = ${one.alias}.${down}`;
    return `${one.alias}.${pick(one.columns)} = ${other.alias}.${pick(other.columns)}`;
  }

  function value(): string {
    return pick(["$1", "$1", "'a'", "$2", "$1::text", "lower($1)", "coalesce($3, $1)", "$3"]);
  }

  function condition(size: number, depth: number, sources: readonly Source[]): string {
    const inner = (): string => condition(size - 1, depth, sources);
    const any = (): string => column1(pick(sources));
    const kinds = [
      "eq",
      "eq",
      "eq",
      "eq",
      "tie",
      "tie",
      "in",
      "any",
      "null",
      "columns",
      "other",
      "other",
      "row",
      "or-null",
      "itself",
      "true",
      "fixed",
      "fixed",
    ];
    if (size > 0) kinds.push("and", "and", "and", "or", "or", "not", "brackets", "brackets", "case");
    if (depth > 0) kinds.push("exists", "exists", "in-query", "in-query", "scalar");
    switch (pick(kinds)) {
      case "tie":
        return sources.length > 1 ? tie(sources.at(-1)!, sources.slice(0, -1)) : `${any()} = $1`;
      case "in":
        return `${any()} ${pick(["in", "in", "not in"])} (${value()}, ${value()})`;
      case "any":
        return `${any()} ${pick(["=", "=", "<>"])} any(${pick(["$4", "$4::text[]", "array[$1, 'a']", "'{a}'::text[]"])})`;
      case "null":
        return `${any()} is ${pick(["null", "not null"])}`;
      case "columns":
        return `${any()} = ${any()}`;
      case "other":
        return `${any()} ${pick(["<>", ">", "like", "is distinct from", "is not distinct from", "<>"])} ${value()}`;
      case "row":
        return `(${any()}, ${any()}) = (${value()}, ${value()})`;
      case "or-null":
        return `(${any()} = $1 or $3::text is null)`;
      case "itself":
        return `${any()} = coalesce(${pick(["$1", "$3"])}, ${any()})`;
      case "true":
        return pick(["true", "1 = 1", "false", "$1 = 'a'", "not false"]);
      case "fixed":
        return `case when $3::text is null then ${any()} = $1 else ${any()} = $2 end`;
      case "and":
        return `${inner()} and ${inner()}`;
      case "or":
        return `${inner()} or ${inner()}`;
      case "not":
        return `not ${inner()}`;
      case "brackets":
        return `(${inner()})`;
      case "case":
        return `(case when ${inner()} then ${inner()} else ${inner()} end)`;
      case "exists": {
        const query = from(false, depth - 1);
        return `${pick(["", "", "not "])}exists (select 1 from ${query.text} where ${tie(query.sources[0]!, sources)} and ${condition(1, depth - 1, [...query.sources, ...sources])})`;
      }
      case "in-query": {
        const query = from(false, depth - 1);
        return `${any()} ${pick(["in", "in", "not in"])} (select ${column1(query.sources[0]!)} from ${query.text} where ${condition(1, depth - 1, query.sources)})`;
      }
      case "scalar":
        return `${any()} = (select max(${pick(["id", "organization_id", "name"])}) from invoices where organization_id = $1)`;
      default:
        return `${any()} = ${value()}`;
    }
  }

  if (chance(40)) {
    const inner = table(false);
    const where = chance(60) ? ` where ${condition(1, 1, [inner.source])}` : "";
    const arm = `select n.id, n.${inner.source.columns[0]!} from ${inner.text.replace(inner.source.alias, "n")}, w where n.${inner.source.columns[0]!} = w.o2 and n.id <> w.o1`;
    const isRecursive = chance(60);
    named.push(
      `with ${isRecursive ? "recursive " : ""}w(o1, o2) as (select ${inner.source.alias}.id, ${inner.source.alias}.${inner.source.columns[0]!} from ${inner.text}${where}${isRecursive ? ` union ${arm}` : ""})`,
    );
    namedSources.push({ alias: "w", columns: ["o1", "o2"] });
  }
  const main = from(true, 1);
  const where = chance(90) ? ` where ${condition(2, 2, main.sources)}` : "";
  const outputs = aliases.map((alias) => `${alias}.id as ${alias}_id, ${alias}.tenant as ${alias}_tenant`);
  return {
    sql: `${named.join("")} select ${["1", ...outputs].join(", ")} from ${main.text}${where}`,
    aliases,
  };
}
