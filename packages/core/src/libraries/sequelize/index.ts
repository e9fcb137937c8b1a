/**
 * Sequelize, and sequelize-typescript. Models are recognised by what they are made with: classes that extend `Model`,
 * `sequelize.define(…)`, `ModelStatic<Invoice>`; where a receiver leads nowhere (`db.Invoice`, filled when the program runs), by a
 * model of the schema that is called so, and arguments that fit.
 */
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import {
  isUndefined,
  undefinedValue,
  unknown,
  type LibraryValue,
  type ObjectValue,
  type Value,
} from "../../trace/value.js";
import { addsTenant } from "./hooks.js";
import { findModel, isOfSchema, modelDefined, modelOfClass, modelValueOf } from "./models.js";
import { isOperation, operationNames, runOperation } from "./operations.js";
import { runRaw } from "./raw.js";
import { fits } from "./recognition.js";
import { callOnRow, changedRow, memberOfRow, rowMethods } from "./rows.js";
import { scoped } from "./scopes.js";
import {
  client,
  dataOf,
  library,
  models,
  modelValue,
  packages,
  valueOf,
  type ConditionData,
  type ModelData,
} from "./values.js";
import { operatorNamed } from "./where.js";

export const sequelize: LibraryModel = {
  name: library,
  packages,
  exportNames: ["Op", "Sequelize"],
  clients: ["Sequelize"],
  signs: [...operationNames, ...rowMethods, "query", "unscoped", "scope"],
  advice: { filter: '"{column}: …" to its "where"', value: '"{column}"', usesAliases: true },
  rowTypes: ["row"],

  typed(external, typeArguments, tracer) {
    const name = external.path.at(-1) ?? "";
    if (name === "Sequelize") return client;
    const [of] = typeArguments;
    if (!modelTypes.has(name) || !of) return null;
    const declared = tracer.typeOf(of);
    const model =
      declared.kind === "class"
        ? modelOfClass(tracer, { kind: "class", file: declared.file, class: declared.class })
        : null;
    return model && modelValue(model);
  },

  construct(external) {
    return external.path.at(-1) === "Sequelize" ? client : null;
  },

  inherited(heir, { external, by }, tracer) {
    if (external.path.at(-1) !== "Model") return null;
    const model = modelOfClass(tracer, by) ?? { name: "", table: null, home: by };
    return heir.kind === "class" ? modelValue(model) : valueOf({ type: "row", model, isNew: false });
  },

  callExternal(external, call) {
    const name = external.path.at(-1) ?? "";
    if (name === "DefaultScope" || name === "Scopes")
      return valueOf({ type: "decorator", name }, call.arguments);
    return conditionNamed(name, call);
  },

  constant({ path }) {
    const [owner, name] = path.slice(-2);
    return owner === "Op" && name !== undefined ? { kind: "literal", value: operatorNamed(name) } : null;
  },

  member(receiver, property, tracer) {
    if (receiver.kind !== "library") return null;
    const data = dataOf(receiver);
    switch (data?.type) {
      case "client":
        return property === "models" ? models : null;
      case "models": {
        const model = findModel(tracer, property);
        return model && modelValue(model);
      }
      case "model":
        return property === "sequelize" ? client : null;
      default:
        return null;
    }
  },

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    const data = dataOf(receiver);
    switch (data?.type) {
      case "client":
        return callOnClient(method, call, tracer);
      case "model":
        return callOnModel(receiver, data, method, call, tracer);
      default:
        return null;
    }
  },

  callOnRow: (row, made, method, call, tracer) => callOnRow(tracer, row, made, method, call),
  changedRow: (row, _made, method, call, tracer) => changedRow(tracer, row, method, call),
  memberOfRow: (row, made, property, tracer) => memberOfRow(tracer, row, made, property),

  recognize(path, method, call, tracer) {
    const name = path.at(-1) ?? "";
    if (isClientName(name))
      return isOfSchema(tracer.tenancy) ? callOnNamedClient(method, call, tracer) : null;
    const model = isOperation(method) || isModelMethod(method) ? findModel(tracer, name) : null;
    if (!model || !fits(path.slice(0, -1), name, method, call)) return null;
    const value = modelValue(model);
    return callOnModel(value, value.data as ModelData, method, call, tracer);
  },
};

