import { schemaInLines } from "@tenant-audit/testing";
import { describe, expect, test } from "vitest";
import { noConfiguration, parseConfiguration } from "./config.js";
import { inferTenancy } from "./infer/infer.js";
import { configurationText, suggestionsFor } from "./suggest.js";

const schemaFile = "./node_modules/schema.json";
const textFor = (text: string) =>
  configurationText(suggestionsFor(inferTenancy([schemaInLines(text)]).tenancy), schemaFile);

const certain = `
  organizations: id, name
  invoices: id, organization_id -> organizations
  lines: id, invoice_id -> invoices
  countries: id, name
`;

const doubtful = `
  organizations: id, name
  invoices: id, organization_id -> organizations
  notes: id, invoice_id? -> invoices
  events: id, subject_id, subject_type
`;

describe("a first configuration", () => {
  test("says nothing about what the schemas say", () => {
    expect(textFor(certain)).toBe(`{
  "$schema": "./node_modules/schema.json",

  // What tenant-audit cannot learn from the repository itself; what it can needs no line.
  // \`tenant-audit tables\` shows the model, \`tenant-audit explain <table>\` where it comes from.
  // Nothing has to be said here: the schemas say it all.

  "tables": {}
}
`);
  });

  test("asks where a person should look, in lines that change nothing", () => {
    const text = textFor(doubtful);
    expect(text).toContain(`
  "tables": {
    // Classes: "root", "tenant", "child", "global". A tenant table has
    // a "key", a child has a "parent", global rows belong to nobody, or to everybody.

    // It has no tenant key of its own; "invoice_id" is a foreign key to "invoices", though it may be
    // null.
    // If that is right:
    // "notes": { "class": "child", "parent": { "table": "invoices", "column": "invoice_id" } },
    // If its rows belong to nobody, or to everybody:
    // "notes": { "class": "global" },

    // "subject_id" may be the id of a row in any table.
    // If its rows belong to nobody, or to everybody:
    // "events": { "class": "global" },
  }
}
`);
    expect(text).not.toContain('"invoices": {');
    expect(parseConfiguration(text, noConfiguration.file)).toEqual({
      configuration: noConfiguration,
      errors: [],
    });
  });

  test("is valid with its suggestions taken as well", () => {
    const taken = textFor(doubtful).replace(
      /^( *)\/\/ (?="notes": \{ "class": "child"|"events": \{)/gm,
      "$1",
    );
    const { configuration, errors } = parseConfiguration(taken, noConfiguration.file);
    expect(errors).toEqual([]);
    expect(Object.keys(configuration.tables)).toEqual(["notes", "events"]);
    expect(inferTenancy([schemaInLines(doubtful)], configuration).errors).toEqual([]);
  });

  test("names all levels when one is doubtful, because those given are all there are", () => {
    const text = textFor("invoices: id, tenant_id\n lines: id, invoice_id, tenant_id");
    expect(text).toContain('  // "levels": {\n  //   "tenant": { "columns": ["tenant_id"] },\n  // },\n');
  });

  test("shows how tenants are named where none were found", () => {
    const text = textFor("countries: id, name\n cities: id, name");
    expect(text).toContain("No table here looks like a table of tenants.");
    expect(text).not.toContain('"countries"');
  });
});

test("no name ends the comment it stands in", () => {
  const source = schemaInLines(doubtful);
  const evil = 'events\n"failOn": "never", //\u2028\u202e';
  const tables = source.tables.map((table) => (table.name === "events" ? { ...table, name: evil } : table));
  const { tenancy } = inferTenancy([{ ...source, tables }]);
  const text = configurationText(suggestionsFor(tenancy), schemaFile);
  expect(parseConfiguration(text, noConfiguration.file)).toEqual({
    configuration: noConfiguration,
    errors: [],
  });
  expect(text).not.toMatch(/[\u2028\u202e]/u);
  const taken = text.replace(/^( *)\/\/ (?="events)/gm, "$1");
  expect(Object.keys(parseConfiguration(taken, noConfiguration.file).configuration.tables)).toEqual([evil]);
});
