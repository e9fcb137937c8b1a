import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";
import { parseConfiguration } from "../tenancy/config.js";

/** What a scan notes of one declared authenticator. */
function notesOf(module: string, name: string, source: string, others: Record<string, string> = {}) {
  const declared = [{ module, function: name, does: "authenticator" }];
  const { configuration } = parseConfiguration(
    `{\n"functions": ${JSON.stringify(declared)}\n}`,
    "tenant-audit.config.json",
  );
  return analyzed(source, others, configuration).project.notes;
}

test("what is called needs no note", () => {
  expect(notesOf("@acme/identity", "whoIs", 'import { whoIs } from "@acme/identity";\nwhoIs();')).toEqual([]);
  expect(
    notesOf(
      "@acme/identity",
      "create().whoIs",
      'import * as all from "@acme/identity";\nall.create().whoIs();',
    ),
  ).toEqual([]);
  expect(
    notesOf("@acme/identity", "whoIs", 'import identity from "@acme/identity/server";\nidentity.whoIs();'),
  ).toEqual([]);
});

test.each([
  [
    "a package that nobody imports",
    "@acme/identiti",
    "whoIs",
    'but no file here imports that package. Did you mean "@acme/identity"?',
  ],
  [
    "a function that nobody calls",
    "@acme/identity",
    "whois",
    'and nothing here is seen to call that. Did you mean "whoIs"? What is called of it: whoIs.',
  ],
  ["a package that is known", "jose", "jwtVerify", "but what that package does is known. Leave it out."],
])("%s", (_, module, name, words) => {
  expect(notesOf(module, name, 'import { whoIs } from "@acme/identity";\nwhoIs();')).toEqual([
    {
      file: "tenant-audit.config.json",
      line: 2,
      message: `functions[0] says what "${name}" of "${module}" does, ${words}`,
    },
  ]);
});
