/** Objects as shapes: which fields they have, on which paths, and what may replace them. */
import { isFromNowhere, type ResolvedMember } from "../link/program.js";
import { memberOf } from "./members.js";
import { membersOf } from "./shapes.js";
import type { Machine } from "./machine.js";
import { choiceOf, optionsOf, othersOf, withoutAbsence } from "./choice.js";
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

/** No property is called so. */
const anyKey = "(any)";

/** `object[key] = value`, for a key that nobody knows: whoever asks for a property that is no field here expects it to be that. */
export function withAnyKey(object: ObjectValue, value: Value): ObjectValue {
  const others = object.others ?? (object.open ? [unknown] : []);
  // A function that is made for a key may know the key, and do something else for each.
  const isTold = optionsOf(value).every(({ kind }) => kind !== "unknown" && kind !== "function");
  if (!isTold) return { ...object, open: true, others: [...others, unknown] };
  const before = others.flatMap((other) => heldByAnyKey(other) ?? []);
  const field = { value: choiceOf([...before, value], ""), sometimes: true, overwritable: false } as const;
  const held: ObjectValue = { kind: "object", fields: new Map([[anyKey, field]]), open: true };
  return { ...object, open: true, others: [...others.filter((other) => heldByAnyKey(other) === null), held] };
}

/** Null for what has the keys that it says. */
export function heldByAnyKey(value: Value): Value | null {
  return (value.kind === "object" && value.fields.get(anyKey)?.value) || null;
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
        const members = membersOf(machine, option);
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
  const spreads = targets.flatMap((target) => sources.map((one) => overlay(machine, target, one)));
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

function overlay(machine: Machine, target: ObjectValue, source: ObjectValue): ObjectValue {
  const fields = new Map<string, ObjectField>();
  for (const [name, field] of target.fields)
    fields.set(name, source.open ? overwrittenBy(machine, source, name, field) : field);
  for (const [name, field] of source.fields) set(fields, name, field);
  return { kind: "object", fields, open: target.open || source.open, ...othersOf([target, source]) };
}

function set(fields: Map<string, ObjectField>, name: string, field: ObjectField): void {
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

/** `copy[key] = given[key]`, for keys that nobody knows: what is in there besides is one of `given`'s. */
export function withOthersOf(machine: Machine, object: ObjectValue, given: Value): ObjectValue {
  const added: ObjectValue = { ...emptyObject, open: true, others: [given] };
  return overlay(machine, object, added);
}

function overwrittenBy(
  machine: Machine,
  source: ObjectValue,
  name: string,
  { by: before, ...field }: ObjectField,
): ObjectField {
  const others = source.others?.filter((other) => findMembers(machine, other)?.has(name) !== false);
  if (others?.length === 0) return before ? { ...field, by: before } : field;
  const isKnown = others !== undefined && (before !== undefined || !field.overwritable);
  return {
    ...field,
    overwritable: source.isElsewhere && field.overwritable !== "known" ? "elsewhere" : "known",
    ...(isKnown && { by: [...(before ?? []), ...others] }),
  };
}

function findMembers(machine: Machine, value: Value): ReadonlyMap<string, ResolvedMember> | null {
  return value.kind === "symbolic" ? membersOf(machine, value) : null;
}

/** Of an object, also the fields of what was spread into it whole, as far as a type says them. */
export function spelledOut(machine: Machine, object: ObjectValue): ObjectValue {
  if (!object.open || !object.others) return object;
  const fields = new Map<string, ObjectField>();
  const others: Value[] = [];
  for (const other of object.others) {
    const spread = fieldsInside(machine, other);
    if (!spread) others.push(other);
    else for (const [name, field] of spread) set(fields, name, field);
  }
  for (const [name, field] of object.fields) {
    fields.delete(name);
    fields.set(name, replaced(machine, name, field));
  }
  return others.length === 0 ? { kind: "object", fields, open: false } : { ...object, fields, others };
}

/** What it is in the end, where types say of all that may replace it what they do. */
function replaced(machine: Machine, name: string, field: ObjectField): ObjectField {
  const spread = (field.by ?? []).map((other) => fieldsInside(machine, other)?.get(name));
  const known = spread.filter((one) => one !== undefined);
  if (known.length === 0 || known.length < spread.length) return field;
  const isLeft = known.every(({ sometimes }) => sometimes);
  const values = known.map(({ value }) => withoutAbsence(value));
  return {
    value: choiceOf(isLeft ? [field.value, ...values] : values, name),
    sometimes: field.sometimes && isLeft,
    overwritable: false,
  };
}

function fieldsInside(machine: Machine, value: Value): ReadonlyMap<string, ObjectField> | null {
  if (value.kind !== "symbolic") return null;
  const members = membersOf(machine, value);
  return members && fieldsOf(machine, value, members, nowhere);
}

/**
 * The fields that the code declares an object to have; without a type anything may be in it. What a schema says is looked up
 * where the object is used: there may be much of it, and it is handed on more often than it is used.
 */
function fieldsOfType(machine: Machine, value: SymbolicValue, site: Site): ObjectValue {
  const { type } = value;
  const members = type && !isFromNowhere(type) && machine.program.membersOf(machine.program.typeOf(type));
  return members
    ? { kind: "object", fields: fieldsOf(machine, value, members, site), open: false }
    : { kind: "object", fields: new Map(), open: true, others: [value] };
}

function fieldsOf(
  machine: Machine,
  value: SymbolicValue,
  members: ReadonlyMap<string, ResolvedMember>,
  site: Site,
): ReadonlyMap<string, ObjectField> {
  const fields = new Map<string, ObjectField>();
  for (const [name, member] of members) {
    fields.set(name, {
      value: memberOf(machine, value, name, site.file === "" ? (value.site ?? site) : site),
      sometimes: member.optional,
      overwritable: false,
    });
  }
  return fields;
}

const nowhere: Site = { file: "", start: 0, end: 0 };
