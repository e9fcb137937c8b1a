/** Paths relative to the scanned root, with `/` on every system. `""` is the root itself. */
import path from "node:path";

export function directoryOf(file: string): string {
  const slash = file.lastIndexOf("/");
  return slash < 0 ? "" : file.slice(0, slash);
}

export function nameOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

export function joined(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}

/** Follows `.` and `..`; the result begins with `..` when it leads out of the root. */
export function resolved(directory: string, relative: string): string {
  const normal = path.posix.normalize(joined(directory, relative.replaceAll("\\", "/"))).replace(/\/$/, "");
  return normal === "." ? "" : normal;
}

/** Null for what is not below the root. */
export function relativeTo(root: string, file: string): string | null {
  const relative = path.relative(root, file).split(path.sep).join("/");
  return relative === "" || relative.startsWith("../") || path.isAbsolute(relative) ? null : relative;
}

export function isInside(parent: string, child: string): boolean {
  const relative = path.relative(parent, child);
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
