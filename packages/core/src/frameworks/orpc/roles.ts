/** What stands for what in procedures and in middleware. */
import type { Role } from "../../trace/entry.js";

function outside(name: string, text: string): Role {
  return { kind: "request", name, text };
}

const headers = outside("request.headers", "the headers");
const body = outside("request.body", "the body");
const reply: Role = { kind: "reply", name: "reply", text: "the response" };

const request: Role = {
  kind: "context",
  name: "request",
  text: "the request",
  members: {
    headers,
    "header()": headers,
    cookies: outside("request.cookies", "the cookies"),
    query: outside("request.query", "the query string"),
    body,
    "json()": body,
    "text()": body,
    url: outside("request.url", "the URL"),
  },
};

const context: Role = {
  kind: "context",
  name: "context",
  text: "the context",
  members: { req: request, request, headers, reqHeaders: headers, res: reply, resHeaders: reply },
};

export const input = outside("input", "the input");

/** The first parameter of a middleware and of a procedure's handler. */
export const options: Role = {
  kind: "context",
  name: "options",
  text: "the call",
  members: {
    input,
    context,
    next: { kind: "next", name: "next", text: "what comes next" },
    lastEventId: outside("request.headers.last-event-id", "the headers"),
  },
};

/** With which a middleware answers in the handler's place. */
export const output: Role = { kind: "reply", name: "output", text: "the output" };
