import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("gives the same reasons not to judge a file as a scan does", () => {
  const own = readFileSync(new URL("classify.ts", import.meta.url), "utf8");
  const scans = readFileSync(new URL("../../../cli/src/discovery/classify.ts", import.meta.url), "utf8");
  expect(own).toBe(scans);
});
