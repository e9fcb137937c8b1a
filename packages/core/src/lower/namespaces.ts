/**
 * `namespace N { … }` is a block that ends by giving `N` an object of what it exports. `declare module "x"` and
 * `declare global` are blocks of declarations that say which module they add to.
 */
import type ts from "typescript";
import { addExported } from "./exports.js";
import { declareBody } from "./hoisting.js";
import { type Lowering, type NamespaceMember, spanOf } from "./lowering.js";
import type { Expression, Span, Statement } from "./module.js";
import { declareBoth, findValue, inScope } from "./scopes.js";
import { lowerStatements } from "./statements.js";

export function lowerNamespace(node: ts.ModuleDeclaration, span: Span, lowering: Lowering): Statement | null {
  const { ts } = lowering;
  if (node.body === undefined) return null;
  const isAmbient = ts.isStringLiteral(node.name) || (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
  const { body, members } = lowerInside(node.body, isAmbient ? node.name.text : lowering.augments, lowering);
  if (isAmbient) return { kind: "block", body, ...span };

  const name = node.name.text;
  const binding = findValue(name, lowering) ?? declareBoth(name, "namespace", lowering);
  addExported(node, name, binding, lowering);
  const pattern = { kind: "binding", binding, ...spanOf(node.name, lowering) } as const;
  const declaration = { pattern, type: null, initializer: objectOf(members, pattern), ...span };
  return {
    kind: "block",
    body: [...body, { kind: "variables", declarations: [declaration], ...span }],
    ...span,
  };
}

function lowerInside(
  body: ts.ModuleBody | ts.JSDocNamespaceBody,
  augments: string | null,
  lowering: Lowering,
): { body: Statement[]; members: NamespaceMember[] } {
  const { ts } = lowering;
  const outer = { members: lowering.members, augments: lowering.augments };
  const members: NamespaceMember[] = [];
  lowering.members = members;
  lowering.augments = augments;
  const statements = inScope(lowering, () => {
    // `namespace A.B {}` is `namespace A { export namespace B {} }`.
    const nodes = ts.isModuleBlock(body) ? body.statements : ts.isModuleDeclaration(body) ? [body] : [];
    declareBody(nodes, null, lowering);
    const lowered = lowerStatements(nodes, lowering);
    if (ts.isModuleDeclaration(body)) {
      const binding = findValue(body.name.text, lowering);
      if (binding !== null) members.push({ name: body.name.text, binding });
    }
    return lowered;
  });
  lowering.members = outer.members;
  lowering.augments = outer.augments;
  return { body: statements, members };
}

function objectOf(members: readonly NamespaceMember[], { start, end }: Span): Expression {
  const properties = members.map(({ name, binding }) => ({
    kind: "property" as const,
    key: name,
    value: { kind: "name" as const, name, binding, start, end },
    start,
    end,
  }));
  return { kind: "object", properties, start, end };
}
