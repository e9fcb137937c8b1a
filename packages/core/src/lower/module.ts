/**
 * The intermediate representation: what one source file becomes. Every value here is plain, readonly JSON, so a module
 * can be cached by the hash of its text, made in another process, and shipped. Nothing in it is a syntax node.
 *
 * Positions are offsets in UTF-16 code units into the file's text (a leading byte-order mark counts as one);
 * `lineStarts` turns them into lines and columns.
 */

/** Raised whenever the shape below changes, so that cached modules of another shape are not read. */
export const moduleVersion = 3;

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Index into `Module.bindings`. */
export type BindingId = number;
/** Index into `Module.functions`; 0 is the module's top level. */
export type FunctionId = number;
/** Index into `Module.classes`. */
export type ClassId = number;

export interface Module {
  readonly version: number;
  readonly lineStarts: readonly number[];
  /** Length of the text, in UTF-16 code units. */
  readonly length: number;
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  readonly bindings: readonly Binding[];
  readonly functions: readonly FunctionNode[];
  readonly classes: readonly ClassNode[];
  readonly types: readonly TypeDeclaration[];
  /** Comments that talk to us or to ESLint about us: `tenant-audit: …`, `eslint-disable… tenant-isolation/…`. */
  readonly directives: readonly Directive[];
  /** What the parser complained about; it recovers, and what it recovered is lowered. */
  readonly problems: readonly Problem[];
}

export interface Problem extends Span {
  readonly message: string;
}

export interface Directive extends Span {
  /** The comment's text without its delimiters, trimmed. */
  readonly text: string;
  /**
   * Where the code begins that it stands directly above, with other comments between at most. Null when a blank line parts
   * them, when it stands behind code on its line, and when no code follows.
   */
  readonly above: number | null;
}

export interface Import extends Span {
  readonly specifier: string;
  /** `import type …`, which can never carry a value. */
  readonly typeOnly: boolean;
  readonly names: readonly ImportedName[];
}

export interface ImportedName {
  /** The exported name, `default`, or `*` for a namespace (also `import x = require()` and `const x = require()`: `*`). */
  readonly imported: string;
  readonly binding: BindingId;
}

export type Export =
  /** `export const x`, `export { x as y }`, `export default x`, `export = x` (name `export=`), `module.exports = x` (`export=`), `exports.x = …`. */
  | { readonly kind: "local"; readonly name: string; readonly binding: BindingId }
  /** `export { x as y } from "./z"`. */
  | { readonly kind: "from"; readonly name: string; readonly imported: string; readonly specifier: string }
  /** `export * from "./z"`; `export * as name from "./z"` is `from` with imported `*`. */
  | { readonly kind: "star"; readonly specifier: string };

export type BindingKind =
  | "import"
  | "const"
  | "let"
  | "var"
  | "parameter"
  | "function"
  | "class"
  | "enum"
  | "namespace"
  | "catch"
  | "type"
  /** Made by lowering for `export default <expression>` and the like. */
  | "synthetic";

export interface Binding {
  readonly name: string;
  readonly kind: BindingKind;
  /** The function whose body declares it. */
  readonly scope: FunctionId;
  /** For kind `function`, `class` and `type`: its index in the module's list; otherwise null. */
  readonly target: number | null;
  /** The declared type of a variable or parameter that is bound by a plain name. */
  readonly type: TypeNode | null;
}

export interface FunctionNode extends Span {
  readonly id: FunctionId;
  readonly kind: "module" | "function" | "arrow" | "method" | "constructor" | "getter" | "setter";
  /** Its own name, the variable or property it is assigned to, or null. Methods: the property's name. */
  readonly name: string | null;
  readonly parent: FunctionId | null;
  /** The class whose member it is, or in whose field initializer it stands: where its `this` comes from. */
  readonly class: ClassId | null;
  readonly async: boolean;
  readonly generator: boolean;
  readonly typeParameters: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly returns: TypeNode | null;
  /** An arrow's expression body is one `return` statement. A declaration without a body (overload) has `body: []` and is not kept when an implementation follows. */
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
}

export interface Parameter extends Span {
  readonly pattern: Pattern;
  /** `name?: …` */
  readonly optional: boolean;
  readonly default: Expression | null;
  readonly rest: boolean;
  readonly type: TypeNode | null;
  /** A constructor's `private readonly x: T`, which also declares the field. It is not repeated in the class's `fields`. */
  readonly property: boolean;
  readonly decorators: readonly Expression[];
}

export interface ClassNode extends Span {
  readonly id: ClassId;
  readonly name: string | null;
  readonly binding: BindingId | null;
  /** The function whose body declares it. */
  readonly scope: FunctionId;
  readonly typeParameters: readonly string[];
  readonly extends: Expression | null;
  readonly extendsArguments: readonly TypeNode[];
  readonly implements: readonly TypeNode[];
  readonly abstract: boolean;
  readonly constructor: FunctionId | null;
  readonly fields: readonly Field[];
  readonly methods: readonly Method[];
  readonly decorators: readonly Expression[];
}

