/** The model and the story of docs/add-a-library.md are those that the engine has, and what the page names is there. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const page = readFileSync(`${repository}/docs/add-a-library.md`, "utf8");

const fence = (opening: string): string =>
  new RegExp(`^\`\`\`${opening}\n([^]*?)^\`\`\`$`, "m").exec(page)![1]!;
const file = (path: string): string => readFileSync(`${repository}/${path}`, "utf8");

describe("docs/add-a-library.md", () => {
  it("shows the model as it is", () => {
    expect(fence("ts model")).toBe(file("packages/core/src/libraries/massive/index.ts"));
  });

  it("shows the story as it is", () => {
    expect(fence("ts story")).toBe(file("fixtures/massive/criteria.ts"));
  });

  it("names files that are there", () => {
    const named = [...page.matchAll(/`((?:libraries|trace|tenancy|constraint|raw-sql)\/[\w./-]+)`/g)].map(
      ([, path]) => path!,
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(`${repository}/packages/core/src/${path}`))).toEqual([]);
  });
});
