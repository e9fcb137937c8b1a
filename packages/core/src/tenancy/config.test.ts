import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import {
  type Configuration,
  configurableClasses,
  configurationShape,
  grades,
  noConfiguration,
  parseConfiguration,
  placeOfOption,
} from "./config.js";
import { functionsShape } from "./config-functions.js";

const file = "tenant-audit.config.json";
const messagesOf = (text: string) => parseConfiguration(text, file).errors.map(({ message }) => message);

describe("a configuration", () => {
  test("may leave out everything", () => {
    expect(parseConfiguration("{}", file)).toEqual({ configuration: noConfiguration, errors: [] });
  });

  test("may have comments, trailing commas and a byte-order mark", () => {
    const { configuration, errors } = parseConfiguration(
      `\uFEFF{
        "$schema": "./node_modules/tenant-audit/schema.json",
        // Organizations live in the identity service.
        "levels": { "organization": { "columns": ["org_id"] } },
        "users": { "table": "accounts" },
        "tables": {
          "invoices": { "key": "org_id" }, /* the tenant, not the payer */
          "lines": { "class": "child", "parent": { "table": "invoices", "column": "invoice" } },
        },
        "failOn": "leak",
      }`,
      file,
    );
    expect(errors).toEqual([]);
    expect(configuration).toEqual({
      ...noConfiguration,
      levels: { organization: { table: null, columns: ["org_id"] } },
      users: { table: "accounts", columns: [] },
      tables: {
        invoices: { class: null, key: ["org_id"], parent: null },
        lines: { class: "child", key: null, parent: { table: "invoices", column: "invoice" } },
      },
      failOn: "leak",
      places: expect.any(Object) as Configuration["places"],
    } satisfies Configuration);
  });
});

describe("an error says what, where and what to do", () => {
  test("an option that is none", () => {
    expect(messagesOf('{\n  "failon": "leak"\n}')).toEqual([
      `${file}:2:3: failon is no option. Did you mean "failOn"?\nOptions: levels, users, tables, functions, skip, failOn, include, exclude, tests.`,
    ]);
    expect(messagesOf('{ "tables": { "invoices": { "keys": ["org_id"] } } }')).toEqual([
      `${file}:1:29: tables.invoices.keys is no option. Did you mean "key"?\nOptions of tables.invoices: class, key, parent.`,
    ]);
  });

  test("a value that is not among the allowed ones", () => {
    expect(messagesOf('{ "failOn": "waek" }')).toEqual([
      `${file}:1:13: failOn is "waek". Allowed: "leak", "weak", "integrity", "hygiene". Did you mean "weak"?`,
    ]);
    expect(messagesOf('{ "tables": { "t": { "class": 3 } } }')).toEqual([
      `${file}:1:31: tables.t.class is 3. Allowed: "root", "tenant", "child", "global".`,
    ]);
  });

  test("a value of the wrong sort", () => {
    expect(
      messagesOf(
        '{ "skip": "src/**", "levels": [], "tables": { "t": { "key": { }, "parent": { "table": "" } } } }',
      ),
    ).toEqual([
      `${file}:1:11: skip must be a list like ["…"], but it is "src/**".`,
      `${file}:1:31: levels must be an object like { … }, but it is a list.`,
      `${file}:1:61: tables.t.key must be a text in quotes or a list of such, but it is an object.`,
      `${file}:1:87: tables.t.parent.table must not be empty.`,
      `${file}:1:76: tables.t.parent needs "column".`,
    ]);
    expect(messagesOf("[]")).toEqual([
      `${file}:1:1: The configuration must be an object like { … }, but it is a list.`,
    ]);
    expect(messagesOf('{ "include": [] }')).toEqual([
      `${file}:1:14: include must not be an empty list. Leave the option out instead.`,
    ]);
  });

  test("an entry that stands there twice", () => {
    expect(messagesOf('{ "skip": [],\n "skip": ["a"] }')).toEqual([
      `${file}:2:2: skip stands here twice. Keep one of the two.`,
    ]);
  });

  test("text that is no JSON", () => {
    expect(messagesOf('{ "skip": ["a" "b"] }')).toEqual([`${file}:1:16: a comma is expected here.`]);
    expect(messagesOf("{ skip: [] }")[0]).toContain(`${file}:1:3: `);
    expect(messagesOf("")).toEqual([`${file}: is empty. Write {} for a configuration that changes nothing.`]);
    expect(messagesOf("{")).toHaveLength(1);
  });

  test("brackets without end", () => {
    expect(messagesOf("[".repeat(200_000))).toHaveLength(1);
  });

  test("names that objects have by birth are no options, and harmless as tables", () => {
    expect(messagesOf('{ "constructor": {} }')[0]).toContain("constructor is no option.");
    expect(parseConfiguration('{ "tables": { "toString": { "class": "global" } } }', file).errors).toEqual(
      [],
    );
  });
});