export interface Field extends Span {
  /** `#name` for a private one, `[computed]` where the code computes it. */
  readonly name: string;
  readonly static: boolean;
  readonly optional: boolean;
  readonly type: TypeNode | null;
  readonly initializer: Expression | null;
  readonly decorators: readonly Expression[];
}

export interface Method {
  /** As a field's; a static block is a static method `[static]`. */
  readonly name: string;
  readonly static: boolean;
  readonly kind: "method" | "getter" | "setter";
  readonly function: FunctionId;
}

// ---------------------------------------------------------------- types

export interface TypeDeclaration extends Span {
  readonly name: string;
  readonly binding: BindingId | null;
  readonly kind: "interface" | "alias" | "enum";
  readonly typeParameters: readonly string[];
  /** Interfaces only. */
  readonly extends: readonly TypeNode[];
  /** Interface: its members as an object type. Alias: what it stands for. Enum: a union of its literal values. */
  readonly type: TypeNode;
  /** Declared inside `declare module "fastify"` (`fastify`) or `declare global` (`global`); otherwise null. */
  readonly augments: string | null;
}

export type TypeNode = Span &
  (
    | {
        readonly kind: "reference";
        /** `Kysely`, `Prisma.TransactionClient`. */
        readonly name: string;
        /** What the first segment is bound to in this file; null for a global or a type parameter. */
        readonly binding: BindingId | null;
        readonly arguments: readonly TypeNode[];
        /** `import("kysely").Kysely` has the specifier here. */
        readonly specifier: string | null;
      }
    /** any, unknown, string, number, boolean, undefined, null, void, never, object, symbol, bigint, this */
    | { readonly kind: "keyword"; readonly name: string }
    | { readonly kind: "literal"; readonly value: string | number | boolean | null }
    | { readonly kind: "object"; readonly members: readonly TypeMember[] }
    | { readonly kind: "union"; readonly types: readonly TypeNode[] }
    | { readonly kind: "intersection"; readonly types: readonly TypeNode[] }
    | { readonly kind: "array"; readonly element: TypeNode }
    | { readonly kind: "tuple"; readonly elements: readonly TypeNode[] }
    | {
        readonly kind: "function";
        readonly parameters: readonly {
          readonly name: string;
          readonly optional: boolean;
          readonly type: TypeNode | null;
        }[];
        readonly returns: TypeNode | null;
      }
    /** `typeof a.b` */
    | { readonly kind: "typeof"; readonly name: string; readonly binding: BindingId | null }
    /** `keyof T` */
    | { readonly kind: "keyof"; readonly type: TypeNode }
    /** `T["name"]` */
    | { readonly kind: "indexed"; readonly object: TypeNode; readonly index: TypeNode }
    | { readonly kind: "unknown" }
  );

export interface TypeMember extends Span {
  readonly name: string;
  readonly optional: boolean;
  /** A method signature is a member whose type is a function. */
  readonly type: TypeNode | null;
}

// ---------------------------------------------------------------- patterns

export type Pattern = Span &
  (
    | { readonly kind: "binding"; readonly binding: BindingId }
    | {
        readonly kind: "object";
        readonly properties: readonly PatternProperty[];
        readonly rest: Pattern | null;
      }
    | {
        readonly kind: "array";
        readonly elements: readonly (Pattern | null)[];
        readonly rest: Pattern | null;
      }
    | { readonly kind: "default"; readonly pattern: Pattern; readonly value: Expression }
    /** The target of a destructuring assignment that is no plain name: `[a.b] = …`. */
    | { readonly kind: "expression"; readonly expression: Expression }
  );

export interface PatternProperty {
  readonly key: string | Expression;
  readonly value: Pattern;
}

// ---------------------------------------------------------------- statements

