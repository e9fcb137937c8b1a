/** Some tools keep a migration and its way back in one file, parted by a comment: goose, sql-migrate, dbmate, Play. */
const marker =
  /^[ \t]*(?:--|#)[ \t-]*(?:\+goose[ \t]+down|\+migrate[ \t]+down|migrate:down|down[ \t]+migration|!downs)\b/im;

/** The part that is run; the rest would take it back. */
export function withoutWayBack(text: string): string {
  const found = marker.exec(text);
  return found ? text.slice(0, found.index) : text;
}
