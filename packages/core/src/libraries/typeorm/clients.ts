/** What a data source, a manager and a repository are asked for. */
import { entityOfObject, type Entity } from "../../entities/entity.js";
import { marksIn } from "../../entities/placeholders.js";
import { ask as askDriver } from "../../raw-sql/driver.js";
import type { Call, Tracer } from "../../trace/library.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import { beginBuilder } from "./begun.js";
import { read, readingNames } from "./finding.js";
import { namedEntity, statementOf } from "./statement.js";
import type { Statement } from "../../entities/statement.js";
import { create, merged } from "../../entities/saving.js";
import {
  dataOf,
  library,
  nested,
  onConnection,
  plainClient,
  repositoryOf,
  schemaKind,
  valueOf,
  type ClientData,
  type RepositoryData,
} from "./values.js";
import { wordOf } from "./texts.js";
import { change, writingNames } from "./writing.js";

export const clientNames: readonly string[] = [...readingNames, ...writingNames, "query", "getRepository"];

/** `dataSource`, `manager`, `queryRunner` */
export function callOnClient(tracer: Tracer, data: ClientData, method: string, call: Call): Value | null {
  const [first, second] = call.arguments;
  switch (method) {
    case "getRepository":
    case "getTreeRepository":
    case "getMongoRepository":
      return repositoryFor(tracer, data, first);
    case "getCustomRepository":
      return first?.kind === "class"
        ? { kind: "instance", file: first.file, class: first.class, arguments: null }
        : null;
    case "withRepository": {
      const given = dataOf(first);
      return given?.type === "repository"
        ? repositoryOf(onConnection(data).data as ClientData, given.entity)
        : (first ?? null);
    }
    case "createQueryRunner":
    case "createEntityManager":
      return onConnection(data);
    case "transaction": {
      const callback = call.arguments.findLast((one) => one.kind === "function") ?? second ?? first;
      return callback ? tracer.run(callback, [onConnection(data)]) : null;
    }
    case "query":
      return runQuery(tracer, data, call);
    case "createQueryBuilder": {
      const entity = first && !isClient(first) ? namedEntity(tracer, first) : null;
      return beginBuilder(tracer, data, call, entity, wordOf(second));
    }
    default:
      return callOfEntity(tracer, data, method, call);
  }
}

function isClient(value: Value): boolean {
  return dataOf(value)?.type === "client";
}

export function repositoryFor(tracer: Tracer, data: ClientData, target: Value | undefined): Value {
  if (target?.kind === "symbolic") tracer.needsArgument(target);
  const own = dataOf(target);
  const named =
    own?.type === "schema"
      ? namedEntity(tracer, { kind: "literal", value: own.name })
      : namedEntity(tracer, target);
  if (!named) tracer.needsReceiver();
  return repositoryOf(data, named);
}

/** `manager.find(Invoice, …)`, `manager.save(invoice)`, `manager.save(Invoice, { … })` */
function callOfEntity(tracer: Tracer, data: ClientData, method: string, call: Call): Value | null {
  const isRead = readingNames.includes(method);
  if (!isRead && !writingNames.includes(method) && method !== "create" && method !== "merge") return null;
  const [first, ...others] = call.arguments;
  const schema = dataOf(first);
  const target =
    schema?.type === "schema"
      ? namedEntity(tracer, { kind: "literal", value: schema.name })
      : first?.kind === "class" || first?.kind === "literal" || first?.kind === "external"
        ? namedEntity(tracer, first)
        : null;
  const entity = target ?? (isRead ? null : entityOfObject(tracer, first, schemaKind));
  if (!entity) return unnamed(tracer, data, method, call);
  return ask(statementOf(tracer, data, entity, call, method, target ? others : call.arguments));
}

/** Its table is decided elsewhere: by whoever calls, perhaps. */
function unnamed(tracer: Tracer, client: ClientData, method: string, call: Call): Value | null {
  if (method === "create" || method === "merge") return null;
  const [first] = call.arguments;
  if (first) tracer.needsArgument(first);
  tracer.needsReceiver();
  const { site } = call;
  const operation = readingNames.includes(method) ? "read" : "update";
  tracer.begin({
    site,
    kind: "query",
    library,
    operation,
    tables: [],
    repair: null,
    isOnPool: client.isPool,
  });
  tracer.record({
    site,
    kind: "query",
    library,
    operation,
    stage: "run",
    detail: {
      kind: "query",
      selection: {
        site: `${site.file}:${site.start}`,
        resources: [],
        where: { kind: "true" },
        nested: [],
        arms: [],
        outputs: null,
      },
      written: null,
      updated: [],
      beside: [],
      target: null,
      conflict: null,
      unclear: ["its table is chosen elsewhere"],
      isOpenTable: true,
    },
  });
  return tracer.symbolic(site, `${method}()`);
}

function ask(statement: Statement): Value | null {
  const { method, given } = statement;
  if (method === "create") return create(statement);
  if (method === "merge") return merged(statement, given);
  return read(statement) ?? change(statement);
}

export function callOnRepository(
  tracer: Tracer,
  receiver: LibraryValue,
  data: RepositoryData,
  method: string,
  call: Call,
): Value | null {
  const [extension] = nested(receiver);
  const own = extension?.kind === "object" ? extension.fields.get(method)?.value : undefined;
  if (own?.kind === "function") return tracer.run({ ...own, self: receiver }, call.arguments, call.site);
  const { entity, client } = data;
  switch (method) {
    case "createQueryBuilder":
      if (!entity) tracer.needsReceiver();
      return beginBuilder(tracer, client, call, entity, wordOf(call.arguments[0]));
    case "query":
      return runQuery(tracer, client, call);
    case "extend":
      return valueOf(data, call.arguments.slice(0, 1));
    case "getRepository":
      return receiver;
    case "getId":
      return call.arguments[0] ? tracer.memberOf(call.arguments[0], "id") : null;
    default:
      break;
  }
  const isKnown = readingNames.includes(method) || writingNames.includes(method);
  if (!entity) return isKnown ? unnamed(tracer, client, method, call) : null;
  if (!isKnown && method !== "create" && method !== "merge") return null;
  return ask(statementOf(tracer, client, entity, call, method, call.arguments));
}

/** `invoice.save()`, `invoice.remove()` */
export function callOnRecord(
  tracer: Tracer,
  record: Value,
  entity: Entity,
  method: string,
  call: Call,
): Value | null {
  if (method === "reload") return record;
  if (!["save", "remove", "softRemove", "recover"].includes(method)) return null;
  return ask(statementOf(tracer, plainClient, entity, call, method, [record]));
}

/** `query("select … where id = $1", [id])`; with `?` for values where the database is MySQL or SQLite. */
function runQuery(
  tracer: Tracer,
  { isPool }: ClientData,
  { site, arguments: [text, given] }: Call,
): Value | null {
  // `query(…builder.getQueryAndParameters())`: a path where it is built.
  if (dataOf(text)?.type === "text") return null;
  return askDriver(tracer, { library, site, text, given, marks: marksIn(tracer, text), isOnPool: isPool });
}
