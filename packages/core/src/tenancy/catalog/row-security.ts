/** Row security of one table, as the migrations leave it. What it is worth to a tenant is decided by the inference. */
import type { PolicyChange } from "./changes.js";

export interface RowSecurity {
  readonly enabled: boolean;
  /** Binds the table's owner as well. */
  readonly forced: boolean;
  readonly policies: readonly (PolicyChange & { readonly file: string; readonly line: number })[];
}
