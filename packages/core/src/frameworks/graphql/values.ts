/** The values that only GraphQL's model understands. */
import type { LibraryValue, Value } from "../../trace/value.js";

export const library = "graphql";

export type GraphqlData =
  | { readonly type: "builder" }
  /** A schema or a server, with the places where it was given its resolvers. */
  | { readonly type: "schema"; readonly places: readonly string[] }
  /** What a builder hands to the function that lists a type's fields. */
  | { readonly type: "field-builder" }
  /** `isQuery`: the resolver is given a query to complete before everything else. */
  | { readonly type: "field"; readonly resolve: Value; readonly isQuery: boolean };

export function valueOf(data: GraphqlData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}

export function dataOf(value: Value): GraphqlData | null {
  return value.kind === "library" && value.library === library ? (value.data as GraphqlData) : null;
}
