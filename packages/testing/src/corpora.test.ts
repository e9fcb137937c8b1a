/**
 * Every query of real projects is in the inventory, and none is made up. The projects are not in this repository: each
 * folder of TENANT_AUDIT_CORPORA (`../corpora` beside the checkout if it is not set) is one, sources only. Calls are
 * counted from syntax alone, by TypeScript's parser, with no part of the engine.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Report } from "@tenant-audit/core";
import { nodeFileSystem, run } from "tenant-audit";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { callsIn, functionsIn, isCallThere, type CountedCall } from "./counted-calls.js";
import { sorts } from "./counted-clients.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const corpora = path.resolve(repository, process.env["TENANT_AUDIT_CORPORA"] ?? "../corpora");
const projects = existsSync(corpora)
  ? readdirSync(corpora, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => ({ name: entry.name, directory: path.join(corpora, entry.name) }))
  : [];

/** Libraries whose queries can be told by their shape alone. */
const countedHere = new Set(["kysely", "prisma", "drizzle"]);
const kyselyRoots = new Set([
  "selectFrom",
  "selectNoFrom",
  "insertInto",
  "updateTable",
  "deleteFrom",
  "replaceInto",
  "mergeInto",
]);
const prismaOperations = new Set(
  "findUnique findUniqueOrThrow findFirst findFirstOrThrow findMany create createMany createManyAndReturn update updateMany updateManyAndReturn upsert delete deleteMany count aggregate groupBy".split(
    " ",
  ),
);

const drizzleWrites = new Set(["insert", "update", "delete", "$count"]);
const drizzleReads = new Set(["findFirst", "findMany"]);

describe("the inventory of real projects", () => {
  if (projects.length === 0)
    it.skip(`is not counted: there are no projects in ${path.relative(repository, corpora)}`, () => {});

  it.each(projects)(
    "$name: every query that can be counted from the text is a path",
    async ({ name, directory }) => {
      const report = await scan(directory);
      const judged = new Set(report.paths.map((one) => one.file));
      const lost: string[] = [];
      const invented: string[] = [];
      let counted = 0;
      for (const file of judgedSources(directory, report)) {
        const calls = queriesIn(directory, file, modelsOf(directory), tablesOf(directory));
        counted += calls.length;
        if (calls.length === 0 && !judged.has(file)) continue;
        const paths = report.paths.filter(
          (one) =>
            one.file === file &&
            countedHere.has(one.library) &&
            one.operation !== "raw" &&
            one.language !== "sql",
        );
        if (calls.length > paths.length) lost.push(`${file}: ${calls.length} calls, ${paths.length} paths`);
        if (calls.length < paths.length)
          invented.push(`${file}: ${calls.length} calls, ${paths.length} paths`);
      }
      console.log(
        `${name}: ${counted} queries counted, ${report.summary.paths} paths in all`,
        report.summary.byVerdict,
        report.summary.byGrade,
      );
      expect(lost).toEqual([]);
      expect(invented).toEqual([]);
    },
    300_000,
  );
});

const librariesCounted = new Set([
  "kysely",
  "prisma",
  "drizzle",
  ...sorts.flatMap(({ libraries }) => libraries),
]);

/** Files, memory and the project's own layers are left out: which of their calls reach a tenant's data is no question of syntax. */
function isCountedByLayer({ kind, library, operation, language }: Report["paths"][number]): boolean {
  return (
    librariesCounted.has(library) &&
    kind !== "call" &&
    (!countedHere.has(library) || operation === "raw" || language === "sql")
  );
}

