/**
 * What each operation of Amazon S3 reaches (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html). Version 3 of the SDK has a
 * command for each (`PutObjectCommand`), version 2 and the aggregated client of version 3 a method (`putObject`). Those that
 * reach no object are not listed.
 */
import { eachOf, fieldOf, type ObjectAccess } from "../../keyed/objects.js";
import type { Tracer } from "../../trace/library.js";
import { unknown, type TextValue, type Value } from "../../trace/value.js";

export function findObjects(
  tracer: Tracer,
  operation: string,
  input: Value | undefined,
): readonly ObjectAccess[] | null {
  const what = operations.get(operation);
  if (what === undefined) return null;
  const bucket = fieldOf(tracer, input, "Bucket") ?? null;
  const key = (input && fieldOf(tracer, input, "Key")) ?? unknown;
  switch (what) {
    case "get":
    case "delete":
      return [{ operation: what, bucket, key }];
    case "put":
      return [{ operation: what, bucket, key, stores: fieldOf(tracer, input, "Body") ?? unknown }];
    case "mark":
      return [{ operation: "put", bucket, key }];
    case "delete-several":
      return eachOf(tracer, fieldOf(tracer, fieldOf(tracer, input, "Delete"), "Objects")).map((one) => ({
        operation: "delete",
        bucket,
        key: fieldOf(tracer, one, "Key") ?? unknown,
      }));
    case "copy":
      return [
        { operation: "put", bucket, key, stores: unknown },
        { operation: "get", bucket: null, key: sourceOf(fieldOf(tracer, input, "CopySource"), bucket) },
      ];
    case "list":
      return [{ operation: "read", bucket, key: fieldOf(tracer, input, "Prefix"), reaches: "beginning" }];
  }
}

/** `PutObjectCommand`, `putObject` */
export function operationNamed(name: string): string {
  return name.replace(/Command$/, "").replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

/** `${bucket}/${key}`, perhaps as it stands in a URL: the bucket says nothing of the key. */
function sourceOf(source: Value | undefined, bucket: Value | null): Value {
  if (source === undefined) return unknown;
  const plain = unencoded(source);
  if (plain.kind !== "text") return plain;
  const [first = "", second = "", ...others] = plain.parts;
  if (first === "/") return sourceOf({ kind: "text", parts: [second, ...others] }, bucket);
  const isBucket =
    typeof first !== "string" && typeof second === "string" && second.startsWith("/") && others.length > 0;
  return isBucket ? textOf([second.slice(1), ...others]) : plain;
}

function textOf(parts: TextValue["parts"]): Value {
  const own = parts.filter((part) => part !== "");
  const [first] = own;
  return own.length === 1 && first !== undefined && typeof first !== "string"
    ? first
    : { kind: "text", parts: own };
}

function unencoded(value: Value): Value {
  const isEncoded = value.kind === "symbolic" && /^encodeURI(?:Component)?\(\)$/.test(value.text);
  return (isEncoded && value.from?.at(-1)) || value;
}

type What = "get" | "put" | "mark" | "delete" | "delete-several" | "copy" | "list";

const groups: readonly (readonly [What, string])[] = [
  [
    "get",
    "GetObject HeadObject GetObjectAttributes GetObjectTagging GetObjectAcl SelectObjectContent ListParts",
  ],
  // `Upload` is the SDK's own, for what is sent in parts.
  ["put", "PutObject Upload UploadPart CreateMultipartUpload"],
  ["mark", "CompleteMultipartUpload PutObjectTagging PutObjectAcl RestoreObject"],
  ["delete", "DeleteObject DeleteObjectTagging AbortMultipartUpload"],
  ["delete-several", "DeleteObjects"],
  ["copy", "CopyObject UploadPartCopy"],
  ["list", "ListObjectsV2 ListObjects ListObjectVersions ListMultipartUploads"],
];

const operations: ReadonlyMap<string, What> = new Map(
  groups.flatMap(([what, names]) => names.split(" ").map((name) => [name, what] as const)),
);
