/** What stands for what in handlers, pages and actions. */
import type { Role } from "../../trace/entry.js";

function outside(name: string, text: string): Role {
  return { kind: "request", name, text };
}

const params = outside("request.params", "the path");
const query = outside("request.query", "the query string");
const body = outside("request.body", "the body");
const headers = outside("request.headers", "the headers");
const cookies = outside("request.cookies", "the cookies");
const url = outside("request.url", "the URL");

/** What else there is on it, a wrapper put there: `request.auth`. */
export const request: Role = {
  kind: "context",
  name: "request",
  text: "the request",
  members: {
    "json()": body,
    "text()": body,
    "formData()": body,
    "arrayBuffer()": body,
    "blob()": body,
    "bytes()": body,
    body,
    headers,
    cookies,
    url,
    nextUrl: { ...url, members: { searchParams: query } },
    ip: outside("request.ip", "the caller's address"),
  },
};

export const routeContext: Role = {
  kind: "context",
  name: "route",
  text: "the route",
  members: { params },
};

/** What the path says is in `query` as well. */
export const apiRequest: Role = {
  kind: "context",
  name: "request",
  text: "the request",
  members: { query, body, headers, rawHeaders: headers, cookies, url },
};

export const reply: Role = { kind: "reply", name: "reply", text: "the response" };

export const pageProperties: Role = {
  kind: "context",
  name: "page",
  text: "the page's properties",
  members: { params, searchParams: query },
};

export const pageContext: Role = {
  kind: "context",
  name: "page",
  text: "the page's context",
  members: { params, query, req: apiRequest, res: reply, resolvedUrl: url },
};

/** Whoever has the page can call its actions, with anything. */
export function argument(index: number): Role {
  return outside(`arguments.${index}`, "the action's arguments");
}
