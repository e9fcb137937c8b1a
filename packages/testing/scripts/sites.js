// Holds a list of places that somebody has judged by hand against a report: what it says of each, and why.
//
//   node packages/testing/scripts/sites.js SITES.json REPORT.json
//
// SITES.json is a list of `{ "file": "src/a.ts", "line": 12, "reason": "…" }`, with `"judged": "right" | "wrong"` where a
// person has looked at what the report says. REPORT.json is what `tenant-audit scan --format json` printed.
import { readFileSync } from "node:fs";

/** @typedef {{ file: string, line: number, reason?: string, judged?: string }} PlaceJudged */

const [sitesFile, reportFile] = process.argv.slice(2);
if (!sitesFile || !reportFile) {
  console.error("usage: sites.js SITES.json REPORT.json");
  process.exit(2);
}
/** @type {PlaceJudged[]} */
const sites = JSON.parse(readFileSync(sitesFile, "utf8"));
/** @type {import("@tenant-audit/core").Report} */
const report = JSON.parse(readFileSync(reportFile, "utf8"));

/** @type {Map<string, number>} */
const counts = new Map();
/** @param {string} what */
const count = (what) => void counts.set(what, (counts.get(what) ?? 0) + 1);

for (const { file, line, reason, judged } of sites) {
  console.log(`\n${file}:${line}${reason === undefined ? "" : `\n  they say: ${reason}`}`);
  const path = pathAt(file, line);
  if (!path) {
    console.log("  not in the report");
    count("not in the report");
    continue;
  }
  const findings = report.findings.filter((finding) => finding.path === path.id);
  const cause = path.exemption?.reason ?? path.unclear;
  console.log(
    `  ${path.verdict}: ${path.library} ${path.operation} ${path.resources.join(", ")}  path ${path.id}`,
  );
  if (cause) console.log(`    ${cause}`);
  for (const { resource, kind, key, origin, proof, trail = [] } of path.constraints) {
    console.log(`    ${resource}: ${kind} ${key}, origin ${origin}, proof ${proof}`);
    for (const step of trail) console.log(`      ${step.file}:${step.line}  ${step.note}`);
  }
  for (const { rule, grade, message } of findings) console.log(`    ${grade} ${rule}: ${message}`);
  count(path.verdict);
  if (judged !== undefined) count(`judged ${judged}`);
}

console.log(`\n${sites.length} places: ${[...counts].map(([what, many]) => `${many} ${what}`).join(", ")}`);

/**
 * The innermost that covers the line.
 *
 * @param {string} file
 * @param {number} line
 */
function pathAt(file, line) {
  const lines = /** @param {{ line: number, endLine: number }} path */ (path) => path.endLine - path.line;
  return report.paths
    .filter((path) => path.file === file && path.line <= line && line <= path.endLine)
    .sort((one, other) => lines(one) - lines(other))
    .at(0);
}
