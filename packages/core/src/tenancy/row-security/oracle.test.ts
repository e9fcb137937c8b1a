/**
 * What is judged of row security stands next to what PostgreSQL does: policies are read and judged, and they are run over
 * rows of two tenants, as a role that owns nothing, with the first tenant's settings, with none, and with empty ones.
 */
import { PGlite } from "@electric-sql/pglite";
import { sqlParser } from "@tenant-audit/sql";
import { afterAll, describe, expect, it } from "vitest";
import { applyHistory } from "../catalog/catalog.js";
import type { PolicyVerb } from "../catalog/changes.js";
import { inferTenancy } from "../infer/infer.js";
import { findTable } from "../lookup.js";
import { readSqlMigration } from "../schemas/sql/sql.js";
import { judgeRowSecurity } from "./judge.js";
import type { RowSecurityJudgement, VerbState } from "./judgement.js";

const schema = `
CREATE TABLE organizations (id uuid PRIMARY KEY, note text NOT NULL, status text);
CREATE TABLE users (id uuid PRIMARY KEY, email text, auth_id uuid);
CREATE TABLE organization_members (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users,
  role text NOT NULL,
  PRIMARY KEY (organization_id, user_id)
);
CREATE TABLE invoices (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid REFERENCES organizations ON DELETE CASCADE,
  note text NOT NULL,
  status text,
  is_public boolean NOT NULL DEFAULT false
);
CREATE TABLE invoice_lines (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  invoice_id uuid NOT NULL REFERENCES invoices ON DELETE CASCADE,
  note text NOT NULL,
  status text
);
CREATE TABLE drafts (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users,
  note text NOT NULL,
  status text
);
CREATE SCHEMA auth;
CREATE FUNCTION auth.uid() RETURNS uuid STABLE LANGUAGE sql AS $$
  SELECT nullif(current_setting('app.user', true), '')::uuid
$$;
CREATE FUNCTION auth.organization() RETURNS uuid STABLE LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE found uuid;
BEGIN
  SELECT organization_id INTO found FROM organization_members WHERE user_id = auth.uid();
  RETURN found;
END $$;
CREATE FUNCTION auth.is_member(organization uuid) RETURNS boolean STABLE LANGUAGE sql SECURITY DEFINER AS $$
  SELECT EXISTS (SELECT 1 FROM organization_members WHERE user_id = auth.uid() AND organization_id = organization)
$$;
CREATE FUNCTION auth.my_organizations() RETURNS SETOF uuid STABLE LANGUAGE sql SECURITY DEFINER AS $$
  SELECT organization_id FROM organization_members WHERE user_id = auth.uid()
$$;
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices FORCE ROW LEVEL SECURITY;
ALTER TABLE invoice_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice_lines FORCE ROW LEVEL SECURITY;
ALTER TABLE drafts ENABLE ROW LEVEL SECURITY;
ALTER TABLE drafts FORCE ROW LEVEL SECURITY;
`;

const A = {
  organization: "00000000-0000-4000-8000-00000000000a",
  user: "00000000-0000-4000-8000-0000000000a1",
  identity: "00000000-0000-4000-8000-0000000000a2",
  invoice: "00000000-0000-4000-8000-0000000000a3",
};
const B = {
  organization: "00000000-0000-4000-8000-00000000000b",
  user: "00000000-0000-4000-8000-0000000000b1",
  identity: "00000000-0000-4000-8000-0000000000b2",
  invoice: "00000000-0000-4000-8000-0000000000b3",
};
type Tenant = typeof A;

const rows = (["A", "B"] as const)
  .map((note) => {
    const { organization, user, identity, invoice } = note === "A" ? A : B;
    return `
INSERT INTO organizations VALUES ('${organization}', '${note}');
INSERT INTO users VALUES ('${user}', '${note}@example.org', '${identity}');
INSERT INTO organization_members VALUES ('${organization}', '${user}', 'reader');
INSERT INTO invoices (id, organization_id, note) VALUES ('${invoice}', '${organization}', '${note}');
INSERT INTO invoices (organization_id, note, is_public, status) VALUES ('${organization}', '${note}', true, 'open');
INSERT INTO invoice_lines (invoice_id, note) VALUES ('${invoice}', '${note}');
INSERT INTO drafts (organization_id, user_id, note) VALUES ('${organization}', '${user}', '${note}');`;
  })
  .join("");

