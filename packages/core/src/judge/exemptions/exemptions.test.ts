import type { Report } from "@tenant-audit/core";
import { analyzed } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";
import type { PlacedComment } from "../../link/comments.js";
import type { Tenancy } from "../../tenancy/tenancy.js";
import type { JudgedPath } from "../judge.js";
import type { ResourceVerdict } from "../verdict.js";
import { withExemptions } from "./exemptions.js";
import type { Reach } from "./reach.js";

describe("an exemption in a program", () => {
  it("is told with its path, and takes the findings away", () => {
    const report = analyzed(`
import { db } from "./database.js";
export function list() {
  // tenant-audit: reviewed invoices until 2026-11-01 -- looked at by two of us
  return db.selectFrom("invoices").selectAll().execute();
}`);
    expect(report.findings).toEqual([]);
    expect(report.paths.map(({ verdict, exemption }) => ({ verdict, exemption }))).toEqual([
      {
        verdict: "exempt",
        exemption: {
          kind: "reviewed",
          reason: "looked at by two of us",
          until: "2026-11-01",
          file: "main.ts",
          line: 4,
        },
      },
    ]);
  });

  it("vouches for what it names alone, and is told all the same", () => {
    const [path] = analyzed(`
import { db } from "./database.js";
export function list() {
  // tenant-audit: reviewed invoices -- looked at
  return db.selectFrom("invoices").innerJoin("customers", "customers.name", "invoices.id").selectAll().execute();
}`).paths;
    expect(path).toMatchObject({ verdict: "unscoped", exemption: { kind: "reviewed" } });
  });

  it("covers what is cached by the tables it is from", () => {
    const report = (tables: string): Report =>
      analyzed(`
import Redis from "ioredis";
import { db } from "./database.js";
const redis = new Redis();
export async function keep() {
  // tenant-audit: reviewed -- looked at
  const rows = await db.selectFrom("invoices").selectAll().execute();
  // tenant-audit: public ${tables} -- shown to everybody
  await redis.set("invoices", JSON.stringify(rows));
}`);
    const verdictOf = ({ paths }: Report) => paths.find(({ kind }) => kind === "cache")?.verdict;
    expect(verdictOf(report(""))).toBe("exempt");
    expect(verdictOf(report("invoices"))).toBe("exempt");
    expect(verdictOf(report("customers"))).toBe("unscoped");
  });

  it("keeps its fingerprint when it moves", () => {
    const fingerprints = (before: string) =>
      analyzed(`
import { db } from "./database.js";
${before}
export function list() {
  // tenant-audit: reviewed
  // tenant-audit: reviewed
  return db.selectFrom("countries").selectAll().execute();
}`).findings.map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints("")).size).toBe(2);
    expect(fingerprints("\n\nexport const more = 1;")).toEqual(fingerprints(""));
  });

  it("says nothing about need where a path is unclear", () => {
    const { findings, paths } = analyzed(`
import { sql } from "kysely";
import { db } from "./database.js";
export function list(query: string) {
  // tenant-audit: reviewed invoices -- looked at
  return sql.raw(query).execute(db);
}`);
    expect(paths.map(({ verdict }) => verdict)).toEqual(["unclear"]);
    expect(findings).toEqual([]);
  });
});

describe("an exemption and the requests that reach it", () => {
  const guarded = { name: "GET /admin/invoices", isAdmin: true };
  const open = { name: "GET /invoices", isAdmin: false };

  it.each([
    ["platform-admin", "unknown", null],
    ["platform-admin", "none", []],
    ["platform-admin", "an administrator's", [guarded]],
    ["background-sweep", "none", []],
    ["public", "anybody's", [open]],
    ["reviewed", "anybody's", [open]],
  ])("%s stands when they are %s", (kind, _, requests) => {
    expect(judgedWith(kind, requests)).toEqual({ verdict: "exempt", faults: [] });
  });

  it("is not held against them by what one file shows", () => {
    expect(judgedWith("platform-admin", [open], "file")).toEqual({ verdict: "exempt", faults: [] });
  });

  it.each([
    ["platform-admin", "anybody's", [guarded, open], ["GET /invoices"]],
    ["background-sweep", "an administrator's", [guarded], ["GET /admin/invoices"]],
    ["background-sweep", "anybody's", [open], ["GET /invoices"]],
  ])("%s is contradicted, and vouches for nothing, when they are %s", (kind, _, requests, named) => {
    expect(judgedWith(kind, requests)).toEqual({
      verdict: "unscoped",
      faults: [{ kind: "contradicted", by: kind, requests: named }],
    });
  });
});

function judgedWith(kind: string, requests: Reach["requests"] | null, sees: "project" | "file" = "project") {
  const { paths, faults } = withExemptions([unscoped], [exemption(kind)], {
    tenancy,
    asOf: "2026-11-01",
    sees,
    reachedBy: () => requests && { requests, others: [], isClosed: true },
  });
  return { verdict: paths[0]!.verdict, faults: faults.map(({ data }) => data) };
}

const statement = { start: 30, end: 60 };

function exemption(kind: string): PlacedComment {
  return {
    text: `tenant-audit: ${kind} -- because`,
    site: { file: "a.ts", start: 0, end: 29 },
    line: 1,
    above: { kind: "statement", span: statement },
  };
}

const place = { file: "a.ts", ...statement };

const invoices: ResourceVerdict = {
  resource: "invoices",
  verdict: "unscoped",
  constraint: null,
  unclear: null,
  fault: null,
};

const unscoped: JudgedPath = {
  root: {
    site: place,
    call: place,
    kind: "query",
    library: "kysely",
    operation: "read",
    tables: ["invoices"],
    isOnPool: false,
    isRecognized: false,
    repair: null,
  },
  resources: [invoices],
  verdict: "unscoped",
  exemption: null,
};

const tenancy: Tenancy = { levels: [], users: null, tables: [], dialects: [], problems: [] };
