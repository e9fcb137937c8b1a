/** Every rule, once: the ESLint rules, the pages and what reports say about rules are made from this table. */

export interface Rule {
  /** Named for the fault, so that "allow unscoped query" makes sense; the same in ESLint, JSON and docs. */
  readonly id: RuleId;
  /** The fault, in one sentence without a full stop. */
  readonly fault: string;
  /** In ESLint's recommended configuration. */
  readonly severity: "error" | "warn";
  /**
   * `editor` can judge it with one file and the model; `scan` stands for what sees the whole project: the command, and
   * ESLint's `project` configuration.
   */
  readonly frontEnds: readonly ("editor" | "scan")[];
  /** Whether some of its findings can be mended by code that an editor offers to insert. */
  readonly suggests: boolean;
  readonly tags: readonly string[];
  readonly url: string;
}

export type RuleId = keyof typeof faults;

const faults = {
  "no-unscoped-query": {
    fault: "A query, write or raw SQL reaches a tenant's table with nothing that limits it to one tenant",
    severity: "error",
    frontEnds: ["editor", "scan"],
    suggests: true,
  },
  "no-optional-tenant": {
    fault:
      "The constraint to one tenant disappears when a value is undefined or empty, or a branch is not taken",
    severity: "error",
    frontEnds: ["editor", "scan"],
    suggests: false,
  },
  "no-untrusted-tenant": {
    fault:
      "A tenant's id that came with a request reaches data, and nothing has made sure that it is the caller's",
    severity: "error",
    frontEnds: ["scan"],
    suggests: false,
  },
  "no-untrusted-reference": {
    fault:
      "The id of a row that came with a request reaches data, and nothing has made sure that the row is the caller's",
    severity: "error",
    frontEnds: ["scan"],
    suggests: false,
  },
  "no-unscoped-cache-key": {
    fault: "A cache entry with a tenant's data has a key that does not name the tenant",
    severity: "error",
    frontEnds: ["editor", "scan"],
    suggests: false,
  },
  "no-unscoped-storage-key": {
    fault:
      "A stored object or a file has a key that does not name the tenant, or that leads out of what is the tenant's",
    severity: "error",
    frontEnds: ["editor", "scan"],
    suggests: false,
  },
  "no-unscoped-job": {
    fault: "A job that touches a tenant's data is enqueued without the tenant",
    severity: "error",
    frontEnds: ["editor", "scan"],
    suggests: false,
  },
  "no-unverified-job": {
    fault: "A job's id alone decides which row its consumer works on, and nothing ties that row to a tenant",
    severity: "error",
    frontEnds: ["editor", "scan"],
    suggests: false,
  },
  "no-session-tenant-setting": {
    fault:
      "What row security reads is set for the session of a pooled connection, as a part of the statement's text, or where it is lost at once",
    severity: "error",
    frontEnds: ["editor", "scan"],
    suggests: false,
  },
  "no-invalid-exemption": {
    fault:
      "An exemption gives no reason, can't be read, has run out, covers nothing, is not needed, or is contradicted by who calls it",
    severity: "warn",
    frontEnds: ["editor", "scan"],
    suggests: false,
  },
  "require-row-security": {
    fault:
      "A tenant's table is not held to one tenant by row security: it is off, its owner passes it, or a policy lets rows past",
    severity: "warn",
    frontEnds: ["scan"],
    suggests: false,
  },
  "no-unclassified-table": {
    fault: "A table can't be placed in the tenancy model, so nothing is known of whose rows it holds",
    severity: "warn",
    frontEnds: ["scan"],
    suggests: false,
  },
} as const satisfies Record<string, Pick<Rule, "fault" | "severity" | "frontEnds" | "suggests">>;

/** Each of them lets somebody past by naming a key: authorization bypass through a user-controlled key. */
const tags: readonly string[] = ["security", "multi-tenancy", "CWE-639"];

export const rules: readonly Rule[] = Object.entries(faults).map(([id, rule]) => ({
  id: id as RuleId,
  ...rule,
  tags,
  url: urlOfRule(id),
}));

function urlOfRule(id: string): string {
  return `https://github.com/tenant-audit/tenant-audit/blob/main/docs/rules/${id}.md`;
}
