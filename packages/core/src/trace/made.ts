/** Ids that the service makes up on the spot: nobody outside has any say in them, and nobody else has them. */
import { globalPackage } from "./names.js";
import type { Call } from "./library.js";
import type { ExternalValue, SymbolicValue } from "./value.js";

/** Functions that make ids, by the package that they come from. */
const makers: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["crypto", new Set(["randomUUID", "randomBytes", "randomInt"])],
  ["node:crypto", new Set(["randomUUID", "randomBytes", "randomInt"])],
  ["uuid", new Set(["v1", "v4", "v6", "v7"])],
  ["nanoid", new Set(["nanoid"])],
  ["@paralleldrive/cuid2", new Set(["createId"])],
  ["cuid", new Set(["default", "cuid"])],
  ["ulid", new Set(["ulid", "monotonicFactory"])],
  ["ulidx", new Set(["ulid"])],
  ["uuidv7", new Set(["uuidv7"])],
]);

/** Null for a call of anything else. */
export function madeBy({ package: name, path }: ExternalValue, { site }: Call): SymbolicValue | null {
  const called = path.at(-1) ?? "";
  const isGlobal = name === globalPackage && path.join(".") === "crypto.randomUUID";
  if (!isGlobal && makers.get(name)?.has(called) !== true) return null;
  return {
    kind: "symbolic",
    id: `computed:${site.file}:${site.start}`,
    origin: "constant",
    text: `${called}()`,
    absent: false,
    type: null,
    row: null,
  };
}
