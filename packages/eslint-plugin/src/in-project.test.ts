/** A file judged with the whole project around it. That it says what a scan says is held to every fixture, in packages/testing. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { type TemporaryProject, temporaryProject } from "@tenant-audit/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { analyzeFile } from "./analysis.js";
import { settingsFrom } from "./settings.js";

const database = `
import { Kysely } from "kysely";
export interface Database {
  organizations: { id: string; name: string };
  memberships: { organization_id: string; user_id: string };
  invoices: { id: string; organization_id: string; total: number };
}
export const db = new Kysely<Database>({ dialect: null as never });
`;
const service = `
import { db } from "./database.js";
export const listInvoices = (organizationId: string) =>
  db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId).execute();
`;
const routes = `
import Fastify from "fastify";
import { listInvoices } from "./invoices.js";
import { belongsTo } from "./membership.js";

const app = Fastify();
app.addHook("onRequest", (request) => request.jwtVerify());
app.get("/:organizationId/invoices", async (request, reply) => {
  return listInvoices(request.params.organizationId);
});
`;
const checked = routes.replace(
  "  return listInvoices",
  "  if (!(await belongsTo(request.user.id, request.params.organizationId))) return reply.code(403).send();\n  return listInvoices",
);
const membership = `
import { db } from "./database.js";
export async function belongsTo(userId: string, organizationId: string) {
  const member = await db
    .selectFrom("memberships")
    .select("user_id")
    .where("user_id", "=", userId)
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
  return member !== undefined;
}
`;
const files = {
  "package.json": "{}",
  "src/database.ts": database,
  "src/invoices.ts": service,
  "src/membership.ts": membership,
  "src/routes.ts": routes,
};

interface Said {
  readonly rule: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** `text` is what stands in the editor; left out, it is what stands on disk. */
function said(
  project: TemporaryProject,
  file: string,
  text?: string,
  settings: object = {},
  analyze = analyzeFile,
): readonly Said[] {
  const filename = path.join(project.directory, file);
  const { findings, errors } = analyze(
    filename,
    (text ?? readFileSync(filename, "utf8")).replace(/^\uFEFF/, ""),
    settingsFrom({ "tenant-isolation": { project: true, ...settings } }, undefined, project.directory),
  );
  expect(errors).toEqual([]);
  return findings.map(({ finding: { rule, line, column, message } }) => ({ rule, line, column, message }));
}

const rulesIn = (...of: Parameters<typeof said>): readonly string[] => said(...of).map(({ rule }) => rule);

async function scanned(project: TemporaryProject, file: string): Promise<readonly Said[]> {
  const { findings } = JSON.parse((await project.scan("--format", "json")).stdout) as {
    readonly findings: readonly (Said & { readonly file: string })[];
  };
  return findings
    .filter((finding) => finding.file === file)
    .map(({ rule, line, column, message }) => ({ rule, line, column, message }));
}

/** However slow this machine is just now: a look at the files comes to its end at once, an analysis took no time. */
const timeStandsStill = (): void => void vi.spyOn(performance, "now").mockReturnValue(0);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  timeStandsStill();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
const later = (): void => void vi.advanceTimersByTime(1100);

describe("a route and the service behind it", () => {
  it("are seen together", () => {
    const project = temporaryProject(files);
    expect(said(project, "src/routes.ts")).toMatchObject([{ rule: "no-untrusted-tenant", line: 9 }]);
    expect(said(project, "src/invoices.ts")).toEqual([]);
  });

  it("are judged with what is typed, as a scan judges it once it is saved", async () => {
    const project = temporaryProject(files);
    expect(rulesIn(project, "src/routes.ts", checked)).toEqual([]);
    const longer = `// A line more.\n${routes}`;
    const typed = said(project, "src/routes.ts", longer);
    expect(typed).toMatchObject([{ rule: "no-untrusted-tenant", line: 10 }]);
    project.write("src/routes.ts", longer);
    expect(typed).toEqual(await scanned(project, "src/routes.ts"));
  });

  it("are judged anew when the other file is saved, and not before", () => {
    const project = temporaryProject({ ...files, "src/routes.ts": checked });
    const careless = membership.replace("return member !== undefined", "return true");
    expect(rulesIn(project, "src/membership.ts", careless)).toEqual([]);
    expect(rulesIn(project, "src/routes.ts")).toEqual([]);
    project.write("src/membership.ts", careless);
    later();
    expect(rulesIn(project, "src/routes.ts")).toEqual(["no-untrusted-tenant"]);
  });

  it("are judged anew when a file is new or gone", () => {
    const project = temporaryProject(files);
    expect(rulesIn(project, "src/routes.ts")).toEqual(["no-untrusted-tenant"]);
    rmSync(path.join(project.directory, "src/invoices.ts"));
    project.write("src/more.ts", service.replace('.where("organization_id", "=", organizationId)', ""));
    later();
    expect(rulesIn(project, "src/routes.ts")).toEqual([]);
    expect(rulesIn(project, "src/more.ts")).toEqual(["no-unscoped-query"]);
  });
});

