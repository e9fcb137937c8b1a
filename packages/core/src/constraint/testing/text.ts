/** A statement as something like SQL, to show a case that failed. */
import type { Column, Predicate, Selection } from "../predicate.js";

export function textOf({ resources, where, nested, arms, site }: Selection): string {
  const from = resources.map((resource) => {
    const what =
      resource.query === null
        ? resource.table
        : `(${textOf(resource.query)}) {${[...resource.outputs!].map(([name, column]) => `${name}=${column.table}.${column.name}`).join(", ")}}`;
    return `${resource.join} ${what} ${resource.alias} on ${predicateText(resource.on)}`;
  });
  return [
    `${site}: ${from.join(" ")} where ${predicateText(where)}`,
    ...nested.map((one) => `beside (${textOf(one)})`),
    ...arms.map((one) => `union (${textOf(one)})`),
  ].join(" ");
}

function predicateText(predicate: Predicate): string {
  const name = (column: Column | null) =>
    column === null ? "?" : column.table === null ? column.name : `${column.table}.${column.name}`;
  switch (predicate.kind) {
    case "and":
    case "or":
      return `(${predicate.terms.map(predicateText).join(` ${predicate.kind} `)})`;
    case "not":
      return `not ${predicateText(predicate.term)}`;
    case "choice":
      return `choice(${predicate.arms.map(predicateText).join(", ")})`;
    case "eq":
      return `${name(predicate.column)} = ${predicate.operand.value}`;
    case "in":
      return `${name(predicate.column)} in [${predicate.operands.map((operand) => operand.value).join(", ")}]`;
    case "isNull":
      return `${name(predicate.column)} is null`;
    case "eqColumn":
      return `${name(predicate.left)} = ${name(predicate.right)}`;
    case "exists":
      return `exists (${textOf(predicate.query)})`;
    case "inQuery":
      return `${name(predicate.column)} in (select ${name(predicate.output)} ${textOf(predicate.query)})`;
    default:
      return predicate.kind;
  }
}
