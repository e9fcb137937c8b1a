import { describe, expect, it } from "vitest";
import { bind } from "./bind.js";
import type { Binding, Status } from "./binding.js";
import type { ColumnFacts, Facts, TableFacts } from "./facts.js";
import { always, and, never, not, or, sometimes } from "./predicate.js";
import type { Column, Operand, Predicate, Resource, Selection } from "./predicate.js";

describe("one table", () => {
  story("is bound by its tenant key", select([table("alerts")], is("organization_id")), { alerts: "tenant" });
  story("not by another column", select([table("alerts")], is("title")), { alerts: "none" });
  story("not by no condition", select([table("alerts")], always), { alerts: "none" });
  story("not when the key differs", select([table("alerts")], not(is("organization_id"))), {
    alerts: "none",
  });
  story("however the key is spelled", select([table("alerts")], is("alerts.organizationId")), {
    alerts: "tenant",
  });
  story("by a list of keys", select([table("alerts")], isIn("organization_id", "a", "b")), {
    alerts: "tenant",
  });
  story("not by a list that is excluded", select([table("alerts")], not(isIn("organization_id", "a"))), {
    alerts: "none",
  });
  story("an empty list reaches no rows", select([table("alerts")], isIn("title")), { alerts: "nobody" });
  story("an empty list excluded reaches all", select([table("alerts")], not(isIn("title"))), {
    alerts: "none",
  });
  story("false reaches no rows", select([table("alerts")], never), { alerts: "nobody" });
  story("not true reaches no rows", select([table("alerts")], not(always)), { alerts: "nobody" });
  story("is bound by its id only as a reference", select([table("alerts")], is("id")), {
    alerts: "reference",
  });
  story("and by the id of the row it hangs on", select([table("alerts")], is("rule_id")), {
    alerts: "reference",
  });
  story("not by the id of a row that is everybody's", select([table("alerts")], is("country_id")), {
    alerts: "none",
  });
  story("is bound by its owner", select([table("members")], is("user_id")), { members: "owner" });
  story("is bound by a secret", select([table("invitations")], is("token")), { invitations: "secret" });
  story("the tenant's own table by its id", select([table("organizations")], is("id")), {
    organizations: "tenant",
  });
  story("not by its name", select([table("organizations")], is("name")), { organizations: "none" });
  story("a project by the organization", select([table("projects")], is("organization_id")), {
    projects: "tenant",
  });
  story("a project by its id, at its own level", select([table("projects")], is("id")), {
    projects: "tenant",
  });
  story("rows of nobody", select([table("rules")], isNull("organization_id")), { rules: "nobody" });
  story("not where a key is never null", select([table("alerts")], isNull("organization_id")), {
    alerts: "none",
  });
  story("not where it is not null", select([table("rules")], not(isNull("organization_id"))), {
    rules: "none",
  });
  story("not where only one of two keys is null", select([table("settings")], isNull("project_id")), {
    settings: "none",
  });
  story("a filter we cannot read", select([table("alerts")], unknown), { alerts: "none" });
  story("nor its negation", select([table("alerts")], not(unknown)), { alerts: "none" });
  story("a table that no schema names", select([table("mystery")], is("organization_id")), {
    mystery: "none",
  });
});

