/** Everything the command takes from the outside world, so that a test can be the outside world. */
import { type FileSystem, failureOf, nodeFileSystem } from "@tenant-audit/project";
import { exitStatus } from "./exit-status.js";

export interface Io {
  /** Absolute. */
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly fileSystem: FileSystem;
  /** `2027-01-31`, in UTC: two people who scan at one moment scan on one day. */
  readonly today: string;
  /** Left out where nobody is there to answer. An answer that was given up is empty. */
  readonly ask?: (question: string) => Promise<string>;
}

export interface Output {
  readonly isTerminal: boolean;
  /** Width of the terminal; undefined when there is none. */
  readonly columns: number | undefined;
  write(text: string): void;
}

export function processIo(): Io {
  return {
    workingDirectory: process.cwd(),
    environment: process.env,
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    fileSystem: nodeFileSystem,
    today: new Date().toISOString().slice(0, "2027-01-31".length),
    ...(process.stdin.isTTY && process.stdout.isTTY ? { ask } : {}),
  };
}

/** On standard error, so that standard output holds results alone. */
async function ask(question: string): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C and Ctrl-D close the input, and then no answer ever comes.
    const givenUp = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    return await Promise.race([lines.question(question), givenUp]);
  } finally {
    lines.close();
  }
}

function outputOf(stream: NodeJS.WriteStream): Output {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // The reader may stop reading (`| head`). That is no fault of the scan: its exit status stays what it was.
    if (error.code === "EPIPE") return;
    process.stderr.write(`tenant-audit: the output could not be written: ${failureOf(error)}.\n`);
    process.exit(exitStatus.couldNotDoTheJob);
  });
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
    write: (text) => void stream.write(text),
  };
}
