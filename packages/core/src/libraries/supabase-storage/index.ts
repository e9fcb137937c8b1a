/**
 * Storage of Supabase (https://supabase.com/docs/reference/javascript/storage-from-upload). It hangs on a client that says who is
 * asking as well, so `client.storage` is given by the model of that (identity/).
 */
import { eachOf, recordObjects, type ObjectAccess, type Store } from "../../keyed/objects.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { unknown, type LibraryValue, type TextValue, type Value } from "../../trace/value.js";

const library = "supabase-storage";

// The path is a part of the URL as it stands, and a URL is asked for without its `..`: https://url.spec.whatwg.org/#double-dot-path-segment,
// https://github.com/supabase/storage-js/blob/main/src/packages/StorageFileApi.ts (`_getFinalPath`).
const store: Store = { library, climbs: "perhaps" };

const storage = valueOf("storage");

export const supabaseStorage: LibraryModel = {
  name: library,
  packages: ["@supabase/storage-js"],
  signs: ["storage"],

  typed: ({ path }) => (path.at(-1) === "StorageClient" ? storage : null),
  construct: ({ path }) => (path.at(-1) === "StorageClient" ? storage : null),

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    const [first = unknown] = call.arguments;
    if (receiver.type === "storage") return method === "from" ? valueOf("bucket", first) : null;
    const objects =
      receiver.type === "bucket" ? objectsIn(receiver.holds?.[0] ?? unknown, method, call, tracer) : null;
    if (objects === null) return null;
    recordObjects(tracer, store, call.site, objects);
    return tracer.symbolic(call.site, `${method}()`);
  },
};

function valueOf(type: "storage" | "bucket", ...holds: readonly Value[]): LibraryValue {
  return { kind: "library", library, type, data: null, ...(holds.length > 0 && { holds }) };
}

function objectsIn(
  bucket: Value,
  method: string,
  call: Call,
  tracer: Tracer,
): readonly ObjectAccess[] | null {
  const [first, second] = call.arguments;
  const here = { bucket, key: first ?? unknown };
  switch (method) {
    case "upload":
    case "update":
      return [{ operation: "put", ...here, stores: second ?? unknown }];
    case "uploadToSignedUrl":
    case "createSignedUploadUrl":
      return [{ operation: "put", ...here, stores: unknown }];
    case "download":
    case "createSignedUrl":
    case "info":
    case "exists":
      return [{ operation: "get", ...here }];
    case "createSignedUrls":
      return eachOf(tracer, first).map((key) => ({ operation: "get", bucket, key }));
    case "remove":
      return eachOf(tracer, first).map((key) => ({ operation: "delete", bucket, key }));
    case "move":
    case "copy":
      return [
        { operation: "put", bucket, key: second ?? unknown, stores: unknown },
        { operation: method === "move" ? "delete" : "get", ...here },
      ];
    // A folder, and not the beginning of a key: https://supabase.com/docs/reference/javascript/storage-from-list
    case "list":
      return [{ operation: "read", bucket, key: first && folderOf(first), reaches: "beginning" }];
    default:
      return null;
  }
}

function folderOf(folder: Value): TextValue {
  return { kind: "text", parts: [...(folder.kind === "text" ? folder.parts : [folder]), "/"] };
}