describe("boolean logic", () => {
  const org = is("organization_id");
  const title = is("title");
  const alerts = [table("alerts")];
  story("a conjunct is enough", select(alerts, and([title, org])), { alerts: "tenant" });
  story("one arm of an OR is not", select(alerts, or([org, title])), { alerts: "none" });
  story("every arm of an OR is", select(alerts, or([and([org, title]), is("organization_id", "b")])), {
    alerts: "tenant",
  });
  story("an OR beside the key does no harm", select(alerts, and([org, or([title, unknown])])), {
    alerts: "tenant",
  });
  story("the weakest arm decides", select(alerts, or([org, is("id")])), { alerts: "reference" });
  story("NOT NOT is nothing", select(alerts, not(not(org))), { alerts: "tenant" });
  story("NOT OR is AND NOT", select(alerts, not(or([not(org), title]))), { alerts: "tenant" });
  story("NOT AND is OR NOT", select(alerts, not(and([not(org), title]))), { alerts: "none" });
  story("an arm that is never true has no say", select(alerts, or([org, and([title, never])])), {
    alerts: "tenant",
  });
  story("a tenant's rows and nobody's", select([table("rules")], or([org, isNull("organization_id")])), {
    rules: "tenant",
  });
  story("a tenant's rows and some of all", select([table("rules")], or([org, isNull("project_id")])), {
    rules: "none",
  });
  story("distributes", select(alerts, and([or([org, title]), or([org, unknown, is("id")])])), {
    alerts: "none",
  });
  story(
    "(org or reference) and (org or not org)",
    select(alerts, and([or([org, is("id")]), or([org, is("rule_id")])])),
    { alerts: "reference" },
  );

  it("keeps every value of every arm", () => {
    const [alert] = bind(
      select(alerts, or([is("organization_id", "a"), and([title, is("organization_id", "b")])])),
      shop,
    );
    expect(alert!.ways.map((way) => way[0]!.operands.map((operand) => operand.text))).toEqual([["b"], ["a"]]);
  });

  it("merges a long list of alternatives", () => {
    const ids = Array.from({ length: 2_000 }, (_, index) => is("organization_id", `o${index}`));
    const [alert] = bind(select(alerts, or(ids)), shop);
    expect(alert).toMatchObject({ status: "tenant", tooComplex: false });
    expect(alert!.evidence!.operands).toHaveLength(2_000);
  });

  it("gives up on more disjuncts than it can look at, and says so", () => {
    const pairs = Array.from({ length: 12 }, (_, index) =>
      or([
        and([is("rule_id", `r${index}`), org]),
        and([is("id", `a${index}`), isIn("customer_id", "x", "y")]),
      ]),
    );
    const [alert] = bind(select(alerts, and(pairs)), shop);
    expect(alert!.status === "reference" || alert!.tooComplex).toBe(true);
  });
});

describe("what holds on some paths only", () => {
  const org = is("organization_id");

  it("is no constraint, and says when it vanishes", () => {
    const [alert] = bind(select([table("alerts")], sometimes(org, "when `org` is absent")), shop);
    expect(alert).toMatchObject({
      status: "none",
      sometimes: { status: "tenant", reason: "when `org` is absent" },
    });
  });

  it("may choose between tenants", () => {
    const choice: Predicate = {
      kind: "choice",
      arms: [org, is("organization_id", "other")],
      reason: "admin",
    };
    const [alert] = bind(select([table("alerts")], choice), shop);
    expect(alert).toMatchObject({ status: "tenant", sometimes: null });
    expect(alert!.ways).toHaveLength(2);
  });

  it("names the choice that decides, not the others", () => {
    const filters = [
      sometimes(is("title"), "when `title` is absent"),
      sometimes(org, "when `org` is absent"),
    ];
    const [alert] = bind(select([table("alerts")], and([is("id"), ...filters])), shop);
    expect(alert).toMatchObject({
      status: "reference",
      sometimes: { status: "tenant", reason: "when `org` is absent" },
    });
  });

  it("does no harm beside a constraint that always holds", () => {
    const [alert] = bind(
      select([table("alerts")], and([org, sometimes(is("title"), "when `title` is absent")])),
      shop,
    );
    expect(alert).toMatchObject({ status: "tenant", sometimes: null });
  });

  it("negated is the negation of each arm", () => {
    const [alert] = bind(
      select([table("alerts")], not({ kind: "choice", arms: [not(org), never], reason: "r" })),
      shop,
    );
    expect(alert).toMatchObject({ status: "none", sometimes: { status: "tenant" } });
  });

  it("does not take an arm that reads nothing for a constraint", () => {
    const choice: Predicate = { kind: "choice", arms: [never, always], reason: "r" };
    expect(bind(select([table("alerts")], choice), shop)[0]).toMatchObject({
      status: "none",
      sometimes: null,
    });
  });
});

