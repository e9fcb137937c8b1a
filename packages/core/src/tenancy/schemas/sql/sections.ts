/**
 * Some tools keep both ways in one file, under comments: goose, sql-migrate, dbmate, node-pg-migrate, Play. Going back is no part of what the schema
 * becomes, so those parts are emptied; their lines stay, so that every line keeps its number.
 */
const marker =
  /^[ \t]*(?:--[ \t]*(?:\+goose|\+migrate|migrate:)[ \t]*(up|down)\b|--[ \t]*(up|down)[ \t]+migration[ \t]*\r?$|(?:--|#)[ \t]*---[ \t]*!(up|down)s[ \t]*\r?$)/gim;

export function upwardPart(text: string): string {
  const parts: string[] = [];
  let from = 0;
  let isUpward = true;
  for (const match of text.matchAll(marker)) {
    parts.push(part(text.slice(from, match.index), isUpward));
    from = match.index;
    isUpward =
      match
        .slice(1)
        .find((way) => way !== undefined)
        ?.toLowerCase() === "up";
  }
  parts.push(part(text.slice(from), isUpward));
  return parts.join("");
}

function part(text: string, isUpward: boolean): string {
  return isUpward ? text : text.replace(/[^\n]+/g, "");
}
