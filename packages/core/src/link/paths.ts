/** Paths inside a project: relative to its root, with `/`, and `""` for the root itself. */

/** The directory of a file, `""` at the root. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** `directory/path` without `.` and `..`; null when it leaves the root. */
export function findPath(directory: string, path: string): string | null {
  const segments: string[] = [];
  for (const segment of `${directory}/${path}`.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(segment);
    else if (segments.pop() === undefined) return null;
  }
  return segments.join("/");
}

export function isInside(directory: string, path: string): boolean {
  return directory === "" || path === directory || path.startsWith(`${directory}/`);
}

/** The directory itself, then each one above it, ending with the root. */
export function ancestorsOf(directory: string): readonly string[] {
  const ancestors = [directory];
  for (let current = directory; current !== "";) {
    current = directoryOf(current);
    ancestors.push(current);
  }
  return ancestors;
}

/** What `*` stands for when `pattern` (at most one `*`) matches; `""` for an exact match, null for none. */
export function findStar(pattern: string, text: string): string | null {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === text ? "" : null;
  const prefix = pattern.slice(0, star);
  const suffix = pattern.slice(star + 1);
  const matches =
    text.length >= prefix.length + suffix.length && text.startsWith(prefix) && text.endsWith(suffix);
  return matches ? text.slice(prefix.length, text.length - suffix.length) : null;
}

/** Exact patterns first, then the one with the longest text before its `*`, as TypeScript and Node choose. */
export function bySpecificity(a: string, b: string): number {
  return prefixLength(b) - prefixLength(a) || b.length - a.length || (a < b ? -1 : a > b ? 1 : 0);
}

function prefixLength(pattern: string): number {
  const star = pattern.indexOf("*");
  return star < 0 ? Number.MAX_SAFE_INTEGER : star;
}
