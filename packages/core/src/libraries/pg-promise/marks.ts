/**
 * Places in pg-promise's texts (https://vitaly-t.github.io/pg-promise/formatting.html): `$1`, `$<name>`, `${name}`, `$(name)`, `$[name]`, `$/name/`, and behind them how it is
 * written: `:name` quotes it as a name, `:csv` lists it, `:raw` and `:value` put it into the text as it is.
 */
import { listText, nameText, parameter, type Marks } from "../../raw-sql/driver.js";
import { valueAmong } from "../../raw-sql/given.js";
import type { SqlText } from "../../raw-sql/text.js";
import type { Tracer } from "../../trace/library.js";
import { unknown, type Value } from "../../trace/value.js";

export const marks: Marks = {
  pattern:
    /\$(?:(\d{1,5})|[<{([/]\s{0,9}([\w$.]{1,99})(?::(\w{1,9})|([~^#]))?\s{0,9}[>})\]/])(?::(\w{1,9})|([~^#]))?/y,
  counted: () => null,
  named(tracer, given, [, number, name, innerWord, innerSign, word, sign]) {
    const value =
      number === undefined ? namedIn(tracer, given, name ?? "") : numberedIn(tracer, given, Number(number));
    return written(tracer, value, innerWord ?? word ?? innerSign ?? sign ?? "");
  },
};

function numberedIn(tracer: Tracer, given: Value | undefined, number: number): Value {
  const before = number - 1;
  // `one(text, id)`: what is no list is the first.
  if (given && given.kind !== "array" && given.kind !== "symbolic") return number === 1 ? given : unknown;
  if (given?.kind === "symbolic" && number === 1 && tracer.elementOf(given) === null) return given;
  return valueAmong(
    tracer,
    given,
    { least: before, most: before },
    { least: 0, most: Number.MAX_SAFE_INTEGER },
  );
}

/** `$<invoice.id>` goes into the object. */
function namedIn(tracer: Tracer, given: Value | undefined, name: string): Value {
  if (!given) return unknown;
  return name
    .split(".")
    .filter((part) => part !== "this")
    .reduce<Value>((object, part) => tracer.memberOf(object, part), given);
}

function written(tracer: Tracer, value: Value, how: string): SqlText {
  switch (how) {
    case "name":
    case "alias":
    case "~":
      return nameText(value);
    case "raw":
    case "value":
    case "^":
    case "#":
      return [{ kind: "open", value, isSpliced: true }];
    case "csv":
    case "list":
      return listText(tracer, value);
    default:
      return parameter(value);
  }
}
