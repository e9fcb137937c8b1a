/** Policies of row security, and the functions that they call. */
import type { Node, SchemaChangeBody } from "./node.js";

/** Null for a node that is none of them. */
export function policyChange(node: Node): SchemaChangeBody | null {
  void node;
  return null;
}
