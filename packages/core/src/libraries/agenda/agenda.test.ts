// Faults and their innocent neighbours are in fixtures/queues; here is how Agenda is recognised.
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

/** `add exports unscoped`, for every path of a job. */
function pathsIn(source: string): readonly string[] {
  return analyzed(source)
    .paths.filter((path) => path.kind !== "query")
    .map((path) => [path.operation, ...path.resources, path.verdict].join(" "));
}

const adding = 'export const add = (invoiceId: string) => agenda.now("exports", { invoiceId });';

test.each([
  ["a named import", 'import { Agenda } from "agenda"; const agenda = new Agenda();'],
  ["a default import", 'import Agenda from "agenda"; const agenda = new Agenda().processEvery("1 minute");'],
  ["a call of require", 'const Agenda = require("agenda"); const agenda = new Agenda();'],
  ["a declared type", 'import type { Agenda } from "agenda"; declare const agenda: Agenda;'],
])("by %s", (_, imports) => {
  expect(pathsIn(`${imports} ${adding}`)).toEqual(["add exports unscoped"]);
});

test.each([
  ["the project's own", "const agenda = { now: (name: string, data: object) => [name, data] };"],
  ["somebody else's", 'import { Agenda } from "elsewhere"; const agenda = new Agenda();'],
])("%s is none", (_, imports) => {
  expect(pathsIn(`${imports} ${adding}`)).toEqual([]);
});
