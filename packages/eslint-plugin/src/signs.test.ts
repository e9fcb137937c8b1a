/** The look at a file's text that decides whether it is parsed at all. It must never hide a finding. */
import { accessSigns } from "@tenant-audit/core";
import { fixtureDirectories, readFixture } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";
import { mayConcernUs, textScan } from "./signs.js";

describe("the text scan", () => {
  it("passes every fixture in which something is found", () => {
    const hidden = fixtureDirectories()
      .map(readFixture)
      .flatMap(({ name, sources }) =>
        sources
          .filter(({ wants }) =>
            wants.some(({ expected, of }) => expected.kind === "finding" && of === "both"),
          )
          .filter(({ text }) => !mayConcernUs(text))
          .map(({ file }) => `${name}/${file}`),
      );
    expect(hidden).toEqual([]);
  });

  it("knows what gives every library away", () => {
    expect(accessSigns).not.toBeNull();
  });

  it("finds whole words only", () => {
    const mayUpdate = textScan(["update", "$queryRaw"]);
    expect(mayUpdate("prisma.invoice.update({})")).toBe(true);
    expect(mayUpdate('prisma["invoice"]["update"]')).toBe(true);
    expect(mayUpdate("prisma.$queryRaw`select 1`")).toBe(true);
    expect(mayUpdate("updateView(); $update();")).toBe(false);
  });

  it("lets everything pass when a library cannot say", () => {
    expect(textScan(null)("")).toBe(true);
  });

  it("passes comments that speak to us", () => {
    expect(mayConcernUs("// tenant-audit: reviewed\nadd(1, 2);")).toBe(true);
  });

  it("spares files that have nothing to do with data", () => {
    expect(mayConcernUs("export const twice = (a: number) => 2 * a;")).toBe(false);
  });
});
