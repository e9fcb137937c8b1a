import ts from "typescript";
import { expect, test } from "vitest";
import { lower } from "../lower/lower.js";
import { link } from "./link.js";
import type { Program } from "./program.js";

function programOf(sources: Readonly<Record<string, string>>): Program {
  const modules = new Map(Object.entries(sources).map(([file, text]) => [file, lower(ts, file, text)]));
  return link({ files: Object.keys(sources), packages: [], aliases: [] }, modules);
}

function nameOf(program: Program, found: { file: string; class: number } | null): string | null {
  return found && `${found.file} ${program.module(found.file)?.classes[found.class]?.name}`;
}

function superclassOf(program: Program, file: string, name: string): string | null {
  const id = program.module(file)?.classes.findIndex((each) => each.name === name) ?? -1;
  return nameOf(program, program.superclassOf(file, id));
}

function subclassesOf(program: Program, file: string, name: string): readonly (string | null)[] {
  const id = program.module(file)?.classes.findIndex((each) => each.name === name) ?? -1;
  return program.subclassesOf(file, id).map((each) => nameOf(program, each));
}

function implementationsOf(program: Program, file: string, name: string): readonly (string | null)[] {
  const type = program.module(file)?.types.findIndex((each) => each.name === name) ?? -1;
  return program.implementationsOf(file, type).map((each) => nameOf(program, each));
}

test("a superclass is found through imports and namespaces", () => {
  const program = programOf({
    "base.ts": `export default class Base {} export class Named {}`,
    "main.ts": `
      import Base, { Named } from "./base";
      import * as all from "./base";
      import { EventEmitter } from "node:events";
      class A extends Base {} class B extends Named {} class C extends all.Named {}
      class D extends EventEmitter {} class E extends mixin(Base) {} class F {}`,
  });

  expect(superclassOf(program, "main.ts", "A")).toBe("base.ts Base");
  expect(superclassOf(program, "main.ts", "B")).toBe("base.ts Named");
  expect(superclassOf(program, "main.ts", "C")).toBe("base.ts Named");
  expect(superclassOf(program, "main.ts", "D")).toBeNull();
  expect(superclassOf(program, "main.ts", "E")).toBeNull();
  expect(superclassOf(program, "main.ts", "F")).toBeNull();
});

test("classes that extend themselves or each other end somewhere", () => {
  const program = programOf({
    "main.ts": `class Self extends Self { run() {} } class A extends B {} class B extends A {} interface I {} class C extends C implements I {}`,
  });

  expect(superclassOf(program, "main.ts", "Self")).toBeNull();
  expect(superclassOf(program, "main.ts", "A")).toBe("main.ts B");
  expect(subclassesOf(program, "main.ts", "A")).toEqual(["main.ts B"]);
  expect(implementationsOf(program, "main.ts", "I")).toEqual(["main.ts C"]);
});

test("an interface is implemented by those who say so, who extend one that does, and through wider interfaces", () => {
  const program = programOf({
    "store.ts": `
      export interface Store { get(): string }
      export interface Cache extends Store { clear(): void }
      export type Alias = Store;`,
    "memory.ts": `import type { Store, Alias } from "./store"; export class Memory implements Store {} export class Aliased implements Alias {}`,
    "redis.ts": `
      import type { Cache } from "./store";
      import { Memory } from "./memory";
      export class Redis implements Cache {} export class Child extends Memory {} export class Looks { get() {} }`,
  });

  expect(implementationsOf(program, "store.ts", "Store")).toEqual([
    "memory.ts Memory",
    "memory.ts Aliased",
    "redis.ts Redis",
    "redis.ts Child",
  ]);
  expect(implementationsOf(program, "store.ts", "Cache")).toEqual(["redis.ts Redis"]);
});

test("subclasses are found at any depth, and in the order of the files", () => {
  const program = programOf({
    "z.ts": `import { Base } from "./base"; export class Z extends Base {}`,
    "base.ts": `export abstract class Base {} export class Near extends Base {}`,
    "a.ts": `import { Near } from "./base"; export class Far extends Near {}`,
  });

  expect(subclassesOf(program, "base.ts", "Base")).toEqual(["a.ts Far", "base.ts Near", "z.ts Z"]);
  expect(subclassesOf(program, "a.ts", "Far")).toEqual([]);
});
