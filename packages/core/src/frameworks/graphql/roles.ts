/** What stands for what in resolvers, and where their context is made. */
import type { Role } from "../../trace/entry.js";

function outside(name: string, text: string): Role {
  return { kind: "request", name, text };
}

const headers = outside("request.headers", "the headers");
const body = outside("request.body", "the body");
const url = outside("request.url", "the URL");

const members: Readonly<Record<string, Role>> = {
  headers,
  "header()": headers,
  rawHeaders: headers,
  cookies: outside("request.cookies", "the cookies"),
  query: outside("request.query", "the query string"),
  params: outside("request.params", "the request"),
  body,
  "json()": body,
  "text()": body,
  url,
  nextUrl: url,
  hostname: outside("request.host", "the host name"),
  ip: outside("request.ip", "the caller's address"),
  connectionParams: outside("request.connectionParams", "the connection's parameters"),
};

const request: Role = { kind: "context", name: "request", text: "the request", members };
export const reply: Role = { kind: "reply", name: "reply", text: "the response" };

const requests: Readonly<Record<string, Role>> = {
  req: request,
  request,
  // Koa's, and AWS Lambda's.
  ctx: request,
  event: request,
};

export const nothing: Role = { kind: "nothing", name: "nothing", text: "nothing" };
export const parent: Role = { kind: "context", name: "parent", text: "the parent object" };
export const args: Role = { kind: "request", name: "args", text: "the arguments" };
export const context: Role = {
  kind: "context",
  name: "context",
  text: "the context",
  members: { ...requests, res: reply },
};

/** The request itself, or an object that holds it. */
export const contextOptions: Role = { ...request, members: { ...members, ...requests, res: reply } };