const modelTypes = new Set(["ModelStatic", "ModelCtor", "ModelDefined", "Repository"]);

function isClientName(name: string): boolean {
  return /^_?sequelize$/i.test(name);
}

function isModelMethod(method: string): boolean {
  return method === "scope" || method === "unscoped" || method === "build";
}

/** A connection that leads nowhere: the parameter of a function that defines models, what a file of settings exports. */
function callOnNamedClient(method: string, call: Call, tracer: Tracer): Value | null {
  const isConnection = ["define", "query", "transaction", "literal", "model"].includes(method);
  return isConnection ? callOnClient(method, call, tracer) : conditionNamed(method, call);
}

function callOnClient(method: string, call: Call, tracer: Tracer): Value | null {
  const { arguments: given, site } = call;
  const [first, second] = given;
  switch (method) {
    case "define":
      return first?.kind === "literal" && typeof first.value === "string"
        ? modelValue(modelDefined(tracer, first.value, site))
        : null;
    case "model": {
      const model = first?.kind === "literal" ? findModel(tracer, String(first.value)) : null;
      return model && modelValue(model);
    }
    case "getRepository":
      return (first && modelValueOf(tracer, first)) ?? null;
    case "query":
      return runRaw(tracer, call);
    case "transaction": {
      const callback = given.findLast(({ kind }) => kind === "function");
      return callback ? tracer.run(callback, [unknown]) : null;
    }
    case "addHook": {
      const fn =
        second?.kind === "function" ? tracer.moduleOf(second.file)?.functions[second.function] : null;
      if (fn && addsTenant(tracer, fn)) tracer.noteScopingClient(library);
      return null;
    }
    default:
      return conditionNamed(method, call);
  }
}

const conditions: ReadonlyMap<string, ConditionData["made"]> = new Map<string, ConditionData["made"]>([
  ["and", "and"],
  ["or", "or"],
  ["where", "where"],
  ["literal", "literal"],
  ["col", "column"],
  ["fn", "expression"],
  ["cast", "expression"],
  ["json", "expression"],
]);

function conditionNamed(name: string, { arguments: given, site }: Call): LibraryValue | null {
  const made = conditions.get(name);
  return made ? valueOf({ type: "condition", made, site }, given) : null;
}

function callOnModel(
  receiver: LibraryValue,
  { model }: ModelData,
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  // A class that others extend: which of them is meant, whoever calls knows.
  if (model.name === "") {
    if (isOperation(method) || isModelMethod(method)) tracer.needsReceiver();
    return null;
  }
  switch (method) {
    case "scope":
      return scoped(tracer, receiver, call);
    case "unscoped":
      return valueOf({ type: "model", model, scoping: "asked" });
    case "schema":
    case "setScope":
      return receiver;
    case "build":
      return built(tracer, receiver, call);
    case "bulkBuild":
      return null;
    case "findOrBuild":
      return runOperation(tracer, receiver, "findOrBuild", call);
    default:
      return isOperation(method) ? runOperation(tracer, receiver, method, call) : null;
  }
}

/** `Invoice.build(values)`: a row that is stored when it is saved. */
function built(tracer: Tracer, receiver: LibraryValue, { arguments: [first] }: Call): Value {
  const { model } = receiver.data as ModelData;
  const row = valueOf({ type: "row", model, isNew: true });
  const values = tracer.fieldsOf(first && !isUndefined(first) ? first : undefinedValue);
  const made: ObjectValue = {
    kind: "object",
    fields: values.fields,
    open: true,
    others: [row, ...(values.open ? (values.others ?? []) : [])],
  };
  return made;
}
