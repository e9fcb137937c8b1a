import { expect, test } from "vitest";
import { factsOf, type Facts } from "./facts.js";
import { lightened, mostParts } from "./heavy.js";
import { undefinedValue, type ChoiceValue, type SymbolicValue, type Value } from "./value.js";

function symbol(id: string): SymbolicValue {
  return { kind: "symbolic", id, origin: "unknown", text: id, absent: false, type: null, row: null };
}

function where(id: string): Facts {
  return factsOf([{ kind: "present", value: symbol(id) }]);
}

/** This or nothing, of which something is known either way. */
function perhaps(name: string, value: Value): ChoiceValue {
  return {
    kind: "choice",
    options: [value, undefinedValue],
    reason: name,
    given: [where(`${name}.one`), where(`${name}.other`)],
  };
}

function objectOf(fields: readonly (readonly [string, Value])[]): Value {
  const plain = fields.map(
    ([name, value]) => [name, { value, sometimes: false, overwritable: false as const }] as const,
  );
  return { kind: "object", fields: new Map(plain), open: false };
}

function wide(count: number): Value {
  return objectOf(
    Array.from({ length: count }, (_, index) => [`f${index}`, perhaps(`f${index}`, symbol(`v${index}`))]),
  );
}

function deep(levels: number): Value {
  return levels === 0
    ? wide(30)
    : objectOf([
        ["a", deep(levels - 1)],
        ["b", deep(levels - 1)],
      ]);
}

function partsOf(value: Value): number {
  switch (value.kind) {
    case "object":
      return [...value.fields.values()].reduce((sum, field) => sum + partsOf(field.value), 1);
    case "choice":
      return value.options.reduce((sum, option) => sum + partsOf(option), 1);
    default:
      return 1;
  }
}

test("what is not too much is handed on as it is", () => {
  const value = wide(40);

  expect(lightened(value)).toBe(value);
});

test("of too much, what holds of the whole is kept and what holds of its parts is not, but that there was something", () => {
  const value = perhaps("whole", wide(400));

  const lighter = lightened(value) as ChoiceValue;

  expect(lighter.given).toEqual([where("whole.one"), where("whole.other")]);
  const [object] = lighter.options;
  const field = object?.kind === "object" ? object.fields.get("f7")?.value : null;
  expect(field).toMatchObject({ kind: "choice", options: [symbol("v7"), undefinedValue] });
  expect((field as ChoiceValue).given?.map(({ size }) => size)).toEqual([0, 0]);
});

test("what is too much without a word about it ends at a depth", () => {
  const value = deep(9);
  expect(partsOf(value)).toBeGreaterThan(20 * mostParts);

  const lighter = lightened(value);

  expect(partsOf(lighter)).toBeLessThan(mostParts);
  expect(lighter).toMatchObject({ kind: "object", open: false });
});
