/** What a file is by where it stands: `app/invoices/[id]/route.ts`, `pages/api/invoices/index.ts`. */
import type { Module } from "../../lower/module.js";
import type { Tracer } from "../../trace/library.js";

export interface Place {
  /** `old-page`: of the pages directory. */
  readonly kind: "route" | "page" | "api" | "old-page";
  /** As a request has it: `/invoices/:id`. */
  readonly path: string;
}

export function placeOf(file: string, module: Module, tracer: Tracer): Place | null {
  const segments = file.split("/");
  for (const [index, segment] of segments.entries()) {
    if (segment !== "app" && segment !== "pages") continue;
    const above = segments.slice(0, index);
    const root = above.at(-1) === "src" ? above.slice(0, -1) : above;
    if (!isService(root, tracer) && !importsNext(module)) continue;
    const below = segments.slice(index + 1);
    return segment === "app" ? inApp(below) : inPages(below);
  }
  return null;
}

/** Other people have folders called `app` and `pages`. */
function isService(root: readonly string[], tracer: Tracer): boolean {
  return ["js", "mjs", "cjs", "ts", "mts"].some(
    (extension) => tracer.moduleOf([...root, `next.config.${extension}`].join("/")) !== undefined,
  );
}

function importsNext({ imports }: Module): boolean {
  return imports.some(({ specifier }) => specifier === "next" || specifier.startsWith("next/"));
}

function inApp(below: readonly string[]): Place | null {
  const name = /^(route|page|layout|template|default)\.[jt]sx?$/.exec(below.at(-1) ?? "")?.[1];
  if (name === undefined) return null;
  return { kind: name === "route" ? "route" : "page", path: pathOf(below.slice(0, -1)) };
}

function inPages(below: readonly string[]): Place | null {
  const name = /^(.+)\.[jt]sx?$/.exec(below.at(-1) ?? "")?.[1];
  if (name === undefined) return null;
  const kind = below[0] === "api" || (below.length === 1 && name === "api") ? "api" : "old-page";
  return { kind, path: pathOf([...below.slice(0, -1), ...(name === "index" ? [] : [name])]) };
}

/** Groups `(shop)` and slots `@modal` are folders only. */
function pathOf(segments: readonly string[]): string {
  const shown = segments.filter((segment) => !/^(?:\(\w[^)]*\)|@.*)$/.test(segment));
  return `/${shown.map((segment) => segment.replace(/^\[{1,2}(?:(\.\.\.))?(.+?)\]{1,2}$/, (_, rest, name) => `:${name}${rest ? "*" : ""}`)).join("/")}`;
}
