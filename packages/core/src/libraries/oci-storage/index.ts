/**
 * Oracle's object storage (https://docs.oracle.com/en-us/iaas/tools/typescript/latest/modules/_objectstorage_index_.html): every
 * call takes one request object, which says bucket and name.
 */
import {
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

const library = "oci-storage";

// A name is escaped as a whole when the address is put together: https://github.com/oracle/oci-typescript-sdk (lib/common/lib/request-generator.ts).
const store: Store = { library, climbs: "no" };

const client: LibraryValue = { kind: "library", library, type: "client", data: null };
const manager: LibraryValue = { kind: "library", library, type: "manager", data: null };

export const ociStorage: LibraryModel = {
  name: library,
  packages: ["oci-objectstorage", "oci-sdk"],
  clients: ["ObjectStorageClient", "UploadManager"],
  signs: ["oci-objectstorage", "oci-sdk"],

  typed: ({ path }) => clientNamed(path.at(-1) ?? ""),
  construct: ({ path }) => clientNamed(path.at(-1) ?? ""),

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    const [request] = call.arguments;
    const objects =
      receiver.type === "manager"
        ? uploaded(tracer, method, request)
        : objectsOf(tracer, method, request ?? unknown);
    if (objects === null) return null;
    recordObjects(tracer, store, call.site, objects);
    return answerOf(objects, method, call, tracer);
  },
};

function clientNamed(name: string): LibraryValue | null {
  if (name === "ObjectStorageClient") return client;
  return name === "UploadManager" ? manager : null;
}

/** `upload({ content, requestDetails: { bucketName, objectName } })` */
function uploaded(
  tracer: Tracer,
  method: string,
  request: Value | undefined,
): readonly ObjectAccess[] | null {
  if (method !== "upload") return null;
  const details = fieldOf(tracer, request, "requestDetails") ?? unknown;
  const stores = fieldOf(tracer, request, "content") ?? unknown;
  return [{ operation: "put", ...namedIn(tracer, details), stores }];
}

function objectsOf(tracer: Tracer, method: string, request: Value): readonly ObjectAccess[] | null {
  const here = namedIn(tracer, request);
  if (reading.has(method)) return [{ operation: "get", ...here }];
  if (deleting.has(method)) return [{ operation: "delete", ...here }];
  switch (method) {
    case "putObject":
      return [{ operation: "put", ...here, stores: fieldOf(tracer, request, "putObjectBody") ?? unknown }];
    case "uploadPart":
      return [{ operation: "put", ...here, stores: fieldOf(tracer, request, "uploadPartBody") ?? unknown }];
    case "commitMultipartUpload":
    case "updateObjectStorageTier":
      return [{ operation: "put", ...here }];
    case "createMultipartUpload":
      return [{ operation: "put", ...detailsOf(tracer, request, "createMultipartUploadDetails", "object") }];
    case "renameObject":
      return ["sourceName", "newName"].map((name) => ({
        operation: "put",
        ...detailsOf(tracer, request, "renameObjectDetails", name),
        stores: unknown,
      }));
    case "copyObject":
      return copied(tracer, request);
    case "createPreauthenticatedRequest":
      return [preauthenticated(tracer, request)];
    case "listObjects":
    case "listObjectVersions":
      return [{ ...here, operation: "read", key: fieldOf(tracer, request, "prefix"), reaches: "beginning" }];
    default:
      return null;
  }
}

const reading = new Set(["getObject", "headObject"]);
const deleting = new Set(["deleteObject", "abortMultipartUpload"]);

function namedIn(tracer: Tracer, request: Value): Pick<ObjectAccess, "bucket"> & { readonly key: Value } {
  return {
    bucket: fieldOf(tracer, request, "bucketName") ?? null,
    key: fieldOf(tracer, request, "objectName") ?? unknown,
  };
}

function detailsOf(
  tracer: Tracer,
  request: Value,
  details: string,
  name: string,
): Pick<ObjectAccess, "bucket"> & { readonly key: Value } {
  const given = fieldOf(tracer, request, details);
  return { ...namedIn(tracer, request), key: fieldOf(tracer, given, name) ?? unknown };
}

function copied(tracer: Tracer, request: Value): readonly ObjectAccess[] {
  const details = fieldOf(tracer, request, "copyObjectDetails");
  const named = (name: string): Value => fieldOf(tracer, details, name) ?? unknown;
  return [
    {
      operation: "put",
      bucket: named("destinationBucket"),
      key: named("destinationObjectName"),
      stores: unknown,
    },
    {
      operation: "get",
      bucket: fieldOf(tracer, request, "bucketName") ?? null,
      key: named("sourceObjectName"),
    },
  ];
}

/** An address that needs no further proof: of one object, or, without a name, of all that the bucket holds. */
function preauthenticated(tracer: Tracer, request: Value): ObjectAccess {
  const details = fieldOf(tracer, request, "createPreauthenticatedRequestDetails");
  const access = fieldOf(tracer, details, "accessType");
  const isRead = access?.kind === "literal" && /Read$/.test(String(access.value));
  const key = fieldOf(tracer, details, "objectName");
  return {
    operation: isRead ? "get" : "put",
    bucket: fieldOf(tracer, request, "bucketName") ?? null,
    key,
    reaches: key === undefined ? "below" : "one",
    ...(!isRead && { stores: unknown }),
  };
}

/** `listObjects` answers with the names of what is there. */
function answerOf(objects: readonly ObjectAccess[], method: string, { site }: Call, tracer: Tracer): Value {
  const [first] = objects;
  if (first?.operation !== "read" || !first.key) return tracer.symbolic(site, `${method}()`);
  const names = listOf(objectWith("name", keyBelow(first.key)));
  return objectWith("listObjects", objectWith("objects", names));
}
