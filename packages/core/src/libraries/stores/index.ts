/**
 * Clients of data stores of which no model reads what is asked of them. Where they are called, data is reached: the function
 * around the call is the beginning of a data layer, and what that is given is judged where it is called.
 */
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import type { LibraryValue, Value } from "../../trace/value.js";

const library = "stores";

/** By package; drivers, and clients of services that keep rows or documents. */
const packages = [
  "mssql",
  "tedious",
  "oracledb",
  "mongodb",
  "cassandra-driver",
  "@elastic/elasticsearch",
  "@opensearch-project/opensearch",
  "@aws-sdk/client-dynamodb",
  "@aws-sdk/lib-dynamodb",
  "@google-cloud/bigquery",
  "@google-cloud/firestore",
  "@influxdata/influxdb-client",
  "neo4j-driver",
  "snowflake-sdk",
] as const;

const client: LibraryValue = { kind: "library", library, type: "client", data: null };

export const stores: LibraryModel = {
  name: library,
  packages,
  signs: [],
  typed: (external) => (isData(external.path.at(-1) ?? "") ? null : client),
  construct: (_, call, tracer) => made(call, tracer),
  callExternal: (_, call, tracer) => made(call, tracer),
  tagged: (_, template, tracer) => reached(template.site, "rows", tracer),
  // postgres.js and mssql: the client itself is a tag and a function.
  callValue: (_, call, tracer) => asked("rows", call, tracer),
  member: (_, property) => (/^(?:rows|rowCount|fields|data|length)$/.test(property) ? null : client),
  callMethod(_, method, call, tracer) {
    // A narrower client: of a pool, of a database, of a collection.
    if (narrowing.test(method)) return client;
    return serving.test(method) ? made(call, tracer) : asked(method, call, tracer);
  },
};

const narrowing =
  /^(?:connect|getConnection|acquire|db|database|collection|table|schema|session|child|withSession|reserve)$/;
/** What says nothing of data. */
const serving =
  /^(?:on|once|off|end|close|release|destroy|disconnect|ping|removeListener|removeAllListeners)$/;

/** Types of what is sent and what comes back. */
function isData(name: string): boolean {
  return /(?:Result|Row|Params|Config|Options|Settings|Filter|Document|Error|Type|Format)s?$/.test(name);
}

function made(call: Call, tracer: Tracer): Value {
  for (const argument of call.arguments) tracer.escape(argument, call.site);
  return client;
}

function asked(method: string, call: Call, tracer: Tracer): Value {
  for (const argument of call.arguments) tracer.escape(argument, call.site);
  return reached(call.site, `${method}()`, tracer);
}

function reached(site: Call["site"], text: string, tracer: Tracer): Value {
  tracer.noteReach(site);
  return tracer.symbolic(site, text);
}
