/** Bytes on disk to text: bounded, never executed, and with a reason when it is not text. */
import { isUtf8 } from "node:buffer";
import { type FileSystem, failureOf } from "./file-system.js";

export type ReadText =
  { readonly text: string; readonly note: string | null } | { readonly text: null; readonly reason: string };

export interface SizeLimit {
  readonly megabytes: number;
  /** Goes on after "is larger than 5 MB, which". */
  readonly why: string;
}

const sourceLimit: SizeLimit = { megabytes: 5, why: "no source file should be" };
/** A dump of a whole database is one file. */
export const sqlLimit: SizeLimit = { megabytes: 64, why: "is more than a schema takes" };

export function readText(path: string, fileSystem: FileSystem, limit: SizeLimit = sourceLimit): ReadText {
  const largest = limit.megabytes * 1024 * 1024;
  let read;
  try {
    read = fileSystem.read(path, largest);
  } catch (error) {
    return { text: null, reason: `could not be read: ${failureOf(error)}` };
  }
  if (read.size > largest)
    return { text: null, reason: `is larger than ${limit.megabytes} MB, which ${limit.why}` };
  return decode(read.bytes);
}

/** The mark stays in UTF-8 text: positions in the file count it. */
function decode(bytes: Buffer): ReadText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: bytes.toString("utf16le"), note: null };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
    return { text: even.swap16().toString("utf16le"), note: null };
  }
  // Git draws the same line. Later zero bytes are legal in a string, and must not hide a file.
  if (bytes.subarray(0, 8000).includes(0)) return { text: null, reason: "is binary, not text" };
  const note = isUtf8(bytes) ? null : "is not valid UTF-8; what could not be decoded was replaced";
  return { text: bytes.toString("utf8"), note };
}
