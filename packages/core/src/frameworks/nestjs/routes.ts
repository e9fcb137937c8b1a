/** Paths: what routes are called, and which of them a middleware is for. */
import type { Tracer } from "../../trace/library.js";
import type { ClassValue, Value } from "../../trace/value.js";
import type { AppliedMiddleware, Service } from "./service.js";
import { textIn, textsIn, type Decorator } from "./values.js";

export interface Route {
  readonly method: string;
  /** Without the service's prefix, and without slashes at its ends. */
  readonly path: string;
  readonly controller: ClassValue;
}

const anyMethod = "ALL";

/** `@Controller("invoices")`, `@Get(["", "all"])`, `@Controller({ path: "invoices" })` */
export function pathsOf(decorator: Decorator, tracer: Tracer): readonly string[] {
  const [argument] = decorator.arguments;
  const given = argument?.kind === "object" ? tracer.memberOf(argument, "path") : argument;
  const paths = textsIn(given);
  return paths.length > 0 ? paths : [""];
}

export function joined(...parts: readonly string[]): string {
  return parts
    .map(withoutSlashes)
    .filter((part) => part !== "")
    .join("/");
}

export function nameOf(route: Route, service: Service, tracer: Tracer): string {
  return `${route.method} /${joined(prefixOf(route, service, tracer), route.path)}`;
}

/** Two services in one repository may say different things; then which of them a controller is in is not known. */
function prefixOf(route: Route, { prefixes }: Service, tracer: Tracer): string {
  const [prefix, ...others] = new Set(prefixes.map(([text]) => textIn(text)));
  if (prefix === undefined || prefix === null || others.length > 0) return "";
  const excluded = prefixes.flatMap(([, options]) => (options ? [tracer.memberOf(options, "exclude")] : []));
  return listed(excluded).some((one) => isFor(one, route, tracer)) ? "" : prefix;
}

export function runsFor({ routes, excluded }: AppliedMiddleware, route: Route, tracer: Tracer): boolean {
  if (listed(excluded).some((one) => isFor(one, route, tracer))) return false;
  return routes.length === 0 || listed(routes).some((one) => isFor(one, route, tracer));
}

function listed(values: readonly Value[]): readonly Value[] {
  return values.flatMap((value) => (value.kind === "array" ? value.elements : [value]));
}

/** `"invoices/*"`, `{ path: "invoices", method: RequestMethod.GET }`, `InvoicesController` */
function isFor(value: Value, route: Route, tracer: Tracer): boolean {
  switch (value.kind) {
    case "literal":
      return typeof value.value === "string" && isPathFor(value.value, route.path);
    case "class":
      return value.file === route.controller.file && value.class === route.controller.class;
    case "object": {
      const method = tracer.memberOf(value, "method");
      const name = method.kind === "external" ? method.path.at(-1) : anyMethod;
      const path = textIn(tracer.memberOf(value, "path"));
      return path !== null && (name === anyMethod || name === route.method) && isPathFor(path, route.path);
    }
    default:
      return false;
  }
}

/** Wildcards are written `*`, `(.*)`, `*rest` and `{*rest}`. */
function isPathFor(pattern: string, path: string): boolean {
  const segments = withoutSlashes(pattern).split("/");
  const own = path.split("/");
  const wild = segments.findIndex((segment) => segment.includes("*"));
  const fixed = wild < 0 ? segments : segments.slice(0, wild);
  if (wild < 0 ? own.length !== fixed.length : own.length < fixed.length) return false;
  return fixed.every((segment, index) => segment.startsWith(":") || segment === own[index]);
}

function withoutSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, "");
}
