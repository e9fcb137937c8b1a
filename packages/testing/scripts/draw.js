// Draws findings of grade "leak" and scoped paths of a report for a person to judge, the same ones for the same seed.
//
//   node packages/testing/scripts/draw.js REPORT.json [SEED] [FINDINGS] [SCOPED]
//
// REPORT.json is what `tenant-audit scan --format json` printed. SEED is any text ("1"); 30 findings and 20 paths by default.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const [file, seed = "1", findings = "30", scoped = "20"] = process.argv.slice(2);
if (!file) {
  console.error("usage: draw.js REPORT.json [SEED] [FINDINGS] [SCOPED]");
  process.exit(2);
}
/** @type {import("@tenant-audit/core").Report} */
const report = JSON.parse(readFileSync(file, "utf8"));

/**
 * In an order that hangs on the seed and on what each is alone, so that one more finding moves none of the others.
 *
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => string} key
 * @param {number} count
 */
function drawn(items, key, count) {
  /** @param {T} item */
  const rank = (item) =>
    createHash("sha256")
      .update(`${seed} ${key(item)}`)
      .digest("hex");
  return items
    .map((item) => ({ rank: rank(item), item }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1))
    .slice(0, count)
    .map(({ item }) => item);
}

const leaks = report.findings.filter(({ grade }) => grade === "leak");
console.log(`${leaks.length} findings of grade "leak", ${Math.min(leaks.length, Number(findings))} drawn`);
for (const one of drawn(leaks, ({ fingerprint }) => fingerprint, Number(findings))) {
  console.log(`\n${one.rule}  ${one.file}:${one.line}  path ${one.path ?? "-"}\n  ${one.message}`);
  for (const step of one.trail) console.log(`    ${step.file}:${step.line}  ${step.note}`);
}
const safe = report.paths.filter(({ verdict }) => verdict === "scoped");
console.log(`\n${safe.length} scoped paths, ${Math.min(safe.length, Number(scoped))} drawn`);
for (const one of drawn(safe, ({ id }) => id, Number(scoped))) {
  console.log(
    `\nscoped  ${one.file}:${one.line}  ${one.library} ${one.operation} ${one.resources.join(", ")}`,
  );
  for (const { resource, kind, key, origin, proof } of one.constraints)
    console.log(`    ${resource}: ${kind} ${key}, origin ${origin}, proof ${proof}`);
}
