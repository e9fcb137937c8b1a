/**
 * Our own ESLint rule: who may import what inside this repository, and why.
 *
 * Code imports in one direction, along the pipeline. The tables say what is forbidden; the rule below them
 * only finds the imports and looks them up.
 */
import { builtinModules } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @typedef {{ from: RegExp, except?: RegExp, to: RegExp, typesAllowed?: true, reason: string }} Boundary
 *   A file that matches `from` may not import what matches `to`: a file of this repository (its path from
 *   the root) or a package (its name as written). `$<name>` in `to` repeats a named group of `from`.
 */

/** @typedef {any} Node A syntax node; ESLint's own types do not know those of TypeScript. */

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** @type {(stages: string) => RegExp} */
const stage = (stages) => new RegExp(`^packages/core/src/(${stages})/`);
/** @type {(names: string) => RegExp} */
const npm = (names) => new RegExp(`^(${names})(/|$)`);

const core = /^packages\/core\/src\//;
const shells = /^packages\/(eslint-plugin|cli|sql|project)\/src\//;
const typescript = npm("typescript|@typescript/typescript6");

/** @type {readonly Boundary[]} */
const boundaries = [
  {
    from: stage("lower"),
    to: stage("link|tenancy|libraries|frameworks|constraint|trace|judge|report"),
    reason:
      "Lowering depends on the text of one file alone; that is what lets a module be cached by its hash.",
  },
  {
    from: stage("link"),
    to: stage("tenancy|constraint|trace|judge|report"),
    reason: "Linking joins modules like object files and does not know what a tenant is.",
  },
  {
    from: stage("sql"),
    to: stage("lower|link|tenancy|libraries|frameworks|constraint|trace|judge|report"),
    reason: "What SQL says is read here for whoever needs it; what follows from it is not decided here.",
  },
  {
    from: /^packages\/core\/src\/tenancy\/(infer|catalog)\//,
    to: /^packages\/core\/src\/tenancy\/schemas\/(?!source\.)/,
    reason: "Readers know their kind of schema and nothing about tenants, the inference the reverse.",
  },
  {
    from: stage("tenancy"),
    to: stage("trace|judge|report"),
    reason: "The tenancy model is what paths are judged by, so it cannot come after them.",
  },
  {
    from: stage("constraint"),
    to: stage("trace|judge|report"),
    reason: "The predicate algebra is used by the later stages and knows none of them.",
  },
  {
    from: stage("raw-sql"),
    to: /^packages\/core\/src\/(libraries|frameworks|judge|report|trace\/(?!(library|value|choice|operand|builders|session)\.))/,
    reason:
      "A statement in SQL says the same whoever runs it: libraries hand over texts and values, and get paths.",
  },
  {
    from: stage("entities"),
    to: /^packages\/core\/src\/(libraries|frameworks|judge|report|trace\/(?!(library|value|choice|operand|query|builders)\.))/,
    reason:
      "What is said of entities is the same in all mappers: libraries say what their words mean, and get filters and rows.",
  },
  {
    from: stage("keyed"),
    to: /^packages\/core\/src\/(libraries|frameworks|judge|report|trace\/(?!(library|value|choice)\.))/,
    reason:
      "A key is put together in the same way whoever keeps something under it: libraries hand over values, and get paths.",
  },
  {
    from: stage("queues"),
    to: /^packages\/core\/src\/(libraries|frameworks|judge|report|trace\/(?!(library|value|choice|channel)\.))/,
    reason:
      "A job is put in and taken out the same way whichever library carries it: libraries say what it carries.",
  },
  {
    from: stage("libraries|frameworks|declared|outbound"),
    // Values (alone, joined, as a filter's operand, and through a queue), where statements run, the interface of a model and the
    // clauses of a query are what trace asks layers in.
    to: /^packages\/core\/src\/(trace\/(?!(library|value|choice|operand|query|builders|entry|channel|session)\.)|judge\/|report\/)/,
    reason: "A layer describes what a call does; what follows from it is decided once, for all layers.",
  },
  {
    from: stage("trace"),
    to: stage("judge|report"),
    reason: "A trail is a fact; the verdict on it comes later.",
  },
  {
    from: stage("judge"),
    to: stage("lower"),
    reason:
      "A verdict follows from facts, not from syntax: judge works on what trace and the layers found out.",
  },
  {
    from: stage("judge"),
    to: stage("report"),
    reason: "Judge gives rules and data; the wording belongs to report alone.",
  },
  {
    from: stage("report"),
    to: stage("lower"),
    reason: "A report is written from paths and findings, so that the editor and CI say the same words.",
  },
  {
    from: /^packages\/core\/src\/(?<group>libraries|frameworks)\/(?<own>[^/]+)\//,
    to: /^packages\/core\/src\/$<group>\/(?!$<own>\/)[^/]+\//,
    reason: "Layers stand side by side: each must be removable without touching another.",
  },
  {
    from: core,
    except: stage("libraries"),
    to: /^packages\/core\/src\/libraries\/[^/]+\//,
    reason:
      "Library names stay inside libraries/: reach a layer through the list there, never by its own name.",
  },
  {
    from: core,
    except: stage("frameworks"),
    to: /^packages\/core\/src\/frameworks\/[^/]+\//,
    reason:
      "Framework names stay inside frameworks/: reach a layer through the list there, never by its own name.",
  },
  {
    from: stage("[^/]+"),
    to: /^packages\/core\/src\/(analyze|index)\./,
    reason: "analyze and index put the stages together; a stage that imports them closes a circle.",
  },

  {
    from: core,
    to: new RegExp(`^(node:.*|(${builtinModules.join("|")})(/.*)?)$`),
    reason: "The engine has no file system, no terminal and no clock: a shell hands it what it needs.",
  },
  {
    from: core,
    except: stage("lower"),
    to: typescript,
    reason: "Only lower knows a syntax tree; every other stage works on its modules.",
  },
  {
    from: stage("lower"),
    to: typescript,
    typesAllowed: true,
    reason:
      "The compiler is handed in, so that each shell brings its own; import its types and nothing else.",
  },
  {
    from: core,
    to: npm("eslint|@eslint|@typescript-eslint|ts-morph|picocolors|commander"),
    reason:
      "The engine serves the editor and the terminal alike; what belongs to one of them stays in its shell.",
  },
  {
    from: core,
    to: /^packages\/(?!core\/)|^(eslint-plugin-tenant-isolation|tenant-audit|@tenant-audit\/(testing|sql|project))(\/|$)/,
    reason: "The shells import the engine, never the other way round.",
  },

  {
    from: shells,
    to: npm("typescript"),
    typesAllowed: true,
    reason:
      "That would load the user's TypeScript, whose version must not change a verdict; use our own copy.",
  },
  {
    from: /^packages\/eslint-plugin\/src\//,
    to: npm("ts-morph|commander|picocolors|tenant-audit"),
    reason: "The plugin runs inside an editor on every keystroke: no project loader and no terminal there.",
  },
  {
    from: /^packages\/cli\/src\//,
    except: /^packages\/cli\/src\/typescript\.ts$/,
    to: npm("ts-morph"),
    reason:
      "ts-morph takes half a second to load and may not outlive the native compiler: keep it in one file.",
  },
  {
    from: /^packages\/cli\/src\//,
    to: npm("eslint|@eslint|@typescript-eslint|eslint-plugin-tenant-isolation"),
    reason: "The command works without ESLint; what both need belongs to the engine.",
  },
  {
    from: /^packages\/project\/src\//,
    to: npm(
      "typescript|@typescript|ts-morph|eslint|@eslint|picocolors|commander|@tenant-audit/sql|tenant-audit|eslint-plugin-tenant-isolation",
    ),
    reason: "Both shells read projects through this; compilers, grammars and output are each shell's own.",
  },
  {
    from: shells,
    to: npm("@tenant-audit/testing"),
    reason: "The test helpers are not published, so published code cannot import them.",
  },
];