describe("joins", () => {
  const alertRule = same("rules.id", "alerts.rule_id");
  const ruleOrg = is("rules.organization_id");
  const alertOrg = is("alerts.organization_id");

  story(
    "a parent carries the constraint to its child",
    select([table("alerts"), join("inner", "rules", alertRule)], ruleOrg),
    {
      alerts: "parent",
      rules: "tenant",
    },
  );
  story(
    "a child carries it to its parent",
    select([table("alerts"), join("inner", "rules", alertRule)], alertOrg),
    {
      alerts: "tenant",
      rules: "parent",
    },
  );
  story("a cross join carries nothing", select([table("alerts"), join("cross", "rules", always)], alertOrg), {
    alerts: "tenant",
    rules: "none",
  });
  story(
    "equal keys carry it",
    select(
      [table("alerts"), join("inner", "rules", same("rules.organization_id", "alerts.organization_id"))],
      alertOrg,
    ),
    {
      alerts: "tenant",
      rules: "tenant",
    },
  );
  story(
    "keys of different levels do not",
    select(
      [table("alerts"), join("inner", "projects", same("projects.id", "alerts.organization_id"))],
      alertOrg,
    ),
    {
      alerts: "tenant",
      projects: "tenant",
    },
  );
  story(
    "other equal columns do not",
    select([table("alerts"), join("inner", "rules", same("rules.name", "alerts.title"))], alertOrg),
    {
      alerts: "tenant",
      rules: "none",
    },
  );
  story(
    "a common country does not",
    select(
      [table("alerts"), join("inner", "customers", same("customers.country_id", "alerts.country_id"))],
      alertOrg,
    ),
    {
      alerts: "tenant",
      customers: "none",
    },
  );
  story(
    "a common customer does",
    select(
      [table("alerts"), join("inner", "orders", same("orders.customer_id", "alerts.customer_id"))],
      alertOrg,
    ),
    {
      alerts: "tenant",
      orders: "parent",
    },
  );
  story(
    "a common rule does not, since a rule may be nobody's and everybody's",
    select(
      [table("alerts", "a"), table("alerts", "b")],
      and([same("a.rule_id", "b.rule_id"), is("a.organization_id")]),
    ),
    { a: "tenant", b: "none" },
  );
  story(
    "nor by way of the rule itself",
    select(
      [
        table("alerts", "a"),
        join("inner", "rules", same("rules.id", "a.rule_id")),
        join("inner", "alerts", same("rules.id", "b.rule_id"), "b"),
      ],
      is("a.organization_id"),
    ),
    { a: "tenant", rules: "parent", b: "none" },
  );
  story(
    "equality is transitive",
    select(
      [table("alerts", "a"), table("alerts", "b"), table("alerts", "c")],
      and([
        same("a.organization_id", "b.organization_id"),
        same("c.organization_id", "b.organization_id"),
        is("c.organization_id"),
      ]),
    ),
    {
      a: "tenant",
      b: "tenant",
      c: "tenant",
    },
  );
  story(
    "each side of a self-join counts for itself",
    select([table("alerts", "a"), table("alerts", "b")], is("a.organization_id")),
    {
      a: "tenant",
      b: "none",
    },
  );
  story(
    "two columns with one value are equal",
    select([table("alerts"), table("rules")], and([is("alerts.rule_id", "r"), is("rules.id", "r"), ruleOrg])),
    {
      alerts: "parent",
      rules: "tenant",
    },
  );
  story(
    "two lists are not",
    select(
      [table("alerts"), table("rules")],
      and([isIn("alerts.rule_id", "r"), isIn("rules.id", "r"), ruleOrg]),
    ),
    {
      alerts: "reference",
      rules: "tenant",
    },
  );

  story(
    "a left join's ON binds the joined table only",
    select([table("alerts"), join("left", "rules", and([alertRule, ruleOrg]))], always),
    {
      alerts: "none",
      rules: "tenant",
    },
  );
  story(
    "a left-joined parent is bound by the rows before it",
    select([table("alerts"), join("left", "rules", alertRule)], alertOrg),
    {
      alerts: "tenant",
      rules: "parent",
    },
  );
  story(
    "a WHERE on a left-joined table makes it an inner join",
    select([table("alerts"), join("left", "rules", alertRule)], ruleOrg),
    {
      alerts: "parent",
      rules: "tenant",
    },
  );
  story(
    "but not one that NULL satisfies",
    select([table("alerts"), join("left", "rules", alertRule)], or([ruleOrg, isNull("rules.id")])),
    {
      alerts: "none",
      rules: "none",
    },
  );
  story(
    "a right join's ON binds the tables before it only",
    select([table("alerts"), join("right", "rules", and([alertRule, alertOrg]))], always),
    {
      alerts: "tenant",
      rules: "none",
    },
  );
  story(
    "a full join's ON binds neither",
    select([table("alerts"), join("full", "rules", and([alertRule, alertOrg, ruleOrg]))], always),
    {
      alerts: "none",
      rules: "none",
    },
  );
  story(
    "a WHERE on one side of a full join binds the other where it is there",
    select([table("alerts"), join("full", "rules", alertRule)], ruleOrg),
    {
      alerts: "parent",
      rules: "tenant",
    },
  );
  story(
    "an inner join before a right join does not bind what the right join adds",
    select(
      [
        table("alerts"),
        join("inner", "rules", and([alertRule, ruleOrg])),
        join("right", "customers", is("customers.id")),
      ],
      always,
    ),
    { alerts: "parent", rules: "tenant", customers: "none" },
  );

  story(
    "a member's organization, and its projects",
    select(
      [
        table("members"),
        join("inner", "organizations", same("organizations.id", "members.organization_id")),
        join("inner", "projects", same("projects.organization_id", "organizations.id")),
      ],
      is("members.user_id"),
    ),
    {
      members: "owner",
      organizations: "owner",
      projects: "owner",
    },
  );
  story(
    "the memberships of the user behind a session",
    select(
      [table("sessions"), join("inner", "members", same("members.user_id", "sessions.user_id"))],
      is("sessions.token_hash"),
    ),
    {
      sessions: "secret",
      members: "secret",
    },
  );
  story(
    "not those of a user who is with us here",
    select(
      [table("members", "m"), join("inner", "members", same("m.user_id", "elsewhere.user_id"), "elsewhere")],
      is("m.organization_id"),
    ),
    {
      m: "tenant",
      elsewhere: "none",
    },
  );
  story(
    "a table reached by the id of its parent",
    select(
      [table("alerts"), join("inner", "alert_notes", same("alert_notes.alert_id", "alerts.id"))],
      is("alerts.rule_id"),
    ),
    {
      alerts: "reference",
      alert_notes: "reference",
    },
  );

  it("shows the way to the table that is bound", () => {
    const notes = bind(
      select(
        [table("alert_notes"), join("inner", "alerts", same("alerts.id", "alert_notes.alert_id"))],
        is("alerts.organization_id", "session.organizationId"),
      ),
      shop,
    );
    expect(notes[0]!.evidence).toMatchObject({
      status: "parent",
      column: "organization_id",
      level: "organization",
      operands: [{ text: "session.organizationId" }],
      through: [{ column: "alert_id", resource: { alias: "alerts" }, target: "id" }],
    });
  });
});

