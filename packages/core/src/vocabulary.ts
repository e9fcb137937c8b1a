/**
 * The closed sets of words in which paths and findings are told (design, section 3). Every stage from the trace on uses
 * them, and the JSON report is made of them, so a word is added here and in the published schema, and never removed.
 */

export type Verdict = "scoped" | "global" | "exempt" | "unscoped" | "untrusted" | "optional" | "unclear";

/** Worst first: a path's verdict is the first of these that one of its resources has. */
export const verdictsWorstFirst = [
  "unscoped",
  "untrusted",
  "optional",
  "unclear",
  "exempt",
  "scoped",
  "global",
] as const satisfies readonly Verdict[];

export type Grade = "leak" | "weak" | "integrity" | "hygiene";
export const gradesWorstFirst = ["leak", "weak", "integrity", "hygiene"] as const satisfies readonly Grade[];

export type PathKind = "query" | "cache" | "job-producer" | "job-consumer" | "storage" | "call";

export type Operation =
  | "read"
  | "insert"
  | "update"
  | "delete"
  | "upsert"
  | "raw"
  | "get"
  | "set"
  | "add"
  | "consume"
  | "put"
  | "call";

export type ConstraintKind =
  | "predicate" // the tenant key is compared with a value
  | "values" // the tenant key is among the values written
  | "join" // a join with, or a parent row from, a resource that is itself constrained
  | "owner" // a column that belongs to the principal: user_id
  | "secret" // looked up by a secret: this is where a tenant comes from
  | "row" // an id that was read from a constrained row
  | "reference" // only an id says whose row this is
  | "client" // the client fills the tenant in
  | "row-security"
  | "schema"
  | "database"
  | "key" // a cache, storage or rate-limit key that names the tenant
  | "payload" // a job's payload that names the tenant
  | "addressee"; // a job's payload that holds all that is sent, and whom it goes to

/** Of paths to tables under row security: what limits them to one tenant, and would do so without the other. */
export type Protection = "code and database" | "code only" | "database only" | "neither";

export type Origin = "principal" | "request" | "row" | "job" | "constant" | "parameter" | "unknown";

export type Proof =
  | "principal"
  | "scoped-row"
  | "verifier"
  | "comparison"
  | "middleware"
  | "producers"
  | "secret"
  | "given"
  | "none";
