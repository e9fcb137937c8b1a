/** What a value is made of, as far as it came from rows or was handed to the function at hand. */
import { parameterOf } from "../proof/roles.js";
import { stepsOf } from "../trace/substitution.js";
import type { Trace } from "../trace/trace.js";
import type { Value } from "../trace/value.js";

export type Source =
  | { readonly kind: "column"; readonly access: string; readonly path: string }
  /** `has`: the columns that were asked for, where that is known. */
  | { readonly kind: "rows"; readonly access: string; readonly has: readonly string[] | undefined }
  /** `path`: what of it, by names alone. */
  | {
      readonly kind: "parameter";
      readonly function: string;
      readonly index: number;
      readonly path: readonly string[];
    };

export interface Mention {
  readonly source: Source;
  /** Where in the value it stands: names of properties. */
  readonly at: readonly string[];
}

/** Past these, a value is taken apart no further. */
const deepest = 6;
const mostParts = 500;

export function mentionsIn(value: Value, trace: Pick<Trace, "parameterIndex">): readonly Mention[] {
  const found: Mention[] = [];
  const seen = new Set<Value>();
  const pending: { readonly part: Value; readonly at: readonly string[] }[] = [{ part: value, at: [] }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { part, at } = next;
    if (seen.has(part) || seen.size > mostParts || at.length > deepest) continue;
    seen.add(part);
    const add = (parts: readonly (Value | null)[]): void => {
      for (const one of parts) if (one !== null) pending.push({ part: one, at });
    };
    switch (part.kind) {
      case "symbolic": {
        const source: Source | null = part.row
          ? { kind: "column", access: part.row.access, path: part.row.column }
          : sourceOfId(part.id, trace);
        if (source) found.push({ source, at });
        add(part.from ?? []);
        break;
      }
      case "rows":
        found.push({ source: { kind: "rows", access: part.access, has: part.has }, at });
        break;
      case "object":
        for (const [name, field] of part.fields) pending.push({ part: field.value, at: [...at, name] });
        add(part.others ?? []);
        break;
      case "array":
        add([...part.elements, part.rest]);
        break;
      case "choice":
        add(part.options);
        break;
      case "text":
        add(part.parts.filter((one): one is Value => typeof one !== "string"));
        break;
      case "instance":
        add(part.arguments ?? []);
        break;
      case "library":
        add(part.holds ?? []);
        break;
    }
  }
  return found;
}

/** A part of a column or of a parameter, which is known by its name alone: `row:FILE:OFFSET@CONTEXT.path`. */
function sourceOfId(id: string, trace: Pick<Trace, "parameterIndex">): Source | null {
  const row = /^row:(.*?:\d+)@[\d/]*\.(.+)$/s.exec(id);
  if (row) return { kind: "column", access: row[1]!, path: row[2]! };
  const parameter = parameterOf(id);
  if (!parameter) return null;
  const [head, ...steps] = stepsOf(parameter.path);
  const index = trace.parameterIndex(parameter.function, head ?? "");
  return index === null
    ? null
    : { kind: "parameter", function: parameter.function, index, path: steps.filter(isName) };
}

function isName(step: string): boolean {
  return step !== "[]" && !/^\d+$/.test(step);
}
