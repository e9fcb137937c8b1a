import * as typescriptParser from "@typescript-eslint/parser";
import { RuleTester } from "@typescript-eslint/rule-tester";
import { exampleTenancy } from "@tenant-audit/testing";
import { RuleTester as EslintRuleTester } from "eslint";
import { eslintRules } from "./rules.js";

const settings = { "tenant-isolation": { tenancy: exampleTenancy } };
const rule = eslintRules["no-unscoped-query"]!;
const optionalTenant = eslintRules["no-optional-tenant"]!;

const typescript = new RuleTester({ languageOptions: { parser: typescriptParser }, settings });
/** ESLint's own parser, espree. */
const javascript = new EslintRuleTester({ settings });

const message =
  'This query reads "invoices" of every organization. Add .where("organization_id", "=", …) with the id from the session.';

for (const [tester, filename, parameters] of [
  [typescript as never, "service.ts", "organizationId: string"],
  [javascript, "service.js", "organizationId"],
] as [EslintRuleTester, string, string][]) {
  tester.run(`no-unscoped-query in ${filename}`, rule as never, {
    valid: [
      {
        filename,
        code: `
import { db } from "./database.js";
export function invoices(${parameters}) {
  return db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId).execute();
}`,
      },
      { filename, code: `new Map().delete("invoices");` },
      {
        filename,
        code: `import { db } from "./database.js"; db.selectFrom("no_such_table").selectAll().execute();`,
      },
    ],
    invalid: [
      {
        filename,
        code: `
import { db } from "./database.js";
export function invoices(${parameters}) {
  return db.selectFrom("invoices").selectAll().execute();
}`,
        errors: [
          {
            message,
            line: 4,
            column: 10,
            endLine: 4,
            endColumn: 35,
            suggestions: [
              {
                desc: 'Add .where("organization_id", "=", organizationId)',
                output: `
import { db } from "./database.js";
export function invoices(${parameters}) {
  return db.selectFrom("invoices").where("organization_id", "=", organizationId).selectAll().execute();
}`,
              },
            ],
          },
        ],
      },
    ],
  });
}

typescript.run("no-optional-tenant", optionalTenant, {
  valid: [
    {
      filename: "service.ts",
      code: `
import { db } from "./database.js";
export function invoices(organizationId: string) {
  let query = db.selectFrom("invoices").selectAll();
  query = query.where("organization_id", "=", organizationId);
  return query.execute();
}`,
    },
  ],
  invalid: [
    {
      filename: "service.ts",
      code: `
import { db } from "./database.js";
export function invoices(organizationId?: string) {
  let query = db.selectFrom("invoices").selectAll();
  if (organizationId) query = query.where("organization_id", "=", organizationId);
  return query.execute();
}`,
      errors: [{ messageId: "fault", line: 4, suggestions: null }],
    },
  ],
});

typescript.run("the value that a suggestion takes", rule, {
  valid: [],
  invalid: [
    ["a variable above", `const organization_id = "o"; REPAIRED`, "organization_id"],
    [
      "one taken out of a parameter",
      `((({ organizationId }: { organizationId: string }) => REPAIRED)({ organizationId: "o" }))`,
      "organizationId",
    ],
    [
      "nothing that is a type",
      `type OrganizationId = string; export const id = "" as OrganizationId; REPAIRED`,
      null,
    ],
    ["nothing that comes later", `REPAIRED; const organizationId = "o"; console.log(organizationId);`, null],
    ["nothing of another name", `const projectId = "p"; console.log(projectId); REPAIRED`, null],
  ].map(([name, code, value]) => ({
    name: name!,
    filename: "service.ts",
    code: code!.replace("REPAIRED", `db.selectFrom("invoices").execute()`),
    errors: [
      {
        messageId: "fault" as const,
        suggestions:
          value === null
            ? null
            : [
                {
                  messageId: "addConstraint" as const,
                  output: code!.replace(
                    "REPAIRED",
                    `db.selectFrom("invoices").where("organization_id", "=", ${value}).execute()`,
                  ),
                },
              ],
      },
    ],
  })),
});
