/**
 * The sentences of findings: the first says what is wrong here, the second how to make it right. The editor, the terminal
 * and the document all say these.
 */
import type { FaultData } from "../judge/verdict.js";
import type { Siblings } from "./contract.js";
import { familyOf } from "./siblings.js";
import { storedVerb, verb } from "./verbs.js";

export interface Phrases {
  /** What a tenant is called here: `organization`. */
  readonly level: string;
  /** `.where("organization_id", "=", …)` */
  readonly filter: string;
  /** `"organization_id"` */
  readonly value: string;
}

const inVain =
  "what is asked about it is a promise, which is always there, so that nothing is refused. Wait for the answer, and go by that.";

const besides = {
  rows: "",
  nothing: ", if only to decide what is done",
  expired: ", if only what has run out",
} as const;

export function messageOf(data: FaultData, phrases: Phrases): string {
  const { level, filter, value } = phrases;
  const every = `every ${level}`;
  switch (data.kind) {
    case "unscoped": {
      const past =
        data.unset === undefined
          ? ""
          : `, where nothing sets "${data.unset}" and row security lets none of them through, or is passed by`;
      const what = `This query ${verb(data.operation)} "${data.table}" of ${every}${besides[data.shown]}${past}`;
      if (data.mention === "or") {
        return `${what}: "${data.key}" is compared in one arm of an "or" only, and the others say nothing of whose rows they let in. Put the comparison outside of the "or", so that it always holds.`;
      }
      if (data.mention === "not") {
        return `${what} but one: the comparison with "${data.key}" is negated. Add ${filter} with the id from the session.`;
      }
      return data.viaTable
        ? `${what}. Tie it to "${data.viaTable}" and bind "${data.key}" there to the ${level} of the session.`
        : `${what}. Add ${filter} with the id from the session.`;
    }
    case "only-reference": {
      if (data.operation === "insert") {
        return `This query writes "${data.table}" for whatever row "${data.column}" names, and nothing here says that row is the ${level}'s own. Look it up together with the ${level} first.`;
      }
      if (data.isCheckedInVain)
        return `This query ${verb(data.operation)} "${data.table}" by "${data.column}" alone, and ${inVain}`;
      const whose = `This query ${verb(data.operation)} "${data.table}" by "${data.column}" alone: only the ${data.isAddress ? "address" : "id"} says whose row it is.`;
      return data.viaTable
        ? `${whose} Tie it to "${data.viaTable}" and bind "${data.key}" there to the ${level} of the session.`
        : `${whose} Add ${filter} with the id from the session.`;
    }
    case "unverified-job": {
      if (data.goesTo) {
        const other = `the row of "${data.goesTo.table}" that "${data.goesTo.value}" names`;
        return `"${data.value}" and "${data.goesTo.value}" come with one job: what this query reads from "${data.table}" is sent to where ${other} says, and neither the queries nor what puts the ids into the queue ties the two to one ${level}. Compare ${data.viaTable ? `"${data.key}" of "${data.viaTable}"` : `"${data.key}"`} here with that of ${other}.`;
      }
      const verbs =
        data.operation === "insert"
          ? "is written into"
          : `decides which row of "${data.table}" this query ${verb(data.operation)} through`;
      return `"${data.value}" comes with the job and ${verbs} "${data.column}", and neither this query nor what puts it into the queue ties that row to one ${level}. Put the ${level}'s id into the payload and compare ${data.viaTable ? `"${data.key}" of "${data.viaTable}"` : `"${data.key}"`} with it as well.`;
    }
    case "untrusted": {
      const owner = data.isReference ? `the ${level}'s own` : "the caller's";
      const what =
        data.operation === "call"
          ? `decides whose data "${data.table}" works on`
          : data.isStored
            ? `decides ${data.isReference ? "which object" : "whose object"} this request ${storedVerb(data.operation)}, by the key "${data.table}"`
            : data.isWritten
              ? `is written into "${data.column}" of "${data.table}"`
              : `decides ${data.isReference ? "which row" : `whose rows`} of "${data.table}" this request ${verb(data.operation)}`;
      const check =
        data.isReference || data.through !== null
          ? `Look it up together with the ${level} of the session first, and refuse what is not found`
          : `Take the ${level} from the session, or make sure that the caller belongs to it first`;
      const lead =
        data.through === null
          ? `"${data.value}" comes from ${data.from} and ${what}`
          : `"${data.value}" comes from ${data.from} and names a row of "${data.through}", and what that row holds ${what}`;
      if (data.isNobodys)
        return `${lead}, and what makes sure that it is ${owner} is left out where nobody is signed in. Refuse requests without a session or key, or check them all the same.`;
      if (data.byName === "row")
        return `${lead}: whoever has that name sees the row, and nobody asks who they are. Select no more of it, and of what belongs to it, than everybody may see.`;
      if (data.byName === "link")
        return `${lead}: the service made it up at random, so whoever has it was given it, and nobody asks who they are. Let it run out, and be used no more often than it has to.`;
      if (data.byName === "tenant")
        return `${lead}: whoever asks learns which ${level} has that name. Give out no more of it than that before the caller is known to belong to it.`;
      if (data.isCheckedInVain) return `${lead}, and ${inVain}`;
      if (data.isPublic && !data.isCheckedAfter)
        return `${lead}, and only rows that are marked as public are given out. Put the mark into the query, and make sure that whoever sets it may.`;
      if (data.isOnlyAsked && !data.isCheckedAfter)
        return `${lead}: nothing of it is given out, but whoever asks learns whether there is one. ${check}.`;
      if (data.isOnlyTouched) return `${lead}, if only to write the time there. ${check}.`;
      if (data.isCheckedInPart)
        return `${lead}, and only a part of it was looked up together with the ${level}. Store what was looked up, or look up what is stored.`;
      return data.isCheckedAfter
        ? `${lead}, and only what was fetched is compared with the ${level}. Put the comparison into the query.`
        : `${lead}, and nothing on the way makes sure that ${data.through === null ? "it" : "the row"} is ${owner}. ${check}.`;
    }
    case "unnamed":
      return data.when === null
        ? `This call of "${data.layer}" is given nothing as "${data.column}", which says whose data it works on. Pass the ${level}'s id from the session.`
        : `This call of "${data.layer}" works on the data of ${every} when "${data.when}" is absent. Require the value, and refuse to go on without it.`;
    case "unvalidated": {
      const more =
        data.others === 0
          ? ""
          : ` So ${data.others === 1 ? "is one other value" : `are ${data.others} other values`} in this file.`;
      return `"${data.value}" comes from ${data.from}, is said to be of a type and taken for it, and only made sure of later: a list or an object may stand there. Parse it with a schema first.${more}`;
    }
    case "unwritten":
      return `This query writes "${data.table}" without saying which ${level} the row belongs to${data.why ? `: ${data.why}` : ""}. Write ${value} with the id from the session${data.why ? ", after everything that is spread in" : ""}.`;
    case "optional":
      return data.operation === "insert"
        ? `"${data.key}" of "${data.table}" is not written when "${data.when}" is absent. Require it, and refuse to go on without it.`
        : `The ${level} filter on "${data.table}" depends on ${conditionOf(data.when)}: without it, this query ${verb(data.operation)} ${data.left === null ? `the rows of ${every}` : `whatever row "${data.left}" names`}. Require the value, and refuse to go on without it.`;
    case "fallback":
      return `The ${level} of "${data.table}" falls back to a constant when "${data.value}" is absent, which everyone without ${article(level)} ${level} then shares. Require the value, and refuse to go on without it.`;
    case "conflict":
      return `This upsert overwrites whatever row of "${data.table}" has the same ${data.columns.map((column) => `"${column}"`).join(", ") || "key"}, whoever owns it. Put "${data.key}" into the conflict target and a unique index over both.`;
    case "cache-key":
      if (data.keptIn === "variable")
        return `The variable "${data.key}" is there for all who come, and rows of ${quoted(data.tables)} are kept in it, of whichever ${data.level} asked first. Keep one answer for each ${data.level}, under its id.`;
      if (data.keptIn === "arguments")
        return `These answers are kept under "${data.key}", which does not name the ${data.level}, and rows of ${quoted(data.tables)} are among them. Make the ${data.level}'s id a part of what they are kept under.`;
      return `This cache key, "${data.key}", does not name the ${data.level}, but rows of ${quoted(data.tables)} are kept under it. Begin the key with the ${data.level}'s id.`;
    case "cache-key-late":
      return `This cache key, "${data.key}", names the ${data.level} only after "${data.part}", which a caller controls. Put the ${data.level}'s id before it.`;
    case "cache-key-fallback":
      return `This cache key, "${data.key}", falls back to one without the ${data.level} when "${data.value}" is absent, which everyone without ${article(data.level)} ${data.level} then shares, and rows of ${quoted(data.tables)} are kept under it. Require the value, and refuse to go on without it.`;
    case "setting":
      return settingMessage(data);
    case "storage-key":
      return storageMessage(data);
    case "job":
      return data.when === null
        ? `This job carries ${quoted(data.fields)} but not the ${data.level} it belongs to. Add the ${data.level}'s id to the payload.`
        : `This job carries ${quoted(data.fields)}, and the ${data.level} it belongs to only when "${data.when}" is there. Require the value, and refuse to go on without it.`;
  }
}

