/**
 * What `link` makes: modules joined like object files. Everything here is a question that later stages ask; none of the
 * answers needs a type checker, an installed package or a file system.
 */
import type { BindingId, ClassId, FunctionId, Module, TypeNode } from "../lower/module.js";

/** Everything discovery found out about the project, as plain data. All paths are relative to the root, with `/`. */
export interface Layout {
  /** Every source file that may be imported, judged or not. */
  readonly files: readonly string[];
  readonly packages: readonly WorkspacePackage[];
  readonly aliases: readonly PathAlias[];
}

export interface WorkspacePackage {
  readonly name: string;
  /** `""` for the root. */
  readonly directory: string;
  /** package.json's `exports`, `main`, `module`, `types`, unread; the linker maps build output back to sources. */
  readonly exports: unknown;
  readonly main: string | null;
  readonly types: string | null;
  /** package.json's `imports` (`#internal/*`), unread. */
  readonly imports: unknown;
  /** The ranges of versions that it asks for, of whichever sort of dependency: `typeorm` → `^0.3.20`. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** Where its tsconfig puts output and finds sources, where it says so: `dist` and `src`. */
  readonly outDir: string | null;
  readonly rootDir: string | null;
}

/** One tsconfig's `paths` (or `baseUrl`, with pattern `*`). */
export interface PathAlias {
  /** The directory whose files see it: the tsconfig's own. The nearest one above a file wins. */
  readonly scope: string;
  readonly pattern: string;
  /** Relative to the root, `*` included. */
  readonly targets: readonly string[];
}

/** A name followed to what it stands for. */
export type Symbol =
  | { readonly kind: "function"; readonly file: string; readonly function: FunctionId }
  | { readonly kind: "class"; readonly file: string; readonly class: ClassId }
  /** A variable, parameter, catch or enum binding. */
  | { readonly kind: "variable"; readonly file: string; readonly binding: BindingId }
  /** Index into the module's `types`. */
  | { readonly kind: "type"; readonly file: string; readonly type: number }
  /** `import * as x`, a whole module. */
  | { readonly kind: "module"; readonly file: string }
  /** From a package whose sources are not here: `path` is empty for the module itself, `["default"]` for its default. */
  | { readonly kind: "external"; readonly package: string; readonly path: readonly string[] }
  /** An import that leads nowhere we can see: a missing file, an export that is not there. */
  | { readonly kind: "unresolved"; readonly specifier: string; readonly path: readonly string[] };

/** A declared type, followed through imports and aliases until it says something. */
export type DeclaredType =
  | {
      readonly kind: "class";
      readonly file: string;
      readonly class: ClassId;
      readonly arguments: readonly TypeIn[];
    }
  /** `typeof X`: the class itself, to be called with `new`, and not an instance of it. */
  | { readonly kind: "constructor"; readonly file: string; readonly class: ClassId }
  /** An interface, kept by name because classes implement it. */
  | {
      readonly kind: "interface";
      readonly file: string;
      readonly type: number;
      readonly arguments: readonly TypeIn[];
    }
  | {
      readonly kind: "external";
      readonly package: string;
      readonly path: readonly string[];
      readonly arguments: readonly TypeIn[];
    }
  | { readonly kind: "union"; readonly types: readonly DeclaredType[] }
  | { readonly kind: "intersection"; readonly types: readonly DeclaredType[] }
  /**
   * An object type, array, function, literal, keyword: look at the node. A reference that ends here is a global
   * (`Date`, `Map`, `Promise`, `Partial`) or a type parameter that nothing stands for.
   */
  | { readonly kind: "node"; readonly in: TypeIn }
  | { readonly kind: "unknown" };

/** The package of what an import that leads nowhere we can see would have brought. */
export const unresolvedPackage = "(unresolved)";

/** A type node and the file whose names it uses, with what stands for the type parameters in scope. */
export interface TypeIn {
  readonly file: string;
  readonly node: TypeNode;
  readonly parameters: ReadonlyMap<string, TypeIn>;
}

/** A type that stands in no file: one that was made of a value. */
export function typeFromNowhere(node: TypeNode): TypeIn {
  return { file: "", node, parameters: new Map() };
}

export function isFromNowhere({ file }: TypeIn): boolean {
  return file === "";
}

/** What a type of a package stands for, where somebody knows: `z.infer<typeof Invoice>`. */
export type Described = (type: DeclaredType & { readonly kind: "external" }) => TypeIn | null;

export interface ResolvedMember {
  readonly name: string;
  readonly optional: boolean;
  readonly type: TypeIn | null;
}

export interface Program {
  readonly files: readonly string[];
  module(file: string): Module | undefined;
  /** What an import specifier written in `file` leads to. */
  resolve(
    file: string,
    specifier: string,
  ):
    | { kind: "module"; file: string }
    | { kind: "external"; package: string; subpath: string }
    | { kind: "unresolved"; specifier: string };
  /** The range of versions that the manifest nearest to the file asks for: `^0.3.20`. */
  dependencyRange(file: string, dependency: string): string | null;
  /** Follows an imported binding to its declaration; any other binding is itself. */
  symbolOf(file: string, binding: BindingId): Symbol;
  /** The export `name` of a file, through re-exports and `export *`; cycles and misses are `unresolved`. */
  exportOf(file: string, name: string): Symbol;
  /** Names a module exports, `export *` included (not from external packages). */
  exportNames(file: string): readonly string[];
  /** Follows a type node through aliases, imports and `typeof` of classes. */
  typeOf(type: TypeIn): DeclaredType;
  /**
   * The members of a declared type: interfaces with what they extend, object types, intersections, `Pick`, `Omit`,
   * `Partial`, `Required`, `Readonly`; null when they can't be known. `described`: of the types of packages.
   */
  membersOf(type: DeclaredType, described?: Described): ReadonlyMap<string, ResolvedMember> | null;
  /** One member, also of a type whose other members can't all be known. That it is null proves nothing. */
  memberOf(type: DeclaredType, name: string, described?: Described): ResolvedMember | null;
  /** What `await` makes of a value of this type. */
  awaitedOf(type: DeclaredType): DeclaredType;
  /** What an array or another iterable holds. */
  elementOf(type: DeclaredType): DeclaredType;
  /** Classes that say `implements` this interface, or extend one that does. */
  implementationsOf(
    file: string,
    type: number,
  ): readonly { readonly file: string; readonly class: ClassId }[];
  /** The class that `extends` names, when it is in the program. */
  superclassOf(file: string, classId: ClassId): { readonly file: string; readonly class: ClassId } | null;
  /** Classes that extend this one, directly or through others. */
  subclassesOf(file: string, classId: ClassId): readonly { readonly file: string; readonly class: ClassId }[];
}
