/**
 * Raw SQL: `sequelize.query(sql, { replacements, bind })`. `?` and `:name` are replaced by values that Sequelize escapes
 * (https://sequelize.org/docs/v6/core-concepts/raw-queries/), `$1` and `$name` are bound by the database; what is missing among
 * them throws.
 */
import { isNumber } from "../../raw-sql/numbers.js";
import { runSql } from "../../raw-sql/run.js";
import { splicedText, type Piece, type SqlText } from "../../raw-sql/text.js";
import { worded } from "../../raw-sql/words.js";
import { withoutAbsence } from "../../trace/choice.js";
import type { Call, Tracer } from "../../trace/library.js";
import { unknown, type RowsValue, type Value } from "../../trace/value.js";
import { library, rowValue } from "./values.js";
import { modelOf } from "./models.js";

export function runRaw(tracer: Tracer, { arguments: given, site }: Call): Value {
  const [first, options] = given;
  const isConfig = first?.kind === "object";
  const text = isConfig ? tracer.memberOf(first, "query") : first;
  const option = (name: string): Value | undefined =>
    options?.kind === "object" ? options.fields.get(name)?.value : undefined;
  const replacements = (isConfig ? first.fields.get("values")?.value : undefined) ?? option("replacements");
  const bind = (isConfig ? first.fields.get("bind")?.value : undefined) ?? option("bind");
  const spliced = splicedText(text && worded(tracer, text), (value) => isNumber(tracer, value));
  const rows = runSql(tracer, {
    library,
    site,
    text: filledIn(tracer, spliced, replacements, bind),
    parameters: bind?.kind === "array" && bind.rest === null ? bind.elements.map(withoutAbsence) : [],
    isOnPool: false,
  });
  return resultOf(tracer, rows, option);
}

/** With `type: QueryTypes.SELECT`, or a model, it gives the rows; otherwise the rows and what the driver says besides. */
function resultOf(tracer: Tracer, rows: Value, option: (name: string) => Value | undefined): Value {
  const type = option("type");
  const name = type?.kind === "external" ? type.path.at(-1) : type?.kind === "literal" ? type.value : null;
  const mapped = option("model");
  const model = mapped && modelOf(tracer, mapped);
  if (name !== "SELECT" && !model) return { kind: "array", elements: [rows, unknown], rest: null };
  const plain = option("plain");
  const isOne = plain?.kind === "literal" && plain.value === true;
  if (rows.kind !== "rows") return rows;
  const found: RowsValue = { ...rows, many: !isOne };
  return model ? { ...found, made: rowValue(model) } : found;
}

/** A text with its values in their places. Names in quotes and casts (`::uuid`) are none of them. */
function filledIn(
  tracer: Tracer,
  text: SqlText,
  replacements: Value | undefined,
  bind: Value | undefined,
): SqlText {
  const isListed =
    replacements?.kind === "array" || (replacements && tracer.elementOf(replacements) !== null);
  let position = 0;
  const next = (): Value => {
    const value = replacements?.kind === "array" ? replacements.elements[position] : undefined;
    position += 1;
    return value ?? unknown;
  };
  const named = (from: Value | undefined, name: string): Piece | null =>
    from && from.kind !== "array" ? slotOf(tracer.memberOf(from, name)) : null;
  const fill = (pieces: SqlText): SqlText =>
    pieces.flatMap((piece): readonly Piece[] => {
      if (typeof piece !== "string")
        return piece.kind === "choice" ? [{ ...piece, options: piece.options.map(fill) }] : [piece];
      return piece.split(places).map((part): Piece => {
        if (part === "?" && isListed) return slotOf(next());
        const name = /^[:$]([a-zA-Z_]\w*)$/.exec(part)?.[1];
        if (name === undefined) return part;
        return (part.startsWith(":") ? named(replacements, name) : named(bind, name)) ?? part;
      });
    });
  return replacements || bind ? fill(text) : text;
}

/** Strings and casts stay whole, so that what stands in them is not taken for a place. */
const places = /('[^']*'|"[^"]*"|::\w+|\?|:[a-zA-Z_]\w*|\$[a-zA-Z_]\w*)/;

/** What is not there throws. */
function slotOf(value: Value): Piece {
  return { kind: "value", value: withoutAbsence(value) };
}