describe("columns without a table", () => {
  story(
    "mean the table that has them",
    select([table("alerts"), join("inner", "organizations", always)], is("rule_id")),
    {
      alerts: "reference",
      organizations: "none",
    },
  );
  story(
    "mean the first table when several have them",
    select([table("alerts"), join("inner", "rules", always)], is("organization_id")),
    {
      alerts: "tenant",
      rules: "none",
    },
  );
  story(
    "mean the only table there is",
    select([table("alerts")], and([is("brand_new"), is("organization_id")])),
    { alerts: "tenant" },
  );

  it("mean nothing when nobody is known to have them", () => {
    const bindings = bind(
      select([table("alerts"), join("inner", "mystery", always)], is("tenant_ref")),
      shop,
    );
    expect(bindings.map((binding) => [binding.status, binding.ambiguous])).toEqual([
      ["none", ["tenant_ref"]],
      ["none", ["tenant_ref"]],
    ]);
  });

  story(
    "in a sub-query mean its own table first",
    select([table("alerts")], exists(select([table("rules")], is("organization_id")))),
    {
      alerts: "none",
      rules: "tenant",
    },
  );
  story(
    "and the outer one when it lacks them",
    select([table("alerts")], exists(select([table("countries")], is("organization_id")))),
    {
      alerts: "tenant",
      countries: "none",
    },
  );
});

