/** What stands for what in procedures, in middleware and where a context is made. */
import type { Role } from "../../trace/entry.js";

function outside(name: string, text: string): Role {
  return { kind: "request", name, text };
}

// Checked or not, it is the same input: what a middleware checks of the raw one holds for the parsed.
const input = outside("input", "the input");
const headers = outside("request.headers", "the headers");
const body = outside("request.body", "the body");
const reply: Role = { kind: "reply", name: "reply", text: "the response" };
const next: Role = { kind: "next", name: "next", text: "what comes next" };

const request: Role = {
  kind: "context",
  name: "request",
  text: "the request",
  members: {
    headers,
    "header()": headers,
    rawHeaders: headers,
    cookies: outside("request.cookies", "the cookies"),
    query: outside("request.query", "the query string"),
    body,
    "json()": body,
    "text()": body,
    url: outside("request.url", "the URL"),
    nextUrl: outside("request.url", "the URL"),
    ip: outside("request.ip", "the caller's address"),
  },
};

const context: Role = {
  kind: "context",
  name: "context",
  text: "the context",
  members: { req: request, request, headers, res: reply, resHeaders: reply },
};

/** The one parameter of a middleware and of a procedure's handler. */
export const options: Role = {
  kind: "context",
  name: "options",
  text: "the call",
  members: { input, rawInput: input, "getRawInput()": input, ctx: context, next },
};

/** The one parameter of the function that makes the context. */
export const contextOptions: Role = {
  kind: "context",
  name: "context options",
  text: "the request",
  members: {
    req: request,
    request,
    res: reply,
    resHeaders: reply,
    info: outside("request.info", "the call's parameters"),
    // AWS Lambda's.
    event: outside("request", "the request"),
  },
};
