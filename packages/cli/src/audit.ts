/** A directory in, a report out. */
import { type Report, analyze, functionNamesOn } from "@tenant-audit/core";
import { type LoadOptions, load } from "./load.js";
import { Refusal } from "./refusal.js";

export interface Audit {
  readonly report: Report;
  readonly sourceOf: (file: string) => string | undefined;
  /** The functions that have a part on a line, innermost first. */
  readonly functionsOn: (file: string, line: number) => readonly string[];
}

export interface AuditOptions extends LoadOptions {
  /** The day on which exemptions must still hold. */
  readonly asOf: string;
}

export async function audit(options: AuditOptions): Promise<Audit> {
  const { project, input } = await load(options);
  const { report, program, configurationErrors } = analyze({
    ...input,
    asOf: options.asOf,
    sees: "project",
    onStage: (stage) => options.progress.show(stageWords[stage]),
  });
  if (configurationErrors.length > 0)
    throw new Refusal(configurationErrors.map(({ message }) => message).join("\n"));
  const texts = new Map(project.sources.map(({ file, text }) => [file, text]));
  return {
    report,
    sourceOf: (file) => texts.get(file),
    functionsOn: (file, line) => functionNamesOn(program, file, line),
  };
}

const stageWords = {
  link: "Linking",
  tenancy: "Learning the tenancy model",
  trace: "Tracing",
  judge: "Judging",
} as const;
