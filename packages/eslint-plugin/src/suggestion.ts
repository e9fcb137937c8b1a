/** The missing predicate, when a variable that is called like the tenant key can be seen from the query. */
import { type SuggestedRepair, normalized } from "@tenant-audit/core";
import type { TSESLint } from "@typescript-eslint/utils";

/** The code to insert at `repair.at`, or null when nothing in scope looks like the tenant. */
export function findSuggestion(
  { at, column, template }: SuggestedRepair,
  sourceCode: Readonly<TSESLint.SourceCode>,
): string | null {
  const node = sourceCode.getNodeByRangeIndex(at - 1);
  if (!node) return null;
  const wanted = normalized(column);
  for (let scope: TSESLint.Scope.Scope | null = sourceCode.getScope(node); scope; scope = scope.upper) {
    const found = scope.variables.find(
      (variable) => normalized(variable.name) === wanted && hasValueAt(variable, at),
    );
    if (found) return template.replaceAll("{value}", found.name);
  }
  return null;
}

/** A type is no value, and a variable that is declared further down has none yet. */
function hasValueAt(variable: TSESLint.Scope.Variable, at: number): boolean {
  const isType = "isValueVariable" in variable && !variable.isValueVariable;
  const [definition] = variable.defs;
  return !isType && definition !== undefined && definition.name.range[1] < at;
}