/** How a row comes to a tenant: by the values of these columns. Null for nobody's. */
const belongings: Record<string, (tenant: Tenant | null) => Record<string, string> | null> = {
  organizations: (tenant) => tenant && { id: tenant.organization },
  invoices: (tenant) => ({ organization_id: tenant?.organization ?? "", is_public: "true" }),
  invoice_lines: (tenant) => tenant && { invoice_id: tenant.invoice },
  drafts: (tenant) => tenant && { organization_id: tenant.organization, user_id: tenant.user },
};

interface Case {
  readonly name: string;
  readonly table?: keyof typeof belongings;
  readonly sql: string;
  /** For all four verbs, or each in the order select, insert, update, delete. */
  readonly verbs: VerbState | readonly [VerbState, VerbState, VerbState, VerbState];
  /** What PostgreSQL makes of verbs that are judged as unclear. */
  readonly really?: VerbState;
  readonly faults?: readonly string[];
  readonly roles?: readonly string[];
  /** Settings that are made beside those of the first tenant. */
  readonly setting?: readonly [string, string];
}

const own = "organization_id = nullif(current_setting('app.organization', true), '')::uuid";

const cases: readonly Case[] = [
  { name: "a setting", sql: `CREATE POLICY p ON invoices USING (${own})`, verbs: "bound" },
  {
    name: "a setting of which nullif makes nothing, and one of which it does not",
    sql: "CREATE POLICY p ON invoices USING (organization_id = current_setting('app.organization', true)::uuid)",
    verbs: "bound",
    faults: ["empty-setting"],
  },
  {
    name: "a setting as text",
    sql: "CREATE POLICY p ON invoices USING (organization_id::text = current_setting('app.organization'))",
    verbs: "bound",
  },
  {
    name: "everybody",
    sql: "CREATE POLICY p ON invoices USING (true)",
    verbs: "open",
    faults: ["open-verbs"],
  },
  { name: "nobody", sql: "CREATE POLICY p ON invoices USING (false)", verbs: "denied" },
  { name: "no policy", sql: "", verbs: "denied" },
  {
    name: "a policy without a condition",
    sql: "CREATE POLICY p ON invoices",
    verbs: "denied",
  },
  {
    name: "reads only",
    sql: `CREATE POLICY p ON invoices FOR SELECT USING (${own})`,
    verbs: ["bound", "denied", "denied", "denied"],
  },
  {
    name: "a policy for each verb",
    sql: `CREATE POLICY s ON invoices FOR SELECT USING (${own});
      CREATE POLICY i ON invoices FOR INSERT WITH CHECK (${own});
      CREATE POLICY u ON invoices FOR UPDATE USING (${own});
      CREATE POLICY d ON invoices FOR DELETE USING (${own})`,
    verbs: "bound",
  },
  {
    name: "inserts that are not checked",
    sql: `CREATE POLICY s ON invoices FOR SELECT USING (${own});
      CREATE POLICY i ON invoices FOR INSERT WITH CHECK (true)`,
    verbs: ["bound", "open", "denied", "denied"],
    faults: ["unchecked-writes"],
  },
  {
    name: "reads that are held and writes that are not",
    sql: `CREATE POLICY p ON invoices USING (${own}) WITH CHECK (true)`,
    verbs: ["bound", "open", "open", "bound"],
    faults: ["unchecked-writes"],
  },
  {
    name: "writes that are held and reads that are not",
    sql: `CREATE POLICY p ON invoices USING (true) WITH CHECK (${own})`,
    verbs: ["open", "bound", "open", "open"],
    faults: ["open-verbs"],
  },
  {
    name: "an UPDATE whose old rows are anybody's",
    sql: `CREATE POLICY p ON invoices FOR UPDATE USING (true) WITH CHECK (${own})`,
    verbs: ["denied", "denied", "open", "denied"],
    faults: ["open-verbs"],
  },
  {
    name: "an arm that lets go while nothing is set",
    sql: `CREATE POLICY p ON invoices USING (current_setting('app.organization', true) IS NULL OR ${own})`,
    verbs: "open",
    faults: ["loose-arm"],
  },
  {
    name: "an arm for rows that are public",
    sql: `CREATE POLICY p ON invoices FOR SELECT USING (is_public OR ${own})`,
    verbs: ["open", "denied", "denied", "denied"],
    faults: ["loose-arm"],
  },
  {
    name: "an AND with what is public",
    sql: `CREATE POLICY p ON invoices FOR SELECT USING (is_public AND status <> 'draft' AND ${own})`,
    verbs: ["bound", "denied", "denied", "denied"],
  },
  {
    name: "an arm for a setting that lets past",
    sql: `CREATE POLICY p ON invoices USING (current_setting('app.bypass', true) = 'on' OR ${own})`,
    verbs: "open",
    faults: ["loose-arm"],
    setting: ["app.bypass", "on"],
  },
  {
    name: "a setting that is asked for beside the tenant",
    sql: `CREATE POLICY p ON invoices USING (current_setting('app.ready', true) = 'on' AND ${own})`,
    verbs: "bound",
    setting: ["app.ready", "on"],
  },
  {
    name: "an OR inside an AND that is held anyway",
    sql: `CREATE POLICY p ON invoices FOR SELECT USING ((is_public OR status = 'open') AND ${own})`,
    verbs: ["bound", "denied", "denied", "denied"],
  },
  {
    name: "an AND with an OR of which one arm is loose",
    sql: `CREATE POLICY p ON invoices FOR SELECT USING (is_public AND (${own} OR status = 'open'))`,
    verbs: ["open", "denied", "denied", "denied"],
    faults: ["loose-arm"],
  },
  {
    name: "two arms that both hold",
    sql: `CREATE POLICY p ON invoices USING (${own} OR organization_id = auth.organization())`,
    verbs: "bound",
  },
  {
    name: "rows of nobody, for reading",
    sql: `CREATE POLICY p ON invoices FOR SELECT USING (organization_id IS NULL OR ${own})`,
    verbs: ["bound", "denied", "denied", "denied"],
  },
  {
    name: "rows of nobody, also for writing",
    sql: `CREATE POLICY p ON invoices FOR INSERT WITH CHECK (organization_id IS NULL OR ${own})`,
    verbs: ["denied", "open", "denied", "denied"],
    faults: ["loose-arm"],
  },
  {
    name: "a fallback to the row's own column",
    sql: `CREATE POLICY p ON invoices USING (organization_id = coalesce(nullif(current_setting('app.organization', true), '')::uuid, organization_id))`,
    verbs: "open",
    faults: ["loose-arm"],
  },
  {
    name: "a fallback to somebody",
    sql: `CREATE POLICY p ON invoices USING (organization_id = coalesce(nullif(current_setting('app.organization', true), ''), '00000000-0000-4000-8000-0000000000ff')::uuid)`,
    verbs: "bound",
    faults: ["fallback"],
  },
  {
    name: "two permissive policies, of which one is loose",
    sql: `CREATE POLICY p ON invoices USING (${own});
      CREATE POLICY q ON invoices FOR SELECT USING (is_public)`,
    verbs: ["open", "bound", "bound", "bound"],
    faults: ["open-verbs"],
  },
  {
    name: "a loose policy and a restrictive one that holds",
    sql: `CREATE POLICY p ON invoices USING (true);
      CREATE POLICY q ON invoices AS RESTRICTIVE USING (${own})`,
    verbs: "bound",
  },
  {
    name: "a loose policy and a restrictive one that holds reads only",
    sql: `CREATE POLICY p ON invoices USING (true);
      CREATE POLICY q ON invoices AS RESTRICTIVE FOR SELECT USING (${own})`,
    verbs: ["bound", "open", "open", "open"],
    faults: ["open-verbs"],
  },
  {
    name: "a restrictive policy alone",
    sql: `CREATE POLICY q ON invoices AS RESTRICTIVE USING (${own})`,
    verbs: "denied",
  },
  {
    name: "a policy for a role, and a loose one for another",
    sql: `CREATE POLICY p ON invoices TO plain USING (${own});
      CREATE POLICY q ON invoices FOR SELECT TO reporter USING (true)`,
    verbs: ["open", "bound", "bound", "bound"],
    faults: ["open-verbs"],
    roles: ["plain", "reporter"],
  },
  {
    name: "policies that are held for each role",
    sql: `CREATE POLICY p ON invoices TO plain USING (${own});
      CREATE POLICY q ON invoices FOR SELECT TO reporter USING (organization_id = auth.organization())`,
    verbs: "bound",
    roles: ["plain", "reporter"],
  },
  {
    name: "a function in SQL",
    sql: `CREATE FUNCTION current_organization() RETURNS uuid STABLE LANGUAGE sql AS $$ SELECT nullif(current_setting('app.organization', true), '')::uuid $$;
      CREATE POLICY p ON invoices USING (organization_id = (SELECT current_organization()))`,
    verbs: "bound",
  },
  {
    name: "a function that looks the tenant up",
    sql: "CREATE POLICY p ON invoices USING (organization_id = (SELECT auth.organization()))",
    verbs: "bound",
  },
  {
    name: "a function that is asked about the tenant",
    sql: "CREATE POLICY p ON invoices USING (auth.is_member(organization_id))",
    verbs: "unclear",
    really: "bound",
    faults: ["unclear-verbs"],
  },
  {
    name: "a function that gives several tenants",
    sql: "CREATE POLICY p ON invoices USING (organization_id IN (SELECT auth.my_organizations()))",
    verbs: "bound",
  },
  {
    name: "whoever is signed in",
    sql: "CREATE POLICY p ON invoices USING (auth.uid() IS NOT NULL)",
    verbs: "open",
    faults: ["open-verbs"],
  },
  {
    name: "the memberships of a user",
    sql: "CREATE POLICY p ON invoices USING (organization_id IN (SELECT m.organization_id FROM organization_members m WHERE m.user_id = auth.uid()))",
    verbs: "bound",
  },
  {
    name: "the memberships of anybody",
    sql: "CREATE POLICY p ON invoices USING (organization_id IN (SELECT organization_id FROM organization_members WHERE role = 'reader'))",
    verbs: "open",
    faults: ["open-verbs"],
  },
  {
    name: "a user in the list of members",
    sql: "CREATE POLICY p ON invoices USING (auth.uid() IN (SELECT user_id FROM organization_members m WHERE m.organization_id = invoices.organization_id))",
    verbs: "bound",
  },
  {
    name: "a membership that exists for the row's tenant",
    sql: "CREATE POLICY p ON invoices USING (EXISTS (SELECT 1 FROM organization_members m WHERE m.organization_id = invoices.organization_id AND m.user_id = (SELECT auth.uid())))",
    verbs: "bound",
  },
  {
    name: "a membership that exists anywhere",
    sql: "CREATE POLICY p ON invoices USING (EXISTS (SELECT 1 FROM organization_members m WHERE m.user_id = auth.uid()))",
    verbs: "open",
    faults: ["open-verbs"],
  },
  {
    name: "a membership that is compared with itself",
    sql: "CREATE POLICY p ON invoices USING (EXISTS (SELECT 1 FROM organization_members WHERE organization_id = organization_id AND user_id = auth.uid()))",
    verbs: "open",
    faults: ["open-verbs"],
  },
  {
    name: "a membership of a user whose row names an identity",
    sql: "CREATE POLICY p ON invoices USING (EXISTS (SELECT 1 FROM organization_members m JOIN users u ON u.id = m.user_id WHERE m.organization_id = invoices.organization_id AND u.auth_id = nullif(current_setting('app.identity', true), '')::uuid))",
    verbs: "bound",
  },
  {
    name: "a membership whose user an outer join does not hold",
    sql: "CREATE POLICY p ON invoices USING (EXISTS (SELECT 1 FROM organization_members m LEFT JOIN users u ON u.id = m.user_id AND u.auth_id = nullif(current_setting('app.identity', true), '')::uuid WHERE m.organization_id = invoices.organization_id))",
    verbs: "open",
    faults: ["open-verbs"],
  },
  {
    name: "a parent that is held",
    table: "invoice_lines",
    sql: "CREATE POLICY p ON invoice_lines USING (EXISTS (SELECT 1 FROM invoices i WHERE i.id = invoice_lines.invoice_id AND i.organization_id = nullif(current_setting('app.organization', true), '')::uuid)); CREATE POLICY q ON invoices USING (true)",
    verbs: "bound",
  },
  {
    name: "a parent of anybody",
    table: "invoice_lines",
    sql: "CREATE POLICY p ON invoice_lines USING (EXISTS (SELECT 1 FROM invoices i WHERE i.id = invoice_lines.invoice_id)); CREATE POLICY q ON invoices USING (true)",
    verbs: "open",
    faults: ["open-verbs"],
  },
  {
    name: "a parent that its own row security holds",
    table: "invoice_lines",
    sql: `CREATE POLICY p ON invoice_lines USING (invoice_id IN (SELECT id FROM invoices)); CREATE POLICY q ON invoices USING (${own})`,
    verbs: "bound",
  },
  {
    name: "a parent whose row security shows what is public",
    table: "invoice_lines",
    sql: `CREATE POLICY p ON invoice_lines USING (invoice_id IN (SELECT id FROM invoices)); CREATE POLICY q ON invoices USING (${own} OR note = 'B')`,
    verbs: "open",
    faults: ["open-verbs"],
  },
  {
    name: "a parent's parent",
    table: "invoice_lines",
    sql: "CREATE POLICY p ON invoice_lines USING (invoice_id IN (SELECT i.id FROM invoices i JOIN organization_members m ON m.organization_id = i.organization_id WHERE m.user_id = auth.uid())); CREATE POLICY q ON invoices USING (true)",
    verbs: "bound",
  },
  {
    name: "queries inside of queries",
    table: "invoice_lines",
    sql: "CREATE POLICY p ON invoice_lines USING (invoice_id IN (SELECT id FROM invoices WHERE organization_id IN (SELECT organization_id FROM organization_members WHERE user_id = auth.uid()))); CREATE POLICY q ON invoices USING (true)",
    verbs: "bound",
  },
  {
    name: "a query of which one arm is loose",
    table: "invoice_lines",
    sql: "CREATE POLICY p ON invoice_lines USING (invoice_id IN (SELECT id FROM invoices WHERE organization_id = auth.organization() OR note = 'B')); CREATE POLICY q ON invoices USING (true)",
    verbs: "open",
    faults: ["open-verbs"],
  },
  {
    name: "a tenant by its own id",
    table: "organizations",
    sql: "CREATE POLICY p ON organizations USING (id = nullif(current_setting('app.organization', true), '')::uuid)",
    verbs: "bound",
  },
  {
    name: "a tenant by its members",
    table: "organizations",
    sql: "CREATE POLICY p ON organizations USING (id IN (SELECT organization_id FROM organization_members WHERE user_id = auth.uid()))",
    verbs: "bound",
  },
  {
    name: "tenants that anybody may make",
    table: "organizations",
    sql: "CREATE POLICY s ON organizations FOR SELECT USING (id = auth.organization()); CREATE POLICY i ON organizations FOR INSERT WITH CHECK (true)",
    verbs: ["bound", "open", "denied", "denied"],
  },
  {
    name: "the owner of a row",
    table: "drafts",
    sql: "CREATE POLICY p ON drafts USING (user_id = auth.uid())",
    verbs: "bound",
  },
  {
    name: "the owner of a row by the identity of a user",
    table: "drafts",
    sql: "CREATE POLICY p ON drafts USING (user_id IN (SELECT id FROM users WHERE auth_id = nullif(current_setting('app.identity', true), '')::uuid))",
    verbs: "bound",
  },
  {
    name: "any user",
    table: "drafts",
    sql: "CREATE POLICY p ON drafts USING (user_id IN (SELECT id FROM users))",
    verbs: "open",
    faults: ["open-verbs"],
  },
  {
    name: "a list in a setting",
    sql: "CREATE POLICY p ON invoices USING (organization_id = ANY (string_to_array(nullif(current_setting('app.organization', true), ''), ',')::uuid[]))",
    verbs: "bound",
  },
  {
    name: "what a NOT makes of it",
    sql: `CREATE POLICY p ON invoices USING (NOT (${own}))`,
    verbs: "unclear",
    really: "open",
    faults: ["unclear-verbs"],
  },
  {
    name: "a policy that is changed and renamed",
    sql: `CREATE POLICY p ON invoices USING (true); ALTER POLICY p ON invoices USING (${own}); ALTER POLICY p ON invoices RENAME TO q`,
    verbs: "bound",
  },
  {
    name: "a loose policy that is dropped",
    sql: `CREATE POLICY p ON invoices USING (true); CREATE POLICY q ON invoices USING (${own}); DROP POLICY p ON invoices`,
    verbs: "bound",
  },
  {
    name: "row security that is off",
    sql: `CREATE POLICY p ON invoices USING (${own}); ALTER TABLE invoices DISABLE ROW LEVEL SECURITY`,
    verbs: "open",
    faults: ["not-enabled"],
  },
  {
    name: "an EXISTS that joins the tenant's table",
    sql: "CREATE POLICY p ON invoices USING (EXISTS (SELECT 1 FROM organizations o JOIN organization_members m ON m.organization_id = o.id WHERE o.id = invoices.organization_id AND m.user_id = auth.uid() AND m.role IN ('reader', 'writer'))); CREATE POLICY q ON organizations USING (true)",
    verbs: "bound",
  },
];

