import fc from "fast-check";
import ts from "typescript";
import { expect, it } from "vitest";
import { lowerFile } from "./lower.js";
import type { Module } from "./module.js";

const sample = `#!/usr/bin/env node
import type { Kysely } from "kysely"; import d, { db as b, type DB } from "./db.js"; import * as n from 'n';
const { Queue: q } = require("bullmq"), whole = require('x');
export interface Row<T> extends Base<T> { id: string; read?(a: T): Promise<Row<T>[]>; [key: string]: unknown }
export enum Role { A, B = 2, C = "c" } namespace N { export const k = 1; export function g() {} }
declare module "fastify" { interface FastifyRequest { user: typeof d | keyof Row<1>["id"] } }
// tenant-audit: reviewed -- \`\${not a template}\`
@Injectable() export default class Service<T> extends n.Base<T> implements Row<T> {
  static #count = 0; handler = async (x?: number) => this.#find({ x, ...rest }); static { init(); }
  constructor(private readonly db: Kysely<DB>, @Inject("y") y = /[/]"'/g) { super(y); }
  get [Symbol.iterator]() { return function* own() { yield* own(); } }
  async find(id: string, { a: [c, , ...e] = [], ...rest }: Options) {
    outer: for (const { row = 1 } of await this.db.selectFrom(\`t\${id}s\`).where("id", "=", id as string).execute()) {
      if (!row) continue outer; else if (row > 2 || id?.x?.[0]!.y) { var hoisted = row ** 2, z = (1, 2); }
      try { ({ a: n.x, b: hoisted } = row); } catch ({ code }) { throw new Error(code ?? \`\`); } finally { delete n.x; }
    }
    switch (id) { case "a": { return <T,>(t: T): t is T => t instanceof Service; } default: for (let i = 0; i < 9; i++); }
  }
}
module.exports.z = () => ({ get a() { return 1n }, set a(v) {}, async *m() {}, ["k" + 1]: <div a={b} {...d}>x{b}<D.E /></div> });
export { b as renamed, Service as "quoted name" }; export * as all from "all"; export = whole;
`;

const fragments = ["(", ")", "{", "}", "[", "]", "<", ">", "`", "${", "'", '"', "/", "/*", "*/", "//", ",", ";", ":", "?.", "=>", "=", "...",
  "class", "function", "async", "await", "yield", "export", "import", "default", "enum", "namespace", "declare", "type", "interface", "const", "var",
  "for", "of", "in", "if", "else", "try", "catch", "switch", "case", "return", "new", "super", "this", "@", "#", "\\", "\0", "\uFEFF", "\uD800", "<a>", "</a>", "1e999", "exports.x", "as", "!"]; // prettier-ignore

type Edit = { at: number; remove: number; insert: string };

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(sample.length),
  remove: fc.oneof(fc.constant(0), fc.nat(5), fc.nat(200)),
  insert: fc.oneof(
    fc.constantFrom(...fragments),
    fc.string({ unit: "binary", maxLength: 5 }),
    fc
      .tuple(fc.nat(sample.length), fc.nat(100))
      .map(([start, length]) => sample.slice(start, start + length)),
  ),
});

function applied(edits: readonly Edit[]): string {
  return edits.reduce(
    (text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove),
    sample,
  );
}

/** Everything that is wrong with a module on its face: places outside the text, numbers of things that are not there. */
function faultsOf(module: Module): string[] {
  const faults: string[] = [];
  const sizes = new Map([
    ["binding", module.bindings.length],
    ["function", module.functions.length],
    ["constructor", module.functions.length],
    ["scope", module.functions.length],
    ["parent", module.functions.length],
    ["class", module.classes.length],
  ]);
  const look = (value: unknown, path: string): void => {
    if (value === undefined) faults.push(`${path} is undefined`);
    if (typeof value !== "object" || value === null) return;
    const { start, end } = value as { start?: number; end?: number };
    if (start !== undefined && end !== undefined && !(start >= 0 && start <= end && end <= module.length)) {
      faults.push(`${path} spans ${start} to ${end}`);
    }
    for (const [key, inside] of Object.entries(value)) {
      const size = sizes.get(key);
      if (size !== undefined && typeof inside === "number" && !(inside >= 0 && inside < size)) {
        faults.push(`${path}.${key} is ${inside} of ${size}`);
      }
      look(inside, `${path}.${key}`);
    }
  };
  look(module, "module");
  const targets: Record<string, number> = {
    function: module.functions.length,
    class: module.classes.length,
    type: module.types.length,
  };
  for (const { name, kind, target } of module.bindings) {
    if (target !== null && !(target < (targets[kind] ?? 0)))
      faults.push(`${kind} ${name} has target ${target}`);
  }
  for (const [id, { id: own, parent }] of module.functions.entries()) {
    if (own !== id || (parent !== null && parent >= id))
      faults.push(`function ${id} says ${own}, below ${parent}`);
  }
  return faults;
}

it("the sample is a good one", () => {
  const { module } = lowerFile(ts, "sample.tsx", sample);
  expect(faultsOf(module)).toEqual([]);
  expect(module.functions.length).toBeGreaterThan(10);
});

it("no text makes it throw, or say what is not so", () => {
  fc.assert(
    fc.property(
      fc.array(edit, { minLength: 1, maxLength: 6 }),
      fc.constantFrom("a.ts", "a.tsx", "a.js", "a.mts", "a.d.ts"),
      (edits, fileName) => {
        const { module, failure } = lowerFile(ts, fileName, applied(edits));
        expect(failure).toBeNull();
        expect(faultsOf(module)).toEqual([]);
        expect(JSON.parse(JSON.stringify(module))).toEqual(module);
      },
    ),
    { numRuns: 400 },
  );
});
