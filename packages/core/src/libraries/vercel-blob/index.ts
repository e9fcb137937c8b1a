/** Vercel Blob (https://vercel.com/docs/vercel-blob/using-blob-sdk): functions that are given a path, or the URL of a blob. */
import { eachOf, fieldOf, recordObjects, type ObjectAccess, type Store } from "../../keyed/objects.js";
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
      return [put(tracer, first ?? unknown, second ?? unknown, call.arguments[2] ?? second, call)];
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
        put(tracer, second ?? unknown, unknown, call.arguments[2], call),
        { operation: "get", key: first ?? unknown },
      ];
    case "list":
      return [{ operation: "read", key: fieldOf(tracer, first, "prefix"), reaches: "beginning" }];
    default:
      return null;
  }
}

/**
 * What is there already is refused unless it may be overwritten, and with a random suffix nothing is:
 * https://vercel.com/docs/vercel-blob/using-blob-sdk#overwriting-blobs
 */
function put(
  tracer: Tracer,
  path: Value,
  stores: Value,
  options: Value | undefined,
  { site }: Call,
): ObjectAccess {
  const isSet = (name: string): boolean => {
    const value = options?.kind === "object" ? fieldOf(tracer, options, name) : undefined;
    return value?.kind === "literal" && value.value === true;
  };
  if (!isSet("addRandomSuffix"))
    return { operation: "put", key: path, stores, isNew: !isSet("allowOverwrite") };
  const suffix: Value = {
    ...tracer.symbolic(site, "a random suffix"),
    id: `computed:${site.file}:${site.start}`,
    origin: "constant",
  };
  const key: Value = { kind: "text", parts: [...(path.kind === "text" ? path.parts : [path]), suffix] };
  return { operation: "put", key, stores };
}
