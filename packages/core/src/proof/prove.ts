/**
 * Whether a value may be believed, as far as one function shows: by where it comes from, or by what was made sure of before.
 * What hangs on a parameter stays open, for whoever calls to answer.
 */
import { channelOf } from "../trace/channel.js";
import { authenticating } from "../trace/names.js";
import { isContradictory, keyOfValue, noFacts, type Fact, type Facts } from "../trace/facts.js";
import {
  isUndefined,
  type ChoiceValue,
  type RowsValue,
  type Site,
  type SymbolicValue,
  type TextValue,
  type Value,
} from "../trace/value.js";
import { provenInEachCase, subjectsIn } from "./cases.js";
import type { Claim, TableClaims } from "./claims.js";
import { takenFromNowhere } from "./channels.js";
import { closureOf } from "./closure.js";
import type { FactSets } from "./fact-sets.js";
import {
  all,
  any,
  asContent,
  asNameOf,
  asCredential,
  asKnown,
  asSomebodys,
  failed,
  isAskedFurther,
  isCertain,
  isOfContent,
  nothingTies,
  proven,
  shown,
  tooMuchToFollow,
  whoComes,
  withStep,
  type Failure,
  type Goal,
} from "./goal.js";
import type { WorthOfKept } from "./kept-answers.js";
import { keptForWhom } from "./kept-secrets.js";
import { knownSecrets } from "./known-secrets.js";
import { madeSure } from "./made-sure.js";
import type { FindPut } from "./put-under.js";
import type { Question } from "./question.js";
import { lookupOf, type Fetched, type FindFetched } from "./rows.js";
import { keyOfRows, partsOf, rowsOf } from "./same.js";
import { Search, type Answers } from "./search.js";
import { stepsAt, type Said, type Step } from "./steps.js";

export interface Prover {
  readonly findFetched: FindFetched;
  readonly worthOfKept: WorthOfKept;
  readonly findPut: FindPut;
  /** What a value in an entry point's own words stands for; null where there is no entry point yet. */
  standingOfEntry(value: SymbolicValue, facts: Facts): Goal | null;
  /** Whoever is asking may name anybody. */
  standingOfAnything(facts: Facts): Goal | null;
  /** What may still be asked for the value at hand; past that, nothing more is found in its favour. */
  readonly budget: { left: number };
  readonly factSets: FactSets;
  /** What has been asked before. */
  readonly answers: Answers;
  /** With what held where the rows at hand were fetched. */
  readonly closures: Map<Facts, Facts>;
  /** What facts speak of. */
  readonly subjects: Map<Fact, ReadonlySet<string>>;
}

export function goalOf(prover: Prover, value: Value, facts: Facts): Goal {
  return questionAbout(prover, [value], facts).proveInFull(value);
}

/** `root`: the walk in which it is asked. */
export function goalOfWay(prover: Prover, way: readonly Claim[], facts: Facts, root: string): Goal {
  const values = way.flatMap((claim) => claim.values);
  const question = questionAbout(prover, values, facts);
  const known = way.find(({ status }) => status === "given")?.facts;
  const besides = known ? [whoComes(root, question.with(known).facts)] : [];
  return proveWay(
    question,
    way,
    (here, claim) => {
      const goal = proveClaim(claim, (value) => here.proveInFull(value));
      // Whoever sends what everybody may know of a row has shown nothing; what is read of it is as good as this lookup.
      return isKnownToAll(claim) ? asKnown(goal) : goal;
    },
    besides,
  );
}

/** `public_key` */
function isKnownToAll({ status, column }: Claim): boolean {
  return status === "reference" && /^public(?:_|[A-Z])/.test(column);
}

/** Whether what holds here makes sure of the rows, however they were fetched. Null when nothing here speaks of them. */
export function goalOfRowsMadeSure(prover: Prover, rows: RowsValue, facts: Facts): Goal | null {
  const nothing = failed({ kind: "unknown", reason: "nothing here speaks of them" });
  const goal = provenInEachCase(questionAbout(prover, [rows], facts), rows, (question) => {
    const reasons = madeSure(question, rows);
    return prover.standingOfAnything(question.facts) ?? (reasons.length === 0 ? nothing : any(reasons));
  });
  return goal === nothing ? null : goal;
}

const mostSplits = 3;
const nothingHere: Goal = failed(nothingTies);