describe("a file", () => {
  it("that was never saved is judged", () => {
    expect(rulesIn(temporaryProject(files), "src/new.ts", routes)).toEqual(["no-untrusted-tenant"]);
  });

  it.each([
    ["that git ignores", "scratch/routes.ts"],
    ["that is a test", "src/routes.test.ts"],
    ["that is installed", "node_modules/other/routes.ts"],
  ])("%s is not", (_, file) => {
    const moved = routes.replaceAll("./", "../src/");
    const project = temporaryProject({ ...files, ".gitignore": "scratch\n", [file]: moved });
    expect(rulesIn(project, file)).toEqual([]);
    expect(rulesIn(project, file, `${moved}\n`)).toEqual([]);
  });

  it("that is a block of code in another file is not", () => {
    const project = temporaryProject({ ...files, "src/README.md": "" });
    expect(rulesIn(project, "src/README.md/0.ts", routes)).toEqual([]);
  });

  it("with a byte-order mark has its findings where ESLint counts, saved or not", () => {
    const line = `import { db } from "./database.js"; export const all = () => db.selectFrom("invoices").execute();`;
    const project = temporaryProject({ ...files, "src/marked.ts": `\uFEFF${line}` });
    const place = { rule: "no-unscoped-query", line: 1, column: line.indexOf("db.select") + 1 };
    expect(said(project, "src/marked.ts")).toMatchObject([place]);
    expect(said(project, "src/marked.ts", `${line}\n`)).toMatchObject([place]);
  });

  it("says what is wrong with the configuration, in the words of a scan", async () => {
    const project = temporaryProject({
      ...files,
      "tenant-audit.config.json": '{ "tables": { "invoces": {} } }',
    });
    const { errors } = analyzeFile(
      path.join(project.directory, "src/routes.ts"),
      routes,
      settingsFrom({ "tenant-isolation": { project: true } }, undefined, project.directory),
    );
    expect(errors).toHaveLength(1);
    expect((await project.scan()).stderr).toContain(errors[0]);
  });
});

describe("where an analysis takes long, a text that is not saved", () => {
  const slow = (): TemporaryProject => {
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 10_000));
    return temporaryProject(files);
  };

  it("keeps the findings that an edit does not touch, where they stand afterwards", () => {
    const longer = `// A line more.\n${routes}`;
    expect(said(slow(), "src/routes.ts", longer)).toMatchObject([
      { rule: "no-untrusted-tenant", line: 10, column: 23 },
    ]);
  });

  it("loses those that it touches, until it is saved", () => {
    const project = slow();
    const renamed = routes.replace("request.params.organizationId", "request.query.organizationId");
    expect(said(project, "src/routes.ts", renamed)).toEqual([]);
    project.write("src/routes.ts", renamed);
    timeStandsStill();
    later();
    expect(rulesIn(project, "src/routes.ts")).toEqual(["no-untrusted-tenant"]);
  });

  it("has what the edit adds and mends, as far as that file shows it", () => {
    const unbound = service.replace('.where("organization_id", "=", organizationId)', "");
    const project = slow();
    expect(rulesIn(project, "src/invoices.ts", unbound)).toEqual(["no-unscoped-query"]);
    project.write("src/unbound.ts", unbound);
    expect(rulesIn(project, "src/unbound.ts", service)).toEqual([]);
  });
});

describe("parsed files", () => {
  const entries = (project: TemporaryProject, directory: string): readonly string[] =>
    readdirSync(path.join(project.directory, directory)).map((name) =>
      path.join(project.directory, directory, name),
    );
  const usual = "node_modules/.cache/tenant-audit";

  it("are kept below node_modules, and parsed anew when they were spoiled", async () => {
    const project = temporaryProject(files);
    mkdirSync(path.join(project.directory, "node_modules"));
    const before = said(project, "src/routes.ts");
    expect(entries(project, usual)).toHaveLength(4);
    for (const entry of entries(project, usual)) writeFileSync(entry, "{}");
    vi.resetModules();
    const { analyzeFile: inAnotherProcess } = await import("./analysis.js");
    expect(said(project, "src/routes.ts", undefined, {}, inAnotherProcess)).toEqual(before);
    expect(entries(project, usual).map((entry) => readFileSync(entry, "utf8"))).not.toContain("{}");
  });

  it("are kept nowhere where nothing is installed, or where that is not wanted", () => {
    const bare = temporaryProject(files);
    said(bare, "src/routes.ts");
    expect(readdirSync(bare.directory).sort()).toEqual(["package.json", "src"]);
    const project = temporaryProject(files);
    mkdirSync(path.join(project.directory, "node_modules"));
    said(project, "src/routes.ts", undefined, { cache: false });
    expect(readdirSync(path.join(project.directory, "node_modules"))).toEqual([]);
  });

  it("are kept where the settings say", () => {
    const project = temporaryProject(files);
    said(project, "src/routes.ts", undefined, { cache: "kept" });
    expect(entries(project, "kept")).toHaveLength(4);
  });
});
