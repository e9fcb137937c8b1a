/**
 * The solver against brute force: random statements over random small tables, evaluated as SQL would, with every row
 * that plays a part reported. Whatever `bind` says of a table has to be true of each of its reported rows.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { bind } from "./bind.js";
import type { Evidence, Way } from "./binding.js";
import type { Resource, Selection } from "./predicate.js";
import { rowsReached } from "./testing/evaluate.js";
import { generate } from "./testing/generate.js";
import { textOf } from "./testing/text.js";
import { facts, schema, type Row, type World } from "./testing/world.js";

const runs = Number(process.env["PROPERTY_RUNS"] ?? 5_000);

it("never calls a table constrained when a row of another tenant comes back", { timeout: 3_600_000 }, () => {
  const told = { bound: 0, sometimes: 0, rows: 0 };
  fc.assert(
    fc.property(fc.array(fc.nat(9_999), { minLength: 60, maxLength: 260 }), (tape) => {
      const { world, selection } = generate(tape);
      const bindings = bind(selection, facts);
      const reached = rowsReached(selection, { ...world, isConjoined: false });
      const reachedAtBest = rowsReached(selection, { ...world, isConjoined: true });
      for (const { resource, status, ways, sometimes } of bindings) {
        const rows = [...(reached.get(resource) ?? [])];
        if (status !== "none") {
          told.bound++;
          told.rows += rows.length;
          for (const row of rows)
            if (!isAsSaid(ways, row, world)) fail(world, selection, resource, row, ways);
        }
        if (sometimes !== null) {
          told.sometimes++;
          for (const row of reachedAtBest.get(resource) ?? []) {
            if (!isAsSaid(sometimes.ways, row, world)) fail(world, selection, resource, row, sometimes.ways);
          }
        }
      }
    }),
    {
      numRuns: runs,
      ...(process.env["PROPERTY_SEED"] ? { seed: Number(process.env["PROPERTY_SEED"]) } : {}),
    },
  );
  // Otherwise the statements are too poor to prove anything.
  expect(told.bound).toBeGreaterThan(runs / 2);
  expect(told.sometimes).toBeGreaterThan(runs / 50);
  expect(told.rows).toBeGreaterThan(runs / 2);
});

/** Some disjunct's evidence is true of the row, all of it. */
function isAsSaid(ways: readonly Way[], row: Row, world: World): boolean {
  return ways.some((way) => way.every((evidence) => isTrueOf(evidence, row, world)));
}

function isTrueOf({ status, column, operands, through }: Evidence, row: Row, world: World): boolean {
  if (status === "nobody") return row.tenant === null;
  const values = operands.map((operand) => world.values.get(operand.value) ?? null);
  const hasValue = (other: Row) => other.cells[column] !== null && values.includes(other.cells[column]!);
  const last = through.at(-1);
  if (last === undefined) return hasValue(row);
  // Tied to such a row: of the same tenant. Rows of nobody do no harm, and an id may be that of a row of nobody.
  const isSame = (other: Row) =>
    other.tenant === row.tenant || (schema[row.table]!.isShared === true && row.tenant === null);
  const isLoose = (other: Row) => status !== "parent" && (other.tenant === null || row.tenant === null);
  return world.rows[last.resource.table!]!.some(
    (other) => hasValue(other) && (isSame(other) || isLoose(other)),
  );
}

function fail(world: World, selection: Selection, resource: Resource, row: Row, ways: readonly Way[]): never {
  const said = ways.map((way) =>
    way.map(
      (e) =>
        `${e.status} ${e.through.map((step) => step.resource.alias).join(" ")} ${e.column} = ${e.operands.map((operand) => operand.value).join(",")}`,
    ),
  );
  throw new Error(
    [
      `${resource.alias} has a row of tenant ${row.tenant}: ${JSON.stringify(row.cells)}`,
      `said: ${JSON.stringify(said)}`,
      textOf(selection),
      ...Object.entries(world.rows).map(
        ([name, rows]) => `${name}: ${JSON.stringify(rows.map((one) => one.cells))}`,
      ),
      JSON.stringify([...world.values]),
    ].join("\n"),
  );
}