/** @type {import("eslint").Rule.RuleModule} */
export const importDirection = {
  meta: {
    type: "problem",
    docs: { description: "Imports go one way: along the pipeline, and from the shells to the engine" },
    schema: [],
    messages: { forbidden: "{{from}} must not import {{to}}. {{reason}}" },
  },
  create(context) {
    const from = fromRoot(context.filename);
    const own = boundaries.filter((boundary) => boundary.from.test(from) && !boundary.except?.test(from));
    if (own.length === 0) return {};

    /**
     * @param {Node} node
     * @param {unknown} specifier
     * @param {boolean} [typesOnly]
     */
    const check = (node, specifier, typesOnly = false) => {
      if (typeof specifier !== "string") return;
      const to = specifier.startsWith(".")
        ? fromRoot(path.resolve(path.dirname(context.filename), specifier))
        : specifier;
      const crossed = own.find(
        (boundary) => !(typesOnly && boundary.typesAllowed) && targetOf(boundary, from).test(to),
      );
      if (crossed)
        context.report({ node, messageId: "forbidden", data: { from, to, reason: crossed.reason } });
    };

    return {
      /** @param {Node} node */
      "ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration"(node) {
        check(node, node.source?.value, node.importKind === "type" || node.exportKind === "type");
      },
      /** @param {Node} node */
      ImportExpression(node) {
        if (node.source.type === "Literal") check(node, node.source.value);
      },
      /** @param {Node} node */
      TSImportType(node) {
        check(node, node.source.value, true);
      },
      /** @param {Node} node */
      TSExternalModuleReference(node) {
        check(node, node.expression.value, node.parent.importKind === "type");
      },
      /** @param {Node} node */
      "CallExpression[callee.name='require']"(node) {
        check(node, node.arguments[0]?.value);
      },
    };
  },
};

/** @type {(file: string) => string} */
function fromRoot(file) {
  return path.relative(repository, file).split(path.sep).join("/");
}

/** @type {(boundary: Boundary, from: string) => RegExp} */
function targetOf(boundary, from) {
  const groups = boundary.from.exec(from)?.groups ?? {};
  return new RegExp(boundary.to.source.replace(/\$<(\w+)>/g, (_, name) => groups[name] ?? ""));
}
