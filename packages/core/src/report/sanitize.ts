/**
 * Text from the scanned code (names, comments, paths) on its way into a report. A stranger may have written it, so it
 * must not be able to say anything of its own there: no colour or cursor movement in a terminal, no reordering of a
 * line, no heading, link or markup in a document.
 */

/**
 * Control characters (C1 too: U+009B starts a command in some terminals), everything that reorders or hides text, and
 * half of a surrogate pair, which no encoding can carry.
 */
const treacherous =
  /[\p{Cc}\p{Cs}\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** One line of visible text: white space becomes a space, what must not reach a terminal is spelled out. */
export function plainText(text: string): string {
  return text.replace(/[\t\n\v\f\r]+/g, " ").replace(treacherous, spelledOut);
}

/** A line of source code for a terminal. It keeps its length, so that columns still point right. */
export function sourceLine(text: string): string {
  return text.replace(/[\t\r]/g, " ").replace(treacherous, ({ length }) => "\ufffd".repeat(length));
}

function spelledOut(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

/** JSON escapes most of it by itself; the rest is escaped here, which changes the bytes and not the value. */
export function jsonText(json: string): string {
  return json.replace(treacherous, (character) =>
    character === "\n"
      ? character
      : Array.from(
          { length: character.length },
          (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
        ).join(""),
  );
}

/** A name in Markdown, also inside a table. A code span where that is safe, else the same look made of entities. */
export function markdownCode(text: string): string {
  const plain = plainText(text);
  if (plain.trim() === "") return "<code>(empty)</code>";
  // A backslash before a pipe or at the end of a cell would be read by the table, so it makes a name unsafe too.
  const isSafe = /^[^`|\\<>&]+$/.test(plain) && plain === plain.trim();
  return isSafe ? `\`${plain}\`` : `<code>${entities(plain)}</code>`;
}

/** A sentence in Markdown, also inside a table. */
export function markdownProse(text: string): string {
  return (
    plainText(text)
      .trim()
      // An underscore between letters is safe, and column names are full of them.
      .replace(/[\\`*[\]<>|~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\$&")
      .replace(/&/g, "&amp;")
      .replace(/^(?:[#+\-=:]|\d+(?=[.)](?:\s|$)))/, (start) =>
        /\d/.test(start) ? `<!-- -->${start}` : `\\${start}`,
      )
      // GitHub makes links of bare addresses and mentions of names; a comment in between stops both.
      .replace(/:(?=\/\/)|@|\bwww(?=\.)/gi, "$&<!-- -->")
  );
}

/** Text between HTML tags, and in a quoted attribute. */
export function htmlText(text: string): string {
  return plainText(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Every character that Markdown or HTML could read anything into, as a number. */
function entities(text: string): string {
  return text.replace(/[^\p{L}\p{N} ./-]/gu, (character) => `&#${character.codePointAt(0)};`);
}
