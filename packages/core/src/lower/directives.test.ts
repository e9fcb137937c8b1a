import ts from "typescript";
import { describe, expect, it } from "vitest";
import { lower } from "./lower.js";

function directivesOf(text: string, fileName = "a.tsx") {
  return lower(ts, fileName, text).directives.map((directive) => directive.text);
}

describe("directives", () => {
  it("are comments that name us, without their delimiters", () => {
    const text =
      "/* tenant-audit: public */ a(); // tenant-audit: script -- by hand\n/** tenant-audit: bootstrap */";
    expect(directivesOf(text)).toEqual([
      "tenant-audit: public",
      "tenant-audit: script -- by hand",
      "tenant-audit: bootstrap",
    ]);
  });

  it("are ESLint's comments when they are about our rules", () => {
    const text = `
      // eslint-disable-next-line tenant-isolation/no-unscoped-query -- counts everybody
      /* eslint-disable no-console */
    `;
    expect(directivesOf(text)).toEqual([
      "eslint-disable-next-line tenant-isolation/no-unscoped-query -- counts everybody",
    ]);
  });

  it("say where they stand", () => {
    const text = "a();\r\n  // tenant-audit: public\r\nb();";
    const [directive] = lower(ts, "a.ts", text).directives;
    expect(text.slice(directive!.start, directive!.end)).toBe("// tenant-audit: public");
  });

  it("are not strings, templates, regular expressions or texts that look like them", () => {
    const text = [
      `a("// tenant-audit: public");`,
      "a(`/* tenant-audit: public */ ${b} // tenant-audit: public`);",
      "a(/[/]* tenant-audit: public/);",
      "a(<p title='// tenant-audit: public'>// tenant-audit: public</p>);",
    ];
    expect(directivesOf(text.join("\n"))).toEqual([]);
  });

  it("are found between and inside all of these", () => {
    const text = [
      "#!/usr/bin/env node // tenant-audit: 0",
      "const url = 'http://x'; // tenant-audit: 1",
      "const ratio = a / b / c; // tenant-audit: 2",
      "f(`http://${/* tenant-audit: 3 */ host}//`); // tenant-audit: 4",
      "f(<p>it's {/* tenant-audit: 5 */}//</p>); // tenant-audit: 6",
      "f(/* tenant-audit: 7 */); // see // tenant-audit: 8",
    ];
    expect(directivesOf(text.join("\n")).map((directive) => directive.slice(-1))).toEqual([..."12345678"]);
  });

  it("may be left open at the end of the file", () => {
    expect(directivesOf("a(); /* tenant-audit: public")).toEqual(["tenant-audit: public"]);
  });

  describe("stand above code", () => {
    const above = (text: string) => {
      const [directive] = lower(ts, "a.ts", text).directives;
      return directive!.above === null ? null : text.slice(directive!.above).split("\n")[0];
    };

    it.each([
      ["on the next line", "// tenant-audit: public\nawait a();"],
      ["with Windows' line ends", "b();\r\n// tenant-audit: public\r\nawait a();"],
      ["on the same line", "/* tenant-audit: public */ await a();"],
      ["over several lines", "/*\n * tenant-audit: public\n */\nawait a();"],
      ["with other comments between", "// tenant-audit: public\n// because\n/* and so */\nawait a();"],
      ["behind another comment", "/* why */ // tenant-audit: public\nawait a();"],
      ["at the beginning of a block", "{\n  // tenant-audit: public\n  await a();\n}"],
    ])("%s", (_, text) => {
      expect(above(text)).toBe("await a();");
    });

    it.each([
      ["behind code", "b(); // tenant-audit: public\nawait a();"],
      ["behind code and a comment", "b(); /* why */ // tenant-audit: public\nawait a();"],
      ["across a blank line", "// tenant-audit: public\n\nawait a();"],
      ["across a blank line that is not empty", "// tenant-audit: public\r\n  \r\nawait a();"],
      ["across a blank line after a comment", "// tenant-audit: public\n// because\n\nawait a();"],
      ["at the end", "await a();\n// tenant-audit: public\n"],
    ])("not %s", (_, text) => {
      expect(above(text)).toBeNull();
    });
  });
});
