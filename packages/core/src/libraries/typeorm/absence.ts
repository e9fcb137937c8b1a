/**
 * What becomes of `undefined` and `null` in conditions. Measured with 0.3.31 and 1.1 (packages/testing/src/undefined-tenant):
 *
 * - before 1.0, `find` leaves both out, so that all rows come back; `update` and `delete` compare with NULL, and reach none;
 * - since 1.0 all of them throw;
 * - `invalidWhereValuesBehavior` of the data source says otherwise for all of them; what it leaves out is as in the version's `find`;
 * - a builder's own `where({…})` compares with NULL, whatever else is said.
 *
 * https://typeorm.io/docs/data-source/null-and-undefined-handling
 */
import type { Dialect } from "../../entities/filter.js";
import type { Tracer, WrittenObject } from "../../trace/library.js";
import type { Site, Value } from "../../trace/value.js";
import { dialectWith } from "./operators.js";
import { library, type ClientData } from "./values.js";

/** What a data source says of both; null for what it leaves to the version. */
export interface Behavior {
  readonly undefined: Dialect["onUndefined"] | null;
  readonly null: Dialect["onNull"] | null;
}

const option = "invalidWhereValuesBehavior";
export const absenceNames: readonly string[] = [option];

export interface Dialects {
  /** Of `find` and its siblings. */
  readonly finding: Dialect;
  /** Of `update` and `delete`. */
  readonly comparing: Dialect;
}

/** Of a builder's own `where`. */
export const building: Dialect = dialectWith({ onUndefined: "refused", onNull: "refused" });

export function dialectsAt(tracer: Tracer, client: ClientData | null, { file }: Site): Dialects {
  const throws = majorIn(tracer.dependencyRange(file, library)) >= 1;
  const said = client?.behavior ?? behaviorOfAll(tracer);
  const unsaid = throws ? "refused" : "dropped";
  const finding = dialectWith({
    onUndefined: said?.undefined ?? unsaid,
    onNull: said?.null ?? unsaid,
  });
  return { finding, comparing: said || throws ? finding : building };
}

/** The lowest that a range lets in; 0 where it names none. */
function majorIn(range: string | null): number {
  const majors = (range ?? "").split("||").map((part) => /(?:^|[\s@^~>=<v])(\d+)(?:[.\s]|$)/.exec(part)?.[1]);
  return Math.min(...majors.map((major) => Number(major ?? 0)));
}

/** Of the options that a data source is made with; null where they say nothing. */
export function behaviorIn(tracer: Tracer, options: Value | undefined): Behavior | null {
  if (options?.kind !== "object") return null;
  return behaviorOf(tracer, tracer.memberOf(options, option));
}

function behaviorOf(tracer: Tracer, value: Value): Behavior | null {
  if (value.kind !== "object") return null;
  return {
    undefined: wordOf(tracer.memberOf(value, "undefined")),
    null: wordOf(tracer.memberOf(value, "null")),
  };
}

/** What is not written out may be to leave it out. */
function wordOf(value: Value): Dialect["onNull"] | null {
  if (value.kind !== "literal") return "dropped";
  switch (value.value) {
    case undefined:
      return null;
    case "throw":
      return "refused";
    case "sql-null":
      return "null";
    default:
      return "dropped";
  }
}

/**
 * Of clients that come in from where nobody can follow: what all data sources of the program say. Where one leaves a value out
 * of a filter, that is the one.
 */
function behaviorOfAll(tracer: Tracer): Behavior | null {
  const said = tracer.objectsWritten(isOfDataSource).map(({ file, object }) => {
    const written = findProperty(object, option);
    return written ? behaviorOf(tracer, tracer.evaluateIn(file, written)) : null;
  });
  if (said.every((one) => one === null)) return null;
  return {
    undefined: loosest(said.map((one) => one?.undefined ?? null)),
    null: loosest(said.map((one) => one?.null ?? null)),
  };
}

function loosest<T extends Dialect["onNull"]>(said: readonly (T | null)[]): T | null {
  const dropped = said.find((one) => one === "dropped");
  return dropped ?? (said.includes(null) ? null : (said.find((one) => one === "null") ?? said[0] ?? null));
}

const databases = new Set([
  "aurora-mysql",
  "aurora-postgres",
  "better-sqlite3",
  "cockroachdb",
  "mariadb",
  "mssql",
  "mysql",
  "oracle",
  "postgres",
  "sqlite",
  "sqljs",
]);

/** `{ type: "postgres", entities }`, and whatever has the option, wherever its other options come from. */
function isOfDataSource(object: WrittenObject["object"]): boolean {
  if (findProperty(object, option)) return true;
  const type = findProperty(object, "type");
  return type?.kind === "literal" && typeof type.value === "string" && databases.has(type.value);
}

function findProperty({ properties }: WrittenObject["object"], name: string) {
  const property = properties.find((one) => one.kind === "property" && one.key === name);
  return property?.kind === "property" ? property.value : undefined;
}