describe("the place of what it says", () => {
  const { configuration } = parseConfiguration(
    '{\n  "tables": {\n    "billing.users": { "class": "global" },\n    "odd name": { "key": ["a"] }\n  }\n}',
    file,
  );

  test("is the name before the value", () => {
    expect(placeOfOption(configuration, "tables.billing.users")).toBe(`${file}:3:5`);
    expect(placeOfOption(configuration, "tables.billing.users.class")).toBe(`${file}:3:24`);
    expect(placeOfOption(configuration, 'tables."odd name".key[0]')).toBe(`${file}:4:27`);
  });

  test("is that of the nearest thing above, where it says nothing itself", () => {
    expect(placeOfOption(configuration, "tables.billing.users.parent.column")).toBe(`${file}:3:5`);
    expect(placeOfOption(configuration, "levels.organization")).toBe(file);
  });
});

describe("the published schema", () => {
  const schema = JSON.parse(
    readFileSync(new URL("../../schema/tenant-audit.config.schema.json", import.meta.url), "utf8"),
  );

  test("has every option, and no other", () => {
    const entry = schema.properties.tables.additionalProperties;
    expect(Object.keys(schema.properties)).toEqual(Object.keys(configurationShape.options));
    expect(
      Object.keys(schema.properties)
        .filter((name) => name !== "$schema")
        .sort(),
    ).toEqual(
      Object.keys(noConfiguration)
        .filter((name) => name !== "file" && name !== "places")
        .sort(),
    );
    expect(Object.keys(schema.properties.levels.additionalProperties.properties)).toEqual([
      "table",
      "columns",
    ]);
    expect(Object.keys(schema.properties.users.properties)).toEqual(["table", "columns"]);
    expect(Object.keys(entry.properties)).toEqual(["class", "key", "parent"]);
    expect(entry.properties.class.enum).toEqual(configurableClasses);
    const { items } = schema.properties.functions;
    expect(Object.keys(items.properties)).toEqual(Object.keys(functionsShape.of.options));
    expect(items.required).toEqual(functionsShape.of.required);
    for (const name of ["does", "refuses", "by"])
      expect(functionsShape.of.options).toHaveProperty(name, {
        kind: "choice",
        values: items.properties[name].enum,
      });
    expect(schema.properties.failOn.enum).toEqual(grades);
    expect(schema.properties.failOn.default).toBe(noConfiguration.failOn);
  });

  test("accepts its own example, which reads without an error", () => {
    const [example] = schema.examples;
    const validate = new Ajv({ strict: true }).compile(schema);
    expect(validate(example)).toBe(true);
    expect(parseConfiguration(JSON.stringify(example), file).errors).toEqual([]);
    expect(Object.keys(example).sort()).toEqual(
      Object.keys(schema.properties)
        .filter((name) => name !== "$schema")
        .sort(),
    );
  });

  test.each([
    '{ "failon": "leak" }',
    '{ "skip": "a" }',
    '{ "tables": { "t": { "parent": { "table": "a" } } } }',
    '{ "include": [] }',
    '{ "users": { "tables": "accounts" } }',
    '{ "users": [] }',
    '{ "functions": {} }',
    '{ "functions": [{ "module": "a", "function": "b" }] }',
    '{ "functions": [{ "module": "a", "function": "b", "does": "nothing" }] }',
    '{ "functions": [{ "module": "a", "function": "b", "does": "entry point", "receives": ["body"] }] }',
  ])("and the parser refuse the same: %s", (text) => {
    const validate = new Ajv({ strict: true }).compile(schema);
    expect(validate(JSON.parse(text))).toBe(false);
    expect(messagesOf(text)).not.toEqual([]);
  });
});
