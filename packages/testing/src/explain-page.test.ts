/** What docs/explain.md and the README show of explanations is what the command prints for the fixtures. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { nodeFileSystem, run } from "tenant-audit";
import { describe, expect, it } from "vitest";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

interface Shown {
  readonly directory: string;
  readonly words: readonly string[];
  readonly output: string;
}

function shownIn(page: string): readonly Shown[] {
  const text = readFileSync(path.join(repository, page), "utf8");
  const fences = text.matchAll(/^```console\n\$ cd (.*)\n\$ npx tenant-audit (.*)\n([\s\S]*?)^```$/gm);
  return [...fences].map(([, directory, command, output]) => ({
    directory: directory!,
    words: command!.split(" "),
    output: output!,
  }));
}

async function printed({ directory, words }: Shown): Promise<string> {
  let stdout = "";
  await run(words, {
    workingDirectory: path.join(repository, directory),
    environment: {},
    stdout: { isTerminal: false, columns: undefined, write: (text) => void (stdout += text) },
    stderr: { isTerminal: false, columns: undefined, write: () => {} },
    fileSystem: nodeFileSystem,
    today: "2026-11-01",
  });
  return stdout;
}

describe.each(["docs/explain.md", "README.md"])("%s", (page) => {
  const shown = shownIn(page);

  it("shows a finding and a proof", () => {
    const verdicts = shown.map(({ output }) => / · (\w+)$/m.exec(output)?.[1]);
    expect(verdicts).toContain("scoped");
    expect(verdicts).toContain("untrusted");
  });

  it.each(shown)("prints for $directory what it shows: $words", async (one) => {
    expect(await printed(one)).toBe(one.output);
  });
});
