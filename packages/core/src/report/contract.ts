/**
 * The JSON report, version 1: what `tenant-audit scan --format json` prints. Additive changes only.
 *
 * Paths are relative to the scanned root, with `/`; lines and columns count from 1 (columns in UTF-16 code units);
 * nothing here depends on the clock, the machine or the order of the file system.
 */

import type {
  ConstraintKind,
  Grade,
  Operation,
  Origin,
  PathKind,
  Proof,
  Protection,
  Verdict,
} from "../vocabulary.js";

export * from "../vocabulary.js";

export const schemaVersion = 1;

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Range extends Place {
  readonly endLine: number;
  readonly endColumn: number;
}

export interface ReportedConstraint {
  readonly resource: string;
  readonly kind: ConstraintKind;
  /** The column (or key part, payload field) that carries it. */
  readonly key: string;
  readonly origin: Origin;
  readonly proof: Proof;
  /**
   * From the entry point to the access: with what proves it on the way, or with where the value comes from that nothing
   * makes sure of.
   */
  readonly trail: readonly TrailStep[];
  /** The further ways that lead here, each kind once; null for what no entry point begins. */
  readonly others: readonly {
    readonly entryPoint: string | null;
    readonly origin: Origin;
    readonly proof: Proof;
  }[];
}

export interface AccessPath extends Range {
  /** Stable: from file, function, library, operation, resources and ordinal; never from line numbers. */
  readonly id: string;
  readonly function: string;
  readonly kind: PathKind;
  readonly library: string;
  readonly operation: Operation;
  /** Where it is written in SQL, and not with the library's own methods. */
  readonly language?: "sql";
  readonly resources: readonly string[];
  readonly verdict: Verdict;
  /** Only of paths to tables under row security, where it can be told: what limits them to one tenant. */
  readonly protection?: Protection;
  readonly constraints: readonly ReportedConstraint[];
  readonly entryPoints: readonly string[];
  /** What vouches for it; where it names some of the tables, the others may still decide the verdict. */
  readonly exemption: {
    readonly kind: string;
    readonly reason: string;
    readonly until: string | null;
    readonly file: string;
    readonly line: number;
  } | null;
  /** Why, when the verdict is unclear. */
  readonly unclear: string | null;
}

export interface TrailStep extends Range {
  readonly note: string;
}

/** Other paths to the same table, of which nearly all bind the tenant. */
export interface Siblings {
  /** So many of the others bind it. */
  readonly bound: number;
  readonly others: number;
  readonly within: "class" | "file" | "project";
  readonly nearest: Place & { readonly path: string };
}

export interface Finding extends Range {
  readonly rule: string;
  readonly grade: Grade;
  readonly fingerprint: string;
  /** The access path's id; null for findings about tables, and about exemptions that no path shows. */
  readonly path: string | null;
  readonly message: string;
  readonly trail: readonly TrailStep[];
  /** Null where they are no evidence: few, or mixed. */
  readonly siblings: Siblings | null;
  readonly baseline: "new" | "known";
}

export interface ReportedTable {
  readonly name: string;
  readonly class: "tenant" | "child" | "root" | "global" | "unclassified";
  readonly key: readonly string[];
  /** The parent table and column of a child. */
  readonly via: { readonly table: string; readonly column: string } | null;
  readonly source: string;
  /** Null when no migration that was read says anything of it. */
  readonly rowSecurity: ReportedRowSecurity | null;
  readonly reason: string;
  readonly confidence: "certain" | "likely" | "doubtful";
  /** A row ties a user to a tenant: the column of the user's id, and those of the tenants. */
  readonly membership: {
    readonly user: string;
    readonly tenants: readonly { readonly column: string; readonly level: string }[];
  } | null;
  /** Columns that hold the id of a row elsewhere, and how that is known. */
  readonly references: readonly {
    readonly column: string;
    readonly table: string;
    readonly target: string;
    readonly source: "foreign key" | "name" | "holder";
  }[];
  readonly file: string | null;
  readonly line: number | null;
}

/** Row security of a table, for a role that neither owns the table nor may bypass it. */
export interface ReportedRowSecurity {
  readonly enabled: boolean;
  /** Binds the table's owner as well. */
  readonly forced: boolean;
  readonly policies: readonly {
    readonly name: string;
    readonly permissive: boolean;
    readonly verbs: readonly ("select" | "insert" | "update" | "delete")[];
    readonly roles: readonly string[];
    readonly file: string;
    readonly line: number;
  }[];
  /** Whether the policies together hold each verb to one tenant. */
  readonly verbs: Readonly<
    Record<"select" | "insert" | "update" | "delete", "bound" | "denied" | "open" | "unclear">
  >;
  /** The settings and functions by which they know the tenant or the user: `app.organization_id`, `auth.uid()`. */
  readonly through: readonly string[];
  /** What is wrong with it, in words of one kind each. */
  readonly faults: readonly string[];
}

export interface Report {
  readonly schemaVersion: typeof schemaVersion;
  readonly tool: { readonly name: "tenant-audit"; readonly version: string };
  readonly project: {
    readonly files: number;
    readonly lines: number;
    /** What could not be judged though it should have been, and why. */
    readonly skipped: readonly { readonly file: string; readonly reason: string }[];
    /** Tests, declarations, generated code and build output: listed by kind, not judged. */
    readonly notJudged: readonly { readonly file: string; readonly reason: string }[];
    /** What was read all the same but is worth knowing: recovered syntax errors, a tsconfig that extends a missing package. */
    readonly notes: readonly {
      readonly file: string | null;
      readonly line: number | null;
      readonly message: string;
    }[];
  };
  readonly tenancy: {
    readonly levels: readonly {
      readonly name: string;
      readonly table: string;
      readonly columns: readonly string[];
      /** The level above. */
      readonly parent: string | null;
      readonly confidence: "certain" | "likely" | "doubtful";
      readonly reason: string;
    }[];
    /** The level beside the tenants; null when nothing looks like a user. Its table is null when users are kept elsewhere. */
    readonly users: {
      readonly table: string | null;
      readonly columns: readonly string[];
      readonly confidence: "certain" | "likely" | "doubtful";
      readonly reason: string;
    } | null;
    readonly tables: readonly ReportedTable[];
  };
  readonly paths: readonly AccessPath[];
  readonly findings: readonly Finding[];
  readonly summary: {
    readonly paths: number;
    readonly byVerdict: Readonly<Partial<Record<Verdict, number>>>;
    readonly byGrade: Readonly<Partial<Record<Grade, number>>>;
  };
}