function settingMessage({ setting, wrong, value }: FaultData & { readonly kind: "setting" }): string {
  const what = setting === "search_path" ? "the schema" : "the tenant";
  const wrongs = {
    session: `sets "${setting}" for the session of a pooled connection, so that whoever borrows it next works with ${what} of this request`,
    spliced: `puts "${value}" into its text, where a quote in it ends the value and begins SQL`,
    lost: `sets "${setting}" for a transaction, and none is open, so that it is gone before the next statement`,
  };
  const [first, ...others] = wrong.map((one) => wrongs[one]);
  const more = others.map((one) => `, and ${one}`).join("");
  const begin =
    wrong.includes("session") || wrong.includes("lost")
      ? " on the connection of the transaction that it is meant for"
      : "";
  return `This statement ${first}${more}. Write set_config('${setting}', $1, true)${begin}${wrong.includes("spliced") ? " with the value as a parameter" : ""}.`;
}

function storageMessage(data: FaultData & { readonly kind: "storage-key" }): string {
  const { flaw, key, level, isFile, operation } = data;
  const what = isFile ? `This path, "${key}",` : `This key, "${key}",`;
  switch (flaw.kind) {
    case "nameless":
      return `${what} does not name the ${level}, but ${flaw.tables.length > 0 ? `rows of ${quoted(flaw.tables)} are` : "what a request sends is"} stored under it. Begin it with the ${level}'s id.`;
    case "everything":
      return `This ${operation === "delete" ? "deletes" : "lists"} ${key === "" ? "everything in the store" : `everything whose key begins with "${key}"`}, of every ${level}. Begin the prefix with the ${level}'s id, and close it with a "/".`;
    case "late":
      return `${what} names the ${level} only after "${flaw.part}", which a caller controls. Put the ${level}'s id before it.`;
    case "fallback":
      return `${what} falls back to one without the ${level} when "${flaw.value}" is absent, which everyone without ${article(level)} ${level} then shares. Require the value, and refuse to go on without it.`;
    case "climbs":
      return `"${flaw.part}" may have a ".." in it, which leads out of what is the ${level}'s own in "${key}"${flaw.isCertain ? "" : ", where a URL is made of it"}. ${isFile ? `Take path.basename of it, or refuse what does not resolve to a path below the ${level}'s.` : "Take one name of it, and refuse what has a slash or a dot-dot."}`;
    case "unclosed":
      return `This prefix, "${key}", ends with "${flaw.part}": what another ${level} has whose id begins the same way is meant as well. Close it with a "/".`;
  }
}

/** `9 of the 10 other reads of "invoices" in InvoiceService bind "organization_id" (nearest: src/invoices.ts:40).` */
export function siblingsSentence(
  { bound, others, nearest }: Siblings,
  about: {
    readonly table: string;
    readonly key: string;
    readonly operation: string;
    /** The class or file whose others are counted, for a person; null for all of the project. */
    readonly where: string | null;
    /** It is not enough that they bind it to something. */
    readonly isProven: boolean;
  },
): string {
  const count = bound === others ? `All ${others}` : `${bound} of the ${others}`;
  const where = about.where === null ? "" : ` in ${about.where}`;
  const what = about.isProven ? `"${about.key}" to a value that is proven` : `"${about.key}"`;
  return `${count} other ${familyOf(about.operation)} of "${about.table}"${where} bind ${what} (nearest: ${nearest.file}:${nearest.line}).`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

function conditionOf(reason: string): string {
  return reason === "" ? "a condition" : /^(an?|the|what) /.test(reason) ? reason : `"${reason}"`;
}

function article(word: string): string {
  return /^[aeiou]/i.test(word) ? "an" : "a";
}
