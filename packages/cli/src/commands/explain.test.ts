import { temporaryProject } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";
import { shop } from "./testing/shop.js";

describe("explain", () => {
  it("says all that is known about a table, and what to write if it is wrong", async () => {
    const { status, stdout, stderr } = await shop().run(["explain", "invoice_lines"]);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toBe(`\
invoice_lines · child, certain
  It has no tenant key of its own; "invoice_id" is a foreign key to "invoices".

Way to the tenant
  invoice_lines.invoice_id → invoices.id
  invoices.organization_id → organizations.id (the organization)

References
  invoice_id → invoices.id (by a foreign key)

Row security
  unknown: no migration that was read says anything of it

Where it stands
  schema.prisma:26 (prisma schema); also called "Line"

Configuration
  tenant-audit.config.json says nothing about it.
  If its rows belong to nobody, or to everybody, write:
    "tables": { "invoice_lines": { "class": "global" } }
`);
  });

  it("knows keys, owners and memberships", async () => {
    const { stdout } = await shop().run(["explain", "members"]);
    expect(stdout).toContain("\nKeys\n  organization_id names the organization; never null\n");
    expect(stdout).toContain('\nOwners\n  "user_id" holds the id of the user who owns the row\n');
    expect(stdout).toContain(
      '\nMembership\n  a row says that the user in "user_id" belongs to the organization in "organization_id"\n',
    );
  });

  it("finds a table as the code spells it", async () => {
    const { stdout } = await shop().run(["explain", "Line"]);
    expect(stdout).toMatch(/^invoice_lines · child/);
  });

  it("repeats what the configuration says", async () => {
    const project = shop();
    project.write(
      "tenant-audit.config.json",
      '{ "tables": { "countries": { "parent": { "table": "organizations", "column": "code" } } } }',
    );
    const { stdout } = await project.run(["explain", "countries"]);
    expect(stdout).toMatch(/^countries · child, certain\n {2}The configuration says so\.\n/);
    expect(stdout).toContain(`
  tenant-audit.config.json says:
    "countries": { "parent": { "table": "organizations", "column": "code" } }
`);
  });

  it("shows every table of a name that two schemas have", async () => {
    const project = temporaryProject({
      "src/database.ts": `
import type { Kysely } from "kysely";
export interface Database {
  organizations: { id: string };
  "auth.accounts": { id: string; organization_id: string };
  "billing.accounts": { id: string; organization_id: string };
}
export declare const db: Kysely<Database>;
`,
    });
    const { stdout } = await project.run(["explain", "accounts"]);
    expect(stdout.match(/^\S+ · tenant/gm)).toEqual(["auth.accounts · tenant", "billing.accounts · tenant"]);
    const one = await project.run(["explain", "billing.accounts"]);
    expect(one.stdout.match(/^\S+ · tenant/gm)).toEqual(["billing.accounts · tenant"]);
  });

  it("gives JSON", async () => {
    const { stdout } = await shop().run(["explain", "invoice_lines", "--format", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      tables: [
        {
          name: "invoice_lines",
          class: "child",
          via: { table: "invoices", column: "invoice_id" },
          file: "schema.prisma",
          line: 26,
          wayToTenant: [
            { table: "invoice_lines", column: "invoice_id", level: null },
            { table: "invoices", column: "organization_id", level: "organization" },
          ],
          configured: false,
          corrections: [{ entry: { class: "global" } }],
        },
      ],
    });
  });
});

