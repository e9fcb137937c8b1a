/** What users of the plugin get, under both versions of ESLint. */
import { readFileSync } from "node:fs";
import { Linter as Linter9 } from "eslint";
import { Linter as Linter10 } from "eslint10";
import * as parser from "@typescript-eslint/parser";
import { rules } from "@tenant-audit/core";
import { exampleTenancy } from "@tenant-audit/testing";
import { describe, expect, it, vi } from "vitest";
import plugin from "./index.js";

const { recommended, project } = plugin.configs;
const settings = { "tenant-isolation": { tenancy: exampleTenancy } };

describe("the recommended configuration", () => {
  it("lists every rule that an editor can judge, and no other", () => {
    const ids = rules.filter(({ frontEnds }) => frontEnds.includes("editor")).map(({ id }) => id);
    expect(Object.keys(recommended.rules ?? {})).toEqual(ids.map((id) => `tenant-isolation/${id}`));
    expect(ids.length).toBeLessThan(rules.length);
  });

  it("brings the plugin under its own name", () => {
    expect(recommended.plugins?.["tenant-isolation"]).toBe(plugin);
  });
});

describe("the project configuration", () => {
  it("lists every rule, and asks for the whole project", () => {
    expect(Object.keys(project.rules ?? {})).toEqual(rules.map(({ id }) => `tenant-isolation/${id}`));
    expect(project.settings).toEqual({ "tenant-isolation": { project: true } });
    expect(project.plugins?.["tenant-isolation"]).toBe(plugin);
  });
});

describe("the plugin", () => {
  it("says who it is, so that ESLint's cache can tell versions apart", () => {
    const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    expect(plugin.meta).toEqual({
      name: manifest.name,
      version: manifest.version,
      namespace: "tenant-isolation",
    });
  });

  it("has every rule", () => {
    expect(Object.keys(plugin.rules)).toEqual(rules.map(({ id }) => id));
  });

  it.each(rules)("tells of $id in one sentence, and where to read more", ({ id, fault, url, suggests }) => {
    const { docs, hasSuggestions, defaultOptions } = plugin.rules[id]!.meta;
    expect(docs?.description).toBe(fault);
    expect(fault).not.toMatch(/\.$/);
    expect(docs?.url).toBe(url);
    expect(hasSuggestions).toBe(suggests);
    expect(defaultOptions).toEqual([{}]);
  });
});

