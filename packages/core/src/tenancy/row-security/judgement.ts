/** What row security of a table is worth to its tenants, in facts; sentences are made of them in `report/`. */
import type { PolicyVerb } from "../catalog/changes.js";

/**
 * For a role that neither owns the table nor may bypass row security. `bound`: it reaches rows of one tenant (or user) only.
 * `denied`: no policy lets it reach any row. `open`: it reaches rows of other tenants. `unclear`: the policy does not say.
 */
export type VerbState = "bound" | "denied" | "open" | "unclear";

export interface RowSecurityJudgement {
  readonly enabled: boolean;
  readonly forced: boolean;
  readonly verbs: Readonly<Record<PolicyVerb, VerbState>>;
  /** Settings (`app.organization_id`) and functions (`auth.uid()`) by which policies know the tenant or the user. */
  readonly through: readonly string[];
  /** The settings among them. */
  readonly settings: readonly string[];
  /** Most serious first; empty when all holds. */
  readonly faults: readonly RowSecurityFault[];
  /** True and worth knowing, and no fault. */
  readonly notes: readonly RowSecurityNote[];
}

interface FaultPlace {
  /** Null when it is not about one policy. */
  readonly policy: string | null;
  readonly file: string | null;
  readonly line: number | null;
}

export type RowSecurityFault = FaultPlace &
  (
    | { readonly kind: "not-enabled" }
    /** Enabled, not forced and without a policy: the owner sees every row, and everybody else none. */
    | { readonly kind: "no-policy" }
    | { readonly kind: "not-forced" }
    | { readonly kind: "open-verbs"; readonly verbs: readonly PolicyVerb[] }
    /** An arm of an OR that binds nothing. */
    | { readonly kind: "loose-arm"; readonly arm: string; readonly verbs: readonly PolicyVerb[] }
    /** WITH CHECK lets rows be written that USING would hide. */
    | { readonly kind: "unchecked-writes"; readonly verbs: readonly PolicyVerb[] }
    /** `current_setting(x, true)` without `nullif(…, '')`. */
    | { readonly kind: "empty-setting"; readonly setting: string }
    /** `coalesce(current_setting(…), something)`. */
    | { readonly kind: "fallback"; readonly setting: string }
    | { readonly kind: "unclear-verbs"; readonly verbs: readonly PolicyVerb[]; readonly text: string }
    /** A view that reads the table with its owner's rights. */
    | { readonly kind: "view"; readonly view: string }
    | { readonly kind: "partition"; readonly partition: string }
  );

export type RowSecurityNote =
  /** Everybody else is denied. */
  | { readonly kind: "roles"; readonly roles: readonly string[] }
  /** `current_setting(x)` raises where the setting was never made. */
  | { readonly kind: "raises"; readonly setting: string }
  | { readonly kind: "denied"; readonly verbs: readonly PolicyVerb[] };
