/** Filters that an entity carries and that are put into each of its queries: `@Filter({ name, cond, default: true })`. */
import { always, type Predicate } from "../../constraint/predicate.js";
import type { Entity } from "../../entities/entity.js";
import { unknownFilter } from "../../entities/filter.js";
import { findRelation } from "../../entities/rows.js";
import { keyOf } from "../../tenancy/lookup.js";
import { optionsOf } from "../../trace/choice.js";
import type { Tracer } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";
import { dataOf, library } from "./values.js";

/**
 * What they add to a query. With which values they are filled, whoever has called `setFilterParams` before decides; that is not
 * followed, so that where one of them names the tenant nobody can tell. `options`: they may be switched off for one query.
 */
export function addedBy(tracer: Tracer, entity: Entity, options: Value | undefined): Predicate {
  if (!entity.class || isOff(tracer, options) || !hasTenantFilter(tracer, entity)) return always;
  tracer.noteScopingClient(library);
  return unknownFilter("built elsewhere: a filter of the entity may add the tenant");
}

/** `{ filters: false }`, `{ filters: { tenant: false } }` */
export function isOff(tracer: Tracer, options: Value | undefined): boolean {
  if (options?.kind !== "object") return false;
  const filters = tracer.memberOf(options, "filters");
  const isFalse = (value: Value): boolean => value.kind === "literal" && value.value === false;
  return (
    isFalse(filters) ||
    (filters.kind === "object" && [...filters.fields.values()].some(({ value }) => isFalse(value)))
  );
}

function hasTenantFilter(tracer: Tracer, entity: Entity): boolean {
  const made = entity.class!;
  const decorators = tracer.moduleOf(made.file)?.classes[made.class]?.decorators ?? [];
  return decorators.some((decorator) => {
    const value = tracer.evaluateIn(made.file, decorator);
    if (dataOf(value)?.type !== "filter" || value.kind !== "library") return false;
    const [options] = value.holds ?? [];
    if (!options) return false;
    const cond = tracer.memberOf(options, "cond");
    const given: Value = { kind: "object", fields: new Map(), open: true };
    const filter = cond.kind === "function" ? tracer.invoke(cond, [given]) : cond;
    return optionsOf(filter).some(
      (one) => one.kind === "object" && [...one.fields.keys()].some((name) => namesTenant(entity, name)),
    );
  });
}

function namesTenant(entity: Entity, property: string): boolean {
  const { table } = entity;
  if (!table) return false;
  const relation = findRelation(entity, property);
  return [property, ...(relation?.columns ?? [])].some((name) => keyOf(table, name) !== null);
}
