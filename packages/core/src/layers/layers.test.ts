import { analyzed } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";

/** The paths below a store's client `pool`, in the order of the text: `call scoped Entries.find`. */
function pathsOf(source: string): readonly string[] {
  const { paths } = analyzed(`${store}${source}`);
  return paths
    .toSorted((one, other) => one.line - other.line)
    .map(({ kind, verdict, resources }) => `${kind} ${verdict} ${resources.join(", ")}`);
}

const store = `
import Fastify from "fastify";
import { Client } from "@elastic/elasticsearch";

const pool = new Client({});
const app = Fastify();

function ask(organizationId, limit) {
  return pool.query("SELECT $1, $2", [organizationId, limit]);
}

`;

const asked = `app.get("/", async (request) => find(request.query));`;

describe("what is passed to a data layer", () => {
  it("is judged where the first that does more than hand it on calls it", () => {
    expect(
      pathsOf(`
export function handOn(organizationId, limit) {
  return ask(organizationId, limit);
}
const find = ({ organizationId }) => handOn(organizationId.trim(), 10);
${asked}`),
    ).toEqual(["call untrusted ask", "call untrusted handOn"]);
  });

  it("is said once, however many hand it on", () => {
    const { findings, paths } = analyzed(`${store}
export function handOn(organizationId, limit) {
  return ask(organizationId, limit);
}
export function handOnAll(...all) {
  return handOn(...all);
}
const find = ({ organizationId }) => handOnAll(organizationId.trim(), 10);
${asked}`);
    const outermost = paths.find(({ resources }) => resources.includes("handOnAll"));
    expect(findings.map(({ rule, path }) => [rule, path])).toEqual([["no-untrusted-tenant", outermost?.id]]);
  });

  it("may stand in rows to be kept", () => {
    expect(
      pathsOf(`
function keep(rows) {
  return pool.query("INSERT INTO entries VALUES $1", [rows]);
}
const find = ({ organizationId, texts }) => keep(texts.map((text) => ({ text, organizationId })));
${asked}`),
    ).toEqual(["call untrusted keep"]);
  });

  it("may stand below another name", () => {
    expect(
      pathsOf(`
function search(options) {
  return pool.query("SELECT $1", [options.filter.organizationId]);
}
const find = (query) => search({ limit: 10, filter: { organizationId: query.organizationId + "" } });
${asked}`),
    ).toEqual(["call untrusted search"]);
  });

  it("is named by the parameter that takes it", () => {
    expect(pathsOf(`app.get("/", async (request) => ask(request.query.chosen, 10));`)).toEqual([
      "call untrusted ask",
    ]);
  });

  it("makes no path without a word for a tenant", () => {
    expect(
      pathsOf(`
function byLevel(level) {
  return pool.query("SELECT $1", [level]);
}
app.get("/", async (request) => byLevel(request.query.organizationId));
app.get("/all", async () => byLevel("error"));`),
    ).toEqual([]);
  });

  it("makes no path where it is left out", () => {
    expect(pathsOf(`app.get("/", async () => ask(undefined, 10));`)).toEqual([]);
  });

  it("is a path for each call", () => {
    expect(
      pathsOf(`
app.get("/one", async (request) => ask(request.query.organizationId, 1));
app.get("/two", async (request) => ask(request.query.organizationId, 2));`),
    ).toEqual(["call untrusted ask", "call untrusted ask"]);
  });
});

describe("a data layer", () => {
  it("is named as its class and method are called", () => {
    expect(
      pathsOf(`
class Entries {
  find(organizationId) {
    return pool.query("SELECT $1", [organizationId]);
  }
}
const entries = new Entries();
app.get("/", async (request) => entries.find(request.query.organizationId));`),
    ).toEqual(["call untrusted Entries.find"]);
  });

  it("is no handler that asks the store itself", () => {
    expect(
      pathsOf(`app.get("/", async (request) => pool.query("SELECT $1", [request.query.organizationId]));`),
    ).toEqual([]);
  });

  it("is a function whose callback asks the store", () => {
    expect(
      pathsOf(`
function each(organizationId, ids) {
  return Promise.all(ids.map((id) => pool.query("SELECT $1, $2", [organizationId, id])));
}
app.get("/", async (request) => each(request.query.organizationId, [1, 2]));`),
    ).toEqual(["call untrusted each"]);
  });

  it("is none without a store", () => {
    expect(
      pathsOf(`
class Labels {
  query(text, values) {
    return [text, ...values];
  }
}
const labels = new Labels();
const label = (organizationId) => labels.query("for", [organizationId]);
app.get("/", async (request) => label(request.query.organizationId));`),
    ).toEqual([]);
  });
});
