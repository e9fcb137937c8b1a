import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { newCheck } from "../scripts/new-check.js";
import { wantsIn } from "./want.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const table = "packages/core/src/judge/rules.ts";

/** The repository as it is, with what is written kept in memory. */
function files(): {
  written: Map<string, string>;
  read(file: string): string | null;
  write(file: string, text: string): void;
} {
  const written = new Map<string, string>();
  return {
    written,
    read(file) {
      try {
        return written.get(file) ?? readFileSync(`${repository}/${file}`, "utf8");
      } catch {
        return null;
      }
    },
    write: (file, text) => void written.set(file, text),
  };
}

describe("npm run new-check", () => {
  it("makes the entry, the page with its line in the list, the fixture and the line in the changelog", () => {
    const { written, ...repository } = files();
    newCheck("no-forgotten-tenant", repository);
    expect([...written.keys()]).toEqual([
      table,
      "docs/rules/no-forgotten-tenant.md",
      "docs/rules/README.md",
      "fixtures/kysely/no-forgotten-tenant.ts",
      "CHANGELOG.md",
    ]);
    expect(written.get(table)).toContain('  "no-forgotten-tenant": {\n    fault: "TODO');
    expect(written.get("docs/rules/README.md")).toContain(
      "\n| [no-forgotten-tenant](no-forgotten-tenant.md) | TODO",
    );
    expect(written.get("CHANGELOG.md")).toMatch(
      /^- `no-unscoped-query`.*\n(?:- .*\n)*- `no-forgotten-tenant`: TODO\.$/m,
    );
  });

  it("makes a page with the headings that every page has", () => {
    const { written, ...repository } = files();
    newCheck("no-forgotten-tenant", repository);
    const headings = (page: string | null | undefined) => page?.match(/^##+ .*$/gm);
    expect(headings(written.get("docs/rules/no-forgotten-tenant.md"))).toEqual(
      headings(repository.read("docs/rules/no-unscoped-query.md")),
    );
  });

  it("makes a fixture that wants the new rule, which nothing can meet yet", () => {
    const { written, ...repository } = files();
    newCheck("no-forgotten-tenant", repository);
    const [want] = wantsIn("a.ts", written.get("fixtures/kysely/no-forgotten-tenant.ts")!);
    expect(want?.expected).toEqual({ kind: "finding", rule: "no-forgotten-tenant", grade: null });
  });

  it("makes a second one beside the first, and none twice", () => {
    const repository = files();
    newCheck("no-forgotten-tenant", repository);
    newCheck("no-second-tenant", repository);
    expect(repository.written.get(table)).toContain("no-second-tenant");
    expect(() => newCheck("no-forgotten-tenant", repository)).toThrow("is there already");
    expect(() => newCheck("no-unscoped-query", repository)).toThrow("is there already");
  });

  it.each([undefined, "unscopedQuery", "check-tenant", "no-"])("refuses %s as a name", (name) => {
    expect(() => newCheck(name, files())).toThrow("named for the fault");
  });
});
