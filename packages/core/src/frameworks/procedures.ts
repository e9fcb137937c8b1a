/**
 * Procedures and the routers they are put into: what frameworks for remote procedure calls have in common. A procedure has
 * no name of its own; the routers around it give it one, and they may stand in other files. So procedures are noted where
 * they get their handlers, and entered when the whole program was walked.
 */
import type { TypeNode } from "../lower/module.js";
import { optionsOf } from "../trace/choice.js";
import type { Guard, Role } from "../trace/entry.js";
import type { Call, Tracer } from "../trace/library.js";
import type { FunctionValue, LibraryValue, Site, Value } from "../trace/value.js";
import { nameWrittenFor } from "./written-names.js";

export interface Procedure {
  readonly type: "procedure";
  readonly framework: string;
  /** The call that gave it its handler. */
  readonly site: Site;
  readonly handler: Value;
  readonly parameters: readonly Role[];
  /** What its builder put before the handler, outermost first. */
  readonly guards: readonly Guard[];
  /** Where it says itself under which URL it is served. */
  readonly route: Route | null;
  /** What it is called where no router is seen to hold it; null: as the variable or property it is assigned to. */
  readonly name: string | null;
  /** The procedure that more was said of to make this one, which stands for both where the first is put nowhere. */
  readonly changes?: Procedure;
  readonly places: Place[];
}

export interface Router {
  readonly type: "router";
  readonly framework: string;
  /** What runs before every procedure in it. */
  readonly guards: readonly Guard[];
  /** What it puts before its procedures' URLs. */
  readonly prefix: string;
  readonly places: Place[];
}

export interface Route {
  readonly method: string;
  readonly path: string;
}

interface Place {
  /** Empty: the router's procedures are as if they stood in this one. */
  readonly name: string;
  readonly router: Router;
}

export function routerOf(framework: string, guards: readonly Guard[], prefix = ""): Router {
  return { type: "router", framework, guards, prefix, places: [] };
}

/** What a procedure's schema says of its input. */
export function inputOf(schema: Value | undefined, tracer: Tracer): TypeNode {
  return (schema && tracer.typeOfSchema(schema)) ?? { start: 0, end: 0, kind: "unknown" };
}

/** Of two schemas, each says its part. */
export function bothOf(first: TypeNode | null, second: TypeNode): TypeNode {
  return first ? { start: 0, end: 0, kind: "intersection", types: [first, second] } : second;
}

/** The handler's one parameter holds it, whether or not the handler says so itself. */
export function expectInput(handler: Value, input: TypeNode | null, tracer: Tracer): void {
  if (input && input.kind !== "unknown") tracer.expect(handler, 0, ["input"], input);
}

const noted = new WeakMap<Tracer, Map<string, Procedure[]>>();

export function noteProcedure(procedure: Procedure, tracer: Tracer): void {
  let byFile = noted.get(tracer);
  if (!byFile) noted.set(tracer, (byFile = new Map()));
  const known = byFile.get(procedure.site.file);
  if (known) known.push(procedure);
  else byFile.set(procedure.site.file, [procedure]);
}

/** A procedure with this handler, to which nobody has given a name or a route. */
export function handledBy(
  handler: Value,
  made: Pick<Procedure, "framework" | "site" | "parameters" | "guards">,
  tracer: Tracer,
): Procedure {
  const procedure: Procedure = { type: "procedure", ...made, handler, route: null, name: null, places: [] };
  noteProcedure(procedure, tracer);
  return procedure;
}

/** Builders keep what they are given, and call it when they see fit. */
export function escapeAll(call: Call, tracer: Tracer): void {
  for (const argument of call.arguments) tracer.escape(argument, call.site);
}

