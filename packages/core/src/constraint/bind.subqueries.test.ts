import { describe, expect, it } from "vitest";
import { bind } from "./bind.js";
import { always, and, not, or } from "./predicate.js";
import { derived, exists, is, isInQuery, join, same, select, shop, story, table } from "./testing/shop.js";

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
  it("an alias means the innermost table of that name", () => {
    const inner = select([table("rules", "x")], is("x.organization_id"));
    const bindings = bind(select([table("alerts", "x")], exists(inner)), shop);
    expect(bindings.map(({ resource, status }) => [resource.table, status])).toEqual([
      ["alerts", "none"],
      ["rules", "tenant"],
    ]);
  });
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
      or([is("title", "a title"), and([is("organization_id"), exists(select([table("rules")], ownRule))])]),
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
