import { describe, expect, it } from "vitest";
import { wantsIn } from "./want.js";

const one = (comment: string) => wantsIn("a.ts", `read(); // ${comment}`)[0];

describe("a want comment", () => {
  it("names a rule, and may name a grade and words of the message", () => {
    expect(one("want no-unscoped-query")).toEqual({
      file: "a.ts",
      line: 1,
      expected: { kind: "finding", rule: "no-unscoped-query", grade: null },
      text: null,
      of: "both",
    });
    expect(one('want no-unscoped-query weak: by "id" alone')).toMatchObject({
      expected: { rule: "no-unscoped-query", grade: "weak" },
      text: 'by "id" alone',
    });
  });

  it("may name a verdict instead", () => {
    expect(one("want unclear: raw SQL")).toMatchObject({
      expected: { kind: "verdict", verdict: "unclear" },
      text: "raw SQL",
    });
  });

  it("may be one of several on a line", () => {
    const wants = wantsIn(
      "a.ts",
      "join(); // want no-unscoped-query: invoices; want no-unscoped-query: customers",
    );
    expect(wants.map(({ text }) => text)).toEqual(["invoices", "customers"]);
  });

  it("of a scan alone has to say why", () => {
    expect(one("want(scan) no-unscoped-query -- the helper stands in another file")).toMatchObject({
      of: "scan",
      text: null,
    });
    expect(() => one("want(scan) no-unscoped-query: invoices")).toThrow("why the plugin does not report it");
  });

  it("of the editor alone has to say why, too", () => {
    expect(one("want(editor) no-unscoped-query weak -- a scan follows the id")).toMatchObject({
      of: "editor",
      expected: { rule: "no-unscoped-query", grade: "weak" },
    });
    expect(() => one("want(editor) no-unscoped-query")).toThrow("why a scan does not report it");
  });

  it("is of a scan where the rule is", () => {
    expect(one("want no-untrusted-tenant: from the body")).toMatchObject({ of: "scan" });
  });

  it("counts lines from 1 and leaves other comments alone", () => {
    expect(wantsIn("a.ts", "// we want more\n\nread(); // want no-optional-tenant")).toMatchObject([
      { line: 3 },
    ]);
    expect(wantsIn("a.ts", "// wanted: a plumber")).toEqual([]);
  });

  it("is refused when it cannot be read, with the place", () => {
    expect(() => one("want unscoped-query")).toThrow(
      'a.ts:1: "want unscoped-query" names neither a rule nor a verdict',
    );
    expect(() => one("want no-unscoped-query awful")).toThrow("names no grade");
    expect(() => one("want")).toThrow("is no expectation");
  });
});
