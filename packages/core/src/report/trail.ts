/** The steps of a trail in words: what happens there, for somebody who has not seen the code. */
import type { Said, Tie } from "../proof/steps.js";
import type { EntryKind } from "../trace/entry.js";
import { groupBy } from "./order.js";
import { storedVerb, verb } from "./verbs.js";

export interface TrailWords {
  /** A column as the code of this library calls it. */
  spell(library: string, table: string, column: string): string;
  /** `InvoiceService.list` */
  nameOf(fn: string): string;
}

export function noteOf(said: Said, words: TrailWords): string {
  switch (said.kind) {
    case "entry":
      return `${comingIn[said.entry]}: ${said.name.replace(/^(?:job|cron|websocket|action|page) /, "")}`;
    case "sent":
      return `"${said.value}" comes from ${said.from}`;
    case "chosen":
      return "here it is decided which of several values it is";
    case "call":
      return `calls ${functionName(said.callee, words)}`;
    case "called-without":
      return `called here without "${said.value}"`;
    case "principal":
      return `"${said.value}" is what the service knows of who is asking`;
    case "kept":
      return `sets "${said.name}"${said.value === "" ? "" : ` to "${said.value}"`}, before the handler runs`;
    case "credential":
      return `"${said.value}" comes from ${said.from}, and only whom it was given to has it`;
    case "authenticated":
      return `"${said.answer}" checks a credential, and says whose it is`;
    case "administrators":
      return "an administrator of the whole service may see all of it";
    case "signed":
      return "goes on only where what came in is signed with a secret of the service's own";
    case "fetched":
      if (said.isSecret)
        return `looks up "${said.table}" by the secret ${columns(said, words)}: whoever has it is its owner`;
      if (said.table === "") return "fetches rows that were looked for in the same way";
      return said.columns.length === 0
        ? `fetches a row of "${said.table}"`
        : `fetches from "${said.table}" by ${columns(said, words)}`;
    case "verified":
      return `looks for a row of "${said.table}" by ${columns(said, words)}, and goes on only where there is one`;
    case "beside":
      return `looks for a row of "${said.table}" by ${columns(said, words)}: that is sure of "${said.checked}", and says nothing of "${said.value}"`;
    case "cached":
      return "a cache has the answer, under a key that names it together with who is asking";
    case "kept-for":
      return "a cache has what was put there for whoever has the secret that its key is made of";
    case "vouched":
      return `"${said.answer}" makes sure of it, as the configuration says`;
    case "vain":
      return "what is asked here is a promise, which is always there: nobody waits for the answer";
    case "compared":
      return `goes on only where ${said.value === "" || said.with === "" ? "the two" : `"${said.value}" and "${said.with}"`} are the same`;
    case "listed":
      return `goes on only where ${said.value === "" ? "it" : `"${said.value}"`} is one of the list`;
    case "uncalled":
      return said.isHook
        ? `${functionName(said.callee, words)} runs before handlers, and "${said.value}" is taken as it comes`
        : `nobody is seen to call ${functionName(said.callee, words)}, so "${said.value}" is taken as it is given`;
    case "dead":
      return "nothing is seen to call this, so nobody is harmed by it yet";
    case "unreached":
      return "nobody comes here: of whoever calls this, what would have to hold here never does";
    case "payload":
      return `"${said.value}" comes with the job, and is taken as it is given`;
    case "access":
      return accessNote(said, words);
  }
}

const comingIn: Readonly<Record<EntryKind, string>> = {
  http: "a request comes in",
  rpc: "a call comes in",
  graphql: "a query comes in",
  websocket: "a message comes in",
  action: "a call comes in",
  page: "a page is asked for",
  event: "an event comes in",
  job: "a job is taken up",
  cron: "a schedule starts it",
  script: "a script is started",
};

function columns(
  { library, table, columns }: Said & { kind: "fetched" | "verified" | "beside" },
  { spell }: TrailWords,
): string {
  return listed(columns.map((column) => `"${spell(library, table, column)}"`));
}

/** `list.<function 2>` */
export function isNameless(name: string): boolean {
  return name.includes("<");
}

function functionName(fn: string, { nameOf }: TrailWords): string {
  const name = nameOf(fn);
  return isNameless(name) ? "this function" : name;
}

function accessNote(use: Said & { kind: "access" }, words: TrailWords): string {
  const { operation, table, isWritten, ties, limit } = use;
  const [first] = ties;
  const keys = listed(ties.map((tie) => keyIn(use, tie, words)));
  if (operation === "call" && first)
    return `hands ${valueWords(first, "it")} to "${table}" as ${keys}, which decides whose data that works on`;
  if (use.isStored) {
    return `${storedVerb(operation)} what is stored under "${table}"`;
  }
  const put = putWords[operation];
  if (put !== undefined) return `${put.does} ${first ? `${put.names} ${keys}` : put.namesNobody}`;
  const does = verb(operation);
  switch (limit) {
    case "none":
      return isWritten
        ? `${does} a row of "${table}" without saying whose it is`
        : `${does} rows of "${table}", whoever they belong to`;
    case "id":
      return isWritten
        ? `${does} a row of "${table}" for whatever ${keys} names`
        : `${does} rows of "${table}" by ${keys} alone, whoever they belong to`;
    case "sometimes":
      return isWritten
        ? `${does} a row of "${table}", with ${keys} only where there is one`
        : `${does} rows of "${table}", limited by ${keys} only where there is one`;
    case "bound":
      break;
  }
  if (isWritten && first) return `writes ${valueWords(first, "a value")} into ${keys} of "${table}"`;
  return `${does} the rows of "${table}"${conditionsOf(use, words)}`;
}

/** What is done with things that have no columns. */
const putWords: Readonly<Record<string, { does: string; names: string; namesNobody: string }>> = {
  get: {
    does: "reads what is kept",
    names: "under a key that names",
    namesNobody: "under a key that names nobody",
  },
  set: {
    does: "keeps something",
    names: "under a key that names",
    namesNobody: "under a key that names nobody",
  },
  put: {
    does: "stores something",
    names: "under a key that names",
    namesNobody: "under a key that names nobody",
  },
  add: { does: "enqueues a job", names: "that carries", namesNobody: "that does not say whose it is" },
  consume: { does: "takes up a job", names: "that carries", namesNobody: "that does not say whose it is" },
};

/** `whose "a" is "x" and "b" is "y", and that belong to a row of "parents" whose "c" is "z"` */
function conditionsOf(use: Said & { kind: "access" }, words: TrailWords): string {
  const condition = (tie: Tie): string => `${keyIn(use, tie, words)} is ${valueWords(tie)}`;
  const own = use.ties.filter(({ through }) => through.length === 0).map(condition);
  const through = use.ties.filter((tie) => tie.through.length > 0);
  const parents = [...groupBy(through, (tie) => tie.through.map((one) => `"${one}"`).join(", then of "))].map(
    ([tables, ties]) => `that belong to a row of ${tables} whose ${listed(ties.map(condition))}`,
  );
  const parts = [...(own.length > 0 ? [`whose ${listed(own)}`] : []), ...parents];
  return parts.length === 0 ? "" : ` ${parts.join(", and ")}`;
}

function keyIn({ library, table }: Said & { kind: "access" }, tie: Tie, { spell }: TrailWords): string {
  return `"${spell(library, tie.through.at(-1) ?? table, tie.column)}"`;
}

function valueWords({ value }: Tie, otherwise = "the one given"): string {
  return value === null || value === "" ? otherwise : `"${value}"`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)!}`;
}
