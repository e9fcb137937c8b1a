/**
 * The model and the story of docs/add-a-library.md are those that the engine has, what the page names is there, and docs/libraries.md
 * tells of every library there is.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { libraries } from "../../core/src/libraries/index.js";

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
    const named = [
      ...page.matchAll(/`((?:libraries|trace|tenancy|constraint|raw-sql|queues|keyed)\/[\w./-]+)`/g),
    ].map(([, path]) => path!);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(`${repository}/packages/core/src/${path}`))).toEqual([]);
  });
});

describe("docs/libraries.md", () => {
  const list = file("docs/libraries.md").toLowerCase();

  // One that has no package of its own is handed its clients by another.
  const named = libraries.filter(({ packages }) => packages.length > 0);
  it.each(named.map(({ name, packages }) => ({ name, packages })))("tells of $name", ({ packages }) => {
    expect(packages.some((one) => new RegExp(`(?<![\\w/-])${one}(?![\\w/-])`).test(list))).toBe(true);
  });
});
