/**
 * Whether a project still is what it was when its model was read: a look at the times of its files and directories. Nothing is read
 * but what changed.
 */
import { statSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { isOfInterest, nodeFileSystem, readText } from "@tenant-audit/project";

export interface Watched {
  /** Absolute, like every path here. A change of one of these is a change of the model. */
  readonly files: readonly string[];
  /** A new or missing file is a change of the model. */
  readonly directories: readonly string[];
  /** Sources that say nothing about tables; a change counts when they begin to. */
  readonly silent: readonly string[];
  /** Whether a text says something about tables. */
  readonly speaks: (text: string) => boolean;
}

/** `same` when all was looked at, `unfinished` when the time was up first: the next look goes on from there. */
export type Look = "changed" | "same" | "unfinished";

/** What has changed since it was called; what does not count is remembered, and not looked into again. */
export function watch({ files, directories, silent, speaks }: Watched): (milliseconds: number) => Look {
  const stamps = new Map([...files, ...directories, ...silent].map((each) => [each, stampOf(each)]));
  const listings = new Map(directories.map((directory) => [directory, listingOf(directory)]));

  const isStampedAnew = (each: string): boolean => {
    const stamp = stampOf(each);
    if (stamps.get(each) === stamp) return false;
    stamps.set(each, stamp);
    return true;
  };
  /** Editors save by writing a new file over the old one: the directory changes, and what is in it does not. */
  const isListedDifferently = (directory: string): boolean =>
    isStampedAnew(directory) && listingOf(directory) !== listings.get(directory);
  const hasBegunToSpeak = (file: string): boolean => {
    if (!isStampedAnew(file)) return false;
    const { text } = readText(file, nodeFileSystem);
    return text !== null && speaks(text);
  };

  const questions: readonly (() => boolean)[] = [
    ...files.map((file) => () => isStampedAnew(file)),
    ...directories.map((directory) => () => isListedDifferently(directory)),
    ...silent.map((file) => () => hasBegunToSpeak(file)),
  ];
  let next = 0;
  return (milliseconds) => {
    const end = performance.now() + milliseconds;
    while (next < questions.length) {
      if (questions[next++]?.()) return "changed";
      if (performance.now() > end) return "unfinished";
    }
    next = 0;
    return "same";
  };
}

function stampOf(file: string): string {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    return found ? `${found.mtimeMs} ${found.size}` : "missing";
  } catch {
    return "unreadable";
  }
}

function listingOf(directory: string): string {
  try {
    return nodeFileSystem
      .list(directory)
      .filter(({ name, kind }) => kind === "directory" || name === ".gitignore" || isOfInterest(name))
      .map(({ name, kind }) => `${kind} ${name}`)
      .sort()
      .join("\n");
  } catch {
    return "unreadable";
  }
}
