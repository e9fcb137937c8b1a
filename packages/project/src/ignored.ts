/** What `.gitignore` files say, from the repository's root down to the directory at hand. */
import ignore, { type Ignore } from "ignore";

/** The rules of one `.gitignore`, in front of those of the directories above it. */
export interface IgnoreRules {
  readonly matcher: Ignore;
  /** Makes a path relative to the scanned root relative to the `.gitignore`. */
  readonly relative: (path: string) => string;
  readonly above: IgnoreRules | null;
}

export function withIgnoreFile(
  text: string,
  relative: (path: string) => string,
  above: IgnoreRules | null,
): IgnoreRules {
  return { matcher: ignore({ ignorecase: false, allowRelativePaths: true }).add(text), relative, above };
}

/** The nearest file that says anything about the path decides. A directory's path ends in `/`. */
export function isIgnored(path: string, rules: IgnoreRules | null): boolean {
  for (let level = rules; level !== null; level = level.above) {
    const relative = level.relative(path);
    if (relative === "" || relative === "/") continue;
    const { ignored, unignored } = level.matcher.test(relative);
    if (ignored || unignored) return ignored;
  }
  return false;
}
