/** Whether a file can make an access at all: a look at its text, before anything is loaded or parsed for it. */
import { accessSigns } from "@tenant-audit/core";

export const mayMakeAccess: (text: string) => boolean = textScan(accessSigns);

export function textScan(signs: readonly string[] | null): (text: string) => boolean {
  if (signs === null) return () => true;
  if (signs.length === 0) return () => false;
  const escaped = signs.map((sign) => sign.replace(/[$]/g, "\\$&"));
  const pattern = new RegExp(`(?<![\\w$])(?:${escaped.join("|")})(?![\\w$])`);
  return (text) => pattern.test(text);
}