describe("sub-queries", () => {
  const ownRule = same("rules.id", "alerts.rule_id");
  const boundRule = and([ownRule, is("rules.organization_id")]);

  story(
    "exists ties the outer table to a bound parent",
    select([table("alerts")], exists(select([table("rules")], boundRule))),
    {
      alerts: "parent",
      rules: "tenant",
    },
  );
  story(
    "not to a parent that is not bound",
    select([table("alerts")], exists(select([table("rules")], ownRule))),
    { alerts: "none", rules: "none" },
  );
  story(
    "not to one it is not correlated with",
    select([table("alerts")], exists(select([table("rules")], is("organization_id")))),
    {
      alerts: "none",
      rules: "tenant",
    },
  );
  story(
    "not exists ties nothing, and its own table is still judged",
    select([table("alerts")], not(exists(select([table("rules")], boundRule)))),
    {
      alerts: "none",
      rules: "tenant",
    },
  );
  story(
    "not exists, correlated with a bound table",
    select([table("alerts")], and([is("organization_id"), not(exists(select([table("rules")], ownRule)))])),
    {
      alerts: "tenant",
      rules: "parent",
    },
  );
  story(
    "exists in one arm of an OR",
    select([table("alerts")], or([is("title"), exists(select([table("rules")], boundRule))])),
    {
      alerts: "none",
      rules: "tenant",
    },
  );
  story(
    "what stands beside it in the same arm helps it",
    select(
      [table("alerts")],
      or([is("title"), and([is("organization_id"), exists(select([table("rules")], ownRule))])]),
    ),
    { alerts: "none", rules: "parent" },
  );
  story(
    "in another arm does not",
    select([table("alerts")], or([is("organization_id"), exists(select([table("rules")], ownRule))])),
    {
      alerts: "none",
      rules: "none",
    },
  );

  const ruleIds = select([table("rules")], is("organization_id"));
  story(
    "in (select …) of a bound parent",
    select([table("alerts")], isInQuery("rule_id", ruleIds, "rules.id")),
    { alerts: "parent", rules: "tenant" },
  );
  story("not in (select …)", select([table("alerts")], not(isInQuery("rule_id", ruleIds, "rules.id"))), {
    alerts: "none",
    rules: "tenant",
  });
  story(
    "in (select …) of another column",
    select([table("alerts")], isInQuery("title", ruleIds, "rules.name")),
    { alerts: "none", rules: "tenant" },
  );
  story(
    "in (select …) of an unknown column",
    select([table("alerts")], isInQuery("rule_id", ruleIds, null)),
    { alerts: "none", rules: "tenant" },
  );
  story(
    "in (select …) of a union is as weak as its weakest arm",
    select(
      [table("alerts")],
      isInQuery(
        "rule_id",
        { ...ruleIds, arms: [select([table("rules", "all")], always, { id: "all.id" })] },
        "rules.id",
      ),
    ),
    { alerts: "none", rules: "tenant", all: "none" },
  );
  story(
    "the organizations of a user",
    select(
      [table("projects")],
      isInQuery("organization_id", select([table("members")], is("user_id")), "members.organization_id"),
    ),
    { projects: "owner", members: "owner" },
  );

  story(
    "a sub-query in the select list sees the outer row",
    { ...select([table("alerts")], is("organization_id")), nested: [select([table("rules")], ownRule)] },
    {
      alerts: "tenant",
      rules: "parent",
    },
  );
  story(
    "and is judged when it does not",
    { ...select([table("alerts")], is("organization_id")), nested: [select([table("rules")], always)] },
    {
      alerts: "tenant",
      rules: "none",
    },
  );
});

