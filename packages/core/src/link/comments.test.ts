import ts from "typescript";
import { describe, expect, it } from "vitest";
import { lower } from "../lower/lower.js";
import { commentsIn } from "./comments.js";
import { link } from "./link.js";

/** What each comment stands above: the text of the statement, or what else it is. */
function above(text: string): readonly string[] {
  const layout = { files: ["a.ts"], packages: [], aliases: [] };
  const program = link(layout, new Map([["a.ts", lower(ts, "a.ts", text)]]));
  return commentsIn(program, ["a.ts", "no-such-file.ts"]).map(({ above }) =>
    above.kind === "statement"
      ? text.slice(above.span.start, above.span.end)
      : above.kind === "declaration"
        ? above.of
        : "nothing",
  );
}

describe("a comment stands above", () => {
  it.each([
    ["an expression", "await a();"],
    ["variables", "const a = b();"],
    ["variables that are exported", "export const a = b();"],
    ["a block with all that is in it", "if (a) { b(); }"],
    ["a loop", "for (const a of b) await c(a);"],
    ["a call with a function in it", "a(() => { b(); });"],
    ["a label", "a: while (b) c();"],
  ])("%s", (_, statement) => {
    expect(above(`z();\n// tenant-audit: public\n${statement}\nz();`)).toEqual([statement]);
  });

  it.each([
    ["a function", "return a;", "function f() {", "}"],
    ["a method", "const a = b();", "class A { f() {", "}}"],
    ["the body of an arrow", "a()", "const f = () =>", ";"],
    ["a branch", "return a;", "if (b) {} else {", "}"],
    ["a case", "a();", "switch (b) { case 1:", "}"],
    ["a catch", "throw a;", "try {} catch (a) {", "}"],
    ["a callback", "return a;", "b(function () {", "});"],
  ])("a statement in %s", (_, statement, before, after) => {
    expect(above(`${before}\n  // tenant-audit: public\n  ${statement}\n${after}`)).toEqual([statement]);
  });

  it.each([
    ["function", "function a() {}"],
    ["function", "export default async function () {}"],
    ["function", "export const a = async () => b();"],
    ["function", "const a = (function () {}) as B, c = () => d();"],
    ["class", "export class A {}"],
    ["class", "const A = class {};"],
  ])("a %s: %s", (what, declaration) => {
    expect(above(`// tenant-audit: public\n${declaration}`)).toEqual([what]);
  });

  it.each([
    ["a method", "class A {\n  // tenant-audit: public\n  f() {}\n}"],
    ["a field", "class A {\n  // tenant-audit: public\n  a = b();\n}"],
    ["a property", "a({\n  // tenant-audit: public\n  b: c(),\n});"],
    ["an element", "a([\n  // tenant-audit: public\n  b(),\n]);"],
    ["the rest of a chain", "a\n  // tenant-audit: public\n  .b();"],
    ["a case", "switch (a) {\n  // tenant-audit: public\n  case 1:\n}"],
    ["the end of a block", "{\n  a();\n  // tenant-audit: public\n}"],
    ["a type", "// tenant-audit: public\ninterface A {}"],
    ["a statement behind which it stands", "a(); // tenant-audit: public\nb();"],
  ])("nothing that is a statement: %s", (_, text) => {
    expect(above(text)).toEqual(["nothing"]);
  });
});