function questionAbout(prover: Prover, values: readonly Value[], facts: Facts): Asking {
  const { factSets, budget, answers } = prover;
  const search = new Search(answers, budget);
  const findFetched = (rows: RowsValue): readonly Fetched[] =>
    prover.findFetched(rows.access, rows.context ?? "");
  const claimedBy = (rows: RowsValue): readonly Value[] =>
    findFetched(rows).flatMap(({ tables }) =>
      tables.flatMap(({ ways }) => ways.flatMap((way) => way.flatMap((claim) => claim.values))),
    );
  const closed = (some: Facts, added: Facts): Facts => {
    let all = prover.closures.get(some);
    if (!all) prover.closures.set(some, (all = closureOf(some, [], factSets, findFetched, added)));
    return all;
  };
  const questionWith = (known: Facts, splits: number): Asking => {
    const question: Asking = {
      facts: known,
      splits,
      get isSpent() {
        return budget.left < 0;
      },
      tabled: (subject, place, workOut) =>
        search.ask(`${subject} ${place} ${factSets.numberOf(known)}`, subject, workOut),
      numberOf: factSets.numberOf,
      prove: (value) => {
        budget.left -= 1;
        return budget.left < 0 ? tooMuchToFollow : prove(question, value);
      },
      standingOf: (value) =>
        value.kind === "symbolic"
          ? search.ask(
              `where from ${value.id} ${placeOf(value)} ${factSets.numberOf(known)}`,
              `where from ${value.id}`,
              () => standingOf(question, value),
            )
          : question.prove(value),
      proveInFull: (value) => provenInEachCase(question, value, (one) => one.prove(value)),
      proveWay: (way, besides, otherwise) =>
        proveWay(question, way, (here, claim) => proveClaim(claim, here.prove), besides, otherwise),
      rowsMadeSure: (rows) => {
        const subject = `made sure of ${keyOfRows(rows)}`;
        const goal = question.tabled(subject, "", () => {
          const reasons = madeSure(question, rows);
          return reasons.length > 0 ? any(reasons) : nothingHere;
        });
        return goal === nothingHere ? [] : [goal];
      },
      elementsMadeSure: (rows) => {
        const goal = provenInEachCase(question, rows, (one) => {
          const [reason = nothingHere] = one.rowsMadeSure(rows);
          return reason;
        });
        return goal === nothingHere ? [] : [goal];
      },
      isPossible: (way) => onWay(question, way) !== null,
      findFetched,
      worthOfKept: prover.worthOfKept,
      findPut: prover.findPut,
      standingOfEntry: (value) => prover.standingOfEntry(value, known),
      standingOfAnything: () => prover.standingOfAnything(known),
      with: (added) => {
        const all = factSets.merged(known, added);
        return all === known ? question : questionWith(closed(all, added), splits);
      },
      about: (value) => {
        const all = closureOf(known, [value], factSets, findFetched, noFacts);
        return all === known ? question : questionWith(all, splits);
      },
      traced: (ask) => search.traced(() => ask(question)),
      notes: (subject) => search.note(subject),
      subjectsOf: (fact) => {
        let subjects = prover.subjects.get(fact);
        if (!subjects) prover.subjects.set(fact, (subjects = subjectsIn(fact, claimedBy)));
        return subjects;
      },
      onPath: (either, arm) => questionWith(closed(factSets.onPath(known, either, arm), arm), splits - 1),
    };
    return question;
  };
  return questionWith(closureOf(factSets.uniqueOf(facts), values, factSets, findFetched), mostSplits);
}

interface Asking extends Question {
  prove(this: void, value: Value): Goal;
  /** Asked once for the same thing at the same place. */
  tabled(subject: string, place: string, workOut: () => Goal): Goal;
  numberOf(this: void, facts: Facts): number;
  with(facts: Facts): Asking;
  /** Where it is this value, with what held where the rows were fetched that it comes from. */
  about(this: void, value: Value): Asking;
  standingOfAnything(this: void): Goal | null;
}

function prove(question: Asking, value: Value): Goal {
  switch (value.kind) {
    case "literal":
      // Also null: it names nobody.
      return proven("none", "constant");
    case "choice":
      return proveChoice(question, value);
    case "array":
      return all([...value.elements, ...(value.rest ? [value.rest] : [])].map((one) => question.prove(one)));
    case "text":
      return proveText(question, value);
    case "rows":
      return proveRows(question, value);
    case "symbolic":
      return proveSymbol(question, value);
    case "instance":
      if (value.as) return proveSymbol(question, value.as);
      return failed({ kind: "unknown", reason: "it is made where we cannot follow" });
    case "external":
      return value.package === "(global)"
        ? proven("none", "constant")
        : failed({ kind: "unknown", reason: `what "${value.path.join(".")}" gives is not followed` });
    default:
      return failed({ kind: "unknown", reason: "it is made where we cannot follow" });
  }
}

