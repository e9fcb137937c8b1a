import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { columnsOf } from "./columns.js";

const plain = picocolors.createColors(false);
type Row = readonly [string, string];
const columns = [
  { heading: "table", cell: ([name]: Row) => name },
  { heading: "keys", cell: ([, keys]: Row) => keys },
];

function linesOf(rows: readonly Row[], width: number): readonly string[] | null {
  const aligned = columnsOf(rows, columns, width, plain);
  return aligned && [aligned.heading, ...aligned.rows.flat()];
}

describe("columns", () => {
  it("are as wide as their widest cell, also with characters beyond the basic plane", () => {
    expect(
      linesOf(
        [
          ["invoices", "id"],
          ["𝒙", "organization_id"],
        ],
        80,
      ),
    ).toEqual(["table     keys", "invoices  id", "𝒙         organization_id"]);
  });

  it("that are empty in every row are left out", () => {
    expect(linesOf([["invoices", ""]], 80)).toEqual(["table", "invoices"]);
  });

  it("give way at spaces, and names stay whole", () => {
    expect(linesOf([["annotation_queues", "organization_id, project_id?"]], 38)).toEqual([
      "table              keys",
      "annotation_queues  organization_id,",
      "                   project_id?",
    ]);
  });

  it("that cannot stand side by side are none", () => {
    expect(linesOf([["annotation_queues", "organization_id"]], 30)).toBeNull();
  });

  it("break a name of absurd length, and lose nothing of it", () => {
    const lines = linesOf([["x".repeat(500), "id"]], 60)!;
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(lines.join("").match(/x/g)).toHaveLength(500);
  });
});
