/** A trail for a person: each step with what happens there and the line of code, the place marked. */
import {
  type AccessPath,
  type Finding,
  constraintWords,
  counted,
  groupBy,
  plainText,
} from "@tenant-audit/core";
import { codeFrame } from "./frame.js";
import type { TextOptions } from "./report.js";
import { wrapped } from "./wrap.js";

export type TrailOptions = Pick<TextOptions, "colors" | "width" | "sourceOf">;

type Constraint = AccessPath["constraints"][number];

export function trailLines(
  trail: Finding["trail"],
  { colors, width, sourceOf }: TrailOptions,
): readonly string[] {
  const digits = String(trail.length).length;
  const indent = " ".repeat(digits + 4);
  return trail.flatMap((step, index) => {
    const number = `  ${String(index + 1).padStart(digits)}. `;
    const text = sourceOf(step.file);
    const frame =
      text === undefined ? [] : codeFrame(text, firstLineOf(step), width - indent.length, colors, 0);
    return [
      number + wrapped(plainText(step.note), width, indent).slice(indent.length),
      indent + colors.dim(`${plainText(step.file)}:${step.line}:${step.column}`),
      ...frame.map((line) => (indent + line).trimEnd()),
    ];
  });
}

/** A call may go on for a screen; where it begins says what it is. */
function firstLineOf(step: Finding["trail"][number]): Finding["trail"][number] {
  return step.endLine === step.line ? step : { ...step, endLine: step.line, endColumn: Infinity };
}

const mostNamed = 5;

/** `And 3 more entry points, proven the same way: GET /a, GET /b, GET /c.` */
export function otherWaysWords({
  others,
  kind,
  key,
  resource,
  origin,
  proof,
}: Constraint): readonly string[] {
  const groups = groupBy(others, (one) => `${one.origin} ${one.proof}`);
  return [...groups.values()].map((ways) => {
    const [first] = ways;
    const isSame = first!.origin === origin && first!.proof === proof;
    const how = isSame
      ? "proven the same way"
      : constraintWords({ ...first!, kind, key, resource, trail: [], others: [] });
    const names = ways.flatMap(({ entryPoint }) => (entryPoint === null ? [] : [entryPoint]));
    const shown = names.slice(0, mostNamed).join(", ");
    const rest = names.length > mostNamed ? ", …" : "";
    return names.length === 0
      ? `And where no entry point is seen to lead, ${how}.`
      : `And ${counted(names.length, "more entry point")}, ${how}: ${shown}${rest}.`;
  });
}
