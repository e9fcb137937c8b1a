/**
 * What stands for what in a Fastify handler, and in the hooks before it. Whatever the framework does not put on a request
 * itself was put there by a hook or a plugin.
 * https://fastify.dev/docs/latest/Reference/Request/
 */
import type { Role } from "../../trace/entry.js";

function outside(name: string, text: string): Role {
  return { kind: "request", name, text };
}

const headers = outside("request.headers", "the headers");
const url = outside("request.url", "the URL");
const host = outside("request.hostname", "the host name");
const ip = outside("request.ip", "the caller's address");
const file = outside("request.file", "the uploaded file");
const files = outside("request.files", "the uploaded files");
const body = outside("request.body", "the body");

/** Node's own request. Middleware of Express may have put something on it, which is then the service's. */
const raw: Role = {
  kind: "context",
  name: "request.raw",
  text: "the request",
  members: {
    headers,
    headersDistinct: headers,
    rawHeaders: headers,
    trailers: headers,
    url,
    originalUrl: url,
    body,
    method: outside("request.method", "the method"),
    socket: ip,
    connection: ip,
  },
};

export const request: Role = {
  kind: "context",
  name: "request",
  text: "the request",
  members: {
    params: outside("request.params", "the path"),
    query: outside("request.query", "the query string"),
    body,
    rawBody: body,
    headers,
    cookies: outside("request.cookies", "the cookies"),
    url,
    originalUrl: url,
    method: outside("request.method", "the method"),
    hostname: host,
    host,
    port: host,
    protocol: host,
    ip,
    ips: ip,
    socket: ip,
    raw,
    req: raw,
    // @fastify/multipart
    "file()": file,
    "files()": files,
    "parts()": files,
    "formData()": body,
    "saveRequestFiles()": files,
    savedRequestFiles: files,
  },
};

export const reply: Role = {
  kind: "reply",
  name: "reply",
  text: "the response",
  members: { request },
};
export const next: Role = { kind: "next", name: "next", text: "what comes next" };
export const payload = outside("request.body", "the body");
export const client: Role = { kind: "context", name: "client", text: "the connection" };
export const message = outside("message", "the message");
