/** The model that docs/frameworks.md builds is type-checked and used, and the page lists every framework there is. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { learnTenancy, link, lowerFile, noConfiguration } from "@tenant-audit/core";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { frameworks } from "../../core/src/frameworks/index.js";
import { factsOf } from "../../core/src/judge/facts.js";
import { judge } from "../../core/src/judge/judge.js";
import { libraries } from "../../core/src/libraries/index.js";
import { claimsIn } from "../../core/src/proof/claims.js";
import { flowsIn } from "../../core/src/proof/flows.js";
import type { EntryPoint } from "../../core/src/trace/entry.js";
import type { LibraryModel } from "../../core/src/trace/library.js";
import { trace } from "../../core/src/trace/trace.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const page = readFileSync(`${repository}/docs/frameworks.md`, "utf8");

const fence = (opening: string): string =>
  new RegExp(`^\`\`\`${opening}\n([^]*?)^\`\`\`$`, "m").exec(page)![1]!;
const code = fence("ts model");
const service = fence("ts service");

const database = `
  import { Kysely } from "kysely";
  export interface Database {
    organizations: { id: string; name: string };
    users: { id: string; email: string };
    members: { organization_id: string; user_id: string; role: string };
    invoices: { id: string; organization_id: string; total: number };
  }
  export const db = new Kysely<Database>({} as never);`;

/** It imports nothing but types, so that its text is all there is to load. */
async function loaded(): Promise<LibraryModel> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ES2022 },
  });
  const module = (await import(`data:text/javascript,${encodeURIComponent(outputText)}`)) as {
    tinyRouter: LibraryModel;
  };
  return module.tinyRouter;
}

interface Seen {
  readonly entries: readonly EntryPoint[];
  /** What became of the queries of each file. */
  readonly verdicts: readonly string[];
}

async function seen(files: Readonly<Record<string, string>>): Promise<Seen> {
  const texts = new Map(Object.entries({ ...files, "database.ts": database }));
  const modules = new Map([...texts].map(([file, text]) => [file, lowerFile(ts, file, text).module]));
  const program = link({ files: [...texts.keys()], packages: [], aliases: [] }, modules);
  const input = {
    schemas: [],
    migrations: [],
    sql: null,
    configuration: noConfiguration,
    tests: new Set(""),
  };
  const { tenancy } = learnTenancy(program, input);
  const judged = new Set(texts.keys());
  const traced = trace({ program, tenancy, models: [...libraries, await loaded()], judged });
  const flows = flowsIn(traced, claimsIn(factsOf(tenancy)), tenancy.users?.table ?? null, () => true);
  const paths = judge(traced, tenancy, new Map(), flows);
  return {
    entries: traced.entries,
    verdicts: paths.map(({ root, verdict }) => `${root.tables.join()} ${verdict}`),
  };
}

function linesOf({ entries }: Seen): readonly string[] {
  return entries.map(
    (entry) => `${entry.name} behind ${entry.before().length}${entry.isDetached ? ", detached" : ""}`,
  );
}

describe("docs/frameworks.md", () => {
  it("builds a model that the interface accepts", () => {
    const file = `${repository}packages/core/src/frameworks/tiny-router/index.ts`;
    const options: ts.CompilerOptions = {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      strict: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
    };
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists, readFile } = host;
    host.fileExists = (name) => name === file || fileExists(name);
    host.readFile = (name) => (name === file ? code : readFile(name));
    host.getSourceFile = (name, target, ...others) =>
      name === file ? ts.createSourceFile(name, code, target) : getSourceFile(name, target, ...others);
    const program = ts.createProgram([file], options, host);
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
  });

  it("builds a model that finds the routes of its service, and what is made sure of before them", async () => {
    const found = await seen({ "main.ts": service });
    expect(linesOf(found)).toEqual([
      "GET /organizations/:organizationId/invoices behind 1",
      "GET /invoices behind 0",
    ]);
    expect(found.verdicts).toEqual(["members scoped", "invoices scoped", "invoices untrusted"]);
  });

  it("builds a model that knows one router in several files, and one that only came in", async () => {
    const found = await seen({
      "main.ts": `import { router } from "./router.js"; router.on("GET /here", (call) => {});`,
      "router.ts": `
        import { createRouter } from "tiny-router";
        export const router = createRouter();
        router.before((call) => {});`,
      "routes.ts": `
        import type { Router } from "tiny-router";
        export function addRoutes(router: Router) { router.on("GET /there", (call) => {}); }`,
    });
    expect(linesOf(found)).toEqual(["GET /here behind 1", "GET /there behind 0, detached"]);
  });

  it("builds a model that takes nothing else for a router", async () => {
    const { entries } = await seen({
      "main.ts": `
        import { createRouter } from "./own.js";
        import { EventEmitter } from "node:events";
        import { parseRoute } from "tiny-router";
        createRouter().on("GET /invoices", () => {});
        new EventEmitter().on("GET /invoices", () => {});
        parseRoute("GET /invoices").on("GET /invoices", () => {});`,
      "own.ts": `export const createRouter = () => ({ on(route: string, handler: () => void) {} });`,
    });
    expect(entries).toEqual([]);
  });

  it.each(frameworks)("has a section with the packages by which $name is known", ({ packages }) => {
    const sections = page.split(/^##+ /m).map((text) => /^Packages?: (.*)$/m.exec(text)?.[1]);
    expect(sections).toContain(packages.map((one) => `\`${one}\``).join(", "));
  });
});
