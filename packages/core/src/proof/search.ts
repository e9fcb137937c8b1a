/**
 * Answers to questions that hang on one another: whether a row may be believed hangs on the id it was fetched by, and that
 * on the row it was compared with. What is shown to be believed without itself is believed (a least fixed point, worked out
 * by depth-first search with tables, as logic programs are); each question is worked out once.
 */
import { failed, isCertain, keyOfGoal, type Failure, type Goal } from "./goal.js";

export interface Answers {
  /** What is known for good, by the question. */
  readonly goals: Map<string, Goal>;
  /** The questions that were asked on the way to an answer, and what each is about. */
  readonly asked: Map<string, Set<string>>;
  readonly subjects: Map<string, string>;
}

export function noAnswers(): Answers {
  return { goals: new Map(), asked: new Map(), subjects: new Map() };
}

const onlyItself = "it is only compared with itself";

const circular: Goal = failed({ kind: "unknown", reason: onlyItself });

export function forget({ goals, asked, subjects }: Answers): void {
  goals.clear();
  asked.clear();
  subjects.clear();
}

/** The value was met again on the way to its own proof, which says nothing for or against it. */
export function isCircular(why: Failure): boolean {
  return why.kind === "unknown" && why.reason === onlyItself;
}

/** Answers that grow for longer than this say no more that anybody would follow. */
const mostRounds = 6;

interface Running {
  readonly depth: number;
  /** What is known so far. */
  goal: Goal;
}

interface Provisional {
  readonly goal: Goal;
  /** The outermost question being asked that it hangs on, by its depth. */
  readonly outermost: number;
}

export class Search {
  readonly #answers: Answers;
  readonly #budget: { readonly left: number };
  readonly #running = new Map<string, Running>();
  readonly #provisional = new Map<string, Provisional>();
  readonly #earlier = new Map<string, Goal>();
  #outermost = Infinity;
  #asking: Set<string> = new Set();

  constructor(answers: Answers, budget: { readonly left: number }) {
    this.#answers = answers;
    this.#budget = budget;
  }

  /** `subject` is what the question is about, whatever else is known: nothing is asked of it inside of itself. */
  ask(question: string, subject: string, workOut: () => Goal): Goal {
    this.#asking.add(question);
    this.#answers.subjects.set(question, subject);
    const answer = this.#answers.goals.get(question);
    if (answer) return answer;
    const half = this.#provisional.get(question);
    if (half) return this.#hangingOn(half.outermost, half.goal);
    const running = this.#running.get(subject);
    if (running) return this.#hangingOn(running.depth, running.goal);

    const around = this.#outermost;
    const own: Running = { depth: this.#running.size, goal: this.#earlier.get(question) ?? circular };
    this.#running.set(subject, own);
    const asking = this.#asking;
    this.#answers.asked.set(question, (this.#asking = new Set(this.#answers.asked.get(question))));
    const goal = this.#workedOut(own, workOut);
    this.#asking = asking;
    this.#running.delete(subject);
    const outermost = this.#outermost >= own.depth ? Infinity : this.#outermost;
    this.#keep(question, goal, outermost);
    this.#settle(own.depth, outermost);
    this.#outermost = Math.min(around, outermost);
    return goal;
  }

  /** What is asked at the moment hangs on this, which is no question of its own. */
  note(subject: string): void {
    const question = `of ${subject}`;
    this.#asking.add(question);
    this.#answers.subjects.set(question, subject);
  }

  /** What everything that is asked in it is about. */
  traced(ask: () => Goal): { readonly goal: Goal; readonly hangsOn: ReadonlySet<string> } {
    const around = this.#asking;
    const asked = (this.#asking = new Set());
    const goal = ask();
    this.#asking = around;
    for (const question of asked) {
      around.add(question);
      for (const inner of this.#answers.asked.get(question) ?? []) asked.add(inner);
    }
    return { goal, hangsOn: new Set([...asked].map((question) => this.#answers.subjects.get(question)!)) };
  }

  #hangingOn(depth: number, goal: Goal): Goal {
    this.#outermost = Math.min(this.#outermost, depth);
    return goal;
  }

  /** Asked again for as long as knowing more of itself makes it say more. */
  #workedOut(own: Running, workOut: () => Goal): Goal {
    for (let round = 1; ; round += 1) {
      this.#outermost = Infinity;
      const goal = workOut();
      const isSettled = this.#outermost !== own.depth || isSame(goal, own.goal);
      const isLast = isSettled || isCertain(goal) || round === mostRounds;
      // What was found out on the way took less for known than is known now.
      if (!isSettled)
        for (const [question, { outermost }] of this.#provisional)
          if (outermost >= own.depth) this.#provisional.delete(question);
      if (isLast) return goal;
      own.goal = goal;
    }
  }

  #keep(question: string, goal: Goal, outermost: number): void {
    // What was cut off in the middle is no answer.
    if (this.#budget.left < 0) return;
    if (outermost === Infinity || isCertain(goal)) this.#answers.goals.set(question, goal);
    else {
      this.#provisional.set(question, { goal, outermost });
      this.#earlier.set(question, goal);
    }
  }

  /** What hung on the question that is answered hangs on whatever that does. */
  #settle(depth: number, outermost: number): void {
    for (const [question, half] of this.#provisional) {
      if (half.outermost < depth) continue;
      this.#provisional.delete(question);
      if (this.#budget.left < 0) continue;
      if (outermost === Infinity) this.#answers.goals.set(question, half.goal);
      else this.#provisional.set(question, { goal: half.goal, outermost });
    }
  }
}

function isSame(one: Goal, other: Goal): boolean {
  return one === other || keyOfGoal(one) === keyOfGoal(other);
}
