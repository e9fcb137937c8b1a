import { describe, expect, test } from "vitest";
import { parseConfiguration } from "./config.js";

const file = "tenant-audit.config.json";

/** What is wrong with a declared function that says this beside its module and name. */
function messagesOf(options: object): readonly string[] {
  const written = { module: "@acme/rows", function: "find", ...options };
  const { errors } = parseConfiguration(JSON.stringify({ functions: [written] }), file);
  return errors.map(({ path, message }) => `${path}: ${message.replace(/^[^ ]* /, "")}`);
}

describe("a declared function", () => {
  test("is read with all that it says, or may leave out", () => {
    const source = `{ "functions": [
      { "module": "a", "function": "f", "does": "data layer", "parameters": ["id"], "tenant": "id" },
      { "module": "a", "function": "g", "does": "verifier", "parameters": ["id"], "verifies": ["id"], "refuses": "throws" },
      { "module": "a", "function": "h", "does": "authenticator" },
      { "module": "a", "function": "i", "does": "entry point", "parameters": ["run"], "handler": "run", "receives": ["request"] },
    ] }`;
    const { configuration, errors } = parseConfiguration(source, file);
    expect(errors).toEqual([]);
    expect(configuration.functions).toEqual([
      {
        path: "functions[0]",
        module: "a",
        function: "f",
        does: "data layer",
        parameters: ["id"],
        tenant: ["id"],
      },
      {
        path: "functions[1]",
        module: "a",
        function: "g",
        does: "verifier",
        parameters: ["id"],
        verifies: ["id"],
        against: [],
        refuses: "throws",
      },
      { path: "functions[2]", module: "a", function: "h", does: "authenticator" },
      {
        path: "functions[3]",
        module: "a",
        function: "i",
        does: "entry point",
        parameters: ["run"],
        handler: "run",
        receives: ["request"],
        by: "request",
      },
    ]);
    expect(configuration.places["functions[2]"]).toBe("4:7");
  });

  test("says all that what it does needs", () => {
    expect(messagesOf({ does: "data layer" })).toEqual([
      'functions[0]: functions[0] is a data layer, and needs "parameters", "tenant" as well.',
    ]);
    expect(messagesOf({ does: "verifier", parameters: ["id"], verifies: "id" })).toEqual([
      'functions[0]: functions[0] is a verifier, and needs "refuses" as well.',
    ]);
    expect(messagesOf({ does: "entry point" })[0]).toContain("is an entry point, and needs");
  });

  test("says nothing that belongs to another", () => {
    expect(messagesOf({ does: "authenticator", against: "id" })).toEqual([
      'functions[0].against: functions[0].against says nothing of an authenticator: it belongs to a verifier. Leave it out, or say "does": "verifier".',
    ]);
  });

  test("speaks of its parameters by their names", () => {
    expect(
      messagesOf({ does: "data layer", parameters: ["filter", "page"], tenant: "filer.projectId" }),
    ).toEqual([
      'functions[0].tenant: functions[0].tenant is "filer.projectId", but no parameter is called so. Did you mean "filter"?\nParameters: filter, page.',
    ]);
  });

  test.each(["find()", "rows/find", "new Store().find", "", "rows..find"])("is no function: %j", (name) => {
    expect(messagesOf({ does: "authenticator", function: name })).toHaveLength(1);
  });

  test.each([
    "find",
    "rows.find",
    "Store.find",
    "createStore().find",
    "connect().session().find",
    "default.find",
  ])("is one: %j", (name) => {
    expect(messagesOf({ does: "authenticator", function: name })).toEqual([]);
  });

  test("belongs to a package, and is said once", () => {
    expect(messagesOf({ does: "authenticator", module: "./rows.js" })[0]).toContain("which is a file");
    const twice = { module: "a", function: "f", does: "authenticator" };
    const { errors } = parseConfiguration(JSON.stringify({ functions: [twice, twice] }), file);
    expect(errors.map(({ path }) => path)).toEqual(["functions[1]"]);
  });
});
