/** What a payload says: which tenant it is of, and whose rows it holds or names. */
import type { TypeIn } from "../link/program.js";
import { referenceOf } from "../tenancy/lookup.js";
import type { Table } from "../tenancy/tenancy.js";
import { isPerhapsAbsent } from "../trace/choice.js";
import { operandOf } from "../trace/operand.js";
import type { SymbolicValue, Value } from "../trace/value.js";
import { isTenantTable } from "./facts.js";
import { isOwnOfJavaScript, partsOf } from "./holdings.js";
import { findNaming, findNamingOfWords, type Naming } from "./naming.js";
import type { QueryContext } from "./query.js";
import type { JudgedConstraint } from "./verdict.js";

export interface Payload {
  /** What names the tenant, always. */
  readonly tenant: JudgedConstraint | null;
  /** Where in it that is: `invoice.organization_id`. */
  readonly tenantAt: string | null;
  /** A field that names the tenant when it is there, and the value that may be missing. */
  readonly sometimes: { readonly field: string; readonly value: string } | null;
  readonly user: JudgedConstraint | null;
  /** Fields that hold, or name, rows of tenants. */
  readonly touched: readonly string[];
  readonly tables: readonly Table[];
  /** Those that name a row, with which whoever gets them could load it. */
  readonly ids: readonly string[];
  /** All of them are ids: what the job touches is decided by whoever loads the rows. */
  readonly isOnlyIds: boolean;
  /** Why other things may be in it, the tenant among them. */
  readonly open: string | null;
  /** Why its contents are not known, although its shape is. */
  readonly unread: string | null;
}

interface Reading {
  readonly context: QueryContext;
  readonly touched: Set<string>;
  readonly ids: Set<string>;
  readonly tables: Table[];
  isOnlyIds: boolean;
  tenant: JudgedConstraint | null;
  tenantAt: string | null;
  sometimes: Payload["sometimes"];
  user: JudgedConstraint | null;
  open: string | null;
  unread: string | null;
  /** In how many texts the value at hand is a part. */
  texts: number;
  /** Values may share their parts, so that their number says nothing about how often they are met. */
  left: number;
}

export function readPayload(context: QueryContext, value: Value): Payload {
  const reading: Reading = {
    context,
    touched: new Set(),
    ids: new Set(),
    tables: [],
    isOnlyIds: true,
    tenant: null,
    tenantAt: null,
    sometimes: null,
    user: null,
    open: null,
    unread: null,
    texts: 0,
    left: 5_000,
  };
  read(reading, value, "", true, 8);
  return { ...reading, touched: [...reading.touched], ids: [...reading.ids] };
}

/** `path` is how the field is reached: `invoice.id`. `isSure`: it is there on every path. */
function read(reading: Reading, value: Value, path: string, isSure: boolean, depth: number): void {
  reading.left -= 1;
  if (depth === 0 || reading.left < 0) {
    reading.open ??= "the payload is too large to read";
    return;
  }
  const { context } = reading;
  const naming =
    (path === "" ? null : findNamingOfWords(context.tenancy, path)) ?? findNaming(context, value);
  if (value.kind === "object") readFields(reading, value, path, isSure, depth);
  else if (value.kind === "rows") readRows(reading, value.access, path, isSure);
  else if (naming?.kind === "tenant") readTenant(reading, value, path, isSure);
  else if (value.kind === "symbolic") readSymbol(reading, value, path, naming);
  else {
    if (value.kind !== "literal") noteNaming(reading, value, path, naming);
    const parts = partsOf(value);
    if (parts === null) {
      if (!isOwnOfJavaScript(value)) reading.open ??= cannotFollow(path);
      return;
    }
    // An id in a sentence, or in a link, is read by people; in an object that is written as text, by whoever reads that again.
    const isText = value.kind === "text" && value.parts.length > 1;
    if (isText) reading.texts += 1;
    const isEither = value.kind === "choice" && parts.length > 1;
    for (const part of parts) read(reading, part, path, isSure && !isEither, depth - 1);
    if (isText) reading.texts -= 1;
  }
}

function readFields(
  reading: Reading,
  value: Value & { kind: "object" },
  path: string,
  isSure: boolean,
  depth: number,
): void {
  const { others = [] } = value;
  const spread = others.filter(({ kind }) => kind !== "symbolic");
  if (value.open && (others.length === 0 || spread.length < others.length))
    reading.open ??= cannotFollow(path);
  for (const one of spread) read(reading, one, path, isSure && others.length === 1, depth - 1);
  for (const [name, field] of value.fields) {
    const isKept = isSure && !field.sometimes && !field.overwritable;
    read(reading, field.value, path === "" ? name : `${path}.${name}`, isKept, depth - 1);
  }
}

