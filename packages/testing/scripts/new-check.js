/**
 * `npm run new-check <name>`: the four things that a check arrives as. Its entry in the table of rules, its page, its
 * fixture and its line in the changelog, each with a TODO where only a person knows what to write.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

const table = "packages/core/src/judge/rules.ts";
const index = "docs/rules/README.md";
const changelog = "CHANGELOG.md";

/**
 * @typedef {{ read(file: string): string | null, write(file: string, text: string): void }} Files
 *   Paths are relative to the repository.
 *
 * @param {string | undefined} name
 * @param {Files} files
 * @returns {readonly string[]} what was written
 */
export function newCheck(name, files) {
  if (!name || !/^(?:no|require)(?:-[a-z]+)+$/.test(name))
    throw new Error(
      `A rule is named for the fault, as in "no-unscoped-query" or "require-row-security"${name ? `; "${name}" is not` : ""}.`,
    );
  const page = `docs/rules/${name}.md`;
  const fixture = `fixtures/kysely/${name}.ts`;
  const taken = [page, fixture].find((file) => files.read(file) !== null);
  if (taken || read(table).includes(`"${name}"`))
    throw new Error(`${name} is there already, in ${taken ?? table}.`);

  const written = new Map([
    [table, insertBefore(read(table), "} as const satisfies", entry(name))],
    [page, pageOf(name)],
    [index, insertAfterTable(read(index), `| [${name}](${name}.md) | ${fault} |`)],
    [fixture, fixtureOf(name)],
    [changelog, insertAfterHeading(read(changelog), "### Added", `- \`${name}\`: TODO.`)],
  ]);
  for (const [file, text] of written) files.write(file, text);
  return [...written.keys()];

  /** @param {string} file */
  function read(file) {
    const text = files.read(file);
    if (text === null) throw new Error(`${file} is missing.`);
    return text;
  }
}

const fault = "TODO: the fault in one sentence";

/** @param {string} name */
const entry = (name) => `  "${name}": {
    fault: "${fault}",
    severity: "error",
    frontEnds: ["editor", "scan"],
    suggests: false,
  },
`;

/** @param {string} name */
const pageOf = (name) => `# ${name}

📝 ${fault}.

💼 This rule is enabled in the ✅ \`recommended\` config.

<!-- end auto-generated rule header -->

## What it says

> TODO: a message as people see it, then when the grade is which.

## Why it matters

TODO: how it leaks.

## Examples

### Incorrect

\`\`\`ts incorrect
// TODO: the schema of the examples is in README.md.
\`\`\`

### Correct

\`\`\`ts correct
// TODO: its nearest innocent neighbour.
\`\`\`

## What it does not see

- TODO

## When it is wrong

TODO: the configuration or the comment that says so.

## Options

- \`config\`: the \`tenant-audit.config.json\` to judge by. Without it, the nearest one upwards from the file.

## See also

- TODO
`;

/** @param {string} name */
const fixtureOf = (name) => `// TODO: the story, in a sentence.
import { db } from "./database.js";

export function theFault() {
  return db.selectFrom("countries").selectAll().execute(); // want ${name}: TODO
}

export function itsNearestInnocentNeighbour() {
  return db.selectFrom("countries").selectAll().execute(); // want global
}
`;

/**
 * @param {string} text
 * @param {string} mark
 * @param {string} inserted
 */
function insertBefore(text, mark, inserted) {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`"${mark}" was not found where it is looked for.`);
  return text.slice(0, at) + inserted + text.slice(at);
}

/**
 * @param {string} text
 * @param {string} row
 */
function insertAfterTable(text, row) {
  const last = [...text.matchAll(/^\|.*\|$/gm)].at(-1);
  if (!last) throw new Error("The table of rules was not found.");
  const at = last.index + last[0].length;
  return `${text.slice(0, at)}\n${row}${text.slice(at)}`;
}

/**
 * After the entries that stand there.
 *
 * @param {string} text
 * @param {string} heading
 * @param {string} line
 */
function insertAfterHeading(text, heading, line) {
  const start = text.indexOf(`${heading}\n`);
  if (start < 0) throw new Error(`"${heading}" was not found in ${changelog}.`);
  const [list = ""] = /^\n(?:- .*\n(?: {2}.*\n)*)*/.exec(text.slice(start + heading.length + 1)) ?? [];
  const at = start + heading.length + 1 + list.length;
  return `${text.slice(0, at)}${line}\n${text.slice(at)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    /** @type {Map<string, string>} */
    const changed = new Map();
    const written = newCheck(process.argv[2], {
      read: (file) =>
        existsSync(`${repository}/${file}`) ? readFileSync(`${repository}/${file}`, "utf8") : null,
      write: (file, text) => void changed.set(file, text),
    });
    for (const [file, text] of changed) {
      const filepath = `${repository}/${file}`;
      const isFixture = file.startsWith("fixtures/");
      writeFileSync(
        filepath,
        isFixture ? text : await format(text, { ...(await resolveConfig(filepath)), filepath }),
      );
    }
    console.log(
      `${written.join("\n")}\n\nFill in every TODO, and give the check its code. Until then npm test says what is missing.`,
    );
  } catch (error) {
    console.error(`new-check: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