/** Puts a procedure, a router, or an object of them, into a router. */
export function put(value: Value, name: string, router: Router, tracer: Tracer, depth = 0): void {
  if (depth > deepest) return;
  const below = (member: string): string => (name === "" ? member : `${name}.${member}`);
  for (const option of optionsOf(value)) {
    if (option.kind === "library") findPlaceable(option, router.framework)?.places.push({ name, router });
    if (option.kind === "object")
      for (const [member, field] of option.fields) put(field.value, below(member), router, tracer, depth + 1);
    if (option.kind === "module")
      for (const one of tracer.moduleOf(option.file)?.exports ?? [])
        if (one.kind !== "star")
          put(tracer.exportOf(option.file, one.name), below(one.name), router, tracer, depth + 1);
  }
}

/** A module may export itself. */
const deepest = 12;

function findPlaceable({ library, data }: LibraryValue, framework: string): Procedure | Router | null {
  const { type } = data as { readonly type: string };
  return library === framework && (type === "procedure" || type === "router")
    ? (data as Procedure | Router)
    : null;
}

export function enterProcedures(framework: string, file: string, tracer: Tracer): void {
  const procedures = (noted.get(tracer)?.get(file) ?? []).filter((one) => one.framework === framework);
  for (const procedure of procedures) {
    if (procedures.some((other) => saysMore(other, procedure))) continue;
    for (const way of waysTo(procedure))
      for (const handler of handlersIn(procedure.handler)) enter(procedure, way, handler, tracer);
  }
}

function enter(procedure: Procedure, way: Way, handler: FunctionValue, tracer: Tracer): void {
  const { framework, site, parameters, route } = procedure;
  const called =
    way.name !== ""
      ? way.name
      : (procedure.name ??
        nameWrittenFor(site, tracer.moduleOf(site.file)) ??
        tracer.moduleOf(handler.file)?.functions[handler.function]?.name ??
        "procedure");
  const guards = [...way.guards, ...procedure.guards];
  tracer.enter({
    name: route ? `${route.method} ${way.prefix}${route.path}` : called,
    kind: route ? "http" : "rpc",
    framework,
    site,
    handler,
    parameters,
    before: () => guards,
    isDetached: false,
  });
}

/** A function that makes procedures is walked for itself and for its calls: what is seen of their results goes further. */
function saysMore(other: Procedure, procedure: Procedure): boolean {
  if (other.changes === procedure && procedure.places.length === 0) return true;
  if (other === procedure || other.site.start !== procedure.site.start || other.places.length === 0)
    return false;
  if (procedure.places.length === 0) return true;
  const names = waysTo(other).map(({ name }) => name);
  return waysTo(procedure).every(({ name }) => names.some((longer) => longer.endsWith(`.${name}`)));
}

interface Way {
  readonly name: string;
  readonly prefix: string;
  readonly guards: readonly Guard[];
}

/** One procedure may be put into several routers, and a router be served in several ways. */
function waysTo({ places }: Procedure | Router): readonly Way[] {
  if (places.length === 0) return [{ name: "", prefix: "", guards: [] }];
  const ways = places.flatMap(({ name, router }) =>
    waysTo(router).map((way): Way => ({
      name: [way.name, name].filter((part) => part !== "").join("."),
      prefix: `${way.prefix}${router.prefix}`,
      guards: [...way.guards, ...router.guards],
    })),
  );
  return [...new Map(ways.map((way) => [identityOf(way), way])).values()].slice(0, mostWays);
}

/** Past this many, nobody reads on. */
const mostWays = 12;

function identityOf({ name, prefix, guards }: Way): string {
  const functions = guards.map(({ function: { file, function: id } }) => `${file}#${id}`);
  return JSON.stringify([name, prefix, functions]);
}

/** What a wrapper that we do not see was given is what it calls. */
function handlersIn(value: Value): readonly FunctionValue[] {
  return optionsOf(value).flatMap((option) => {
    if (option.kind === "function") return [option];
    if (option.kind !== "symbolic") return [];
    return (option.from ?? []).filter((given) => given.kind === "function");
  });
}
