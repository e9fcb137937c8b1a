import ts from "typescript";
import { expect, test } from "vitest";
import { declarationsOf } from "../../../link/declarations.js";
import { link } from "../../../link/link.js";
import { lower } from "../../../lower/lower.js";
import { constantOf } from "./constants.js";

/** What the constant `asked` of the first file is. */
function asked(files: Record<string, string>) {
  const modules = new Map(Object.entries(files).map(([file, text]) => [file, lower(ts, file, text)]));
  const program = link({ files: Object.keys(files), packages: [], aliases: [] }, modules);
  const [file] = Object.keys(files);
  const module = program.module(file!)!;
  const binding = module.bindings.findIndex(({ name }) => name === "asked");
  const source = declarationsOf(module).sources.get(binding);
  if (source?.from.kind !== "initializer" || !source.from.expression) throw new Error("Nothing is asked.");
  return constantOf(program, file!, source.from.expression);
}

test.each([
  ["a literal", "const asked = 'users';", "users"],
  ["a negative number", "const asked = -1;", -1],
  ["a list", "const asked = ['a', null, true] as const;", ["a", null, true]],
  ["a template of constants", "const a = 'auth'; const asked = `${a}.users`;", "auth.users"],
  ["joined texts", "const asked = 'auth' + '.users';", "auth.users"],
  ["a property", "const names = { users: 'app_users' } as const; const asked = names.users;", "app_users"],
])("%s is constant", (_, text, value) => {
  expect(asked({ "a.ts": text })).toEqual(value);
});

test("an imported constant is followed", () => {
  const files = {
    "a.ts": 'import { t } from "./b.js"; const asked = t;',
    "b.ts": 'export const t = "users";',
  };
  expect(asked(files)).toBe("users");
});

test.each([
  ["a variable that may change", "let a = 'users'; const asked = a;"],
  ["a call", "const asked = nameOf('users');"],
  ["a template with a call", "const asked = `x_${nameOf()}`;"],
  ["a property behind a spread", "const names = { users: 'a', ...more }; const asked = names.users;"],
  ["a constant that depends on itself", "const asked = [asked];"],
  ["a list with something unknown", "const asked = ['a', nameOf()];"],
])("%s is not", (_, text) => {
  expect(asked({ "a.ts": text })).toBeUndefined();
});

test("a very deep expression ends", () => {
  expect(asked({ "a.ts": `const asked = ${"[".repeat(150)}${"]".repeat(150)};` })).toBeUndefined();
});
