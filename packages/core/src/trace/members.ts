/** Properties and elements of values. */
import { unresolvedPackage, type TypeIn } from "../link/program.js";
import { choiceOf, chosen, ofKept, optionsOf, withAbsence, withoutAbsence, withSiteOf } from "./choice.js";
import { specialize, symbolicAt } from "./declared-types.js";
import { libraryBaseOf } from "./inherited.js";
import { lengthKnown } from "./lengths.js";
import { memberOfInstance, staticMember } from "./instances.js";
import type { Machine } from "./machine.js";
import { valueOfSymbol } from "./modules.js";
import { rowObjectOf } from "./rows.js";
import { memberOfShape } from "./shapes.js";
import { answering } from "./assume.js";
import { heldByAnyKey } from "./objects.js";
import { factsOf, noFacts, withFacts, type Facts } from "./facts.js";
import {
  isNothing,
  isUndefined,
  undefinedValue,
  unknown,
  type ArrayValue,
  type ChoiceValue,
  type ExternalValue,
  type LiteralValue,
  type RowsValue,
  type Site,
  type SymbolicValue,
  type Value,
} from "./value.js";

export function memberOf(machine: Machine, object: Value, property: string, site: Site): Value {
  switch (object.kind) {
    case "object": {
      const field = object.fields.get(property);
      if (field) {
        const others = field.by?.map((other) => memberOf(machine, other, property, site)) ?? [unknown];
        const value = field.overwritable
          ? choiceOf([field.value, ...others], "a spread may replace it")
          : field.value;
        if (!field.sometimes) return value;
        return field.otherwise
          ? choiceOf([value, ...field.otherwise.map((other) => memberOf(machine, other, property, site))], "")
          : withAbsence(value);
      }
      const held = heldByAnyKey(object);
      if (held) return held;
      if (object.open && object.others)
        return choiceOf(
          object.others.map((other) => memberOf(machine, other, property, site)),
          "",
        );
      return object.open ? unknown : undefinedValue;
    }
    case "symbolic":
      return memberOfSymbolic(machine, object, property, site);
    case "rows":
      if (object.many) return property === "length" ? lengthOf(object) : unknown;
      {
        const own = memberOfRow(machine, object, property);
        if (own) return own;
      }
      if (object.has && !object.has.includes(property)) return undefinedValue;
      if (object.parts?.includes(property)) {
        const { parts: _, ...whole } = object;
        return { ...whole, part: property };
      }
      return columnOf(object, object.part === undefined ? property : `${object.part}.${property}`);
    case "instance":
      return memberOfInstance(machine, object, property, site);
    case "class": {
      const own = staticMember(machine, object, property);
      const base = own.kind === "unknown" ? libraryBaseOf(machine, object) : null;
      return base ? memberOf(machine, base, property, site) : own;
    }
    case "module": {
      const exported = valueOfSymbol(machine, machine.program.exportOf(object.file, property));
      const isMissing = exported.kind === "external" && exported.package === unresolvedPackage;
      return isMissing && property === "default" ? object : exported;
    }
    case "external": {
      const member: ExternalValue = { ...object, path: [...object.path, property] };
      return machine.modelOfPackage.get(object.package)?.constant?.(member) ?? member;
    }
    case "library":
    case "query":
      return machine.modelOfName.get(object.library)?.member?.(object, property, machine.tracer) ?? unknown;
    case "choice":
      return chosenOptions(object, (option) => memberOf(machine, option, property, site));
    case "array":
      return property === "length" ? sizeOf(object, site) : unknown;
    case "literal":
      // A word has nothing but what all words have.
      return isOfWord(object) && !(property in Object(object.value)) ? undefinedValue : unknown;
    default:
      return unknown;
  }
}

/** `"organizationId" in row`, where `row` is declared to be of a class above its own: what came in has more than that says. */
export function undeclaredMember(
  machine: Machine,
  object: Value,
  property: string,
  site: Site,
): Value | null {
  const [only, ...others] = optionsOf(object).filter((option) => !isNothing(option));
  if (only?.kind !== "instance" || !only.as || others.length > 0) return null;
  return memberOf(machine, { ...only.as, type: null }, property, site);
}

function memberOfRow(machine: Machine, row: RowsValue, property: string): Value | null {
  const made = row.made && rowObjectOf(machine, row);
  return (
    (made && machine.modelOfName.get(made.library)?.memberOfRow?.(row, made, property, machine.tracer)) ??
    null
  );
}

