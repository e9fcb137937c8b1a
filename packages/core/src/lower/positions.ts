/** Offsets to lines and columns, as people and editors count them. */
import type { Module } from "./module.js";

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}

export function positionOf(module: Pick<Module, "lineStarts">, offset: number): Position {
  const { lineStarts } = module;
  let first = 0;
  let last = lineStarts.length - 1;
  while (first < last) {
    const middle = Math.ceil((first + last) / 2);
    if (lineStarts[middle]! <= offset) first = middle;
    else last = middle - 1;
  }
  return { line: first + 1, column: offset - (lineStarts[first] ?? 0) + 1 };
}
