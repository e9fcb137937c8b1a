/** The few things discovery does with a file system: it looks and reads, and nothing in here executes or resolves code. */
import { closeSync, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from "node:fs";

export interface FileSystem {
  /** In no particular order. Throws what Node throws, like every method here. */
  list(directory: string): readonly DirectoryEntry[];
  /** Never more than `limit` bytes; `size` says how many there are. */
  read(file: string, limit: number): { readonly bytes: Buffer; readonly size: number };
  /** Follows symbolic links; null when there is nothing at their end. */
  kindOf(path: string): EntryKind | null;
  realPath(path: string): string;
}

type EntryKind = "file" | "directory" | "link" | "other";

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

export const nodeFileSystem: FileSystem = {
  list: (directory) =>
    readdirSync(directory, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      kind: kindOf(entry),
    })),
  read(file, limit) {
    const descriptor = openSync(file, "r");
    try {
      const { size } = fstatSync(descriptor);
      const bytes = Buffer.alloc(Math.min(size, limit));
      let length = 0;
      while (length < bytes.length) {
        const count = readSync(descriptor, bytes, length, bytes.length - length, null);
        if (count === 0) break;
        length += count;
      }
      return { bytes: bytes.subarray(0, length), size };
    } finally {
      closeSync(descriptor);
    }
  },
  kindOf(path) {
    try {
      // Most of what is asked for is not there, and an exception costs more than the answer.
      const found = statSync(path, { throwIfNoEntry: false });
      return found ? kindOf(found) : null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },
  realPath: (path) => realpathSync(path),
};

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): EntryKind {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "directory";
  return entry.isSymbolicLink() ? "link" : "other";
}

/** Nothing has that path, or something on the way to it is a file. */
export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}

const meanings: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "it does not exist",
  ENOTDIR: "a part of its path is no directory",
  EISDIR: "it is a directory",
  ELOOP: "it is a symbolic link that leads back to itself",
  ENAMETOOLONG: "its path is too long for the file system",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  EIO: "the disk reported an error",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
};

/** Why a file system call failed, as the end of a sentence and without the absolute path in Node's own message. */
export function failureOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return (code && (meanings[code] ?? `the file system said ${code}`)) || "the file system gave no reason";
}
