/** Grammars count in bytes of UTF-8, JavaScript in halves of UTF-16. */
export function byteOffset(text: string, index: number): number {
  return Buffer.byteLength(text.slice(0, index), "utf8");
}
