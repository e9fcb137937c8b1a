/** Paths relative to a project's root, with `/` on every system. `""` is the root itself. */
import path from "node:path";

export function directoryOf(file: string): string {
  const slash = file.lastIndexOf("/");
  return slash < 0 ? "" : file.slice(0, slash);
}

export function nameOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

export function joined(directory: string, name: string): string {
  return path.posix.join(directory, name.replaceAll("\\", "/")).replace(/^\.$|\/$/g, "");
}

/** Null for what is not below the root. */
export function relativeTo(root: string, file: string): string | null {
  const relative = path.relative(root, file).split(path.sep).join("/");
  return relative === "" || relative.startsWith("../") || path.isAbsolute(relative) ? null : relative;
}
