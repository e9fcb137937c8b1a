/**
 * How the cost of an audit grows with the program. Work is counted and never timed: how often the engine's own functions are
 * called does not depend on the machine.
 */
import { Session } from "node:inspector";
import type { Report } from "@tenant-audit/core";
import type * as statements from "../../core/src/trace/statements.js";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { syntheticProject } from "../scripts/synthetic-project.js";
import { analyzed, analyzedFiles } from "./analyzed.js";

/** Which function bodies were walked, by `file#function`; once for each summary, and once for each call that is followed. */
const walked = vi.hoisted((): string[] => []);
vi.mock("../../core/src/trace/statements.js", async (original) => {
  const actual = await original<typeof statements>();
  const walkStatements: typeof actual.walkStatements = (machine, frame, body) => {
    walked.push(`${frame.file}#${frame.function}`);
    return actual.walkStatements(machine, frame, body);
  };
  return { ...actual, walkStatements };
});
beforeEach(() => void (walked.length = 0));

/** Stages of the engine, by how many calls of their functions a run took. */
function callsOf(run: () => void): ReadonlyMap<string, number> {
  const session = new Session();
  session.connect();
  const post = <Answer>(method: string, parameters: object = {}): Answer => {
    let answer: unknown;
    session.post(method, parameters, (error, result) => {
      if (error) throw error;
      answer = result;
    });
    return answer as Answer;
  };
  post("Profiler.enable");
  post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  run();
  const { result } = post<Coverage>("Profiler.takePreciseCoverage");
  session.disconnect();
  const calls = new Map<string, number>();
  for (const { url, functions } of result) {
    const stage = /\/packages\/core\/src\/(\w+)\//.exec(url)?.[1];
    if (stage === undefined) continue;
    const count = functions.reduce((sum, { ranges }) => sum + (ranges[0]?.count ?? 0), 0);
    calls.set(stage, (calls.get(stage) ?? 0) + count);
  }
  return calls;
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

function findingsIn({ findings }: Report): readonly string[] {
  return findings.map(({ rule, file }) => `${rule} ${file}`);
}

describe("twice the program", () => {
  const sizes = [16, 32, 64, 128];
  const runs = sizes.map((copies) => {
    let report: Report | null = null;
    const calls = callsOf(() => (report = analyzedFiles(syntheticProject(copies))));
    return { copies, calls, report: report! as Report };
  });
  const doublings = runs.slice(1).map((larger, index) => ({ smaller: runs[index]!, larger }));

  it.each(runs)("has one leak for each of its $copies copies", ({ copies, report }) => {
    const wanted = Array.from(
      { length: copies },
      (_, index) => `no-untrusted-tenant routes/thing-${index}.ts`,
    );
    expect([...findingsIn(report)].sort()).toEqual(wanted.sort());
  });

  it.each(doublings)("takes about twice the work, from $smaller.copies copies on", ({ smaller, larger }) => {
    const total = (calls: ReadonlyMap<string, number>): number =>
      [...calls.values()].reduce((sum, count) => sum + count, 0);
    expect(total(smaller.calls)).toBeGreaterThan(50_000);
    expect(total(larger.calls) / total(smaller.calls)).toBeLessThan(2.2);
    const steep = [...larger.calls].filter(([stage, count]) => count > 2.2 * (smaller.calls.get(stage) ?? 0));
    expect(steep).toEqual([]);
  });
});

describe("twice the branches of one handler", () => {
  const handler = (before: string, body: string): string => `
import Fastify from "fastify";
import { db } from "./database.js";
Fastify().get("/", async (request) => {
  ${before}
  ${body}
  return query.where("organization_id", "=", chosen).execute();
});`;
  const begin = `let chosen = request.user.organizationId; let query = db.selectFrom("invoices").selectAll();`;
  const times = (count: number, each: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => each(index)).join("\n");

  it.each<[string, (count: number) => string]>([
    [
      "that do nothing",
      (count) => times(count, (index) => `if (request.query.a${index}) console.log(${index});`),
    ],
    [
      "that add to a filter",
      (count) =>
        times(count, (index) => `if (request.query.a${index}) query = query.where("total", "=", ${index});`),
    ],
    [
      "of a switch that chooses",
      (count) =>
        `switch (request.query.kind) { ${times(count, (index) => `case ${index}: chosen = request.query.a${index}; break;`)} }`,
    ],
  ])("%s, take about twice the work", (_, branches) => {
    const work = (count: number): number =>
      [...callsOf(() => void analyzed(handler(begin, branches(count)))).values()].reduce(
        (sum, one) => sum + one,
        0,
      );
    const [once, twice, fourTimes] = [work(500), work(1000), work(2000)] as const;

    expect(twice / once).toBeLessThan(2.2);
    expect(fourTimes / twice).toBeLessThan(2.2);
  });
});

it("a function is walked once, whoever calls it, unless what it is given is a query", () => {
  const copies = 32;
  analyzedFiles(syntheticProject(copies));
  const times = new Map<string, number>();
  for (const fn of walked) times.set(fn, (times.get(fn) ?? 0) + 1);
  expect(times.size).toBeGreaterThan(10 * copies);
  // Followed from each repository with the query at hand, and once for whoever may call it besides.
  expect([...times].filter(([, count]) => count > 1)).toEqual([["core/page.ts#1", copies + 1]]);
});

it("a function of a module that is handed out of sight is walked once, however many hand it on", () => {
  const parts = Array.from(
    { length: 8 },
    (_, index) => `const part${index + 1} = () => { show(part${index}); show(part${index}); };`,
  );
  analyzed(`import { show } from "elsewhere";
    const part0 = () => "text";
    ${parts.join("\n")}
    export const whole = () => show(part8);`);
  const ofParts = walked.filter((fn) => fn.startsWith("main.ts#") && fn !== "main.ts#0");
  expect(ofParts).toHaveLength(new Set(ofParts).size);
  expect(new Set(ofParts).size).toBe(10);
});