export type Statement = Span &
  (
    | { readonly kind: "expression"; readonly expression: Expression }
    | { readonly kind: "variables"; readonly declarations: readonly VariableDeclaration[] }
    | { readonly kind: "function"; readonly function: FunctionId; readonly binding: BindingId }
    | { readonly kind: "class"; readonly class: ClassId }
    | { readonly kind: "return"; readonly argument: Expression | null }
    | { readonly kind: "throw"; readonly argument: Expression }
    | {
        readonly kind: "if";
        readonly test: Expression;
        readonly then: readonly Statement[];
        readonly else: readonly Statement[] | null;
      }
    | {
        readonly kind: "loop";
        readonly loop: "for" | "while" | "do" | "of" | "in";
        readonly initializer: Statement | null;
        readonly test: Expression | null;
        readonly update: Expression | null;
        /** `of` and `in` only: what each round binds, and what is iterated. */
        readonly left: Pattern | null;
        readonly right: Expression | null;
        readonly body: readonly Statement[];
      }
    | { readonly kind: "switch"; readonly discriminant: Expression; readonly cases: readonly SwitchCase[] }
    | {
        readonly kind: "try";
        readonly block: readonly Statement[];
        readonly parameter: Pattern | null;
        readonly handler: readonly Statement[] | null;
        readonly finalizer: readonly Statement[] | null;
      }
    | { readonly kind: "block"; readonly body: readonly Statement[] }
    | { readonly kind: "labeled"; readonly label: string; readonly body: readonly Statement[] }
    | { readonly kind: "break"; readonly label: string | null }
    | { readonly kind: "continue"; readonly label: string | null }
    /** What we do not know; its expressions are still here, so that calls inside are seen. */
    | { readonly kind: "unknown"; readonly children: readonly Expression[] }
  );

export interface VariableDeclaration extends Span {
  readonly pattern: Pattern;
  readonly type: TypeNode | null;
  readonly initializer: Expression | null;
}

export interface SwitchCase {
  /** null for `default`. */
  readonly test: Expression | null;
  readonly body: readonly Statement[];
}

// ---------------------------------------------------------------- expressions

export type Expression = Span &
  (
    | { readonly kind: "literal"; readonly value: string | number | boolean | null }
    /** A regular expression, a bigint: a value of its own that nothing here looks into. */
    | { readonly kind: "constant"; readonly text: string }
    /** `undefined` is a name with `binding: null`. */
    | { readonly kind: "name"; readonly name: string; readonly binding: BindingId | null }
    | { readonly kind: "this" }
    | { readonly kind: "super" }
    | {
        readonly kind: "member";
        readonly object: Expression;
        readonly property: string;
        readonly optional: boolean;
        /** Where the property's name stands. */ readonly nameStart: number;
      }
    | {
        readonly kind: "index";
        readonly object: Expression;
        readonly index: Expression;
        readonly optional: boolean;
      }
    | {
        readonly kind: "call";
        readonly callee: Expression;
        readonly arguments: readonly Expression[];
        readonly typeArguments: readonly TypeNode[];
        readonly optional: boolean;
      }
    | {
        readonly kind: "new";
        readonly callee: Expression;
        readonly arguments: readonly Expression[];
        readonly typeArguments: readonly TypeNode[];
      }
    /** `import("./x")` */
    | { readonly kind: "import"; readonly specifier: Expression }
    | { readonly kind: "object"; readonly properties: readonly ObjectProperty[] }
    | { readonly kind: "array"; readonly elements: readonly Expression[] }
    /** Only among arguments and array elements. */
    | { readonly kind: "spread"; readonly expression: Expression }
    | { readonly kind: "function"; readonly function: FunctionId }
    | { readonly kind: "class"; readonly class: ClassId }
    /** `texts` has one element more than `expressions`; texts are cooked. */
    | {
        readonly kind: "template";
        readonly texts: readonly string[];
        readonly expressions: readonly Expression[];
      }
    | {
        readonly kind: "tagged";
        readonly tag: Expression;
        readonly typeArguments: readonly TypeNode[];
        readonly texts: readonly string[];
        readonly expressions: readonly Expression[];
      }
    /** `!`, `-`, `+`, `~`, `typeof`, `void`, `delete`, `++`, `--` */
    | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
    | {
        readonly kind: "binary";
        readonly operator: string;
        readonly left: Expression;
        readonly right: Expression;
      }
    /** `&&`, `||`, `??` */
    | {
        readonly kind: "logical";
        readonly operator: "&&" | "||" | "??";
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: "conditional";
        readonly test: Expression;
        readonly then: Expression;
        readonly else: Expression;
      }
    /** `=`, `+=`, `||=`, `??=`, … */
    | {
        readonly kind: "assign";
        readonly operator: string;
        readonly target: Pattern;
        readonly value: Expression;
      }
    | { readonly kind: "sequence"; readonly expressions: readonly Expression[] }
    | { readonly kind: "await"; readonly expression: Expression }
    /** `isEach`: `yield*` */
    | { readonly kind: "yield"; readonly expression: Expression | null; readonly isEach: boolean }
    /** `x as T`, `<T>x`, `x satisfies T`, `x!` */
    | {
        readonly kind: "cast";
        readonly cast: "as" | "satisfies" | "non-null";
        readonly expression: Expression;
        readonly type: TypeNode | null;
      }
    /** JSX and whatever we do not know; what is inside is still here. */
    | { readonly kind: "unknown"; readonly children: readonly Expression[] }
  );

export type ObjectProperty =
  | {
      readonly kind: "property";
      readonly key: string | Expression;
      readonly value: Expression;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: "spread"; readonly value: Expression; readonly start: number; readonly end: number };