describe("raw SQL, caches, queues and stores of objects in real projects", () => {
  if (projects.length === 0)
    it.skip(`are not counted: there are no projects in ${path.relative(repository, corpora)}`, () => {});

  it.each(projects)(
    "$name: at least 99 of 100 calls are paths, and no path stands where nothing is called",
    async ({ name, directory }) => {
      const report = await scan(directory);
      const files = judgedSources(directory, report).map((file) => ({
        file,
        text: () => readFileSync(path.join(directory, file), "utf8"),
      }));
      const calls = callsIn(files);
      const isAt = (call: CountedCall, one: Report["paths"][number]): boolean =>
        one.file === call.file &&
        one.kind === call.layer &&
        one.line <= call.endLine &&
        one.endLine >= call.at;
      const lost = calls.filter((call) => !report.paths.some((one) => isAt(call, one)));
      const uncounted = report.paths.filter(
        (one) => isCountedByLayer(one) && !calls.some((call) => isAt(call, one)),
      );
      const declared = new Set(uncounted.length > 0 ? files.flatMap(({ text }) => functionsIn(text())) : []);
      // A wrapper of the project's own is a path where it is called: no library's call stands there.
      const invented = uncounted.filter(
        (one) =>
          !isCallThere(files.find(({ file }) => file === one.file)?.text() ?? "", one, (name) =>
            declared.has(name),
          ),
      );
      const lines = (all: readonly CountedCall[]): readonly string[] =>
        all.map(({ file, at, sort, method }) => `${file}:${at} ${sort} ${method}`);
      console.table(
        [...new Set(calls.map(({ layer, sort }) => `${layer}, ${sort}`))].sort().map((layer) => ({
          project: name,
          layer,
          counted: calls.filter((one) => `${one.layer}, ${one.sort}` === layer).length,
          lost: lost.filter((one) => `${one.layer}, ${one.sort}` === layer).length,
        })),
      );
      console.log(`${name}: ${uncounted.length} paths where wrappers are called`, lines(lost));
      expect(invented.map(({ file, line, library }) => `${file}:${line} ${library}`)).toEqual([]);
      // Of each layer for itself, so that many queries hide no lost job; of fewer than a hundred, none at all.
      const layers = [...new Set(calls.map(({ layer }) => layer))].map((layer) => ({
        counted: calls.filter((one) => one.layer === layer).length,
        lost: lost.filter((one) => one.layer === layer),
      }));
      const tooMany = layers.filter((one) => one.lost.length > Math.floor(one.counted / 100));
      expect(tooMany.flatMap((one) => lines(one.lost))).toEqual([]);
    },
    600_000,
  );
});

function scan(directory: string): Promise<Report> {
  let report = reports.get(directory);
  if (!report) reports.set(directory, (report = scanned(directory)));
  return report;
}
const reports = new Map<string, Promise<Report>>();

async function scanned(directory: string): Promise<Report> {
  const printed: string[] = [];
  await run(["scan", directory, "--format", "json"], {
    workingDirectory: repository,
    environment: {},
    stdout: { isTerminal: false, columns: undefined, write: (text) => void printed.push(text) },
    stderr: { isTerminal: false, columns: undefined, write: () => {} },
    fileSystem: nodeFileSystem,
    today: "2026-11-01",
  });
  return JSON.parse(printed.join("")) as Report;
}

/** What the scan did not leave out; that it leaves out the right files is tested elsewhere. */
function judgedSources(directory: string, report: Report): readonly string[] {
  const left = new Set([...report.project.notJudged, ...report.project.skipped].map(({ file }) => file));
  const isLeft = (file: string): boolean =>
    left.has(file) || [...left].some((one) => file.startsWith(one.endsWith("/") ? one : `${one}/`));
  return filesBelow(directory, "")
    .filter((file) => /(?<!\.d)\.[cm]?[jt]sx?$/.test(file))
    .filter((file) => !isLeft(file));
}

function filesBelow(directory: string, below: string): readonly string[] {
  return readdirSync(path.join(directory, below), { withFileTypes: true }).flatMap((entry) => {
    const file = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory())
      return /^(?:node_modules|\.git|dist)$/.test(entry.name) ? [] : filesBelow(directory, file);
    return entry.isFile() ? [file] : [];
  });
}

