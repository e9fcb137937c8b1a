/** What the key of a stored object says of whose it is, part by part. */
import { findColumn } from "../tenancy/lookup.js";
import type { StorageDetail } from "../trace/library.js";
import { isPerhapsAbsent, optionsOf } from "../trace/choice.js";
import { noFacts, withFacts, type Facts } from "../trace/facts.js";
import { operandOf } from "../trace/operand.js";
import { isUndefined, type Value } from "../trace/value.js";
import { isClock } from "./clock.js";
import { isTenantTable } from "./facts.js";
import { isOpaque, namingOf } from "./key.js";
import { shownPart, type KeyPart } from "./keys.js";
import type { QueryContext } from "./query.js";

export interface StoredKey {
  readonly parts: readonly KeyPart[];
  /** What is known where it is put together like this. */
  readonly known: Facts;
  /** In the order in which they stand there. */
  readonly ties: readonly KeyTie[];
  /** What stands there besides, and is not known. */
  readonly opaque: Value | null;
  readonly hasClock: boolean;
}

export interface KeyTie {
  /**
   * `row`: read from a tenant's row, or the id of one. `secret`: only who was given it can name it. `sent`: whoever calls says
   * what stands there.
   */
  readonly kind: "tenant" | "owner" | "secret" | "row" | "sent";
  /** The level of a tenant; else as the code calls it. */
  readonly name: string;
  readonly value: Value;
  /** Among the parts; -1 is the bucket. */
  readonly at: number;
  /** Without it, something that is shared stands there. */
  readonly isSometimes: boolean;
}

/** One for each way in which the program may put it together. */
export function storedKeysOf(
  context: QueryContext,
  detail: StorageDetail,
  key: Value = detail.key,
): readonly StoredKey[] {
  const bucket = detail.bucket ? readPart(context, detail, detail.bucket, "", -1) : null;
  const before = bucket?.kind === "tenant" || bucket?.kind === "row" ? [bucket] : [];
  return writtenOut(key, true).map((way) => keyOf(context, detail, way, before));
}

interface WrittenWay {
  readonly parts: readonly KeyPart[];
  /** What is known where the program comes that way. */
  readonly known: Facts;
}

/** Of more ways than this to put a key together, nobody keeps account. */
const mostWays = 16;

/** Each value that it may be, and each text that a part of it may be, by itself. */
function writtenOut(value: Value, isWhole: boolean): readonly WrittenWay[] {
  switch (value.kind) {
    case "literal":
      return [{ parts: [String(value.value)], known: noFacts }];
    case "text":
      return value.parts.reduce<readonly WrittenWay[]>(
        (ways, part) => {
          const further =
            typeof part === "string" ? [{ parts: [part], known: noFacts }] : writtenOut(part, false);
          const all = ways.flatMap((way) => further.map((one) => followedBy(way, one)));
          return all.length <= mostWays
            ? all
            : ways.map((way) => ({ ...way, parts: joined([...way.parts, part]) }));
        },
        [{ parts: [], known: noFacts }],
      );
    case "choice":
      if (!isWhole && !value.options.some(isWritten)) return [{ parts: [value], known: noFacts }];
      return value.options.flatMap((option, index) => {
        if (isUndefined(option)) return [];
        const given = value.given?.[index] ?? noFacts;
        return writtenOut(option, isWhole).map(({ parts, known }) => ({
          parts,
          known: withFacts(known, given.values()),
        }));
      });
    default:
      return [{ parts: [value], known: noFacts }];
  }
}

function followedBy(way: WrittenWay, { parts, known }: WrittenWay): WrittenWay {
  return { parts: joined([...way.parts, ...parts]), known: withFacts(way.known, known.values()) };
}

function isWritten({ kind }: Value): boolean {
  return kind === "text" || kind === "literal";
}

/** Words that stand side by side are one. */
function joined(parts: readonly KeyPart[]): readonly KeyPart[] {
  return parts.reduce<readonly KeyPart[]>((before, part) => {
    const last = before.at(-1);
    return typeof part === "string" && typeof last === "string"
      ? [...before.slice(0, -1), last + part]
      : [...before, part];
  }, []);
}

