/** Asking whether a value may be believed, with what is known where it is asked. */
import type { Fact, Facts } from "../trace/facts.js";
import type { RowsValue, SymbolicValue, Value } from "../trace/value.js";
import type { Claim } from "./claims.js";
import type { Failure, Goal } from "./goal.js";
import type { WorthOfKept } from "./kept-answers.js";
import type { FindPut } from "./put-under.js";
import type { Fetched } from "./rows.js";

export interface Question {
  readonly facts: Facts;
  /** How many more times paths that met may be told apart. */
  readonly splits: number;
  /** So much was asked that nothing more is found out. */
  readonly isSpent: boolean;
  prove(value: Value): Goal;
  /** By where it comes from alone: what was made sure of since makes nothing a secret. */
  standingOf(value: Value): Goal;
  /** With the paths that met told apart. */
  proveInFull(value: Value): Goal;
  /** One of the claims has to be believed, or something `besides` them; `otherwise`: where there is nothing to believe. */
  proveWay(way: readonly Claim[], besides?: readonly Goal[], otherwise?: Failure): Goal;
  /** The program may come this way, as far as is known. */
  isPossible(way: readonly Claim[]): boolean;
  /** What holds here of rows besides what they were fetched by. */
  rowsMadeSure(rows: RowsValue): readonly Goal[];
  /** The same where what is known is known of an element of a list: the paths that met there are told apart nowhere else. */
  elementsMadeSure(rows: RowsValue): readonly Goal[];
  findFetched(rows: RowsValue): readonly Fetched[];
  readonly worthOfKept: WorthOfKept;
  readonly findPut: FindPut;
  /** What a value in an entry point's own words stands for; null where there is no entry point yet. */
  standingOfEntry(value: SymbolicValue): Goal | null;
  /** The same, where this holds too. */
  with(facts: Facts): Question;
  /** What a question hangs on, by the keys of the values that were asked about. */
  traced(ask: (question: Question) => Goal): { readonly goal: Goal; readonly hangsOn: ReadonlySet<string> };
  /** The answer hangs on what is known of this, too. */
  notes(subject: string): void;
  /** What a fact speaks of, by the same keys. */
  subjectsOf(fact: Fact): ReadonlySet<string>;
  /** The same on one of the paths that met. */
  onPath(either: Fact, arm: Facts): Question;
}