describe("a name that no table has", () => {
  it("gets the nearest one, and no list", async () => {
    const { status, stdout, stderr } = await shop().run(["explain", "invoce_lines"]);
    expect(stderr).toBe('tenant-audit: There is no table "invoce_lines". Did you mean "invoice_lines"?\n');
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  it("and that is like none gets the way to see all", async () => {
    const { stderr } = await shop().run(["explain", "\u001b[2Jzebra"]);
    expect(stderr).toBe(
      'tenant-audit: There is no table "\\u{1b}[2Jzebra". tenant-audit tables shows all of them.\n',
    );
  });

  it("may be left out by mistake", async () => {
    const { status, stderr } = await shop().run(["explain"]);
    expect(stderr).toContain("missing required argument");
    expect(status).toBe(2);
  });
});

it("has colors on a terminal, and keeps to its width", async () => {
  let stdout = "";
  const output = { isTerminal: true, columns: 50, write: (text: string) => void (stdout += text) };
  await shop().run(["explain", "members"], { stdout: output });
  expect(stdout).toContain("\u001b[");
  stdout = "";
  await shop().run(["explain", "members"], { stdout: output, environment: { NO_COLOR: "1" } });
  expect(stdout).not.toContain("\u001b");
  expect(stdout).toContain(
    '\n  a row says that the user in "user_id" belongs\n    to the organization in "organization_id"\n',
  );
});

it("names cannot say anything of their own", async () => {
  const evil = "invoices\\u001b[2J\\u202e\\n# heading";
  const project = temporaryProject({
    "src/database.ts": `
import type { Kysely } from "kysely";
export interface Database {
  organizations: { id: string };
  "${evil}": { id: string; organization_id: string; "customer${evil}_id": string };
}
export declare const db: Kysely<Database>;
`,
  });
  for (const format of ["text", "json"]) {
    const { status, stdout } = await project.run([
      "explain",
      JSON.parse(`"${evil}"`) as string,
      "--format",
      format,
    ]);
    expect(status).toBe(0);
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toContain("\u202e");
    expect(stdout).not.toMatch(/^# heading/m);
  }
});

describe("an access to data", () => {
  const service = () =>
    temporaryProject({
      "src/database.ts": `
import type { Kysely } from "kysely";
export interface Database {
  organizations: { id: string };
  invoices: { id: string; organization_id: string };
}
export declare const db: Kysely<Database>;
`,
      "src/invoices.ts": `import { db } from "./database.js";

export async function listInvoices() {
  return db.selectFrom("invoices").selectAll().execute();
}

export async function ownInvoices(organizationId: string) {
  return db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId).execute();
}
`,
    });

  it("is found by its place, and its findings with it", async () => {
    const { status, stdout, stderr } = await service().run(["explain", "src/invoices.ts:4"]);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^src\/invoices\.ts:4:10 · unscoped\n {2}In listInvoices, path \w{8}: nothing limits it/,
    );
    expect(stdout).toContain('4 │   return db.selectFrom("invoices").selectAll().execute();');
    expect(stdout).toContain("\nWhat is accessed\n  kysely read: invoices\n");
    expect(stdout).toMatch(/\nFinding \w{8}\n {2}4:10 {2}leak {2}no-unscoped-query\n/);
    expect(stdout).not.toContain("ownInvoices");
  });

  it("says what limits it", async () => {
    const { stdout } = await service().run(["explain", "src/invoices.ts:8:3"]);
    expect(stdout).toMatch(/\nLimited by\n {2}invoices by organization_id \(predicate, /);
    expect(stdout).not.toContain("Finding ");
  });

  it("is found by its id, and by the fingerprint of a finding", async () => {
    const project = service();
    const json = (await project.run(["explain", "src/invoices.ts:4", "--format", "json"])).stdout;
    const { paths, findings } = JSON.parse(json) as {
      paths: readonly { id: string; function: string }[];
      findings: readonly { fingerprint: string; path: string }[];
    };
    expect(paths).toMatchObject([{ function: "listInvoices" }]);
    expect(findings).toMatchObject([{ path: paths[0]!.id }]);
    for (const id of [paths[0]!.id, findings[0]!.fingerprint])
      expect((await project.run(["explain", id, "--format", "json"])).stdout).toBe(json);
  });

  it("is found from the working directory as well", async () => {
    const project = temporaryProject({
      "api/src/invoices.ts": `
import type { Kysely } from "kysely";
interface Database { invoices: { id: string; tenant_id: string } }
export const all = (db: Kysely<Database>) => db.selectFrom("invoices").selectAll().execute();
`,
    });
    const named = await project.run(["explain", "src/invoices.ts:4", "api"]);
    expect(named.status).toBe(0);
    expect(await project.run(["explain", "api/src/invoices.ts:4", "api"])).toEqual(named);
  });

  it("that is not there is answered with the nearest", async () => {
    const project = service();
    const near = await project.run(["explain", "src/invoices.ts:6"]);
    expect(near.stderr).toBe(
      "tenant-audit: No access to data was found at src/invoices.ts:6. The nearest is at line 4.\n",
    );
    expect(near.status).toBe(2);
    const nowhere = await project.run(["explain", "src/nothing.ts:6"]);
    expect(nowhere.stderr).toBe("tenant-audit: No access to data was found in src/nothing.ts.\n");
    const none = await project.run(["explain", "zzzzzzzz"]);
    expect(none.stderr).toContain('There is no table "zzzzzzzz".');
  });
});

describe("a trail", () => {
  const places = /^src\/server\.ts:\d+:\d+ · \w+$/gm;
  const service = (query = "") =>
    temporaryProject({
      "package.json": '{ "dependencies": { "fastify": "^5.0.0", "kysely": "^0.28.0" } }',
      "src/database.ts": `
import type { Kysely } from "kysely";
export interface Database {
  organizations: { id: string };
  invoices: { id: string; organization_id: string };
}
export declare const db: Kysely<Database>;
`,
      "src/server.ts": `import Fastify from "fastify";
import { db } from "./database.js";

const app = Fastify();

function list(organizationId: string) {
  return ${query}db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId).execute();
}

app.get("/own", async (request) => list(request.user.organizationId));
app.get("/latest", async (request) => list(request.user.organizationId));

app.get("/chosen", async (request) => {
  const { organizationId } = request.query as { organizationId: string };
  const invoices = await db
    .selectFrom("invoices").selectAll().where("organization_id", "=", organizationId).execute();
  await db.deleteFrom("invoices").where("organization_id", "=", organizationId).execute();
  return invoices;
});
`,
    });

  it("of a proof goes from the entry point to the access, with the code, and counts the other ways", async () => {
    const { stdout } = await service().run(["explain", "src/server.ts:7"]);
    expect(stdout.slice(stdout.indexOf("How "))).toBe(`\
How "invoices" is known to be limited
  1. a request comes in: GET /own
     src/server.ts:10:1
     10 │ app.get("/own", async (request) => list(request.user.organizationId));
        │ ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  2. "request.user.organizationId" is what the service knows of who is asking
     src/server.ts:10:41
     10 │ app.get("/own", async (request) => list(request.user.organizationId));
        │                                         ~~~~~~~~~~~~~~~~~~~~~~~~~~~
  3. calls list
     src/server.ts:10:36
     10 │ app.get("/own", async (request) => list(request.user.organizationId));
        │                                    ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  4. reads the rows of "invoices" whose "organization_id" is "organizationId"
     src/server.ts:7:10
     7 │   return db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId
       │          ~~~~~~~~~~~~~~~~~~~~~~~~~
  And 1 more entry point, proven the same way: GET /latest.
`);
  });

  it("is shown for each access of the function around a line, and of the line where a value enters", async () => {
    const around = await service().run(["explain", "src/server.ts:18"]);
    expect(around.status).toBe(0);
    expect(around.stdout.match(places)).toEqual([
      "src/server.ts:15:26 · untrusted",
      "src/server.ts:17:9 · untrusted",
    ]);
    // One value is one finding, and both paths show how it comes there.
    expect(around.stdout.match(/^Finding /gm)).toHaveLength(1);
    expect(around.stdout).toContain('How the value comes to "invoices"');
    const entering = await service().run(["explain", "src/server.ts:14"]);
    expect(entering.stdout.match(places)).toEqual(["src/server.ts:15:26 · untrusted"]);
  });

  it("is shown for one finding by its fingerprint, and as data", async () => {
    const project = service();
    const { findings } = JSON.parse((await project.scan("--format", "json")).stdout) as {
      findings: readonly { fingerprint: string; path: string }[];
    };
    const { fingerprint, path } = findings[0]!;
    const { stdout } = await project.run(["explain", fingerprint, "--format", "json"]);
    const shown = JSON.parse(stdout) as {
      paths: readonly { id: string }[];
      findings: readonly {
        fingerprint: string;
        trail: readonly { line: number; endLine: number; note: string }[];
      }[];
    };
    expect(shown.paths.map(({ id }) => id)).toEqual([path]);
    expect(shown.findings.map((finding) => finding.fingerprint)).toEqual([fingerprint]);
    expect(shown.findings[0]!.trail.map(({ line, note }) => [line, note])).toEqual([
      [13, "a request comes in: GET /chosen"],
      [14, '"request.query.organizationId" comes from the query string'],
      [15, 'reads the rows of "invoices" whose "organization_id" is "request.query.organizationId"'],
    ]);
  });

  it("cuts long lines around the place, and keeps to the width", async () => {
    let written = "";
    await service(`"${"x".repeat(300)}" && `).run(["explain", "src/server.ts:7", "--no-color"], {
      stdout: { isTerminal: true, columns: 70, write: (text) => void (written += text) },
    });
    const code = written.split("\n").filter((line) => line.includes("│"));
    expect(code.some((line) => line.includes('db.selectFrom("invoices")'))).toBe(true);
    expect(Math.max(...code.map((line) => line.length))).toBeLessThanOrEqual(70);
  });

  it("lets nothing from the code reach the terminal as it is", async () => {
    const project = service("/* \u001b[2J\u202e */ ");
    const { status, stdout } = await project.run(["explain", "src/server.ts:7"]);
    expect(status).toBe(0);
    expect(stdout).toContain("db.selectFrom");
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toContain("\u202e");
  });
});
