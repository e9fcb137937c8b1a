/** Lists, arguments and objects, with what is spread into them. */
import type { Expression } from "../../../../lower/module.js";
import { mostElements } from "./built-in.js";
import type { Follower } from "./follower.js";
import { exported } from "./members.js";
import { literal, unknown, type Frame, type Value } from "./value.js";

export function listOf(follower: Follower, frame: Frame, expressions: readonly Expression[]): Value[] {
  const elements: Value[] = [];
  for (const each of expressions) {
    const value = follower.evaluate(frame, each.kind === "spread" ? each.expression : each);
    if (each.kind !== "spread" || value.kind !== "list")
      elements.push(each.kind === "spread" ? unknown : value);
    else if (elements.length + value.elements.length > mostElements) follower.exhaust();
    else for (const one of value.elements) elements.push(one);
    if (each.kind === "spread") follower.add(elements.length);
  }
  return elements;
}

export function objectOf(
  follower: Follower,
  frame: Frame,
  { properties }: Expression & { kind: "object" },
): Value {
  const made = new Map<string, Value>();
  let open = false;
  for (const { kind, value: expression, ...rest } of properties) {
    const value = follower.evaluate(frame, expression);
    if (kind === "spread") {
      const isKnown = value.kind === "module" || (value.kind === "object" && !value.open);
      open ||= !isKnown && value.kind !== "literal";
      if (value.kind === "object") follower.add(value.properties.size);
      if (value.kind === "object") for (const [key, each] of value.properties) made.set(key, each);
      if (value.kind === "module")
        for (const each of follower.program.exportNames(value.file))
          made.set(each, exported(follower, value.file, each));
      continue;
    }
    const key = "key" in rest ? rest.key : "";
    const name = typeof key === "string" ? literal(key) : follower.evaluate(frame, key);
    if (name.kind === "literal") made.set(String(name.value), value);
    else open = true;
  }
  return { kind: "object", properties: made, open };
}
