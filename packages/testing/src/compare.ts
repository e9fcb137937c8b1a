/** What was wanted against what was said, in sentences. An empty list is a pass. */
import type { AccessPath, Finding } from "@tenant-audit/core";
import type { FixtureSource } from "./fixture.js";
import type { Want } from "./want.js";

/** A finding as either front end shows it; ESLint has no place for the grade. */
export type Reported = Pick<
  Finding,
  "file" | "line" | "column" | "endLine" | "endColumn" | "rule" | "message"
> & {
  readonly grade: Finding["grade"] | null;
};

export type JudgedPath = Pick<AccessPath, "file" | "line" | "verdict" | "resources" | "unclear">;

/** Of one source: every want is met, and nothing is reported that is not wanted. */
export function unmetWants(
  { file, wants }: FixtureSource,
  said: { readonly findings: readonly Reported[]; readonly paths: readonly JudgedPath[] | null },
): readonly string[] {
  // A story of something else reads what is sent in whatever way is shortest.
  const isAboutHygiene = wants.some(({ expected: one }) => one.kind === "finding" && one.grade === "hygiene");
  const findings = said.findings.filter(
    (finding) => finding.file === file && (isAboutHygiene || finding.grade !== "hygiene"),
  );
  const expected = wants.filter(({ of }) => of !== (said.paths === null ? "scan" : "editor"));
  const left = new Set(findings);
  const missing: string[] = [];
  for (const want of expected) {
    if (want.expected.kind === "finding") {
      const met = [...left].find((finding) => isMetBy(want, finding));
      if (met) left.delete(met);
      else missing.push(`${file}:${want.line}: wanted ${wordsOf(want)}, which was not reported`);
    } else if (said.paths !== null) {
      const there = said.paths.filter((path) => path.file === file && path.line === want.line);
      if (!there.some((path) => isVerdictMetBy(want, path))) {
        const verdicts = there
          .map((path) => path.verdict + (path.unclear ? ` (${path.unclear})` : ""))
          .join(", ");
        missing.push(`${file}:${want.line}: wanted ${wordsOf(want)}, found ${verdicts || "no access path"}`);
      }
    }
  }
  const unwanted = [...left].map(
    ({ line, rule, grade, message }) =>
      `${file}:${line}: did not want ${rule}${grade ? ` ${grade}` : ""}: ${message}`,
  );
  return [...missing, ...unwanted, ...unclearWithoutWant(file, wants, said.paths ?? [])];
}

/** "Unclear" is quiet, so a story that is innocent must not pass because of it. */
function unclearWithoutWant(
  file: string,
  wants: readonly Want[],
  paths: readonly JudgedPath[],
): readonly string[] {
  return paths
    .filter((path) => path.file === file && path.verdict === "unclear")
    .filter(({ line }) => !wants.some((want) => want.line === line && want.of !== "editor"))
    .map(({ line, unclear }) => `${file}:${line}: is unclear, which nothing here says: ${unclear}`);
}

function isMetBy(want: Want, finding: Reported): boolean {
  const { expected, text } = want;
  return (
    expected.kind === "finding" &&
    expected.rule === finding.rule &&
    want.line === finding.line &&
    (expected.grade === null || finding.grade === null || expected.grade === finding.grade) &&
    (text === null || finding.message.includes(text))
  );
}

function isVerdictMetBy(want: Want, path: JudgedPath): boolean {
  return (
    want.expected.kind === "verdict" &&
    want.expected.verdict === path.verdict &&
    (want.text === null || (path.unclear ?? "").includes(want.text))
  );
}

function wordsOf({ expected, text }: Want): string {
  const what =
    expected.kind === "verdict"
      ? expected.verdict
      : expected.rule + (expected.grade ? ` ${expected.grade}` : "");
  return text === null ? what : `${what} with the words: ${text}`;
}

interface BothFrontEnds {
  readonly scan: readonly Reported[];
  readonly lint: readonly Reported[];
}

/** Both front ends say the same, but for what the fixture says of one of them alone. */
export function differences(
  sources: readonly FixtureSource[],
  { scan, lint }: BothFrontEnds,
): readonly string[] {
  const wants = sources.flatMap((source) => source.wants);
  const isOfOne = (of: Want["of"], finding: Reported): boolean =>
    wants.some((want) => want.of === of && isMetInPlace(want, finding));
  return differencesOfAny({
    scan: scan.filter((finding) => !isOfOne("scan", finding) || isAmong(lint, finding)).map(alone),
    lint: lint.filter((finding) => !isOfOne("editor", finding) || isAmong(scan, finding)).map(alone),
  });
}

/** What the paths of other files do is a scan's to know. */
function alone(finding: Reported): Reported {
  const others = / (?:All \d+|\d+ of the \d+) other \w+ of "[^"]*" bind [^]*$/;
  return { ...finding, message: finding.message.replace(others, "") };
}

/** Whatever a fixture says. */
export function differencesOfAny({ scan, lint }: BothFrontEnds): readonly string[] {
  const left = lint.map(identified);
  const onlyScanned = scan.map(identified).filter((key) => {
    const index = left.indexOf(key);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  return [
    ...onlyScanned.map((key) => `only the scan reports ${key}`),
    ...left.map((key) => `only the plugin reports ${key}`),
  ];
}

function isAmong(findings: readonly Reported[], finding: Reported): boolean {
  return findings.some((other) => identified(other) === identified(finding));
}

function isMetInPlace(want: Want, finding: Reported): boolean {
  return want.file === finding.file && isMetBy(want, finding);
}

function identified(finding: Reported): string {
  const { file, line, column, endLine, endColumn, rule, message } = finding;
  return `${file}:${line}:${column}-${endLine}:${endColumn} ${rule}: ${message}`;
}
