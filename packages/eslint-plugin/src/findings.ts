/** What the engine says of one file, with what only an editor has a use for. */
import type { Analysis, Finding, SuggestedRepair } from "@tenant-audit/core";

export interface FileAnalysis {
  readonly findings: readonly FileFinding[];
  /** What is wrong with the configuration, in sentences; then nothing is judged. */
  readonly errors: readonly string[];
}

export interface FileFinding {
  readonly finding: Finding;
  readonly repair: SuggestedRepair | null;
}

export const nothing: FileAnalysis = { findings: [], errors: [] };

export function findingsOf({
  report,
  finished,
}: Pick<Analysis, "report" | "finished">): readonly FileFinding[] {
  const onPaths = finished.flatMap((path) => path.findings);
  const repairs = new Map(onPaths.map(({ finding, repair }) => [finding, repair]));
  return report.findings
    .filter(({ grade }) => grade !== "hygiene")
    .map((finding) => ({ finding, repair: repairs.get(finding) ?? null }));
}
