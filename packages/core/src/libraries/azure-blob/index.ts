/**
 * Azure Blob Storage (https://learn.microsoft.com/javascript/api/@azure/storage-blob): a service gives containers, a container
 * gives clients of blobs, and what those do is a path.
 */
import { fieldOf, recordObjects, type ObjectAccess, type Store } from "../../keyed/objects.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { unknown, type LibraryValue, type Value } from "../../trace/value.js";

const library = "azure-blob";

// A blob's name is escaped as a whole, slashes and all (`EscapeURLPath` has it so since 12.5; `EURLPath` before it did not).
const store: Store = { library, climbs: "no" };

export const azureBlob: LibraryModel = {
  name: library,
  packages: ["@azure/storage-blob"],
  clients: ["BlobServiceClient", "ContainerClient", "BlobClient", "BlockBlobClient"],
  signs: ["@azure/storage-blob"],

  typed: ({ path }) => clientNamed(path.at(-1) ?? ""),

  construct({ path }, { arguments: given }) {
    const name = path.at(-1) ?? "";
    const [first] = given;
    const isByText = given.length > 1 && first?.kind !== "library";
    // `new BlockBlobClient(connectionString, container, blob)`; by its URL, nothing says what is the blob's name in it.
    if (blobs.has(name))
      return valueOf("blob", (isByText && given[1]) || unknown, (isByText && given[2]) || first || unknown);
    return clientNamed(name);
  },

  callExternal({ path }, call, tracer) {
    switch (path.at(-1)) {
      case "fromConnectionString":
        return valueOf("service");
      case "generateBlobSASQueryParameters": {
        const [options] = call.arguments;
        return reached(tracer, call, "generateBlobSASQueryParameters", [
          {
            operation: "get",
            bucket: fieldOf(tracer, options, "containerName") ?? null,
            key: fieldOf(tracer, options, "blobName"),
            // Without a blob's name it is good for all of the container.
            reaches: fieldOf(tracer, options, "blobName") === undefined ? "below" : "one",
          },
        ]);
      }
      default:
        return null;
    }
  },

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    const [container = unknown, key = unknown] = receiver.holds ?? [];
    const [first = unknown] = call.arguments;
    switch (receiver.type) {
      case "service":
        return method === "getContainerClient" ? valueOf("container", first) : null;
      case "container":
        return callOnContainer(container, method, call, tracer);
      default:
        return callOnBlob(receiver, container, key, method, call, tracer);
    }
  },
};

const blobs = new Set(["BlobClient", "BlockBlobClient", "AppendBlobClient", "PageBlobClient"]);

function clientNamed(name: string): LibraryValue | null {
  if (name === "BlobServiceClient") return valueOf("service");
  if (name === "ContainerClient") return valueOf("container", unknown);
  return blobs.has(name) ? valueOf("blob", unknown, unknown) : null;
}

function valueOf(type: "service" | "container" | "blob", ...holds: readonly Value[]): LibraryValue {
  return { kind: "library", library, type, data: null, ...(holds.length > 0 && { holds }) };
}

function callOnContainer(container: Value, method: string, call: Call, tracer: Tracer): Value | null {
  const [first = unknown, second] = call.arguments;
  if (/^get(?:Block|Append|Page)?BlobClient$/.test(method)) return valueOf("blob", container, first);
  switch (method) {
    case "uploadBlockBlob":
      return reached(tracer, call, method, [
        { operation: "put", bucket: container, key: first, stores: second ?? unknown },
      ]);
    case "deleteBlob":
      return reached(tracer, call, method, [{ operation: "delete", bucket: container, key: first }]);
    case "listBlobsFlat":
      return listing(tracer, call, method, container, call.arguments[0]);
    case "listBlobsByHierarchy":
      return listing(tracer, call, method, container, second);
    default:
      return null;
  }
}

function listing(
  tracer: Tracer,
  call: Call,
  method: string,
  bucket: Value,
  options: Value | undefined,
): Value {
  const key = fieldOf(tracer, options, "prefix");
  return reached(tracer, call, method, [{ operation: "read", bucket, key, reaches: "beginning" }]);
}

function callOnBlob(
  receiver: LibraryValue,
  bucket: Value,
  key: Value,
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  const [first = unknown] = call.arguments;
  const here = { bucket, key };
  if (/^get(?:Block|Append|Page)?BlobClient$/.test(method) || method === "getBlobLeaseClient")
    return receiver;
  if (reading.has(method)) return reached(tracer, call, method, [{ operation: "get", ...here }]);
  if (writing.has(method))
    return reached(tracer, call, method, [{ operation: "put", ...here, stores: first }]);
  switch (method) {
    case "setMetadata":
    case "setHTTPHeaders":
    case "setTags":
    case "commitBlockList":
      return reached(tracer, call, method, [{ operation: "put", ...here }]);
    case "stageBlock":
    case "beginCopyFromURL":
    case "syncCopyFromURL":
      return reached(tracer, call, method, [{ operation: "put", ...here, stores: unknown }]);
    case "delete":
    case "deleteIfExists":
      return reached(tracer, call, method, [{ operation: "delete", ...here }]);
    default:
      return null;
  }
}

const reading = new Set([
  ...["download", "downloadToBuffer", "downloadToFile", "getProperties", "exists", "getTags", "query"],
  "generateSasUrl",
]);
const writing = new Set([
  "upload",
  "uploadData",
  "uploadStream",
  "uploadFile",
  "uploadBrowserData",
  "appendBlock",
]);

function reached(tracer: Tracer, call: Call, method: string, objects: readonly ObjectAccess[]): Value {
  recordObjects(tracer, store, call.site, objects);
  return tracer.symbolic(call.site, `${method}()`);
}
