/** What is known of a whole program, wherever it is said. */
import type { Tracer } from "../../trace/library.js";
import type { FunctionValue, Value } from "../../trace/value.js";
import type { Autoload } from "./autoload.js";

export interface Service {
  /** What instances are decorated with, by name: for where it is not seen which instance somebody has. */
  readonly decorations: Map<string, Value[]>;
  /** Packages whose plugins were registered. */
  readonly packages: Set<string>;
  /** Plugins' functions (`file#id`) that were called with an instance. */
  readonly registered: Set<string>;
  /** What `fp` was given. */
  readonly plugins: FunctionValue[];
  readonly autoloads: Map<string, Autoload>;
  hooks: number;
}

const services = new WeakMap<Tracer, Service>();

/** A model outlives a program; what one program says must not reach the next. */
export function serviceOf(tracer: Tracer): Service {
  let service = services.get(tracer);
  if (!service) {
    service = {
      decorations: new Map(),
      packages: new Set(),
      registered: new Set(),
      plugins: [],
      autoloads: new Map(),
      hooks: 0,
    };
    services.set(tracer, service);
  }
  return service;
}
