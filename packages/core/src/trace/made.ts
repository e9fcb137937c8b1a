/**
 * What calls make of what they are given: ids that the service makes up on the spot, in which nobody outside has any say and
 * which nobody else has; digests; answers of whoever keeps things under keys.
 */
import { bare } from "./facts.js";
import { globalPackage } from "./names.js";
import type { Call } from "./library.js";
import type { ExternalValue, SymbolicValue, Value } from "./value.js";

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

/** How a call that is not followed made what it gives, where its name says so. */
export function findWayOfMaking(text: string, { arguments: [first] }: Call): SymbolicValue["madeAs"] | null {
  if (digesting.test(text)) return "digest";
  return asking.test(text) && first?.kind === "text" ? "answer" : null;
}

/** `createHash("sha256").update(token).digest()`, `sha256(token)` */
const digesting = /^(?:digest|hash|sha\d+\w*)$/i;
const asking = /^(?:get|getItem)$/;

/** What a digest was made of: `createHash("sha256").update(token).update(salt)` */
export function inputsOf(given: Value | null): readonly Value[] {
  if (given === null) return [];
  return given.kind === "symbolic" && given.text === "update()"
    ? (given.from ?? []).flatMap(inputsOf)
    : [bare(given, 2)];
}
