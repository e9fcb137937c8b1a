/** What stands for what in middleware: https://koajs.com/#context, https://koajs.com/#request */
import type { Role } from "../../trace/entry.js";
import type { PathParameters } from "../stacks.js";

function outside(name: string, text: string): Role {
  return { kind: "request", name: `request.${name}`, text };
}

const headers = outside("headers", "the headers");
const query = outside("query", "the query string");
const url = outside("url", "the URL");
const host = outside("host", "the host name");
const address = outside("ip", "the caller's address");

/** What the context has of the request. */
const delegated: Readonly<Record<string, Role>> = {
  query,
  querystring: query,
  search: query,
  headers,
  header: headers,
  "get()": headers,
  url,
  originalUrl: url,
  href: url,
  path: url,
  origin: url,
  URL: url,
  host,
  hostname: host,
  subdomains: host,
  ip: address,
  ips: address,
  method: outside("method", "the request's method"),
};

const reply: Role = { kind: "reply", name: "reply", text: "the response" };
const next: Role = { kind: "next", name: "next", text: "what comes next" };

/** What else there is on the context, a middleware put there: `context.user`; and so it is with `context.state`. */
export function rolesOf({ unset }: Pick<PathParameters, "unset">): readonly Role[] {
  const absent = unset.map((name) => [name, nothing(`request.params.${name} (not yet)`)] as const);
  const params: Role = { ...outside("params", "the path"), members: Object.fromEntries(absent) };
  const request: Role = {
    kind: "context",
    name: "context.request",
    text: "the request",
    members: {
      ...delegated,
      params,
      // What the usual parsers put there: https://github.com/koajs/bodyparser
      body: outside("body", "the body"),
      rawBody: outside("body", "the body"),
      files: outside("files", "the uploaded files"),
    },
  };
  const context: Role = {
    kind: "context",
    name: "context",
    text: "the context",
    members: {
      ...delegated,
      params,
      request,
      cookies: outside("cookies", "the cookies"),
      req: { ...request, members: { headers, url } },
      res: reply,
      response: reply,
      body: reply,
      state: { kind: "context", name: "context.state", text: "the context's state" },
    },
  };
  return [context, next];
}

/** `router.param("id", (value, context, next) => …)`: https://github.com/koajs/router */
export function rolesForParameter(name: string): readonly Role[] {
  return [outside(`params.${name}`, "the path"), ...rolesOf({ unset: [] })];
}

function nothing(name: string): Role {
  return { kind: "nothing", name, text: "nothing" };
}
