/** What the README shows and says is run here, so that it cannot rot. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Io, nodeFileSystem, run } from "tenant-audit";
import { describe, expect, it } from "vitest";
import { pictureOf } from "./terminal-picture.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const readme = readFileSync(path.join(repository, "README.md"), "utf8");
const manifest = JSON.parse(readFileSync(path.join(repository, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

const shop = path.join(repository, "fixtures/projects/shop");

async function print(words: readonly string[], columns: number, workingDirectory = repository) {
  let stdout = "";
  const output = (write: (text: string) => void): Io["stdout"] => ({ isTerminal: false, columns, write });
  const status = await run(words, {
    workingDirectory,
    environment: {},
    stdout: output((text) => void (stdout += text)),
    stderr: output(() => {}),
    fileSystem: nodeFileSystem,
    today: "2026-11-01",
  });
  return { status, stdout };
}

describe("the README", () => {
  it("shows a picture of what the scan prints today (UPDATE_PICTURES=1 draws it anew)", async () => {
    const { stdout } = await print(["scan", "fixtures/projects/shop", "--color"], 100);
    const picture = pictureOf(stdout, "What tenant-audit scan prints for fixtures/projects/shop");
    const file = path.join(repository, "docs/images/scan.svg");
    if (process.env["UPDATE_PICTURES"]) writeFileSync(file, picture);
    expect(readFileSync(file, "utf8")).toBe(picture);
    expect(readme).toContain("docs/images/scan.svg");
  });

  it("has two commands that do all the set-up, and both exist", () => {
    for (const command of ["npm ci && npm run demo", "npm ci && npm run check"]) {
      expect(readme).toContain(command);
      expect(manifest.scripts).toHaveProperty(command.split(" ").at(-1)!);
    }
  });

  it("shows what commands print for fixtures/projects/shop", async () => {
    const shown = [...readme.matchAll(/^```console\n\$ npx tenant-audit (.*)\n([\s\S]*?)^```$/gm)];
    expect(shown.length).toBeGreaterThan(0);
    for (const [, command, output] of shown)
      expect(await print(command!.split(" "), 100, shop)).toEqual({ status: 0, stdout: output });
  });

  it("names only commands that the command line knows", async () => {
    const commands = [...readme.matchAll(/^\$? ?(?:npx |node bin\/)tenant-audit(?:\.mjs)? (.*)$/gm)].map(
      (match) => match[1]!,
    );
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      const [verb] = command.split(" ");
      const { stdout } = await print([verb!, "--help"], 100);
      expect(stdout).toContain(`tenant-audit ${verb}`);
      for (const flag of command.match(/--[a-z-]+/g) ?? []) expect(stdout).toContain(flag);
    }
  });
});
