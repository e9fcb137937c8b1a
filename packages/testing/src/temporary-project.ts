/** A directory with the given files in it, and the command run on it inside this process. */
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Io, nodeFileSystem, run } from "tenant-audit";

export interface TemporaryProject {
  readonly directory: string;
  write(file: string, content: string | Uint8Array): void;
  /** `scan("--format", "json")`; what `io` says replaces what the test would have. */
  scan(...words: readonly string[]): Promise<CommandResult>;
  run(words: readonly string[], io?: Partial<Io>): Promise<CommandResult>;
}

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function temporaryProject(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): TemporaryProject {
  const directory = realpathSync(mkdtempSync(path.join(tmpdir(), "tenant-audit-")));
  const project: TemporaryProject = {
    directory,
    write(file, content) {
      mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
      writeFileSync(path.join(directory, file), content);
    },
    scan: (...words) => project.run(["scan", ...words]),
    async run(words, io = {}) {
      const written = { stdout: "", stderr: "" };
      const output = (name: keyof typeof written): Io["stdout"] => ({
        isTerminal: false,
        columns: undefined,
        write: (text) => void (written[name] += text),
      });
      const status = await run(words, {
        workingDirectory: directory,
        environment: {},
        stdout: output("stdout"),
        stderr: output("stderr"),
        fileSystem: nodeFileSystem,
        today: "2026-11-01",
        ...io,
      });
      return { status, ...written };
    },
  };
  for (const [file, content] of Object.entries(files)) project.write(file, content);
  return project;
}
