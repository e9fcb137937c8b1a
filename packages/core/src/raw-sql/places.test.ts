import { describe, expect, it } from "vitest";
import type { Value } from "../trace/value.js";
import { withPlaces, type Place, type Places } from "./places.js";
import { shownText, type SqlText } from "./text.js";

const met: string[] = [];

/** Writes down what stands where: how many values may stand before each place, and behind it. */
const places: Places = {
  pattern: /\?\??|:[a-z]+/y,
  hasEscapes: true,
  counted: ([mark]) => (mark.startsWith(":") ? null : mark === "??" ? "name" : "value"),
  written(place: Place) {
    if (place.kind === "named") return [`<${place.match[0].slice(1)}>`];
    const { before, behind } = place;
    met.push(`${before.least}-${before.most}, ${behind.least}-${behind.most}`);
    return [place.isName ? "<name>" : "<value>"];
  },
};

function read(...text: SqlText): string {
  met.length = 0;
  return shownText(withPlaces(text, places));
}

function sometimes(text: string): SqlText[number] {
  return { kind: "choice", key: {}, options: [[text], [""]], reason: "" };
}

describe("places in a text", () => {
  it.each([
    ["a = ? and b = ?", "a = <value> and b = <value>"],
    ["a = 'why?' and b = ?", "a = 'why?' and b = <value>"],
    ["a = 'it\\'s ?' and b = ?", "a = 'it\\'s ?' and b = <value>"],
    ["a = ? -- and b = ?\nand c = ?", "a = <value> -- and b = ?\nand c = <value>"],
    ["a /* ? */ = ?", "a /* ? */ = <value>"],
    ["`a?` = ?", "`a?` = <value>"],
    ["?? = ?", "<name> = <value>"],
    ["a::text = :name", "a::text = <name>"],
  ])("%s", (text, written) => {
    expect(read(text)).toBe(written);
  });

  it("are counted from both ends, whatever the program leaves out", () => {
    read("a = ? ", sometimes("and b = ? and c = ?"), " and d = ?");
    expect(met).toEqual(["0-0, 1-3", "1-1, 2-2", "2-2, 1-1", "1-3, 0-0"]);
  });

  it("stand in no quotes that another part of the text has opened", () => {
    const value: Value = { kind: "unknown" };
    expect(read("a = '", { kind: "open", value, isSpliced: true }, "?' and b = ?")).toBe(
      "a = '??' and b = <value>",
    );
  });
});