function isOfWord({ value }: LiteralValue): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function columnOf(row: RowsValue, column: string): SymbolicValue {
  const context = row.context === undefined ? {} : { context: row.context };
  return {
    kind: "symbolic",
    id: `row:${row.access}@${row.context ?? ""}.${column}`,
    origin: "row",
    text: row.text === "" ? column : `${row.text}.${column}`,
    absent: false,
    type: null,
    row: { access: row.access, ...context, column },
  };
}

/** `unknownIds.length`, of a list that was picked from another: as a condition, whether any were; `ids.length`, as many as there are of those that they are the ids of. */
function sizeOf(list: ArrayValue, site: Site): Value {
  if (!list.whenEmpty) return lengthKnown(list);
  return answering(symbolicAt(site, "length", null), noFacts, list.whenEmpty);
}

/** How many were found: as a condition, whether any were. */
function lengthOf(rows: RowsValue): Value {
  const one: RowsValue = { ...rows, many: false };
  return {
    kind: "symbolic",
    id: `row:${rows.access}@${rows.context ?? ""}.length`,
    origin: "unknown",
    text: "length",
    absent: false,
    type: null,
    row: null,
    implies: {
      whenTrue: factsOf([{ kind: "present", value: one }]),
      whenFalse: factsOf([{ kind: "absent", value: one }]),
    },
  };
}

function memberOfSymbolic(machine: Machine, object: SymbolicValue, property: string, site: Site): Value {
  if (object.without?.names.includes(property)) return undefinedValue;
  if (object.without && object.id.endsWith(".*"))
    return memberOfSymbolic(machine, wholeOf(object, object.without), property, site);
  const id = `${object.id}.${property}`;
  const member = memberOfShape(machine, object, property);
  const symbol: SymbolicValue = {
    kind: "symbolic",
    id,
    // A field of a column (JSON) is not the column.
    origin: object.row ? "unknown" : object.origin,
    text: object.text === "" || object.text.startsWith("{") ? property : `${object.text}.${property}`,
    absent: (member?.optional ?? false) && !object.present?.includes(property),
    type: member?.type ?? machine.expected.get(id) ?? null,
    row: null,
    ...(site.file !== "" && { site }),
    ...(object.from && { from: object.from }),
    ...(object.madeAs && object.madeAs !== "digest" && { madeAs: object.madeAs }),
    ...(object.isCast && { isCast: true }),
    ...presentBelow(object, property),
    ...((object.isShaped || (!member && isOfArguments(machine, object.type))) && { isShaped: true }),
  };
  // What a schema lets through stays what came in; a package's own type may be a client's.
  const isOfPackage = symbol.type !== null && isNobodysHere(machine, symbol.type);
  const type = member?.type ?? (isOfPackage ? symbol.type : null);
  const value = type ? specialize(machine, symbol, type, site) : symbol;
  return symbol.absent && !(value.kind === "symbolic" && machine.narrowed.has(value.id))
    ? withAbsence(value)
    : value;
}

/** A type of a package, or of one that stands everywhere. */
function isNobodysHere(machine: Machine, type: TypeIn): boolean {
  const declared = machine.program.typeOf(type);
  if (declared.kind !== "node") return declared.kind === "external";
  const { node } = declared.in;
  return node.kind === "reference" && node.binding === null && machine.modelOfGlobalType.has(node.name);
}

/** What is left when some are taken has its properties from the whole. */
function wholeOf(
  { without: _, ...left }: SymbolicValue,
  { type }: NonNullable<SymbolicValue["without"]>,
): SymbolicValue {
  return { ...left, id: left.id.replace(/(?:\.\*)+$/, ""), type };
}

/** `FastifyRequest<{ Body: NewInvoice }>` */
function isOfArguments(machine: Machine, type: TypeIn | null): boolean {
  const declared = type && machine.program.typeOf(type);
  return declared?.kind === "external" && declared.arguments.length > 0;
}

function presentBelow(object: SymbolicValue, property: string): Pick<SymbolicValue, "present"> {
  const prefix = `${property}.`;
  const below = (object.present ?? []).flatMap((path) =>
    path.startsWith(prefix) ? [path.slice(prefix.length)] : [],
  );
  return below.length > 0 ? { present: below } : {};
}

