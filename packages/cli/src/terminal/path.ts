/** One access path for a person: what is accessed, the verdict, what limits it, and what was found. */
import {
  type AccessPath,
  type Finding,
  accessWords,
  constraintWords,
  plainText,
  verdictMeanings,
} from "@tenant-audit/core";
import { codeFrame } from "./frame.js";
import { type TextOptions, findingLines, verdictColor } from "./report.js";
import { wrapped } from "./wrap.js";

type PathTextOptions = Pick<TextOptions, "colors" | "width" | "sourceOf">;

export function pathExplanation(
  path: AccessPath,
  findings: readonly Finding[],
  options: PathTextOptions,
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
    ...(findings.length === 0
      ? []
      : [
          [
            colors.bold("Findings"),
            ...findings.flatMap((finding) =>
              findingLines(finding, { ...options, sourceOf: () => undefined }),
            ),
          ].join("\n"),
        ]),
  ].join("\n\n");
}

function exemptionWords({ kind, reason, until, file, line }: NonNullable<AccessPath["exemption"]>): string {
  const end = until === null ? "" : `, until ${plainText(until)}`;
  return `${plainText(kind)}${end}: ${plainText(reason)} (${plainText(file)}:${line})`;
}

function limitWords(constraint: AccessPath["constraints"][number]): string {
  return `${plainText(constraint.resource)} by ${plainText(constraint.key)} (${constraintWords(constraint)})`;
}
