/** What stands for what in handlers and middleware: https://hono.dev/docs/api/context, https://hono.dev/docs/api/request */
import type { Role } from "../../trace/entry.js";
import type { PathParameters } from "../stacks.js";

function outside(name: string, text: string): Role {
  return { kind: "request", name: `request.${name}`, text };
}

const body = outside("body", "the body");
const url = outside("url", "the URL");
const response: Role = { kind: "reply", name: "reply", text: "the response" };
/** What `context.set` was given. */
const variables: Role = { kind: "context", name: "context", text: "the context" };
const next: Role = { kind: "next", name: "next", text: "what comes next" };

const parsed: Readonly<Record<string, Role>> = {
  "json()": body,
  "text()": body,
  "formData()": body,
  "parseBody()": body,
  "arrayBuffer()": body,
  "blob()": body,
  url,
  path: url,
};

/**
 * `param`, `query`, `header` and `valid` are not listed: they are named with what they were asked for, since
 * `valid("param")` says nothing of `valid("json")`.
 */
export function rolesOf({ set, unset }: PathParameters): readonly Role[] {
  // https://github.com/honojs/hono/issues/2126: parameters are those of the path that the middleware was added for.
  const hasNone = set.length === 0 && unset.length > 0;
  const members = hasNone ? { ...parsed, "param()": nothing } : parsed;
  const request: Role = { kind: "request", name: "request", text: "the request", members };
  return [
    {
      ...variables,
      members: {
        req: request,
        res: response,
        var: variables,
        "get()": variables,
        env: { kind: "context", name: "env", text: "the environment" },
      },
    },
    next,
  ];
}

const nothing: Role = { kind: "nothing", name: "request.param() (not yet)", text: "nothing" };
