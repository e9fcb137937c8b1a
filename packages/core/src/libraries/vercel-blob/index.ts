/** Vercel Blob (https://vercel.com/docs/vercel-blob/using-blob-sdk): functions that are given a path, or the URL of a blob. */
import { eachOf, fieldOf, recordObjects, type ObjectAccess, type Store } from "../../keys/objects.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { unknown, type Value } from "../../trace/value.js";

const library = "vercel-blob";

const store: Store = { library, climbs: "no" };

export const vercelBlob: LibraryModel = {
  name: library,
  packages: ["@vercel/blob"],
  signs: ["@vercel/blob"],

  callExternal({ path }, call, tracer) {
    const objects = objectsOf(tracer, path.at(-1) ?? "", call);
    if (objects === null) return null;
    recordObjects(tracer, store, call.site, objects);
    return tracer.symbolic(call.site, `${path.at(-1)!}()`);
  },
};

function objectsOf(tracer: Tracer, name: string, call: Call): readonly ObjectAccess[] | null {
  const [first, second] = call.arguments;
  switch (name) {
    case "put":
    case "uploadPart":
    case "createMultipartUpload":
    case "completeMultipartUpload":
      return [{ operation: "put", key: first ?? unknown, stores: second ?? unknown }];
    // Also what a client is let do: `generateClientTokenFromReadWriteToken({ pathname })`.
    case "generateClientTokenFromReadWriteToken":
      return [{ operation: "put", key: fieldOf(tracer, first, "pathname") ?? unknown, stores: unknown }];
    case "head":
    case "get":
      return [{ operation: "get", key: first ?? unknown }];
    case "del":
      return (first?.kind === "array" ? eachOf(tracer, first) : [first ?? unknown]).map((key) => ({
        operation: "delete",
        key,
      }));
    case "copy":
      return [
        { operation: "put", key: second ?? unknown, stores: unknown },
        { operation: "get", key: first ?? unknown },
      ];
    case "list":
      return [{ operation: "read", key: fieldOf(tracer, first, "prefix"), reaches: "beginning" }];
    default:
      return null;
  }
}
