/**
 * Amazon S3, and whatever speaks its protocol: both versions of Amazon's SDK (https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/client/s3/,
 * https://docs.aws.amazon.com/AWSJavaScriptSDK/latest/AWS/S3.html). A command is a path where it is made, whether it is sent or
 * signed then: nobody makes one for anything else. Clients are recognised by their construction or declared type.
 */
import { fieldOf, keyBelow, listOf, objectWith, recordObjects, type Store } from "../../keyed/objects.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { undefinedValue, unknown, type LibraryValue, type Value } from "../../trace/value.js";
import { findObjects, operationNamed } from "./operations.js";

const library = "s3";

// The SDK signs and sends a key as it is: `a/../b` is a key like any other.
const store: Store = { library, climbs: "no" };

const client: LibraryValue = { kind: "library", library, type: "client", data: null };

export const s3: LibraryModel = {
  name: library,
  packages: [
    "@aws-sdk/client-s3",
    "@aws-sdk/lib-storage",
    "@aws-sdk/s3-request-presigner",
    "@aws-sdk/s3-presigned-post",
    "aws-sdk",
  ],
  clients: ["S3Client", "S3"],
  signs: ["@aws-sdk/client-s3", "@aws-sdk/lib-storage", "@aws-sdk/s3-presigned-post", "aws-sdk"],

  typed: ({ path }) => (isClient(path.at(-1) ?? "") ? client : null),

  construct({ path }, call, tracer) {
    const name = path.at(-1) ?? "";
    if (name === "Upload") {
      const [options] = call.arguments;
      return made(tracer, "Upload", fieldOf(tracer, options, "params"), call);
    }
    if (isClient(name)) return client;
    const operation = operationNamed(name);
    return name.endsWith("Command") ? made(tracer, operation, call.arguments[0], call) : null;
  },

  callExternal({ path }, call, tracer) {
    if (path.at(-1) !== "createPresignedPost") return null;
    signPost(tracer, call.arguments[1], call);
    return tracer.symbolic(call.site, "createPresignedPost()");
  },

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library" || receiver.type === "command") return null;
    const [first, second] = call.arguments;
    if (method === "send")
      return answer(call, first?.kind === "library" ? (first.holds?.[0] ?? null) : null, tracer);
    if (method === "getSignedUrl" || method === "getSignedUrlPromise") {
      if (first?.kind === "literal") reach(tracer, operationNamed(String(first.value)), second, call);
      return answer(call, null, tracer);
    }
    if (method === "createPresignedPost") {
      signPost(tracer, first, call);
      return answer(call, null, tracer);
    }
    return reach(tracer, operationNamed(method), first, call)
      ? answer(call, listed(tracer, operationNamed(method), first), tracer)
      : null;
  },
};

/** Of version 2, a client may be all that a file exports: `import S3 from "aws-sdk/clients/s3"`. */
function isClient(name: string): boolean {
  return name === "S3Client" || name === "S3" || name === "default";
}

/** A command or an upload, on its way to a client; it holds what a listing will find. */
function made(tracer: Tracer, operation: string, input: Value | undefined, call: Call): LibraryValue | null {
  if (!reach(tracer, operation, input, call)) return null;
  const found = listed(tracer, operation, input);
  return { kind: "library", library, type: "command", data: null, ...(found && { holds: [found] }) };
}

function reach(tracer: Tracer, operation: string, input: Value | undefined, call: Call): boolean {
  const objects = findObjects(tracer, operation, input);
  if (objects === null) return false;
  recordObjects(tracer, store, call.site, objects);
  return true;
}

/** `createPresignedPost(client, { Bucket, Key, Conditions })`, and with `Fields: { key }` in version 2. */
function signPost(tracer: Tracer, options: Value | undefined, call: Call): void {
  const bucket = fieldOf(tracer, options, "Bucket") ?? null;
  const key =
    fieldOf(tracer, options, "Key") ?? fieldOf(tracer, fieldOf(tracer, options, "Fields"), "key") ?? unknown;
  const begins = beginningsIn(fieldOf(tracer, options, "Conditions"));
  recordObjects(tracer, store, call.site, [
    ...(begins.length > 0 ? [] : [{ operation: "put", bucket, key, stores: unknown } as const]),
    // Whoever posts may put anything there that begins so.
    ...begins.map(
      (one) => ({ operation: "put", bucket, key: one, reaches: "beginning", stores: unknown }) as const,
    ),
  ]);
}

/** `["starts-with", "$key", prefix]` */
function beginningsIn(conditions: Value | undefined): readonly Value[] {
  if (conditions?.kind !== "array") return [];
  return conditions.elements.flatMap((one) => {
    if (one.kind !== "array") return [];
    const [what, field, prefix] = one.elements;
    const isOfKey =
      what?.kind === "literal" &&
      what.value === "starts-with" &&
      field?.kind === "literal" &&
      field.value === "$key";
    return isOfKey && prefix ? [prefix] : [];
  });
}

/** What a listing finds begins as it was asked for. */
function listed(tracer: Tracer, operation: string, input: Value | undefined): Value | null {
  if (!/^ListObjects(?:V2)?$/.test(operation)) return null;
  const prefix = fieldOf(tracer, input, "Prefix");
  if (prefix === undefined) return null;
  return objectWith("Contents", listOf(objectWith("Key", keyBelow(prefix))));
}

function answer(call: Call, known: Value | null, tracer: Tracer): Value {
  const given = known ?? tracer.symbolic(call.site, "send()");
  const callback = call.arguments.find((argument) => argument.kind === "function");
  if (callback) tracer.invoke(callback, [undefinedValue, given]);
  return given;
}
