/** Whether a file can concern us at all: a look at its text, before anything is loaded or parsed for it. */
import { accessSigns } from "@tenant-audit/core";

const mayMakeAccess = textScan(accessSigns);

/** It makes an access, or a comment in it speaks to us. */
export function mayConcernUs(text: string): boolean {
  return mayMakeAccess(text) || text.includes("tenant-audit:");
}

export function textScan(signs: readonly string[] | null): (text: string) => boolean {
  if (signs === null) return () => true;
  if (signs.length === 0) return () => false;
  const escaped = signs.map((sign) => sign.replace(/[$]/g, "\\$&"));
  const pattern = new RegExp(`(?<![\\w$])(?:${escaped.join("|")})(?![\\w$])`);
  return (text) => pattern.test(text);
}
