import { describe, expect, it } from "vitest";
import { bind } from "./bind.js";
import { always, and, or } from "./predicate.js";
import { exists, is, isIn, isNull, join, same, select, shop, story, table } from "./testing/shop.js";

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
    "what hangs on nobody's rule alone is nobody's",
    select(
      [table("rules"), join("left", "rule_steps", same("rules.id", "rule_steps.rule_id"))],
      isNull("rules.organization_id"),
    ),
    { rules: "nobody", rule_steps: "nobody" },
  );
  story(
    "what hangs on a tenant's rules and nobody's is a tenant's and nobody's",
    select(
      [table("rules"), join("left", "rule_steps", same("rules.id", "rule_steps.rule_id"))],
      or([is("rules.organization_id"), isNull("rules.organization_id")]),
    ),
    { rules: "tenant", rule_steps: "parent" },
  );
  story(
    "what also hangs on something else may be anyone's",
    select(
      [table("rules"), join("inner", "step_uses", same("rules.id", "step_uses.rule_id"))],
      isNull("rules.organization_id"),
    ),
    { rules: "nobody", step_uses: "none" },
  );
  story(
    "an alert about nobody's rule may be anyone's",
    select(
      [table("rules"), join("inner", "alerts", same("rules.id", "alerts.rule_id"))],
      isNull("rules.organization_id"),
    ),
    { rules: "nobody", alerts: "none" },
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
    "in an ON mean no table that is joined later",
    select(
      [table("countries"), join("inner", "rules", is("organization_id")), join("inner", "alerts", always)],
      always,
    ),
    { countries: "none", rules: "tenant", alerts: "none" },
  );
  story(
    "nor one that stands beside the join",
    select([table("countries"), join("inner", "rules", is("organization_id")), table("alerts")], always),
    { countries: "none", rules: "tenant", alerts: "none" },
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
