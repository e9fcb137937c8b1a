/** What is said once for all routes of a service: its prefix, its guards and its middleware. */
import type { Tracer } from "../../trace/library.js";
import type { ClassValue, Value } from "../../trace/value.js";
import type { MetadataQuestion } from "./metadata.js";

export interface Service {
  /** The arguments of each `setGlobalPrefix`. */
  readonly prefixes: (readonly Value[])[];
  readonly guards: Value[];
  readonly middleware: AppliedMiddleware[];
  readonly strategies: Strategy[];
  /** What guards ask of how handlers are decorated, by the property of the execution context that it gives. */
  readonly questions: Map<string, MetadataQuestion>;
  /** Somebody asks so that it can't be told what. */
  isAskedElsewise: boolean;
  /** Of the metadata that the program sets somewhere. */
  readonly keys: Set<string>;
}

export interface AppliedMiddleware {
  readonly applied: readonly Value[];
  /** Empty: all. */
  readonly routes: readonly Value[];
  readonly excluded: readonly Value[];
}

export interface Strategy {
  readonly name: string;
  readonly class: ClassValue;
  readonly takesRequest: boolean;
}

const services = new WeakMap<Tracer, Service>();

/** A model outlives a program; what one program says must not reach the next. */
export function serviceOf(tracer: Tracer): Service {
  let service = services.get(tracer);
  if (!service)
    services.set(
      tracer,
      (service = {
        prefixes: [],
        guards: [],
        middleware: [],
        strategies: [],
        questions: new Map(),
        isAskedElsewise: false,
        keys: new Set(),
      }),
    );
  return service;
}
