/** What stands for what in handlers and middleware: https://expressjs.com/en/5x/api.html#req */
import type { Role } from "../../trace/entry.js";
import type { PathParameters } from "../stacks.js";
import { uploadedFile, uploadedFiles } from "../uploads.js";

function outside(name: string, text: string): Role {
  return { kind: "request", name: `request.${name}`, text };
}

const headers = outside("headers", "the headers");
const url = outside("url", "the URL");
const host = outside("host", "the host name");

const members: Readonly<Record<string, Role>> = {
  query: outside("query", "the query string"),
  body: outside("body", "the body"),
  headers,
  rawHeaders: headers,
  headersDistinct: headers,
  "get()": headers,
  "header()": headers,
  cookies: outside("cookies", "the cookies"),
  // It looks in the path, the body and the query string: https://expressjs.com/en/4x/api.html#req.param
  "param()": outside("param", "the request"),
  url,
  originalUrl: url,
  baseUrl: url,
  path: url,
  _parsedUrl: url,
  host,
  hostname: host,
  subdomains: host,
  ip: outside("ip", "the caller's address"),
  ips: outside("ip", "the caller's address"),
  method: outside("method", "the request's method"),
  file: uploadedFile,
  files: uploadedFiles,
};

const locals: Role = { kind: "context", name: "reply.locals", text: "the response's locals" };
const response: Role = { kind: "reply", name: "reply", text: "the response", members: { locals } };
const next: Role = { kind: "next", name: "next", text: "what comes next" };

/** What else there is on the request, a middleware put there: `request.user`. A signed cookie is the service's own. */
export function rolesOf({ unset }: Pick<PathParameters, "unset">): readonly Role[] {
  return [
    { kind: "context", name: "request", text: "the request", members: { ...members, params: params(unset) } },
    response,
    next,
  ];
}

/** `router.param("id", (request, response, next, value, name) => …)` */
export function rolesForParameter(name: string): readonly Role[] {
  const value = outside(`params.${name}`, "the path");
  return [...rolesOf({ unset: [] }), value, { kind: "nothing", name: "nothing", text: "nothing" }];
}

function params(unset: readonly string[]): Role {
  const absent = unset.map((name) => [name, nothing(`request.params.${name} (not yet)`)] as const);
  return { ...outside("params", "the path"), members: Object.fromEntries(absent) };
}

function nothing(name: string): Role {
  return { kind: "nothing", name, text: "nothing" };
}
