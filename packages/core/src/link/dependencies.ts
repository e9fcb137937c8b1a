/** Which versions of a package the manifests of the project ask for. Nothing is resolved: what is installed nobody knows. */
import { ancestorsOf, directoryOf } from "./paths.js";
import type { WorkspacePackage } from "./program.js";

/** As the nearest package.json above the file says that names it; null where none does. */
export function createDependencyRanges(
  packages: readonly WorkspacePackage[],
): (file: string, dependency: string) => string | null {
  const byDirectory = new Map(packages.map((each) => [each.directory, each.dependencies]));
  return (file, dependency) => {
    for (const directory of ancestorsOf(directoryOf(file))) {
      const ranges = byDirectory.get(directory);
      if (ranges && Object.hasOwn(ranges, dependency)) return ranges[dependency]!;
    }
    return null;
  };
}