const database = new PGlite();
afterAll(() => database.close());

const verbNames: readonly PolicyVerb[] = ["select", "insert", "update", "delete"];

describe("policies that are judged and run", () => {
  it.each(cases)(
    "$name",
    async (one) => {
      const wanted = typeof one.verbs === "string" ? verbNames.map(() => one.verbs) : one.verbs;
      const judged = judge(one);
      expect(verbNames.map((verb) => judged.verbs[verb])).toEqual(wanted);
      expect(judged.faults.map(({ kind }) => kind)).toEqual(one.faults ?? []);
      expect(await run(one)).toEqual(
        wanted.map((state) => (state === "unclear" && one.really ? one.really : state)),
      );
    },
    30_000,
  );
});

/** Conditions that hold for the first tenant's row that is public, and, but for those that hold the tenant, for the other's. */
const holding = [
  own,
  "organization_id = auth.organization()",
  "organization_id IN (SELECT organization_id FROM organization_members WHERE user_id = auth.uid())",
  "EXISTS (SELECT 1 FROM organization_members m WHERE m.organization_id = invoices.organization_id AND m.user_id = auth.uid())",
  "auth.uid() IN (SELECT m.user_id FROM organization_members m JOIN users u ON u.id = m.user_id WHERE m.organization_id = invoices.organization_id)",
];
const loose = [
  "true",
  "is_public",
  "note <> 'nothing'",
  "auth.uid() IS NOT NULL",
  "current_setting('app.user', true) <> ''",
  "organization_id IN (SELECT organization_id FROM organization_members)",
  "EXISTS (SELECT 1 FROM organization_members m WHERE m.user_id = auth.uid())",
];
const never = ["false", "NULL::boolean"];

