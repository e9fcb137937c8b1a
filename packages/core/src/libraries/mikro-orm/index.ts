/** MikroORM. Managers and repositories are recognised by their construction, declared type or injection. */
import { entityOf, entityOfObject, entityOfType, type Entity } from "../../entities/entity.js";
import type { Statement } from "../../entities/statement.js";
import { marksIn } from "../../entities/placeholders.js";
import { ask as askDriver } from "../../raw-sql/driver.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { undefinedValue, type LibraryValue, type Value } from "../../trace/value.js";
import { addConfigured, addFilter, noteOf } from "./added-filters.js";
import { beginBuilder, builderNames, callOnBuilder } from "./builder.js";
import { isOff } from "./filters.js";
import { read, readingNames } from "./finding.js";
import { dialectOf } from "./operators.js";
import { client, connection, dataOf, library, orm, schemaKind, valueOf } from "./values.js";
import { change, writingNames } from "./writing.js";

export const mikroOrm: LibraryModel = {
  name: library,
  packages: [
    "@mikro-orm/core",
    "@mikro-orm/postgresql",
    "@mikro-orm/mysql",
    "@mikro-orm/mariadb",
    "@mikro-orm/sqlite",
    "@mikro-orm/better-sqlite",
    "@mikro-orm/libsql",
    "@mikro-orm/mssql",
    "@mikro-orm/knex",
    "@mikro-orm/sql",
  ],
  clients: ["MikroORM", "EntityManager", "EntityRepository"],
  signs: [...readingNames, ...writingNames, ...builderNames, "execute"],
  runsWhenAwaited: true,
  advice: { filter: '"{column}: …" to its filter', value: '"{column}"', usesAliases: true },

  typed(external, [target], tracer) {
    switch (external.path.at(-1)) {
      case "MikroORM":
        return orm;
      case "EntityManager":
      case "SqlEntityManager":
        return client;
      case "EntityRepository":
      case "SqlEntityRepository":
        return valueOf({ type: "repository", entity: entityOfType(tracer, target, schemaKind) });
      default:
        return null;
    }
  },

  construct(external, { arguments: [first] }, tracer) {
    switch (external.path.at(-1)) {
      case "MikroORM":
        addConfigured(tracer, first);
        return orm;
      case "EntityRepository":
        return first ? valueOf({ type: "repository", entity: entityOf(tracer, first, schemaKind) }) : null;
      default:
        return null;
    }
  },

  callExternal(external, { arguments: given }, tracer) {
    const [first] = given;
    if (external.path.at(-2) === "MikroORM") {
      addConfigured(tracer, first);
      return orm;
    }
    switch (external.path.at(-1)) {
      case "defineConfig":
        addConfigured(tracer, first);
        return first ?? null;
      case "wrap":
        return valueOf({ type: "wrapped" }, first && [first]);
      case "Filter":
        return valueOf({ type: "filter" }, first && [first]);
      default:
        return null;
    }
  },

  inherited(heir, base, tracer) {
    const name = base.external.path.at(-1) ?? "";
    if (heir.kind === "class" || !/^(?:Sql)?EntityRepository$/.test(name)) return null;
    return valueOf({ type: "repository", entity: entityOfType(tracer, base.typeArguments[0], schemaKind) });
  },

  member(receiver, property) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    const isManager = property === "em" || property === "_em";
    return isManager && (data?.type === "orm" || data?.type === "repository") ? client : null;
  },

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind === "query") return callOnBuilder(tracer, receiver, method, call);
    const data = dataOf(receiver);
    switch (data?.type) {
      case "client":
        return callOnManager(tracer, receiver, method, call);
      case "connection":
        return method === "execute" ? runQuery(tracer, call) : null;
      case "repository":
        if (method === "getEntityManager") return client;
        return data.entity
          ? ask(tracer, data.entity, method, call, call.arguments)
          : unnamed(tracer, method, call);
      case "wrapped": {
        const [object = undefinedValue] = receiver.holds ?? [];
        const entity = method === "assign" ? entityOfObject(tracer, object, schemaKind) : null;
        return entity && ask(tracer, entity, method, call, [object, ...call.arguments]);
      }
      default:
        return null;
    }
  },
};

function callOnManager(tracer: Tracer, receiver: LibraryValue, method: string, call: Call): Value | null {
  const [first, second, ...others] = call.arguments;
  switch (method) {
    case "fork":
    case "getContext":
      return receiver;
    case "transactional":
      return first ? tracer.run(first, [receiver]) : null;
    case "addFilter":
      addFilter(tracer, call.arguments);
      return null;
    case "getConnection":
      return connection;
    case "execute":
      return runQuery(tracer, call);
    case "getRepository":
      if (first?.kind === "symbolic") tracer.needsArgument(first);
      return valueOf({ type: "repository", entity: entityOf(tracer, first, schemaKind) });
    default:
      break;
  }
  const isNamed = first?.kind === "class" || first?.kind === "literal" || first?.kind === "external";
  const entity = isNamed ? entityOf(tracer, first, schemaKind) : entityOfObject(tracer, first, schemaKind);
  if (!entity) return unnamed(tracer, method, call);
  return ask(tracer, entity, method, call, isNamed ? (second ? [second, ...others] : []) : call.arguments);
}

/** What is saved is what the program has at hand, and no filter is asked. */
function isFiltered(method: string): boolean {
  return readingNames.includes(method) || method === "nativeUpdate" || method === "nativeDelete";
}

/** `{ filters: ["tenant"] }`, `{ filters: { tenant: { … } } }` */
function namesFilters(options: Value): boolean {
  return options.kind === "object" && options.fields.has("filters");
}

function ask(
  tracer: Tracer,
  entity: Entity,
  method: string,
  call: Call,
  given: readonly Value[],
): Value | null {
  const dialect = dialectOf(tracer);
  const statement: Statement = {
    library,
    tracer,
    isOnPool: false,
    entity,
    call,
    method,
    given,
    finding: dialect,
    comparing: dialect,
    ...(isFiltered(method) &&
      !given.some((one) => isOff(tracer, one)) && { client: noteOf(entity, given.some(namesFilters)) }),
  };
  if (builderNames.includes(method)) return beginBuilder(tracer, entity, call, given[0]);
  return read(statement) ?? change(statement);
}

/** Its table is decided elsewhere: by whoever calls, perhaps. */
function unnamed(tracer: Tracer, method: string, call: Call): Value | null {
  if (![...readingNames, ...builderNames, "nativeUpdate", "nativeDelete"].includes(method)) return null;
  const [first] = call.arguments;
  if (first) tracer.needsArgument(first);
  tracer.needsReceiver();
  return unread(tracer, call, "its table is chosen elsewhere");
}

function unread(tracer: Tracer, call: Call, reason: string): Value {
  const { site } = call;
  tracer.begin({ site, kind: "query", library, operation: "raw", tables: [], repair: null, isOnPool: false });
  tracer.record({
    site,
    kind: "query",
    library,
    operation: "raw",
    stage: "run",
    detail: { kind: "raw", text: "", reason, isOpen: true, parts: call.arguments, isDefinition: false },
  });
  return tracer.symbolic(site, "query");
}

/** `execute("select … where id = ?", [id])` */
function runQuery(tracer: Tracer, { site, arguments: [text, given] }: Call): Value | null {
  return askDriver(tracer, { library, site, text, given, marks: marksIn(tracer, text), isOnPool: false });
}
