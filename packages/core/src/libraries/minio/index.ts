/** MinIO's own client (https://min.io/docs/minio/linux/developers/javascript/API.html): every call says bucket and key first. */
import {
  eachOf,
  fieldOf,
  keyBelow,
  listOf,
  objectWith,
  recordObjects,
  type ObjectAccess,
  type Store,
} from "../../keyed/objects.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { unknown, type LibraryValue, type Value } from "../../trace/value.js";

const library = "minio";

// The server refuses a key with `..` in it: https://github.com/minio/minio/blob/master/cmd/object-api-utils.go (hasBadPathComponent).
const store: Store = { library, climbs: "no" };

const client: LibraryValue = { kind: "library", library, type: "client", data: null };
const policy: LibraryValue = { kind: "library", library, type: "policy", data: null };

export const minio: LibraryModel = {
  name: library,
  packages: ["minio"],
  clients: ["Client"],
  signs: ["minio"],

  typed: ({ path }) => (path.at(-1) === "Client" ? client : path.at(-1) === "PostPolicy" ? policy : null),
  construct: ({ path }) => (path.at(-1) === "Client" ? client : path.at(-1) === "PostPolicy" ? policy : null),

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    if (receiver.type === "policy") return callOnPolicy(receiver, method, call, tracer);
    if (method === "newPostPolicy") return policy;
    const objects = objectsOf(tracer, method, call);
    if (objects === null) return null;
    recordObjects(tracer, store, call.site, objects);
    const [first] = objects;
    // A stream of what is there: `for await (const { name } of client.listObjectsV2(bucket, prefix, true))`.
    return first?.operation === "read" && first.key
      ? listOf(objectWith("name", keyBelow(first.key)))
      : tracer.symbolic(call.site, `${method}()`);
  },
};

function objectsOf(tracer: Tracer, method: string, call: Call): readonly ObjectAccess[] | null {
  const [first = unknown, second, third] = call.arguments;
  const here = { bucket: first, key: second ?? unknown };
  if (reading.has(method)) return [{ operation: "get", ...here }];
  if (deleting.has(method)) return [{ operation: "delete", ...here }];
  if (marking.has(method)) return [{ operation: "put", ...here }];
  switch (method) {
    case "putObject":
    case "fPutObject":
      return [{ operation: "put", ...here, stores: third ?? unknown }];
    case "presignedPutObject":
    case "initiateNewMultipartUpload":
      return [{ operation: "put", ...here, stores: unknown }];
    // `presignedUrl("PUT", bucket, key)`
    case "presignedUrl":
      return [
        first.kind === "literal" && /^(?:get|head)$/i.test(String(first.value))
          ? { operation: "get", bucket: second ?? null, key: third ?? unknown }
          : first.kind === "literal" && /^delete$/i.test(String(first.value))
            ? { operation: "delete", bucket: second ?? null, key: third ?? unknown }
            : { operation: "put", bucket: second ?? null, key: third ?? unknown, stores: unknown },
      ];
    case "removeObjects":
      return eachOf(tracer, second).map((one) => ({
        operation: "delete",
        bucket: first,
        key: one.kind === "object" ? (fieldOf(tracer, one, "name") ?? unknown) : one,
      }));
    case "copyObject":
      return [
        { operation: "put", ...here, stores: unknown },
        { operation: "get", key: withoutBucket(third ?? unknown) },
      ];
    case "listObjects":
    case "listObjectsV2":
    case "listObjectsV2WithMetadata":
    case "listIncompleteUploads":
      return [{ operation: "read", bucket: first, key: second, reaches: "beginning" }];
    default:
      return null;
  }
}

/** `/bucket/key` */
function withoutBucket(source: Value): Value {
  if (source.kind !== "text") return source;
  const [first, ...others] = source.parts;
  const [bucket, slash, ...key] = first === "/" ? others : source.parts;
  if (bucket === undefined || typeof bucket === "string") return source;
  return typeof slash === "string" && slash.startsWith("/") && key.length > 0
    ? { kind: "text", parts: [...(slash === "/" ? [] : [slash.slice(1)]), ...key] }
    : source;
}

/** What may be posted: `setKey(key)`, `setKeyStartsWith(prefix)`. */
function callOnPolicy(receiver: LibraryValue, method: string, call: Call, tracer: Tracer): Value | null {
  const [key] = call.arguments;
  if (method === "setKey")
    recordObjects(tracer, store, call.site, [{ operation: "put", key: key ?? unknown, stores: unknown }]);
  else if (method === "setKeyStartsWith")
    recordObjects(tracer, store, call.site, [
      { operation: "put", key, reaches: "beginning", stores: unknown },
    ]);
  return receiver;
}

const reading = new Set([
  ...["getObject", "getPartialObject", "fGetObject", "statObject", "presignedGetObject"],
  ...["getObjectTagging", "getObjectRetention", "getObjectLegalHold", "selectObjectContent"],
]);
const deleting = new Set(["removeObject", "removeIncompleteUpload", "removeObjectTagging"]);
const marking = new Set(["setObjectTagging", "putObjectRetention", "setObjectLegalHold"]);
