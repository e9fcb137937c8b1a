/** Whoever knows a secret that a row holds is whom the row is of: a password that was compared, a token that is equal. */
import type { RowsValue, SymbolicValue, Value } from "../trace/value.js";
import { proven, type Goal } from "./goal.js";
import type { Question } from "./question.js";
import { keyOfRows, partsOf } from "./same.js";
import type { Said } from "./steps.js";

export function knownSecrets(question: Question, rows: RowsValue): readonly Goal[] {
  const isSecret = (value: Value): value is SymbolicValue => isSecretOf(question, rows, value);
  for (const fact of question.facts.values()) {
    if (fact.kind === "equal") {
      const { left, right, place } = fact;
      const secret = [left, right].find(isSecret);
      const other = secret === left ? right : left;
      if (secret && !isOfRow(rows, other))
        return [known(secret, other, place ? [place.site, place.context] : null)];
    }
    // `await compare(password, user.passwordHash)` was true.
    if (fact.kind !== "present" || fact.value.kind !== "symbolic" || !fact.value.from) continue;
    const parts = partsOf(fact.value.from);
    const secret = parts.find(isSecret);
    const other = parts.find((part) => !isOfRow(rows, part));
    const { site } = fact.value;
    if (secret && other) return [known(secret, other, site ? [site, ""] : null)];
  }
  return [];
}

type Place = readonly [site: NonNullable<SymbolicValue["site"]>, context: string];

function known(secret: SymbolicValue, other: Value, place: Place | null): Goal {
  const text = other.kind === "symbolic" ? other.text : "";
  const said: Said = { kind: "compared", value: secret.text, with: text };
  return proven("secret", "request", place ? [{ site: place[0], context: place[1], said }] : []);
}

function isSecretOf(question: Question, rows: RowsValue, value: Value): boolean {
  if (value.kind !== "symbolic" || !isOfRow(rows, value)) return false;
  const column = value.id.slice(keyOfRows(rows).length + 1);
  return question
    .findFetched(rows)
    .some(({ tables, users }) => [...tables, ...users].some((table) => table.isCredential(column)));
}

function isOfRow(rows: RowsValue, value: Value): boolean {
  return value.kind === "symbolic" && value.id.startsWith(`${keyOfRows(rows)}.`);
}
