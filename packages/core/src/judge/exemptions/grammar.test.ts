import { describe, expect, it } from "vitest";
import { isDate } from "./date.js";
import { readExemption } from "./grammar.js";

const exemption = (text: string) => {
  const read = readExemption(text);
  return read?.kind === "exemption" ? read.exemption : read;
};
const fault = (text: string) => {
  const read = readExemption(text);
  return read?.kind === "fault" ? read.fault : read;
};

describe("an exemption", () => {
  it("has a kind and a reason", () => {
    expect(exemption("tenant-audit: public -- the status page")).toEqual({
      kind: "public",
      tables: [],
      until: null,
      reason: "the status page",
    });
  });

  it("may name tables and a last day", () => {
    const text =
      "tenant-audit: reviewed invoices,billing.lines , InvoiceLine until 2027-01-31 -- by the team";
    expect(exemption(text)).toEqual({
      kind: "reviewed",
      tables: ["invoices", "billing.lines", "InvoiceLine"],
      until: "2027-01-31",
      reason: "by the team",
    });
  });

  it("may go over the lines of a block comment", () => {
    const text = "* tenant-audit: platform-admin\r\n *   -- counts invoices\n   * for the dashboard";
    expect(exemption(text)).toMatchObject({
      kind: "platform-admin",
      reason: "counts invoices for the dashboard",
    });
  });

  it.each([
    ["dashes", "tenant-audit: script -- run by hand -- twice a year", "run by hand -- twice a year"],
    ["more dashes before it", "tenant-audit: script --- run by hand", "run by hand"],
    ["the words of the grammar", "tenant-audit: script -- reviewed until 2027", "reviewed until 2027"],
  ])("may have %s in its reason", (_, text, reason) => {
    expect(exemption(text)).toMatchObject({ tables: [], until: null, reason });
  });

  it.each([
    ["a comment to ESLint", "eslint-disable-next-line tenant-isolation/no-unscoped-query -- counts all"],
    ["prose that mentions one", "instead of tenant-audit: reviewed"],
  ])("is not %s", (_, text) => {
    expect(readExemption(text)).toBeNull();
  });
});

describe("an exemption that can't be read", () => {
  it.each([
    ["has no kind", "tenant-audit:", { kind: "no-kind" }],
    ["has a reason alone", "tenant-audit: -- for the dashboard", { kind: "no-kind" }],
    [
      "has a kind that is nearly one",
      "tenant-audit: platform-admn -- for the dashboard",
      { kind: "unknown-kind", written: "platform-admn", nearest: "platform-admin" },
    ],
    [
      "has a kind that is like none",
      "tenant-audit: because -- for the dashboard",
      { kind: "unknown-kind", written: "because", nearest: null },
    ],
    ["has no reason", "tenant-audit: public invoices", { kind: "no-reason", of: "public" }],
    ["has nothing after the dashes", "tenant-audit: public --", { kind: "no-reason", of: "public" }],
    ["has a reason without words", "tenant-audit: public -- ...", { kind: "no-reason", of: "public" }],
    [
      "has a reason that dashes do not begin",
      "tenant-audit: public - open",
      { kind: "no-reason", of: "public" },
    ],
    [
      "has tables without commas",
      "tenant-audit: public counts the invoices -- open",
      { kind: "no-tables", of: "public", written: "counts the invoices" },
    ],
    [
      "has a comma too many",
      "tenant-audit: public a,,b -- open",
      { kind: "no-tables", of: "public", written: "a,,b" },
    ],
    ["has no day", "tenant-audit: reviewed until -- open", { kind: "no-date", written: "" }],
    [
      "has a day that is none",
      "tenant-audit: reviewed until 2027-02-30 -- open",
      { kind: "no-date", written: "2027-02-30" },
    ],
    [
      "has something behind the day",
      "tenant-audit: reviewed until 2027-01-31 invoices -- open",
      { kind: "no-date", written: "2027-01-31 invoices" },
    ],
  ])("%s", (_, text, wanted) => {
    expect(fault(text)).toEqual(wanted);
  });
});

it("a day is one of the calendar", () => {
  expect(["2027-01-31", "2028-02-29"].filter(isDate)).toHaveLength(2);
  expect(
    ["2027-02-29", "2027-13-01", "2027-1-31", "27-01-31", "2027-01-31T00:00", "today", ""].filter(isDate),
  ).toEqual([]);
});
