import { readFileSync } from "node:fs";
import { exampleReport } from "@tenant-audit/testing";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import {
  type ConstraintKind,
  type Operation,
  type Origin,
  type PathKind,
  type Proof,
  type Report,
  type ReportedTable,
  gradesWorstFirst,
  verdictsWorstFirst,
} from "./contract.js";
import { jsonReport } from "./json.js";

const schema = JSON.parse(
  readFileSync(new URL("../../schema/report.schema.json", import.meta.url), "utf8"),
) as {
  definitions: Record<string, { enum: string[]; properties: Record<string, { enum: string[] }> }>;
};

/** The published schema lets later versions add properties; here, one that it does not name is a mistake. */
function strict(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(strict);
  if (typeof part !== "object" || part === null) return part;
  const inner = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, strict(value)]));
  return "properties" in inner && inner["type"] === "object"
    ? { ...inner, additionalProperties: false }
    : inner;
}

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });

describe("the JSON report", () => {
  it("is what the published schema says, and nothing more", () => {
    const validate = ajv.compile(strict(schema) as object);
    validate(JSON.parse(jsonReport(exampleReport)));
    expect(validate.errors).toBeNull();
  });

  it("may gain properties under the published schema", () => {
    const validate = ajv.compile(schema);
    expect(validate({ ...exampleReport, cost: { seconds: 1 } })).toBe(true);
  });

  it("is the whole report", () => {
    expect(JSON.parse(jsonReport(exampleReport))).toEqual(exampleReport);
  });

  it("has its keys in one order, whoever made the report", () => {
    const backwards = (part: unknown): unknown =>
      Array.isArray(part)
        ? part.map(backwards)
        : typeof part === "object" && part !== null
          ? Object.fromEntries(
              Object.entries(part)
                .reverse()
                .map(([key, value]) => [key, backwards(value)]),
            )
          : part;
    expect(jsonReport(backwards(exampleReport) as Report)).toBe(jsonReport(exampleReport));
    expect(Object.keys(JSON.parse(jsonReport(exampleReport)) as object)).toEqual([
      "schemaVersion",
      "tool",
      "project",
      "tenancy",
      "paths",
      "findings",
      "summary",
    ]);
  });

  it("sends nothing to the terminal that could command it", () => {
    const [path] = exampleReport.paths;
    const report = { ...exampleReport, paths: [{ ...path!, function: "a\u001b[2Jb\u009bc\u202ed" }] };
    expect(jsonReport(report)).toMatch(/^[\x20-\x7e\n]*$/);
  });
});

describe("the schema's closed lists are those of the contract", () => {
  const list = <Key extends string>(members: Record<Key, true>): string[] => Object.keys(members).sort();
  const published = (name: string): string[] => [...schema.definitions[name]!.enum].sort();

  it("for verdicts and grades", () => {
    expect(published("verdict")).toEqual([...verdictsWorstFirst].sort());
    expect(published("grade")).toEqual([...gradesWorstFirst].sort());
  });

  it("for kinds of paths and operations", () => {
    const kinds = list<PathKind>({
      query: true,
      cache: true,
      "job-producer": true,
      "job-consumer": true,
      storage: true,
      call: true,
    });
    const operations = list<Operation>({
      read: true,
      insert: true,
      update: true,
      delete: true,
      upsert: true,
      raw: true,
      get: true,
      set: true,
      add: true,
      consume: true,
      put: true,
      call: true,
    });
    expect(published("pathKind")).toEqual(kinds);
    expect(published("operation")).toEqual(operations);
  });

  it("for constraints, origins and proofs", () => {
    const kinds = list<ConstraintKind>({
      predicate: true,
      values: true,
      join: true,
      owner: true,
      secret: true,
      row: true,
      reference: true,
      client: true,
      "row-security": true,
      schema: true,
      database: true,
      key: true,
      payload: true,
      addressee: true,
    });
    const origins = list<Origin>({
      principal: true,
      request: true,
      row: true,
      job: true,
      constant: true,
      parameter: true,
      unknown: true,
    });
    const proofs = list<Proof>({
      principal: true,
      "scoped-row": true,
      verifier: true,
      comparison: true,
      middleware: true,
      producers: true,
      secret: true,
      given: true,
      none: true,
    });
    expect(published("constraintKind")).toEqual(kinds);
    expect(published("origin")).toEqual(origins);
    expect(published("proof")).toEqual(proofs);
  });

  it("for classes of tables", () => {
    const classes = list<ReportedTable["class"]>({
      tenant: true,
      child: true,
      root: true,
      global: true,
      unclassified: true,
    });
    expect([...schema.definitions["table"]!.properties["class"]!.enum].sort()).toEqual(classes);
  });
});
