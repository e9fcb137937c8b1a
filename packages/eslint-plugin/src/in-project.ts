/** What the engine says of one file when it sees the whole project around it: what a scan says of that file. */
import path from "node:path";
import { nodeFileSystem } from "@tenant-audit/project";
import { carriedOver, editBetween, without } from "./edited.js";
import { type FileAnalysis, type FileFinding, nothing } from "./findings.js";
import { type WholeProject, projectAround } from "./project/whole.js";
import type { Settings } from "./settings.js";

export interface PlaceInProject {
  readonly root: string;
  /** Relative to the root, with `/`. */
  readonly file: string;
  /** Absolute. */
  readonly configFile: string | null;
}

const mark = "\uFEFF";

/** `judgedAlone` says what can be said of a text without the other files. */
export function analyzeInProject(
  { root, file, configFile }: PlaceInProject,
  text: string,
  { cache, asOf }: { readonly cache: Settings["cache"]; readonly asOf: string },
  judgedAlone: (text: string) => FileAnalysis,
): FileAnalysis {
  const project = projectAround(root, configFile, cacheDirectory(root, cache));
  const onDisk = project.textOf(file);
  if (onDisk === null) return isNew(root, file) ? typed(project, file, text, asOf, judgedAlone) : nothing;
  // ESLint takes the mark at the beginning away, and the engine counts it.
  if (!onDisk.startsWith(mark)) return ofText(text);
  const { findings, errors } = ofText(mark + text);
  return { findings: findings.map(withoutMark), errors };

  function ofText(whole: string): FileAnalysis {
    return whole === onDisk ? project.analysisOf(file, asOf) : typed(project, file, whole, asOf, judgedAlone);
  }
}

/**
 * A text that is not on disk: analysed with the project where that is quick. Else it is as when it was last saved, and what the
 * edit changes to the eyes of one who sees this file alone.
 */
function typed(
  project: WholeProject,
  file: string,
  text: string,
  asOf: string,
  judgedAlone: (text: string) => FileAnalysis,
): FileAnalysis {
  const whole = project.analysisOfText(file, text, asOf);
  if (whole !== null) return whole;
  const saved = project.textOf(file) ?? "";
  const edit = editBetween(saved, text);
  const { findings, errors } = project.analysisOf(file, asOf);
  const before = carriedOver(judgedAlone(saved).findings, edit);
  const after = judgedAlone(text).findings;
  const kept = without(carriedOver(findings, edit), without(before, after));
  return { findings: [...kept, ...without(without(after, before), kept)], errors };
}

/** Not yet saved, and no block of code in a file of another kind (`README.md/0.ts`). */
function isNew(root: string, file: string): boolean {
  const absolute = path.join(root, file);
  return nodeFileSystem.kindOf(absolute) === null && nodeFileSystem.kindOf(path.dirname(absolute)) !== "file";
}

/** Only where packages are installed: a directory for them is not ours to make. */
function cacheDirectory(root: string, cache: Settings["cache"]): string | null {
  if (cache === false) return null;
  if (cache !== null) return cache;
  const installed = path.join(root, "node_modules");
  return nodeFileSystem.kindOf(installed) === "directory"
    ? path.join(installed, ".cache", "tenant-audit")
    : null;
}

function withoutMark({ finding, repair }: FileFinding): FileFinding {
  const { line, column, endLine, endColumn } = finding;
  const place = {
    column: line === 1 ? Math.max(column - 1, 1) : column,
    endColumn: endLine === 1 ? Math.max(endColumn - 1, 1) : endColumn,
  };
  return { finding: { ...finding, ...place }, repair: repair && { ...repair, at: repair.at - 1 } };
}