describe("policies that nobody wrote", () => {
  it.each(Array.from({ length: 60 }, (_, at) => at + 1))(
    "are judged as they run, the %d. time",
    async (seed) => {
      const sql = randomPolicies(dice(seed));
      const { verbs } = judge({ sql });
      expect({ sql, verbs: verbNames.map((verb) => verbs[verb]) }).toEqual({
        sql,
        verbs: await run({ sql }),
      });
    },
    30_000,
  );

  type Throw = (sides: number) => number;

  /** Always the same throws for the same seed (a linear congruential generator). */
  function dice(seed: number): Throw {
    let state = seed * 7919;
    return (sides) => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return Math.floor((state / 2147483648) * sides);
    };
  }

  function randomPolicies(next: Throw): string {
    const verbs = ["ALL", "ALL", "SELECT", "INSERT", "UPDATE", "DELETE"];
    return Array.from({ length: 1 + next(3) }, (_, at) => {
      const verb = verbs[next(verbs.length)]!;
      const kind = at > 0 && next(3) === 0 ? "RESTRICTIVE" : "PERMISSIVE";
      const using = verb === "INSERT" ? "" : `USING (${randomTerm(next, 2)})`;
      const canCheck = verb !== "SELECT" && verb !== "DELETE";
      const check =
        canCheck && (verb === "INSERT" || next(2) === 0) ? `WITH CHECK (${randomTerm(next, 2)})` : "";
      return `CREATE POLICY p${at} ON invoices AS ${kind} FOR ${verb} ${using} ${check}`;
    }).join("; ");
  }

  function randomTerm(next: Throw, depth: number): string {
    const one = (list: readonly string[]) => list[next(list.length)]!;
    if (depth > 0 && next(3) > 0) {
      const between = next(2) === 0 ? " AND " : " OR ";
      return `(${randomTerm(next, depth - 1)}${between}${randomTerm(next, depth - 1)})`;
    }
    const side = next(10);
    return side < 5 ? one(holding) : side < 9 ? one(loose) : one(never);
  }
});

