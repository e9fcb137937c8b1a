/** Comments that speak to us, each with the statement that it stands above. */
import type { Directive, Expression, Module, Span, Statement } from "../lower/module.js";
import { positionOf } from "../lower/positions.js";
import { forEachStatement } from "../lower/visit.js";
import type { Program } from "./program.js";

export interface PlacedComment {
  readonly text: string;
  readonly site: Span & { readonly file: string };
  readonly line: number;
  readonly above: Above;
}

export type Above =
  | { readonly kind: "statement"; readonly span: Span }
  /** A function or class, also one that a variable is made to hold: what runs is inside. */
  | { readonly kind: "declaration"; readonly of: "function" | "class" }
  | { readonly kind: "nothing" };

export function commentsIn(program: Program, files: Iterable<string>): readonly PlacedComment[] {
  return [...files].flatMap((file) => {
    const module = program.module(file);
    if (!module || module.directives.length === 0) return [];
    const statements = statementsByStart(module);
    return module.directives.map((directive) => ({
      text: directive.text,
      site: { file, start: directive.start, end: directive.end },
      line: positionOf(module, directive.start).line,
      above: aboveWhat(directive, statements),
    }));
  });
}

/** Of several that begin at one place, the outermost. */
function statementsByStart({ functions }: Module): ReadonlyMap<number, Statement> {
  const found = new Map<number, Statement>();
  for (const { body } of functions)
    forEachStatement(body, (statement) => {
      const known = found.get(statement.start);
      if (!known || known.end < statement.end) found.set(statement.start, statement);
    });
  return found;
}

function aboveWhat({ above }: Directive, statements: ReadonlyMap<number, Statement>): Above {
  const statement = above === null ? undefined : statements.get(above);
  if (!statement) return { kind: "nothing" };
  const declared = declaredBy(statement);
  if (declared) return { kind: "declaration", of: declared };
  return { kind: "statement", span: { start: statement.start, end: statement.end } };
}

function declaredBy(statement: Statement): "function" | "class" | null {
  if (statement.kind === "function" || statement.kind === "class") return statement.kind;
  if (statement.kind !== "variables") return null;
  const held = statement.declarations.map(({ initializer }) => initializer && heldBy(initializer));
  return held.every((one) => one !== null) ? (held[0] ?? null) : null;
}

function heldBy(expression: Expression): "function" | "class" | null {
  if (expression.kind === "cast") return heldBy(expression.expression);
  return expression.kind === "function" || expression.kind === "class" ? expression.kind : null;
}
