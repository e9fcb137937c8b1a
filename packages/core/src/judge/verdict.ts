/**
 * What judge says of one resource of one access path, before anyone words it. Facts in, verdicts out: no syntax, no files.
 */
import type { Table } from "../tenancy/tenancy.js";
import type { TrailStep } from "../proof/trail.js";
import type { Access } from "../trace/library.js";
import type { Site } from "../trace/value.js";
import type { ConstraintKind, Grade, Origin, Proof, Verdict } from "../vocabulary.js";

export interface ResourceVerdict {
  /** The table, as the model names it; as the code does where the model does not know it. */
  readonly resource: string;
  readonly verdict: Verdict;
  readonly constraint: JudgedConstraint | null;
  /** Why, when unclear. */
  readonly unclear: string | null;
  /** Whoever sends the request writes a part of what is not read: of several reasons, that one is told. */
  readonly isSent?: true;
  readonly fault: Fault | null;
  /** Values that came here from outside: one fault for each place where one enters. */
  readonly untrusted?: readonly Fault[];
}

export interface JudgedConstraint {
  readonly kind: ConstraintKind;
  readonly key: string;
  readonly origin: Origin;
  readonly proof: Proof;
  /** From the entry point to the access, with what makes it believed on the way; empty where nothing was followed. */
  readonly trail?: readonly TrailStep[];
  /** What is known of the way that the trail tells. */
  readonly way?: KnownWay;
  readonly others?: readonly KnownWay[];
}

/** What a finding needs to be put into words. */
export interface Fault {
  readonly rule: string;
  readonly grade: Grade;
  readonly data: FaultData;
  /** Places that show it, in the order a person would follow. */
  readonly trail: readonly TrailStep[];
  /** Where a person would mend it, if that is not where the access stands. */
  readonly at?: Site;
  /** The way in that it is about. */
  readonly entry?: string;
  /** As which it was found, where the place is walked several times: for one table or another, for one caller or another. */
  readonly access?: Access;
}

/** A way to an access, and what is known of it. */
export interface KnownWay {
  readonly entry: string | null;
  readonly origin: Origin;
  readonly proof: Proof;
}

/**
 * `tenant`: it names a tenant, by what is not its key, and what is learned is that there is one. `row`: it is what a row is
 * called, and nobody has asked who is asking. `link`: it was made up at random to be given away, and nobody has asked either. Null
 * for any other id.
 */
export type ByName = "tenant" | "row" | "link" | null;

export type StorageFlaw =
  /** It names nobody. `tables`: of which rows are put there; none where it is what somebody sent. */
  | { readonly kind: "nameless"; readonly tables: readonly string[] }
  /** All there is, or all below a name that everybody's begin with. */
  | { readonly kind: "everything" }
  /** `part`: what a caller controls, before the tenant. */
  | { readonly kind: "late"; readonly part: string }
  /** Without the value, it is one that is shared. */
  | { readonly kind: "fallback"; readonly value: string }
  /** `part`: what leads out of the tenant's own with a `..` in it. */
  | { readonly kind: "climbs"; readonly part: string; readonly isCertain: boolean }
  /** What begins as the tenant's name does may be another's. */
  | { readonly kind: "unclosed"; readonly part: string };