describe("derived tables", () => {
  const all = select([table("alerts")], always);
  const bound = select([table("alerts")], is("organization_id"));

  story("are bound by the query inside", select([derived("d", bound, {})], always), { alerts: "tenant" });
  story(
    "a filter on an output column goes inside",
    select([derived("d", all, { owner: "alerts.organization_id" })], is("d.owner")),
    { alerts: "tenant" },
  );
  story(
    "by any name when everything is selected",
    select([derived("d", all, { "*": "alerts.*" })], is("d.organization_id")),
    { alerts: "tenant" },
  );
  story("not on an output we do not know", select([derived("d", all, {})], is("d.owner")), {
    alerts: "none",
  });
  story(
    "rows of a derived table bind those joined to it",
    select(
      [
        derived("d", bound, { id: "alerts.id" }),
        join("inner", "alert_notes", same("alert_notes.alert_id", "d.id")),
      ],
      always,
    ),
    {
      alerts: "tenant",
      alert_notes: "parent",
    },
  );
  story(
    "and are bound by them",
    select(
      [
        derived("d", all, { id: "alerts.id" }),
        join("inner", "alert_notes", same("alert_notes.alert_id", "d.id")),
      ],
      is("d.id"),
    ),
    {
      alerts: "reference",
      alert_notes: "reference",
    },
  );
  story(
    "a filter on a column of a left join inside is an inner join",
    select(
      [
        derived(
          "d",
          select([table("alerts"), join("left", "rules", same("rules.id", "alerts.rule_id"))], always),
          { o: "rules.organization_id" },
        ),
      ],
      is("d.o"),
    ),
    { alerts: "parent", rules: "tenant" },
  );
  story(
    "of a union: every arm",
    select(
      [
        derived(
          "d",
          {
            ...select([table("alerts")], always, { o: "alerts.organization_id" }),
            arms: [select([table("rules")], always, { o: "rules.organization_id" })],
          },
          { o: "alerts.organization_id" },
        ),
      ],
      is("d.o"),
    ),
    { alerts: "tenant", rules: "tenant" },
  );
  story(
    "columns of a union meet by position",
    select(
      [
        derived(
          "d",
          {
            ...select([table("alerts")], always, { o: "alerts.organization_id", i: "alerts.id" }),
            arms: [select([table("rules")], always, { i: "rules.id", o: "rules.organization_id" })],
          },
          { o: "alerts.organization_id", i: "alerts.id" },
        ),
      ],
      is("d.o"),
    ),
    { alerts: "tenant", rules: "none" },
  );

  it("used twice has one binding, the weaker one", () => {
    const twice = select(
      [
        derived("d", all, { o: "alerts.organization_id" }),
        derived("e", all, { o: "alerts.organization_id" }),
      ],
      is("d.o"),
    );
    expect(bind(twice, shop).map((binding) => binding.status)).toEqual(["none"]);
  });

  story(
    "arms of a union count each for itself",
    { ...bound, arms: [select([table("rules")], always)] },
    { alerts: "tenant", rules: "none" },
  );
});

describe("depth", () => {
  it("does not matter for chains of thousands", () => {
    let chain = is("organization_id");
    for (let index = 0; index < 5_000; index++)
      chain = not(not({ kind: "and", terms: [chain, is("title", `t${index}`)] }));
    expect(bind(select([table("alerts")], chain), shop)[0]).toMatchObject({
      status: "tenant",
      tooComplex: false,
    });
  });

  it("beyond what people write is a reason to say that we do not know", () => {
    let nest: Predicate = and([is("organization_id"), exists(select([table("rules")], always))]);
    for (let index = 0; index < 5_000; index++)
      nest = { kind: index % 2 ? "and" : "or", terms: [nest, is("title", `t${index}`)] };
    expect(statusesOf(bind(select([table("alerts")], nest), shop))).toEqual({
      alerts: "none",
      rules: "none",
    });
    expect(bind(select([table("alerts")], nest), shop).every((binding) => binding.tooComplex)).toBe(true);
    expect(bind(select([table("alerts")], and([nest, is("organization_id")])), shop)[0]).toMatchObject({
      status: "tenant",
      tooComplex: false,
    });
  });

  it("of sub-queries neither", () => {
    let query = select([table("alerts", "innermost")], always);
    for (let index = 0; index < 5_000; index++) query = select([table("alerts", `a${index}`)], exists(query));
    expect(bind(query, shop)).toHaveLength(5_001);
  });

  it("of tables that double at every use neither", () => {
    let query = select([table("alerts")], is("organization_id"));
    for (let index = 0; index < 30; index++)
      query = select([derived("l", query, {}), derived("r", query, {})], always);
    expect(bind(query, shop)[0]).toMatchObject({ status: "none", tooComplex: true });
  });
});

/** organizations, projects in them, and what else a service has. `?` after a level: the key may be NULL. */
const shop: Facts = factsOf({
  organizations: { root: "organization", columns: { id: "organizations", name: "" } },
  projects: {
    root: "project",
    keys: { organization_id: "organization" },
    columns: { id: "projects", organization_id: "organizations" },
  },
  rules: {
    keys: { organization_id: "organization?" },
    columns: { id: "rules", project_id: "projects", name: "" },
  },
  settings: {
    keys: { organization_id: "organization", project_id: "project?" },
    columns: { id: "settings" },
  },
  alerts: {
    keys: { organization_id: "organization" },
    columns: { id: "alerts", rule_id: "rules", customer_id: "customers", country_id: "countries", title: "" },
  },
  alert_notes: { columns: { id: "alert_notes", alert_id: "alerts", text: "" } },
  customers: {
    keys: { organization_id: "organization" },
    columns: { id: "customers", country_id: "countries" },
  },
  orders: { columns: { id: "orders", customer_id: "customers" } },
  members: { keys: { organization_id: "organization" }, columns: { id: "members", user_id: "owner" } },
  sessions: { columns: { id: "sessions", user_id: "owner", token_hash: "secret" } },
  invitations: { keys: { organization_id: "organization" }, columns: { id: "invitations", token: "secret" } },
  countries: { isGlobal: true, columns: { id: "countries", name: "" } },
});

