/** The project's source files, found the way an import writes them: without extension, with another one, by directory. */

export interface Sources {
  /** The file that an import of this path means, or null. */
  find(path: string): string | null;
}

export function createSources(files: readonly string[]): Sources {
  const present = new Set(files.filter((file) => isSource(file)));

  function findFile(path: string): string | null {
    const [, base = path, written = ""] = /^(.*?)(\.d\.[cm]?ts|\.[cm]?[jt]sx?)$/.exec(path) ?? [];
    for (const extension of writtenFor[written] ?? []) {
      if (present.has(base + extension)) return base + extension;
    }
    if (present.has(path)) return path;
    for (const extension of extensions) {
      if (present.has(path + extension)) return path + extension;
    }
    return null;
  }

  return {
    find: (path) => findFile(path) ?? findFile(path === "" ? "index" : `${path}/index`),
  };
}

/** In the order in which an import without extension means them; a declaration only when nothing has a body. */
const extensions = [
  ".ts",
  ".tsx",
  ".mts",
  ".cts",
  ".js",
  ".jsx",
  ".mjs",
  ".cjs",
  ".d.ts",
  ".d.mts",
  ".d.cts",
];

/** What an extension may have been before it was compiled. */
const writtenFor: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx", ".js", ".jsx", ".d.ts"],
  ".jsx": [".tsx", ".jsx", ".ts", ".d.ts"],
  ".mjs": [".mts", ".mjs", ".ts", ".d.mts"],
  ".cjs": [".cts", ".cjs", ".ts", ".d.cts"],
  ".d.ts": [".ts", ".tsx", ".js", ".jsx"],
  ".d.mts": [".mts", ".mjs", ".ts"],
  ".d.cts": [".cts", ".cjs", ".ts"],
};

function isSource(file: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(file);
}
