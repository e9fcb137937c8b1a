/** Properties and elements of values. */
import { unresolvedPackage, type TypeIn } from "../link/program.js";
import { choiceOf, chosen, withAbsence, withoutAbsence } from "./choice.js";
import { membersOfType, specialize } from "./declared-types.js";
import { memberOfInstance, staticMember } from "./instances.js";
import type { Machine } from "./machine.js";
import { valueOfSymbol } from "./modules.js";
import { isUndefined, undefinedValue, unknown, type Site, type SymbolicValue, type Value } from "./value.js";

export function memberOf(machine: Machine, object: Value, property: string, site: Site): Value {
  switch (object.kind) {
    case "object": {
      const field = object.fields.get(property);
      if (field) {
        const value = field.overwritable
          ? choiceOf([field.value, unknown], "a spread may replace it")
          : field.value;
        return field.sometimes ? withAbsence(value) : value;
      }
      return object.open ? unknown : undefinedValue;
    }
    case "symbolic":
      return memberOfSymbolic(machine, object, property, site);
    case "rows":
      return object.many
        ? unknown
        : {
            kind: "symbolic",
            id: `row:${object.access}.${property}`,
            origin: "row",
            text: object.text === "" ? property : `${object.text}.${property}`,
            absent: object.absent,
            type: null,
            row: { access: object.access, column: property },
          };
    case "instance":
      return memberOfInstance(machine, object, property, site);
    case "class":
      return staticMember(machine, object, property);
    case "module": {
      const exported = valueOfSymbol(machine, machine.program.exportOf(object.file, property));
      const isMissing = exported.kind === "external" && exported.package === unresolvedPackage;
      return isMissing && property === "default" ? object : exported;
    }
    case "external":
      return { kind: "external", package: object.package, path: [...object.path, property] };
    case "library":
    case "query":
      return machine.modelOfName.get(object.library)?.member?.(object, property, machine.tracer) ?? unknown;
    case "choice":
      return chosen(
        object.options
          .filter((option) => !isUndefined(option))
          .map((option) => memberOf(machine, option, property, site)),
        object.reason,
      );
    case "array":
      return property === "length" ? unknown : unknown;
    default:
      return unknown;
  }
}

function memberOfSymbolic(machine: Machine, object: SymbolicValue, property: string, site: Site): Value {
  const member = membersOfType(machine, object.type)?.get(property);
  const symbol: SymbolicValue = {
    kind: "symbolic",
    id: `${object.id}.${property}`,
    // A field of a column (JSON) is not the column.
    origin: object.row ? "unknown" : object.origin,
    text: object.text === "" || object.text.startsWith("{") ? property : `${object.text}.${property}`,
    absent: (member?.optional ?? false) && !object.present?.includes(property),
    type: member?.type ?? null,
    row: null,
    ...presentBelow(object, property),
  };
  const value = member?.type ? specialize(machine, symbol, member.type, site) : symbol;
  return symbol.absent && !(value.kind === "symbolic" && machine.narrowed.has(value.id))
    ? withAbsence(value)
    : value;
}

function presentBelow(object: SymbolicValue, property: string): Pick<SymbolicValue, "present"> {
  const prefix = `${property}.`;
  const below = (object.present ?? []).flatMap((path) =>
    path.startsWith(prefix) ? [path.slice(prefix.length)] : [],
  );
  return below.length > 0 ? { present: below } : {};
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
      return chosen(
        value.options
          .filter((option) => !isUndefined(option))
          .map((option) => elementOf(machine, option, site)),
        value.reason,
      );
    case "symbolic": {
      const element: SymbolicValue = {
        ...value,
        id: `${value.id}[]`,
        absent: false,
        type: elementType(machine, value.type),
        text: value.text,
      };
      return element.type ? specialize(machine, element, element.type, site) : element;
    }
    default:
      return unknown;
  }
}

function elementType(machine: Machine, type: TypeIn | null): TypeIn | null {
  if (!type) return null;
  const declared = machine.program.typeOf(type);
  if (declared.kind === "node" && declared.in.node.kind === "array")
    return { ...declared.in, node: declared.in.node.element };
  return null;
}
