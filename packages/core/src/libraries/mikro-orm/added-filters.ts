/**
 * Filters that a manager is given as the program starts (https://mikro-orm.io/docs/filters): `em.addFilter("tenant", cond)`, or
 * `filters` of the configuration. They are put into what every manager is asked afterwards, wherever it stands, with values that
 * `setFilterParams` says elsewhere, which is not followed.
 */
import { entityOf, type Entity } from "../../entities/entity.js";
import { keyOf } from "../../tenancy/lookup.js";
import type { Table } from "../../tenancy/tenancy.js";
import { optionsOf } from "../../trace/choice.js";
import type { Tracer } from "../../trace/library.js";
import type { ClientNote, ObjectValue, Value } from "../../trace/value.js";
import { library, schemaKind } from "./values.js";

/** `addFilter(name, cond, entities, isOn)`, `addFilter({ name, cond, entity, default })` */
export function addFilter(tracer: Tracer, given: readonly Value[]): void {
  const [first, cond, entities, isOn] = given;
  if (first?.kind === "object") noteFilter(tracer, partsOf(tracer, first));
  else if (cond) noteFilter(tracer, { cond, entities, isOn });
}

/** `MikroORM.init({ filters: { tenant: { cond, entity, default } } })` */
export function addConfigured(tracer: Tracer, options: Value | undefined): void {
  const filters = options?.kind === "object" ? options.fields.get("filters")?.value : undefined;
  if (filters?.kind !== "object") return;
  for (const { value } of filters.fields.values())
    if (value.kind === "object") noteFilter(tracer, partsOf(tracer, value));
}

/** What may have been added to a query of an entity. `named`: it says itself which filters it is for. */
export function noteOf({ name, table }: Entity, named: boolean): ClientNote {
  const places = [everyEntity, table?.name ?? name];
  const of = places.flatMap((place) => [keyFor(place, true), ...(named ? [keyFor(place, false)] : [])]);
  return { kind: "declared", of, reason: "a filter of the entity manager may add the tenant" };
}

interface AddedFilter {
  readonly cond: Value;
  readonly entities: Value | undefined;
  readonly isOn: Value | undefined;
}

const everyEntity = "*";

function keyFor(place: string, isOn: boolean): string {
  return `${library}: ${isOn ? "a filter" : "a filter that is asked for"} of ${place}`;
}

function partsOf(tracer: Tracer, filter: ObjectValue): AddedFilter {
  const part = (name: string): Value | undefined => filter.fields.get(name)?.value;
  return { cond: tracer.memberOf(filter, "cond"), entities: part("entity"), isOn: part("default") };
}

function noteFilter(tracer: Tracer, { cond, entities, isOn }: AddedFilter): void {
  const given: Value = { kind: "object", fields: new Map(), open: true };
  const filter = cond.kind === "function" ? tracer.invoke(cond, [given]) : cond;
  const named = entitiesIn(tracer, entities);
  const tables = named.flatMap(({ table }) => table ?? []);
  const isOfTenant = optionsOf(filter).some(
    (one) => one.kind === "unknown" || namesTenant(named.length > 0 ? tables : tracer.tenancy.tables, one),
  );
  if (!isOfTenant) return;
  const isAlwaysOn = !(isOn?.kind === "literal" && isOn.value === false);
  const places = named.length > 0 ? named.map(({ name, table }) => table?.name ?? name) : [everyEntity];
  for (const place of places) tracer.noteScopingClient(keyFor(place, isAlwaysOn));
}

function entitiesIn(tracer: Tracer, value: Value | undefined): readonly Entity[] {
  if (value?.kind === "array") return value.elements.flatMap((one) => entitiesIn(tracer, one));
  const entity = entityOf(tracer, value, schemaKind);
  return entity ? [entity] : [];
}

function namesTenant(tables: readonly Table[], filter: Value): boolean {
  if (filter.kind !== "object") return false;
  return [...filter.fields.keys()].some((name) =>
    tables.some((table) => {
      const relation = table.relations.find(({ field }) => field === name);
      return [name, ...(relation?.columns ?? [])].some((column) => keyOf(table, column) !== null);
    }),
  );
}