describe.each([
  ["9", Linter9],
  ["10", Linter10 as unknown as typeof Linter9],
])("under ESLint %s", (version, Linter) => {
  const linter = new Linter();
  const config = [
    { files: ["**/*.{ts,js,vue}"], languageOptions: { parser } },
    { ...recommended, settings },
  ] as Linter9.Config[];
  const lint = (code: string, filename = "service.ts") => linter.verify(code, config, { filename });

  it("is that version", () => {
    expect(linter.version.split(".")[0]).toBe(version);
  });

  it("underlines a query that reads every tenant's rows", () => {
    const messages = lint(`import { db } from "./db";\nawait db.selectFrom("invoices").execute();`);
    expect(messages).toMatchObject([
      {
        ruleId: "tenant-isolation/no-unscoped-query",
        severity: 2,
        line: 2,
        column: 7,
        endLine: 2,
        endColumn: 32,
      },
    ]);
  });

  it.each([
    [
      "Kysely",
      `export const f = (organizationId: string) => db.selectFrom("invoices").execute();`,
      '.where("organization_id", "=", organizationId)',
    ],
    [
      "Prisma",
      `export const f = (organizationId: string) => prisma.invoice.findMany({ where: { total: 0 } });`,
      "where: { organizationId: organizationId, total: 0 }",
    ],
  ])("offers a constraint that mends a query of %s", (_, code, wanted) => {
    const [message] = lint(code);
    expect(message?.ruleId).toBe("tenant-isolation/no-unscoped-query");
    const { range, text } = message!.suggestions![0]!.fix;
    const mended = code.slice(0, range[0]) + text + code.slice(range[1]);
    expect(mended).toContain(wanted);
    expect(lint(mended)).toEqual([]);
  });

  it("holds exemptions to the day in the settings, and without one to today", () => {
    const code = `// tenant-audit: reviewed until 2026-11-01 -- looked at\nawait db.selectFrom("invoices").execute();`;
    const rulesOn = (asOf: string) =>
      linter
        .verify(code, [...config, { settings: { "tenant-isolation": { asOf } } }] as Linter9.Config[], {
          filename: "service.ts",
        })
        .map(({ ruleId }) => ruleId);
    expect(rulesOn("2026-11-01")).toEqual([]);
    expect(rulesOn("2026-11-02")).toEqual([
      "tenant-isolation/no-invalid-exemption",
      "tenant-isolation/no-unscoped-query",
    ]);
    const forever = code.replace("2026-11-01", "2999-12-31");
    expect(lint(forever)).toEqual([]);
  });

  it("changes nothing by itself", () => {
    const code = `export const f = (organizationId: string) => db.selectFrom("invoices").execute();`;
    expect(linter.verifyAndFix(code, config, { filename: "service.ts" }).output).toBe(code);
  });

  it("takes a config file as an option, and nothing else", () => {
    const withOptions = (options: object) => [
      ...config,
      { rules: { "tenant-isolation/no-unscoped-query": ["error", options] } } as Linter9.Config,
    ];
    expect(
      linter.verify("", withOptions({ config: "tenant-audit.config.json" }), { filename: "service.ts" }),
    ).toEqual([]);
    expect(() => linter.verify("", withOptions({ tables: [] }), { filename: "service.ts" })).toThrow(
      "tables",
    );
  });

  it.each(rules.filter(({ frontEnds }) => !frontEnds.includes("editor")))(
    "says that $id judges nothing without the project",
    ({ id }) => {
      const alone = [...config, { rules: { [`tenant-isolation/${id}`]: "error" } }] as Linter9.Config[];
      expect(linter.verify("", alone, { filename: "service.ts" })).toMatchObject([
        { line: 1, message: expect.stringContaining("tenantIsolation.configs.project") },
      ]);
    },
  );

  it("is silent about text that it cannot read", () => {
    expect(lint(`db.selectFrom("invoices").execute();`, "service.vue")).toEqual([]);
  });

  it.each([
    ["empty", ""],
    ["with a byte-order mark", `\uFEFFdb.selectFrom("invoices").execute();`],
    ["with Windows' line ends", `\r\n\r\ndb.selectFrom("invoices").execute();`],
  ])("does not stumble over text that is %s", (_, code) => {
    expect(lint(code).every(({ fatal }) => !fatal)).toBe(true);
  });

  it("reports where the code stands, after a byte-order mark and Windows' line ends as well", () => {
    expect(lint(`\uFEFFdb.selectFrom("invoices").execute();`)).toMatchObject([{ line: 1, column: 1 }]);
    expect(lint(`\r\n\r\n db.selectFrom("invoices").execute();`)).toMatchObject([{ line: 3, column: 2 }]);
  });

  it("survives a fault of its own, says so once, and shows where when asked to", async () => {
    // Once per process: a plugin that has not failed yet.
    vi.resetModules();
    const { default: fresh } = await import("./index.js");
    const broken = { levels: [], tables: [null] };
    const print = vi.spyOn(console, "error").mockImplementation(() => {});
    const verify = () =>
      linter.verify(
        `db.selectFrom("invoices").execute();`,
        [
          {
            files: ["**/*.ts"],
            languageOptions: { parser },
            ...fresh.configs.recommended,
            settings: { "tenant-isolation": { tenancy: broken } },
          },
        ] as never,
        { filename: "service.ts" },
      );
    expect(verify()).toMatchObject([{ line: 1, message: expect.stringContaining("a fault of the plugin") }]);
    expect(verify()).toEqual([]);
    expect(print).not.toHaveBeenCalled();
    vi.stubEnv("TENANT_AUDIT_DEBUG", "1");
    verify();
    expect(print).toHaveBeenCalledWith("tenant-isolation: service.ts:", expect.any(Error));
    vi.unstubAllEnvs();
    print.mockRestore();
  });
});
