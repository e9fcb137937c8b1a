/** What stands for what in a NestJS handler, and in all that runs before it. */
import { channelId } from "../../trace/channel.js";
import type { Role } from "../../trace/entry.js";
import { uploadedFile, uploadedFiles } from "../uploads.js";

function outside(name: string, text: string): Role {
  return { kind: "request", name, text };
}

const params = outside("request.params", "the path");
const query = outside("request.query", "the query string");
const headers = outside("request.headers", "the headers");
// Fastify's: `(await request.file()).filename` is what the sender calls it.
const file = outside("request.file", "the uploaded file");
const files = outside("request.files", "the uploaded files");

const parts: Readonly<Record<string, Role>> = {
  params,
  "param()": params,
  query,
  body: outside("request.body", "the body"),
  rawBody: outside("request.rawBody", "the body"),
  headers,
  "get()": headers,
  "header()": headers,
  cookies: outside("request.cookies", "the cookies"),
  signedCookies: { kind: "context", name: "request.signedCookies", text: "the signed cookies" },
  url: outside("request.url", "the URL"),
  originalUrl: outside("request.url", "the URL"),
  path: outside("request.url", "the URL"),
  hostname: outside("request.hostname", "the host name"),
  host: outside("request.hostname", "the host name"),
  subdomains: outside("request.hostname", "the host name"),
  ip: outside("request.ip", "the caller's address"),
  file: uploadedFile,
  "file()": file,
  files: uploadedFiles,
  "files()": files,
  "parts()": files,
};

const bare: Role = { kind: "context", name: "request", text: "the request", members: parts };

/** Middleware gets Node's own request where a handler gets the framework's, which keeps it under `raw`. */
export const request: Role = { ...bare, members: { ...parts, raw: bare } };

export const reply: Role = { kind: "reply", name: "reply", text: "the response" };
export const next: Role = { kind: "next", name: "next", text: "what comes next" };
export const nothing: Role = { kind: "nothing", name: "nothing", text: "nothing" };
export const message = outside("message", "the message");
export const user: Role = { kind: "context", name: "request.user", text: "the user" };
export const token: Role = { kind: "context", name: "token", text: "the verified token" };
export const session: Role = { kind: "context", name: "request.session", text: "the session" };
export const rpcContext: Role = { kind: "context", name: "rpc context", text: "the message's context" };

export const client: Role = {
  kind: "context",
  name: "client",
  text: "the connection",
  members: { handshake: outside("client.handshake", "the handshake"), request },
};

export const resolverArguments = outside("args", "the arguments");
export const parent: Role = { kind: "context", name: "parent", text: "the parent object" };
export const graphqlContext: Role = {
  kind: "context",
  name: "context",
  text: "the context",
  members: { req: request, request },
};

export const executionContext: Role = {
  kind: "context",
  name: "execution context",
  text: "the execution context",
  members: {
    "switchToHttp()": {
      kind: "context",
      name: "http context",
      text: "the HTTP context",
      members: { "getRequest()": request, "getResponse()": reply, "getNext()": next },
    },
    "switchToWs()": {
      kind: "context",
      name: "websocket context",
      text: "the websocket's context",
      members: { "getClient()": client, "getData()": message },
    },
    "switchToRpc()": {
      kind: "context",
      name: "message context",
      text: "the message's context",
      members: { "getData()": message, "getContext()": rpcContext },
    },
    // Of a `GqlExecutionContext`.
    "getContext()": graphqlContext,
    "getArgs()": resolverArguments,
    "getRoot()": parent,
  },
};

/** Null: of which queue can't be told. */
export function jobOf(queue: string | null): Role {
  return { kind: "job", name: queue === null ? "job" : channelId("job", queue), text: "the job" };
}

export function part(name: string): Role {
  return parts[name]!;
}