interface Described {
  readonly root?: string;
  readonly keys?: Record<string, string>;
  readonly isGlobal?: boolean;
  /** A table's name: a reference to its `id`. */
  readonly columns: Record<string, string>;
}

function factsOf(tables: Record<string, Described>): Facts {
  const isGlobal = (name: string) => tables[name]?.isGlobal === true;
  const found = Object.entries(tables).map(([name, { root, keys = {}, columns }]): TableFacts => {
    const sorts: Record<string, string> = {
      ...Object.fromEntries(Object.keys(keys).map((key) => [key, ""])),
      ...columns,
    };
    const facts = Object.entries(sorts).map(([column, sort]): ColumnFacts => ({
      name: column,
      level: keys[column]?.replace("?", "") ?? (column === "id" ? (root ?? null) : null),
      reference: sort in tables && !isGlobal(sort) ? { table: sort, target: "id" } : null,
      isOwner: sort === "owner",
      isSecret: sort === "secret",
    }));
    return {
      name,
      isTenantTable: !isGlobal(name),
      hasSharedRows:
        Object.values(keys).length > 0 && Object.values(keys).every((level) => level.endsWith("?")),
      rootLevel: root ?? null,
      keys: Object.entries(keys).map(([column, level]) => ({
        column,
        level: level.replace("?", ""),
        nullable: level.endsWith("?"),
      })),
      findColumn: (spelling) => facts.find((column) => plain(column.name) === plain(spelling)) ?? null,
    };
  });
  return { findTable: (name) => found.find((candidate) => candidate.name === name) ?? null };
}

function plain(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

function story(name: string, selection: Selection, expected: Record<string, Status>): void {
  it(name, () => expect(statusesOf(bind(selection, shop))).toEqual(expected));
}

function statusesOf(bindings: readonly Binding[]): Record<string, Status> {
  return Object.fromEntries(bindings.map((binding) => [binding.resource.alias, binding.status]));
}

function select(
  resources: readonly Resource[],
  where: Predicate,
  outputs: Record<string, string> | null = null,
): Selection {
  return {
    site: "here",
    resources,
    where,
    nested: [],
    arms: [],
    outputs: outputs === null ? null : columnsOf(outputs),
  };
}

function table(name: string, alias = name): Resource {
  return { table: name, alias, join: "from", on: always, query: null, outputs: null };
}

function join(kind: Resource["join"], name: string, on: Predicate, alias = name): Resource {
  return { ...table(name, alias), join: kind, on };
}

function derived(alias: string, query: Selection, outputs: Record<string, string>): Resource {
  return { table: null, alias, join: "from", on: always, query, outputs: columnsOf(outputs) };
}

function columnsOf(outputs: Record<string, string>): ReadonlyMap<string, Column> {
  return new Map(Object.entries(outputs).map(([name, text]) => [name, column(text)]));
}

function column(text: string): Column {
  const [first, second] = text.split(".");
  return second === undefined ? { table: null, name: first! } : { table: first!, name: second };
}

function is(name: string, value = "value"): Predicate {
  return { kind: "eq", column: column(name), operand: operand(value) };
}

function isIn(name: string, ...values: string[]): Predicate {
  return { kind: "in", column: column(name), operands: values.map(operand) };
}

function operand(text: string): Operand {
  return { value: text, origin: "unknown", absent: false, fallback: false, text, row: null };
}

function isNull(name: string): Predicate {
  return { kind: "isNull", column: column(name) };
}

function same(left: string, right: string): Predicate {
  return { kind: "eqColumn", left: column(left), right: column(right) };
}

function exists(query: Selection): Predicate {
  return { kind: "exists", query };
}

function isInQuery(name: string, query: Selection, output: string | null): Predicate {
  return { kind: "inQuery", column: column(name), query, output: output === null ? null : column(output) };
}

const unknown: Predicate = { kind: "unknown", reason: "raw SQL" };
