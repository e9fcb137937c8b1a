/** What the solver finds out: how each table of a statement is tied to a tenant. */
import type { Known, Operand, Resource } from "./predicate.js";

/** From best to worst. */
const statuses = ["tenant", "nobody", "parent", "owner", "secret", "reference", "none"] as const;

/**
 * `tenant`: its tenant key, at any level, has a given value. `nobody`: only rows that belong to no tenant, or no rows.
 * `parent`: tied by equal columns to a resource that is bound to a tenant. `owner`, `secret`, `reference`: a column of
 * that sort has a given value, its own or one of a resource it is tied to (`Evidence.through`). `none`: nothing of all this.
 */
export type Status = (typeof statuses)[number];

export interface Binding {
  /** The selection that names the resource. */
  readonly site: string;
  /** Always a real table: a derived table is judged by the tables inside it. */
  readonly resource: Resource;
  /** What holds for every row on every path. */
  readonly status: Status;
  /** The strongest evidence of the weakest way; null for `none` and where no row can be reached. */
  readonly evidence: Evidence | null;
  /**
   * One for each different disjunct by which a row can be reached; whoever judges values has to look at all of them.
   * Empty when no row can be reached at all.
   */
  readonly ways: readonly Way[];
  /**
   * The ways told apart by what is known where the program comes each way: also those that look alike without. Empty where
   * nothing more is known, or there are too many to tell apart.
   */
  readonly apart: readonly WayApart[];
  /** A stronger constraint that is there on some paths only. */
  readonly sometimes: Sometimes | null;
  /** The predicate was too large to decide: `none` means "we do not know". */
  readonly tooComplex: boolean;
  /** Unqualified columns of the selection that several tables may mean; they bind nothing. */
  readonly ambiguous: readonly string[];
}

/** Everything that holds together in one disjunct, strongest first; one proven piece of evidence is enough. */
export type Way = readonly Evidence[];

export interface WayApart {
  readonly way: Way;
  /** As in the predicate's choices (`given`). */
  readonly known: readonly Known[];
}

export interface Evidence {
  readonly status: Exclude<Status, "none">;
  /** A column of the resource, or of the last step of `through`. */
  readonly column: string;
  /** Of the tenant key; null for owners, secrets and references. */
  readonly level: string | null;
  /** The column equals one of these; each of them has to be proven. */
  readonly operands: readonly Operand[];
  /** From the resource to the one whose column is bound; empty when it is bound itself. */
  readonly through: readonly Step[];
}

export interface Step {
  /** The column of the resource before. */
  readonly column: string;
  readonly resource: Resource;
  readonly site: string;
  /** The column of `resource` that equals it. */
  readonly target: string;
}

export interface Sometimes {
  readonly status: Exclude<Status, "none">;
  /** What makes it vanish, as the library puts it: `when "organizationId" is absent`. */
  readonly reason: string;
  readonly evidence: Evidence | null;
  readonly ways: readonly Way[];
}

/**
 * How much a status is worth when several disjuncts are taken together. Rows of nobody do no harm beside those of a
 * tenant (`organization_id = ? or organization_id is null`), so `nobody` never decides.
 */
export function strengthOf(status: Status): number {
  return status === "nobody" ? statuses.length : statuses.length - 1 - statuses.indexOf(status);
}
