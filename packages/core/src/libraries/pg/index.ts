/**
 * node-postgres. Clients are recognised by their type or construction (`Pool`, `Client`, `PoolClient`, `new Pool()`): `query` is
 * everybody's word. `undefined` as a value is NULL (https://node-postgres.com/features/queries), and equal to nothing.
 */
import type { LibraryModel } from "../../trace/library.js";
import { callClient, clientsFor, constructedClient, typedClient } from "./clients.js";

const clients = clientsFor("pg");

export const pg: LibraryModel = {
  name: clients.library,
  packages: ["pg"],
  clients: ["Pool", "Client"],
  signs: ["query"],
  typed: (external, _, tracer, symbol) => typedClient(clients, external, tracer, symbol),
  construct: (external, call, tracer) => constructedClient(clients, external, call, tracer),
  callMethod: (receiver, method, call, tracer) =>
    receiver.kind === "library" ? callClient(clients, receiver, method, call, tracer) : null,
};
