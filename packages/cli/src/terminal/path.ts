/** One access path for a person: what is accessed, the verdict, what limits it and how that is known, and what was found. */
import {
  type AccessPath,
  type Finding,
  accessWords,
  constraintWords,
  plainText,
  protectionMeanings,
  verdictMeanings,
} from "@tenant-audit/core";
import { codeFrame } from "./frame.js";
import { findingLines, verdictColor } from "./report.js";
import { type TrailOptions, otherWaysWords, trailLines } from "./trail.js";
import { wrapped } from "./wrap.js";

export function pathExplanation(
  path: AccessPath,
  findings: readonly Finding[],
  options: TrailOptions,
): string {
  const { colors, width, sourceOf } = options;
  const verdict = verdictColor(path.verdict, colors)(path.verdict);
  const text = sourceOf(path.file);
  const frame = text === undefined ? [] : codeFrame(text, path, width - 4, colors);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [
      "What is accessed",
      [
        `${plainText(accessWords(path))}: ${path.resources.map(plainText).join(", ") || "nothing that has a name"}`,
      ],
    ],
    ["Limited by", path.constraints.map((constraint) => limitWords(constraint))],
    ["Held by", path.protection === undefined ? [] : [heldWords(path.protection)]],
    ["Reached from", path.entryPoints.map(plainText)],
    ["Why it is unclear", path.unclear === null ? [] : [plainText(path.unclear)]],
    ["Why it is exempt", path.exemption ? [exemptionWords(path.exemption)] : []],
  ];
  return [
    [
      `${colors.bold(`${plainText(path.file)}:${path.line}:${path.column}`)} ${colors.dim("·")} ${verdict}`,
      wrapped(
        `In ${plainText(path.function)}, path ${plainText(path.id)}: ${verdictMeanings[path.verdict]}.`,
        width,
        "  ",
      ),
      ...frame.map((line) => `    ${line}`.trimEnd()),
    ].join("\n"),
    ...sections
      .filter(([, lines]) => lines.length > 0)
      .map(([title, lines]) =>
        [colors.bold(title), ...lines.map((line) => wrapped(line, width, "  "))].join("\n"),
      ),
    ...path.constraints
      .filter(({ trail }) => trail.length > 0 && (findings.length === 0 || path.verdict === "scoped"))
      .map((constraint, index, all) => proofText(constraint, all[index - 1], options)),
    ...findings.map((finding) => findingExplanation(finding, options)),
  ].join("\n\n");
}

function heldWords(protection: NonNullable<AccessPath["protection"]>): string {
  return `${protection}: ${protectionMeanings[protection]}`;
}

/** Its message, and the way there with the code. */
export function findingExplanation(finding: Finding, options: TrailOptions): string {
  const { colors, sourceOf } = options;
  // What the trail shows need not be shown twice.
  const isShown = finding.trail.some(({ file, line }) => file === finding.file && line === finding.line);
  const lines = findingLines(
    { ...finding, trail: [] },
    { ...options, sourceOf: isShown ? () => undefined : sourceOf },
  );
  return [
    `${colors.bold("Finding")} ${plainText(finding.fingerprint)}`,
    ...lines,
    ...trailLines(finding.trail, options),
  ].join("\n");
}

type Constraint = AccessPath["constraints"][number];

function proofText(constraint: Constraint, before: Constraint | undefined, options: TrailOptions): string {
  const { colors, width } = options;
  const isAsBefore = before !== undefined && wayThere(before) === wayThere(constraint);
  const others = otherWaysWords(constraint);
  return [
    colors.bold(
      constraint.proof === "none"
        ? `How the value comes to "${plainText(constraint.resource)}"`
        : `How "${plainText(constraint.resource)}" is known to be limited`,
    ),
    ...(isAsBefore
      ? [wrapped(`The same way, and then ${plainText(constraint.trail.at(-1)!.note)}.`, width, "  ")]
      : trailLines(constraint.trail, options)),
    ...others.map((line) => wrapped(plainText(line), width, "  ")),
  ].join("\n");
}

/** All but the access itself. */
function wayThere({ trail }: Constraint): string {
  return JSON.stringify(trail.slice(0, -1));
}

function exemptionWords({ kind, reason, until, file, line }: NonNullable<AccessPath["exemption"]>): string {
  const end = until === null ? "" : `, until ${plainText(until)}`;
  return `${plainText(kind)}${end}: ${plainText(reason)} (${plainText(file)}:${line})`;
}

function limitWords(constraint: Constraint): string {
  // What says that there are no rows, rather than whose they are.
  if (constraint.key === "") return `${plainText(constraint.resource)}: none of its rows is reached`;
  return `${plainText(constraint.resource)} by ${plainText(constraint.key)} (${constraintWords(constraint)})`;
}
