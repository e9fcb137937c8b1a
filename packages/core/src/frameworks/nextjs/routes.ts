/** Route handlers, API routes and pages. */
import type { Tracer } from "../../trace/library.js";
import { enterExport } from "./handlers.js";
import { apiRequest, pageContext, pageProperties, reply, request, routeContext } from "./roles.js";

const verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** `app/**\/route.ts`: one function for each verb. */
export function enterRoute(file: string, path: string, tracer: Tracer): void {
  for (const verb of verbs)
    enterExport(
      {
        file,
        export: verb,
        name: `${verb} ${path}`,
        kind: "http",
        parametersOf: () => [request, routeContext],
      },
      tracer,
    );
}

/** `pages/api/**`: one function for all verbs. */
export function enterApiRoute(file: string, path: string, tracer: Tracer): void {
  const parameters = [apiRequest, reply];
  enterExport(
    { file, export: "default", name: `ALL ${path}`, kind: "http", parametersOf: () => parameters },
    tracer,
  );
}

/** Components that run on the server, and what they say of themselves. */
export function enterPage(file: string, path: string, tracer: Tracer): void {
  const parametersOf = () => [pageProperties];
  enterExport({ file, export: "default", name: `page ${path}`, kind: "page", parametersOf }, tracer);
  for (const metadata of ["generateMetadata", "generateViewport"])
    enterExport({ file, export: metadata, name: `metadata ${path}`, kind: "page", parametersOf }, tracer);
}

/** Pages of the pages directory run in the browser as well; what they show is fetched before. */
export function enterPageData(file: string, path: string, tracer: Tracer): void {
  for (const fetched of ["getServerSideProps", "getStaticProps"])
    enterExport(
      { file, export: fetched, name: `page ${path}`, kind: "page", parametersOf: () => [pageContext] },
      tracer,
    );
}