/** All that is in it; or what it begins with, where that says whose it is: what follows names something of theirs. */
function proveText(question: Asking, { parts }: TextValue): Goal {
  const goals = parts.flatMap((part) => (typeof part === "string" ? [] : [question.prove(part)]));
  const [first] = goals;
  const start = parts.findIndex((part) => typeof part !== "string");
  const isApart = typeof parts[start + 1] === "string" && parts[start + 1] !== "";
  return first && isApart ? any([asSomebodys(first), all(goals)]) : all(goals);
}

function proveChoice(question: Asking, value: ChoiceValue): Goal {
  const key = keyOfValue(value);
  if (key === null) return proveOptions(question, value);
  const place = [placeOf(value), ...(value.given ?? []).map(question.numberOf)].join(" ");
  return question.tabled(`one of ${key}`, place, () =>
    withReasons(proveOptions(question, value), madeSure(question, value)),
  );
}

/** Each of the values that it may be, with what holds when it is that one. */
function proveOptions(question: Asking, value: ChoiceValue): Goal {
  const each = all(
    value.options.flatMap((option, index) => {
      if (isUndefined(option) || (option.kind === "literal" && option.value === null)) return [];
      const given = value.given?.[index];
      const here = (given ? question.with(given) : question).about(option);
      if (isContradictory(here.facts)) return [];
      return [here === question ? here.prove(option) : here.proveInFull(option)];
    }),
  );
  return [...(value.earlier ?? []), ...(value.site ? [value.site] : [])].reduce<Goal>(
    (goal, site) => withStep(goal, { site, said: { kind: "chosen" } }),
    each,
  );
}

function proveSymbol(question: Asking, value: SymbolicValue): Goal {
  return question.tabled(value.id, placeOf(value), () => {
    const direct = standingOf(question, value);
    return direct.kind === "proven"
      ? direct
      : afterSent(question, direct, withReasons(direct, madeSure(question, value)), value);
  });
}

/**
 * What hangs on a parameter takes along what is known here, so that whoever calls finds the same reasons again, and with
 * what was passed: only a reason that holds for every caller says more. Who puts something into a queue does not know what
 * whoever takes it out makes sure of, and whoever says what a row was fetched by does not say what stands in its JSON: those
 * reasons are asked beside it.
 */
function withReasons(direct: Goal, reasons: readonly Goal[]): Goal {
  if (!isAskedFurther(direct)) return any([direct, ...reasons]);
  const certain = reasons.find(isCertain);
  if (certain) return certain;
  const isTakenOut = direct.kind === "open" && channelOf(direct.value.id) !== null;
  return isTakenOut || isOfContent(direct) ? any([direct, ...reasons.filter(isAskedFurther)]) : direct;
}

/** What was made sure of came in somewhere. */
function afterSent({ facts }: Question, direct: Goal, goal: Goal, value: SymbolicValue): Goal {
  if (goal.kind !== "proven" || direct.kind !== "failed" || direct.why.kind !== "request") return goal;
  const { site, text, from, isCast } = direct.why;
  const said: Said = {
    kind: "sent",
    value: text,
    from,
    ...(isCast && !isLookedAt(value, facts) && { isCast }),
  };
  return { ...goal, steps: [{ site, said }, ...goal.steps] };
}

/** `if (!isUuid(id)) return …`: somebody was asked about it alone, and had an answer. */
function isLookedAt({ id }: SymbolicValue, facts: Facts): boolean {
  for (const fact of facts.values()) {
    if (fact.kind !== "present" || fact.value.kind !== "symbolic" || !fact.value.from) continue;
    const parts = partsOf(fact.value.from);
    if (parts.length === 1 && keyOfValue(parts[0]!) === id) return true;
  }
  return false;
}

/** Where it is met decides where a person is sent to. */
function placeOf({ site }: { readonly site?: Site | undefined }): string {
  return site ? `${site.file}:${site.start}` : "";
}

/** By where it comes from alone. */
function standingOf(question: Asking, value: SymbolicValue): Goal {
  if (value.origin === "principal")
    return proven("principal", "principal", stepsAt(value, { kind: "principal", value: value.text }));
  if (value.origin === "constant") return proven("none", "constant");
  const rows = rowsOf(value);
  if (rows)
    return isContent(question, value, rows)
      ? asContent(proveRows(question, rows))
      : proveRows(question, rows);
  if (value.id.startsWith("entry:"))
    return (
      question.standingOfEntry(value) ?? failed({ kind: "unknown", reason: `"${value.text}" is not known` })
    );
  if (/^(?:parameter|channel):/.test(value.id)) return { kind: "open", value, facts: question.facts };
  if (value.origin === "job") return failed(takenFromNowhere);
  if (value.id.startsWith("field:")) return proven("given", "parameter");
  const kept = keptForWhom(question, value);
  if (kept && kept.kind !== "failed") return kept;
  const reason = kept ?? failed({ kind: "unknown", reason: `what "${value.text}" gives is not followed` });
  const answered = stepsAt(value, { kind: "authenticated", answer: value.text });
  return value.from && authenticating.test(value.text) && !reading.test(value.text)
    ? any([reason, ...authenticated(question, value.from).map((goal) => shown(goal, answered))])
    : reason;
}

