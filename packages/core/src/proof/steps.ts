/**
 * What happens on the way of a value to an access, as facts: which lookup, which comparison, which call. Whoever reports it
 * finds the words.
 */
import type { EntryKind } from "../trace/entry.js";
import type { Site } from "../trace/value.js";

export interface Step {
  readonly site: Site;
  readonly said: Said;
  /** The calls that lead to it, outermost first, by their names in contexts; "" where it stands in the function at hand. */
  readonly context?: string;
}

export type Said =
  | { readonly kind: "entry"; readonly name: string; readonly entry: EntryKind }
  /** Whoever sends the request says what it is. */
  | {
      readonly kind: "sent";
      readonly value: string;
      readonly from: string;
      /** Of whatever type it really is: its author has said which, and nothing has looked. */
      readonly isCast?: true;
    }
  /** It is one of several that the value at hand may be. */
  | { readonly kind: "chosen" }
  /** `callee` is the function's key (`file#id`). */
  | { readonly kind: "call"; readonly callee: string }
  | { readonly kind: "called-without"; readonly value: string }
  /** The service itself knows it of who is asking. */
  | { readonly kind: "principal"; readonly value: string }
  /** What runs before the handler puts it there. */
  | { readonly kind: "kept"; readonly name: string; readonly value: string }
  /** A secret that only its owner has. */
  | { readonly kind: "credential"; readonly value: string; readonly from: string }
  /** `answer` was given a credential, and says whose it is. */
  | { readonly kind: "authenticated"; readonly answer: string }
  | { readonly kind: "administrators" }
  | { readonly kind: "signed" }
  /** Rows that are somebody's were fetched, by these columns. */
  | ({ readonly kind: "fetched"; readonly isSecret: boolean } & Lookup)
  /** It goes on only where a row was found. */
  | ({ readonly kind: "verified" } & Lookup)
  /** It goes on only where a row was found, by something else that was sent along with the value. */
  | ({ readonly kind: "beside"; readonly checked: string; readonly value: string } & Lookup)
  /** A cache has what was put there under a key that names it and something that is believed. */
  | { readonly kind: "cached" }
  /** A store has what was put there under a key that only whoever has a secret can name. */
  | { readonly kind: "kept-for" }
  /** Somebody whom the configuration calls a verifier had an answer. */
  | { readonly kind: "vouched"; readonly answer: string }
  | { readonly kind: "compared"; readonly value: string; readonly with: string }
  | { readonly kind: "listed"; readonly value: string }
  /** Nobody is seen to call the function: or it runs before handlers, and each of them may bring something else. */
  | { readonly kind: "uncalled"; readonly value: string; readonly callee: string; readonly isHook: boolean }
  /** Nothing calls it, and nothing could that is not seen. */
  | { readonly kind: "dead" }
  /** It is called, and whoever calls it does not come as far as this. */
  | { readonly kind: "unreached" }
  | { readonly kind: "payload"; readonly value: string }
  /** A promise is asked what it will say, and is always there. */
  | { readonly kind: "vain" }
  /** The end of every trail. */
  | ({ readonly kind: "access" } & Use);

export interface Lookup {
  readonly table: string;
  readonly columns: readonly string[];
  readonly library: string;
}

/** How a value decides at an access. */
export interface Use {
  readonly operation: string;
  readonly table: string;
  /** `bound`: by a value. `id`: by the id of a row alone. `sometimes`: not on every path. `none`: by nothing. */
  readonly limit: "bound" | "id" | "sometimes" | "none";
  /** What ties it to somebody: the strongest first. */
  readonly ties: readonly Tie[];
  readonly isWritten: boolean;
  readonly library: string;
  /** It is an object in a store, or a file, and `table` is its key. */
  readonly isStored?: true;
}

export interface Tie {
  /** Of the table, or of the last of `through`. */
  readonly column: string;
  /** The tables that lead from the one to the other. */
  readonly through: readonly string[];
  /** What it is bound to, as the code calls it. */
  readonly value: string | null;
}

/** None for a value that stands nowhere. */
export function stepsAt({ site }: { readonly site?: Site }, said: Said): readonly Step[] {
  return site ? [{ site, said }] : [];
}
