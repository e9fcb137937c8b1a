/** A model from a schema in lines, and short words for what tests ask of it. */
import { schemaInLines } from "@tenant-audit/testing";
import type { Table, Tenancy } from "../../tenancy.js";
import { inferTenancy } from "../infer.js";

export function infer(text: string): Tenancy {
  return inferTenancy([schemaInLines(text)]).tenancy;
}

export function classesOf(tenancy: Tenancy): Record<string, string> {
  return Object.fromEntries(tenancy.tables.map((table) => [table.name, table.class]));
}

export function tableIn(tenancy: Tenancy, name: string): Table {
  return tenancy.tables.find((table) => table.name === name)!;
}

/** `organization_id`, and `organization_id?` where it may be null. */
export function keysOf(table: Table): readonly string[] {
  return table.keys.map(({ column, nullable }) => (nullable ? `${column}?` : column));
}

/** `rule_id -> alert_rules` */
export function viaOf(table: Table): readonly string[] {
  return table.via.map(({ column, table: parent }) => `${column} -> ${parent}`);
}