function keyOf(
  context: QueryContext,
  detail: StorageDetail,
  { parts, known }: WrittenWay,
  before: readonly KeyTie[],
): StoredKey {
  const ties = [...before];
  let opaque: Value | null = null;
  for (const [at, part] of parts.entries()) {
    if (typeof part === "string") continue;
    const word = parts[at - 1];
    const read = readPart(context, detail, part, typeof word === "string" ? word : "", at);
    if (read) ties.push(read);
    else if (optionsOf(part).some((option) => isUnknown(option) && !isOfMachine(option))) opaque ??= part;
  }
  const hasClock = parts.some((part) => typeof part !== "string" && optionsOf(part).some(isOfClock));
  return { parts, known, ties, opaque, hasClock };
}

function readPart(
  context: QueryContext,
  detail: StorageDetail,
  value: Value,
  before: string,
  at: number,
): KeyTie | null {
  const options = optionsOf(value).filter((option) => !isUndefined(option));
  const tieOf = (kind: KeyTie["kind"], name: string, isSometimes = false): KeyTie => ({
    kind,
    name,
    value,
    at,
    isSometimes,
  });
  for (const option of options) {
    const naming = namingOf(context, option, before);
    if (naming === null) continue;
    const isFromRow = option.kind === "symbolic" && option.row !== null;
    const isSometimes =
      options.some(({ kind }) => kind === "literal") || (isPerhapsAbsent(value) && !isFromRow);
    switch (naming.kind) {
      case "tenant":
        return tieOf("tenant", naming.level, isSometimes);
      case "user":
        return tieOf("owner", shownPart(value), isSometimes);
      case "secret":
        return tieOf("secret", shownPart(value));
      case "row":
        if (isTenantTable(naming.table)) return tieOf("row", shownPart(value));
    }
  }
  if (options.length > 0 && options.every(isMadeUp)) return tieOf("secret", shownPart(value));
  if (options.some((option) => isOfTenantsRow(context, option))) return tieOf("row", shownPart(value));
  if (options.some((option) => operandOf(option).origin === "principal"))
    return tieOf("owner", shownPart(value));
  return options.some((option) => isFree(option, detail)) ? tieOf("sent", shownPart(value)) : null;
}

/** `randomUUID()`: nobody comes upon it, and what is put there overwrites nothing. */
function isMadeUp(value: Value): boolean {
  return value.kind === "symbolic" && value.origin === "constant" && value.id.startsWith("computed:");
}

function isOfTenantsRow({ holdings }: QueryContext, value: Value): boolean {
  if (value.kind !== "symbolic" || value.origin !== "row") return false;
  if (value.row === null) return true;
  const columns = holdings.columnsOf(value.row.access, value.row.column);
  return (
    columns.length === 0 ||
    columns.some(({ table, name }) => isTenantTable(table) && findColumn(table, name) !== null)
  );
}

/** Whoever calls may put any text there. */
export function isFree(value: Value, { bounded }: Pick<StorageDetail, "bounded">): boolean {
  const { origin, value: id } = operandOf(value);
  return callers.has(origin) && !bounded.includes(id);
}

const callers: ReadonlySet<string> = new Set(["parameter", "request", "job"]);

function isOfClock(value: Value): boolean {
  return isClock(value) || (value.kind === "symbolic" && (value.from ?? []).some(isOfClock));
}

function isUnknown(value: Value): boolean {
  return isOpaque(value) || (value.kind === "symbolic" && value.origin === "unknown");
}

/** `process.cwd()`, `tmpdir()`: the same for whoever asks. */
function isOfMachine(value: Value): boolean {
  return (
    isOfClock(value) ||
    (value.kind === "symbolic" && /^(?:cwd|tmpdir|homedir|dirname|fileURLToPath)\(\)$/.test(value.text))
  );
}
