/** The values that only NestJS's model understands. */
import type { ExternalValue, LibraryValue, Value } from "../../trace/value.js";

export const library = "nestjs";

export interface Decorator {
  /** `@nestjs/common` and `@nestjs/graphql` both have a `Query`. */
  readonly package: string;
  readonly name: string;
  readonly arguments: readonly Value[];
}

/** Some decorator of the program's own that is not followed: it may do anything. */
export const unfollowed: Decorator = { package: "", name: "unfollowed", arguments: [] };
/** One of a package that we have no model of. */
export const foreign: Decorator = { package: "", name: "foreign", arguments: [] };

export type NestData =
  | { readonly type: "decorators"; readonly decorators: readonly Decorator[] }
  /** What `createParamDecorator` gives: a decorator once it is called. */
  | { readonly type: "parameter-decorator"; readonly factory: Value }
  | { readonly type: "parameter"; readonly factory: Value; readonly argument: Value }
  | { readonly type: "reflector" }
  /** What `Reflector.createDecorator` gives: a decorator once it is called, and the key of what it sets. */
  | { readonly type: "metadata-decorator"; readonly key: Value }
  | { readonly type: "application" }
  | { readonly type: "middleware-consumer" }
  | { readonly type: "middleware"; readonly applied: readonly Value[]; readonly excluded: readonly Value[] }
  /** `AuthGuard("jwt")`: a class that asks one of these strategies. */
  | { readonly type: "passport-guard"; readonly strategies: readonly string[] }
  /** `PassportStrategy(Strategy, "jwt")`: a class that is one. */
  | { readonly type: "passport-strategy"; readonly strategy: string };

export function valueOf(data: NestData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}

export function dataOf(value: Value): NestData | null {
  return value.kind === "library" && value.library === library ? (value.data as NestData) : null;
}

export function decoratorOf(external: ExternalValue, args: readonly Value[]): LibraryValue {
  const decorator = { package: external.package, name: external.path[0]!, arguments: args };
  return valueOf({ type: "decorators", decorators: [decorator] });
}

/** What a value decorates with. */
export function decoratorsIn(value: Value): readonly Decorator[] {
  const data = dataOf(value);
  if (data?.type === "decorators") return data.decorators;
  return [value.kind === "symbolic" || value.kind === "external" ? foreign : unfollowed];
}

export function textIn(value: Value | undefined): string | null {
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : null;
}

/** One text, or a list of them. */
export function textsIn(value: Value | undefined): readonly string[] {
  const values = value?.kind === "array" ? value.elements : value ? [value] : [];
  return values.flatMap((one) => textIn(one) ?? []);
}
