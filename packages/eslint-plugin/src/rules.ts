/** The ESLint rules, one for each rule of the engine. */
import { type Rule, rules } from "@tenant-audit/core";
import { ESLintUtils, type TSESLint } from "@typescript-eslint/utils";
import { analyzeFile } from "./analysis.js";
import type { FileAnalysis, FileFinding } from "./findings.js";
import { type RuleOptions, type Settings, settingsFrom } from "./settings.js";
import { findSuggestion } from "./suggestion.js";

type MessageIds = "fault" | "configuration" | "addConstraint";
type Options = readonly [RuleOptions?];
export type TenantIsolationRule = TSESLint.RuleModule<MessageIds, Options>;

/** Those that can be judged with one file and the model. The others take the whole project. */
export const editorRules: readonly Rule[] = rules.filter(isOfOneFile);

export const eslintRules: Readonly<Record<string, TenantIsolationRule>> = Object.fromEntries(
  rules.map((rule) => [rule.id, eslintRule(rule)]),
);

function isOfOneFile({ frontEnds }: Rule): boolean {
  return frontEnds.includes("editor");
}

function eslintRule(rule: Rule): TenantIsolationRule {
  const { id, fault, url, tags, suggests } = rule;
  const createRule = ESLintUtils.RuleCreator<{ recommended: boolean; tags: readonly string[] }>(() => url);
  return createRule<Options, MessageIds>({
    name: id,
    meta: {
      type: "problem",
      docs: { description: fault, recommended: isOfOneFile(rule), tags },
      hasSuggestions: suggests,
      messages: {
        // The engine words its findings, so that the editor and a scan say the same.
        fault: "{{message}}",
        configuration: "{{message}}",
        addConstraint: "Add {{code}}",
      },
      schema: [
        {
          type: "object",
          properties: { config: { type: "string", description: "The tenant-audit.config.json to judge by" } },
          additionalProperties: false,
        },
      ],
      defaultOptions: [{}],
    },
    create: (context) => ({
      Program(program) {
        const { sourceCode, settings, options, cwd } = context;
        const given = settingsFrom(settings, options[0], cwd);
        if (!given.project && !isOfOneFile(rule))
          return context.report({
            node: program,
            messageId: "configuration",
            data: { message: needsProject(id) },
          });
        const analysis = analysisOf(context.filename, sourceCode, given);
        for (const message of errorsToReport(analysis))
          context.report({ node: program, messageId: "configuration", data: { message } });
        for (const found of analysis.findings) if (found.finding.rule === id) report(context, found);
      },
    }),
  });
}

/** A rule that is switched on and never speaks would be taken for one that found nothing. */
function needsProject(id: string): string {
  return `tenant-isolation/${id} can only be judged with the whole project in sight. Use tenantIsolation.configs.project, or set settings["tenant-isolation"].project to true; else leave the rule to tenant-audit scan.`;
}

function report(context: TSESLint.RuleContext<MessageIds, Options>, { finding, repair }: FileFinding): void {
  const code = repair && findSuggestion(repair, context.sourceCode);
  context.report({
    // Lines and columns of findings count from 1; ESLint counts columns from 0.
    loc: {
      start: { line: finding.line, column: finding.column - 1 },
      end: { line: finding.endLine, column: finding.endColumn - 1 },
    },
    messageId: "fault",
    data: { message: finding.message },
    suggest:
      repair && code !== null
        ? [
            {
              messageId: "addConstraint",
              data: { code: code.trim() },
              fix: (fixer) => fixer.insertTextAfterRange([repair.at, repair.at], code),
            },
          ]
        : [],
  });
}

/** All rules ask about the same file, one after the other: the first one pays. */
const analyses = new WeakMap<object, Map<string, FileAnalysis>>();

function analysisOf(
  filename: string,
  sourceCode: Readonly<TSESLint.SourceCode>,
  settings: Settings,
): FileAnalysis {
  const bySettings = analyses.get(sourceCode) ?? new Map<string, FileAnalysis>();
  analyses.set(sourceCode, bySettings);
  const { root, config, project, cache, asOf } = settings;
  const key = [root, config, project, cache, asOf].join("\n");
  const known = bySettings.get(key);
  if (known) return known;
  const analysis = analyzeSafely(filename, sourceCode.text, settings);
  bySettings.set(key, analysis);
  return analysis;
}

/**
 * A rule that throws ends the whole run of ESLint, and in an editor every other rule with it. So what goes wrong in here
 * is caught, and said: once per process, since nobody can mend it in their own code, but a check that silently checked
 * nothing would be worse.
 */
function analyzeSafely(filename: string, text: string, settings: Settings): FileAnalysis {
  try {
    return analyzeFile(filename, text, settings);
  } catch (error) {
    if (process.env["TENANT_AUDIT_DEBUG"]) console.error(`tenant-isolation: ${filename}:`, error);
    const isFirst = !hasFailed;
    hasFailed = true;
    return { findings: [], errors: isFirst ? [failure(error)] : [] };
  }
}

let hasFailed = false;

function failure(error: unknown): string {
  const what = error instanceof Error ? error.message : String(error);
  return `tenant-isolation could not judge this file, and perhaps others: ${what}. This is a fault of the plugin, not of your code; please report it (TENANT_AUDIT_DEBUG=1 prints where). Until then, tenant-audit scan is what to believe.`;
}

/** Once for each file, whichever rule comes first. */
const reported = new WeakSet<FileAnalysis>();

function errorsToReport(analysis: FileAnalysis): readonly string[] {
  if (analysis.errors.length === 0 || reported.has(analysis)) return [];
  reported.add(analysis);
  return analysis.errors;
}
