/**
 * Next.js. Where a file stands and what it exports makes it a route, a page or a list of actions; what an export's value is
 * says who handles it, however many functions of the project's own it was wrapped in.
 */
import type { LibraryModel } from "../../trace/library.js";
import { enterActions, hasDirective } from "./actions.js";
import { cachedBy, callCached } from "./data-cache.js";
import { placeOf } from "./places.js";
import { enterApiRoute, enterPage, enterPageData, enterRoute } from "./routes.js";

export const nextjs: LibraryModel = {
  name: "nextjs",
  packages: ["next", "react"],

  callExternal: cachedBy,
  callValue: callCached,

  entriesIn(file, module, tracer) {
    if (hasDirective(module.functions[0]?.body, "use client")) return;
    enterActions(file, module, tracer);
    const place = placeOf(file, module, tracer);
    switch (place?.kind) {
      case "route":
        return enterRoute(file, place.path, tracer);
      case "page":
        return enterPage(file, place.path, tracer);
      case "api":
        return enterApiRoute(file, place.path, tracer);
      case "old-page":
        return enterPageData(file, place.path, tracer);
      default:
        return;
    }
  },
};
