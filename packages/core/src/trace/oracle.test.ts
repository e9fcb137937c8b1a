/**
 * Holds the calls that the engine follows against TypeScript's own resolution, over real projects: for every call that the
 * checker resolves to a function of the project, do we follow it to the same function, to another one, or to none?
 *
 * Another one is what must not happen: it would put a proof where there is none. None is what the checker's inference
 * has over us, and ends as "unclear" at worst.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { libraries } from "../libraries/index.js";
import { lower } from "../lower/lower.js";
import type { Module } from "../lower/module.js";
import { trace } from "./trace.js";
import { link } from "../link/link.js";
import type { Layout, PathAlias, Program, WorkspacePackage } from "../link/program.js";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));
const corpora = path.resolve(repository, process.env["TENANT_AUDIT_CORPORA"] ?? "../corpora");

/** `floor` is the share of agreement measured when this was written, rounded down: less than that is a step back. */
const projects = [
  // Of ourselves the stages that stand alone: what the later ones do with values takes longer to follow than CI has time.
  { root: repository, project: "packages/core/src/lower", floor: 0.99 },
  { root: repository, project: "packages/core/src/link", floor: 0.99 },
  { root: repository, project: "packages/core/src/tenancy", floor: 0.99 },
  { root: path.join(corpora, "logtide"), project: "packages/backend", floor: 0.98 },
  { root: path.join(corpora, "docmost"), project: "apps/server", floor: 0.98 },
  { root: path.join(corpora, "langfuse"), project: "packages/shared", floor: 0.99 },
  { root: path.join(corpora, "langfuse"), project: "worker", floor: 0.97 },
  { root: path.join(corpora, "langfuse"), project: "web", floor: 0.99 },
];

for (const { root, project, floor } of projects) {
  const name = `${path.basename(root)}/${project}`;
  test(`calls in ${name} resolve as TypeScript resolves them`, { timeout: 900_000 }, ({ skip }) => {
    if (!existsSync(path.join(root, project))) {
      console.log(
        `${name} is not here, so it was not compared: TENANT_AUDIT_CORPORA names the folder it is in.`,
      );
      skip();
    }
    const { agree, wrong, open } = compare(root, project);
    const all = agree + wrong.length + open.length;
    const share = (count: number) => `${((100 * count) / all).toFixed(2)} %`;
    console.log(
      `${name}: of ${all} calls to its own functions we follow ${share(agree)} as TypeScript resolves them, ` +
        `${share(wrong.length)} otherwise and ${share(open.length)} not at all.`,
    );
    if (process.env["TENANT_AUDIT_ORACLE_VERBOSE"]) console.log([...wrong, ...open].join("\n"));

    expect(wrong.length / all).toBeLessThanOrEqual(0.01);
    expect(agree / all).toBeGreaterThanOrEqual(floor);
  });
}

function compare(root: string, project: string) {
  const layout = readLayout(root);
  const judged = layout.files.filter((file) => file.startsWith(`${project}/`));
  const modules = new Map<string, Module>();
  for (const file of layout.files) {
    modules.set(file, lower(ts, file, readFileSync(path.join(root, file), "utf8")));
  }
  const program = link(layout, modules);
  const { followed } = trace({
    program,
    tenancy: { levels: [], users: null, tables: [], dialects: [], problems: [] },
    models: libraries,
    judged: new Set(judged),
  });
  const checked = ts.createProgram(
    judged.map((file) => path.join(root, file)),
    compilerOptions(root, layout),
  );
  const checker = checked.getTypeChecker();

  let agree = 0;
  const wrong: string[] = [];
  const open: string[] = [];
  for (const file of judged) {
    const source = checked.getSourceFile(path.join(root, file));
    if (!source) continue;
    for (const node of callExpressionsIn(source)) {
      const start = node.getStart(source);
      const ours = [...(followed.get(`${file}:${start}:${node.end}`) ?? [])].map((key) =>
        placeOf(program, key),
      );

      const declared = checker.getResolvedSignature(node)?.declaration;
      const body = declared && findBody(checker, declared);
      const theirFile = declared && path.relative(root, declared.getSourceFile().fileName);
      const isOurs = theirFile !== undefined && modules.has(theirFile);
      const theirs = isOurs && body ? `${theirFile}:${body.getStart()}` : null;

      const { line } = source.getLineAndCharacterOfPosition(start);
      const place = () =>
        `${file}:${line + 1} ${node.expression.getText().slice(-60)}: ${ours.join(", ") || "none"}, not ${theirs ?? theirFile}`;
      if (theirs !== null && ours.includes(theirs)) agree++;
      else if (theirs !== null && ours.length === 0) open.push(place());
      else if (theirs !== null) wrong.push(place());
      // The checker knows a function of a library, and we say it is one of the project.
      else if (theirFile?.includes("node_modules/") && ours.length > 0) wrong.push(place());
    }
  }
  return { agree, wrong, open };
}

