/** JSON as people write it in tsconfig.json: comments, trailing commas and a byte-order mark are fine. */
import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface ReadJson {
  /** What could be made of it, also when there is a problem; undefined when there was nothing at all. */
  readonly value: Json | undefined;
  readonly problem: { readonly line: number; readonly words: string } | null;
}

export function readJson(text: string): ReadJson {
  const errors: ParseError[] = [];
  const content = text.replace(/^\ufeff/, "");
  // A file with brackets nested thousands deep overflows the parser's stack; it is as malformed as any other.
  try {
    const value = parse(content, errors, { allowTrailingComma: true, allowEmptyContent: true }) as
      Json | undefined;
    const [error] = errors;
    return { value, problem: error ? { line: lineAt(content, error.offset), words: wordsFor(error) } : null };
  } catch {
    return { value: undefined, problem: { line: 1, words: "it is nested too deeply" } };
  }
}

export function field(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function textField(value: Json | undefined, key: string): string | null {
  const found = field(value, key);
  return typeof found === "string" ? found : null;
}

export function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** `CommaExpected` as "comma expected". */
function wordsFor(error: ParseError): string {
  return printParseErrorCode(error.error)
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toLowerCase();
}