/** `template.blocks[].webhookId`, where `blocks` is a column and no relation. */
function isContent(question: Asking, { id }: SymbolicValue, rows: RowsValue): boolean {
  const [first, ...further] = id.slice(keyOfRows(rows).length + 1).split(".");
  const column = first?.replace(/(?:\[\])+$/, "");
  return (
    column !== undefined &&
    further.length > 0 &&
    question.findFetched(rows).some(({ tables }) => tables.some((table) => table.hasColumn(column)))
  );
}

/** Who was given a credential and says whose it is: `verifyToken(request.headers.authorization).organizationId`. */
function authenticated(question: Asking, given: readonly Value[]): readonly Goal[] {
  return partsOf(given).map((part) => asCredential(question.standingOf(part)));
}

/** What is in a token says nothing until somebody has verified it. */
const reading = /^[\w.]*(?:decode|parse|unsafe|unverified)\w*\(/i;

function proveRows(question: Asking, rows: RowsValue): Goal {
  return question.tabled(keyOfRows(rows), "", () => {
    const direct = question.findFetched(rows).map((fetched: Fetched) => {
      const step = fetchedStep(fetched, rows);
      const tables = fetched.tables.length > 0 ? fetched.tables : fetched.users;
      const goal = provenTables(question.with(fetched.facts), tables, rows.access);
      return withStep(shown(goal, [step]), step);
    });
    const own =
      direct.length > 0
        ? all(direct)
        : failed({ kind: "unknown", reason: "the query behind it is not followed" });
    return own.kind === "proven"
      ? own
      : any([own, ...knownSecrets(question, rows), ...question.rowsMadeSure(rows)]);
  });
}

function provenTables(question: Asking, tables: readonly TableClaims[], access: string): Goal {
  // Rows of nobody in particular: a plan, a currency.
  if (tables.length === 0) return proven("scoped-row", "row");
  const isNamed = tables.every(
    ({ ways }) =>
      ways.length > 0 &&
      ways.every((way) => way.some(({ status, isName }) => status === "reference" && isName)),
  );
  const known = all(
    tables.flatMap(({ ways }) => ways.map((way) => question.proveWay(way, [], { kind: "row", access }))),
  );
  const goal = isNamed ? asNameOf(access, known) : known;
  return goal.kind === "proven" ? { ...goal, proof: asRow(goal.proof), origin: "row" } : goal;
}

function fetchedStep(fetched: Fetched, { context = "" }: RowsValue): Step {
  const isSecret = fetched.tables.some(({ ways }) =>
    ways.some((way) => way.some(({ status }) => status === "secret")),
  );
  return {
    site: fetched.access.site,
    context,
    said: { kind: "fetched", isSecret, ...lookupOf(fetched, fetched.tables[0]) },
  };
}

function asRow(proof: (Goal & { kind: "proven" })["proof"]) {
  return proof === "secret" || proof === "given" ? proof : "scoped-row";
}

/** One way to the rows, with what is known where the program comes that way. */
function proveWay(
  question: Asking,
  way: readonly Claim[],
  prove: (question: Asking, claim: Claim) => Goal,
  /** What else would do. */
  besides: readonly Goal[] = [],
  otherwise: Failure = nothingTies,
): Goal {
  const here = onWay(question, way);
  if (here === null) return proven("none", "constant");
  const goals: Goal[] = [];
  for (const claim of way) {
    if (claim.status === "given") continue;
    const goal = prove(here, claim);
    if (isCertain(goal)) return goal;
    goals.push(goal);
  }
  goals.push(...besides);
  const anything = here === question ? null : here.standingOfAnything();
  if (anything) goals.push(anything);
  return goals.length > 0 ? any(goals) : failed(otherwise);
}

/** Null where the program does not come this way. */
function onWay(question: Asking, way: readonly Claim[]): Asking | null {
  const known = way.find(({ status }) => status === "given")?.facts;
  const here = known ? question.with(known) : question;
  return here !== question && isContradictory(here.facts) ? null : here;
}

function proveClaim(claim: Claim, ask: (value: Value) => Goal): Goal {
  if (claim.status === "nobody") return proven("none", "constant");
  if (claim.status === "secret") return proven("secret", "request");
  if (claim.values.length === 0) return failed(nothingTies);
  return all(claim.values.map(ask));
}
