/** The sentences of findings about exemptions: the first says what is wrong with it, the second how to make it right. */
import type { ExemptionFaultData } from "../judge/exemptions/exemptions.js";
import { exemptionKinds } from "../judge/exemptions/grammar.js";

export function exemptionMessage(data: ExemptionFaultData): string {
  switch (data.kind) {
    case "no-kind":
      return `This exemption names no kind. Write one of ${kinds} after "tenant-audit:".`;
    case "unknown-kind":
      return data.nearest === null
        ? `"${data.written}" is no kind of exemption. Write one of ${kinds}.`
        : `"${data.written}" is no kind of exemption. Did you mean "${data.nearest}"?`;
    case "no-reason":
      return `This exemption gives no reason. Write why no tenant is needed here, after two dashes: tenant-audit: ${data.of} -- …`;
    case "no-tables":
      return `"${shortened(data.written)}" is no list of tables. Separate tables by commas, and write the reason after two dashes: tenant-audit: ${data.of} -- …`;
    case "no-date":
      return data.written === ""
        ? `This exemption says "until" and not until when. Write the last day on which it holds, as in until 2027-01-31.`
        : `"${shortened(data.written)}" is no day. Write the last day on which the exemption holds, as in until 2027-01-31.`;
    case "above-nothing":
      return "This exemption stands above no statement, so it covers nothing. Put it on a line of its own, directly above the statement that reaches the data.";
    case "above-declaration":
      return `This exemption stands above a ${data.of}, and covers no more than one statement. Put it inside, directly above the statement that reaches the data.`;
    case "second":
      return "Another exemption stands above the same statement, and only that one counts. Write one that covers both.";
    case "expired":
      return `This exemption held until ${data.until}. Review the statement below, then write a later day, or limit the statement to one tenant.`;
    case "stale":
      return "This exemption covers nothing: no access to data that is not covered more closely stands in the statement below. Put it directly above the statement that reaches the data, or remove it.";
    case "stale-tables":
      return `The statement below does not touch ${listed(data.tables, "or")}. Take ${data.tables.length === 1 ? "it" : "them"} out of the exemption, or remove the exemption.`;
    case "redundant":
      return "This exemption is not needed: the statement below is limited to one tenant, or touches only what belongs to nobody. Remove it.";
    case "contradicted":
      return data.by === "platform-admin"
        ? `This exemption says that only administrators get here, but ${reaching(data.requests)} it without an administrator's guard. Put the guard in front, or limit the statement to one tenant.`
        : `This exemption says that no request gets here, but ${reaching(data.requests)} it. Limit the statement to one tenant.`;
  }
}

const kinds = `${exemptionKinds.slice(0, -1).join(", ")} or ${exemptionKinds.at(-1)}`;

function reaching(requests: readonly string[]): string {
  const distinct = [...new Set(requests)];
  const shown = distinct.slice(0, 3).map((name) => `"${shortened(name)}"`);
  const names =
    distinct.length > shown.length
      ? `${shown.join(", ")} and ${distinct.length - shown.length} more`
      : joined(shown, "and");
  return `${names} ${distinct.length === 1 ? "reaches" : "reach"}`;
}

function listed(names: readonly string[], word: string): string {
  return joined(
    names.map((name) => `"${shortened(name)}"`),
    word,
  );
}

function joined(parts: readonly string[], word: string): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} ${word} ${parts.at(-1)}`;
}

/** It comes from a comment, and may be long. */
function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