/** From a function's key, `file#id`, to where it stands. */
function placeOf(program: Program, key: string): string {
  const at = key.lastIndexOf("#");
  const file = key.slice(0, at);
  return `${file}:${program.module(file)?.functions[Number(key.slice(at + 1))]?.start}`;
}

/** Null for what has none, such as a parameter of function type; for an overload, its implementation's. */
function findBody(
  checker: ts.TypeChecker,
  declared: ts.SignatureDeclaration | ts.JSDocSignature,
): ts.Node | null {
  if ("body" in declared && declared.body) return declared;
  if (!("name" in declared) || !declared.name) return null;
  const symbol = checker.getSymbolAtLocation(declared.name);
  return symbol?.declarations?.find((each) => "body" in each && each.body) ?? null;
}

function callExpressionsIn(source: ts.SourceFile): ts.CallExpression[] {
  const calls: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) calls.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return calls;
}

function readLayout(root: string): Layout {
  const files: string[] = [];
  const packages: WorkspacePackage[] = [];
  const aliases: PathAlias[] = [];
  const open = [""];
  for (let directory = open.pop(); directory !== undefined; directory = open.pop()) {
    const entries = readdirSync(path.join(root, directory), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = path.posix.join(directory, entry.name);
      if (entry.isDirectory()) {
        if (!/^(node_modules|dist|fixtures|__tests__|tests?|e2e|\..*)$/.test(entry.name)) open.push(file);
      } else if (/\.[cm]?tsx?$/.test(entry.name) && !/\.(test|spec|stories)\.tsx?$/.test(entry.name)) {
        files.push(file);
      } else if (entry.name === "package.json") {
        packages.push(readPackage(root, directory));
      } else if (entry.name === "tsconfig.json") {
        aliases.push(...readAliases(root, directory));
      }
    }
  }
  return { files: files.sort(), packages, aliases };
}

function readPackage(root: string, directory: string): WorkspacePackage {
  const manifest = JSON.parse(readFileSync(path.join(root, directory, "package.json"), "utf8"));
  const { outDir = null, rootDir = null } = readOptions(root, directory);
  return {
    name: manifest.name ?? "",
    directory,
    exports: manifest.exports ?? null,
    main: manifest.main ?? null,
    types: manifest.types ?? null,
    imports: manifest.imports ?? null,
    dependencies: {},
    outDir,
    rootDir,
  };
}

function readAliases(root: string, directory: string): PathAlias[] {
  const { paths = {}, baseUrl } = readOptions(root, directory);
  const base = path.posix.join(directory, baseUrl ?? ".");
  const aliases = Object.entries(paths as Record<string, string[]>).map(([pattern, targets]) => ({
    scope: directory,
    pattern,
    targets: targets.map((target) => path.posix.join(base, target)),
  }));
  if (baseUrl !== undefined)
    aliases.push({ scope: directory, pattern: "*", targets: [path.posix.join(base, "*")] });
  return aliases;
}

function readOptions(root: string, directory: string) {
  const { config } = ts.readConfigFile(path.join(root, directory, "tsconfig.json"), ts.sys.readFile);
  return config?.compilerOptions ?? {};
}

/** The checker finds workspace packages through `paths`, written here by a rule of thumb that shares nothing with ours. */
function compilerOptions(root: string, layout: Layout): ts.CompilerOptions {
  const paths: Record<string, string[]> = {};
  for (const { name, directory } of layout.packages) {
    if (name === "") continue;
    paths[name] = [path.join(root, directory, "src/index.ts")];
    paths[`${name}/*`] = [path.join(root, directory, "*"), path.join(root, directory, "src/*")];
  }
  for (const { pattern, targets } of layout.aliases) {
    if (pattern !== "*") paths[pattern] = targets.map((target) => path.join(root, target));
  }
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    jsx: ts.JsxEmit.Preserve,
    strict: true,
    noEmit: true,
    noResolve: false,
    types: [],
    skipLibCheck: true,
    experimentalDecorators: true,
    paths,
  };
}