describe("ways around policies", () => {
  const guarded = `CREATE POLICY p ON invoices USING (${own});`;
  const unforced = `${guarded} ALTER TABLE invoices NO FORCE ROW LEVEL SECURITY;`;
  const view = "CREATE VIEW all_invoices AS SELECT * FROM invoices;";
  const asking = "CREATE VIEW all_invoices WITH (security_invoker = true) AS SELECT * FROM invoices;";
  const logs = `CREATE TABLE logs (organization_id uuid NOT NULL REFERENCES organizations, note text, at date NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE logs_2026 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    INSERT INTO logs VALUES ('${A.organization}', 'A', '2026-02-02'), ('${B.organization}', 'B', '2026-02-02');
    ALTER TABLE logs ENABLE ROW LEVEL SECURITY; ALTER TABLE logs FORCE ROW LEVEL SECURITY;
    CREATE POLICY p ON logs USING (${own});`;
  const guardedPartition = `ALTER TABLE logs_2026 ENABLE ROW LEVEL SECURITY; ALTER TABLE logs_2026 FORCE ROW LEVEL SECURITY;
    CREATE POLICY p ON logs_2026 USING (${own});`;

  it.each([
    { name: "the owner", sql: unforced, as: "maker", from: "invoices", faults: ["not-forced"], sees: "AB" },
    { name: "the owner who is forced", sql: guarded, as: "maker", from: "invoices", faults: [], sees: "A" },
    {
      name: "a view of the owner",
      sql: unforced + view,
      as: "plain",
      from: "all_invoices",
      faults: ["view", "not-forced"],
      sees: "AB",
    },
    {
      name: "a view that asks with its caller's rights",
      sql: unforced + asking,
      as: "plain",
      from: "all_invoices",
      faults: ["not-forced"],
      sees: "A",
    },
    {
      name: "a view of an owner who is forced",
      sql: guarded + view,
      as: "plain",
      from: "all_invoices",
      faults: [],
      sees: "A",
    },
    {
      name: "a view of a view that asks with its caller's rights",
      sql: `${unforced}${asking} CREATE VIEW outermost AS SELECT * FROM all_invoices;`,
      as: "plain",
      from: "outermost",
      faults: ["not-forced"],
      sees: "A",
    },
    {
      name: "a view that asks with its caller's rights, of one that does not",
      sql: `${unforced}${view} CREATE VIEW outermost WITH (security_invoker) AS SELECT * FROM all_invoices;`,
      as: "plain",
      from: "outermost",
      faults: ["view", "not-forced"],
      sees: "AB",
    },
    {
      name: "a partition",
      sql: logs,
      as: "plain",
      table: "logs",
      from: "logs_2026",
      faults: ["partition"],
      sees: "AB",
    },
    {
      name: "a table of partitions",
      sql: logs,
      as: "plain",
      table: "logs",
      from: "logs",
      faults: ["partition"],
      sees: "A",
    },
    {
      name: "a partition with policies of its own",
      sql: logs + guardedPartition,
      as: "plain",
      table: "logs",
      from: "logs_2026",
      faults: [],
      sees: "A",
    },
  ])("$name", async ({ sql, as, table = "invoices", from, faults, sees }) => {
    expect(judge({ table, sql }).faults.map(({ kind }) => kind)).toEqual(faults);
    expect(await seenBy(as, from, sql)).toBe(sees);
  });

  it("says of a partition what its table does not hold, once", () => {
    expect(judge({ table: "logs_2026", sql: logs }).faults).toEqual([]);
    expect(judge({ table: "logs", sql: logs }).faults).toEqual([
      { kind: "partition", partition: "logs_2026", policy: null, file: null, line: null },
    ]);
  });

  /** Whose rows somebody sees with the first tenant's settings; a role that is neither superuser nor exempt makes it all. */
  async function seenBy(role: string, from: string, sql: string): Promise<string> {
    await database.exec("BEGIN; CREATE ROLE plain; CREATE ROLE maker; GRANT ALL ON SCHEMA public TO maker");
    try {
      await database.exec("GRANT CREATE ON DATABASE postgres TO maker");
      await database.exec(
        `SET LOCAL ROLE maker; ${schema.replace(/ALTER TABLE[^;]*SECURITY;/g, "")} ${rows}`,
      );
      await database.exec(`${schema.match(/ALTER TABLE[^;]*SECURITY;/g)!.join("")} ${sql}`);
      await database.exec(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO plain; RESET ROLE; SET LOCAL ROLE ${role};
        SELECT set_config('app.organization', '${A.organization}', true)`);
      const seen = await database.query<{ note: string }>(`SELECT DISTINCT note FROM ${from} ORDER BY note`);
      return seen.rows.map(({ note }) => note).join("");
    } finally {
      await database.exec("ROLLBACK");
    }
  }
});

function judge({ table = "invoices", sql }: Pick<Case, "table" | "sql">): RowSecurityJudgement {
  const text = readSqlMigration(sqlParser, `${schema}${sql};`);
  expect(text.unread).toEqual([]);
  const history = applyHistory([{ file: "1.sql", kind: "sql", text }]);
  expect(history.problems).toEqual([]);
  const { tables, problems } = history;
  const { tenancy } = inferTenancy([
    { kind: "sql migrations", speaksFor: "database", tables, problems, complete: true },
  ]);
  const judgement = judgeRowSecurity(findTable(tenancy, table)!, tenancy);
  expect(judgement).not.toBeNull();
  return judgement!;
}

/** Settings stay known to a session, empty, once they were made: each case has its own. */
let runs = 0;

async function run(one: Omit<Case, "name" | "verbs">): Promise<readonly VerbState[]> {
  const { table = "invoices", sql, roles = ["plain"], setting } = one;
  const prefix = `app${runs++}.`;
  const named = (text: string) => text.replaceAll("'app.", `'${prefix}`);
  const tenant: [string, string][] = [
    ["organization", A.organization],
    ["user", A.user],
    ["identity", A.identity],
  ];
  const contexts = [
    [],
    tenant,
    tenant.map(([name]): [string, string] => [name, ""]),
    ...(setting ? [[...tenant, [setting[0].slice(4), setting[1]] as [string, string]]] : []),
  ];
  await database.exec("BEGIN; CREATE ROLE plain; CREATE ROLE reporter");
  try {
    await database.exec(named(`${schema}${rows}${sql}`));
    await database.exec(
      "GRANT ALL ON ALL TABLES IN SCHEMA public TO plain, reporter; GRANT USAGE ON SCHEMA auth TO plain, reporter",
    );
    const reached = new Map<PolicyVerb, Set<"A" | "B">>(verbNames.map((verb) => [verb, new Set()]));
    for (const role of roles) {
      for (const context of contexts) {
        const settings = context
          .map(([name, value]) => `SELECT set_config('${prefix}${name}', '${value}', true);`)
          .join("");
        for (const [verb, whose] of await reachedAs(table, `${settings} SET LOCAL ROLE ${role};`))
          reached.get(verb)!.add(whose);
      }
    }
    return verbNames.map((verb) => {
      const whose = reached.get(verb)!;
      return whose.has("B") ? "open" : whose.has("A") ? "bound" : "denied";
    });
  } finally {
    await database.exec("ROLLBACK");
  }
}

/** Statements without WHERE and RETURNING, so that no policy but the verb's own is asked. */
async function reachedAs(table: string, before: string): Promise<readonly [PolicyVerb, "A" | "B"][]> {
  const found: [PolicyVerb, "A" | "B"][] = [];
  const belong = belongings[table]!;
  const of = { A: belong(A)!, B: belong(B)! };
  for (const whose of ["A", "B"] as const) {
    const seen = await attempt(before, null, `SELECT 1 FROM ${table} WHERE note = '${whose}'`);
    if (seen > 0) found.push(["select", whose]);
    const columns = Object.keys(of[whose]);
    const insert = `INSERT INTO ${table} (${columns.join()}, note) VALUES (${valuesOf(of[whose]).join()}, 'new')`;
    if ((await attempt(before, insert, `SELECT 1 FROM ${table} WHERE note = 'new'`)) > 0)
      found.push(["insert", whose]);
    const touched = `SELECT 1 FROM ${table} WHERE note = '${whose}' AND status = 'touched'`;
    const take = assignments(of.A);
    const shown = table === "invoices" ? ", is_public = true" : "";
    for (const more of [shown, `, ${take}`]) {
      const update = `UPDATE ${table} SET status = 'touched'${more}`;
      if ((await attempt(before, update, touched)) > 0) found.push(["update", whose]);
    }
    const gone = `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE note = '${whose}')`;
    const some = `SELECT 1 WHERE (SELECT count(*) FROM ${table} WHERE note = '${whose}') < ${table === "invoices" ? 2 : 1}`;
    if ((await attempt(before, `DELETE FROM ${table}`, `${gone} UNION ${some}`)) > 0)
      found.push(["delete", whose]);
  }
  const given = `UPDATE ${table} SET status = 'given', ${assignments(of.B)}`;
  if ((await attempt(before, given, `SELECT 1 FROM ${table} WHERE note = 'A' AND status = 'given'`)) > 0)
    found.push(["update", "B"]);
  const nobodys = belong(null);
  if (nobodys) {
    // What becomes nobody's is everybody's, and counts as the other tenant's.
    const insert = `INSERT INTO ${table} (${Object.keys(nobodys).join()}, note) VALUES (${valuesOf(nobodys).join()}, 'new')`;
    if ((await attempt(before, insert, `SELECT 1 FROM ${table} WHERE note = 'new'`)) > 0)
      found.push(["insert", "B"]);
  }
  return found;
}

function valuesOf(columns: Record<string, string>): readonly string[] {
  return Object.values(columns).map((value) => (value === "" ? "NULL" : `'${value}'`));
}

function assignments(columns: Record<string, string>): string {
  const values = valuesOf(columns);
  return Object.keys(columns)
    .map((column, at) => `${column} = ${values[at]!}`)
    .join();
}

/** A refusal, a setting that is missing or empty, policies that ask each other: nothing is reached. */
const refusals: ReadonlySet<string> = new Set(["42501", "42704", "22P02", "42P17"]);
/** Policies are asked before constraints are: who gets this far was let past. */
const isTaken = "23505";

/** How many rows the question finds after the change; a question without one is asked by the role itself. */
async function attempt(before: string, change: string | null, question: string): Promise<number> {
  await database.exec("SAVEPOINT attempt");
  try {
    await database.exec(before);
    if (change !== null) await database.exec(`${change}; RESET ROLE`);
    return (await database.query(question)).rows.length;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === isTaken) return 1;
    if (code !== undefined && refusals.has(code)) return 0;
    throw error;
  } finally {
    await database.exec("ROLLBACK TO SAVEPOINT attempt");
  }
}
