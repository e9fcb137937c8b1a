/**
 * Places in a text for MySQL (https://github.com/mysqljs/sqlstring, https://sidorares.github.io/node-mysql2/docs): `?` takes the next value, `??` a name, `:name`
 * one out of an object. A list between brackets is as many values, an object behind SET so many columns. `undefined` is NULL, or
 * refused.
 */
import { listText, nameText, parameter, type Marks } from "../../raw-sql/driver.js";
import { joinOf, type SqlText } from "../../raw-sql/text.js";
import { assignedRow } from "../../raw-sql/whole-rows.js";
import type { Tracer } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";

export const marks: Marks = {
  pattern: /(?<!\w)(?:set|values)\s{1,9}\?(?!\?)|\?\??|:[a-z_]\w{0,99}/iy,
  counted: (mark) => (mark.startsWith(":") ? null : mark === "??" ? "name" : "value"),
  named: (tracer, given, [mark]) =>
    given && given.kind !== "array" ? parameter(tracer.memberOf(given, mark.slice(1))) : null,
  written(tracer, value, mark) {
    if (/^set/i.test(mark)) return ["set ", ...assignedRow(value)];
    if (/^values/i.test(mark)) return ["values ", ...rowsText(tracer, value)];
    return value.kind === "array" || tracer.elementOf(value) ? listText(tracer, value) : parameter(value);
  },
  hasEscapes: true,
};

/** `VALUES ?` with a list of rows, each of them a list of values. */
function rowsText(tracer: Tracer, rows: Value): SqlText {
  return joinOf(rows, [", "], (row) =>
    row.kind === "array" && row.rest === null
      ? ["(", ...joinOf(row, [", "], () => null), ")"]
      : [{ kind: "open", value: row, isSpliced: false }],
  );
}

/** `escapeId(name)` */
export const nameOf = nameText;
