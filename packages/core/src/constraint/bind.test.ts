import { describe, expect, it } from "vitest";
import { bind } from "./bind.js";
import { always, and, never, not, or, sometimes, type Predicate } from "./predicate.js";
import {
  derived,
  exists,
  is,
  isIn,
  isNull,
  select,
  shop,
  statusesOf,
  story,
  table,
  unknown,
} from "./testing/shop.js";

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
  story("no rows where a key is never null", select([table("alerts")], isNull("organization_id")), {
    alerts: "nobody",
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
  const title = is("title", "a title");
  const alerts = [table("alerts")];
  story("a conjunct is enough", select(alerts, and([title, org])), { alerts: "tenant" });
  story("one arm of an OR is not", select(alerts, or([org, title])), { alerts: "none" });
  story("an arm that asks for the same value in another column", select(alerts, or([org, is("title")])), {
    alerts: "reference",
  });
  story("an arm that asks for that value or another", select(alerts, or([org, is("title"), title])), {
    alerts: "none",
  });
  story(
    "the same value where the key is compared with another",
    select(alerts, or([is("organization_id", "b"), is("title")])),
    {
      alerts: "none",
    },
  );
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
