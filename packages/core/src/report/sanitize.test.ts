import { describe, expect, it } from "vitest";
import { htmlText, jsonText, markdownCode, markdownProse, plainText, sourceLine } from "./sanitize.js";

const escape = "\u001b";
const rightToLeft = "\u202e";

describe("plainText", () => {
  it("leaves ordinary names alone, in any script", () => {
    expect(plainText("src/Übersicht/请求.ts")).toBe("src/Übersicht/请求.ts");
    expect(plainText("👩 done")).toBe("👩 done");
  });

  it("spells out what would command a terminal", () => {
    expect(plainText(`${escape}[2Kno findings`)).toBe("\\u{1b}[2Kno findings");
    expect(plainText("\u009b31mred")).toBe("\\u{9b}31mred");
    expect(plainText("a\u0007b\u0000c\u007f")).toBe("a\\u{7}b\\u{0}c\\u{7f}");
  });

  it("spells out what reorders or hides text", () => {
    expect(plainText(`user${rightToLeft}nimda`)).toBe("user\\u{202e}nimda");
    expect(plainText("a\u200bb\u2066c\u2028d")).toBe("a\\u{200b}b\\u{2066}c\\u{2028}d");
    expect(plainText("\u{e0041}")).toBe("\\u{e0041}");
  });

  it("keeps a text on one line", () => {
    expect(plainText("one\r\n\ttwo")).toBe("one two");
  });

  it("spells out half a surrogate pair, which cannot be encoded", () => {
    expect(plainText("a\ud83d")).toBe("a\\u{d83d}");
  });
});

describe("sourceLine", () => {
  it("keeps every column where it was", () => {
    const line = `\tconst a = "${escape}[31m${rightToLeft}";`;
    expect(sourceLine(line)).toBe(' const a = "\ufffd[31m\ufffd";');
    expect(sourceLine(line)).toHaveLength(line.length);
    expect(sourceLine("\u{e0041}x")).toHaveLength("\u{e0041}x".length);
  });
});

describe("jsonText", () => {
  it("changes the bytes and not the value", () => {
    const value = { text: `a${rightToLeft}b\u009bc\u{e0041}d\u2028`, plain: "é" };
    const json = jsonText(JSON.stringify(value, null, 2));
    expect(json).not.toMatch(/[\u202e\u009b\u2028]/);
    expect(JSON.parse(json)).toEqual(value);
  });
});

describe("markdownCode", () => {
  it("writes a plain name as a code span", () => {
    expect(markdownCode("AlertsService.getRule")).toBe("`AlertsService.getRule`");
    expect(markdownCode("GET /api/v1/alerts/:id")).toBe("`GET /api/v1/alerts/:id`");
  });

  it.each([
    ["a pipe, which would end the cell", "a|b", "<code>a&#124;b</code>"],
    ["a backtick, which would end the span", "a`b", "<code>a&#96;b</code>"],
    ["a tag", "<img>", "<code>&#60;img&#62;</code>"],
    ["a link after a closing backtick", "`[x](y)", "<code>&#96;&#91;x&#93;&#40;y&#41;</code>"],
    ["a backslash at the end, which would escape the cell's own pipe", "a\\", "<code>a&#92;</code>"],
    ["an entity", "&lt;", "<code>&#38;lt&#59;</code>"],
    ["nothing at all", "", "<code>(empty)</code>"],
  ])("writes %s as entities", (_, name, expected) => {
    expect(markdownCode(name)).toBe(expected);
  });

  it("cannot be left by a line break", () => {
    expect(markdownCode("a\n\n# Heading")).toBe("`a # Heading`");
  });
});

describe("markdownProse", () => {
  it("leaves an ordinary sentence as it is", () => {
    const sentence =
      'This query reads "alert_rules" for every organization. Add .where("organization_id", "=", …).';
    expect(markdownProse(sentence)).toBe(sentence);
  });

  it.each([
    ["a link", "[x](y)", "\\[x\\](y)"],
    ["a tag", "<b>", "\\<b\\>"],
    ["a cell's end", "a|b", "a\\|b"],
    ["an entity", "&lt;", "&amp;lt;"],
    ["emphasis", "*a* _b_", "\\*a\\* \\_b\\_"],
    ["a heading", "# a", "\\# a"],
    ["a list", "1. a", "<!-- -->1. a"],
    ["a bare address", "see https://evil.example", "see https:<!-- -->//evil.example"],
    ["a mention", "ask @someone", "ask @<!-- -->someone"],
  ])("takes the meaning from %s", (_, text, expected) => {
    expect(markdownProse(text)).toBe(expected);
  });
});

it("makes text safe between tags and in attributes", () => {
  expect(htmlText(`"><script>'&`)).toBe("&#34;&#62;&#60;script&#62;&#39;&#38;");
});
