/**
 * PlanetScale's driver (https://github.com/planetscale/database-js): `connect(config)`, `new Client(config)`; `execute(text, values)` with `?` and a list,
 * or `:name` and an object; `transaction(tx => …)`.
 */
import { ask, clientsOf, isPool, resultWith } from "../../raw-sql/driver.js";
import type { LibraryModel } from "../../trace/library.js";
import { marks } from "./marks.js";

const library = "planetscale";
const { client, pool } = clientsOf(library);

export const planetscale: LibraryModel = {
  name: library,
  packages: ["@planetscale/database"],
  clients: ["connect", "Client"],
  signs: ["execute"],
  typed: (external) =>
    /^(?:Client|Connection|Transaction)$/.test(external.path.at(-1) ?? "") ? client : null,
  construct: (external) => (external.path.at(-1) === "Client" ? pool : null),
  callExternal: (external) => (external.path.at(-1) === "connect" ? pool : null),
  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    const [first, second] = call.arguments;
    switch (method) {
      case "connection":
        return receiver;
      case "transaction":
        return first ? tracer.run(first, [client]) : null;
      case "execute": {
        const rows = ask(tracer, {
          library,
          site: call.site,
          text: first,
          given: second,
          marks,
          isOnPool: isPool(receiver.data),
          dialects: ["mysql"],
        });
        return rows && resultWith("rows", rows);
      }
      default:
        return null;
    }
  },
};
