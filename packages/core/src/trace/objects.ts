/** Objects as shapes: which fields they have, on which paths, and what may replace them. */
import { membersOfType } from "./declared-types.js";
import { memberOf } from "./members.js";
import type { Machine } from "./machine.js";
import { choiceOf, optionsOf, othersOf } from "./choice.js";
import {
  unknown,
  type ObjectField,
  type ObjectValue,
  type Site,
  type SymbolicValue,
  type Value,
} from "./value.js";

export const emptyObject: ObjectValue = { kind: "object", fields: new Map(), open: false };

export function withField(object: ObjectValue, name: string, field: ObjectField): ObjectValue {
  // A key that is set again moves to where it is set last: what matters is what is spread after it.
  const fields = new Map(object.fields);
  fields.delete(name);
  fields.set(name, field);
  return { ...object, fields };
}

/** More keys than this are not gone through one by one. */
export const mostNames = 64;

/** The keys that it has, as far as each of them is known; null where it may have others. */
export function namesOf(machine: Machine, value: Value): readonly string[] | null {
  const found = optionsOf(value).map((option): readonly string[] | null => {
    switch (option.kind) {
      case "object":
        return option.open ? null : [...option.fields.keys()];
      case "rows":
        return option.many ? null : (option.has ?? null);
      case "symbolic": {
        const members = membersOfType(machine, option.type);
        return members && [...members.keys()];
      }
      case "literal":
        return option.value === null || option.value === undefined ? [] : null;
      default:
        return null;
    }
  });
  if (found.includes(null)) return null;
  const names = new Set(found.flatMap((one) => one ?? []));
  return names.size > 0 && names.size <= mostNames ? [...names] : null;
}

/** What `const { id, ...rest } = given` leaves of it. */
export function withoutFields(value: Value, names: readonly string[]): Value {
  switch (value.kind) {
    case "object":
      return {
        ...value,
        fields: new Map([...value.fields].filter(([name]) => !names.includes(name))),
        ...(value.others && { others: value.others.map((other) => withoutFields(other, names)) }),
      };
    case "symbolic": {
      const before = value.without;
      const without = { type: before?.type ?? value.type, names: [...(before?.names ?? []), ...names] };
      return { ...value, id: `${value.id}.*`, type: null, without };
    }
    default:
      return unknown;
  }
}

/** `{ ...target, ...source }`: for each shape that either may have, one. */
export function spreadInto(
  machine: Machine,
  targets: readonly ObjectValue[],
  source: Value,
  site: Site,
): readonly ObjectValue[] {
  const sources = optionsOf(source).map((option): ObjectValue => {
    switch (option.kind) {
      case "literal":
        return emptyObject;
      case "object":
        return option;
      case "symbolic":
        return fieldsOfType(machine, option, site);
      case "instance":
        return { ...emptyObject, open: true, ...(option.as && { others: [option] }) };
      case "external":
        return { ...emptyObject, open: true, isElsewhere: true };
      case "rows":
        return option.many
          ? { ...emptyObject, open: true }
          : { ...emptyObject, open: true, others: [option] };
      default:
        return { ...emptyObject, open: true };
    }
  });
  const spreads = targets.flatMap((target) => sources.map((one) => overlay(target, one)));
  const shapes = choiceOf(spreads, source.kind === "choice" ? source.reason : "");
  const distinct = optionsOf(shapes).filter((one) => one.kind === "object");
  return distinct.length > 0 ? distinct : [united(spreads)];
}

/** One object for several shapes: what not all of them have is there sometimes. */
export function united(shapes: readonly ObjectValue[]): ObjectValue {
  const [only, ...others] = shapes;
  if (only && others.length === 0) return only;
  const names = new Set(shapes.flatMap((shape) => [...shape.fields.keys()]));
  const fields = new Map<string, ObjectField>();
  for (const name of names) {
    const found = shapes.flatMap((shape) => shape.fields.get(name) ?? []);
    fields.set(name, {
      value: choiceOf(
        found.map((field) => field.value),
        name,
      ),
      sometimes: found.length < shapes.length || found.some((field) => field.sometimes),
      overwritable: found.map((field) => field.overwritable).find((one) => one !== false) ?? false,
    });
  }
  return { kind: "object", fields, open: shapes.some((shape) => shape.open), ...othersOf(shapes) };
}

function overlay(target: ObjectValue, source: ObjectValue): ObjectValue {
  const fields = new Map<string, ObjectField>();
  for (const [name, field] of target.fields)
    fields.set(name, source.open ? overwrittenBy(source, field) : field);
  for (const [name, field] of source.fields) {
    const before = fields.get(name);
    fields.delete(name);
    fields.set(
      name,
      before && field.sometimes
        ? {
            value: choiceOf([before.value, field.value], name),
            sometimes: before.sometimes,
            overwritable: "known",
          }
        : field,
    );
  }
  return { kind: "object", fields, open: target.open || source.open, ...othersOf([target, source]) };
}

/** `copy[key] = given[key]`, for keys that nobody knows: what is in there besides is one of `given`'s. */
export function withOthersOf(object: ObjectValue, given: Value): ObjectValue {
  const added: ObjectValue = { ...emptyObject, open: true, others: [given] };
  return overlay(object, added);
}

function overwrittenBy(source: ObjectValue, { by: before, ...field }: ObjectField): ObjectField {
  const isKnown = source.others !== undefined && (before !== undefined || !field.overwritable);
  return {
    ...field,
    overwritable: source.isElsewhere && field.overwritable !== "known" ? "elsewhere" : "known",
    ...(isKnown && { by: [...(before ?? []), ...source.others] }),
  };
}

/** The fields that a declared type says an object has; without a type anything may be in it. */
function fieldsOfType(machine: Machine, value: SymbolicValue, site: Site): ObjectValue {
  const members = membersOfType(machine, value.type);
  if (!members) return { kind: "object", fields: new Map(), open: true, others: [value] };
  const fields = new Map<string, ObjectField>();
  for (const [name, member] of members) {
    fields.set(name, {
      value: memberOf(machine, value, name, site.file === "" ? (value.site ?? site) : site),
      sometimes: member.optional,
      overwritable: false,
    });
  }
  return { kind: "object", fields, open: false };
}
