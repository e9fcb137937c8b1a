/** A cache may be old, torn, or somebody's joke: then it is none. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Compiler, type Module, lowerFile } from "@tenant-audit/core";
import { temporaryProject } from "@tenant-audit/testing";
import typescript from "typescript";
import { describe, expect, it } from "vitest";
import { lowerSources } from "./lower.js";
import { moduleCacheIn } from "./module-cache.js";

const text = `export const listInvoices = () => db.selectFrom("invoices").execute();\n`;
const { module } = lowerFile(typescript, "invoices.ts", text);

function filled(): { readonly directory: string; readonly entry: string } {
  const directory = path.join(temporaryProject().directory, "made/when/needed");
  moduleCacheIn(directory, "parser 1").keep("src/invoices.ts", text, module);
  return { directory, entry: path.join(directory, readdirSync(directory)[0]!) };
}

function found(directory: string, parser = "parser 1", file = "src/invoices.ts", of = text): Module | null {
  return moduleCacheIn(directory, parser).find(file, of);
}

describe("a module is found again", () => {
  const { directory } = filled();

  it("for the same text, in another directory too", () => {
    expect(found(directory)).toEqual(module);
    expect(found(directory, "parser 1", "elsewhere/invoices.ts")).toEqual(module);
  });

  it.each([
    ["another text", "parser 1", "src/invoices.ts", text.replace("invoices", "receipts")],
    ["another kind of file", "parser 1", "src/invoices.tsx", text],
    ["another parser", "parser 2", "src/invoices.ts", text],
  ])("but not for %s", (_, parser, file, of) => {
    expect(found(directory, parser, file, of)).toBeNull();
  });
});

describe("an entry is thrown away when", () => {
  const hash = (content: string): string => createHash("sha256").update(content).digest("hex");
  const signed = (entry: string, json: string): string => `${hash(path.basename(entry) + json)}\n${json}`;
  const empty = lowerFile(typescript, "invoices.ts", "");

  it.each<[string, (content: string, entry: string) => string]>([
    ["it is empty", () => ""],
    ["it was cut off", (content) => content.slice(0, -2)],
    ["a letter of it changed", (content) => content.replace("invoices", "invoicez")],
    ["its hash is of something else", (content) => content.replace(/^./, (one) => (one === "0" ? "1" : "0"))],
    [
      "it was signed for another text",
      (content) => `${hash(`other${content.slice(65)}`)}\n${content.slice(65)}`,
    ],
    ["it is no JSON", (_, entry) => signed(entry, "{")],
    ["it is no module", (_, entry) => signed(entry, `{"version":2}`)],
    [
      "it is the module of a text with another length",
      (_, entry) => signed(entry, JSON.stringify(empty.module)),
    ],
  ])("%s", (_, spoil) => {
    const { directory, entry } = filled();
    const content = readFileSync(entry, "utf8");
    const spoiled = spoil(content, entry);
    expect(spoiled).not.toBe(content);
    writeFileSync(entry, spoiled);
    expect(found(directory)).toBeNull();
    // And is written anew, over what was there.
    moduleCacheIn(directory, "parser 1").keep("src/invoices.ts", text, module);
    expect(found(directory)).toEqual(module);
  });

  it("is a directory", () => {
    const { directory, entry } = filled();
    rmSync(entry);
    mkdirSync(entry);
    expect(found(directory)).toBeNull();
  });
});

it("a signed entry would be believed: the hash is held against accidents", () => {
  const { directory, entry } = filled();
  const json = JSON.stringify({ ...module, imports: [] });
  writeFileSync(
    entry,
    `${createHash("sha256")
      .update(path.basename(entry) + json)
      .digest("hex")}\n${json}`,
  );
  expect(found(directory)).toEqual({ ...module, imports: [] });
});

it("what could not be written is not kept, and nothing fails", () => {
  const { directory } = temporaryProject({ taken: "a file" });
  const cache = moduleCacheIn(path.join(directory, "taken"), "parser 1");
  cache.keep("src/invoices.ts", text, module);
  expect(cache.find("src/invoices.ts", text)).toBeNull();
  expect(readFileSync(path.join(directory, "taken"), "utf8")).toBe("a file");
});

it("entries of a month ago are deleted, and nothing that is not ours", () => {
  const { directory, entry } = filled();
  writeFileSync(path.join(directory, "README"), "");
  const old = new Date(Date.now() - 31 * 24 * 60 * 60 * 1000);
  for (const name of readdirSync(directory)) utimesSync(path.join(directory, name), old, old);
  moduleCacheIn(directory, "parser 1").keep("src/other.ts", text, module);
  const left = readdirSync(directory);
  expect(left).toContain("README");
  expect(left).not.toContain(path.basename(entry));
  expect(left).toHaveLength(2);
});

it("no compiler is asked for when everything is known", () => {
  const { directory } = temporaryProject();
  const sources = [{ file: "src/invoices.ts", text, reasonNotToJudge: null }];
  const lowered = (compiler: () => Compiler) =>
    lowerSources(sources, { compiler, cache: moduleCacheIn(directory, "parser 1") });
  const cold = lowered(() => typescript);
  const warm = lowered(() => {
    throw new Error("asked for the compiler");
  });
  expect(warm).toEqual(cold);
  expect(warm.modules.size).toBe(1);
});