/** `ids[0]`: another than `ids[1]`, and than whichever of them a loop is at. */
export function elementAt(machine: Machine, value: Value, index: number, site: Site): Value {
  switch (value.kind) {
    case "array":
      return value.elements[index] ?? value.rest ?? undefinedValue;
    case "choice":
      return chosenOptions(value, (option) => elementAt(machine, option, index, site));
    case "symbolic":
      // What a text begins with, `domain.split("/")[0]`, has the name of any of its parts.
      return index === 0 && value.id.endsWith(")")
        ? elementOf(machine, value, site)
        : elementNamed(machine, value, `.${index}`, site);
    default:
      return memberByKey(machine, value, unknown, site);
  }
}

export function elementOf(machine: Machine, value: Value, site: Site): Value {
  switch (value.kind) {
    case "array": {
      // `undefined` stands for an element that is not there; whoever gets one gets one that is.
      const elements = value.elements.filter((one) => !isUndefined(one)).map(withoutAbsence);
      return elements.length === 0 && !value.rest
        ? unknown
        : choiceOf([...elements, ...(value.rest ? [value.rest] : [])], "");
    }
    case "rows":
      return { ...value, many: false };
    case "choice":
      return chosenOptions(value, (option) => elementOf(machine, option, site));
    case "external":
      return { ...value, path: [...value.path, "[]"] };
    case "symbolic":
      return elementNamed(machine, value, "[]", site);
    default:
      return unknown;
  }
}

function elementNamed(machine: Machine, list: SymbolicValue, step: string, site: Site): Value {
  const element: SymbolicValue = {
    ...list,
    id: `${list.id}${step}`,
    absent: false,
    type: elementType(machine, list.type),
    text: list.text,
  };
  return element.type ? specialize(machine, element, element.type, site) : element;
}

/** The same of each option that is there. */
function chosenOptions(choice: ChoiceValue, change: (option: Value) => Value): Value {
  const kept = ofKept(choice, change);
  if (kept) return kept;
  const isThere = choice.options.map((option) => !isUndefined(option));
  const changed = chosen(
    choice.options.filter((_, index) => isThere[index]).map(change),
    choice.reason,
    (choice.given ?? []).filter((_, index) => isThere[index]),
  );
  const only = isThere.indexOf(true) === isThere.lastIndexOf(true) ? isThere.indexOf(true) : -1;
  const given = only < 0 ? undefined : choice.given?.[only];
  // `members.find(isOwn)?.role`: a role that is there is that of one that was found.
  return given && changed.kind === "symbolic" ? whereThere(changed, given) : withSiteOf(choice, changed);
}

function whereThere(value: SymbolicValue, given: Facts): Value {
  const { whenTrue = noFacts, whenFalse = noFacts } = value.implies ?? {};
  return answering(value, withFacts(whenTrue, given.values()), whenFalse);
}

/** `handlers[request.method]`: what a table holds under a key that nobody knows. Values that are no functions may be left out. */
export function memberByKey(machine: Machine, object: Value, key: Value, site: Site): Value {
  if (object.kind === "choice")
    return chosenOptions(object, (option) => memberByKey(machine, option, key, site));
  if (object.kind !== "object") return elementOf(machine, object, site);
  const held = [...object.fields.values()].map(({ value }) => value);
  if (held.length === 0 || held.length > mostHeld) return unknown;
  // `defaults[name]`: whichever it is, it is written down there.
  if (!object.open && held.every(({ kind }) => kind === "literal"))
    return withAbsence(choiceOf(held, "the key"));
  if (!held.every(isCallable)) return unknown;
  const others = object.open
    ? (object.others?.map((one) => memberByKey(machine, one, key, site)) ?? [unknown])
    : [];
  const options = [...held, ...others];
  const given = options.length > 1 ? [...object.fields.keys()].map(isKeyOf(key)) : [];
  return withAbsence(choiceOf(options, "the key", given));
}

/** `handlers[job.name]`: whichever it is, the key says which. */
function isKeyOf(key: Value): (name: string) => Facts {
  if (key.kind !== "symbolic") return () => noFacts;
  return (name) => factsOf([{ kind: "equal", left: key, right: { kind: "literal", value: name } }]);
}

const mostHeld = 64;

/** A function, or something that has functions. */
function isCallable(value: Value): boolean {
  switch (value.kind) {
    case "function":
    case "instance":
      return true;
    case "object":
      return [...value.fields.values()].some((field) => isCallable(field.value));
    case "choice":
      return value.options.every((option) => isUndefined(option) || isCallable(option));
    default:
      return false;
  }
}

function elementType(machine: Machine, type: TypeIn | null): TypeIn | null {
  if (!type) return null;
  const declared = machine.program.typeOf(type);
  if (declared.kind === "node" && declared.in.node.kind === "array")
    return { ...declared.in, node: declared.in.node.element };
  return null;
}
