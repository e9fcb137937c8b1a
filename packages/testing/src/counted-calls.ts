/** Every call of a layer that can be told from syntax: raw SQL, caches, queues and stores of objects. */
import ts from "typescript";
import { bare, namesIn, type Layer } from "./counted-clients.js";

export interface CountedCall {
  readonly layer: Layer;
  readonly sort: string;
  readonly file: string;
  /** Where the expression begins and ends: a chain may be many lines long. */
  readonly line: number;
  readonly endLine: number;
  /** The line of the method's name. */
  readonly at: number;
  readonly method: string;
}

export function callsIn(files: readonly { readonly file: string; text(): string }[]): readonly CountedCall[] {
  const parse = ({ file, text }: (typeof files)[number]): ts.SourceFile =>
    ts.createSourceFile(file, text(), ts.ScriptTarget.Latest, true);
  const parsed = function* (): Iterable<ts.SourceFile> {
    for (const one of files) yield parse(one);
  };
  const names = namesIn(parsed());
  const found: CountedCall[] = [];
  for (const source of parsed()) {
    const file = source.fileName;
    const fromPackages = exportsOf(source);
    const say = (layer: Layer, sort: string, node: ts.Node, at: ts.Node, method: string): void => {
      const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1;
      found.push({
        layer,
        sort,
        file,
        line: lineOf(node.getStart(source)),
        endLine: lineOf(node.getEnd()),
        at: lineOf(at.getStart(source)),
        method,
      });
    };
    const isTagged = (node: ts.Expression, from: RegExp): boolean =>
      ts.isTaggedTemplateExpression(node) &&
      ts.isIdentifier(node.tag) &&
      node.tag.text === "sql" &&
      from.test(fromPackages.get("sql") ?? "");
    const visit = (node: ts.Node): void => {
      if (ts.isTaggedTemplateExpression(node)) {
        const tag = bare(node.tag);
        if (ts.isPropertyAccessExpression(tag) && rawOfPrisma.test(tag.name.text))
          say("query", "prisma raw", node, tag.name, tag.name.text);
      } else if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
        const name = node.expression.text;
        if (name === "Worker" && fromPackages.get(name) === "bullmq" && (node.arguments?.length ?? 0) > 1)
          say("job-consumer", "bullmq", node, node, `new ${name}`);
        if (name === "Upload" && fromPackages.get(name) === "@aws-sdk/lib-storage")
          say("storage", "s3", node, node, `new ${name}`);
      } else if (ts.isClassDeclaration(node)) {
        const processor = ts
          .getDecorators(node)
          ?.find((one) => ts.isCallExpression(one.expression) && one.expression.expression.getText() === "Processor");
        if (processor) say("job-consumer", "bullmq", node, node, "@Processor");
      } else if (ts.isCallExpression(node)) {
        const callee = bare(node.expression);
        if (ts.isIdentifier(callee)) {
          const from = fromPackages.get(callee.text);
          if (/^(?:getSignedUrl|createPresignedPost)$/.test(callee.text) && from?.startsWith("@aws-sdk/"))
            say("storage", "s3", node, callee, callee.text);
          if (callee.text === "quickAddJob" && from === "graphile-worker")
            say("job-producer", "graphile", node, callee, callee.text);
        } else if (ts.isPropertyAccessExpression(callee)) {
          const method = callee.name.text;
          const receiver = bare(callee.expression);
          if (rawOfPrisma.test(method)) say("query", "prisma raw", node, callee.name, method);
          else if (
            (method === "execute" && isTagged(receiver, /^kysely$/)) ||
            (method === "executeQuery" && fromPackages.get("sql") === "kysely")
          )
            say("query", "kysely raw", node, callee.name, method);
          else if (
            method === "execute" &&
            node.arguments[0] &&
            isTagged(bare(node.arguments[0]), /drizzle|\/db$/)
          )
            say("query", "drizzle raw", node, callee.name, method);
          else
            for (const sort of names.of(file, receiver))
              if (sort.methods.test(method)) say(sort.layer, sort.name, node, callee.name, method);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

const rawOfPrisma = /^\$(?:query|execute)Raw(?:Unsafe)?$/;

/** What each imported name comes from. */
function exportsOf(source: ts.SourceFile): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (bindings && ts.isNamedImports(bindings))
      for (const { name } of bindings.elements) found.set(name.text, statement.moduleSpecifier.text);
  }
  return found;
}
