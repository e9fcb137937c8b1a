/**
 * Prepared statements: `sql.placeholder("organizationId")` stands for what `execute({ organizationId })` is given. A name that is
 * not among it throws (`fillPlaceholders` in drizzle-orm's `sql.ts`), so that no condition vanishes.
 */
import type { Operand } from "../../constraint/predicate.js";
import type { Call, Tracer } from "../../trace/library.js";
import { operandOf } from "../../trace/operand.js";
import { withOperands } from "../../trace/query.js";
import type { QueryValue, SymbolicValue, Value } from "../../trace/value.js";

const prefix = "placeholder:";

export function placeholderOf({ arguments: [name] }: Call): SymbolicValue {
  const text = name?.kind === "literal" ? String(name.value) : "placeholder";
  return {
    kind: "symbolic",
    id: `${prefix}${text}`,
    origin: "unknown",
    text,
    absent: false,
    type: null,
    row: null,
  };
}

/** The statement with what it is given. */
export function withGiven(tracer: Tracer, query: QueryValue, given: Value | undefined): QueryValue {
  if (!given) return query;
  return withOperands(query, (operand) => {
    const name = nameIn(operand);
    // It is bound as it is: `undefined` is NULL, and equal to nothing.
    return [name === null ? operand : { ...operandOf(tracer.memberOf(given, name)), absent: false }];
  });
}

function nameIn({ value }: Operand): string | null {
  return value.startsWith(prefix) ? value.slice(prefix.length) : null;
}