/** A whole row carries its keys. */
function readRows(reading: Reading, access: string, path: string, isSure: boolean): void {
  const { holdings } = reading.context;
  const tables = holdings.tablesOf(access);
  if (tables === null) {
    reading.open ??= cannotFollow(path);
    return;
  }
  const outputs = holdings.outputsOf(access);
  for (const table of tables) {
    touch(reading, table, path, false);
    const key = table.keys.find(
      ({ column }) =>
        outputs === null ||
        outputs.some((name) =>
          holdings.columnsOf(access, name).some((one) => one.table === table && one.name === column),
        ),
    );
    if (key && isSure) {
      reading.tenantAt ??= path === "" ? key.column : `${path}.${key.column}`;
      reading.tenant ??= {
        kind: "payload",
        key: key.column,
        origin: "row",
        proof: proofOf(reading.context, access),
      };
    }
  }
}

function readTenant(reading: Reading, value: Value, path: string, isSure: boolean): void {
  // `organizationId: null` names nobody.
  if (value.kind === "literal") return;
  const operand = operandOf(value);
  const field = path === "" ? operand.text : path;
  if (isSure && !isPerhapsAbsent(value) && !operand.fallback) {
    reading.tenantAt ??= path;
    reading.tenant ??= constraintOf(reading, "payload", path, value);
  } else reading.sometimes ??= { field, value: operand.value };
}

function readSymbol(reading: Reading, value: SymbolicValue, path: string, naming: Naming | null): void {
  noteNaming(reading, value, path, naming);
  if (value.row) {
    const { holdings } = reading.context;
    const columns = holdings.columnsOf(value.row.access, value.row.column);
    if (columns.length === 0) reading.unread ??= notKnown(path);
    if (naming?.kind !== "user") {
      for (const { table, name } of columns) touch(reading, table, path, referenceOf(table, name) !== null);
    }
  } else if (naming === null && !isOwnOfJavaScript(value)) {
    if (mayHoldMore(value)) reading.open ??= notKnown(path);
    else reading.unread ??= notKnown(path);
  }
}

function noteNaming(reading: Reading, value: Value, path: string, naming: Naming | null): void {
  if (naming?.kind === "user") reading.user ??= constraintOf(reading, "owner", path, value);
  if (naming?.kind === "row") touch(reading, naming.table, path, true);
}

function touch(reading: Reading, table: Table, path: string, isId: boolean): void {
  if (!isTenantTable(table)) return;
  reading.isOnlyIds &&= isId;
  reading.touched.add(path === "" ? table.name : path);
  if (isId && reading.texts === 0) reading.ids.add(path);
  reading.tables.push(table);
}

/** An object whose fields nobody told us. */
function mayHoldMore({ text, type }: SymbolicValue): boolean {
  return type === null ? isContainerName(text) : !isScalar(type.node);
}

/** What calls give, and what is called by what it is for, may be objects. */
function isContainerName(text: string): boolean {
  return (
    text.endsWith("()") ||
    /(?:data|payload|context|meta|metadata|options|params|input|body|event)$/i.test(text)
  );
}

function isScalar(node: TypeIn["node"]): boolean {
  switch (node.kind) {
    case "literal":
      return true;
    case "keyword":
      return !["any", "unknown", "object"].includes(node.name);
    case "union":
      return node.types.every(isScalar);
    case "array":
      return isScalar(node.element);
    case "reference":
      return node.name === "Date";
    default:
      return false;
  }
}

function cannotFollow(path: string): string {
  return path === ""
    ? "the payload is built where we cannot follow"
    : `"${path}" is built where we cannot follow`;
}

function notKnown(path: string): string {
  return path === "" ? "what the payload holds is not known" : `what "${path}" holds is not known`;
}

function constraintOf(
  { context }: Reading,
  kind: "payload" | "owner",
  path: string,
  value: Value,
): JudgedConstraint {
  const operand = operandOf(value);
  return {
    kind,
    key: path === "" ? operand.text : path,
    origin: operand.origin,
    proof: operand.row ? proofOf(context, operand.row.access) : "given",
  };
}

function proofOf(context: QueryContext, access: string): "scoped-row" | "given" {
  return context.verdictOf(access) === "scoped" ? "scoped-row" : "given";
}
