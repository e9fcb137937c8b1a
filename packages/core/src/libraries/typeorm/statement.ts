import { entityOf, type Entity } from "../../entities/entity.js";
import type { Statement } from "../../entities/statement.js";
import type { Call, Tracer } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";
import { dialectsAt } from "./absence.js";
import { library, schemaKind, type ClientData } from "./values.js";

export function statementOf(
  tracer: Tracer,
  client: ClientData,
  entity: Entity,
  call: Call,
  method: string,
  given: readonly Value[],
): Statement {
  const { isPool: isOnPool } = client;
  return { library, tracer, isOnPool, entity, call, method, given, ...dialectsAt(tracer, client, call.site) };
}

export function namedEntity(tracer: Tracer, value: Value | undefined): Entity | null {
  return entityOf(tracer, value, schemaKind);
}
