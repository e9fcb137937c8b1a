/**
 * `get`, `set`, `add`, `delete`, `find`, `with`: everybody's words. None of the calls in fixtures/look-alikes reaches data of a
 * tenant, although each library that could be meant is installed there, so a scan has no path in those files at all.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { fixtureDirectories, readFixture } from "./fixture.js";
import { lintFixture } from "./lint-fixture.js";
import { scanFixture } from "./scan-fixture.js";

const everybodysWords = new Set(
  "get getAll set add append delete deleteProperty remove deleteRow insertRow insertCell insertAdjacentHTML with find findLast filter some values all use where select update merge union create request replaceState item emit once querySelector querySelectorAll has map includes save findOne findAll destroy put upload send getObject addBulk process publish subscribe del keys".split(
    " ",
  ),
);

it("fifty look-alikes are no paths", async () => {
  const fixture = readFixture(fixtureDirectories().find((one) => path.basename(one) === "look-alikes")!);
  const sources = fixture.sources.filter(({ file }) => file !== "database.ts" && file.endsWith(".ts"));
  const calls = sources.flatMap(({ file }) =>
    callsOfEverybody(readFileSync(path.join(fixture.directory, file), "utf8")),
  );
  const report = await scanFixture(fixture.directory);

  expect(calls.length).toBeGreaterThanOrEqual(50);
  expect(report.paths.filter(({ file }) => file !== "database.ts")).toEqual([]);
  expect(report.findings).toEqual([]);
  for (const configuration of ["recommended", "project"] as const)
    expect(lintFixture(fixture, configuration)).toEqual([]);
});

function callsOfEverybody(text: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { text: name } = node.expression.name;
      if (everybodysWords.has(name)) found.push(name);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("look-alikes.ts", text, ts.ScriptTarget.Latest));
  return found;
}
