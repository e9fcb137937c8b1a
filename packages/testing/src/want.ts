/**
 * The expectations that stand in a fixture, on the line where the finding begins:
 *
 *     const rows = await db.selectFrom("invoices").execute(); // want no-unscoped-query leak: "invoices"
 *
 * In a schema written in SQL the comment begins with `--`, and only a scan has anything to say. Of a rule that only a scan
 * reports, that goes without saying.
 *
 * `want <rule or verdict>[ <grade>][: text]`; several are separated by `; want `. The text must occur in the finding's
 * message or, after `want unclear`, in the reason. `want(scan)` and `want(editor)` are expected of that one alone, and say why
 * after ` -- `.
 */
import { type Grade, type Verdict, gradesWorstFirst, rules, verdictsWorstFirst } from "@tenant-audit/core";

export interface Want {
  readonly file: string;
  readonly line: number;
  readonly expected:
    | { readonly kind: "finding"; readonly rule: string; readonly grade: Grade | null }
    | { readonly kind: "verdict"; readonly verdict: Verdict };
  /** Null when any message will do. */
  readonly text: string | null;
  readonly of: "both" | "scan" | "editor";
}

/** Throws when a comment begins like an expectation and cannot be read as one: a typo must not pass for silence. */
export function wantsIn(file: string, source: string): readonly Want[] {
  return source.split("\n").flatMap((content, index) => {
    const isSql = file.endsWith(".sql");
    const comment = (isSql ? /--\s*(want\b.*)$/ : /\/\/\s*(want\b.*)$/).exec(content)?.[1];
    if (comment === undefined) return [];
    const place = { file, line: index + 1 };
    return comment
      .split(/;\s*(?=want\b)/)
      .map((written) => ({ ...place, ...expectation(written, place, isSql) }));
  });
}

const form =
  /^want(?:\((?<alone>scan|editor)\))? (?<name>[\w-]+)(?: (?<grade>\w+))?(?:: (?<text>.+?))?(?: -- (?<reason>.+))?$/;

function expectation(
  written: string,
  { file, line }: { file: string; line: number },
  isSql: boolean,
): Omit<Want, "file" | "line"> {
  const fail = (why: string): never => {
    throw new Error(
      `${file}:${line}: "${written}" ${why}. Write: want <rule>[ <grade>][: text], see fixtures/README.md.`,
    );
  };
  const { alone, name, grade, text, reason } = form.exec(written.trim())?.groups ?? {};
  if (name === undefined) return fail("is no expectation");
  const isVerdict = isOneOf(verdictsWorstFirst, name);
  if (!isVerdict && !/^(?:no|require)-/.test(name)) fail("names neither a rule nor a verdict");
  if (grade !== undefined && (isVerdict || !isOneOf(gradesWorstFirst, grade))) fail("names no grade");
  if (alone && !reason)
    fail(`does not say after \` -- \` why ${alone === "scan" ? "the plugin" : "a scan"} does not report it`);
  return {
    expected: isVerdict
      ? { kind: "verdict", verdict: name }
      : { kind: "finding", rule: name, grade: (grade as Grade | undefined) ?? null },
    text: text ?? null,
    of: isSql || isOfScansAlone(name) ? "scan" : ((alone as "scan" | "editor" | undefined) ?? "both"),
  };
}

function isOfScansAlone(name: string): boolean {
  const rule = rules.find(({ id }) => id === name);
  return rule !== undefined && !rule.frontEnds.includes("editor");
}

function isOneOf<Word extends string>(words: readonly Word[], word: string): word is Word {
  return (words as readonly string[]).includes(word);
}
