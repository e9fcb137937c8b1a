import ts from "typescript";
import { describe, expect, it } from "vitest";
import { lower } from "./lower.js";
import { isModule } from "./shape.js";

const sample = `
import fastify, { type FastifyInstance as App } from "fastify";
export * from "./other.js";
export { a as b } from "./a.js";
enum Level { low = 1, high = "high" }
interface Row<T> extends Other { readonly id: string; get?(): T }
type Key = keyof Row<[string, number]> | Row<string>["id"] | (typeof fastify)[] | ((a?: string) => void) | (A & B);
abstract class Service<T> extends Base<T> implements Thing {
  static #count = 0;
  @Inject() private field?: string;
  constructor(private readonly db: Database, public rest = 1) { super(); }
  get rows() { return this.field!; }
  async *load(...ids: string[]): AsyncGenerator<Row> { yield* await ids; }
}
// tenant-audit: reviewed -- a directive
export default function outer({ a, ...others }: { a: string }, [b = 1, , c]: number[]) {
  label: for (const one of [1, ...others, -2, \`x\${a}\`, sql\`y\${b}\`, /z/, 1n]) {
    if (one) continue label; else break;
  }
  for (let i = 0; i < 1; i++) switch (i) { case 1: throw new Error("x"); default: break; }
  try { a ??= b ? c : (d, e); } catch (error) { import("./x.js"); } finally { others["a"]?.b(); }
  const f = (x: unknown) => (x as string) satisfies string && !x || class {};
  return <Page rows={f} />;
}
const broken = ;
`;
const module = lower(ts, "sample.tsx", sample);
/** Plain data, to be spoiled: what TypeScript says of modules is in the way. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- it is about shapes that no type would let pass
type Changeable = Record<string, any>;
const copy = () => JSON.parse(JSON.stringify(module)) as Record<string, unknown>;

it("takes what lowering makes, after a way through JSON", () => {
  expect(module.problems.length).toBeGreaterThan(0);
  expect(isModule(copy())).toBe(true);
  expect(isModule(JSON.parse(JSON.stringify(lower(ts, "empty.ts", ""))))).toBe(true);
});

describe("refuses", () => {
  it.each([null, undefined, 1, "module", [], {}])("%j, which is no module at all", (value) => {
    expect(isModule(value)).toBe(false);
  });

  it.each<[string, (changed: Changeable) => void]>([
    ["of another version", (changed) => (changed.version += 1)],
    ["without functions", (changed) => (changed.functions = [])],
    ["with a binding that is not there", (changed) => (changed.imports[0].names[0].binding = 10_000)],
    ["with a function that is not there", (changed) => (changed.bindings[0].scope = 10_000)],
    ["with a function that is its own parent", (changed) => (changed.functions[1].parent = 1)],
    ["with functions out of order", (changed) => changed.functions.reverse()],
    ["with a place behind its end", (changed) => (changed.functions[0].end = changed.length + 1)],
    ["with a word for a place", (changed) => (changed.lineStarts[0] = "0")],
    ["with an unknown kind of statement", (changed) => changed.functions[0].body.push({ kind: "goto" })],
    ["with a kind that every object has", (changed) => (changed.exports[0].kind = "constructor")],
  ])("a module %s", (_, change) => {
    const changed = copy() as never;
    change(changed);
    expect(isModule(changed)).toBe(false);
  });

  it("code that is nested deeper than the stack", () => {
    const changed = copy() as unknown as { functions: { body: unknown[] }[] };
    let deepest: object = { kind: "this", start: 0, end: 0 };
    for (let depth = 0; depth < 100_000; depth++)
      deepest = { kind: "await", expression: deepest, start: 0, end: 0 };
    changed.functions[0]!.body.push({ kind: "expression", expression: deepest, start: 0, end: 0 });
    expect(isModule(changed)).toBe(false);
  });

  it("a module from which any one property is missing", () => {
    const missed: string[] = [];
    const visit = (node: unknown, whole: unknown, where: string): void => {
      if (typeof node !== "object" || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (!Array.isArray(node)) {
          delete (node as Record<string, unknown>)[key];
          if (isModule(whole)) missed.push(`${where}.${key}`);
          (node as Record<string, unknown>)[key] = value;
        }
        visit(value, whole, `${where}.${key}`);
      }
    };
    const whole = copy();
    visit(whole, whole, "module");
    expect(missed).toEqual([]);
  });
});
