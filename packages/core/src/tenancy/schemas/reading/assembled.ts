/** Entities with what their mapper makes of them, before they are tables. */
import type { Program } from "../../../link/program.js";
import { positionOf } from "../../../lower/positions.js";
import type { Entity, EntityColumn, EntityRelation, Naming, Target } from "./entity.js";

export interface Mapper {
  readonly kind: string;
  readonly naming: (file: string) => Naming;
  readonly program: Program;
}

export interface Joined {
  readonly relation: EntityRelation;
  readonly columns: readonly string[];
  readonly target: Entity;
  readonly targets: readonly string[];
}

export interface Assembled {
  readonly entity: Entity;
  readonly columns: readonly EntityColumn[];
  readonly joins: readonly Joined[];
}

export type Find = (target: Target, from: Entity) => Entity | undefined;

/** What an entity that is not here is known by. */
export const idColumn: EntityColumn = {
  name: "id",
  property: "id",
  aliases: [],
  nullable: false,
  type: "unknown",
  defaulted: false,
  primary: true,
  unique: true,
  refers: null,
};

export function lineOf({ file, start }: Entity, program: Program): number | null {
  const module = program.module(file);
  return module ? positionOf(module, start).line : null;
}
