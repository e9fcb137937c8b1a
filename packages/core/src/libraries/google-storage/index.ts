/**
 * Google Cloud Storage (https://cloud.google.com/nodejs/docs/reference/storage/latest): a client gives buckets, a bucket gives
 * files, and what is done to a file is a path.
 */
import { fieldOf, recordObjects, type ObjectAccess, type Store } from "../../keyed/objects.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { unknown, type LibraryValue, type Value } from "../../trace/value.js";

const library = "google-storage";

// A file's name is escaped as a whole, slashes and all: https://github.com/googleapis/nodejs-storage/blob/main/src/file.ts.
const store: Store = { library, climbs: "no" };

const client = valueOf("client");

export const googleStorage: LibraryModel = {
  name: library,
  packages: ["@google-cloud/storage"],
  clients: ["Storage", "Bucket"],
  signs: ["@google-cloud/storage"],

  typed({ path }) {
    switch (path.at(-1)) {
      case "Storage":
        return client;
      case "Bucket":
        return valueOf("bucket", unknown);
      case "File":
        return valueOf("file", unknown, unknown);
      default:
        return null;
    }
  },

  construct: ({ path }) => (path.at(-1) === "Storage" ? client : null),

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    const [bucket = unknown, key = unknown] = receiver.holds ?? [];
    const [first = unknown] = call.arguments;
    switch (receiver.type) {
      case "client":
        return method === "bucket" ? valueOf("bucket", first) : null;
      case "bucket":
        return method === "file"
          ? valueOf("file", bucket, first)
          : callOnBucket(bucket, method, call, tracer);
      default:
        return callOnFile(bucket, key, method, call, tracer);
    }
  },
};

function valueOf(type: "client" | "bucket" | "file", ...holds: readonly Value[]): LibraryValue {
  return { kind: "library", library, type, data: null, ...(holds.length > 0 && { holds }) };
}

function callOnBucket(bucket: Value, method: string, call: Call, tracer: Tracer): Value | null {
  const [first, second] = call.arguments;
  const all = { bucket, key: fieldOf(tracer, first, "prefix"), reaches: "beginning" } as const;
  switch (method) {
    case "getFiles":
    case "getFilesStream":
      return reached(tracer, call, method, [{ operation: "read", ...all }]);
    case "deleteFiles":
      return reached(tracer, call, method, [{ operation: "delete", ...all }]);
    // `bucket.upload(path, { destination })`
    case "upload":
      return reached(tracer, call, method, [
        {
          operation: "put",
          bucket,
          key: keyOf(fieldOf(tracer, second, "destination")),
          stores: first ?? unknown,
        },
      ]);
    default:
      return null;
  }
}

function callOnFile(bucket: Value, key: Value, method: string, call: Call, tracer: Tracer): Value | null {
  const [first] = call.arguments;
  const here = { bucket, key };
  const reach = (...objects: readonly ObjectAccess[]): Value => reached(tracer, call, method, objects);
  if (reading.has(method)) return reach({ operation: "get", ...here });
  switch (method) {
    case "save":
      return reach({ operation: "put", ...here, stores: first ?? unknown });
    case "createWriteStream":
    case "createResumableUpload":
    case "generateSignedPostPolicyV4":
    case "generateSignedPostPolicyV2":
      return reach({ operation: "put", ...here, stores: unknown });
    case "setMetadata":
    case "makePublic":
    case "makePrivate":
      return reach({ operation: "put", ...here });
    case "delete":
      return reach({ operation: "delete", ...here });
    case "getSignedUrl": {
      const action = fieldOf(tracer, first, "action");
      const word = action?.kind === "literal" ? String(action.value) : "";
      if (word === "write" || word === "resumable")
        return reach({ operation: "put", ...here, stores: unknown });
      return reach({ operation: word === "delete" ? "delete" : "get", ...here });
    }
    case "copy":
    case "move":
    case "rename":
      return reach(
        { operation: "put", bucket, key: keyOf(first), stores: unknown },
        { operation: method === "copy" ? "get" : "delete", ...here },
      );
    default:
      return null;
  }
}

const reading = new Set(["download", "createReadStream", "get", "getMetadata", "exists", "isPublic"]);

/** Another file may be said by its name or by itself. */
function keyOf(destination: Value | undefined): Value {
  if (destination?.kind === "library") return destination.holds?.[1] ?? unknown;
  return destination ?? unknown;
}

function reached(tracer: Tracer, call: Call, method: string, objects: readonly ObjectAccess[]): Value {
  recordObjects(tracer, store, call.site, objects);
  return tracer.symbolic(call.site, `${method}()`);
}
