/** A row security policy in words close to its SQL, for a person who compares it with the migration. */
import { type PolicyTerm, type PolicyValue, type RowSecurity, plainText } from "@tenant-audit/core";

type Policy = RowSecurity["policies"][number];

/** Deeper conditions are for reading in the migration itself. */
const deepest = 8;

export function policyLines(policy: Policy): readonly string[] {
  const verbs = policy.verbs.length === 4 ? "all" : policy.verbs.join(", ");
  const kind = policy.permissive ? "" : "restrictive, ";
  const roles = policy.roles.map(plainText).join(", ") || "public";
  const lines = [`policy "${plainText(policy.name)}" (${kind}for ${verbs}, to ${roles}) ${placeOf(policy)}`];
  if (policy.using) lines.push(`  rows seen: ${termWords(policy.using)}`);
  if (policy.check) lines.push(`  rows written: ${termWords(policy.check)}`);
  else if (policy.using && policy.verbs.some((verb) => verb === "insert" || verb === "update"))
    lines.push("  rows written: the same");
  return lines;
}

function placeOf({ file, line }: Policy): string {
  return `${plainText(file)}:${line}`;
}

function termWords(term: PolicyTerm, depth = 0): string {
  if (depth > deepest) return "…";
  switch (term.kind) {
    case "and":
    case "or": {
      const words = term.terms.map((each) => termWords(each, depth + 1)).join(` ${term.kind} `);
      return depth > 0 && term.terms.length > 1 ? `(${words})` : words;
    }
    case "constant":
      return term.value ? "all" : "none";
    case "equals":
      return `${valueWords(term.left)} = ${valueWords(term.right)}`;
    case "in-query":
      return `${valueWords(term.value)} in (${queryWords(term.query, depth)})`;
    case "exists":
      return `exists (${queryWords(term.query, depth)})`;
    case "unknown":
      return plainText(term.text);
  }
}

function queryWords(
  { from, selects, where }: Extract<PolicyTerm, { kind: "exists" }>["query"],
  depth: number,
): string {
  const what = selects ? `${valueWords(selects)} ` : "";
  const tables = from.map(({ name }) => plainText(name)).join(", ");
  return `${what}from ${tables}${where ? ` where ${termWords(where, depth + 1)}` : ""}`;
}

function valueWords(value: PolicyValue): string {
  switch (value.kind) {
    case "column":
      return plainText(value.table === null ? value.column : `${value.table}.${value.column}`);
    case "setting":
      return `setting ${value.name === null ? "(computed)" : plainText(value.name)}`;
    case "function":
      return `${plainText(value.name)}()`;
    case "literal":
    case "unknown":
      return plainText(value.text);
  }
}
