/** Migrations in the editor: a project has hundreds, and one of them changes at a time. */
import type { SqlParser } from "@tenant-audit/core";
import { temporaryProject } from "@tenant-audit/testing";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { modelOf } from "./model.js";

const parsed = vi.hoisted((): string[] => []);

vi.mock("@tenant-audit/sql", () => {
  const parse = (text: string): { ok: true; statements: [] } => {
    parsed.push(text);
    return { ok: true, statements: [] };
  };
  return { sqlParser: { postgres: parse, other: parse } satisfies SqlParser };
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("of three hundred, the one that changed is read again and no other", () => {
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [
      `migrations/${index}.sql`,
      `CREATE TABLE t${index} (id int);`,
    ]),
  );
  const project = temporaryProject({ "package.json": "{}", ...files });
  modelOf(project.directory, null);
  expect(new Set(parsed).size).toBe(300);
  parsed.length = 0;
  project.write("migrations/7.sql", "CREATE TABLE other (id int, name text)");
  vi.advanceTimersByTime(1100);
  // An editor asks with every key, and each time some of the files are looked at.
  for (let asked = 0; asked < 300 && parsed.length === 0; asked += 1) modelOf(project.directory, null);
  expect(new Set(parsed)).toEqual(new Set(["CREATE TABLE other (id int, name text)"]));
});

it("asks nothing of a grammar where there is no SQL", () => {
  parsed.length = 0;
  modelOf(temporaryProject({ "package.json": "{}", "src/a.ts": "" }).directory, null);
  expect(parsed).toEqual([]);
});
