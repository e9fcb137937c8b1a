/** A fixture through the command, as a person would run it. */
import type { Report } from "@tenant-audit/core";
import { nodeFileSystem, run } from "tenant-audit";

export const scanDay = "2026-11-01";

export async function scanFixture(directory: string): Promise<Report> {
  let [stdout, stderr] = ["", ""];
  const status = await run(["scan", directory, "--format", "json"], {
    workingDirectory: directory,
    environment: {},
    stdout: { isTerminal: false, columns: undefined, write: (text) => void (stdout += text) },
    stderr: { isTerminal: false, columns: undefined, write: (text) => void (stderr += text) },
    fileSystem: nodeFileSystem,
    today: scanDay,
  });
  if (status === 2) throw new Error(`${directory} could not be scanned: ${stderr}`);
  return JSON.parse(stdout) as Report;
}
