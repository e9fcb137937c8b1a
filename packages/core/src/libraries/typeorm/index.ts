/**
 * TypeORM. Data sources, managers and repositories are recognised by their construction, declared type or injection, and by what
 * a class extends; the classes of entities by the schema that they make.
 */
import { entityOf, entityOfType } from "../../entities/entity.js";
import type { LibraryModel, Tracer } from "../../trace/library.js";
import { undefinedValue, type ClassValue, type Value } from "../../trace/value.js";
import { absenceNames, behaviorIn } from "./absence.js";
import { mainRows } from "./begun.js";
import { builderNames, callOnBuilder } from "./builder.js";
import { callOnClient, callOnRecord, callOnRepository, clientNames, repositoryFor } from "./clients.js";
import { operatorNames } from "./operators.js";
import {
  client,
  clientOf,
  dataOf,
  library,
  onConnection,
  plainClient,
  pool,
  pooledClient,
  repositoryOf,
  schemaKind,
  valueOf,
} from "./values.js";

const repositoryTypes = new Set(["Repository", "TreeRepository", "MongoRepository", "AbstractRepository"]);

export const typeorm: LibraryModel = {
  name: library,
  packages: ["typeorm"],
  exportNames: ["SelectQueryBuilder"],
  clients: ["DataSource", "EntityManager", "Repository", ...absenceNames],
  signs: [...clientNames, ...builderNames],
  advice: { filter: '"{column}: …" to its "where"', value: '"{column}"', usesAliases: true },
  rowTypes: ["record"],

  typed(external, [target], tracer) {
    const name = external.path.at(-1) ?? "";
    if (repositoryTypes.has(name)) return repositoryOf(plainClient, entityOfType(tracer, target, schemaKind));
    switch (name) {
      case "DataSource":
      case "Connection":
        return pool;
      case "EntityManager":
      case "QueryRunner":
        return client;
      default:
        return null;
    }
  },

  construct(external, call, tracer) {
    const [first] = call.arguments;
    const name = external.path.at(-1) ?? "";
    if (repositoryTypes.has(name)) return first ? repositoryFor(tracer, plainClient, first) : null;
    switch (name) {
      case "DataSource":
        return clientOf(true, behaviorIn(tracer, first));
      case "Brackets":
      case "NotBrackets":
        return valueOf({ type: "brackets", isNot: name === "NotBrackets" }, first && [first]);
      case "EntitySchema": {
        const given = first ? tracer.memberOf(first, "name") : undefinedValue;
        return given.kind === "literal" && typeof given.value === "string"
          ? valueOf({ type: "schema", name: given.value })
          : null;
      }
      default:
        return null;
    }
  },

  callExternal(external, call, tracer) {
    const name = external.path.at(-1) ?? "";
    const [first] = call.arguments;
    if (operatorNames.has(name)) return valueOf({ type: "operator", name }, call.arguments);
    switch (name) {
      case "getRepository":
      case "getTreeRepository":
      case "getMongoRepository":
      case "getCustomRepository":
        return callOnClient(tracer, pooledClient, name, call);
      case "getConnection":
      case "createConnection":
      case "getManager":
        return pool;
      case "createQueryBuilder":
        return callOnClient(tracer, pooledClient, name, call);
      // https://typeorm.io/docs/working-with-entity-manager/custom-repository, before 0.3
      case "EntityRepository":
        return valueOf({ type: "decorator", name }, first && [first]);
      default:
        return null;
    }
  },

  inherited(heir, base, tracer) {
    const name = base.external.path.at(-1) ?? "";
    if (name === "BaseEntity") {
      const entity = entityOf(tracer, base.by, schemaKind);
      if (!entity?.table) return null;
      return heir.kind === "class" ? repositoryOf(pooledClient, entity) : valueOf({ type: "record", entity });
    }
    if (heir.kind === "class" || !repositoryTypes.has(name)) return null;
    const said = decoratedEntity(tracer, base.by) ?? base.arguments[0];
    return repositoryOf(
      plainClient,
      entityOfType(tracer, base.typeArguments[0], schemaKind) ?? entityOf(tracer, said, schemaKind),
    );
  },

  member(receiver, property, tracer) {
    if (receiver.kind === "query") {
      if (property !== "alias") return null;
      const main = mainRows(tracer, receiver);
      return main && { kind: "literal", value: main.alias };
    }
    const data = dataOf(receiver);
    switch (data?.type) {
      case "client":
        return clientMembers.has(property) ? receiver : null;
      case "repository":
        switch (property) {
          case "manager":
            return clientOf(data.client.isPool, data.client.behavior);
          case "queryRunner":
            return onConnection(data.client);
          case "target":
            return data.entity?.class ?? (data.entity && { kind: "literal", value: data.entity.name });
          default:
            return null;
        }
      default:
        return null;
    }
  },

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind === "query") return callOnBuilder(tracer, receiver, method, call);
    const data = dataOf(receiver);
    switch (data?.type) {
      case "client":
        return callOnClient(tracer, data, method, call);
      case "repository":
        return callOnRepository(tracer, receiver, data, method, call);
      default:
        return null;
    }
  },

  callOnRow(row, made, method, call, tracer) {
    const data = dataOf(made);
    return data?.type === "record" ? callOnRecord(tracer, row, data.entity, method, call) : null;
  },

  recognize(_path, method, call, tracer) {
    // Nobody else gives a repository for a class of which TypeORM makes a table.
    if (method !== "getRepository") return null;
    const [first] = call.arguments;
    const entity: Value | undefined = first?.kind === "class" ? first : undefined;
    return entity && isOwn(tracer, entity) ? repositoryFor(tracer, plainClient, entity) : null;
  },
};

const clientMembers = new Set(["manager", "connection", "dataSource", "queryRunner"]);

function isOwn(tracer: Tracer, value: ClassValue): boolean {
  return entityOf(tracer, value, schemaKind)?.table?.source.includes(schemaKind) ?? false;
}

/** `@EntityRepository(Invoice) class Invoices extends Repository<Invoice>` */
function decoratedEntity(tracer: Tracer, heir: ClassValue): Value | undefined {
  for (const decorator of tracer.moduleOf(heir.file)?.classes[heir.class]?.decorators ?? []) {
    const made = tracer.evaluateIn(heir.file, decorator);
    const data = dataOf(made);
    if (data?.type === "decorator" && made.kind === "library") return made.holds?.[0];
  }
  return undefined;
}
