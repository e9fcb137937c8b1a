import { expect, it } from "vitest";
import { bind } from "./bind.js";
import { always, and, not, type Known, type Predicate } from "./predicate.js";
import { withoutRuledOut } from "./ruled-out.js";
import { is, select, shop, statusesOf, table } from "./testing/shop.js";

const known = (name: string): Known => new Map([[name, null]]);
const isPreview = (given: Known): boolean => given.has("preview");

/** The organization where it is live, everything in a preview. */
const optional: Predicate = {
  kind: "choice",
  arms: [is("organization_id"), always],
  reason: "isPreview",
  given: [known("live"), known("preview")],
};

function statusIn(where: Predicate): unknown {
  return statusesOf(bind(withoutRuledOut(select([table("alerts")], where), isPreview), shop));
}

it("leaves one arm where what is known rules the others out, however deep it stands", () => {
  expect(statusIn(optional)).toEqual({ alerts: "tenant" });
  expect(statusIn(and([is("title"), not(not(optional))]))).toEqual({ alerts: "tenant" });
});

it("keeps the arms of which nothing is known, and all where each is ruled out", () => {
  const { given: _, ...untold } = optional as Predicate & { kind: "choice" };
  expect(statusIn(untold)).toEqual({ alerts: "none" });
  expect(statusIn({ ...untold, given: [known("preview"), known("preview")] })).toEqual({ alerts: "none" });
});

it("looks into sub-queries", () => {
  const inner = select([table("rules")], optional);
  const where: Predicate = {
    kind: "inQuery",
    column: { table: "alerts", name: "rule_id" },
    query: inner,
    output: { table: "rules", name: "id" },
  };
  expect(statusIn(where)).toMatchObject({ rules: "tenant" });
});

it("gives back the statement itself where nothing is ruled out", () => {
  const selection = select([table("alerts")], optional);
  expect(withoutRuledOut(selection, () => false)).toBe(selection);
});
