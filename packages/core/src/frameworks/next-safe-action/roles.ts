/** What stands for what in actions and in middleware. */
import type { Role } from "../../trace/entry.js";

function outside(name: string, text: string): Role {
  return { kind: "request", name, text };
}

// Parsed or not, it is the same input: what a middleware checks of the one holds for the other.
const input = outside("input", "the input");
const bound = outside("bound", "the bound arguments");

/** The first parameter of a middleware and of an action's handler. */
export const options: Role = {
  kind: "context",
  name: "options",
  text: "the call",
  members: {
    parsedInput: input,
    clientInput: input,
    bindArgsParsedInputs: bound,
    bindArgsClientInputs: bound,
    ctx: { kind: "context", name: "context", text: "the context" },
    next: { kind: "next", name: "next", text: "what comes next" },
  },
};

/** The second parameter of a handler: what it answered before, which the browser sends again. */
export const utils: Role = {
  kind: "context",
  name: "utils",
  text: "the call",
  members: { prevResult: outside("previous", "the result before") },
};
