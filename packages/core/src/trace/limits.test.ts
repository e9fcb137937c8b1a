/** Where following values stops, paths do not: what the engine no longer understands is still in the inventory. */
import { analyzed } from "@tenant-audit/testing";
import { expect, it } from "vitest";

const leak = `db.selectFrom("invoices").selectAll().execute()`;

function verdictsOf(source: string): readonly string[] {
  return analyzed(`import { db } from "./database.js";\n${source}`).paths.map(({ verdict }) => verdict);
}

it("sees a query behind more work than one function may cost", () => {
  const statements = "count = count + 1;\n".repeat(3_000);
  const source = `export async function report() {
    let count = 0;
    const work = () => { ${statements} };
    ${"work();\n".repeat(40)}
    return ${leak};
  }`;
  expect(verdictsOf(source)).toEqual(["unscoped"]);
});

it("sees the queries of a long chain of calls, whoever is looked at first", () => {
  const chain = Array.from(
    { length: 300 },
    (_, index) =>
      `export function step${index}(): unknown { return [{ next: step${index + 1}() }, ${leak}]; }`,
  );
  const verdicts = verdictsOf(`${chain.join("\n")}\nexport function step300() { return ${leak}; }`);
  expect(verdicts).toEqual(Array.from({ length: 301 }, () => "unscoped"));
});
