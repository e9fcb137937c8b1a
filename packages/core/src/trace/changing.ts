/**
 * Builders that change when something is said to them: `builder.andWhere(…)`, whether or not anybody takes what it gives back. A
 * query that is one has a number, under which stands what was said to it so far; branches and loops keep that as they keep variables.
 */
import { choiceOf, optionsOf, withOptions } from "./choice.js";
import { frameOf, setValue, type Frame, type QueryValue, type Value } from "./value.js";

export interface Builders {
  /** Its values are kept by the numbers of builders. */
  readonly frame: Frame;
  made: number;
}

export function noBuilders(): Builders {
  return { frame: frameOf({ file: "", function: 0, parent: null, self: null }), made: 0 };
}

/** As it is by now, whichever of its steps somebody holds. */
export function asChanged(builders: Builders, value: Value): Value {
  if (value.kind === "choice" && value.options.some(isBuilder))
    return choiceOf(
      value.options.map((option) => asChanged(builders, option)),
      value.reason,
      value.given,
    );
  return isBuilder(value) ? (builders.frame.values.get(value.builder) ?? value) : value;
}

/** A query that nobody has said anything to yet gets a number; what an older one has become stands under its own. */
export function noteChange(builders: Builders, value: Value): Value {
  if (value.kind === "choice") return withOptions(value, (option) => noteChange(builders, option));
  if (value.kind !== "query") return value;
  const query = isBuilder(value) ? value : { ...value, builder: (builders.made += 1) };
  setValue(builders.frame, query.builder, query);
  return query;
}

/** What a function gives that is answered from its summary: another builder for every call. */
export function madeAnew(builders: Builders, value: Value): Value {
  if (!optionsOf(value).some(isBuilder)) return value;
  const renewed = (one: Value): Value => {
    if (!isBuilder(one)) return one;
    const { builder: _, ...query } = one;
    return noteChange(builders, query);
  };
  return value.kind === "choice" ? withOptions(value, renewed) : renewed(value);
}

function isBuilder(value: Value): value is QueryValue & { readonly builder: number } {
  return value.kind === "query" && value.builder !== undefined;
}