export type FaultData =
  | {
      readonly kind: "unscoped";
      readonly operation: string;
      readonly table: string;
      readonly key: string;
      readonly viaTable: string | null;
      /**
       * What is given out, or away: rows, nothing but what is decided by whether there are any, or what has run out by its own
       * word.
       */
      readonly shown: "rows" | "nothing" | "expired";
      /** The tenant key is compared all the same: in one arm of an `or`, or under a negation. */
      readonly mention: "or" | "not" | null;
      /** Its table is under row security that reads this, and nothing sets it where the query runs. */
      readonly unset?: string;
      readonly library: string;
    }
  | {
      readonly kind: "only-reference";
      readonly operation: string;
      readonly table: string;
      readonly key: string;
      readonly viaTable: string | null;
      readonly column: string;
      /** It is addressed to somebody by it, and is no other row's id. */
      readonly isAddress: boolean;
      /** A promise is asked about the row, and nobody waits for what it says. */
      readonly isCheckedInVain: boolean;
      readonly library: string;
    }
  | {
      readonly kind: "unverified-job";
      readonly operation: string;
      readonly table: string;
      readonly key: string;
      readonly viaTable: string | null;
      readonly column: string;
      /** As the code calls it: `job.data.invoiceId`. */
      readonly value: string;
      /** The row is sent to where another says that the job names as well, and nothing ties the two. */
      readonly goesTo: { readonly table: string; readonly value: string } | null;
      readonly library: string;
    }
  | {
      readonly kind: "untrusted";
      readonly operation: string;
      readonly table: string;
      /** What the value is put into: the tenant key, or the id of a row. */
      readonly column: string;
      /** The value as the code calls it, and what of the request it is: `the query string`. */
      readonly value: string;
      readonly from: string;
      /** It names a row of this table, and what was read from that row is used here; null where it is used itself. */
      readonly through: string | null;
      readonly entry: string;
      readonly isWritten: boolean;
      /** Of a row that belongs to a tenant, and not of the tenant itself. */
      readonly isReference: boolean;
      readonly byName: ByName;
      /** Only rows that their owner has made public are given out. */
      readonly isPublic: boolean;
      /** Nothing of it is given out: whoever asks learns whether there is one. */
      readonly isOnlyAsked: boolean;
      /** Nothing but the time is written there. */
      readonly isOnlyTouched: boolean;
      /** The row is compared with the tenant once it was fetched. */
      readonly isCheckedAfter: boolean;
      /** A promise is asked about the row, and nobody waits for what it says. */
      readonly isCheckedInVain: boolean;
      /** A part of what is stored was looked up together with the tenant, and not the whole. */
      readonly isCheckedInPart: boolean;
      /** It is checked wherever somebody is signed in. */
      readonly isNobodys: boolean;
      /** Not of a row: of an object in a store, or of a file, whose key stands for the table. */
      readonly isStored?: true;
      readonly library: string;
    }
  | {
      /** A call of a data layer, without the tenant that it has to be given. */
      readonly kind: "unnamed";
      readonly operation: string;
      readonly layer: string;
      /** Where the tenant would have to stand: `filter.projectId`. */
      readonly column: string;
      /** What it is given there when that is not absent; null where it is given nothing. */
      readonly when: string | null;
      readonly library: string;
    }
  | {
      /** Its author has said of what type it is, and it is made sure of later. */
      readonly kind: "unvalidated";
      readonly operation: string;
      readonly table: string;
      readonly column: string;
      readonly value: string;
      readonly from: string;
      /** How many more there are in the file. */
      readonly others: number;
      readonly library: string;
    }
  | {
      readonly kind: "unwritten";
      readonly table: string;
      readonly key: string;
      readonly why: string | null;
      readonly library: string;
    }
  | {
      readonly kind: "optional";
      readonly operation: string;
      readonly table: string;
      readonly key: string;
      readonly when: string;
      /** What still binds it on the other path, if anything does. */
      readonly left: string | null;
      readonly library: string;
    }
  | {
      readonly kind: "fallback";
      readonly operation: string;
      readonly table: string;
      readonly key: string;
      readonly value: string;
      readonly library: string;
    }
  | {
      readonly kind: "conflict";
      readonly table: string;
      readonly key: string;
      readonly columns: readonly string[];
      readonly library: string;
    }
  | {
      readonly kind: "cache-key";
      readonly keptIn: "key" | "arguments" | "variable";
      readonly operation: string;
      readonly key: string;
      readonly tables: readonly string[];
      readonly level: string;
      readonly library: string;
    }
  | {
      readonly kind: "cache-key-late";
      readonly operation: string;
      readonly key: string;
      readonly tables: readonly string[];
      /** What a caller controls, before the tenant. */
      readonly part: string;
      readonly level: string;
      readonly library: string;
    }
  | {
      readonly kind: "cache-key-fallback";
      readonly operation: string;
      readonly key: string;
      readonly tables: readonly string[];
      readonly value: string;
      readonly level: string;
      readonly library: string;
    }
  | {
      readonly kind: "setting";
      /** `app.current_tenant`, `search_path` */
      readonly setting: string;
      /**
       * `session`: whoever borrows the connection next finds it. `spliced`: a value is a part of the statement's text. `lost`: it
       * is set for a transaction, and none is open.
       */
      readonly wrong: readonly ("session" | "spliced" | "lost")[];
      /** As the code calls it: `tenantId`. */
      readonly value: string;
      readonly library: string;
    }
  | {
      /** An object in a store, or a file. */
      readonly kind: "storage-key";
      readonly operation: string;
      readonly key: string;
      readonly isFile: boolean;
      readonly level: string;
      readonly flaw: StorageFlaw;
      readonly library: string;
    }
  | {
      readonly kind: "job";
      readonly queue: string | null;
      readonly level: string;
      readonly fields: readonly string[];
      /** The field that names the tenant when it is there. */
      readonly when: string | null;
      readonly library: string;
    };

export function clear(table: Table, constraint: JudgedConstraint): ResourceVerdict {
  return { resource: table.name, verdict: "scoped", constraint, unclear: null, fault: null };
}

/** Nothing made sure of what came in from outside: one fault for each place where it enters. */
export function untrustedBy(
  resource: string,
  kind: ConstraintKind,
  key: string,
  untrusted: readonly Fault[],
): ResourceVerdict {
  const constraint: JudgedConstraint = { kind, key, origin: "request", proof: "none" };
  return { resource, verdict: "untrusted", constraint, unclear: null, fault: null, untrusted };
}

export function unclear(resource: string, reason: string): ResourceVerdict {
  return { resource, verdict: "unclear", constraint: null, unclear: reason, fault: null };
}

export function fault(
  table: Table,
  verdict: Verdict,
  rule: string,
  grade: "leak" | "weak",
  data: FaultData,
  constraint: JudgedConstraint | null,
  trail: readonly TrailStep[] = [],
): ResourceVerdict {
  return { resource: table.name, verdict, constraint, unclear: null, fault: { rule, grade, data, trail } };
}

/**
 * An id alone decides which rows they are. `vain`: where somebody checks them, and the check never says no; whoever wrote it meant
 * that they may be others'.
 */
export function onlyByReference(
  table: Table,
  data: Omit<FaultData & { kind: "only-reference" }, "kind" | "isCheckedInVain">,
  constraint: JudgedConstraint | null,
  vain: Site | null = null,
): ResourceVerdict {
  return fault(
    table,
    "unscoped",
    "no-unscoped-query",
    vain ? "leak" : "weak",
    { kind: "only-reference", ...data, isCheckedInVain: vain !== null },
    constraint,
    vain ? [{ site: vain, said: { kind: "vain" } }] : [],
  );
}

export function worstOf(verdicts: readonly ResourceVerdict[]): ResourceVerdict {
  const rank = (one: ResourceVerdict): number =>
    worstFirst.indexOf(one.verdict) * 2 + (one.fault?.grade === "leak" || one.isSent ? 0 : 1);
  return verdicts.reduce((worst, one) => (rank(one) < rank(worst) ? one : worst));
}

const worstFirst: readonly Verdict[] = [
  "unscoped",
  "untrusted",
  "optional",
  "unclear",
  "exempt",
  "scoped",
  "global",
];
