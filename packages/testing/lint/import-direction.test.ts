import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const eslint = new ESLint({ cwd: root });

/** What our own lint says about the direction of imports in `code`, if it stood in `file`. */
async function complaintsAbout(file: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(code, { filePath: `${root}/${file}` });
  return results
    .flatMap((result) => result.messages)
    .filter((message) => message.fatal || message.ruleId === "house/import-direction")
    .map((message) => message.message);
}

describe("an import against the direction is stopped with a reason", () => {
  test.each([
    ["judge/verdict.ts", `import { Node } from "../lower/node.js";`, /follows from facts, not from syntax/],
    ["judge/verdict.ts", `import type { Node } from "../lower/node.js";`, /follows from facts/],
    ["judge/deep/verdict.ts", `export * from "../../lower/node.js";`, /follows from facts/],
    ["report/json.ts", `type Node = import("../lower/node.js").Node;`, /written from paths and findings/],
    ["judge/verdict.ts", `import { say } from "../report/say.js";`, /wording belongs to report/],
    ["lower/lower.ts", `import { link } from "../link/link.js";`, /text of one file alone/],
    ["link/link.ts", `import { Table } from "../tenancy/table.js";`, /what a tenant is/],
    ["trace/trace.ts", `import { kysely } from "../libraries/kysely/kysely.js";`, /stay inside libraries/],
    ["analyze.ts", `import { fastify } from "./frameworks/fastify/routes.js";`, /stay inside frameworks/],
    ["trace/trace.ts", `import { judge } from "../judge/judge.js";`, /the verdict on it comes later/],
    ["libraries/kysely/root.ts", `import { where } from "../prisma/where.js";`, /side by side/],
    ["libraries/kysely/root.ts", `import { walkCall } from "../../trace/walk.js";`, /decided once/],
    ["frameworks/trpc/router.ts", `import { hook } from "../fastify/hook.js";`, /side by side/],
    ["constraint/and.ts", `import { judge } from "../judge/judge.js";`, /predicate algebra/],
    ["trace/trace.ts", `import { analyze } from "../analyze.js";`, /closes a circle/],
    ["tenancy/read.ts", `import { readFileSync } from "node:fs";`, /no file system/],
    ["tenancy/read.ts", `const fs = await import("fs/promises");`, /no file system/],
    ["tenancy/read.ts", `const fs = require("fs");`, /no file system/],
    ["link/link.ts", `import type ts from "typescript";`, /Only lower knows a syntax tree/],
    ["lower/lower.ts", `import ts from "typescript";`, /The compiler is handed in/],
    ["lower/lower.ts", `import { Project } from "ts-morph";`, /stays in its shell/],
    ["judge/rules.ts", `import { Linter } from "eslint";`, /stays in its shell/],
    ["report/text.ts", `import pc from "picocolors";`, /stays in its shell/],
    ["report/text.ts", `import { Command } from "commander";`, /stays in its shell/],
    ["report/text.ts", `import { main } from "tenant-audit";`, /never the other way round/],
  ])("core/src/%s: %s", async (file, code, reason) => {
    expect(await complaintsAbout(`packages/core/src/${file}`, code)).toEqual([expect.stringMatching(reason)]);
  });

  test.each([
    ["cli/src/scan.ts", `import { Project } from "ts-morph";`, /keep it in one file/],
    ["cli/src/scan.ts", `const { Project } = await import("ts-morph");`, /keep it in one file/],
    ["cli/src/typescript-cache.ts", `import { Project } from "ts-morph";`, /keep it in one file/],
    ["project/src/walk.ts", `import { Project } from "ts-morph";`, /each shell's own/],
    ["project/src/walk.ts", `import { sqlParser } from "@tenant-audit/sql";`, /each shell's own/],
    ["cli/src/scan.ts", `import { ESLint } from "eslint";`, /works without ESLint/],
    ["eslint-plugin/src/parser.ts", `import ts from "typescript";`, /the user's TypeScript/],
    ["eslint-plugin/src/parser.ts", `import { Project } from "ts-morph";`, /on every keystroke/],
    ["eslint-plugin/src/rule.ts", `import { run } from "@tenant-audit/testing";`, /not published/],
  ])("%s: %s", async (file, code, reason) => {
    expect(await complaintsAbout(`packages/${file}`, code)).toEqual([expect.stringMatching(reason)]);
  });
});

describe("an import along the direction is left alone", () => {
  test.each([
    ["core/src/link/link.ts", `import type { Module } from "../lower/module.js";`],
    ["core/src/lower/lower.ts", `import type ts from "typescript";`],
    ["core/src/lower/lower.ts", `import { place } from "./place.js";`],
    ["core/src/libraries/kysely/root.ts", `import type { Node } from "../../lower/module.js";`],
    ["core/src/libraries/kysely/root.ts", `import type { Library } from "../library.js";`],
    ["core/src/libraries/kysely/root.ts", `import { where } from "./where.js";`],
    ["core/src/libraries/kysely/root.ts", `import { operandOf } from "../../trace/operand.js";`],
    ["core/src/libraries/index.ts", `import { kysely } from "./kysely/index.js";`],
    ["core/src/trace/trace.ts", `import { libraries } from "../libraries/index.js";`],
    ["core/src/judge/judge.ts", `import type { Trail } from "../trace/trail.js";`],
    ["core/src/analyze.ts", `import { judge } from "./judge/judge.js";`],
    ["core/src/lower/lower.test.ts", `import ts from "typescript"; import fs from "node:fs";`],
    ["cli/src/typescript.ts", `import { ts } from "ts-morph";`],
    ["cli/src/scan.ts", `const { discover } = await import("@tenant-audit/project");`],
    ["eslint-plugin/src/parser.ts", `import ts from "@typescript/typescript6";`],
    ["eslint-plugin/src/rule.ts", `import { analyze } from "@tenant-audit/core";`],
  ])("%s: %s", async (file, code) => {
    expect(await complaintsAbout(`packages/${file}`, code)).toEqual([]);
  });
});
