/** Every call of a layer that can be told from syntax: raw SQL, caches, queues and stores of objects. */
import ts from "typescript";
import { bare, namesIn, sorts, type Layer } from "./counted-clients.js";

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
        if (commandsOfS3.test(name) && fromPackages.get(name) === "@aws-sdk/client-s3")
          say("storage", "s3", node, node, `new ${name}`);
        if (name === "Upload" && fromPackages.get(name) === "@aws-sdk/lib-storage")
          say("storage", "s3", node, node, `new ${name}`);
      } else if (ts.isClassDeclaration(node)) {
        // NestJS hands jobs to the method of that name.
        const isProcessor = ts
          .getDecorators(node)
          ?.some(({ expression }) => isCallOf(expression, "Processor"));
        for (const member of isProcessor ? node.members : [])
          if (ts.isMethodDeclaration(member) && member.name.getText(source) === "process")
            say("job-consumer", "bullmq", member, member.name, "process");
      } else if (ts.isCallExpression(node)) {
        const callee = bare(node.expression);
        if (ts.isIdentifier(callee)) {
          const from = fromPackages.get(callee.text);
          if (callee.text === "createPresignedPost" && from?.startsWith("@aws-sdk/"))
            say("storage", "s3", node, callee, callee.text);
          if (/^(?:quickAddJob|parseCronItems)$/.test(callee.text) && from === "graphile-worker")
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

/** Commands about objects; a command is sent, or signed, somewhere else. */
const commandsOfS3 =
  /^(?:(?:Put|Get|Head|Copy|Delete)ObjectCommand|DeleteObjectsCommand|ListObjects(?:V2)?Command|(?:Create|Complete|Abort)MultipartUploadCommand|UploadPartCommand)$/;

function isCallOf(node: ts.Expression, name: string): boolean {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === name;
}

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

/** Whether a call stands on these lines that could be one of a library's: by its method, or of a function of the project's own. */
export function isCallThere(
  text: string,
  { line, endLine }: { readonly line: number; readonly endLine: number },
  isDeclared: (name: string) => boolean,
): boolean {
  const source = ts.createSourceFile("there.tsx", text, ts.ScriptTarget.Latest, true);
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1;
  const find = (node: ts.Node): boolean => {
    if (lineOf(node.getEnd()) < line || lineOf(node.getStart(source)) > endLine) return false;
    const callee = ts.isCallExpression(node) || ts.isNewExpression(node) ? bare(node.expression) : null;
    const name = callee && ts.isPropertyAccessExpression(callee) ? callee.name.text : callee?.getText(source);
    if (ts.isTaggedTemplateExpression(node) && /^sql\b/.test(node.tag.getText(source))) return true;
    return (
      (name !== undefined && (isDeclared(name) || isMethodOfSome(name))) ||
      (ts.forEachChild(node, find) ?? false)
    );
  };
  return find(source);
}

function isMethodOfSome(name: string): boolean {
  return /^execute/.test(name) || sorts.some(({ methods }) => methods.test(name));
}

/** Functions and methods that a file declares. */
export function functionsIn(text: string): readonly string[] {
  const pattern =
    /\bfunction\*?\s+(\w+)|^\s*(?:(?:public|private|protected|static|async|readonly|override)\s+)*(\w+)\s*(?:<[^\n]*>)?\(|\b(?:const|let)\s+(\w+)\s*=\s*(?:async\s*)?\(/gm;
  return [...text.matchAll(pattern)].map(([, one, two, three]) => (one ?? two ?? three)!);
}