function modelsOf(directory: string): ReadonlySet<string> {
  let known = models.get(directory);
  if (!known) {
    const schemas = filesBelow(directory, "").filter((file) => file.endsWith(".prisma"));
    const names = schemas.flatMap((file) =>
      [...readFileSync(path.join(directory, file), "utf8").matchAll(/^\s*model\s+(\w+)/gm)].map(
        (match) => match[1]!,
      ),
    );
    known = new Set(names.map((name) => name[0]!.toLowerCase() + name.slice(1)));
    models.set(directory, known);
  }
  return known;
}
const models = new Map<string, ReadonlySet<string>>();

/** What holds a table of Drizzle's, by the text of the declaration. */
function tablesOf(directory: string): ReadonlySet<string> {
  let known = tables.get(directory);
  if (!known) {
    const sources = filesBelow(directory, "").filter((file) => /\.[cm]?tsx?$/.test(file));
    const declaration = /\bconst\s+(\w+)\s*=\s*(?:pg|mysql|sqlite|singlestore)Table\s*\(/g;
    const names = sources.flatMap((file) =>
      [...readFileSync(path.join(directory, file), "utf8").matchAll(declaration)].map((match) => match[1]!),
    );
    tables.set(directory, (known = new Set(names)));
  }
  return known;
}
const tables = new Map<string, ReadonlySet<string>>();

/**
 * Of Drizzle: `….select(…).from(…)`, `….insert(table)`, `….query.table.findMany(…)`, for what holds a table and on anything that is
 * called like a client.
 */
function isOfDrizzle(
  callee: ts.PropertyAccessExpression,
  [first]: readonly ts.Expression[],
  known: ReadonlySet<string>,
): boolean {
  const method = callee.name.text;
  const receiver = bare(callee.expression);
  if (known.size === 0) return false;
  if (method === "from" && ts.isCallExpression(receiver)) {
    const before = bare(receiver.expression);
    return ts.isPropertyAccessExpression(before) && /^select(?:Distinct(?:On)?)?$/.test(before.name.text);
  }
  if (drizzleWrites.has(method) && first && isClient(receiver))
    return known.has(lastName(bare(first))) || lastName(bare(first)) === "table";
  if (!drizzleReads.has(method) || !ts.isPropertyAccessExpression(receiver)) return false;
  const query = bare(receiver.expression);
  return (
    ts.isPropertyAccessExpression(query) &&
    query.name.text === "query" &&
    (known.has(receiver.name.text) || isClient(bare(query.expression)))
  );
}

function lastName(node: ts.Expression): string {
  return ts.isPropertyAccessExpression(node) ? node.name.text : ts.isIdentifier(node) ? node.text : "";
}

/** Calls by their shape: `….selectFrom(…)`, `….invoice.findMany(…)` for a model of the schema, on anything that is called like a client. */
function queriesIn(
  directory: string,
  file: string,
  known: ReadonlySet<string>,
  tablesOfDrizzle: ReadonlySet<string>,
): readonly string[] {
  const text = readFileSync(path.join(directory, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const callee = bare(node.expression);
      const method = ts.isPropertyAccessExpression(callee)
        ? callee.name.text
        : ts.isIdentifier(callee)
          ? callee.text
          : "";
      if (kyselyRoots.has(method)) found.push(method);
      if (ts.isPropertyAccessExpression(callee) && isOfDrizzle(callee, node.arguments, tablesOfDrizzle))
        found.push(method);
      else if (ts.isPropertyAccessExpression(callee) && prismaOperations.has(method)) {
        const model = bare(callee.expression);
        if (
          ts.isPropertyAccessExpression(model) &&
          known.has(model.name.text) &&
          isClient(bare(model.expression))
        )
          found.push(method);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isClient(node: ts.Expression): boolean {
  // `prisma.$primary()`, `prisma.$extends(…)`: a client again.
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression))
    return node.expression.name.text.startsWith("$") && isClient(bare(node.expression.expression));
  const name = ts.isPropertyAccessExpression(node) ? node.name.text : ts.isIdentifier(node) ? node.text : "";
  return /prisma|^(?:tx|trx|transaction|db|database|primary|replica|p|client|executor)$/i.test(name);
}

function bare(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isAwaitExpression(node)
    ? bare(node.expression)
    : node;
}
